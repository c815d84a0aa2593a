//! This program as others see it while it works: its name, and how they find out that it has ended.
//!
//! A program that works has two locks in the output folder. The first it shares with all others that work there
//! (`.run.lock`), so that a backup is brought back only while none does. The second is its own (`.run-….lock`), and its
//! name in the ledger contains the identity of that lock. A lease whose holder no longer has its lock need not be waited
//! for.
//!
//! In: a context. Out: a [`Worker`]. Unknown here: what it works on.

use std::{
    collections::BTreeSet,
    fs,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    account,
    folder_lock::{self, FolderLock, SharedLock},
    rights,
};
use crate::{Context, Failure};
use clock::Clock;
use ledger::{Claimant, HeldPiece};

/// The lock that all programs share that work in an output folder.
pub const SHARED: &str = ".run.lock";
/// The names of the locks of single programs.
const OWN: (&str, &str) = (".run-", ".lock");

/// How long the lock file of a program that was killed is kept. It proves that the program has ended, and its leases end
/// much sooner.
const PROOF: TimeDelta = TimeDelta::days(7);

/// A program that works in an output folder. Dropping it gives its locks up.
#[derive(Debug)]
pub struct Worker {
    pub claimant: Claimant,
    path: PathBuf,
    _own: FolderLock,
    _shared: SharedLock,
    /// Whether the lock file stays, because something may still be held in the ledger when this program ends.
    leaves_proof: AtomicBool,
}

impl Worker {
    /// Takes the locks of the output folder.
    ///
    /// # Errors
    /// When a backup is being brought back there or an older version works there, or the file system fails.
    pub fn begin(context: &Context) -> Result<Self, Failure> {
        let shared = context.output.join(SHARED);
        let failed = |path: &Path, error: io::Error| {
            let ours = || Failure::ours(format!("`{}` could not be opened", path.display()), error);
            rights::not_writable(path).unwrap_or_else(ours)
        };
        let taken = SharedLock::take(&shared).map_err(|error| failed(&shared, error))?;
        let share = taken.ok_or_else(|| {
            Failure::usage(format!(
                "`{}` is locked: an older zhinaq works there, or a backup is being brought back; wait until it ends ({} may be asked meanwhile)",
                context.output.display(),
                context.call.command("status")
            ))
            .coded("busy")
        })?;
        sweep(&context.output);
        // A name that no other program has, whatever container it runs in.
        let word = RandomState::new().build_hasher().finish();
        let path = context.output.join(format!("{}{}-{word:016x}{}", OWN.0, std::process::id(), OWN.1));
        let own = FolderLock::take(&path).map_err(|error| {
            let _ = fs::remove_file(&path);
            failed(&path, error)
        })?;
        let own = own.ok_or_else(|| {
            let strange = io::Error::other("another process has it locked");
            Failure::ours(format!("`{}` could not be locked", path.display()), strange)
        })?;
        let account = account::of_process();
        let holder = own.holder(&format!("{}/{}", account.host, context.run));
        Ok(Self {
            claimant: Claimant { holder, account: account.name },
            path,
            _own: own,
            _shared: share,
            leaves_proof: AtomicBool::new(false),
        })
    }

    /// Leaves the lock file behind: it proves that this program has ended, whatever it still holds in the ledger.
    pub fn leave_proof(&self) {
        self.leaves_proof.store(true, Ordering::SeqCst);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.leaves_proof.load(Ordering::SeqCst) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether a holder worked in an output folder and has ended.
#[must_use]
pub fn has_ended(output: &Path, holder: &str) -> bool {
    locks(output).iter().any(|path| folder_lock::has_ended(holder, path))
}

/// Releases what programs hold that worked in the output folder of a context and have ended. Returns whether there was
/// any.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn end_dead(context: &Context, held: &[HeldPiece]) -> Result<bool, Failure> {
    let holders: BTreeSet<&str> = held.iter().map(|piece| piece.holder.as_str()).collect();
    let mut ended = false;
    for path in locks(&context.output) {
        let dead: Vec<&&str> = holders.iter().filter(|holder| folder_lock::has_ended(holder, &path)).collect();
        for holder in &dead {
            let released = context.ledger.release_dead(holder).await;
            released.map_err(|error| Failure::ours("the ledger could not be written", error))?;
            ended = true;
        }
        if !dead.is_empty() && path.file_name().is_some_and(|name| name != SHARED) {
            let _ = fs::remove_file(&path);
        }
    }
    Ok(ended)
}

/// Removes the lock files of programs that were killed long ago.
fn sweep(output: &Path) {
    for path in locks(output).into_iter().filter(|path| path.file_name().is_some_and(|name| name != SHARED)) {
        let made = path.metadata().and_then(|found| found.modified());
        let is_old = made.is_ok_and(|made| Clock::System.now() - DateTime::<Utc>::from(made) > PROOF);
        if is_old && FolderLock::take(&path).is_ok_and(|lock| lock.is_some()) {
            let _ = fs::remove_file(&path);
        }
    }
}

/// The lock files of an output folder. An older version has the shared one to itself.
fn locks(output: &Path) -> Vec<PathBuf> {
    let is_own = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(OWN.0) && name.ends_with(OWN.1)
    };
    let mut found: Vec<PathBuf> =
        fs::read_dir(output).into_iter().flatten().flatten().map(|entry| entry.path()).filter(is_own).collect();
    found.push(output.join(SHARED));
    found
}

/// The machine and the number of the process in the name of a holder.
#[must_use]
pub fn place(holder: &str) -> (&str, &str) {
    let shown = folder_lock::shown(holder);
    let (host, run) = shown.split_once('/').unwrap_or(("", shown));
    (host, run.rsplit_once('-').map_or(run, |(_, process)| process))
}

#[cfg(test)]
mod tests {
    use std::{fs::File, time::Duration};

    use super::*;

    #[test]
    fn a_holder_says_its_machine_and_its_process() {
        assert_eq!(place("host/20250714T000000000Z-4242#0123456789abcdef.7"), ("host", "4242"));
        assert_eq!(place("almaty/1"), ("almaty", "1"));
        assert_eq!(place("somebody"), ("", "somebody"));
    }

    #[test]
    fn only_the_own_lock_of_a_holder_shows_that_it_has_ended() {
        let folder = std::env::temp_dir().join(format!("zhinaq-worker-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(".run-1-0.lock");
        let own = FolderLock::take(&path).unwrap().unwrap();
        let holder = own.holder("host/run-1");
        let shared = [(); 2].map(|()| SharedLock::take(&folder.join(SHARED)).unwrap().unwrap());
        assert!(FolderLock::take(&folder.join(SHARED)).unwrap().is_none(), "programs work here");
        assert!(!has_ended(&folder, &holder) && !has_ended(&folder, "host/run-1#0.0"));
        drop(own);
        assert!(has_ended(&folder, &holder));
        drop(shared);
        let whole = FolderLock::take(&folder.join(SHARED)).unwrap().unwrap();
        assert!(SharedLock::take(&folder.join(SHARED)).unwrap().is_none(), "a backup is brought back");
        drop(whole);
        sweep(&folder);
        assert!(path.exists(), "it still proves that the holder has ended");
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(file.metadata().unwrap().modified().unwrap() - Duration::from_hours(24 * 8)).unwrap();
        sweep(&folder);
        assert!(!path.exists() && folder.join(SHARED).exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
