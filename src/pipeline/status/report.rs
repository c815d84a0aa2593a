//! The status of a period: its numbers, its forms, what it waits for.
//!
//! In: a quarter and its journal. Out: [`StatusReport`]. Unknown here: how an edge prints it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::{
    Context, Failure,
    context::{claimed::at_work, unrecorded},
    status::{
        comparisons::AbsentComparison,
        entitlements::{Registered, entitlements},
        forms::FormStanding,
        gate::Waits,
        notice::{NoticeKind, StatusNotice},
        placements::{PlacementStanding, PlacementTotals},
        requirements,
    },
};
use config::Office;
use domain::{
    Entitlement, Event, Fact, Issue, JournalHead, Origin, Owed, ParcelId, ParcelRecord, Period, PeriodStatus, Piece,
    Regulation, Witnessed, in_force, interrupted, parcels,
};
use ledger::Filter;

/// A period's status with notices for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusReport {
    #[serde(flatten)]
    pub status: PeriodStatus,
    pub origin: Origin,
    /// The act that applies, and whether it is in force.
    pub heading: String,
    /// When the period was closed: every copy of the matrix was handed over.
    pub closed: Option<DateTime<Utc>>,
    /// When its forms were checked last; `None` before the first check, and then it has no findings.
    pub checked: Option<DateTime<Utc>>,
    /// What a person has to know, the gravest first; `standing` only contains what the matrix says.
    pub notices: Vec<StatusNotice>,
    /// The collections that may not be handed over now, and why; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<Waits>,
    /// The forms of the period; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<FormStanding>,
    /// The missing earlier periods that the collections compare with; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<AbsentComparison>,
    /// The head of the journal, so that a copy of it is outside the ledger; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalHead>,
    /// The forms on the public site (clause 14); `standing` leaves them empty.
    pub placements: PlacementTotals,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub placement_terms: Vec<PlacementStanding>,
}

/// Marks attempts whose program died as interrupted: those of parcels that no program has in its hands. Only `events`
/// change; the next run records it.
pub async fn end_interrupted(context: &Context, events: &mut Vec<Event>) -> Result<(), Failure> {
    let after_seq = events.last().map_or(0, |event| event.seq);
    // What became of some of them is known, although the ledger did not take it.
    for Witnessed { at, run, actor, fact } in unrecorded::still_open(events, context.unrecorded.all()?) {
        let seq = events.last().map_or(1, |e| e.seq + 1);
        events.push(Event { seq, at, run, actor, fact });
    }
    let facts = interrupted(events);
    if facts.is_empty() {
        return Ok(());
    }
    let held = at_work(context).await?;
    // A program that released its parcel by now has recorded what became of it.
    let periods = facts.iter().filter_map(Fact::witnessed).map(|parcel| parcel.issue.period).collect::<BTreeSet<_>>();
    let newer = context.events(&Filter { after_seq, ..Filter::of_periods(periods) }).await?;
    let is_open = |fact: &Fact| {
        let Some(parcel) = fact.witnessed() else { return false };
        let piece = Piece::Hand(parcel.clone());
        let went_on = newer.iter().any(|event| event.fact.witnessed() == Some(parcel));
        !went_on && !held.iter().any(|held| held.excludes(&piece))
    };
    for fact in facts.into_iter().filter(is_open) {
        let seq = events.last().map_or(1, |e| e.seq + 1);
        events.push(Event { seq, at: context.now(), run: context.run.clone(), actor: context.actor.clone(), fact });
    }
    Ok(())
}

/// The facts about a quarter's run: those of the periods of its collections.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn events_of(context: &Context, quarter: Period) -> Result<Vec<Event>, Failure> {
    events_after(context, quarter, 0).await
}

/// As [`events_of`], after a place in the journal.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn events_after(context: &Context, quarter: Period, after_seq: i64) -> Result<Vec<Event>, Failure> {
    let mut periods = vec![quarter];
    periods.extend(requirements::collections(context.office.regulation(), quarter).iter().map(|c| c.period));
    periods.dedup();
    context.events(&Filter { after_seq, ..Filter::of_periods(periods) }).await
}

/// The status of a quarter from its facts.
#[must_use]
pub fn standing(context: &Context, quarter: Period, events: &[Event]) -> StatusReport {
    let regulation = context.office.regulation();
    let records = parcels(events);
    let (owed, mut matrix) = owed(&context.office, context.today(), quarter, &records);
    let status = PeriodStatus::derive(quarter, &owed, events, &context.run);
    matrix.extend(illegible(regulation, quarter));
    let mut notices: Vec<StatusNotice> =
        matrix.into_iter().map(|words| StatusNotice::info(NoticeKind::Matrix, words).in_period(quarter)).collect();
    notices.extend(context.origin.warning().map(|words| StatusNotice::info(NoticeKind::Sample, words)));
    let checked = events.iter().rev().find_map(|event| match &event.fact {
        Fact::Checked { period, .. } if *period == quarter => Some(event.at),
        _ => None,
    });
    let closed = in_force(events).rev().find_map(|event| match &event.fact {
        Fact::Closed { period, .. } if *period == quarter => Some(event.at),
        _ => None,
    });
    StatusReport {
        status,
        origin: context.origin,
        heading: heading(&context.office, context.today()),
        closed,
        checked,
        notices,
        waits: Vec::new(),
        forms: Vec::new(),
        comparisons: Vec::new(),
        journal: None,
        placements: PlacementTotals::default(),
        placement_terms: Vec::new(),
    }
}

/// What the matrix says about a quarter's collections: the entitled organs and the copies. Also notices about organs
/// that no longer receive anything.
fn owed(
    office: &Office,
    today: NaiveDate,
    quarter: Period,
    records: &BTreeMap<ParcelId, ParcelRecord>,
) -> (Vec<Owed>, Vec<String>) {
    let (mut owed, mut notices) = (Vec::new(), Vec::new());
    for due in requirements::collections(office.regulation(), quarter) {
        let issue = Issue::first(due.term.id.clone(), due.period);
        let shares = entitlements(office, &due.term.id, &Registered::of(&issue, records), today);
        notices.extend(shares.notices);
        owed.push(Owed {
            collection: issue.collection,
            period: issue.period,
            parcels: shares.shares.len(),
            copies: shares.shares.iter().map(|s| s.copies as usize).sum(),
        });
    }
    (owed, notices)
}

/// The cells of the matrix that are cut off in the source, for a quarter's collections.
fn illegible(regulation: &Regulation, quarter: Period) -> Vec<String> {
    let mut notices = Vec::new();
    for due in requirements::collections(regulation, quarter) {
        let organs: Vec<&str> = regulation
            .matrix
            .of_collection(&due.term.id)
            .filter(|(_, e)| *e == Entitlement::Illegible)
            .map(|(organ, _)| organ.as_str())
            .collect();
        if !organs.is_empty() {
            notices.push(format!(
                "matrix: for `{}` the number of copies is not legible in the act for {}; no copy is made",
                due.term.id,
                organs.join(", ")
            ));
        }
    }
    notices
}

/// The act that applies, and whether it is in force.
pub fn heading(office: &Office, today: NaiveDate) -> String {
    let regulation = office.regulation();
    let act = regulation.act.of(domain::Language::EN);
    if regulation.is_in_force(today) {
        act.to_owned()
    } else {
        format!("{act}, not in force on {today}; applied by office setting")
    }
}
