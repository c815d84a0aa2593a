//! Brings a backup back: checks every hash, refuses to replace what is there, and asks the witnesses afterwards.
//!
//! What is replaced stays beside it, with the time in its name. The ledger comes last, so an interrupted restore leaves
//! no ledger that cites files that are not there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{BackedUpFile, BackupManifest, FORM, KIND, LEDGER, MANIFEST, files_below, plain, unreadable};
use crate::{
    Context, ContextOptions, Exit, Failure, chain,
    context::{Sendings, folder_lock::FolderLock, ledger_url, root},
    status::{
        unseen,
        witnesses::{self, WitnessComparison},
    },
};
use config::{Faults, Office};
use domain::{Event, Fact, Right, Sha256, Unseen, known_instead};
use durable::publish;
use ledger::{Filter, Ledger};

/// How many files of one kind a message lists.
const NAMED: usize = 3;

/// A backup whose every file has the hash of its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    folder: PathBuf,
    pub manifest: BackupManifest,
    /// The run that began its ledger; `None` if the ledger is empty.
    first_run: Option<String>,
    /// What its ledger contains of copies.
    witnessed: Vec<Event>,
}

/// What a restore did, or would do.
#[derive(Debug, Clone, Serialize)]
pub struct RestoreReport {
    pub folder: PathBuf,
    pub made: chrono::DateTime<chrono::Utc>,
    pub last_fact: i64,
    /// How many files were brought back, and how many were there already with the same bytes.
    pub restored: usize,
    pub same: usize,
    /// What was replaced, by its new name.
    pub set_aside: Vec<PathBuf>,
    /// Files of the office that differ from the backup. They stay as they are.
    pub other_settings: Vec<String>,
    pub dry_run: bool,
    /// The journal of sendings with which the ledger was compared, or would be.
    pub journal: PathBuf,
    /// When the last sending in it was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal_until: Option<chrono::DateTime<chrono::Utc>>,
    /// Why it cannot show whether copies were handed over after the backup, if it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Unseen>,
    /// What the witnesses contain and the ledger that was brought back does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<WitnessComparison>,
}

impl RestoreReport {
    /// Short if parcels were handed over that the ledger lacks, or nobody can see whether they were: a person decides.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if self.comparison.as_ref().is_none_or(WitnessComparison::agrees) { Exit::Done } else { Exit::Short }
    }
}

/// Reads a backup and checks it: its form, the hash of every file, that no file is missing or added, and that its ledger
/// can be read.
///
/// # Errors
/// For what is not a backup, or not as it was made.
pub async fn checked(folder: &Path) -> Result<Checked, Failure> {
    let shown = folder.display();
    let path = folder.join(MANIFEST);
    let text =
        fs::read(&path).map_err(|error| Failure::usage(format!("`{shown}` is not a backup: {MANIFEST}: {error}")))?;
    let manifest: BackupManifest = serde_json::from_slice(&text).map_err(|error| {
        Failure::usage(format!("`{shown}` is not a backup: its {MANIFEST} cannot be read: {error}"))
    })?;
    if manifest.kind != KIND {
        let instead = known_instead(&manifest.kind, [KIND]);
        return Err(Failure::usage(format!("`{shown}` is `{}`: {instead}", manifest.kind)));
    }
    if manifest.form > FORM {
        return Err(Failure::usage(format!(
            "`{shown}` was made by a newer program ({}); bring it back with that one",
            manifest.program
        )));
    }
    let faults = tokio::task::block_in_place(|| faults(folder, &manifest))?;
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(NAMED);
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        let list: String = faults.iter().take(NAMED).map(|fault| format!("\n  {fault}")).collect();
        return Err(Failure::usage(format!(
            "the backup `{shown}` is not as it was made, so nothing was done:{list}{more}"
        )));
    }
    let ledger = Ledger::open_to_read(&format!("sqlite:{}", folder.join(LEDGER).display())).await;
    let ledger = ledger.map_err(|error| Failure::usage(format!("the ledger of `{shown}`: {}", chain(&error))))?;
    let events = ledger.events(&Filter::default()).await;
    let events = events.map_err(|error| Failure::usage(format!("the ledger of `{shown}`: {}", chain(&error))))?;
    ledger.close().await;
    let last = events.last().map_or(0, |event| event.seq);
    if last != manifest.last_fact {
        return Err(Failure::usage(format!(
            "the ledger of `{shown}` ends with fact {last}, and its manifest says {}",
            manifest.last_fact
        )));
    }
    let first_run = events.first().map(|event| event.run.clone());
    let witnessed = events.into_iter().filter(|event| event.fact.witnessed().is_some()).collect();
    Ok(Checked { folder: folder.to_owned(), manifest, first_run, witnessed })
}

fn faults(folder: &Path, manifest: &BackupManifest) -> Result<Vec<String>, Failure> {
    let mut faults = Vec::new();
    let mut listed = BTreeSet::from([PathBuf::from(MANIFEST)]);
    for file in &manifest.files {
        let Some(path) = plain(&file.path) else {
            faults.push(format!("`{}` leads out of the backup", file.path));
            continue;
        };
        match fs::read(folder.join(&path)) {
            Err(error) => faults.push(format!("`{}`: {error}", file.path)),
            Ok(bytes) if Sha256::of(&bytes) != file.sha256 => faults.push(format!("`{}` was changed", file.path)),
            Ok(_) => {}
        }
        listed.insert(path);
    }
    if !listed.contains(Path::new(LEDGER)) {
        faults.push(format!("`{LEDGER}` is not in its manifest"));
    }
    // A reader of the ledger may have left its shared memory beside it.
    let is_of_ledger = |path: &Path| path.to_string_lossy().starts_with(&format!("{LEDGER}-"));
    let found = files_below(folder, &|path| !is_of_ledger(path)).map_err(|error| unreadable(folder, error))?;
    faults.extend(found.into_iter().filter(|p| !listed.contains(p)).map(|p| format!("`{}` was added", p.display())));
    Ok(faults)
}

impl Checked {
    /// Writes the office's files of the backup into a home that is not an office yet.
    ///
    /// # Errors
    /// When a file there has other bytes, or cannot be written.
    pub fn make_office(&self, home: &Path) -> Result<(), Failure> {
        for (file, path) in self.below("office") {
            let bytes = self.bytes(file)?;
            publish(&home.join(path), &bytes).map_err(|error| Failure::usage(chain(&error)))?;
        }
        Ok(())
    }

    /// The office that [`Self::make_office`] would make in a home. Nothing is written.
    ///
    /// # Errors
    /// When the office's files of the backup have faults.
    pub fn office_at(&self, home: &Path) -> Result<Office, Faults> {
        let mut office = Office::load(&self.folder.join("office"))?;
        home.clone_into(&mut office.home);
        Ok(office)
    }

    /// Whether the backup contains an office's files; a backup of a sample office may contain none.
    #[must_use]
    pub fn has_office(&self) -> bool {
        self.manifest.files.iter().any(|file| file.path == "office/zhinaq.toml")
    }

    /// The files below one folder of the backup, with their paths below it.
    fn below<'c>(&'c self, folder: &'c str) -> impl Iterator<Item = (&'c BackedUpFile, PathBuf)> {
        self.manifest.files.iter().filter_map(move |file| {
            let path = plain(file.path.strip_prefix(folder)?.strip_prefix('/')?)?;
            Some((file, path))
        })
    }

    /// The bytes of a file, checked once more: the backup may lie on a disk that fails.
    fn bytes(&self, file: &BackedUpFile) -> Result<Vec<u8>, Failure> {
        let path = self.folder.join(&file.path);
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        if Sha256::of(&bytes) == file.sha256 {
            return Ok(bytes);
        }
        Err(Failure::usage(format!("`{}` was changed while the backup was brought back", path.display())))
    }
}

/// What stands where files of a backup belong.
struct Plan<'c> {
    /// Each file of the output, and where it belongs.
    missing: Vec<(&'c BackedUpFile, PathBuf)>,
    other: Vec<(&'c BackedUpFile, PathBuf)>,
    same: usize,
    ledger: PathBuf,
    ledger_is_there: bool,
    other_settings: Vec<String>,
}

/// Brings a checked backup back into an office. `replace`: also over what is there. `dry_run`: find out what would be
/// done.
///
/// # Errors
/// When the person does not have the role, the origin is another one, a program works in the output, something is there and
/// `replace` is not said, or a file cannot be written.
pub async fn restore(
    office: Office,
    options: ContextOptions,
    backup: &Checked,
    (replace, dry_run): (bool, bool),
) -> Result<RestoreReport, Failure> {
    let origin = options.origin.unwrap_or_else(|| office.origin());
    let (ours, theirs) = (origin, backup.manifest.origin);
    if ours != theirs {
        return Err(Failure::usage(format!(
            "the backup is of {theirs} figures, and this office works with {ours} ones; they never mix"
        )));
    }
    // The ledger of the office may be damaged, and who may do this does not depend on it.
    Context::without_ledger(office.clone(), options.clone()).await?.person(Right::Restore).await?;
    let plan = tokio::task::block_in_place(|| plan(&office, &options, backup))?;
    let occupied = usize::from(plan.ledger_is_there) + plan.other.len();
    if occupied > 0 && !replace && !dry_run {
        return Err(Failure::usage(occupied_words(&plan, occupied)));
    }
    // Before anything is changed: a journal that cannot be read stops the restore.
    let journal = Sendings::of(&office, origin);
    let written = journal.read()?;
    let unseen = unseen::at_restore(backup.first_run.as_deref(), &backup.witnessed, &written);
    let mut report = RestoreReport {
        folder: backup.folder.clone(),
        made: backup.manifest.made,
        last_fact: backup.manifest.last_fact,
        restored: plan.missing.len() + plan.other.len() + 1,
        same: plan.same,
        set_aside: Vec::new(),
        other_settings: plan.other_settings.clone(),
        dry_run,
        journal: journal.path().to_owned(),
        journal_until: written.last_sending(),
        unseen,
        comparison: None,
    };
    if dry_run {
        return Ok(report);
    }
    let stamp = options.clock.now().format("%Y%m%dT%H%M%SZ").to_string();
    tokio::task::block_in_place(|| put_back(&office, &options, backup, &plan, (&stamp, &mut report)))?;
    let context = Context::open_to_reconcile(office, options).await?;
    let begun = Fact::RunStarted { command: "restore".into(), period: None };
    let restored = Fact::Restored { made: backup.manifest.made, last_fact: backup.manifest.last_fact, unseen };
    context.record(&[begun, restored]).await?;
    context.ledger.end_all_sessions(context.now()).await.map_err(|error| context.not_written(error))?;
    report.comparison = Some(witnesses::compared(&context).await?);
    let exit = report.exit().code();
    context.record(&[Fact::RunFinished { command: "restore".into(), period: None, exit }]).await?;
    Ok(report)
}

fn plan<'c>(office: &Office, options: &ContextOptions, backup: &'c Checked) -> Result<Plan<'c>, Failure> {
    let origin = options.origin.unwrap_or_else(|| office.origin());
    let url = ledger_url(office, origin)?;
    let Some(ledger) = url.strip_prefix("sqlite:").map(PathBuf::from) else {
        return Err(Failure::usage(
            "this office keeps its ledger in PostgreSQL: bring it back with `pg_restore`, and the files from a backup of the disk",
        ));
    };
    let output = root(office, origin);
    let mut plan = Plan {
        missing: Vec::new(),
        other: Vec::new(),
        same: 0,
        ledger_is_there: ledger.exists(),
        ledger,
        other_settings: Vec::new(),
    };
    for (file, path) in backup.below("output") {
        let here = output.join(path);
        match fs::read(&here) {
            Ok(bytes) if Sha256::of(&bytes) == file.sha256 => plan.same += 1,
            Ok(_) => plan.other.push((file, here)),
            Err(_) => plan.missing.push((file, here)),
        }
    }
    // A home without an office gets these files all together.
    let gets_office = backup.has_office() && !config::is_office(&office.home);
    for (file, path) in backup.below("office").filter(|_| !gets_office) {
        let is_same = fs::read(office.home.join(&path)).is_ok_and(|bytes| Sha256::of(&bytes) == file.sha256);
        if !is_same {
            plan.other_settings.push(path.display().to_string());
        }
    }
    Ok(plan)
}

fn occupied_words(plan: &Plan<'_>, occupied: usize) -> String {
    let ledger = plan.ledger_is_there.then_some(&plan.ledger);
    let paths = ledger.into_iter().chain(plan.other.iter().map(|(_, path)| path));
    let named: Vec<String> = paths.take(NAMED).map(|path| format!("`{}`", path.display())).collect();
    let more = if occupied > NAMED { format!(" and {} more", occupied - NAMED) } else { String::new() };
    format!(
        "{} would be replaced: {}{more}; nothing was changed; the same command with --yes replaces them and keeps the old ones beside",
        domain::counted(occupied, "file"),
        named.join(", ")
    )
}

/// Puts the files back: artifacts, then the ledger.
fn put_back(
    office: &Office,
    options: &ContextOptions,
    backup: &Checked,
    plan: &Plan<'_>,
    (stamp, report): (&str, &mut RestoreReport),
) -> Result<(), Failure> {
    let output = root(office, options.origin.unwrap_or_else(|| office.origin()));
    fs::create_dir_all(&output).map_err(|error| unwritable(&output, error))?;
    let _locks = [alone(&output, ".run.lock")?, alone(&output, ".schedule.lock")?];
    for (file, path) in &plan.other {
        let bytes = backup.bytes(file)?;
        report.set_aside.push(set_aside(path, stamp)?);
        publish(path, &bytes).map_err(|error| Failure::usage(chain(&error)))?;
    }
    for (file, path) in &plan.missing {
        publish(path, &backup.bytes(file)?).map_err(|error| Failure::usage(chain(&error)))?;
    }
    let ledger = backup.manifest.files.iter().find(|file| file.path == LEDGER);
    let ledger = ledger.ok_or_else(|| Failure::usage("the backup has no ledger"))?;
    let bytes = backup.bytes(ledger)?;
    // The log and the shared memory belong to the old file; beside the new one they would damage it.
    for ending in ["-wal", "-shm", ""] {
        let old = PathBuf::from(format!("{}{ending}", plan.ledger.display()));
        if old.exists() {
            report.set_aside.push(set_aside(&old, stamp)?);
        }
    }
    publish(&plan.ledger, &bytes).map_err(|error| Failure::usage(chain(&error)))?;
    Ok(())
}

/// Renames a file so that another can take its place.
fn set_aside(path: &Path, stamp: &str) -> Result<PathBuf, Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!("{}{stamp}", super::ASIDE));
    let aside = path.with_file_name(name);
    fs::rename(path, &aside).map_err(|error| unwritable(path, error))?;
    Ok(aside)
}

/// Takes a lock of this output, so that no run and no scheduler works meanwhile.
fn alone(output: &Path, name: &str) -> Result<FolderLock, Failure> {
    let path = output.join(name);
    let taken = FolderLock::take(&path).map_err(|error| unwritable(&path, error))?;
    taken.ok_or_else(|| {
        Failure::usage(format!(
            "a run or the scheduler works in `{}`; stop it before a backup is brought back",
            output.display()
        ))
        .coded("busy")
    })
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::ours(format!("`{}` cannot be written", path.display()), error)
}
