//! Keeping what an office has: backups, bringing them back, and removing what has no term any more.
//!
//! In: an office and its output. Out: folders, and reports of what was copied, brought back or removed. Unknown here:
//! what a fact or a workbook means.
//!
//! A backup contains the ledger and what its facts cite: snapshots, masters, numbered copies; and the office's files
//! without secrets. The witnesses (the journal of sendings, the outbox) are not in it: after a restore they are what
//! shows that the ledger is older than what was handed over.

pub mod backup;
pub mod prune;
pub mod restore;
pub mod storing;

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::Failure;
use domain::{Origin, Sha256};

/// The name of the list of files in a backup.
pub const MANIFEST: &str = "manifest.json";
/// The form of a backup. A program reads its own form and older ones.
pub const FORM: u32 = 1;
/// The ledger within a backup.
pub const LEDGER: &str = "ledger.sqlite";

/// What a backup contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    /// `zhinaq-backup`.
    pub kind: String,
    pub form: u32,
    pub program: String,
    pub made: chrono::DateTime<chrono::Utc>,
    pub origin: Origin,
    /// The number of the last fact in the ledger; 0 for an empty one.
    pub last_fact: i64,
    /// What is deliberately not in it, and why.
    pub left_out: Vec<String>,
    /// In the order of paths.
    pub files: Vec<BackedUpFile>,
}

/// What the name of a file gets that a restore replaced, before the time.
pub const ASIDE: &str = ".before-restore-";
/// The word in the field `kind`.
pub const KIND: &str = "zhinaq-backup";

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUpFile {
    /// The path below the backup, with `/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: Sha256,
}

/// The regular files below a folder, by their paths below it, in order. Links are not followed.
fn files_below(root: &Path, wanted: &dyn Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    fn walk(root: &Path, below: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
        let entries = match fs::read_dir(root.join(below)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if !wanted(&path) {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                walk(root, &path, wanted, found)?;
            } else if kind.is_file() {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(root, Path::new(""), wanted, &mut found)?;
    found.sort();
    Ok(found)
}

/// A path within a backup; `None` if the text could lead out of the backup.
fn plain(path: &str) -> Option<PathBuf> {
    let below = PathBuf::from(path);
    let is_plain = !path.is_empty() && below.components().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then_some(below)
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    Failure::ours(format!("`{}` cannot be read", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_backup_stays_below_it() {
        for wrong in ["", "..", "../x", "a/../../b", "/etc/passwd"] {
            assert!(plain(wrong).is_none(), "{wrong:?}");
        }
        assert_eq!(plain("output/snapshots/x"), Some(PathBuf::from("output/snapshots/x")));
    }
}
