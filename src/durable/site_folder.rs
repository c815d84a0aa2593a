//! A folder that is there as a whole or not at all, and a link that is switched to it. In: files with their paths below
//! the folder. Out: the folder under its name, and the link. This module does not know what the files contain.
//!
//! Unlike other files, these may be read by everybody whom the account's mask lets read: they are made to be published.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::symlink,
    path::{Component, Path, PathBuf},
};

use super::{PublishError, Published, folder_of, keep_folder, name, part_name};

/// Publishes a folder of files under a name that is never replaced. A folder that is there is whole.
///
/// # Errors
/// A path leads out of the folder, or the file system fails. Then nothing is under the name.
pub fn publish_folder<'f>(
    path: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
) -> Result<Published, PublishError> {
    publish_folder_with(path, |part| write(part, files))
}

/// As [`publish_folder`]; `write` writes the files into a new, empty folder. It need not flush.
///
/// # Errors
/// As `write`, or the file system fails. Then nothing is under the name.
pub fn publish_folder_with(
    path: &Path,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<Published, PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    if path.is_dir() {
        keep_folder(folder_of(path)).map_err(io_error)?;
        return Ok(Published::Before);
    }
    fs::create_dir_all(folder_of(path)).map_err(io_error)?;
    let part = folder_of(path).join(part_name());
    let whole = || {
        fs::create_dir(&part)?;
        write(&part)?;
        // Thousands of small files: one flush of the file system is faster than one for each.
        rustix::fs::syncfs(File::open(&part)?).map_err(io::Error::from)
    };
    let written = whole().and_then(|()| match name(&part, path) {
        Ok(()) => Ok(Published::Now),
        // Another process was faster with the same folder.
        Err(rustix::io::Errno::EXIST) if path.is_dir() => {
            fs::remove_dir_all(&part)?;
            Ok(Published::Before)
        }
        Err(error) => Err(error.into()),
    });
    let written = written.and_then(|published| keep_folder(folder_of(path)).map(|()| published));
    written.map_err(|error| {
        let _ = fs::remove_dir_all(&part);
        io_error(error)
    })
}

fn write<'f>(part: &Path, files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> io::Result<()> {
    for (path, bytes) in files {
        let is_inside = Path::new(path).components().all(|step| matches!(step, Component::Normal(_)));
        if !is_inside {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{path}` leads out of the folder")));
        }
        let path = part.join(path);
        fs::create_dir_all(folder_of(&path))?;
        File::create_new(&path)?.write_all(bytes)?;
    }
    Ok(())
}

/// Makes a link lead to another place, in one step: a reader finds the old place or the new one.
///
/// # Errors
/// The name is that of a file or a folder, or the file system fails. Then the link leads to the old place.
pub fn switch_link(link: &Path, target: &Path) -> Result<(), PublishError> {
    let io_error = |source| PublishError::Io { path: link.to_owned(), source };
    if fs::symlink_metadata(link).is_ok_and(|found| !found.is_symlink()) {
        let message = "it is not a link, and it is not replaced";
        return Err(io_error(io::Error::new(io::ErrorKind::AlreadyExists, message)));
    }
    let part: PathBuf = folder_of(link).join(part_name());
    let switched = symlink(target, &part).and_then(|()| fs::rename(&part, link));
    switched.and_then(|()| keep_folder(folder_of(link))).map_err(|error| {
        let _ = fs::remove_file(&part);
        io_error(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_whole_under_its_name_and_the_link_leads_to_it() {
        let home = tempfile::tempdir().unwrap();
        let (first, second) = (home.path().join("a"), home.path().join("b"));
        let files = [("x.txt", b"1".as_slice()), ("in/y.txt", b"2".as_slice())];
        assert_eq!(publish_folder(&first, files).unwrap(), Published::Now);
        assert_eq!(publish_folder(&first, files).unwrap(), Published::Before);
        assert_eq!(fs::read(first.join("in/y.txt")).unwrap(), b"2");
        publish_folder(&second, files).unwrap();
        let link = home.path().join("current");
        switch_link(&link, Path::new("a")).unwrap();
        switch_link(&link, Path::new("b")).unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("b"));
        assert!(link.join("x.txt").exists());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3, "nothing is left beside them");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_not_there_and_what_is_no_link_stays() {
        let home = tempfile::tempdir().unwrap();
        let error = publish_folder(&home.path().join("a"), [("../x", b"1".as_slice())]).unwrap_err();
        assert!(matches!(error, PublishError::Io { .. }));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        fs::create_dir(home.path().join("current")).unwrap();
        assert!(switch_link(&home.path().join("current"), Path::new("a")).is_err());
        assert!(home.path().join("current").is_dir());
    }
}
