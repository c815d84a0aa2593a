//! Outcomes that the ledger did not take: the server's words about a parcel must not be lost because a database or a disk
//! fails after it has spoken.
//!
//! They are kept in this process, and in a file beside the journal of sendings, one JSON object a line. The next act that
//! sends enters them into the ledger before it looks at attempts without an outcome. Several programs may write and take
//! from the file, so each does it under a lock.
//!
//! In: outcomes. Out: the same outcomes. Unknown here: whether the ledger still needs them.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Sendings, folder_lock};
use crate::{Failure, chain};
use domain::{CopyStanding, Event, Fact, ParcelState, Witnessed, parcels};

/// The outcomes of an office and origin that are not in the ledger. Clones share what is in memory.
#[derive(Debug, Clone)]
pub struct Unrecorded {
    path: PathBuf,
    kept: Arc<Mutex<Vec<Witnessed>>>,
}

impl Unrecorded {
    /// Those that belong to a journal of sendings.
    #[must_use]
    pub fn beside(sendings: &Sendings) -> Self {
        let path = sendings.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().replace("sendings", "unrecorded");
        Self { path: path.with_file_name(name), kept: Arc::default() }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps an outcome, each once. Blocks while the disk works.
    ///
    /// # Errors
    /// When the file cannot be written; then this process still has it.
    pub fn keep(&self, written: &Witnessed) -> Result<(), Failure> {
        let mut kept = self.kept();
        if kept.iter().any(|known| known.fact == written.fact) {
            return Ok(());
        }
        kept.push(written.clone());
        let line = as_line(written)?;
        let _lock = self.lock()?;
        durable::append_lines(&self.path, &line, true).map_err(|error| self.unwritten(error))
    }

    /// All that were kept, by this process and by others.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it is not a fact.
    pub fn all(&self) -> Result<Vec<Witnessed>, Failure> {
        let mut all = self.in_file()?;
        let kept = self.kept();
        let of_this_process: Vec<Witnessed> =
            kept.iter().filter(|own| all.iter().all(|known| known.fact != own.fact)).cloned().collect();
        all.extend(of_this_process);
        Ok(all)
    }

    fn in_file(&self) -> Result<Vec<Witnessed>, Failure> {
        let shown = self.path.display();
        let text = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(|error| Failure::ours(format!("`{shown}` could not be read"), error))?,
        };
        let mut all = Vec::new();
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            match serde_json::from_slice::<Witnessed>(line) {
                Ok(written) => all.push(written),
                // A power cut tears off the end of a line.
                Err(error) if error.is_eof() => {}
                Err(error) => {
                    return Err(Failure::usage(format!(
                        "line {} of `{shown}` is not an outcome of this program ({}); it was written when the ledger took \
                         nothing: correct the line, or settle its parcel by hand and remove it",
                        number + 1,
                        chain(&error)
                    )));
                }
            }
        }
        Ok(all)
    }

    /// Forgets outcomes: the ledger has them, or no longer needs them. What another process kept meanwhile stays.
    ///
    /// # Errors
    /// When the file cannot be read, written or removed.
    pub fn forget(&self, known: &[Witnessed]) -> Result<(), Failure> {
        let is_known = |written: &Witnessed| known.iter().any(|known| known.fact == written.fact);
        self.kept().retain(|written| !is_known(written));
        let _lock = self.lock()?;
        let left: Vec<Witnessed> = self.in_file()?.into_iter().filter(|written| !is_known(written)).collect();
        if !left.is_empty() {
            let lines = left.iter().map(|written| Ok(as_line(written)? + "\n")).collect::<Result<String, Failure>>()?;
            return durable::replace(&self.path, lines.as_bytes()).map_err(|error| self.unwritten(error));
        }
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::ours(format!("`{}` could not be removed", self.path.display()), error))
            }
            _ => Ok(()),
        }
    }

    fn lock(&self) -> Result<File, Failure> {
        let path = self.path.with_extension("lock");
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let locked = folder.and_then(|()| folder_lock::waited(&path));
        locked.map_err(|error| Failure::ours(format!("`{}` could not be locked", path.display()), error))
    }

    fn unwritten(&self, error: durable::PublishError) -> Failure {
        Failure::ours(format!("`{}` could not be written", self.path.display()), error)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Witnessed>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn as_line(written: &Witnessed) -> Result<String, Failure> {
    serde_json::to_string(written).map_err(|error| Failure::ours("a fact cannot be written as JSON", error))
}

/// The outcomes of attempts that are open in the ledger, or whose copies are uncertain in it. What was settled since, or
/// recorded after all, is left out.
#[must_use]
pub fn still_open(events: &[Event], kept: Vec<Witnessed>) -> Vec<Witnessed> {
    if kept.is_empty() {
        return kept;
    }
    let records = parcels(events);
    let is_open = |written: &Witnessed| {
        let Fact::Outcome { parcel, attempt, copies, .. } = &written.fact else { return false };
        let waits = |copy: &CopyStanding| {
            copies.contains(&copy.record.number)
                && copy.attempt == *attempt
                && matches!(copy.open(), ParcelState::Sending | ParcelState::Uncertain)
        };
        records.get(parcel).is_some_and(|record| record.copies.iter().any(waits))
    };
    kept.into_iter().filter(is_open).collect()
}
