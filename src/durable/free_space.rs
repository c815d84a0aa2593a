//! The free space of a disk. In: a path. Out: bytes. This module does not know how much is enough.

use std::{io, path::Path};

/// How many bytes this process may still write to the disk that holds a path, or that will hold it: the nearest folder
/// above it that exists decides.
///
/// # Errors
/// When the file system does not say.
pub fn free_space(path: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(nearest_place(path))?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// A path that exists, or the nearest folder above it that does.
#[must_use]
pub fn nearest_place(path: &Path) -> &Path {
    path.ancestors().find(|place| place.exists()).unwrap_or_else(|| Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_will_be_made_is_on_the_disk_of_the_one_above() {
        let root = tempfile::tempdir().unwrap();
        assert!(free_space(&root.path().join("not/yet")).unwrap() > 0);
        assert!(free_space(Path::new("output of nobody")).unwrap() > 0);
    }
}
