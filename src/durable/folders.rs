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
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The clock of a file system has steps of up to 10 ms. A folder that changed just now may change again within the same
/// step, so it is not remembered.
const STEP: Duration = Duration::from_millis(20);

/// When a folder last changed: seconds and nanoseconds.
type Changed = (i64, i64);

/// The folders that this process flushed, each with its last change before the flush.
static FLUSHED: Mutex<Option<HashMap<PathBuf, Changed>>> = Mutex::new(None);

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
        let is_over = is_over(changed);
        if is_known(place, changed) {
            continue;
        }
        match File::open(place).and_then(|open| open.sync_all()) {
            Ok(()) => {}
            // This process could not have made a folder in one that it may not list, or on a file system that takes no
            // flush of it.
            Err(error) if place != folder && is_beyond(&error) => break,
            Err(error) => return Err(error),
        }
        if is_over {
            remember(place, changed);
        }
        flushed.push(place.to_owned());
    }
    Ok(flushed)
}

/// Whether an error says that a folder above is none of those that this process can change.
fn is_beyond(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
    matches!(error.kind(), PermissionDenied | InvalidInput | Unsupported | ReadOnlyFilesystem)
}

/// Whether the step of the clock in which a folder changed is over.
fn is_over((seconds, nanoseconds): Changed) -> bool {
    let Ok(seconds) = u64::try_from(seconds) else { return false };
    let changed = UNIX_EPOCH + Duration::new(seconds, u32::try_from(nanoseconds).unwrap_or_default());
    SystemTime::now().duration_since(changed).is_ok_and(|age| age > STEP)
}

fn is_known(folder: &Path, changed: Changed) -> bool {
    let known = FLUSHED.lock().unwrap_or_else(PoisonError::into_inner);
    known.as_ref().and_then(|known| known.get(folder)) == Some(&changed)
}

fn remember(folder: &Path, changed: Changed) {
    let mut known = FLUSHED.lock().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert_default().insert(folder.to_owned(), changed);
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
        std::thread::sleep(2 * STEP);
        let flushed = keep(&deep).unwrap();
        for folder in [&deep, &root.join("outbox/organ"), &root.join("outbox"), &root] {
            assert!(flushed.contains(folder), "{} of {flushed:?}", folder.display());
        }
        assert_eq!(keep(&deep).unwrap(), Vec::<PathBuf>::new(), "nothing changed");
        // Another process makes a name in one of them.
        fs::create_dir(root.join("outbox/other")).unwrap();
        assert_eq!(keep(&deep).unwrap(), [root.join("outbox")]);
    }
}
