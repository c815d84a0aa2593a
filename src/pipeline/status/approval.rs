//! The approval of a second person: what is approved is a hash of the register, and only that register may go.
//!
//! In: an issue, the journal, the register. Out: why the issue waits. Unknown here: who may approve.

use std::collections::BTreeMap;

use crate::{Hint, Invocation};
use config::Office;
use domain::{Event, Fact, Issue, ParcelId, ParcelRecord, Sha256, in_force, register_hash};

/// Why an issue may not go yet if the office requires a second person; `None` if it may.
#[must_use]
pub fn held_back(
    office: &Office,
    call: &Invocation,
    issue: &Issue,
    events: &[Event],
    records: &BTreeMap<ParcelId, ParcelRecord>,
) -> Option<String> {
    awaited(office, call, issue, events, records).map(|(why, how)| format!("{why}: {how}"))
}

/// As [`held_back`]: the reason, and the command with which a second person approves.
#[must_use]
pub fn awaited(
    office: &Office,
    call: &Invocation,
    issue: &Issue,
    events: &[Event],
    records: &BTreeMap<ParcelId, ParcelRecord>,
) -> Option<(String, Hint)> {
    if !office.settings.approval_required {
        return None;
    }
    let register = register_hash(of_issue(issue, records));
    let how = call.command("approve").option("--period", issue.period).option("--collection", &issue.collection);
    let how = how.option("--hash", register.short()).asked("--reason");
    match approved(issue, events) {
        Some(hash) if hash == register => None,
        Some(hash) => {
            let (approved, now) = (hash.short(), register.short());
            Some((format!("is not what was approved (that was {approved}, and the register is {now} now)"), how))
        }
        None => Some(("waits for a second person".to_owned(), how)),
    }
}

pub fn of_issue<'a>(
    issue: &'a Issue,
    records: &'a BTreeMap<ParcelId, ParcelRecord>,
) -> impl Iterator<Item = &'a ParcelRecord> {
    records.values().filter(move |r| r.parcel.issue == *issue)
}

/// The register hash that was approved last; `None` if no approval is in force.
pub fn approved(of: &Issue, events: &[Event]) -> Option<Sha256> {
    in_force(events).rev().find_map(|event| match &event.fact {
        Fact::Approved { issue, register, .. } if issue == of => Some(*register),
        _ => None,
    })
}
