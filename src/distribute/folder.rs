//! Hands parcels over by writing them into a folder: `<organ>/<period>/<collection>/r<revision>/`. Each copy is
//! published whole, and the manifest comes last.
//!
//! Every copy is delivered exactly once, because its file name contains its number and its hash. A file with the same
//! hash means that the copy was delivered before. The same number with another hash is a failure that a person must
//! look into.
//!
//! A copy that lies in a file of the same file system gets a second name here, so that its bytes are on the disk once
//! ([`Folder::linking`]). Somebody who edits one of the two files changes both; the hash of the register shows it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{Attempt, Enclosure, OneStep, Outcome, Parcel};
use domain::{Channel, CopyRecord, Origin, ParcelId};
use durable::{PublishError, Published, publish, sweep};

/// The folder that organs fetch their parcels from.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    links: bool,
}

/// The list of the files in a parcel's folder, for the recipient's programs.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    parcel: &'a ParcelId,
    origin: Origin,
    language: &'a str,
    subject: &'a str,
    text: &'a str,
    copies: Vec<ManifestCopy>,
}

#[derive(Debug, Serialize)]
struct ManifestCopy {
    #[serde(flatten)]
    record: CopyRecord,
    bytes: u64,
}

/// The name of the manifest. For copies that came later it contains the first of their numbers.
fn manifest_name(first: u32) -> String {
    if first == 1 { "manifest.json".into() } else { format!("manifest-from-{first}.json") }
}

impl Folder {
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), links: false }
    }

    /// The same folder, into which files are linked where that is possible.
    #[must_use]
    pub fn linking(self) -> Self {
        Self { links: true, ..self }
    }

    /// The folder of a parcel, below the outbox.
    #[must_use]
    pub fn place(id: &ParcelId) -> String {
        let issue = &id.issue;
        format!("{}/{}/{}/{}", id.organ, issue.period, issue.collection, issue.label())
    }

    fn write(&self, parcel: &Parcel, folder: &Path) -> Result<Published, Outcome> {
        sweep(folder);
        let mut written = Published::Before;
        let mut copies = Vec::with_capacity(parcel.copies.len());
        for enclosure in &parcel.copies {
            let bytes = enclosure.bytes().map_err(|error| Outcome::failed(error.to_string(), false))?;
            let mut record = enclosure.record.clone();
            record.file = name_with_hash(&enclosure.record);
            if let Some(other) = other_with_number(folder, &enclosure.record).map_err(|e| failed(folder, &e))? {
                let words = format!(
                    "copy {} lies there already with another hash, as `{other}`; nothing was replaced: look into the \
                     folder and decide",
                    record.number
                );
                return Err(Outcome::failed(words, false));
            }
            if self.publish_copy(&folder.join(&record.file), enclosure, &bytes)? == Published::Now {
                written = Published::Now;
            }
            copies.push(ManifestCopy { record, bytes: bytes.len() as u64 });
        }
        let manifest = Manifest {
            parcel: &parcel.id,
            origin: parcel.origin,
            language: parcel.language.code(),
            subject: parcel.letter.subject(),
            text: parcel.letter.text(),
            copies,
        };
        let mut text = serde_json::to_string_pretty(&manifest).map_err(|e| Outcome::failed(e.to_string(), false))?;
        text.push('\n');
        let first = parcel.copies.iter().map(|copy| copy.record.number).min().unwrap_or(1);
        match self.publish(&folder.join(manifest_name(first)), text.as_bytes())? {
            Published::Now => Ok(Published::Now),
            Published::Before => Ok(written),
        }
    }

    fn publish_copy(&self, path: &Path, enclosure: &Enclosure, bytes: &[u8]) -> Result<Published, Outcome> {
        let linked = if self.links { enclosure.link(path, bytes).map_err(|error| self.why(error))? } else { None };
        linked.map_or_else(|| self.publish(path, bytes), Ok)
    }

    fn publish(&self, path: &Path, bytes: &[u8]) -> Result<Published, Outcome> {
        publish(path, bytes).map_err(|error| self.why(error))
    }

    fn why(&self, error: PublishError) -> Outcome {
        match error {
            PublishError::Conflict { path, found, wanted } => {
                let place = path.strip_prefix(&self.root).unwrap_or(&path).display().to_string();
                let words = format!(
                    "`{place}` holds other bytes already ({found:?}, not {wanted:?}); nothing was replaced: look into \
                     the folder and decide"
                );
                Outcome::failed(words, false)
            }
            PublishError::Io { path, source } => failed(&path, &source),
        }
    }
}

impl OneStep for Folder {
    fn channel(&self) -> Channel {
        Channel::Folder
    }

    fn take(&self, parcel: &Parcel, _: &Attempt) -> Outcome {
        let place = Self::place(&parcel.id);
        match self.write(parcel, &self.root.join(&place)) {
            Ok(Published::Now) => Outcome::handed(format!("written to `{place}`")),
            Ok(Published::Before) => Outcome::handed(format!("was in `{place}` already, with the same hashes")),
            Err(outcome) => outcome,
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Outcome {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let transient = !matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    Outcome::failed(format!("`{name}` could not be written: {error}"), transient)
}

/// `crime_…_copy-1-of-7_ru.xlsx` becomes `crime_…_copy-1-of-7_ru.0a1b2c3d4e5f.xlsx`.
fn name_with_hash(record: &CopyRecord) -> String {
    let (stem, extension) = parts(&record.file);
    format!("{stem}.{}{extension}", record.sha256.short())
}

fn parts(file: &str) -> (&str, &str) {
    file.rfind('.').map_or((file, ""), |dot| file.split_at(dot))
}

/// A file in the folder with the copy's name but another hash, if any.
fn other_with_number(folder: &Path, record: &CopyRecord) -> io::Result<Option<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let ours = name_with_hash(record);
    let (stem, extension) = parts(&record.file);
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let hash = name.strip_prefix(stem).and_then(|n| n.strip_prefix('.')).and_then(|n| n.strip_suffix(extension));
        if name != ours && hash.is_some_and(|h| !h.contains('.')) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
