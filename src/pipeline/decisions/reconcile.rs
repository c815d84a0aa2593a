//! Reconciles the ledger with its witnesses: a person takes in what was handed over and is missing in the ledger.
//!
//! In: the differences between the ledger and its witnesses ([`witnesses`]), the mailbox that gets a copy of each mail,
//! if the person gives it, and what the person found out by other means. Out: the same facts in the ledger, with the
//! time and the run of their origin, and one fact about who took them in and why. Nothing is sent, and nothing is
//! removed from the ledger.
//!
//! Where the witnesses cannot show what is missing, no difference is no answer: the doubt ends only when the person says
//! that the ledger is complete.

use std::{collections::BTreeSet, path::PathBuf};

use serde::Serialize;

use crate::{
    Context, Exit, Failure,
    context::{claimed::claiming, permissions},
    distribution::receipts,
    status::{
        unseen::WitnessDoubt,
        witnesses::{self, UnknownParcel, WitnessComparison},
    },
};
use chrono::{DateTime, Utc};
use config::TransportSettings;
use distribute::ArchivedMail;
use domain::{
    Channel, Event, Fact, Origin, ParcelId, ParcelRecord, Piece, Right, Unseen, WITNESSED, Witnessed, parcels,
};
use ledger::Filter;

/// What a person decides about a ledger in which hand-overs are, or may be, missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReconcileDecision {
    pub reason: String,
    /// The person found out that the ledger, with what this act adds, contains all that was handed over.
    pub complete: bool,
    /// What was handed over although no witness shows it: a period (`2025-Q2`), a collection of it (`2025-Q2/crime`), an
    /// issue (`2025-Q2/crime/r0`) or a parcel (`2025-Q2/crime/r0/mia`). Copies of it that wait count as handed over.
    pub sent: Vec<String>,
}

/// The result of a reconciliation.
#[derive(Debug, Clone, Serialize)]
pub struct Reconciliation {
    #[serde(flatten)]
    pub comparison: WitnessComparison,
    /// Whether the difference was taken in; if not, it was only shown.
    pub taken: bool,
    /// Whether the person said that the ledger is complete now, which ends a doubt.
    pub complete: bool,
}

impl Reconciliation {
    /// The doubt that is left, if any.
    #[must_use]
    pub fn doubt(&self) -> Option<&WitnessDoubt> {
        self.comparison.doubt.as_ref().filter(|_| !self.complete)
    }

    /// Short while something is missing in the ledger, or may be.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let is_settled = (self.taken || !self.comparison.differs()) && self.doubt().is_none();
        if is_settled { Exit::Done } else { Exit::Short }
    }
}

/// Compares the ledger with all its witnesses. With a decision, what the ledger lacks is taken in, and the doubt is
/// ended if the person says so.
///
/// # Errors
/// When a decision is given and the person does not have the role, nothing waits of what is said to be handed over, or
/// the journal of sendings belongs to another ledger; or when the ledger or a witness cannot be read or written.
pub async fn reconcile(
    context: &Context,
    archives: &[PathBuf],
    decision: Option<&ReconcileDecision>,
) -> Result<Reconciliation, Failure> {
    let Some(decision) = decision else {
        let comparison = compared(context, archives).await?;
        return Ok(Reconciliation { comparison, taken: false, complete: false });
    };
    context.person(Right::Reconcile).await?;
    let decision = ReconcileDecision { reason: permissions::reason(&decision.reason)?, ..decision.clone() };
    // Nobody else sends meanwhile: what a witness has and the ledger lacks is then nobody's work under way.
    claiming(context, [Piece::Office], async |_| take_in(context, archives, decision).await).await
}

async fn take_in(
    context: &Context,
    archives: &[PathBuf],
    decision: ReconcileDecision,
) -> Result<Reconciliation, Failure> {
    let ReconcileDecision { reason, complete, sent } = decision;
    let mut comparison = compared(context, archives).await?;
    if complete && comparison.doubt.as_ref().is_some_and(|doubt| doubt.now == Some(Unseen::OtherLedger)) {
        return Err(belongs_to_another(context));
    }
    let stated = stated(context, &comparison, &sent, &reason).await?;
    comparison.unknown.extend(witnesses::by_parcel(stated, "the word of a person"));
    if let (None, Some(first)) = (context.first_run().await?, comparison.unknown.iter().flat_map(|u| &u.facts).next()) {
        // The new ledger begins with a fact of the old one, and its journal is the same.
        context.sendings.keep_beside(&first.run, context.now())?;
    }
    let failed = |error| Failure::ours("the ledger could not be written", error);
    for written in comparison.unknown.iter().flat_map(|unknown| &unknown.facts) {
        let fact = std::slice::from_ref(&written.fact);
        context.ledger.append(&written.run, &written.actor, written.at, fact).await.map_err(failed)?;
    }
    // What is unclear is recorded too: the person has looked at it, and the ledger is no longer empty.
    let witnesses: BTreeSet<String> = comparison.unknown.iter().map(|unknown| unknown.witness.clone()).collect();
    let parcels = comparison.unknown.iter().map(|unknown| unknown.parcel.clone()).collect();
    let doubt = comparison.doubt.as_ref().filter(|_| complete).map(|doubt| doubt.words.clone());
    let fact = Fact::Reconciled {
        parcels,
        witnesses: witnesses.into_iter().collect(),
        unclear: comparison.unclear.iter().cloned().chain(doubt).collect(),
        reason,
        complete,
    };
    context.record(&[fact]).await?;
    if let (true, Some(first_run)) = (complete, context.first_run().await?) {
        context.sendings.keep_beside(&first_run, context.now())?;
    }
    // The journal of sendings gets what only other witnesses contained. While it is in doubt whether it is the right one,
    // nothing is added that would make it look so.
    let after = witnesses::compared(context).await?;
    if complete || after.doubt.is_none() {
        context.sendings.note(&after.unwritten)?;
    }
    Ok(Reconciliation { comparison, taken: true, complete })
}

fn belongs_to_another(context: &Context) -> Failure {
    let how = context.call.command("reconcile").flag("--complete").asked("--reason");
    Failure::usage(format!(
        "the journal of sendings `{}` belongs to another ledger, so this ledger cannot be kept beside it; move it to its \
         own office, or set another folder (`witness` under `[ledger]` in zhinaq.toml), then {how} again",
        context.sendings.path().display()
    ))
    .coded("witness")
}

/// The facts of hand-overs that a person knows of: copies that are numbered and wait, by the ledger and its witnesses.
async fn stated(
    context: &Context,
    comparison: &WitnessComparison,
    sent: &[String],
    reason: &str,
) -> Result<Vec<Witnessed>, Failure> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let mut events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    let unknown = comparison.unknown.iter().flat_map(|unknown| &unknown.facts).cloned();
    events.extend(unknown.map(|Witnessed { at, run, actor, fact }| Event { seq: 0, at, run, actor, fact }));
    let records = parcels(&events);
    let waiting: Vec<&ParcelRecord> = records.values().filter(|record| record.to_send().next().is_some()).collect();
    let mut meant: BTreeSet<&ParcelId> = BTreeSet::new();
    for text in sent {
        let of_text = waiting.iter().map(|record| &record.parcel).filter(|parcel| is_within(parcel, text));
        let of_text: Vec<&ParcelId> = of_text.collect();
        if of_text.is_empty() {
            return Err(nothing_waits(context, text));
        }
        meant.extend(of_text);
    }
    let channel = match context.office.settings.transport {
        TransportSettings::Folder { .. } => Channel::Folder,
        TransportSettings::Smtp(_) => Channel::Smtp,
    };
    let words = format!("handed over, as a person found out: {reason}");
    let mut facts = Vec::new();
    for record in waiting.into_iter().filter(|record| meant.contains(&record.parcel)) {
        let copies: Vec<u32> = record.to_send().map(|copy| copy.record.number).collect();
        facts.extend(witnesses::went(&record.parcel, channel, None, (record.attempts + 1, &copies), &words));
    }
    let (at, run, actor) = (context.now(), &context.run, &context.actor);
    Ok(facts.into_iter().map(|fact| Witnessed { at, run: run.clone(), actor: actor.clone(), fact }).collect())
}

/// Whether a parcel is the one of a text, or one of its period, collection or issue.
fn is_within(parcel: &ParcelId, text: &str) -> bool {
    let id = parcel.to_string();
    id.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn nothing_waits(context: &Context, text: &str) -> Failure {
    let register = context.call.command("register").asked("--period");
    Failure::usage(format!(
        "no numbered copy of `{text}` waits, so none can be entered as handed over; write a period (`2025-Q2`) or a parcel \
         (`2025-Q2/crime/r0/mia`) with waiting copies: see {register}"
    ))
}

/// More sendings of one parcel than anybody requests; a header may contain any number.
const MOST_SENDINGS: usize = 20;

const fn attempt(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::Sending { attempt, .. } | Fact::Outcome { attempt, .. } => Some(*attempt),
        _ => None,
    }
}

async fn compared(context: &Context, archives: &[PathBuf]) -> Result<WitnessComparison, Failure> {
    let mut comparison = witnesses::compared(context).await?;
    let events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    for folder in archives {
        for path in receipts::maildir(folder)? {
            let name = format!("`{}`", path.display());
            match receipts::mail_bytes(&path) {
                Ok(bytes) => archived(context.origin, context.now(), &events, &name, &bytes, &mut comparison),
                Err(why) => comparison.unclear.push(format!("{name} {why}")),
            }
        }
    }
    Ok(comparison)
}

/// Adds a mail in the archive that neither the ledger nor another witness contains.
fn archived(
    origin: Origin,
    now: DateTime<Utc>,
    events: &[Event],
    name: &str,
    bytes: &[u8],
    comparison: &mut WitnessComparison,
) {
    let Some(mail) = ArchivedMail::read(bytes) else { return };
    let is_it = |fact: &Fact| matches!(fact, Fact::Sending { message_id: Some(id), .. } if *id == mail.message_id);
    let is_known = events.iter().any(|event| is_it(&event.fact))
        || comparison.unknown.iter().flat_map(|unknown| &unknown.facts).any(|written| is_it(&written.fact));
    if mail.origin != origin || is_known {
        return;
    }
    let at = mail.at.unwrap_or(now);
    let numbered = |number: u32| {
        let has = |fact: &Fact| {
            matches!(fact, Fact::Queued { parcel, copies }
                if *parcel == mail.parcel && copies.iter().any(|copy| copy.number == number))
        };
        events.iter().any(|event| has(&event.fact))
            || comparison.unknown.iter().flat_map(|unknown| &unknown.facts).any(|written| has(&written.fact))
    };
    let missing: Vec<u32> = mail.copies.iter().copied().filter(|number| !numbered(*number)).collect();
    let found: Vec<_> = mail.attached.iter().filter(|copy| missing.contains(&copy.number)).cloned().collect();
    if found.len() < missing.len() {
        comparison.unclear.push(format!(
            "{name} carried {} of `{}`, which the ledger has not numbered and which cannot be read from the mail",
            witnesses::numbers(&missing).are().trim_end_matches(" is").trim_end_matches(" are"),
            mail.parcel
        ));
        return;
    }
    let mut facts = Vec::new();
    if !found.is_empty() {
        facts.push(Fact::Queued { parcel: mail.parcel.clone(), copies: found });
    }
    let evidence = "a copy of the mail lies in the archive's mailbox";
    // The attempts of a later sending come after the request for it.
    let known = || {
        let unknown = comparison.unknown.iter().flat_map(|unknown| &unknown.facts).map(|written| &written.fact);
        events.iter().map(|event| &event.fact).chain(unknown).filter(|fact| fact.witnessed() == Some(&mail.parcel))
    };
    let requested = known().filter(|fact| matches!(fact, Fact::Resend { .. })).count();
    let missing = (mail.sending as usize).saturating_sub(1 + requested);
    let request = Fact::Resend { parcel: mail.parcel.clone(), reason: format!("{name} is sending {}", mail.sending) };
    facts.extend(std::iter::repeat_n(request, missing.min(MOST_SENDINGS)));
    let attempt = if mail.sending > 1 { known().filter_map(attempt).max().unwrap_or_default() + 1 } else { 1 };
    facts.extend(witnesses::went(
        &mail.parcel,
        Channel::Smtp,
        Some(mail.message_id),
        (attempt, &mail.copies),
        evidence,
    ));
    let facts = facts.into_iter().map(|fact| witnesses::taken_from_outside(at, fact)).collect();
    let unknown: Vec<UnknownParcel> = witnesses::by_parcel(facts, name);
    comparison.unknown.extend(unknown);
}
