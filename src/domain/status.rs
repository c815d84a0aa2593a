//! What stands where: derived from the journal, in this one place. The command line, the console and the JSON show
//! this value.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{CollectionId, CopyRecord, Event, Fact, ParcelId, ParcelState, Period, Sha256, Tally};

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

/// One parcel as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelRecord {
    pub parcel: ParcelId,
    pub state: ParcelState,
    pub copies: Vec<CopyRecord>,
    pub attempts: u32,
    /// The server's words of the last outcome.
    pub words: String,
    /// The run that handed it over.
    pub handed_by: Option<String>,
}

/// The parcels of a journal, by id.
#[must_use]
pub fn parcels(events: &[Event]) -> BTreeMap<ParcelId, ParcelRecord> {
    let mut records: BTreeMap<ParcelId, ParcelRecord> = BTreeMap::new();
    for event in events {
        apply(&mut records, event);
    }
    records
}

fn apply(records: &mut BTreeMap<ParcelId, ParcelRecord>, event: &Event) {
    if let Fact::Queued { parcel, copies } = &event.fact {
        records.entry(parcel.clone()).or_insert_with(|| ParcelRecord {
            parcel: parcel.clone(),
            state: ParcelState::Queued,
            copies: copies.clone(),
            attempts: 0,
            words: String::new(),
            handed_by: None,
        });
        return;
    }
    let (parcel, state, words) = match &event.fact {
        Fact::Sending { parcel, .. } => (parcel, ParcelState::Sending, None),
        Fact::Outcome { parcel, state, words, .. } => (parcel, *state, Some(words)),
        Fact::Settled { parcel, state, evidence } => (parcel, *state, Some(evidence)),
        Fact::Resend { parcel, reason } => (parcel, ParcelState::Queued, Some(reason)),
        _ => return,
    };
    let Some(record) = records.get_mut(parcel) else { return };
    record.state = state;
    if let Some(words) = words {
        record.words.clone_from(words);
    }
    match &event.fact {
        Fact::Sending { attempt, .. } => record.attempts = *attempt,
        _ if state.is_handed() => record.handed_by = Some(event.run.clone()),
        _ => {}
    }
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
            Fact::Checked { period: checked, findings } if *checked == period => Some(*findings),
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
    let handed = first().filter(|r| r.state.is_handed()).map(|r| r.copies.len()).sum();
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
        for record in records.values().filter(|r| is_of(r, owed, 0) && r.state.is_handed()) {
            let now = usize::from(record.handed_by.as_deref() == Some(run));
            totals.parcels.handed += 1;
            totals.parcels.handed_now += now;
            totals.copies.handed += record.copies.len();
            totals.copies.handed_now += now * record.copies.len();
        }
    }
    totals
}
