//! Reads the journal: who did what, and when.
//!
//! In: which facts are meant. Out: one line for each, oldest first. Unknown here: what follows from a fact.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::{Context, Failure, status::known};
use domain::{Actor, Event, FACT_KINDS, Fact, OrganId, Period, known_instead};
use ledger::Filter;

/// Which facts are meant; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct JournalQuestion {
    /// Facts of this instant and later.
    pub since: Option<DateTime<Utc>>,
    /// Facts before this instant.
    pub until: Option<DateTime<Utc>>,
    pub periods: Vec<Period>,
    /// Kinds of facts, such as `corrected`.
    pub kinds: Vec<String>,
    pub organs: Vec<OrganId>,
}

/// One fact of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalLine {
    /// Its number in the journal.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// The same instant in the office's zone, with the offset.
    pub at_office: String,
    pub run: String,
    pub by: Actor,
    pub kind: &'static str,
    pub period: Option<Period>,
    pub organs: Vec<OrganId>,
    /// The fact in words.
    pub said: String,
    pub fact: Fact,
}

/// The lines of the journal that a question selects, oldest first.
///
/// # Errors
/// When a kind or an organ is unknown, `until` is before `since`, or the ledger cannot be read.
pub async fn journal(context: &Context, question: &JournalQuestion) -> Result<Vec<JournalLine>, Failure> {
    known::organs(&context.office, &question.organs)?;
    if let (Some(since), Some(until)) = (question.since, question.until)
        && until <= since
    {
        return Err(Failure::usage("`--until` is not after `--since`, so no fact can lie between them"));
    }
    let kinds = question.kinds.iter().map(|kind| kind_named(kind)).collect::<Result<Vec<_>, _>>()?;
    let filter = Filter::of_periods(question.periods.iter().copied()).kinds(&kinds);
    let events = context.events(&filter).await?;
    let is_meant = |at: DateTime<Utc>, fact: &Fact| {
        question.since.is_none_or(|since| at >= since)
            && question.until.is_none_or(|until| at < until)
            && (question.organs.is_empty() || fact.organs().iter().any(|organ| question.organs.contains(organ)))
    };
    let meant = events.into_iter().filter(|event| is_meant(event.at, &event.fact));
    Ok(meant.map(|event| line_of(context, event)).collect())
}

/// The line of one fact.
#[must_use]
pub fn line_of(context: &Context, event: Event) -> JournalLine {
    JournalLine {
        seq: event.seq,
        at: event.at,
        at_office: event.at.with_timezone(&context.office.zone).to_rfc3339_opts(SecondsFormat::Secs, false),
        run: event.run,
        by: event.actor,
        kind: event.fact.kind(),
        period: event.fact.period(),
        organs: event.fact.organs().into_iter().cloned().collect(),
        said: event.fact.said(),
        fact: event.fact,
    }
}

fn kind_named(written: &str) -> Result<&'static str, Failure> {
    FACT_KINDS.into_iter().find(|kind| *kind == written).ok_or_else(|| {
        let instead = known_instead(written, FACT_KINDS);
        Failure::usage(format!("kind of fact `{written}` is unknown: {instead}")).coded("unknown-id")
    })
}
