//! The lock of an output folder, and its identity.
//!
//! The operating system releases a file lock when a process ends. So a process that gets the lock proves that its former
//! holder has ended. This is about one lock file, and neither the name of a machine nor the number of a process
//! says which one: two containers may share both. So each lock file has an identity, a random word within it and its
//! place on the disk, and a claim in the ledger contains the identity of the lock of its holder. A lock file that was
//! removed and made again, or copied, has another identity, and proves nothing about the holder of the old one.
//!
//! In: the path of a lock file. Out: the lock. Unknown here: what is done under it.

use std::{
    fs::File,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
    time::Duration,
};

use rustix::{fs::FlockOperation, io::Errno};

/// A lock that this process has until this is dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
    identity: String,
}

/// A lock that several processes may have at once, until this is dropped. Nobody has the [`FolderLock`] of the same path
/// meanwhile.
#[derive(Debug)]
pub struct SharedLock {
    _file: File,
}

impl SharedLock {
    /// Takes a share of a lock; `None` if another process has the whole. A missing file is created.
    ///
    /// # Errors
    /// The file system fails.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = locked(path, FlockOperation::NonBlockingLockShared)?;
        Ok(file.map(|file| Self { _file: file }))
    }
}

/// Between the name of a holder and the identity of its lock.
const MARK: char = '#';
/// The digits of the random word.
const WORD: usize = 16;
/// A command that only looks has the lock for an instant, so a second try follows.
const TRIES: usize = 4;
const PAUSE: Duration = Duration::from_millis(25);

impl FolderLock {
    /// Takes a lock; `None` if another process has it. A missing file is created.
    ///
    /// # Errors
    /// The file system fails.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let Some(mut file) = locked(path, FlockOperation::NonBlockingLockExclusive)? else { return Ok(None) };
        let identity = identity(&mut file, true)?;
        Ok(Some(Self { _file: file, identity }))
    }

    /// The name of a holder that has this lock.
    #[must_use]
    pub fn holder(&self, name: &str) -> String {
        format!("{name}{MARK}{}", self.identity)
    }

    /// Whether a holder had this very lock, and so is dead.
    #[must_use]
    pub fn was_of(&self, holder: &str) -> bool {
        holder.rsplit_once(MARK).is_some_and(|(_, lock)| lock == self.identity)
    }
}

/// Waits for the lock of a path, for a step of an instant. The lock ends when the file is dropped.
///
/// # Errors
/// The file system fails.
pub fn waited(path: &Path) -> io::Result<File> {
    loop {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

/// The file at a path, locked; `None` if another process has a lock that excludes this one.
fn locked(path: &Path, how: FlockOperation) -> io::Result<Option<File>> {
    for _ in 0..TRIES {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
        match rustix::fs::flock(&file, how) {
            Ok(()) if is_at(&file, path) => return Ok(Some(file)),
            // Somebody removed the file meanwhile, and the lock of a removed file keeps nobody out.
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => std::thread::sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// Whether a holder had the lock of this path and no longer has it, so that it is dead.
#[must_use]
pub fn has_ended(holder: &str, path: &Path) -> bool {
    let Some((_, lock)) = holder.rsplit_once(MARK) else { return false };
    let Ok(mut file) = File::open(path) else { return false };
    let is_its = identity(&mut file, false).is_ok_and(|identity| identity == lock);
    is_its && rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared).is_ok()
}

/// The name of a holder without the identity of its lock, for a person.
#[must_use]
pub fn shown(holder: &str) -> &str {
    holder.rsplit_once(MARK).map_or(holder, |(name, _)| name)
}

/// Whether a file is the one that lies at a path now.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(there)) = (file.metadata(), path.metadata()) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

/// The identity of a lock file. Whoever has the lock may write a word into a file without one.
fn identity(file: &mut File, is_locked: bool) -> io::Result<String> {
    let mut word = String::new();
    // Anything else than a word is replaced, so no more is read.
    io::Read::by_ref(file).take(WORD as u64 + 1).read_to_string(&mut word)?;
    let is_word = |word: &str| word.len() == WORD && word.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_word(&word) && is_locked {
        word = format!("{:016x}", RandomState::new().build_hasher().finish());
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(word.as_bytes())?;
    }
    Ok(format!("{word}.{}", file.metadata()?.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lock_of_a_holder_proves_that_it_is_dead() {
        let folder = std::env::temp_dir().join(format!("zhinaq-lock-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (path, other) = (folder.join(".run.lock"), folder.join(".other.lock"));
        let first = FolderLock::take(&path).unwrap().unwrap();
        let holder = first.holder("host/run-1");
        assert_eq!(shown(&holder), "host/run-1");
        assert!(FolderLock::take(&path).unwrap().is_none());
        assert!(!has_ended(&holder, &path), "it has its lock");
        // The lock of another output folder, on a machine of the same name, says nothing about it.
        let strange = FolderLock::take(&other).unwrap().unwrap();
        assert!(!strange.was_of(&holder) && !has_ended(&holder, &other));
        // Nor does a lock file that was removed and made again while the holder works, nor a copy of it.
        std::fs::copy(&path, folder.join("copy")).unwrap();
        std::fs::remove_file(&path).unwrap();
        let again = FolderLock::take(&path).unwrap().unwrap();
        assert!(!again.was_of(&holder) && !has_ended(&holder, &path));
        assert!(!FolderLock::take(&folder.join("copy")).unwrap().unwrap().was_of(&holder));
        let holder = again.holder("host/run-2");
        drop(again);
        assert!(has_ended(&holder, &path));
        assert!(FolderLock::take(&path).unwrap().unwrap().was_of(&holder));
        assert!(!has_ended("host/run-of-an-older-program", &path));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
