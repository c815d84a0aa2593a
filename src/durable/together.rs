//! Many files that get their names together.
//!
//! Each file is handed to the disk as soon as it is written, beside its name, by however many threads: while the next
//! ones are made the disk works, and little is left to wait for when all are flushed at once.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fs::{self, File},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Flush, PublishError, Published, already, flush_folder, folder_of, name, write_beside};

/// Files that are written and have no name yet. Dropped before [`Self::publish`], it leaves nothing behind.
#[derive(Debug, Default)]
pub struct Together {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    parts: Vec<Part>,
    /// A folder of each file system, opened before anything was written: what goes wrong while the system writes is
    /// told to whoever was there from the beginning.
    systems: BTreeMap<u64, File>,
}

#[derive(Debug)]
struct Part {
    temporary: PathBuf,
    path: PathBuf,
}

/// From so many files on, flushing the whole file system once is faster than flushing each.
const WORTH_ONE_FLUSH: usize = 8;

impl Together {
    /// Writes a file, given in pieces; may be called by many threads at once. The same bytes under the name already are a success.
    ///
    /// # Errors
    /// When other bytes stand under the name, or the file system fails.
    pub fn add(&self, path: &Path, pieces: &[&[u8]]) -> Result<Published, PublishError> {
        if let Ok(found) = fs::read(path) {
            return already(path, &found, pieces);
        }
        let io_error = |source| PublishError::Io { path: path.to_owned(), source };
        self.opened(folder_of(path)).map_err(io_error)?;
        let temporary = write_beside(path, pieces, Flush::Later).map_err(io_error)?;
        self.state().parts.push(Part { temporary, path: path.to_owned() });
        Ok(Published::Now)
    }

    /// Flushes all and gives each its name.
    ///
    /// # Errors
    /// When the file system fails, or somebody took one of the names meanwhile; then each name is there with all its
    /// bytes or not at all.
    pub fn publish(self) -> Result<(), PublishError> {
        let mut state = self.state();
        state.flush()?;
        let folders: BTreeSet<PathBuf> = state.parts.iter().map(|part| folder_of(&part.path).to_owned()).collect();
        // One by one, so that what is left over is what has no name.
        while let Some(part) = state.parts.pop() {
            part.publish()?;
        }
        for folder in folders {
            flush_folder(&folder).map_err(|source| PublishError::Io { path: folder, source })?;
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
