//! Durable files: whole, or not there at all. In: paths and bytes. Out: files. This crate does not know what a file
//! contains.
//!
//! A file is written beside its final name, flushed, and renamed without replacing. Then its folder is flushed, and the
//! folders above it ([`keep_folder`]). After a power cut the name is there with all its bytes, or not at all. Many files are flushed together, once: a flush takes
//! some ten milliseconds on an ordinary disk, however little there is to write.

mod append;
mod folders;
mod free_space;
mod link;
mod part;
mod rights;
mod site_folder;
mod together;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IoSlice, Write as _},
    path::{Path, PathBuf},
};

pub use append::{append_lines, begin_lines};
pub use folders::keep_folder;
pub use free_space::{free_space, nearest_place};
pub use link::publish_link;
pub use part::{part_name, sweep};
pub use rights::create_new;
pub use site_folder::{publish_folder, publish_folder_with, switch_link};
pub use together::Together;

use domain::Sha256;

/// Why a file could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("`{path}` holds other bytes already ({found:?}, not {wanted:?}); nothing was replaced")]
    Conflict { path: PathBuf, found: Sha256, wanted: Sha256 },
    #[error("`{path}` could not be written")]
    Io { path: PathBuf, source: io::Error },
}

/// Whether the bytes were written now, or were there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    Now,
    Before,
}

/// Publishes bytes under a name that is never replaced. If the name has the same bytes already, this is a success.
///
/// # Errors
/// The name has other bytes, or the file system fails. Nothing half-written is left under the name.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<Published, PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    if let Ok(found) = fs::read(path) {
        let there = already(path, &found, &[bytes])?;
        // Its bytes were flushed before it got this name; whether the name was flushed is not known.
        keep_folder(folder_of(path)).map_err(io_error)?;
        return Ok(there);
    }
    let temporary = write_beside(path, &[bytes], Flush::Now).map_err(io_error)?;
    let published = rename(&temporary, path, bytes)?;
    keep_folder(folder_of(path)).map_err(io_error)?;
    Ok(published)
}

/// Publishes many files as [`publish`] does each, with one flush for all of them.
///
/// # Errors
/// One of the names has other bytes: then no file was published. Or the file system fails: then each name is there with
/// all its bytes, or not at all.
pub fn publish_all(files: &[(PathBuf, &[u8])]) -> Result<Vec<Published>, PublishError> {
    let together = Together::default();
    let added = files.iter().map(|(path, bytes)| together.add(path, &[bytes])).collect::<Result<Vec<_>, _>>()?;
    together.publish()?;
    Ok(added)
}

/// Gives a written part its name, unless the name is taken. Afterwards the part is gone in any case.
fn rename(temporary: &Path, path: &Path, bytes: &[u8]) -> Result<Published, PublishError> {
    match name(temporary, path) {
        Ok(()) => Ok(Published::Now),
        Err(error) => {
            let _ = fs::remove_file(temporary);
            match (error, fs::read(path)) {
                (rustix::io::Errno::EXIST, Ok(found)) => already(path, &found, &[bytes]),
                _ => Err(PublishError::Io { path: path.to_owned(), source: error.into() }),
            }
        }
    }
}

fn name(temporary: &Path, path: &Path) -> rustix::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, temporary, CWD, path, RenameFlags::NOREPLACE)
}

/// Writes a file that may replace an older one, whole or not at all.
///
/// # Errors
/// The file system fails. The older file is then still there.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    let temporary = write_beside(path, &[bytes], Flush::Now).map_err(io_error)?;
    fs::rename(&temporary, path).and_then(|()| keep_folder(folder_of(path))).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        io_error(error)
    })
}

/// Writes a file that can be made again when it is lost. Readers see it whole, but it is not flushed. After a power cut
/// it may be missing or empty, so it has to contain a check of its own.
///
/// # Errors
/// The file system fails. An older file is then still there.
pub fn replace_unflushed(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    let temporary = write_beside(path, &[bytes], Flush::Never).map_err(io_error)?;
    fs::rename(&temporary, path).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        io_error(error)
    })
}

/// A file that is written piece by piece. It gets its name when it is whole, and is removed if it never is.
#[derive(Debug)]
pub struct DraftFile {
    pub file: File,
    temporary: PathBuf,
    path: PathBuf,
}

impl DraftFile {
    /// Begins a file that will get a name.
    ///
    /// # Errors
    /// The file system fails.
    pub fn of(path: &Path) -> Result<Self, PublishError> {
        let io_error = |source| PublishError::Io { path: path.to_owned(), source };
        let (file, temporary) = begin_beside(path).map_err(io_error)?;
        Ok(Self { file, temporary, path: path.to_owned() })
    }

    /// Flushes it and gives it its name. An existing file is not replaced.
    ///
    /// # Errors
    /// The name is taken, or the file system fails.
    pub fn publish(self) -> Result<(), PublishError> {
        let io_error = |source| PublishError::Io { path: self.path.clone(), source };
        self.file.sync_all().map_err(io_error)?;
        let (from, to) = (&self.temporary, &self.path);
        let flags = rustix::fs::RenameFlags::NOREPLACE;
        rustix::fs::renameat_with(rustix::fs::CWD, from, rustix::fs::CWD, to, flags)
            .map_err(|error| io_error(error.into()))?;
        keep_folder(folder_of(to)).map_err(io_error)
    }
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.temporary);
    }
}

fn already(path: &Path, found: &[u8], wanted: &[&[u8]]) -> Result<Published, PublishError> {
    let rest = wanted.iter().try_fold(found, |rest, piece| rest.strip_prefix(*piece));
    if rest.is_some_and(<[u8]>::is_empty) {
        return Ok(Published::Before);
    }
    Err(PublishError::Conflict { path: path.to_owned(), found: Sha256::of(found), wanted: Sha256::of_pieces(wanted) })
}

/// When a written part is flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flush {
    Now,
    /// The system gets a hint to begin, and nothing here waits for it.
    Later,
    /// A lost file is made again.
    Never,
}

fn write_beside(path: &Path, pieces: &[&[u8]], flush: Flush) -> io::Result<PathBuf> {
    let (file, temporary) = begin_beside(path)?;
    let flushed = |()| match flush {
        Flush::Now => file.sync_all(),
        Flush::Later => {
            // On Linux this starts to write dirty pages. It is only a hint: if it is not understood, nothing is lost.
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
            Ok(())
        }
        Flush::Never => Ok(()),
    };
    let written = write_pieces(&file, pieces).and_then(flushed);
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    Ok(temporary)
}

fn begin_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let temporary = folder.join(part_name());
    let file = create_new(&temporary, OpenOptions::new().write(true).clone())?;
    Ok((file, temporary))
}

fn write_pieces(mut file: &File, pieces: &[&[u8]]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
    let mut left = slices.as_mut_slice();
    // Skips pieces without bytes.
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        match file.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => IoSlice::advance_slices(&mut left, count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
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
    fn many_files_are_published_together_or_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<PathBuf> = (0..20).map(|n| folder.path().join(format!("{}/{n}", n % 3))).collect();
        let files = |text: &'static [u8]| names.iter().map(|p| (p.clone(), text)).collect::<Vec<_>>();
        publish(&names[7], b"one").unwrap();
        let published = publish_all(&files(b"one")).unwrap();
        let before: Vec<usize> = (0..20).filter(|n| published[*n] == Published::Before).collect();
        assert_eq!(before, [7]);
        assert!(names.iter().all(|path| fs::read(path).unwrap() == b"one"));
        assert_eq!(publish_all(&files(b"one")).unwrap(), [Published::Before; 20]);

        fs::remove_file(&names[3]).unwrap();
        assert!(matches!(publish_all(&files(b"two")), Err(PublishError::Conflict { .. })));
        assert!(!names[3].exists());
        let left = (0..3).map(|n| fs::read_dir(folder.path().join(n.to_string())).unwrap().count()).sum::<usize>();
        assert_eq!(left, 19);
    }

    #[test]
    fn parts_of_a_failed_publication_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"").unwrap();
        let mut files: Vec<(PathBuf, &[u8])> =
            (0..20).map(|n| (folder.path().join(n.to_string()), &b"x"[..])).collect();
        files.push((folder.path().join("file/below"), b"x"));
        assert!(matches!(publish_all(&files), Err(PublishError::Io { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_may_lie_in_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let large = vec![7; 3_000_000];
        let many: Vec<&[u8]> = std::iter::repeat_n([&b""[..], b"ab", &large[..1000]], 2000).flatten().collect();
        for pieces in [vec![], vec![&b""[..]], vec![b"one", &b""[..], b"two", &large], many] {
            let together = Together::default();
            assert_eq!(together.add(&path, &pieces).unwrap(), Published::Now);
            together.publish().unwrap();
            assert!(fs::read(&path).unwrap() == pieces.concat());
            assert_eq!(Together::default().add(&path, &pieces).unwrap(), Published::Before);
            assert_eq!(Together::default().add(&path, &[&pieces.concat()]).unwrap(), Published::Before);
            let longer = [&pieces[..], &[b"more"]].concat();
            assert!(matches!(Together::default().add(&path, &longer), Err(PublishError::Conflict { .. })));
            fs::remove_file(&path).unwrap();
        }
        // A file without a name leaves nothing behind.
        let together = Together::default();
        together.add(&path, &[b"never published"]).unwrap();
        drop(together);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_replaced_file_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.txt");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        replace_unflushed(&path, b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
