//! Durable files: whole or not there at all.
//!
//! A file is written beside its final name, flushed, renamed without replacing, and its folder flushed: after a power
//! cut the name is there with all its bytes or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::domain::Sha256;

/// Why a file could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("`{path}` holds other bytes already ({found:?}, not {wanted:?}); nothing was replaced")]
    Conflict { path: PathBuf, found: Sha256, wanted: Sha256 },
    #[error("`{path}` could not be written")]
    Io { path: PathBuf, source: io::Error },
}

/// Whether the bytes were written now or stood there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    Now,
    Before,
}

/// Publishes bytes under a name that is never replaced. The same bytes there already are a success.
///
/// # Errors
/// When other bytes stand under the name, or the file system fails; nothing half-written is left under the name.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<Published, PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    if let Ok(found) = fs::read(path) {
        return already(path, &found, bytes);
    }
    let temporary = write_beside(path, bytes).map_err(io_error)?;
    let renamed = rustix::fs::renameat_with(
        rustix::fs::CWD,
        &temporary,
        rustix::fs::CWD,
        path,
        rustix::fs::RenameFlags::NOREPLACE,
    );
    if let Err(error) = renamed {
        let _ = fs::remove_file(&temporary);
        return match (error, fs::read(path)) {
            (rustix::io::Errno::EXIST, Ok(found)) => already(path, &found, bytes),
            _ => Err(io_error(error.into())),
        };
    }
    flush_folder(path).map_err(io_error)?;
    Ok(Published::Now)
}

/// Writes a file that may replace an older one, whole or not at all.
///
/// # Errors
/// When the file system fails; the older file is then still there.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    let temporary = write_beside(path, bytes).map_err(io_error)?;
    fs::rename(&temporary, path).and_then(|()| flush_folder(path)).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        io_error(error)
    })
}

fn already(path: &Path, found: &[u8], wanted: &[u8]) -> Result<Published, PublishError> {
    if found == wanted {
        return Ok(Published::Before);
    }
    Err(PublishError::Conflict { path: path.to_owned(), found: Sha256::of(found), wanted: Sha256::of(wanted) })
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!(".part-{}-{count}", std::process::id()));
    let mut file = match create(&temporary) {
        // A process of the same number died here before: its part is nobody's.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&temporary)?;
            create(&temporary)?
        }
        other => other?,
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    Ok(temporary)
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn flush_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_file_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        assert_eq!(publish(&path, b"one").unwrap(), Published::Now);
        assert_eq!(publish(&path, b"one").unwrap(), Published::Before);
        let error = publish(&path, b"two").unwrap_err();
        assert!(matches!(error, PublishError::Conflict { .. }));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn a_replaced_file_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.txt");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
