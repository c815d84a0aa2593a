//! What stands where: derived from the journal, in this one place. The command line, the console and the JSON show
//! this value.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{CollectionId, Event, Fact, ParcelId, ParcelRecord, ParcelState, Period, Sha256, Tally, parcels};

/// How many parcels or copies a collection owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub collection: CollectionId,
    /// The period of the collection, which a quarter's run may reach through its half-year.
    pub period: Period,
    pub parcels: usize,
    pub copies: usize,
}

/// Parcels by state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ParcelTotals {
    pub expected: usize,
    pub handed: usize,
    pub queued: usize,
    pub sending: usize,
    pub bounced: usize,
    pub failed: usize,
    pub uncertain: usize,
    pub acknowledged: usize,
}

/// Copies expected and handed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CopyTotals {
    pub expected: usize,
    pub handed: usize,
}

/// One collection of a period: its first issue, and the newest revision made since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionStatus {
    pub id: CollectionId,
    pub period: Period,
    pub revision: u32,
    pub content_id: Option<Sha256>,
    pub draft: bool,
    pub incomplete: Vec<super::FormId>,
    pub parcels: ParcelTotals,
    pub copies: CopyTotals,
}

/// A total with what this run added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    pub expected: usize,
    pub handed: usize,
    pub handed_now: usize,
}

/// Totals over the collections, of revision 0.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    pub parcels: Count,
    pub copies: Count,
}

/// One later issue of a collection, counted beside the totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaterIssue {
    pub id: CollectionId,
    pub period: Period,
    pub revision: u32,
    pub content_id: Option<Sha256>,
    pub reason: Option<String>,
    pub parcels: ParcelTotals,
}

/// A period as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodStatus {
    pub period: Period,
    pub collections: Vec<CollectionStatus>,
    pub totals: Totals,
    pub supplements: Vec<LaterIssue>,
    pub revisions: Vec<LaterIssue>,
    pub findings: Tally,
}

impl PeriodStatus {
    /// The status of a period from the facts of the journal that concern it; `run` is the run whose own work
    /// `handed_now` counts.
    #[must_use]
    pub fn derive(period: Period, owed: &[Owed], events: &[Event], run: &str) -> Self {
        let records = parcels(events);
        let collections: Vec<CollectionStatus> = owed.iter().map(|o| collection(o, &records, events)).collect();
        let totals = totals(owed, &records, run);
        let revisions = owed.iter().flat_map(|o| later(o, &records, events)).collect();
        let findings = events.iter().rev().find_map(|e| match &e.fact {
            Fact::Checked { period: checked, findings, .. } if *checked == period => Some(*findings),
            _ => None,
        });
        Self { period, collections, totals, supplements: Vec::new(), revisions, findings: findings.unwrap_or_default() }
    }
}

fn is_of(record: &ParcelRecord, owed: &Owed, revision: u32) -> bool {
    let issue = &record.parcel.issue;
    issue.collection == owed.collection && issue.period == owed.period && issue.revision == revision
}

fn count(states: impl Iterator<Item = ParcelState>, expected: usize) -> ParcelTotals {
    let mut totals = ParcelTotals { expected, ..ParcelTotals::default() };
    for state in states {
        if state.is_handed() {
            totals.handed += 1;
        }
        match state {
            ParcelState::Queued => totals.queued += 1,
            ParcelState::Sending => totals.sending += 1,
            ParcelState::Bounced => totals.bounced += 1,
            ParcelState::Failed => totals.failed += 1,
            ParcelState::Uncertain => totals.uncertain += 1,
            ParcelState::Acknowledged => totals.acknowledged += 1,
            ParcelState::Handed => {}
        }
    }
    totals
}

fn collection(owed: &Owed, records: &BTreeMap<ParcelId, ParcelRecord>, events: &[Event]) -> CollectionStatus {
    let built = events.iter().rev().find_map(|e| match &e.fact {
        Fact::Built { issue, content_id, draft, incomplete, .. }
            if issue.collection == owed.collection && issue.period == owed.period && issue.revision == 0 =>
        {
            Some((*content_id, *draft, incomplete.clone()))
        }
        _ => None,
    });
    let first = || records.values().filter(|r| is_of(r, owed, 0));
    let handed = first().flat_map(|r| &r.copies).filter(|c| c.state.is_handed()).count();
    let (content_id, draft, incomplete) = match built {
        Some((id, draft, incomplete)) => (Some(id), draft, incomplete),
        None => (None, false, Vec::new()),
    };
    CollectionStatus {
        id: owed.collection.clone(),
        period: owed.period,
        revision: 0,
        content_id,
        draft,
        incomplete,
        parcels: count(first().map(|r| r.state), owed.parcels),
        copies: CopyTotals { expected: owed.copies, handed },
    }
}

fn later(owed: &Owed, records: &BTreeMap<ParcelId, ParcelRecord>, events: &[Event]) -> Vec<LaterIssue> {
    let mut seen = BTreeSet::new();
    let mut issues = Vec::new();
    for event in events {
        let Fact::Built { issue, content_id, reason, .. } = &event.fact else { continue };
        let ours = issue.collection == owed.collection && issue.period == owed.period && issue.revision > 0;
        if !ours || !seen.insert(issue.revision) {
            continue;
        }
        let states: Vec<ParcelState> =
            records.values().filter(|r| is_of(r, owed, issue.revision)).map(|r| r.state).collect();
        issues.push(LaterIssue {
            id: owed.collection.clone(),
            period: owed.period,
            revision: issue.revision,
            content_id: Some(*content_id),
            reason: reason.clone(),
            parcels: count(states.iter().copied(), states.len()),
        });
    }
    issues
}

fn totals(owed: &[Owed], records: &BTreeMap<ParcelId, ParcelRecord>, run: &str) -> Totals {
    let mut totals = Totals::default();
    for owed in owed {
        totals.parcels.expected += owed.parcels;
        totals.copies.expected += owed.copies;
        for record in records.values().filter(|r| is_of(r, owed, 0)) {
            totals.parcels.handed += usize::from(record.state.is_handed());
            totals.parcels.handed_now += usize::from(record.state.is_handed() && record.was_handed_by(run));
            for copy in record.copies.iter().filter(|c| c.state.is_handed()) {
                totals.copies.handed += 1;
                totals.copies.handed_now += usize::from(copy.handed_by.as_deref() == Some(run));
            }
        }
    }
    totals
}
