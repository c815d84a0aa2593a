//! What was placed on the site, derived from the journal. In: a journal. Out: for each form and period its placed
//! revisions, the approval that waits for them, and whether a person took them back. This module does not know what is
//! public, nor when a placement falls due.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Event, Fact, FormId, Language, Period, SectionId, Sha256, in_force};

/// A form for a period.
pub type ReleaseKey = (FormId, Period);

/// One placement of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedRevision {
    pub revision: u32,
    /// The hash of the public figures.
    pub content: Sha256,
    /// The public sections.
    pub sections: Vec<SectionId>,
    pub languages: Vec<Language>,
    /// The hash of the whole site.
    pub tree: Sha256,
    pub placed: DateTime<Utc>,
    /// Up to which fact the figures in use were read.
    pub journal: i64,
    /// Why the figures differ from those of the revision before, as a person wrote it for the readers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the journal says about the placement of a form for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReleaseRecord {
    /// Oldest first; the place of a revision is its number.
    pub revisions: Vec<PlacedRevision>,
    /// The figures that a second person approved last.
    pub approved: Option<Sha256>,
    /// When a person took the release back, and why. A later placement ends it.
    pub withdrawn: Option<(DateTime<Utc>, String)>,
    /// When the site with the newest revision was read back.
    pub seen: Option<DateTime<Utc>>,
}

impl ReleaseRecord {
    /// The placement that readers see now.
    #[must_use]
    pub fn newest(&self) -> Option<&PlacedRevision> {
        self.revisions.last()
    }

    /// The revision that figures of this hash have or would have: that of the newest placement if it has the same
    /// figures, else the next number.
    #[must_use]
    pub fn revision_of(&self, content: &Sha256) -> u32 {
        match self.newest() {
            Some(newest) if newest.content == *content => newest.revision,
            newest => newest.map_or(0, |newest| newest.revision + 1),
        }
    }

    /// Whether figures of this hash are what readers see.
    #[must_use]
    pub fn shows(&self, content: &Sha256) -> bool {
        self.withdrawn.is_none() && self.newest().is_some_and(|newest| newest.content == *content)
    }
}

/// What was placed, by form and period.
#[must_use]
pub fn releases(events: &[Event]) -> BTreeMap<ReleaseKey, ReleaseRecord> {
    let mut records: BTreeMap<ReleaseKey, ReleaseRecord> = BTreeMap::new();
    for event in in_force(events) {
        match &event.fact {
            Fact::Placed { form, period, revision, .. } => {
                let record = records.entry((form.clone(), *period)).or_default();
                // The same placement may be recorded twice: by the run that made it, and by one that found it unrecorded.
                // What a person took back may also be placed again as it was.
                record.withdrawn = None;
                if record.newest().is_some_and(|newest| newest.revision >= revision.revision) {
                    continue;
                }
                record.seen = None;
                record.revisions.push(revision.clone());
            }
            Fact::PlacementSeen { .. } => {
                // A site contains everything that was placed before it.
                for record in records.values_mut().filter(|record| record.seen.is_none()) {
                    record.seen = Some(event.at);
                }
            }
            Fact::PlacementApproved { form, period, content, .. } => {
                records.entry((form.clone(), *period)).or_default().approved = Some(*content);
            }
            Fact::PlacementWithdrawn { form, period, reason } => {
                if let Some(record) = records.get_mut(&(form.clone(), *period)) {
                    record.withdrawn = Some((event.at, reason.clone()));
                    // What is approved is not shown again by itself.
                    record.approved = None;
                }
            }
            _ => {}
        }
    }
    records
}

/// The site that was read back last.
#[must_use]
pub fn site_seen(events: &[Event]) -> Option<Sha256> {
    in_force(events).rev().find_map(|event| match &event.fact {
        Fact::PlacementSeen { tree, .. } => Some(*tree),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Actor;

    fn event(seq: i64, fact: Fact) -> Event {
        Event { seq, at: DateTime::UNIX_EPOCH, run: "r".into(), actor: Actor::named("Operator"), fact }
    }

    fn placed(revision: u32, figures: &[u8]) -> Fact {
        Fact::Placed {
            form: "1-m".parse().unwrap(),
            period: "2025-M06".parse().unwrap(),
            address: format!("forms/1-m/2025-M06/r{revision}/"),
            revision: PlacedRevision {
                revision,
                content: Sha256::of(figures),
                sections: vec!["R1".parse().unwrap()],
                languages: vec![Language::RU],
                tree: Sha256::of(b"tree"),
                placed: DateTime::UNIX_EPOCH,
                journal: 1,
                reason: None,
            },
        }
    }

    fn key() -> ReleaseKey {
        ("1-m".parse().unwrap(), "2025-M06".parse().unwrap())
    }

    #[test]
    fn other_figures_are_the_next_revision_and_equal_ones_are_not() {
        let record = releases(&[event(1, placed(0, b"a"))]).remove(&key()).unwrap();
        assert_eq!((record.revision_of(&Sha256::of(b"a")), record.revision_of(&Sha256::of(b"b"))), (0, 1));
        let twice = releases(&[event(1, placed(0, b"a")), event(2, placed(0, b"a")), event(3, placed(1, b"b"))]);
        let record = &twice[&key()];
        assert_eq!(record.revisions.iter().map(|r| r.revision).collect::<Vec<_>>(), [0, 1]);
        assert!(record.shows(&Sha256::of(b"b")) && !record.shows(&Sha256::of(b"a")));
        assert_eq!(ReleaseRecord::default().revision_of(&Sha256::of(b"a")), 0);
    }

    #[test]
    fn what_was_taken_back_is_not_shown_until_other_figures_are_placed() {
        let (form, period) = key();
        let back = Fact::PlacementWithdrawn { form, period, reason: "an error of the source".into() };
        let mut events = vec![event(1, placed(0, b"a")), event(2, back)];
        let record = &releases(&events)[&key()];
        assert!(!record.shows(&Sha256::of(b"a")) && record.withdrawn.is_some());
        events.push(event(3, placed(1, b"b")));
        assert!(releases(&events)[&key()].shows(&Sha256::of(b"b")));
    }

    #[test]
    fn a_site_that_was_read_back_contains_what_was_placed_before() {
        let seen = Fact::PlacementSeen { address: "https://stat.example.kz/".into(), tree: Sha256::of(b"tree") };
        let events = [event(1, placed(0, b"a")), event(2, seen), event(3, placed(1, b"b"))];
        assert!(releases(&events[..2])[&key()].seen.is_some());
        assert!(releases(&events)[&key()].seen.is_none());
        assert_eq!(site_seen(&events), Some(Sha256::of(b"tree")));
    }
}
