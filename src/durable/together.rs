//! Many files that get their names together. In: paths and bytes, from any number of threads. Out: files under their
//! names. This module does not know what a file contains.
//!
//! The disk begins to write each file as soon as it is added. It works while the next files are made, so there is
//! little left to wait for when all are flushed at once.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fs::{self, File},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Flush, PublishError, Published, already, folder_of, keep_folder, name, write_beside};

/// Files that are written and have no name yet. If it is dropped before [`Self::publish`], nothing is left behind.
#[derive(Debug, Default)]
pub struct Together {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    parts: Vec<Part>,
    /// The folders of files that were there already. Another process may have died before it flushed their names.
    before: BTreeSet<PathBuf>,
    /// One folder of each file system, opened before anything was written. The system reports an error of writing only
    /// to a file that was open when it occurred.
    systems: BTreeMap<u64, File>,
}

#[derive(Debug)]
struct Part {
    temporary: PathBuf,
    path: PathBuf,
}

/// From this number of files on, one flush of the whole file system is faster than a flush of each file.
const WORTH_ONE_FLUSH: usize = 8;

impl Together {
    /// Writes a file, given in pieces. Several threads may call it at once. If the name has the same bytes already,
    /// this is a success.
    ///
    /// # Errors
    /// The name has other bytes, or the file system fails.
    pub fn add(&self, path: &Path, pieces: &[&[u8]]) -> Result<Published, PublishError> {
        if let Ok(found) = fs::read(path) {
            let there = already(path, &found, pieces)?;
            self.state().before.insert(folder_of(path).to_owned());
            return Ok(there);
        }
        let io_error = |source| PublishError::Io { path: path.to_owned(), source };
        self.opened(folder_of(path)).map_err(io_error)?;
        let temporary = write_beside(path, pieces, Flush::Later).map_err(io_error)?;
        self.state().parts.push(Part { temporary, path: path.to_owned() });
        Ok(Published::Now)
    }

    /// Flushes all files and gives each its name.
    ///
    /// # Errors
    /// The file system fails, or another process took one of the names meanwhile. Then each name is there with all its
    /// bytes, or not at all.
    pub fn publish(self) -> Result<(), PublishError> {
        let mut state = self.state();
        state.flush()?;
        let mut folders = std::mem::take(&mut state.before);
        folders.extend(state.parts.iter().map(|part| folder_of(&part.path).to_owned()));
        // One by one, so that only parts without a name are left after an error.
        while let Some(part) = state.parts.pop() {
            part.publish()?;
        }
        for folder in folders {
            keep_folder(&folder).map_err(|source| PublishError::Io { path: folder, source })?;
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self, folder: &Path) -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let system = fs::metadata(folder)?.dev();
        let mut state = self.state();
        if let Entry::Vacant(place) = state.systems.entry(system) {
            place.insert(File::open(folder)?);
        }
        Ok(())
    }
}

impl State {
    fn flush(&self) -> Result<(), PublishError> {
        let io_error = |path: &Path, source| PublishError::Io { path: path.to_owned(), source };
        if self.parts.len() < WORTH_ONE_FLUSH {
            for part in &self.parts {
                let flushed = File::open(&part.temporary).and_then(|file| file.sync_all());
                flushed.map_err(|error| io_error(&part.path, error))?;
            }
            return Ok(());
        }
        for folder in self.systems.values() {
            rustix::fs::syncfs(folder).map_err(|error| io_error(Path::new("the file system"), error.into()))?;
        }
        Ok(())
    }
}

impl Part {
    fn publish(&self) -> Result<(), PublishError> {
        let Err(error) = name(&self.temporary, &self.path) else { return Ok(()) };
        let wanted = fs::read(&self.temporary);
        let _ = fs::remove_file(&self.temporary);
        match (error, wanted, fs::read(&self.path)) {
            (rustix::io::Errno::EXIST, Ok(wanted), Ok(found)) => already(&self.path, &found, &[&wanted]).map(drop),
            _ => Err(PublishError::Io { path: self.path.clone(), source: error.into() }),
        }
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        for part in &self.state().parts {
            let _ = fs::remove_file(&part.temporary);
        }
    }
}
