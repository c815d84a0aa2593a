//! Taking documents in: store, read, judge, keep.
//!
//! A document is stored as it came before anything else happens. Then it is read; what it is and whether it is what
//! was asked for is told by the reader, and what only several documents together can tell by its judge. Equal bytes make
//! no new revision; a document that disagrees with itself is held for a person; one of another form or period is refused.

use serde::Serialize;

use crate::{
    domain::{Dataset, DatasetKey, Edition, Fact, Sha256},
    pipeline::{
        Catalogue, Desk, Exit, Failure, Trouble, chain,
        desk::{abreast::abreast, progress::Step},
        intake::{kept, repeated},
    },
    read::{Identity, Mark, Verdict, Wanted, judge},
    store::SnapshotMeta,
};

/// A document that came, and what it is said to be.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub wanted: Wanted,
    pub name: String,
    /// Where it came from, secrets masked: an address, or a path.
    pub from: String,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Read into so many new datasets, or new revisions of datasets.
    Taken(usize),
    Unchanged,
    Held(Trouble),
    Refused(Trouble),
}

/// What became of documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IntakeReport {
    pub files: usize,
    /// New datasets, or new revisions of datasets.
    pub taken: usize,
    pub unchanged: usize,
    pub held: Vec<Trouble>,
    pub refused: Vec<Trouble>,
    /// What others of the same kind came with, and this delivery did not.
    pub missing: Vec<Trouble>,
}

impl IntakeReport {
    /// A refused document is "could not be fetched"; findings and held ones are not.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        if self.refused.is_empty() { Exit::Done } else { Exit::NotFetched }
    }

    /// Counts one document in.
    pub fn count(&mut self, fate: Fate) {
        self.files += 1;
        match fate {
            Fate::Taken(datasets) => self.taken += datasets,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Held(trouble) => self.held.push(trouble),
            Fate::Refused(trouble) => self.refused.push(trouble),
        }
    }
}

/// A document that was read; its figures are in the store.
struct Reading {
    snapshot: Sha256,
    keys: Vec<(DatasetKey, Edition, u64)>,
    marks: Vec<Mark>,
    identity: Identity,
    held: Option<String>,
}

enum Outcome {
    Unchanged,
    Refused(Sha256, String),
    Read(Box<Reading>),
}

/// Takes documents in and records what became of each; the fates are in their order.
///
/// # Errors
/// When the store or the ledger fails; a bad document is no error.
pub async fn take(desk: &Desk, catalogue: &mut Catalogue, documents: Vec<Incoming>) -> Result<Vec<Fate>, Failure> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let snapshots = store_all(desk, &documents)?;
    let stored: Vec<(&Incoming, Sha256)> = documents.iter().zip(snapshots).collect();
    desk.progress.begin(Step::Read, documents.len());
    let outcomes: Result<Vec<Outcome>, Failure> = tokio::task::block_in_place(|| {
        let one = |(document, snapshot): &(&Incoming, Sha256)| {
            let outcome = one(desk, catalogue, document, *snapshot);
            desk.progress.advance(Step::Read);
            outcome
        };
        abreast(&stored, one).into_iter().collect()
    });
    desk.progress.end(Step::Read);
    let outcomes = outcomes?;
    let verdicts = verdicts(desk, catalogue, &outcomes)?;
    let mut facts: Vec<Fact> = stored.iter().map(|(document, snapshot)| fetched(document, *snapshot)).collect();
    facts.extend(verdicts.on_known);
    let mut fates = Vec::new();
    let mut verdicts = verdicts.on_new.into_iter();
    for (document, outcome) in documents.iter().zip(outcomes) {
        fates.push(match outcome {
            Outcome::Unchanged => Fate::Unchanged,
            Outcome::Refused(snapshot, why) => refuse(document, snapshot, why, &mut facts),
            Outcome::Read(reading) => match verdicts.next().unwrap_or(Verdict::Taken) {
                Verdict::Refused(why) => refuse(document, reading.snapshot, why, &mut facts),
                Verdict::Held(why) => enter(desk, catalogue, document, &reading, Some(why), &mut facts),
                Verdict::Taken => {
                    let held = reading.held.clone();
                    enter(desk, catalogue, document, &reading, held, &mut facts)
                }
            },
        });
    }
    desk.record(&facts).await?;
    Ok(fates)
}

/// Every document as it came, before anything is read; one flush of the disk for all.
fn store_all(desk: &Desk, documents: &[Incoming]) -> Result<Vec<Sha256>, Failure> {
    let meta = |document: &Incoming| SnapshotMeta {
        url: document.from.clone(),
        name: document.name.clone(),
        headers: document.headers.clone(),
        received: desk.now(),
    };
    let metas: Vec<SnapshotMeta> = documents.iter().map(meta).collect();
    let received: Vec<(&[u8], &SnapshotMeta)> = documents.iter().map(|d| d.bytes.as_slice()).zip(&metas).collect();
    desk.artifacts.put_snapshots(&received).map_err(|error| Failure::ours("the documents could not be stored", error))
}

fn one(desk: &Desk, catalogue: &Catalogue, document: &Incoming, snapshot: Sha256) -> Result<Outcome, Failure> {
    if catalogue.is_newest_of(&document.wanted, &snapshot) {
        return Ok(Outcome::Unchanged);
    }
    let reading = match kept::read_document(desk, &document.wanted, &document.name, &document.bytes) {
        Ok(reading) => reading,
        Err(error) => return Ok(Outcome::Refused(snapshot, chain(&error))),
    };
    let marks = kept::keep(desk, snapshot, &document.wanted.form, &reading)?;
    let keys = reading.datasets.iter().map(|d| (d.key.clone(), d.edition.clone(), figures(d))).collect();
    Ok(Outcome::Read(Box::new(Reading { snapshot, keys, marks, identity: reading.identity, held: reading.held })))
}

fn figures(dataset: &Dataset) -> u64 {
    dataset.sections.iter().map(|s| s.figures.len() as u64).sum()
}

struct Verdicts {
    /// For each document that was read, in their order.
    on_new: Vec<Verdict>,
    /// What the new documents tell about those that were taken before.
    on_known: Vec<Fact>,
}

/// The judge hears everything that was ever taken, together with what came now.
fn verdicts(desk: &Desk, catalogue: &mut Catalogue, outcomes: &[Outcome]) -> Result<Verdicts, Failure> {
    let new: Vec<&Reading> = outcomes
        .iter()
        .filter_map(|o| match o {
            Outcome::Read(reading) => Some(reading.as_ref()),
            _ => None,
        })
        .collect();
    if new.is_empty() {
        return Ok(Verdicts { on_new: Vec::new(), on_known: Vec::new() });
    }
    let known: Vec<(DatasetKey, u32, Sha256)> =
        catalogue.newest().map(|(k, e)| (k.clone(), e.revision, e.snapshot)).collect();
    let told = repeated::told(desk, &known)?;
    let mut identities: Vec<Identity> = told.iter().map(|told| told.identity.clone()).collect();
    let mut places = Vec::new();
    for reading in &new {
        // A document that waits and comes again says nothing twice.
        let is_of = |(key, _, snapshot): &(DatasetKey, u32, Sha256)| {
            *snapshot == reading.snapshot && reading.keys.iter().any(|(k, ..)| k == key)
        };
        places.push(known.iter().position(is_of).unwrap_or(identities.len()));
        if places.last() == Some(&identities.len()) {
            identities.push(reading.identity.clone());
        }
    }
    let mut verdicts = judge(&identities);
    let marks = new.iter().zip(&places).map(|(r, place)| (*place, r.identity.document.as_str(), &*r.marks)).collect();
    repeated::hold(desk, catalogue, &known, &told, marks, &mut verdicts)?;
    let on_new = places.iter().filter_map(|place| verdicts.get(*place).cloned()).collect();
    verdicts.truncate(known.len());
    let mut on_known = Vec::new();
    for ((key, revision, _), verdict) in known.into_iter().zip(verdicts) {
        let why = match verdict {
            Verdict::Taken => None,
            Verdict::Held(why) | Verdict::Refused(why) => Some(why),
        };
        if catalogue.changes_standing(&key, revision, why.as_deref()) {
            if let Some(why) = &why {
                desk.progress.say(&format!("{key}: held from now on: {why}"));
            }
            let fact = Fact::Judged { key, revision, held: why };
            catalogue.apply(&fact);
            on_known.push(fact);
        }
    }
    Ok(Verdicts { on_new, on_known })
}

fn enter(
    desk: &Desk,
    catalogue: &mut Catalogue,
    document: &Incoming,
    reading: &Reading,
    held: Option<String>,
    facts: &mut Vec<Fact>,
) -> Fate {
    let mut taken = 0;
    for (key, edition, figures) in &reading.keys {
        // Of an answer that many regions share only those that differ become a new revision.
        if catalogue.is_newest(key, &reading.snapshot) || same_figures(desk, catalogue, key, reading) {
            continue;
        }
        let fact = Fact::DatasetRead {
            key: key.clone(),
            revision: catalogue.next_revision(key),
            snapshot: reading.snapshot,
            edition: edition.clone(),
            figures: *figures,
            held: held.clone(),
        };
        catalogue.apply(&fact);
        facts.push(fact);
        taken += 1;
    }
    match held {
        Some(why) => Fate::Held(Trouble::new(document.name.clone(), why)),
        None if taken == 0 => Fate::Unchanged,
        None => Fate::Taken(taken),
    }
}

/// Whether a document of several datasets says of one of them what its newest revision says.
fn same_figures(desk: &Desk, catalogue: &Catalogue, key: &DatasetKey, reading: &Reading) -> bool {
    let Some(newest) = catalogue.revisions(key).last() else { return false };
    if reading.keys.len() == 1 {
        return false;
    }
    let find = |snapshot: Sha256| {
        let datasets = kept::stored(desk, snapshot, key).ok()?;
        datasets.into_iter().find(|d| d.key == *key)
    };
    newest.held.is_none() && find(newest.snapshot).is_some_and(|old| find(reading.snapshot) == Some(old))
}

/// That a document came and was stored: the log keeps what was answered when.
fn fetched(document: &Incoming, snapshot: Sha256) -> Fact {
    Fact::Fetched {
        form: document.wanted.form.clone(),
        period: document.wanted.period,
        snapshot,
        url: document.from.clone(),
        bytes: document.bytes.len() as u64,
    }
}

fn refuse(document: &Incoming, snapshot: Sha256, why: String, facts: &mut Vec<Fact>) -> Fate {
    facts.push(Fact::Refused {
        form: document.wanted.form.clone(),
        period: Some(document.wanted.period),
        snapshot: Some(snapshot),
        name: document.name.clone(),
        why: why.clone(),
    });
    Fate::Refused(Trouble::new(document.name.clone(), why))
}
