//! Folders that survive a power cut. In: a folder. Out: the same folder, with its name and the names of the folders
//! above it on the disk. This module does not know what lies in a folder.
//!
//! A file is only as durable as the path to it: on a strict file system a new folder is lost, with all that is in it, if
//! its own parent was not flushed. It is not enough to flush the folders that this process made. Another process may
//! have made one and died before it flushed it. So each folder above a file is flushed once by each process, and again
//! only after it changed.

use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The clock of a file system has steps of up to 10 ms. A folder may change twice within one step, and the second change
/// does not show. So a folder counts as flushed only after a flush that began when the step was over.
const STEP: Duration = Duration::from_millis(20);

/// When a folder last changed: seconds and nanoseconds.
type Changed = (i64, i64);

/// A folder that this process flushed.
#[derive(Debug, Clone, Copy)]
struct Flushed {
    /// Its last change before the flush.
    changed: Changed,
    /// When this change was first seen.
    seen: Instant,
    /// Whether it was flushed after the step of the clock in which it changed was over.
    settled: bool,
}

static FLUSHED: Mutex<Option<HashMap<PathBuf, Flushed>>> = Mutex::new(None);

/// Flushes a folder and the folders above it on its file system, as far as they changed since this process flushed
/// them. The names in them then survive a power cut.
///
/// # Errors
/// The file system fails, or the folder cannot be opened.
pub fn keep_folder(folder: &Path) -> io::Result<()> {
    keep(folder).map(drop)
}

/// As [`keep_folder`]; returns the folders that were flushed.
fn keep(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = folder.canonicalize()?;
    let system = fs::metadata(&folder)?.dev();
    let mut flushed = Vec::new();
    for place in folder.ancestors() {
        let found = fs::metadata(place)?;
        if found.dev() != system {
            // A mount point: its name is not a matter of this file system.
            break;
        }
        // Read before the flush: a change that comes later is flushed the next time.
        let changed = (found.ctime(), found.ctime_nsec());
        let Some(flush) = due(place, changed) else { continue };
        match File::open(place).and_then(|open| open.sync_all()) {
            Ok(()) => {}
            // This process could not have made a folder in one that it may not list, or on a file system that takes no
            // flush of it.
            Err(error) if place != folder && is_beyond(&error) => break,
            Err(error) => return Err(error),
        }
        remember(place, flush);
        flushed.push(place.to_owned());
    }
    Ok(flushed)
}

/// Whether an error says that a folder above is none of those that this process can change.
fn is_beyond(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
    matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported | ReadOnlyFilesystem)
}

/// The flush that a folder needs; `None` if its last change was flushed.
fn due(folder: &Path, changed: Changed) -> Option<Flushed> {
    let known = FLUSHED.lock().unwrap_or_else(PoisonError::into_inner);
    let before = known.as_ref().and_then(|known| known.get(folder)).filter(|before| before.changed == changed);
    match before {
        Some(before) if before.settled => None,
        Some(before) => Some(Flushed { settled: before.seen.elapsed() > STEP, ..*before }),
        None => Some(Flushed { changed, seen: Instant::now(), settled: false }),
    }
}

fn remember(folder: &Path, flushed: Flushed) {
    let mut known = FLUSHED.lock().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert_default().insert(folder.to_owned(), flushed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_above_a_new_file_is_flushed_once_and_again_after_a_change() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let deep = root.join("outbox/organ/2025-Q2");
        fs::create_dir_all(&deep).unwrap();
        // The second flush is after the step of the clock in which the folders were made.
        for _ in 0..2 {
            let flushed = keep(&deep).unwrap();
            for folder in [&deep, &root.join("outbox/organ"), &root.join("outbox"), &root] {
                assert!(flushed.contains(folder), "{} of {flushed:?}", folder.display());
            }
            std::thread::sleep(2 * STEP);
        }
        // Other programs change the folder of temporary files at any time.
        let of_here = || -> Vec<PathBuf> {
            keep(&deep).unwrap().into_iter().filter(|folder| folder.starts_with(&root)).collect()
        };
        assert_eq!(of_here(), Vec::<PathBuf>::new(), "nothing changed");
        // Another process makes a name in one of them.
        fs::create_dir(root.join("outbox/other")).unwrap();
        assert_eq!(of_here(), [root.join("outbox")]);
    }
}
