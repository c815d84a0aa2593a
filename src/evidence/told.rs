//! What follows from the journal: the register and the acts of people, which are files of an archive of evidence.
//!
//! In: events. Out: rows and hashes. Packing and checking use the same functions.

use std::collections::BTreeSet;

use serde::Serialize;

use domain::{CopyRecord, Event, Fact, ParcelId, ParcelState, Sha256, parcels};

/// One row of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackedCopy {
    pub parcel: ParcelId,
    #[serde(flatten)]
    pub copy: CopyRecord,
    pub state: ParcelState,
    /// The state of a second sending that is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<ParcelState>,
    pub attempts: u32,
    pub words: String,
}

/// The register as it follows from the journal, one row for each copy.
#[must_use]
pub fn register(events: &[Event]) -> Vec<PackedCopy> {
    let mut rows = Vec::new();
    for record in parcels(events).into_values() {
        for copy in record.copies {
            rows.push(PackedCopy {
                parcel: record.parcel.clone(),
                copy: copy.record,
                state: copy.state,
                again: copy.again,
                attempts: record.attempts,
                words: record.words.clone(),
            });
        }
    }
    rows
}

/// The acts of people in a journal: what they decided, and the candidates that they rebuilt.
pub fn acts(events: &[Event]) -> impl Iterator<Item = &Event> {
    events.iter().filter(|event| match &event.fact {
        Fact::Built { issue, reason, .. } => !issue.is_supplement() && reason.is_some(),
        Fact::Accepted { .. }
        | Fact::Rejected { .. }
        | Fact::Withdrawn { .. }
        | Fact::Corrected { .. }
        | Fact::Overridden { .. }
        | Fact::Approved { .. }
        | Fact::Settled { .. }
        | Fact::Resend { .. }
        | Fact::Readdressed { .. }
        | Fact::Closed { .. } => true,
        _ => false,
    })
}

/// The document that a fact is about.
#[must_use]
pub const fn snapshot(fact: &Fact) -> Option<Sha256> {
    match fact {
        Fact::Fetched { snapshot, .. } | Fact::DatasetRead { snapshot, .. } | Fact::Rejected { snapshot, .. } => {
            Some(*snapshot)
        }
        Fact::Refused { snapshot, .. } => *snapshot,
        _ => None,
    }
}

/// The hashes of all workbooks that a journal lists: masters and numbered copies.
#[must_use]
pub fn workbooks(events: &[Event]) -> BTreeSet<Sha256> {
    let mut hashes = BTreeSet::new();
    for event in events {
        match &event.fact {
            Fact::Built { master, .. } => drop(hashes.insert(*master)),
            Fact::Queued { copies, .. } => hashes.extend(copies.iter().map(|c| c.sha256)),
            _ => {}
        }
    }
    hashes
}
