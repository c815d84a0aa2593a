//! What was read from snapshots: figures as Parquet, and beside them what the document is and what the reader found.
//!
//! All of it can be made again from the snapshots. It is made again if it is lost, damaged, or of an older template.
//!
//! In: snapshots. Out: datasets, identities, findings. Unknown here: which revision is in use.

use serde::{Deserialize, Serialize};

use crate::{Context, Failure, chain, intake::sources};
use domain::{Dataset, DatasetKey, Finding, FormId, Sha256};
use read::{self, Document, Identity, ReadError, Reading, RepeatMark, Wanted};
use store::ArtifactKey;

/// What is stored beside the figures of a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    pub identity: Identity,
    pub findings: Vec<Finding>,
    /// The marks that show whether another period's document has the same figures; `None` if an older program wrote
    /// this.
    #[serde(default)]
    pub marks: Option<Vec<RepeatMark>>,
}

/// Reads a document as what is wanted.
///
/// # Errors
/// When it is something else, or cannot be read.
pub fn read_document(context: &Context, wanted: &Wanted, name: &str, bytes: &[u8]) -> Result<Reading, ReadError> {
    let office = &context.office;
    let document = Document { name, bytes };
    let template = office.forms.get(&wanted.form).ok_or_else(|| ReadError::NoForm {
        name: name.to_owned(),
        what: format!("a document of form `{}`, which has no template in `templates/forms`", wanted.form),
    })?;
    read::read(template, &office.forms, &office.places, &office.agencies, wanted, &document)
}

/// Stores what was read, and returns the marks of its datasets.
///
/// # Errors
/// When the store fails.
pub fn keep(context: &Context, snapshot: Sha256, form: &FormId, reading: &Reading) -> Result<Vec<RepeatMark>, Failure> {
    let reader = match reading.datasets.as_slice() {
        [] => context.reader(form),
        [one] => readers(context, &one.key)[0].clone(),
        [first, ..] => readers(context, &first.key)[1].clone(),
    };
    let store = |error| Failure::ours("the figures could not be stored", error);
    context.datasets.save(&snapshot, &reader, &reading.datasets).map_err(store)?;
    let marks = read::marks(&reading.datasets, context.office.forms.get(form));
    let (identity, findings) = (reading.identity.clone(), reading.findings.clone());
    let told = Told { identity, findings, marks: Some(marks.clone()) };
    let text = serde_json::to_vec(&told).map_err(|error| Failure::ours("what the reader found has no JSON", error))?;
    context.artifacts.derive(&told_key(snapshot, &reader), &text).map_err(store)?;
    Ok(marks)
}

/// Reads a document under the identity that a person gives it.
///
/// # Errors
/// When the document cannot be read as that, contains several datasets and the identity is another one, or the store
/// fails.
pub fn read_under(
    context: &Context,
    snapshot: Sha256,
    read_as: &DatasetKey,
    key: &DatasetKey,
) -> Result<Reading, Failure> {
    let reading = if read_as.period == key.period {
        let told = told(context, snapshot, read_as)?;
        let datasets = stored(context, snapshot, read_as)?;
        Reading { datasets, identity: told.identity, findings: told.findings, held: None, drafted: None }
    } else {
        read_again(context, snapshot, key).map_err(|failure| Failure::usage(chain(&failure)))?
    };
    if read_as == key {
        return Ok(reading);
    }
    under(reading, key).ok_or_else(|| {
        Failure::usage(format!("the document of {read_as} has several datasets: it can only be accepted as it is"))
    })
}

/// A reading of one dataset under another identity; `None` if it contains several datasets.
fn under(mut reading: Reading, key: &DatasetKey) -> Option<Reading> {
    let [dataset] = &mut reading.datasets[..] else { return None };
    let read_as = std::mem::replace(&mut dataset.key, key.clone());
    for finding in &mut reading.findings {
        if finding.unit.as_ref().is_some_and(|unit| *unit == read_as.unit) {
            finding.unit = Some(key.unit.clone());
        }
        if finding.agency.as_ref().is_some_and(|agency| *agency == read_as.agency) {
            finding.agency = Some(key.agency.clone());
        }
    }
    Some(reading)
}

/// The names under which a document's figures are stored: a single dataset by everything that it is about, several
/// datasets by their period. Equal bytes may come for two periods (from a service that ignores the date) or for two
/// units; then they are read into different datasets.
fn readers(context: &Context, key: &DatasetKey) -> [String; 2] {
    let of_period = format!("{}.{}", context.reader(&key.form), key.period);
    [format!("{of_period}.{}.{}", key.unit, key.agency), of_period]
}

fn told_key(snapshot: Sha256, reader: &str) -> ArtifactKey {
    ArtifactKey::Named(format!("data/{snapshot}.{reader}.told.json"))
}

/// The datasets of a snapshot from the store. If they are lost, damaged, or of an older template, they are read again
/// from the snapshot.
///
/// # Errors
/// When the snapshot itself is lost or damaged, or can no longer be read.
pub fn stored(context: &Context, snapshot: Sha256, key: &DatasetKey) -> Result<Vec<Dataset>, Failure> {
    for reader in readers(context, key) {
        match context.datasets.load(&snapshot, &reader) {
            Ok(datasets) => return Ok(datasets),
            Err(error) if error.is_missing() || error.is_damaged() => {}
            Err(error) => return Err(Failure::ours("stored figures could not be read", error)),
        }
    }
    again(context, snapshot, key).map(|reading| reading.datasets)
}

/// What the reader found in a snapshot.
///
/// # Errors
/// As [`stored`].
pub fn told(context: &Context, snapshot: Sha256, key: &DatasetKey) -> Result<Told, Failure> {
    let fetch = |reader: &String| context.artifacts.fetch(&told_key(snapshot, reader)).ok();
    let stored = readers(context, key).iter().find_map(fetch);
    match stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        Some(told) => Ok(told),
        None => again(context, snapshot, key).map(|r| Told { identity: r.identity, findings: r.findings, marks: None }),
    }
}

/// The marks of a snapshot's datasets.
///
/// # Errors
/// As [`stored`].
pub fn marks(context: &Context, snapshot: Sha256, key: &DatasetKey, told: &Told) -> Result<Vec<RepeatMark>, Failure> {
    match &told.marks {
        Some(marks) => Ok(marks.clone()),
        None => Ok(read::marks(&stored(context, snapshot, key)?, context.office.forms.get(&key.form))),
    }
}

fn again(context: &Context, snapshot: Sha256, key: &DatasetKey) -> Result<Reading, Failure> {
    let reading = read_again(context, snapshot, key)?;
    // A person may have accepted it under another unit or agency than it was read as.
    let renamed = reading.datasets.len() == 1 && reading.datasets.iter().all(|dataset| dataset.key != *key);
    let reading = if renamed { under(reading.clone(), key).unwrap_or(reading) } else { reading };
    keep(context, snapshot, &key.form, &reading)?;
    Ok(reading)
}

fn read_again(context: &Context, snapshot: Sha256, key: &DatasetKey) -> Result<Reading, Failure> {
    let lost = |error| {
        let how = context.call.command("pull").flag("--lost");
        Failure::ours(
            format!("the document of {key} could not be read again ({how} fetches every lost document)"),
            error,
        )
    };
    let bytes = context.artifacts.snapshot(&snapshot).map_err(lost)?;
    let receipts = context.artifacts.receipts(&snapshot).map_err(lost)?;
    let name = receipts.first().map(|r| r.meta.name.clone()).unwrap_or_default();
    let wanted = Wanted {
        form: key.form.clone(),
        period: key.period,
        unit: None,
        agency: None,
        origin: key.origin,
        region_field: sources::region_field(&context.office, &key.form),
    };
    read_document(context, &wanted, &name, &bytes)
        .map_err(|error| Failure::ours(format!("the document of {key} could not be read again"), error))
}
