//! A second name for a file, so that its bytes lie on the disk once. In: a file whose bytes were checked, and a name.
//! Out: the same file under both names, which nobody may write any more. This module does not know what a file contains.

use std::{fs, io, path::Path};

use super::{PublishError, Published, already, folder_of, keep_folder};

/// Publishes a file under a second name that is never replaced: both names are one file, and it is read-only. `bytes` are
/// those that were read from it and checked. If the name has the same bytes already, this is a success.
///
/// `None`: no link can be made, because the name would be on another file system, the file has as many names as its file
/// system allows, or it changed since it was read. The bytes then have to be written.
///
/// # Errors
/// The name has other bytes, or the file system fails.
pub fn publish_link(from: &Path, path: &Path, bytes: &[u8]) -> Result<Option<Published>, PublishError> {
    let io_error = |source| PublishError::Io { path: path.to_owned(), source };
    if let Ok(found) = fs::read(path) {
        let there = already(path, &found, &[bytes])?;
        keep_folder(folder_of(path)).map_err(io_error)?;
        return Ok(Some(there));
    }
    fs::create_dir_all(folder_of(path)).map_err(io_error)?;
    // Unlike a rename, a link never replaces a file that was made meanwhile.
    if make_read_only(from).and_then(|()| fs::hard_link(from, path)).is_err() {
        return Ok(None);
    }
    // The file may have been replaced between the check of its bytes and the link.
    if !fs::read(path).is_ok_and(|found| found == bytes) {
        fs::remove_file(path).map_err(io_error)?;
        return Ok(None);
    }
    keep_folder(folder_of(path)).map_err(io_error)?;
    Ok(Some(Published::Now))
}

fn make_read_only(path: &Path) -> io::Result<()> {
    let mut may = fs::metadata(path)?.permissions();
    may.set_readonly(true);
    fs::set_permissions(path, may)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn both_names_are_one_file_that_nobody_may_write() {
        let folder = tempfile::tempdir().unwrap();
        let (copy, sent) = (folder.path().join("copies/1.xlsx"), folder.path().join("outbox/mia/1.xlsx"));
        crate::publish(&copy, b"one").unwrap();
        assert_eq!(publish_link(&copy, &sent, b"one").unwrap(), Some(Published::Now));
        let found = fs::metadata(&sent).unwrap();
        assert_eq!((found.ino(), found.nlink(), found.mode() & 0o222), (fs::metadata(&copy).unwrap().ino(), 2, 0));
        assert_eq!(publish_link(&copy, &sent, b"one").unwrap(), Some(Published::Before));
        // The copy gets its name again without its twin: both have the right bytes.
        crate::replace(&copy, b"one").unwrap();
        assert_eq!(publish_link(&copy, &sent, b"one").unwrap(), Some(Published::Before));
        assert!(matches!(publish_link(&copy, &sent, b"two"), Err(PublishError::Conflict { .. })));
        assert_eq!(fs::read(&sent).unwrap(), b"one");
    }

    #[test]
    fn a_file_that_changed_or_is_gone_gets_no_second_name() {
        let folder = tempfile::tempdir().unwrap();
        let (copy, sent) = (folder.path().join("1.xlsx"), folder.path().join("outbox/1.xlsx"));
        assert_eq!(publish_link(&copy, &sent, b"one").unwrap(), None);
        fs::write(&copy, b"scribbled over").unwrap();
        assert_eq!(publish_link(&copy, &sent, b"one").unwrap(), None);
        assert!(!sent.exists());
        assert_eq!(crate::publish(&sent, b"one").unwrap(), Published::Now);
    }
}
