//! The status of a period, derived from the journal in this one place. In: what is owed, and the events. Out: a
//! [`PeriodStatus`], which the command line, the console and the JSON show. This module does not know the matrix or the
//! deadlines.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    CollectionId, Event, Fact, Issue, IssueRecord, ParcelId, ParcelRecord, ParcelState, Period, Sha256, Tally, issues,
    overtaken_by, parcels,
};

/// How many parcels and copies a collection owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub collection: CollectionId,
    /// The period of the collection. A run for a quarter may include the collections of the half-year that ends with
    /// it.
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
    /// Numbered for organs that ended, and never handed over.
    pub withdrawn: usize,
    /// Handed-over parcels that a person had sent again, and whose second sending is not done.
    pub again: usize,
}

/// The numbers of copies that are expected and that are handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CopyTotals {
    pub expected: usize,
    pub handed: usize,
}

/// The first issue of one collection of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionStatus {
    pub id: CollectionId,
    pub period: Period,
    pub revision: u32,
    pub content_id: Option<Sha256>,
    pub draft: bool,
    pub incomplete: Vec<crate::FormId>,
    pub parcels: ParcelTotals,
    pub copies: CopyTotals,
}

/// A total, with what this run added to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    pub expected: usize,
    pub handed: usize,
    pub handed_now: usize,
}

/// Totals over the first issues of the collections.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    pub parcels: Count,
    pub copies: Count,
}

/// One later issue of a collection: a revision or a supplement. The totals do not include it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaterIssue {
    pub id: CollectionId,
    pub period: Period,
    pub revision: u32,
    /// The number of a supplement; 0 for a revision.
    pub supplement: u32,
    pub content_id: Option<Sha256>,
    pub draft: bool,
    pub reason: Option<String>,
    /// Whether it was built, and no copy of it has been numbered.
    pub candidate: bool,
    /// The later revision that overtook it. What still waits of it is not sent any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overtaken_by: Option<u32>,
    pub parcels: ParcelTotals,
    pub copies: CopyTotals,
}

/// The status of a period.
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
    /// Derives the status of a period from the facts that concern it. `handed_now` counts the work of `run`.
    #[must_use]
    pub fn derive(period: Period, owed: &[Owed], events: &[Event], run: &str) -> Self {
        let (records, issues) = (parcels(events), issues(events));
        let collections: Vec<CollectionStatus> = owed.iter().map(|o| collection(o, &records, &issues)).collect();
        let totals = totals(owed, &records, run);
        let later = owed.iter().flat_map(|o| later(o, &records, &issues));
        let (supplements, revisions) = later.partition(|issue: &LaterIssue| issue.supplement > 0);
        let findings = events.iter().rev().find_map(|e| match &e.fact {
            Fact::Checked { period: checked, findings, .. } if *checked == period => Some(*findings),
            _ => None,
        });
        Self { period, collections, totals, supplements, revisions, findings: findings.unwrap_or_default() }
    }
}

impl Owed {
    /// The first issue of the collection, which the totals count.
    fn first(&self) -> Issue {
        Issue::first(self.collection.clone(), self.period)
    }
}

fn count<'a>(records: impl Iterator<Item = &'a ParcelRecord>, expected: usize) -> ParcelTotals {
    let mut totals = ParcelTotals { expected, ..ParcelTotals::default() };
    for record in records {
        totals.handed += usize::from(record.state.is_handed());
        totals.again += usize::from(record.again.is_some());
        match record.state {
            ParcelState::Queued => totals.queued += 1,
            ParcelState::Sending => totals.sending += 1,
            ParcelState::Bounced => totals.bounced += 1,
            ParcelState::Failed => totals.failed += 1,
            ParcelState::Uncertain => totals.uncertain += 1,
            ParcelState::Acknowledged => totals.acknowledged += 1,
            ParcelState::Withdrawn => totals.withdrawn += 1,
            ParcelState::Handed => {}
        }
    }
    totals
}

fn collection(
    owed: &Owed,
    records: &BTreeMap<ParcelId, ParcelRecord>,
    issues: &BTreeMap<Issue, IssueRecord>,
) -> CollectionStatus {
    let issue = owed.first();
    let built = issues.get(&issue);
    let parcels = || records.values().filter(|r| r.parcel.issue == issue);
    CollectionStatus {
        id: owed.collection.clone(),
        period: owed.period,
        revision: 0,
        content_id: built.map(|b| b.content_id),
        draft: built.is_some_and(|b| b.draft),
        incomplete: built.map(|b| b.incomplete.clone()).unwrap_or_default(),
        parcels: count(parcels(), owed.parcels),
        copies: CopyTotals { expected: owed.copies, handed: handed(parcels()) },
    }
}

fn handed<'a>(records: impl Iterator<Item = &'a ParcelRecord>) -> usize {
    records.flat_map(|r| &r.copies).filter(|c| c.state.is_handed()).count()
}

fn later(
    owed: &Owed,
    records: &BTreeMap<ParcelId, ParcelRecord>,
    issues: &BTreeMap<Issue, IssueRecord>,
) -> Vec<LaterIssue> {
    let first = owed.first();
    let later = issues.iter().filter(|(issue, _)| issue.is_beside(&first) && !issue.is_first());
    let told = later.map(|(issue, built)| {
        let parcels: Vec<&ParcelRecord> = records.values().filter(|r| r.parcel.issue == *issue).collect();
        LaterIssue {
            id: issue.collection.clone(),
            period: issue.period,
            revision: issue.revision,
            supplement: issue.supplement,
            content_id: Some(built.content_id),
            draft: built.draft,
            reason: built.reason.clone(),
            candidate: parcels.is_empty(),
            overtaken_by: overtaken_by(issue, records),
            parcels: count(parcels.iter().copied(), parcels.iter().filter(|r| r.state.counts()).count()),
            copies: CopyTotals {
                expected: parcels.iter().map(|r| r.counted().count()).sum(),
                handed: handed(parcels.iter().copied()),
            },
        }
    });
    told.collect()
}

fn totals(owed: &[Owed], records: &BTreeMap<ParcelId, ParcelRecord>, run: &str) -> Totals {
    let mut totals = Totals::default();
    for owed in owed {
        totals.parcels.expected += owed.parcels;
        totals.copies.expected += owed.copies;
        for record in records.values().filter(|r| r.parcel.issue == owed.first()) {
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
