//! Which datasets there are: derived from the journal.
//!
//! Each document that was read left a fact. A newer revision never overwrites an older one; a held one counts only
//! after a named person accepted it.

use std::collections::BTreeMap;

use crate::{
    domain::{Absence, Agency, DatasetKey, Edition as FormEdition, Event, Fact, FormId, Period, Sha256, Unit},
    pipeline::desk::{absences::Absences, corrections::Correction},
    read::Wanted,
};

/// One revision of a dataset: where its figures are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub revision: u32,
    pub snapshot: Sha256,
    pub edition: FormEdition,
    pub figures: u64,
    /// Why it waits for a person; `None` once accepted, or when nothing was wrong.
    pub held: Option<String>,
    /// Whether a named person let it pass; no judgement of later documents changes that.
    pub accepted: bool,
    /// What people corrected in it, oldest first; those of the revisions before it too.
    pub corrections: Vec<Correction>,
}

/// Every dataset of a ledger with its revisions, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    datasets: BTreeMap<DatasetKey, Vec<Edition>>,
    absences: Absences,
}

impl Catalogue {
    /// Derives the catalogue from the journal.
    #[must_use]
    pub fn derive(events: &[Event]) -> Self {
        let mut catalogue = Self::default();
        for event in events {
            catalogue.apply(&event.fact);
            if let Fact::Corrected { key, .. } = &event.fact {
                let newest = catalogue.datasets.get_mut(key).and_then(|revisions| revisions.last_mut());
                if let Some(correction) = newest.and_then(|edition| edition.corrections.last_mut()) {
                    correction.by = event.actor.to_string();
                }
            }
        }
        catalogue
    }

    /// The catalogue as it was at a place of the journal.
    #[must_use]
    pub fn at(events: &[Event], seq: i64) -> Self {
        Self::derive(&events[..events.partition_point(|event| event.seq <= seq)])
    }

    /// Takes the datasets of a form for a period over from another catalogue.
    pub fn take_form(&mut self, other: &Self, form: &FormId, period: Period) {
        let of_form = |key: &DatasetKey| key.form == *form && key.period == period;
        self.datasets.retain(|key, _| !of_form(key));
        let taken = other.datasets.iter().filter(|(key, _)| of_form(key));
        self.datasets.extend(taken.map(|(key, editions)| (key.clone(), editions.clone())));
    }

    /// Why a document is not there, as its source answered last; `None` when it was never asked for.
    #[must_use]
    pub fn absence(&self, form: &FormId, period: Period, document: &(Unit, Agency)) -> Option<Absence> {
        self.absences.of(form, period, document)
    }

    /// Takes one more fact in.
    pub fn apply(&mut self, fact: &Fact) {
        self.absences.apply(fact);
        match fact {
            Fact::DatasetRead { key, revision, snapshot, edition, figures, held } => {
                let revisions = self.datasets.entry(key.clone()).or_default();
                let corrections = revisions.last().map(|e| e.corrections.clone()).unwrap_or_default();
                revisions.push(Edition {
                    revision: *revision,
                    snapshot: *snapshot,
                    edition: edition.clone(),
                    figures: *figures,
                    held: held.clone(),
                    accepted: false,
                    corrections,
                });
            }
            Fact::Corrected { key, revision, snapshot, place, old, new, reason } => {
                let revisions = self.datasets.entry(key.clone()).or_default();
                let Some(corrected) = revisions.iter().rev().find(|e| e.snapshot == *snapshot).cloned() else { return };
                let mut corrections = revisions.last().map(|e| e.corrections.clone()).unwrap_or_default();
                let (place, reason) = (place.clone(), reason.clone());
                corrections.push(Correction { place, old: *old, new: *new, reason, by: String::new() });
                // A person has looked at it: no judgement of later documents holds it any more.
                let person = Edition { revision: *revision, held: None, accepted: true, corrections, ..corrected };
                revisions.push(person);
            }
            Fact::Accepted { key, revision, .. } => {
                let revisions = self.datasets.get_mut(key);
                if let Some(found) = revisions.and_then(|r| r.iter_mut().find(|e| e.revision == *revision)) {
                    found.held = None;
                    found.accepted = true;
                }
            }
            Fact::Judged { key, revision, held } => {
                let revisions = self.datasets.get_mut(key);
                if let Some(found) = revisions.and_then(|r| r.iter_mut().find(|e| e.revision == *revision)) {
                    found.held.clone_from(held);
                }
            }
            _ => {}
        }
    }

    /// The revision in use: the newest that is not held.
    #[must_use]
    pub fn current(&self, key: &DatasetKey) -> Option<&Edition> {
        self.datasets.get(key)?.iter().rev().find(|e| e.held.is_none())
    }

    /// Every revision of a dataset, oldest first.
    #[must_use]
    pub fn revisions(&self, key: &DatasetKey) -> &[Edition] {
        self.datasets.get(key).map_or(&[], Vec::as_slice)
    }

    /// The number that the next revision of a dataset gets.
    #[must_use]
    pub fn next_revision(&self, key: &DatasetKey) -> u32 {
        self.revisions(key).last().map_or(0, |e| e.revision + 1)
    }

    /// Whether the newest revision of a dataset came from this very document.
    #[must_use]
    pub fn is_newest(&self, key: &DatasetKey, snapshot: &Sha256) -> bool {
        self.revisions(key).last().is_some_and(|e| e.snapshot == *snapshot)
    }

    /// Whether every dataset that a document was read into has it as its newest revision, and none is held: then the
    /// same bytes say nothing new.
    #[must_use]
    pub fn is_newest_of(&self, wanted: &Wanted, snapshot: &Sha256) -> bool {
        let mut of_document = self
            .datasets
            .iter()
            .filter(|(key, revisions)| {
                key.form == wanted.form
                    && wanted.period == key.period
                    && wanted.unit.as_ref().is_none_or(|u| *u == key.unit)
                    && revisions.iter().any(|e| e.snapshot == *snapshot)
            })
            .peekable();
        of_document.peek().is_some()
            && of_document.all(|(_, r)| r.last().is_some_and(|e| e.snapshot == *snapshot && e.held.is_none()))
    }

    /// The newest revision of each dataset, held or not.
    pub fn newest(&self) -> impl Iterator<Item = (&DatasetKey, &Edition)> {
        self.datasets.iter().filter_map(|(k, e)| e.last().map(|e| (k, e)))
    }

    /// Whether a judgement differs from how a revision stands; what a person accepted stays accepted.
    #[must_use]
    pub fn changes_standing(&self, key: &DatasetKey, revision: u32, held: Option<&str>) -> bool {
        let found = self.revisions(key).iter().find(|e| e.revision == revision);
        found.is_some_and(|e| !e.accepted && e.held.is_some() != held.is_some())
    }

    /// The datasets in use of a form for a period.
    pub fn of_form<'a>(
        &'a self,
        form: &'a FormId,
        period: Period,
    ) -> impl Iterator<Item = (&'a DatasetKey, &'a Edition)> {
        self.datasets
            .keys()
            .filter(move |k| k.form == *form && k.period == period)
            .filter_map(|k| self.current(k).map(|e| (k, e)))
    }

    /// Every dataset with its revisions.
    pub fn all(&self) -> impl Iterator<Item = (&DatasetKey, &[Edition])> {
        self.datasets.iter().map(|(k, e)| (k, e.as_slice()))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.datasets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Agency, Origin, Unit};

    fn key() -> DatasetKey {
        DatasetKey {
            form: "3-k".parse().unwrap(),
            period: "2023-M08".parse().unwrap(),
            unit: Unit::republic(),
            agency: Agency::all(),
            origin: Origin::Real,
        }
    }

    fn read(revision: u32, bytes: &[u8], held: Option<&str>) -> Fact {
        Fact::DatasetRead {
            key: key(),
            revision,
            snapshot: Sha256::of(bytes),
            edition: "50305".parse().unwrap(),
            figures: 7,
            held: held.map(Into::into),
        }
    }

    #[test]
    fn a_held_dataset_counts_only_after_a_person_accepted_it() {
        let mut catalogue = Catalogue::default();
        catalogue.apply(&read(0, b"a", Some("stale properties")));
        assert_eq!(catalogue.current(&key()), None);
        assert_eq!(catalogue.next_revision(&key()), 1);
        catalogue.apply(&Fact::Accepted { key: key(), revision: 0, reason: "fits the series".into() });
        assert_eq!(catalogue.current(&key()).unwrap().revision, 0);
    }

    #[test]
    fn a_correction_is_a_revision_of_the_same_document_and_stays_with_later_ones() {
        let mut catalogue = Catalogue::default();
        catalogue.apply(&read(0, b"a", None));
        catalogue.apply(&Fact::Corrected {
            key: key(),
            revision: 1,
            snapshot: Sha256::of(b"a"),
            place: crate::domain::Place {
                section: "R1".parse().unwrap(),
                row: "1".parse().unwrap(),
                column: "2".parse().unwrap(),
            },
            old: Some(crate::domain::Number::count(7)),
            new: None,
            reason: "counted twice".into(),
        });
        let corrected = catalogue.current(&key()).unwrap().clone();
        assert_eq!((corrected.revision, corrected.snapshot), (1, Sha256::of(b"a")));
        assert_eq!(corrected.corrections.len(), 1);
        assert!(catalogue.revisions(&key())[0].corrections.is_empty());
        assert!(catalogue.is_newest(&key(), &Sha256::of(b"a")), "the same document again says nothing new");
        catalogue.apply(&Fact::Judged { key: key(), revision: 1, held: Some("stale".into()) });
        assert!(!catalogue.changes_standing(&key(), 1, Some("stale")));
        catalogue.apply(&read(2, b"b", None));
        assert_eq!(catalogue.current(&key()).unwrap().corrections, corrected.corrections);
    }

    #[test]
    fn the_newest_revision_is_in_use_and_the_older_one_stays() {
        let mut catalogue = Catalogue::default();
        catalogue.apply(&read(0, b"a", None));
        catalogue.apply(&read(1, b"b", None));
        assert_eq!(catalogue.current(&key()).unwrap().revision, 1);
        assert_eq!(catalogue.revisions(&key()).len(), 2);
        assert!(catalogue.is_newest(&key(), &Sha256::of(b"b")));
    }
}
