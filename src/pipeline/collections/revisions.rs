//! Later issues of a collection: which one is worked on, and what each organ holds already.
//!
//! In: the register. Out: issues, and what organs hold. Unknown here: figures and masters.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Context, Failure,
    status::entitlements::{self, Registered, Share},
};
use domain::{Issue, OrganId, ParcelId, ParcelRecord, newest_revision};

/// What an organ holds of a collection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The newest revision that was handed over as a whole.
    pub revision: u32,
    /// The supplements, by number.
    pub supplements: Vec<u32>,
}

/// The newest revision of a collection whose copies are in the register; `None` if no copy of the first issue is there
/// yet.
#[must_use]
pub fn issued(first: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Option<u32> {
    newest_revision(first, records)
}

/// The supplements of a collection whose copies are in the register, by number.
#[must_use]
pub fn supplements(first: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Vec<u32> {
    let ours = records.keys().map(|p| &p.issue).filter(|i| i.is_beside(first) && i.is_supplement());
    let numbers: BTreeSet<u32> = ours.map(|issue| issue.supplement).collect();
    numbers.into_iter().collect()
}

/// The issue that a build or a decision is about: the first until its copies are numbered, then the next revision.
#[must_use]
pub fn worked_on(first: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Issue {
    issued(first, records).map_or_else(|| first.clone(), |revision| first.in_revision(revision + 1))
}

/// Checks that an issue is still the one that a decision is about, after its pieces were claimed.
///
/// # Errors
/// When copies of the collection were numbered meanwhile.
pub fn is_still_worked_on(issue: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Result<(), Failure> {
    if worked_on(&issue.in_revision(0), records) == *issue {
        return Ok(());
    }
    let why = format!("copies of `{issue}` were numbered just now: look again, then decide");
    Err(Failure::usage(why).coded("busy"))
}

/// What each organ holds of a collection; an organ that holds no revision as a whole is left out.
#[must_use]
pub fn holders(first: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> BTreeMap<OrganId, Held> {
    let mut holders: BTreeMap<OrganId, Held> = BTreeMap::new();
    let handed = records.values().filter(|r| r.parcel.issue.is_beside(first) && r.state.is_handed());
    let (supplements, revisions): (Vec<_>, Vec<_>) = handed.partition(|r| r.parcel.issue.is_supplement());
    for record in revisions {
        let revision = record.parcel.issue.revision;
        let held = holders.entry(record.parcel.organ.clone());
        let held = held.or_insert(Held { revision, supplements: Vec::new() });
        held.revision = held.revision.max(revision);
    }
    for record in supplements {
        if let Some(held) = holders.get_mut(&record.parcel.organ) {
            held.supplements.push(record.parcel.issue.supplement);
        }
    }
    holders
}

/// The organs of a collection and what they hold, by revision: organs that hold the same revision get the same
/// workbook.
pub type Groups<'a> = BTreeMap<Option<u32>, (Vec<Share<'a>>, Option<Held>)>;

/// Groups the organs of a collection by the revision that each holds. Only supplements that the whole group holds
/// count.
#[must_use]
pub fn groups<'a>(context: &'a Context, first: &Issue, records: &BTreeMap<ParcelId, ParcelRecord>) -> Groups<'a> {
    let holders = holders(first, records);
    let registered = Registered::of(first, records);
    let mut groups: Groups<'_> = BTreeMap::new();
    for share in entitlements::entitlements(&context.office, &first.collection, &registered, context.today()).shares {
        if entitlements::receives_nothing(context.office.regulation(), &share.recipient.id, context.today()).is_some() {
            continue;
        }
        let held = holders.get(&share.recipient.id);
        let (shares, of_all) = groups.entry(held.map(|h| h.revision)).or_insert_with(|| (Vec::new(), held.cloned()));
        if let (Some(of_all), Some(held)) = (of_all, held) {
            of_all.supplements.retain(|number| held.supplements.contains(number));
        }
        shares.push(share);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Actor, CopyRecord, Event, Fact, ParcelState, Sha256, parcels};

    fn records(handed: &[(&str, bool)]) -> BTreeMap<ParcelId, ParcelRecord> {
        let mut facts = Vec::new();
        for (id, is_handed) in handed {
            let parcel: ParcelId = id.parse().unwrap();
            let copy = CopyRecord {
                number: 1,
                of: 1,
                file: "a.xlsx".into(),
                sha256: Sha256::of(id.as_bytes()),
                language: None,
            };
            facts.push(Fact::Queued { parcel: parcel.clone(), copies: vec![copy] });
            if *is_handed {
                let (state, words) = (ParcelState::Handed, String::new());
                facts.push(Fact::Outcome {
                    parcel,
                    attempt: 1,
                    state,
                    words,
                    transient: false,
                    copies: vec![],
                    addresses: None,
                });
            }
        }
        let at = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let event = |(seq, fact)| Event { seq, at, run: "run".into(), actor: Actor::Schedule, fact };
        parcels(&(1..).zip(facts).map(event).collect::<Vec<_>>())
    }

    #[test]
    fn an_organ_holds_the_newest_revision_that_it_took() {
        let first: Issue = "2025-Q3/corruption/r0/mia".parse::<ParcelId>().unwrap().issue;
        assert_eq!(worked_on(&first, &records(&[])), first);
        let records = records(&[
            ("2025-Q3/corruption/r0/mia", true),
            ("2025-Q3/corruption/r0/knb", true),
            ("2025-Q3/corruption/r0/supreme-court", false),
            ("2025-Q3/corruption/s1/knb", true),
            ("2025-Q3/corruption/r1/mia", true),
            ("2025-Q3/corruption/r1/knb", false),
            ("2025-Q3/crime/r5/knb", true),
        ]);
        assert_eq!(worked_on(&first, &records).label(), "r2");
        let holders = holders(&first, &records);
        let of = |organ: &str| holders.get(&organ.parse().unwrap());
        assert_eq!(of("mia"), Some(&Held { revision: 1, supplements: vec![] }));
        assert_eq!(of("knb"), Some(&Held { revision: 0, supplements: vec![1] }));
        assert_eq!(of("supreme-court"), None);
    }
}
