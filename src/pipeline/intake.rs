//! Taking documents in: store, read, judge, keep.
//!
//! A document is stored as it came before anything else happens. Then it is read; what it is and whether it is what
//! was asked for is told by the reader. Equal bytes make no new revision; a document that disagrees with itself is held
//! for a person; one of another form or period is refused.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::{Catalogue, Desk, Exit, Failure, chain, failure::Trouble, progress::Step};
use crate::{
    domain::{Dataset, DatasetKey, Edition, Fact, Finding, FormId, Sha256},
    read::{self, Document, Identity, Reading, Wanted},
    store::{ArtifactKey, SnapshotMeta},
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
}

/// One document after reading; its figures are in the store.
struct Read {
    snapshot: Sha256,
    keys: Vec<(DatasetKey, Edition, u64)>,
    identity: Identity,
    held: Option<String>,
}

/// Takes documents in and records what became of each.
///
/// # Errors
/// When the store or the ledger fails; a bad document is no error.
pub async fn take(desk: &Desk, catalogue: &mut Catalogue, documents: Vec<Incoming>) -> Result<IntakeReport, Failure> {
    let mut report = IntakeReport { files: documents.len(), ..IntakeReport::default() };
    desk.progress.begin(Step::Read, documents.len());
    let outcomes: Vec<Result<Outcome, Failure>> = tokio::task::block_in_place(|| {
        documents
            .par_iter()
            .map(|document| {
                let outcome = one(desk, catalogue, document);
                desk.progress.advance(Step::Read);
                outcome
            })
            .collect()
    });
    desk.progress.end(Step::Read);
    let mut facts = Vec::new();
    let mut read = Vec::new();
    for (document, outcome) in documents.iter().zip(outcomes) {
        match outcome? {
            Outcome::Unchanged => report.unchanged += 1,
            Outcome::Refused(snapshot, why) => refuse(document, snapshot, &why, &mut report, &mut facts),
            Outcome::Read(result) => read.push((document, result)),
        }
    }
    judge(catalogue, read, &mut report, &mut facts);
    desk.record(&facts).await?;
    Ok(report)
}

enum Outcome {
    Unchanged,
    Refused(Sha256, String),
    Read(Read),
}

fn one(desk: &Desk, catalogue: &Catalogue, document: &Incoming) -> Result<Outcome, Failure> {
    let meta = SnapshotMeta {
        url: document.from.clone(),
        name: document.name.clone(),
        headers: document.headers.clone(),
        received: desk.now(),
    };
    let store = |error| Failure::ours("the document could not be stored", error);
    let snapshot = desk.artifacts.put_snapshot(&document.bytes, &meta).map_err(store)?;
    if catalogue.is_all_newest(&snapshot, &document.wanted.form) {
        return Ok(Outcome::Unchanged);
    }
    let reading = match read_document(desk, &document.wanted, &document.name, &document.bytes) {
        Ok(reading) => reading,
        Err(error) => return Ok(Outcome::Refused(snapshot, chain(&error))),
    };
    keep(desk, snapshot, &document.wanted.form, &reading)?;
    let keys = reading.datasets.iter().map(|d| (d.key.clone(), d.edition.clone(), figures(d))).collect();
    Ok(Outcome::Read(Read { snapshot, keys, identity: reading.identity, held: reading.held }))
}

fn read_document(desk: &Desk, wanted: &Wanted, name: &str, bytes: &[u8]) -> Result<Reading, read::ReadError> {
    let office = &desk.office;
    read::read(&office.forms, &office.regions, &office.agencies, wanted, &Document { name, bytes })
}

fn figures(dataset: &Dataset) -> u64 {
    dataset.sections.iter().map(|s| s.figures.len() as u64).sum()
}

/// Keeps what was read: the figures as Parquet, and beside them what the reader found.
fn keep(desk: &Desk, snapshot: Sha256, form: &FormId, reading: &Reading) -> Result<(), Failure> {
    let reader = desk.reader(form);
    let store = |error| Failure::ours("the figures could not be stored", error);
    desk.datasets.save(&snapshot, &reader, &reading.datasets).map_err(store)?;
    let findings = serde_json::to_vec(&reading.findings).map_err(|error| Failure::ours("findings have no JSON", error))?;
    desk.artifacts.replace(&findings_key(snapshot, &reader), &findings).map(drop).map_err(store)
}

fn findings_key(snapshot: Sha256, reader: &str) -> ArtifactKey {
    ArtifactKey::Named(format!("data/{snapshot}.{reader}.findings.json"))
}

/// The datasets of a snapshot from the store; where they are lost, damaged, or of an older template, they are read
/// again from the snapshot.
///
/// # Errors
/// When the snapshot itself is lost or damaged, or can no longer be read.
pub fn stored(desk: &Desk, snapshot: Sha256, wanted: &[&DatasetKey]) -> Result<Vec<Dataset>, Failure> {
    let Some(first) = wanted.first() else { return Ok(Vec::new()) };
    let reader = desk.reader(&first.form);
    match desk.datasets.load(&snapshot, &reader) {
        Ok(datasets) => return Ok(datasets),
        Err(error) if error.is_missing() || error.is_damaged() => {}
        Err(error) => return Err(Failure::ours("stored figures could not be read", error)),
    }
    again(desk, snapshot, first).map(|reading| reading.datasets)
}

/// What the reader found in a snapshot.
///
/// # Errors
/// As [`stored`].
pub fn findings(desk: &Desk, snapshot: Sha256, key: &DatasetKey) -> Result<Vec<Finding>, Failure> {
    let reader = desk.reader(&key.form);
    let stored = desk.artifacts.fetch(&findings_key(snapshot, &reader)).ok();
    match stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        Some(findings) => Ok(findings),
        None => again(desk, snapshot, key).map(|reading| reading.findings),
    }
}

fn again(desk: &Desk, snapshot: Sha256, key: &DatasetKey) -> Result<Reading, Failure> {
    let lost = |error| Failure::ours(format!("the document of {key} could not be read again"), error);
    let bytes = desk.artifacts.snapshot(&snapshot).map_err(lost)?;
    let receipts = desk.artifacts.receipts(&snapshot).map_err(lost)?;
    let name = receipts.first().map(|r| r.meta.name.clone()).unwrap_or_default();
    let wanted = Wanted { form: key.form.clone(), period: Some(key.period), unit: None, agency: None, origin: key.origin };
    let reading = read_document(desk, &wanted, &name, &bytes)
        .map_err(|error| Failure::ours(format!("the document of {key} could not be read again"), error))?;
    keep(desk, snapshot, &key.form, &reading)?;
    Ok(reading)
}

fn refuse(document: &Incoming, snapshot: Sha256, why: &str, report: &mut IntakeReport, facts: &mut Vec<Fact>) {
    report.refused.push(Trouble { what: document.name.clone(), why: why.to_owned() });
    facts.push(Fact::Refused {
        form: document.wanted.form.clone(),
        period: document.wanted.period,
        snapshot: Some(snapshot),
        name: document.name.clone(),
        why: why.to_owned(),
    });
}
