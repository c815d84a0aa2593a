//! Who may use a new file: its owner alone, or also the group that shares its folder.
//!
//! Figures, names and addresses are in these files, so nothing is open to others because of a umask that nobody thought
//! of. The set-group-ID bit of a folder says that its group shares what comes into it: the system gives new files that
//! group and new folders that bit. So there a new file has what its folder grants the group: reading, or writing too.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use super::folder_of;

/// Reading and writing, for the owner.
const OWNER: u32 = 0o600;
/// Reading and writing, for the group.
const GROUP: u32 = 0o060;
const SET_GROUP_ID: u32 = 0o2000;

/// Creates a file that does not exist yet, with the rights that its folder gives it. `options` say how it is opened.
///
/// # Errors
/// The file exists, or the file system fails.
pub fn create_new(path: &Path, mut options: OpenOptions) -> io::Result<File> {
    let file = options.create_new(true).mode(OWNER).open(path)?;
    let group = of_group(folder_of(path));
    if group != 0 {
        // Where the file system refuses, the file stays its owner's: the stricter side.
        let _ = file.set_permissions(Permissions::from_mode(OWNER | group));
    }
    Ok(file)
}

/// The rights that a folder gives its group on new files; 0 if it is not shared.
fn of_group(folder: &Path) -> u32 {
    let mode = fs::metadata(folder).map_or(0, |folder| folder.mode());
    if mode & SET_GROUP_ID == 0 { 0 } else { mode & GROUP }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{append_lines, publish, replace};

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().mode() & 0o7777
    }

    #[test]
    fn a_file_is_its_owners_unless_the_folder_is_shared_with_a_group() {
        for (folder_mode, file_mode) in
            [(0o755, 0o600), (0o777, 0o600), (0o2750, 0o640), (0o2770, 0o660), (0o2700, 0o600)]
        {
            let folder = tempfile::tempdir().unwrap();
            let home = folder.path().join("office");
            fs::create_dir(&home).unwrap();
            fs::set_permissions(&home, Permissions::from_mode(folder_mode)).unwrap();
            assert_eq!(mode(&home), folder_mode, "the file system keeps this mode");
            publish(&home.join("published"), b"1").unwrap();
            replace(&home.join("replaced"), b"1").unwrap();
            append_lines(&home.join("lines"), "1", true).unwrap();
            for name in ["published", "replaced", "lines"] {
                assert_eq!(mode(&home.join(name)), file_mode, "{name} in a folder with {folder_mode:o}");
            }
            // A person may make one file stricter or wider; lines that are added do not change that.
            fs::set_permissions(home.join("lines"), Permissions::from_mode(0o644)).unwrap();
            append_lines(&home.join("lines"), "2", true).unwrap();
            assert_eq!(mode(&home.join("lines")), 0o644);
        }
    }

    #[test]
    fn a_folder_in_a_shared_folder_is_shared_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o2770)).unwrap();
        publish(&folder.path().join("2025-Q2/crime/master"), b"1").unwrap();
        let inner = folder.path().join("2025-Q2/crime");
        assert_ne!(mode(&inner) & SET_GROUP_ID, 0);
        // How much the group may do there is for the umask to say.
        assert_eq!(mode(&inner.join("master")), OWNER | (mode(&inner) & GROUP));
    }
}
