//! Takes documents in: stores, reads, judges and keeps them.
//!
//! A document is stored as it came before anything else happens. Then the reader finds what it is, and whether it is
//! what was requested; the judge finds what only several documents together can show. Equal bytes make no new revision.
//! A document that contradicts itself, or another document of the same dataset, is held for a person. A document of
//! another form or period is refused. What a person rejected stays rejected.
//!
//! In: documents and the catalogue. Out: their fates, and facts. Unknown here: where documents come from.

use std::collections::BTreeSet;

use crate::{
    Catalogue, Context, Failure, Trouble, chain,
    context::{catalogue::Edition, claimed::ClaimedPieces, parallel::in_parallel, progress::Step},
    intake::{
        conflict::{self, Conflicts, Delivered},
        fates::Fate,
        known::on_known,
        readings, repeated,
    },
};
use chrono::{DateTime, Utc};
use domain::{Dataset, DatasetKey, Edition as FormEdition, Fact, Origin, Piece, Sha256};
use read::{Identity, RepeatMark, Verdict, Wanted, judge};
use store::{Artifacts, SnapshotMeta};

/// A document that came, and what it should be.
#[derive(Debug, Clone)]
pub struct Incoming {
    pub wanted: Wanted,
    pub name: String,
    /// Where it came from, secrets masked: an address, or a path.
    pub from: String,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

/// A document that was read; its figures are in the store.
struct Reading {
    snapshot: Sha256,
    keys: Vec<(DatasetKey, FormEdition, u64)>,
    marks: Vec<RepeatMark>,
    identity: Identity,
    held: Option<String>,
}

enum Outcome {
    Unchanged,
    Refused(Sha256, String),
    Read(Box<Reading>),
}

/// Takes documents in and records what became of each. The fates are in the order of the documents. `claimed` contains
/// their forms and periods, and the catalogue was read since.
///
/// # Errors
/// When the store or the ledger fails; a bad document is not an error.
pub async fn take(
    context: &Context,
    (catalogue, claimed): (&mut Catalogue, &ClaimedPieces),
    documents: Vec<Incoming>,
) -> Result<Vec<Fate>, Failure> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let snapshots = store_all(context.now(), &context.artifacts, &documents)?;
    let stored: Vec<(&Incoming, Sha256)> = documents.iter().zip(snapshots).collect();
    context.progress.begin(Step::Read, documents.len());
    let outcomes: Result<Vec<Outcome>, Failure> = tokio::task::block_in_place(|| {
        let one = |(document, snapshot): &(&Incoming, Sha256)| {
            let outcome = one(context, catalogue, document, *snapshot);
            context.progress.advance(Step::Read);
            outcome
        };
        in_parallel(&stored, one).into_iter().collect()
    });
    context.progress.end(Step::Read);
    let outcomes = outcomes?;
    // All documents are judged together, those that other programs take in too.
    let judging = ClaimedPieces::wait(context, [Piece::Judge]).await?;
    let judged = judged(context, (catalogue, &[claimed, &judging]), &stored, outcomes).await;
    judging.after(judged).await
}

async fn judged(
    context: &Context,
    (catalogue, claimed): (&mut Catalogue, &[&ClaimedPieces]),
    stored: &[(&Incoming, Sha256)],
    outcomes: Vec<Outcome>,
) -> Result<Vec<Fate>, Failure> {
    *catalogue = context.catalogue().await?;
    let verdicts = verdicts(context, catalogue, &outcomes)?;
    let conflicts = conflicts(context, catalogue, stored, &outcomes, &verdicts.on_new)?;
    let mut facts: Vec<Fact> = stored.iter().map(|(document, snapshot)| fetched(document, *snapshot)).collect();
    facts.extend(verdicts.on_known);
    let mut fates = Vec::new();
    let mut verdicts = verdicts.on_new.into_iter();
    for (place, ((document, _), outcome)) in stored.iter().zip(outcomes).enumerate() {
        fates.push(match outcome {
            Outcome::Unchanged => Fate::Unchanged,
            Outcome::Refused(snapshot, why) => refuse(document, snapshot, why, &mut facts),
            Outcome::Read(reading) => match verdicts.next().unwrap_or(Verdict::Taken) {
                Verdict::Refused(why) => refuse(document, reading.snapshot, why, &mut facts),
                Verdict::Held(why) => hold(catalogue, document, &reading, why, &[], &mut facts),
                Verdict::Taken => match (&reading.held, conflicts.held.get(&place)) {
                    (Some(why), _) => hold(catalogue, document, &reading, why.clone(), &[], &mut facts),
                    (None, Some((why, rivals))) => hold(catalogue, document, &reading, why.clone(), rivals, &mut facts),
                    (None, None) => {
                        let passed = |key: &DatasetKey| {
                            let of = (place, key.clone());
                            conflicts.same.contains(&of) || conflicts.seen.contains(&of)
                        };
                        enter(context, catalogue, &reading, passed, &mut facts)
                    }
                },
            },
        });
    }
    context.record_holding(claimed, &facts).await?;
    Ok(fates)
}

/// Stores every document as it came, before anything is read; one flush of the disk for all.
fn store_all(now: DateTime<Utc>, artifacts: &Artifacts, documents: &[Incoming]) -> Result<Vec<Sha256>, Failure> {
    let meta = |document: &Incoming| SnapshotMeta {
        url: document.from.clone(),
        name: document.name.clone(),
        headers: document.headers.clone(),
        received: now,
    };
    let metas: Vec<SnapshotMeta> = documents.iter().map(meta).collect();
    let received: Vec<(&[u8], &SnapshotMeta)> = documents.iter().map(|d| d.bytes.as_slice()).zip(&metas).collect();
    artifacts.put_snapshots(&received).map_err(|error| Failure::ours("the documents could not be stored", error))
}

fn one(context: &Context, catalogue: &Catalogue, document: &Incoming, snapshot: Sha256) -> Result<Outcome, Failure> {
    let Wanted { form, period, .. } = &document.wanted;
    if catalogue.put_away(form, *period, &snapshot).is_some() || catalogue.is_newest_of(&document.wanted, &snapshot) {
        return Ok(Outcome::Unchanged);
    }
    if context.origin == Origin::Real && is_of_sample(&document.headers) {
        let why = "it came from a sample office (`x-origin: SAMPLE DATA`), whose documents are never used as real ones; look at its address in schedules/sources.toml";
        return Ok(Outcome::Refused(snapshot, why.into()));
    }
    let reading = match readings::read_document(context, &document.wanted, &document.name, &document.bytes) {
        Ok(reading) => reading,
        Err(error) => return Ok(Outcome::Refused(snapshot, chain(&error))),
    };
    let marks = readings::keep(context, snapshot, &document.wanted.form, &reading)?;
    let keys = reading.datasets.iter().map(|d| (d.key.clone(), d.edition.clone(), figures(d))).collect();
    Ok(Outcome::Read(Box::new(Reading { snapshot, keys, marks, identity: reading.identity, held: reading.held })))
}

/// Whether the headers of the answer say that it comes from a sample office.
fn is_of_sample(headers: &[(String, String)]) -> bool {
    let says = |(name, value): &(String, String)| {
        name.eq_ignore_ascii_case("x-origin") && value.to_ascii_uppercase().contains("SAMPLE")
    };
    headers.iter().any(says)
}

fn figures(dataset: &Dataset) -> u64 {
    dataset.sections.iter().map(|s| s.figures.len() as u64).sum()
}

struct Verdicts {
    /// For each document that was read, in order.
    on_new: Vec<Verdict>,
    /// What the new documents change about those that were taken before.
    on_known: Vec<Fact>,
}

/// Judges everything that was ever taken, together with what came now.
fn verdicts(context: &Context, catalogue: &mut Catalogue, outcomes: &[Outcome]) -> Result<Verdicts, Failure> {
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
    let told = repeated::told(context, &known)?;
    let mut identities: Vec<Identity> = told.iter().map(|told| told.identity.clone()).collect();
    let mut places = Vec::new();
    for reading in &new {
        // A waiting document that comes again counts once.
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
    repeated::hold(context, catalogue, &known, &told, marks, &mut verdicts)?;
    let on_new = places.iter().filter_map(|place| verdicts.get(*place).cloned()).collect();
    verdicts.truncate(known.len());
    Ok(Verdicts { on_new, on_known: on_known(&*context.progress, catalogue, known, &identities, verdicts) })
}

/// Which of the new documents claim what others claim; only documents without any other doubt are compared.
fn conflicts(
    context: &Context,
    catalogue: &Catalogue,
    stored: &[(&Incoming, Sha256)],
    outcomes: &[Outcome],
    verdicts: &[Verdict],
) -> Result<Conflicts, Failure> {
    let there: BTreeSet<Sha256> = stored.iter().map(|(_, snapshot)| *snapshot).collect();
    let readings = outcomes.iter().enumerate().filter_map(|(place, outcome)| match outcome {
        Outcome::Read(reading) => Some((place, &**reading)),
        _ => None,
    });
    let sound =
        |((_, reading), verdict): &((usize, &Reading), &Verdict)| reading.held.is_none() && **verdict == Verdict::Taken;
    let sound: Vec<(usize, Sha256, Vec<DatasetKey>)> = readings
        .zip(verdicts)
        .filter(sound)
        .map(|((place, reading), _)| (place, reading.snapshot, reading.keys.iter().map(|(k, ..)| k.clone()).collect()))
        .collect();
    let mut fresh = Vec::new();
    for (place, snapshot, keys) in &sound {
        let Some((document, _)) = stored.get(*place) else { continue };
        let (name, from) = (document.name.as_str(), document.from.as_str());
        fresh.push(Delivered { place: *place, snapshot: *snapshot, name, from, keys });
    }
    conflict::conflicts(context, catalogue, &fresh, &there)
}

/// Holds a document for a person. If it waits already, the same bytes bring nothing new.
fn hold(
    catalogue: &mut Catalogue,
    document: &Incoming,
    reading: &Reading,
    why: String,
    rivals: &[Sha256],
    facts: &mut Vec<Fact>,
) -> Fate {
    let mut new = false;
    let Wanted { form, period, .. } = &document.wanted;
    if catalogue.was_accepted(form, *period, &reading.snapshot) {
        return Fate::Unchanged;
    }
    for (key, edition, figures) in &reading.keys {
        let waits = |e: &Edition| e.snapshot == reading.snapshot && e.rivals == rivals;
        if catalogue.held_beside(key).any(waits) || catalogue.is_newest(key, &reading.snapshot) {
            continue;
        }
        let held = (Some(why.clone()), rivals.to_vec());
        record(catalogue, (key, edition, *figures), reading.snapshot, held, facts);
        new = true;
    }
    let trouble = Trouble::new(document.name.clone(), why);
    if new { Fate::Held(trouble) } else { Fate::Waiting(trouble) }
}

fn enter(
    context: &Context,
    catalogue: &mut Catalogue,
    reading: &Reading,
    passed_over: impl Fn(&DatasetKey) -> bool,
    facts: &mut Vec<Fact>,
) -> Fate {
    let mut taken = 0;
    for (key, edition, figures) in &reading.keys {
        // If many regions share an answer, only those that differ get a new revision.
        let known = catalogue.is_newest(key, &reading.snapshot) || passed_over(key);
        if known || same_figures(context, catalogue, key, reading) {
            continue;
        }
        record(catalogue, (key, edition, *figures), reading.snapshot, (None, Vec::new()), facts);
        taken += 1;
    }
    if taken == 0 { Fate::Unchanged } else { Fate::Taken(taken) }
}

/// Records that a dataset was read, as its next revision; also why it is held, if it is, and beside which other
/// documents.
fn record(
    catalogue: &mut Catalogue,
    (key, edition, figures): (&DatasetKey, &FormEdition, u64),
    snapshot: Sha256,
    (held, rivals): (Option<String>, Vec<Sha256>),
    facts: &mut Vec<Fact>,
) {
    let fact = Fact::DatasetRead {
        key: key.clone(),
        revision: catalogue.next_revision(key),
        snapshot,
        edition: edition.clone(),
        figures,
        held,
        rivals,
    };
    catalogue.apply(&fact);
    facts.push(fact);
}

/// Whether a document of several datasets has the same figures for one of them as the newest revision of that dataset.
fn same_figures(context: &Context, catalogue: &Catalogue, key: &DatasetKey, reading: &Reading) -> bool {
    let Some(newest) = catalogue.revisions(key).last() else { return false };
    if reading.keys.len() == 1 {
        return false;
    }
    let find = |snapshot: Sha256| {
        let datasets = readings::stored(context, snapshot, key).ok()?;
        datasets.into_iter().find(|d| d.key == *key)
    };
    find(newest.snapshot).is_some_and(|old| find(reading.snapshot) == Some(old))
}

/// The fact that a document came and was stored; it records what was answered and when.
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
