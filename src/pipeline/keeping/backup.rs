//! Makes a backup: a consistent copy of the ledger and of what its facts cite, with the hash of each file.
//!
//! The ledger is copied first, by the database itself. Artifacts are stored before a fact cites them, so every artifact
//! of that copy is there when the files are copied after it. The backup gets its name when it is whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{BackedUpFile, BackupManifest, FORM, KIND, LEDGER, MANIFEST, files_below, unreadable};
use crate::{
    Context, Failure, Trouble, chain,
    context::{ledger_url, place},
    distribution::transport_setup,
};
use domain::{Fact, Origin, Sha256};
use durable::{PublishError, Together};
use evidence::snapshot;
use ledger::{Filter, Ledger};

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    pub folder: PathBuf,
    pub files: usize,
    pub bytes: u64,
    pub last_fact: i64,
    /// The hash of the manifest, which has the hash of every file.
    pub manifest: Sha256,
    pub left_out: Vec<String>,
    /// What the ledger cites and the output no longer contains.
    pub troubles: Vec<Trouble>,
}

/// The folders of the output that are not backed up, and why.
const LEFT_OUT: [(&str, &str); 6] = [
    ("data", "figures as read from the snapshots; they are read again"),
    ("outbox", "what was handed over; it is a witness, and is not brought back with the ledger"),
    ("dry-run", "what dry runs wrote"),
    ("preview", "what previews wrote"),
    ("alerts", "alerts as text; the journal has them"),
    ("sample", "the sample office; `--sample` backs it up by itself"),
];

/// Makes a backup in a new folder.
///
/// # Errors
/// When the folder exists, there is no ledger, the ledger is not a file (PostgreSQL has its own programs), or a file cannot
/// be read or written. Nothing is left behind then.
pub async fn backup(context: &Context, folder: &Path) -> Result<BackupReport, Failure> {
    if folder.exists() {
        return Err(Failure::usage(format!("`{}` exists already; a backup never replaces one", folder.display())));
    }
    let above = place::folder_of(folder)?;
    let url = ledger_url(&context.office, context.origin)?;
    if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !Path::new(path).exists()) {
        return Err(Failure::usage(format!("the ledger `{path}` does not exist, so there is nothing to back up")));
    }
    if folder.file_name().and_then(|name| name.to_str()).is_none() {
        return Err(Failure::usage(format!("`{}` is not the name of a folder", folder.display())));
    }
    let part = Part(above.join(durable::part_name()));
    fs::create_dir(&part.0).map_err(|error| unwritable(&part.0, error))?;
    let report = fill(context, &part.0, folder).await?;
    rustix::fs::renameat_with(rustix::fs::CWD, &part.0, rustix::fs::CWD, folder, rustix::fs::RenameFlags::NOREPLACE)
        .map_err(|error| unwritable(folder, error.into()))?;
    let flushed = fs::File::open(above).and_then(|above| above.sync_all());
    flushed.map_err(|error| unwritable(above, error))?;
    Ok(report)
}

/// A folder that is removed unless it gets its name.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn fill(context: &Context, part: &Path, folder: &Path) -> Result<BackupReport, Failure> {
    let copied = context.ledger.backup(&part.join(LEDGER)).await;
    copied.map_err(|error| Failure::usage(chain(&error)))?;
    let ledger = Ledger::open_to_read(&format!("sqlite:{}", part.join(LEDGER).display()))
        .await
        .map_err(|error| Failure::ours("the copy of the ledger cannot be read", error))?;
    let read = ledger.events(&Filter::default()).await;
    let events = read.map_err(|error| Failure::ours("the copy of the ledger cannot be read", error))?;
    ledger.close().await;
    let last_fact = events.last().map_or(0, |event| event.seq);

    let (files, manifest, bytes) = tokio::task::block_in_place(|| {
        let mut copying = Copying { part, together: Together::default(), files: BTreeMap::new() };
        copying.office(context)?;
        copying.output(context)?;
        copying.note(Path::new(LEDGER), &fs::read(part.join(LEDGER)).map_err(|e| unreadable(&part.join(LEDGER), e))?);
        let manifest = BackupManifest {
            kind: KIND.to_owned(),
            form: FORM,
            program: format!("zhinaq {}", env!("CARGO_PKG_VERSION")),
            made: context.now(),
            origin: context.origin,
            last_fact,
            left_out: left_out(context.origin),
            files: copying.files.into_values().collect(),
        };
        let mut text =
            serde_json::to_vec_pretty(&manifest).map_err(|e| Failure::ours("the manifest has no JSON", e))?;
        text.push(b'\n');
        copying.together.add(&part.join(MANIFEST), &[&text]).map_err(|error| unpublished(&error))?;
        copying.together.publish().map_err(|error| unpublished(&error))?;
        let bytes = manifest.files.iter().map(|file| file.bytes).sum();
        Ok::<_, Failure>((manifest, Sha256::of(&text), bytes))
    })?;
    let there: BTreeMap<&str, Sha256> = files.files.iter().map(|file| (file.path.as_str(), file.sha256)).collect();
    Ok(BackupReport {
        folder: folder.to_owned(),
        files: files.files.len(),
        bytes,
        last_fact,
        manifest,
        troubles: missing(events.iter().map(|event| &event.fact), &there),
        left_out: files.left_out,
    })
}

/// Copies files into the unfinished backup.
struct Copying<'p> {
    part: &'p Path,
    together: Together,
    files: BTreeMap<String, BackedUpFile>,
}

impl Copying<'_> {
    /// Enters a file into the manifest.
    fn note(&mut self, path: &Path, bytes: &[u8]) {
        let path = path.to_string_lossy().into_owned();
        let file = BackedUpFile { path: path.clone(), bytes: bytes.len() as u64, sha256: Sha256::of(bytes) };
        self.files.insert(path, file);
    }

    fn copy(&mut self, from: &Path, to: &Path) -> Result<(), Failure> {
        let bytes = fs::read(from).map_err(|error| unreadable(from, error))?;
        self.together.add(&self.part.join(to), &[&bytes]).map_err(|error| unpublished(&error))?;
        self.note(to, &bytes);
        Ok(())
    }

    /// The office's own files, without those that contain secrets.
    fn office(&mut self, context: &Context) -> Result<(), Failure> {
        let home = &context.office.home;
        let secrets = transport_setup::secret_files(&context.office);
        let mut paths = Vec::new();
        for folder in ["schedules", "templates", "comments"] {
            let root = home.join(folder);
            let found = files_below(&root, &|path| !is_hidden(path)).map_err(|error| unreadable(&root, error))?;
            paths.extend(found.into_iter().map(|path| Path::new(folder).join(path)));
        }
        if home.join("zhinaq.toml").is_file() {
            paths.push(PathBuf::from("zhinaq.toml"));
        }
        for path in paths {
            let here = home.join(&path);
            if !secrets.contains(&here.canonicalize().unwrap_or_else(|_| here.clone())) {
                self.copy(&here, &Path::new("office").join(&path))?;
            }
        }
        Ok(())
    }

    /// The artifacts: snapshots, masters, copies and what lies beside them.
    fn output(&mut self, context: &Context) -> Result<(), Failure> {
        let root = &context.output;
        let ledger = ledger_url(&context.office, context.origin)?;
        let ledger = ledger.strip_prefix("sqlite:").map(PathBuf::from);
        let is_ledger = |path: &Path| {
            let here = root.join(path);
            let (here, Some(ledger)) = (here.to_string_lossy(), &ledger) else { return false };
            here.starts_with(&*ledger.to_string_lossy())
        };
        let own_outbox = crate::status::witnesses::outbox(context);
        let wanted = |path: &Path| {
            let first = path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
            let is_left_out = LEFT_OUT.iter().any(|(folder, _)| first.as_deref() == Some(*folder));
            let is_witness = path.to_string_lossy().starts_with("sendings") || root.join(path) == own_outbox;
            !is_left_out && !is_hidden(path) && !is_ledger(path) && !is_witness && !is_aside(path)
        };
        for path in files_below(root, &wanted).map_err(|error| unreadable(root, error))? {
            self.copy(&root.join(&path), &Path::new("output").join(&path))?;
        }
        self.store(context)
    }

    /// The artifacts in a store on S3. They come into the backup as files, so it can be brought back into a folder.
    fn store(&mut self, context: &Context) -> Result<(), Failure> {
        let failed = |error: store::StoreError| Failure::usage(chain(&error)).coded("store");
        for path in context.artifacts.in_store("").map_err(failed)? {
            if path.starts_with("data/") || path.starts_with("probe/") {
                continue;
            }
            let bytes = context.artifacts.fetch(&store::ArtifactKey::Named(path.clone())).map_err(failed)?;
            let to = Path::new("output").join(&path);
            self.together.add(&self.part.join(&to), &[&bytes]).map_err(|error| unpublished(&error))?;
            self.note(&to, &bytes);
        }
        Ok(())
    }
}

/// Whether a file is a lock, or not finished yet.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Whether a restore replaced the file; it is kept for a person to look at.
fn is_aside(path: &Path) -> bool {
    path.to_string_lossy().contains(super::ASIDE)
}

fn left_out(origin: Origin) -> Vec<String> {
    let folders = LEFT_OUT.iter().filter(|(folder, _)| *folder != "sample" || origin == Origin::Real);
    let mut left_out: Vec<String> = folders.map(|(folder, why)| format!("{folder}: {why}")).collect();
    left_out.push("the journal of sendings: it is a witness, and is not brought back with the ledger".to_owned());
    left_out.push("files with secrets: keep them apart".to_owned());
    left_out
}

/// The snapshots and numbered copies that the ledger cites and the backup lacks, or has otherwise.
fn missing<'f>(facts: impl Iterator<Item = &'f Fact>, there: &BTreeMap<&str, Sha256>) -> Vec<Trouble> {
    let (mut snapshots, mut copies) = (BTreeSet::new(), BTreeMap::new());
    for fact in facts {
        snapshots.extend(snapshot(fact));
        if let Fact::Queued { parcel, copies: numbered } = fact {
            for copy in numbered {
                let Some(language) = copy.language() else { continue };
                let key = store::ArtifactKey::Copy {
                    issue: parcel.issue.clone(),
                    organ: parcel.organ.clone(),
                    language,
                    number: copy.number,
                    of: copy.of,
                };
                if let Ok(path) = key.relative() {
                    copies.insert(format!("output/{}", path.display()), copy.sha256);
                }
            }
        }
    }
    let lost = snapshots.iter().filter(|sha| !there.contains_key(format!("output/snapshots/{sha}").as_str()));
    let mut troubles: Vec<Trouble> = lost
        .map(|sha| {
            Trouble::new(format!("snapshot {}", sha.short()), "is cited in the ledger, and is not in the output")
        })
        .collect();
    for (path, sha) in copies {
        match there.get(path.as_str()) {
            Some(found) if *found == sha => {}
            Some(_) => troubles.push(Trouble::new(format!("copy `{path}`"), "is not as it was numbered")),
            None => {
                troubles.push(Trouble::new(format!("copy `{path}`"), "is in the register, and is not in the output"));
            }
        }
    }
    troubles
}

fn unpublished(error: &PublishError) -> Failure {
    Failure { exit: crate::Exit::Ours, ..Failure::usage(chain(error)) }.coded("internal")
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::ours(format!("`{}` cannot be written", path.display()), error)
}
