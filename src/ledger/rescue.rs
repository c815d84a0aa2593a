//! Copies of a ledger whose disk is full. SQLite must write beside a file even to read it, so a copy is read.

use std::{fs, path::Path, path::PathBuf};

use super::LedgerError;

/// A copy of an SQLite ledger; dropping it removes its folder.
#[derive(Debug)]
pub struct Copy {
    folder: PathBuf,
}

impl Copy {
    pub fn file(&self) -> PathBuf {
        self.folder.join("ledger.sqlite")
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Copies a ledger and its write-ahead log into a new temporary folder that has room.
pub fn copy(path: &Path) -> Result<Copy, LedgerError> {
    let mut why = String::new();
    for place in [std::env::temp_dir(), PathBuf::from("/dev/shm")] {
        match copy_to(path, &place) {
            Ok(copy) => return Ok(copy),
            Err(error) => why = error.to_string(),
        }
    }
    Err(LedgerError::Unreachable { why: format!("`{}` cannot be copied to be read: {why}", path.display()) })
}

/// Makes a new temporary folder for an empty ledger.
pub fn blank() -> Result<Copy, LedgerError> {
    let made = folder_in(&std::env::temp_dir()).or_else(|_| folder_in(Path::new("/dev/shm")));
    made.map_err(|error| LedgerError::Unreachable {
        why: format!("no folder for temporary files can be made: {error}"),
    })
}

fn folder_in(place: &Path) -> std::io::Result<Copy> {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut folder = place.join(format!("zhinaq-ledger-{}", std::process::id()));
    let mut number = 0;
    while let Err(error) = fs::DirBuilder::new().mode(0o700).create(&folder) {
        if error.kind() != std::io::ErrorKind::AlreadyExists {
            return Err(error);
        }
        number += 1;
        folder = place.join(format!("zhinaq-ledger-{}-{number}", std::process::id()));
    }
    Ok(Copy { folder })
}

fn copy_to(path: &Path, place: &Path) -> std::io::Result<Copy> {
    let copy = folder_in(place)?;
    fs::copy(path, copy.file())?;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if Path::new(&log).exists() {
        fs::copy(&log, copy.folder.join("ledger.sqlite-wal"))?;
    }
    Ok(copy)
}
