//! Which datasets exist, and which documents wait for a person: derived from the journal.
//!
//! Each document that was read left a fact. A newer revision never overwrites an older one. A held document is not a
//! revision: it is kept beside the revisions until a named person accepts it. So it does not hide a good document, and
//! a good document does not hide it.
//!
//! In: facts, in the order of the journal. Out: revisions and held documents, by dataset. Unknown here: the figures.

use std::collections::BTreeMap;

use crate::context::{absences::Absences, corrections::Correction};
use domain::{
    Absence, Agency, DatasetKey, Edition as FormEdition, Event, Fact, FormId, Period, Sha256, Unit, withdrawn,
};
use read::Wanted;

/// One revision of a dataset, or a held document, with the snapshot that its figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub revision: u32,
    pub snapshot: Sha256,
    pub edition: FormEdition,
    pub figures: u64,
    /// Why it waits for a person; `None` after it was accepted, or if nothing was wrong.
    pub held: Option<String>,
    /// Whether a named person accepted or corrected it; a judgement of later documents does not change that.
    pub accepted: bool,
    /// What people corrected in it, oldest first, including the corrections of the revisions before it.
    pub corrections: Vec<Correction>,
    /// Documents that claim the same dataset with other figures.
    pub rivals: Vec<Sha256>,
    /// Why a held document no longer waits: a person rejected it, or accepted another one in its place.
    pub put_away: Option<String>,
}

/// Every dataset of a ledger with its revisions, oldest first, and the documents that are or were held.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    datasets: BTreeMap<DatasetKey, Vec<Edition>>,
    /// By the dataset that they were read as.
    held: BTreeMap<DatasetKey, Vec<Edition>>,
    /// The highest revision number that was ever given; the number of a revision that was taken back is not given
    /// again.
    highest: BTreeMap<DatasetKey, u32>,
    absences: Absences,
}

impl Catalogue {
    /// Derives the catalogue from the journal.
    #[must_use]
    pub fn derive(events: &[Event]) -> Self {
        let mut catalogue = Self::default();
        let withdrawn = withdrawn(events);
        for event in events {
            if withdrawn.contains(&event.seq) {
                catalogue.number(&event.fact);
                continue;
            }
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

    /// The catalogue as it was at a place in the journal.
    #[must_use]
    pub fn at(events: &[Event], seq: i64) -> Self {
        Self::derive(&events[..events.partition_point(|event| event.seq <= seq)])
    }

    /// Replaces the datasets of a form for a period by those of another catalogue. Datasets of the form's other periods
    /// are added if they are not here yet: they came with the form.
    pub fn take_form(&mut self, other: &Self, form: &FormId, period: Period) {
        let of_form = |key: &DatasetKey| key.form == *form && key.period == period;
        self.datasets.retain(|key, _| !of_form(key));
        for (key, editions) in other.datasets.iter().filter(|(key, _)| key.form == *form) {
            self.datasets.entry(key.clone()).or_insert_with(|| editions.clone());
        }
    }

    /// Why a document is not here, by the last answer of its source; `None` if it was never requested.
    #[must_use]
    pub fn absence(&self, form: &FormId, period: Period, document: &(Unit, Agency)) -> Option<Absence> {
        self.absences.of(form, period, document)
    }

    /// Applies one more fact.
    pub fn apply(&mut self, fact: &Fact) {
        self.number(fact);
        self.absences.apply(fact);
        match fact {
            Fact::DatasetRead { key, revision, snapshot, edition, figures, held, rivals } => {
                let read = Edition {
                    revision: *revision,
                    snapshot: *snapshot,
                    edition: edition.clone(),
                    figures: *figures,
                    held: held.clone(),
                    accepted: false,
                    corrections: Vec::new(),
                    rivals: rivals.clone(),
                    put_away: None,
                };
                if held.is_some() {
                    let beside = self.held.entry(key.clone()).or_default();
                    beside.retain(|e| e.snapshot != *snapshot);
                    beside.push(read);
                } else {
                    self.waits_no_more(snapshot, &key.form, key.period);
                    self.put(key, read);
                }
            }
            Fact::Corrected { key, revision, snapshot, place, old, new, reason } => {
                let revisions = self.datasets.entry(key.clone()).or_default();
                let Some(corrected) = revisions.iter().rev().find(|e| e.snapshot == *snapshot).cloned() else { return };
                let mut corrections = revisions.last().map(|e| e.corrections.clone()).unwrap_or_default();
                let (place, reason) = (place.clone(), reason.clone());
                corrections.push(Correction { place, old: *old, new: *new, reason, by: String::new() });
                // A person corrected it. What later documents show about it no longer holds it back.
                let person = Edition { revision: *revision, held: None, accepted: true, corrections, ..corrected };
                revisions.push(person);
            }
            Fact::Accepted { key, revision, document, .. } => {
                let (read_as, number) =
                    document.as_ref().map_or((key, *revision), |read| (&read.read_as, read.read_revision));
                let Some(found) = self.take_held(read_as, number) else { return };
                for rival in self.held.get_mut(read_as).into_iter().flatten() {
                    if rival.rivals.contains(&found.snapshot) && rival.put_away.is_none() {
                        rival.put_away = Some("another document was accepted in its place".to_owned());
                    }
                }
                self.put(key, Edition { revision: *revision, held: None, accepted: true, put_away: None, ..found });
            }
            Fact::Rejected { key, revision, reason, .. } => {
                let held = self.held.get_mut(key);
                if let Some(found) = held.and_then(|h| h.iter_mut().find(|e| e.revision == *revision)) {
                    found.put_away = Some(format!("rejected: {reason}"));
                }
            }
            Fact::Judged { key, revision, held: None } => {
                let found = self.held.get(key).and_then(|h| h.iter().find(|e| e.revision == *revision));
                if found.is_some_and(|e| e.put_away.is_none())
                    && let Some(found) = self.take_held(key, *revision)
                {
                    self.put(key, Edition { held: None, ..found });
                }
            }
            Fact::Judged { key, revision, held: Some(why) } => {
                let revisions = self.datasets.entry(key.clone()).or_default();
                if let Some(place) = revisions.iter().position(|e| e.revision == *revision) {
                    // What a person accepted stays in use, whatever later documents show.
                    if revisions[place].accepted {
                        return;
                    }
                    let found = revisions.remove(place);
                    self.held.entry(key.clone()).or_default().push(Edition { held: Some(why.clone()), ..found });
                } else if let Some(found) =
                    self.held.get_mut(key).and_then(|h| h.iter_mut().find(|e| e.revision == *revision))
                {
                    found.held = Some(why.clone());
                }
            }
            _ => {}
        }
    }

    /// Remembers the revision number that a fact gave.
    fn number(&mut self, fact: &Fact) {
        let (Fact::DatasetRead { key, revision, .. }
        | Fact::Corrected { key, revision, .. }
        | Fact::Accepted { key, revision, .. }) = fact
        else {
            return;
        };
        let highest = self.highest.entry(key.clone()).or_default();
        *highest = (*highest).max(*revision);
    }

    /// Inserts a revision in order; a newer revision inherits the corrections of the one before.
    fn put(&mut self, key: &DatasetKey, mut edition: Edition) {
        let revisions = self.datasets.entry(key.clone()).or_default();
        let place = revisions.partition_point(|e| e.revision <= edition.revision);
        if let Some(before) = place.checked_sub(1).and_then(|before| revisions.get(before))
            && edition.corrections.is_empty()
        {
            edition.corrections.clone_from(&before.corrections);
        }
        revisions.insert(place, edition);
    }

    fn take_held(&mut self, key: &DatasetKey, revision: u32) -> Option<Edition> {
        let held = self.held.get_mut(key)?;
        let place = held.iter().position(|e| e.revision == revision)?;
        Some(held.remove(place))
    }

    fn waits_no_more(&mut self, snapshot: &Sha256, form: &FormId, period: Period) {
        for (_, held) in self.held.iter_mut().filter(|(key, _)| key.form == *form && key.period == period) {
            held.retain(|e| e.snapshot != *snapshot);
        }
    }

    /// The revision in use: the newest.
    #[must_use]
    pub fn current(&self, key: &DatasetKey) -> Option<&Edition> {
        self.datasets.get(key)?.last()
    }

    /// Every revision of a dataset, oldest first; held documents are not revisions.
    #[must_use]
    pub fn revisions(&self, key: &DatasetKey) -> &[Edition] {
        self.datasets.get(key).map_or(&[], Vec::as_slice)
    }

    /// The documents that were read as this dataset and wait for a person.
    pub fn held_beside<'a>(&'a self, key: &DatasetKey) -> impl Iterator<Item = &'a Edition> {
        self.held.get(key).into_iter().flatten().filter(|e| e.put_away.is_none())
    }

    /// Every document that waits for a person, with the dataset that it was read as.
    pub fn held(&self) -> impl Iterator<Item = (&DatasetKey, &Edition)> {
        self.put_beside().filter(|(_, e)| e.put_away.is_none())
    }

    /// Every document that waits for a person, or waited and was put away.
    pub fn put_beside(&self) -> impl Iterator<Item = (&DatasetKey, &Edition)> {
        self.held.iter().flat_map(|(key, held)| held.iter().map(move |e| (key, e)))
    }

    /// Why a document of a form for a period was put away; `None` if it was not.
    #[must_use]
    pub fn put_away(&self, form: &FormId, period: Period, snapshot: &Sha256) -> Option<&str> {
        let of_document =
            |(key, e): &(&DatasetKey, &Edition)| key.form == *form && key.period == period && e.snapshot == *snapshot;
        self.put_beside().filter(of_document).find_map(|(_, e)| e.put_away.as_deref())
    }

    /// Whether a person accepted a document of a form for a period, under any identity.
    #[must_use]
    pub fn was_accepted(&self, form: &FormId, period: Period, snapshot: &Sha256) -> bool {
        let of_form = self.datasets.iter().filter(|(key, _)| key.form == *form && key.period == period);
        of_form.flat_map(|(_, editions)| editions).any(|e| e.accepted && e.snapshot == *snapshot)
    }

    /// The number that the next revision of a dataset gets.
    #[must_use]
    pub fn next_revision(&self, key: &DatasetKey) -> u32 {
        self.highest.get(key).map_or(0, |highest| highest + 1)
    }

    /// Whether the newest revision of a dataset came from this document.
    #[must_use]
    pub fn is_newest(&self, key: &DatasetKey, snapshot: &Sha256) -> bool {
        self.current(key).is_some_and(|e| e.snapshot == *snapshot)
    }

    /// Whether this document is the newest revision of every dataset that it was read into, and no part of it is held.
    /// Then the same bytes bring nothing new.
    #[must_use]
    pub fn is_newest_of(&self, wanted: &Wanted, snapshot: &Sha256) -> bool {
        let asked = |key: &DatasetKey| {
            key.form == wanted.form
                && wanted.period == key.period
                && wanted.unit.as_ref().is_none_or(|u| *u == key.unit)
        };
        if self.held().any(|(key, e)| asked(key) && e.snapshot == *snapshot) {
            return false;
        }
        let of_document =
            |(key, e): &(&DatasetKey, &Vec<Edition>)| asked(key) && e.iter().any(|e| e.snapshot == *snapshot);
        let mut of_document = self.datasets.iter().filter(of_document).peekable();
        of_document.peek().is_some() && of_document.all(|(key, _)| self.is_newest(key, snapshot))
    }

    /// The newest of each dataset: the revision in use, and the documents that wait beside it.
    pub fn newest(&self) -> impl Iterator<Item = (&DatasetKey, &Edition)> {
        self.datasets.iter().filter_map(|(k, e)| e.last().map(|e| (k, e))).chain(self.held())
    }

    /// Whether a judgement would change the state of a document. A document that a person accepted stays accepted. A
    /// judgement does not release a document that has a rival, or whose dataset already has figures in use.
    #[must_use]
    pub fn changes_standing(&self, key: &DatasetKey, revision: u32, held: Option<&str>) -> bool {
        if let Some(found) = self.revisions(key).iter().find(|e| e.revision == revision) {
            return !found.accepted && held.is_some();
        }
        let found = self.held_beside(key).find(|e| e.revision == revision);
        found.is_some_and(|e| held.is_none() && e.rivals.is_empty() && self.current(key).is_none())
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
        self.datasets.iter().filter(|(_, e)| !e.is_empty()).map(|(k, e)| (k, e.as_slice()))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Agency, Origin, Unit};

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
            rivals: Vec::new(),
        }
    }

    #[test]
    fn a_held_dataset_counts_only_after_a_person_accepted_it() {
        let mut catalogue = Catalogue::default();
        catalogue.apply(&read(0, b"a", Some("stale properties")));
        assert_eq!(catalogue.current(&key()), None);
        assert_eq!(catalogue.next_revision(&key()), 1);
        catalogue.apply(&Fact::Accepted { key: key(), revision: 0, reason: "fits the series".into(), document: None });
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
            place: domain::Place {
                section: "R1".parse().unwrap(),
                row: "1".parse().unwrap(),
                column: "2".parse().unwrap(),
            },
            old: Some(domain::Number::count(7)),
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
