//! Removes files that can be made again and whose term of keeping is over.
//!
//! In: `[keep]` of zhinaq.toml, and the output. Out: what was removed, or would be. Only what is listed here is ever
//! removed: what dry runs and previews wrote, books in other formats, alerts, and figures as they were read from snapshots
//! that are there. Snapshots, masters, numbered copies, the register, the journal and the outbox are evidence, and stay.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{files_below, unreadable};
use crate::{Context, Failure, context::claimed::claiming};
use domain::{Fact, Period, Piece, Right, Sha256};
use formats::OtherFormat;
use store::Artifacts;

/// What a prune removed, or would remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PruneReport {
    pub kinds: Vec<PrunedKind>,
    /// Whether files were removed; else this is what would be removed.
    pub removed: bool,
}

/// One kind of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrunedKind {
    /// Its key below `[keep]`.
    pub keep: &'static str,
    pub what: &'static str,
    /// `None`: kept for ever.
    pub days: Option<u64>,
    /// The files that are there, and those whose term is over.
    pub files: usize,
    pub over: usize,
    pub over_bytes: u64,
}

/// A file with what decides about it.
struct Found {
    path: PathBuf,
    bytes: u64,
    written: SystemTime,
}

/// Finds the files whose term is over, and removes them if `remove` is said.
///
/// # Errors
/// When the person does not have the role, others work here, or a file cannot be read or removed.
pub async fn prune(context: &Context, remove: bool) -> Result<PruneReport, Failure> {
    if !remove {
        return tokio::task::block_in_place(|| work(context, false));
    }
    context.person(Right::Prune).await?;
    // Nobody works meanwhile, so no file that is removed is being read.
    claiming(context, [Piece::Office], async |_| {
        context.record(&[Fact::RunStarted { command: "prune".into(), period: None }]).await?;
        let report = tokio::task::block_in_place(|| work(context, true));
        let exit = report.as_ref().map_or_else(|failure| failure.exit.code(), |_| 0);
        context.record(&[Fact::RunFinished { command: "prune".into(), period: None, exit }]).await?;
        report
    })
    .await
}

fn work(context: &Context, remove: bool) -> Result<PruneReport, Failure> {
    let keep = context.office.settings.keep;
    let kinds: [(&str, &str, Option<u64>, Vec<Found>); 4] = [
        ("trials_days", "what dry runs and previews wrote", keep.trials_days, trials(&context.output)?),
        ("formats_days", "books in other formats", keep.formats_days, other_formats(&context.output)?),
        ("alerts_days", "alerts as text", keep.alerts_days, below(&context.output, "alerts")?),
        ("data_days", "figures as read from snapshots", keep.data_days, data(&context.output, &context.artifacts)?),
    ];
    let mut report = PruneReport { kinds: Vec::new(), removed: remove };
    for (name, what, days, found) in kinds {
        let is_over = |file: &&Found| days.is_some_and(|days| is_over(file.written, context.now(), days));
        let over: Vec<&Found> = found.iter().filter(is_over).collect();
        if remove {
            for file in &over {
                fs::remove_file(&file.path)
                    .map_err(|error| Failure::ours(format!("`{}` cannot be removed", file.path.display()), error))?;
                remove_empty_folders(&context.output, &file.path);
            }
        }
        report.kinds.push(PrunedKind {
            keep: name,
            what,
            days,
            files: found.len(),
            over: over.len(),
            over_bytes: over.iter().map(|file| file.bytes).sum(),
        });
    }
    Ok(report)
}

/// Whether the term of a file is over. A file from the future, written while the clock was wrong, is kept.
fn is_over(written: SystemTime, now: DateTime<Utc>, days: u64) -> bool {
    let term = TimeDelta::try_days(i64::try_from(days).unwrap_or(i64::MAX));
    term.and_then(|term| now.checked_sub_signed(term)).is_some_and(|limit| DateTime::<Utc>::from(written) < limit)
}

fn below(output: &Path, folder: &str) -> Result<Vec<Found>, Failure> {
    found(&output.join(folder), &|_| true)
}

fn trials(output: &Path) -> Result<Vec<Found>, Failure> {
    let mut files = below(output, "dry-run")?;
    files.extend(below(output, "preview")?);
    Ok(files)
}

/// The files beside masters that are neither masters, nor their traces, nor copies: `<quarter>/<collection>/<issue>/…`.
fn other_formats(output: &Path) -> Result<Vec<Found>, Failure> {
    let is_one = |path: &Path| {
        let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        match &parts[..] {
            [period] | [period, _] | [period, _, _] => period.parse::<Period>().is_ok(),
            [_, _, _, folder] if OtherFormat::is_folder(folder) => true,
            [_, _, _, file] => OtherFormat::is_file(file, false) && !file.starts_with("master-"),
            [_, _, _, folder, file] => OtherFormat::is_folder(folder) && OtherFormat::is_file(file, true),
            _ => false,
        }
    };
    let files = found(output, &is_one)?;
    let is_file = |path: &str| OtherFormat::is_file(path, false) || OtherFormat::is_file(path, true);
    Ok(files.into_iter().filter(|file| is_file(&file.path.to_string_lossy())).collect())
}

/// Figures whose snapshot is there, so that they can be read again.
fn data(output: &Path, artifacts: &Artifacts) -> Result<Vec<Found>, Failure> {
    let files = below(output, "data")?;
    let has_snapshot = |file: &Found| {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let sha = name.split('.').next().and_then(|sha| sha.parse::<Sha256>().ok());
        sha.is_some_and(|sha| artifacts.holds(&store::ArtifactKey::Snapshot(sha)))
    };
    Ok(files.into_iter().filter(has_snapshot).collect())
}

fn found(root: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<Found>, Failure> {
    let paths = files_below(root, wanted).map_err(|error| unreadable(root, error))?;
    let file = |path: PathBuf| {
        let path = root.join(path);
        let read = path.metadata().and_then(|about| Ok((about.len(), about.modified()?)));
        let (bytes, written) = read.map_err(|error| unreadable(&path, error))?;
        Ok(Found { path, bytes, written })
    };
    paths.into_iter().map(file).collect()
}

/// Removes the folders above a removed file that are empty now.
fn remove_empty_folders(output: &Path, file: &Path) {
    let mut folder = file.parent();
    while let Some(empty) = folder.filter(|folder| *folder != output && folder.starts_with(output)) {
        if fs::remove_dir(empty).is_err() {
            return;
        }
        folder = empty.parent();
    }
}
