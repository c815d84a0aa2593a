//! Whether the journal of sendings can show at all what the ledger lacks. A ledger that was brought here without it, or
//! with one that is not the last, may lack hand-overs that nothing here knows of.
//!
//! In: the ledger's facts about copies, and the journal as it was read. Out: a doubt, or none. Unknown here: the other
//! witnesses, and what a person decides.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{Context, Failure, context::SendingsRead};
use config::Office;
use domain::{Event, Origin, Unseen, Witnessed, runs_that_sent, unknown_to_witness, unseen_since};
use ledger::Filter;

/// Why the witnesses cannot show whether the ledger contains all that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WitnessDoubt {
    pub why: Unseen,
    /// When the backup was made, if a restore left the doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<DateTime<Utc>>,
    /// The doubt in one sentence.
    pub words: String,
    /// What is wrong with the journal of sendings at this minute.
    #[serde(skip)]
    pub now: Option<Unseen>,
}

impl WitnessDoubt {
    /// Why nothing is sent, and how a person goes on.
    #[must_use]
    pub fn refusal(&self, context: &Context) -> Failure {
        let reconcile = || context.call.command("reconcile");
        let (words, journal) = (&self.words, context.sendings.path().display());
        Failure::usage(format!(
            "{words}; nothing was sent. Put `{journal}` and the outbox back as they were after the last hand-over; {} then \
             lists what the ledger lacks, and {} ends the doubt",
            reconcile(),
            reconcile().flag("--complete").asked("--reason")
        ))
        .coded("witness")
    }
}

/// The doubt in which a restore left the ledger, or else the doubt about the journal as it is now.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn doubt(context: &Context, now: Option<Unseen>) -> Result<Option<WitnessDoubt>, Failure> {
    let events = context.events(&Filter::default().kinds(&["reconciled", "restored"])).await?;
    if let Some((why, made)) = unseen_since(&events) {
        let words = format!(
            "the backup of {} was brought back, and {}; it cannot be seen whether more copies were handed over after it",
            in_zone(made, &context.office),
            why.then()
        );
        return Ok(Some(WitnessDoubt { why, made: Some(made), words, now }));
    }
    Ok(now.map(|why| {
        let journal = context.sendings.path().display();
        let words = format!(
            "{} (`{journal}`); it cannot be seen whether handed-over copies are missing in the ledger",
            why.now()
        );
        WitnessDoubt { why, made: None, words, now }
    }))
}

fn in_zone(at: DateTime<Utc>, office: &Office) -> String {
    format!("{} ({})", at.with_timezone(&office.zone).format("%Y-%m-%d %H:%M"), office.zone)
}

/// What is wrong with the journal of sendings of a ledger; `None` if it shows what was handed over, or the ledger is
/// new. `events`: the ledger's facts about copies. `unwritten`: those that the journal lacks.
#[must_use]
pub fn now(
    context: &Context,
    first_run: Option<&str>,
    (events, unwritten): (&[Event], &[Witnessed]),
    written: &SendingsRead,
) -> Option<Unseen> {
    let other = of_another(first_run?, (events, unwritten), written);
    let runs = runs_that_sent(unwritten).len();
    // Each run brings the journal up to date before it sends. So after a crash the journal lacks facts of one run at
    // most, except those of another machine on the same server.
    let has_gaps = !is_shared(context) && runs > 1;
    other.or_else(|| (has_gaps || (written.is_copied() && runs > 0)).then_some(Unseen::OlderWitness))
}

/// As [`now`], for a backup that is brought back: its time has to lie within what the journal shows, and the journal has
/// to be the file that was written here since. `first_run` and `events` are those of the ledger in the backup.
#[must_use]
pub fn at_restore(first_run: Option<&str>, events: &[Event], written: &SendingsRead) -> Option<Unseen> {
    if written.is_blank() {
        return Some(Unseen::NoWitness);
    }
    let unwritten = unknown_to_witness(events, &written.facts);
    let other = first_run.and_then(|run| of_another(run, (events, &unwritten), written));
    let older = || (!runs_that_sent(&unwritten).is_empty()).then_some(Unseen::OlderWitness);
    other.or_else(older).or_else(|| written.is_copied().then_some(Unseen::CopiedWitness))
}

/// Whether the journal was kept beside another ledger, or beside none.
fn of_another(
    first_run: &str,
    (events, unwritten): (&[Event], &[Witnessed]),
    written: &SendingsRead,
) -> Option<Unseen> {
    if written.is_blank() {
        return Some(Unseen::NoWitness);
    }
    if written.is_unlabelled() {
        // What both contain shows that they belong together.
        let shares = events.is_empty() || unwritten.len() < events.len();
        return (!shares).then_some(Unseen::OtherLedger);
    }
    if written.is_of(first_run) {
        return None;
    }
    Some(if written.is_of_a_ledger() { Unseen::OtherLedger } else { Unseen::NoWitness })
}

/// Whether several machines may write the ledger, each with a journal of its own.
fn is_shared(context: &Context) -> bool {
    context.origin == Origin::Real && !context.office.settings.ledger.starts_with("sqlite:")
}
