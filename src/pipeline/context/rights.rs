//! Files that the account of this process may not use.
//!
//! In: a path. Out: nothing, or an error with the account, the owner, and what to do. Unknown here: what lies at the path.

use std::{
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use rustix::{fs::Access, io::Errno};

use super::{Failure, account};

/// Why the account of this process may not write a file and the folder that it lies in; `None` if it may.
#[must_use]
pub fn not_writable(path: &Path) -> Option<Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    denied(path, Access::WRITE_OK | Access::READ_OK, "write").or_else(|| denied(folder, Access::WRITE_OK, "write"))
}

/// Why the account of this process may not read a file; `None` if it may.
#[must_use]
pub fn not_readable(path: &Path) -> Option<Failure> {
    denied(path, Access::READ_OK, "read")
}

/// Refuses an office whose files the account of this process may not read: one refusal for all of them. Without it each
/// file would be a fault of its own, and none of them a fault of the file.
///
/// # Errors
/// When a file of the office may not be read. A folder without `zhinaq.toml` is not an office.
pub fn refuse_unreadable_office(home: &Path) -> Result<(), Failure> {
    let settings = home.join("zhinaq.toml");
    if !is_there(&settings) {
        return Ok(());
    }
    let mut denied = Vec::new();
    for path in [settings, home.join("schedules"), home.join("templates")] {
        gather_denied(&path, &mut denied);
    }
    let Some(first) = denied.first() else { return Ok(()) };
    Err(refused(first, denied.len() - 1, "read"))
}

/// Adds the files and folders at a path that may not be read. What lies in such a folder is not known. A link is looked
/// at, and not followed into its folder.
fn gather_denied(path: &Path, denied: &mut Vec<PathBuf>) {
    if !is_there(path) {
        return;
    }
    let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    let access = if is_folder { Access::READ_OK | Access::EXEC_OK } else { Access::READ_OK };
    if is_denied(path, access) {
        return denied.push(path.to_owned());
    }
    if is_folder {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut inside: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        inside.sort();
        for path in &inside {
            gather_denied(path, denied);
        }
    }
}

fn denied(path: &Path, access: Access, what: &str) -> Option<Failure> {
    let place = nearest(path)?;
    is_denied(&place, access).then(|| refused(&place, 0, what))
}

fn is_denied(path: &Path, access: Access) -> bool {
    matches!(rustix::fs::access(path, access), Err(Errno::ACCESS | Errno::PERM))
}

fn refused(place: &Path, more: usize, what: &str) -> Failure {
    let owner = place.symlink_metadata().ok().map(|metadata| account::name_of(metadata.uid()));
    refusal(&account::of_process().name, (place, more), what, owner.as_deref())
}

/// The path, or the folder above it that exists.
fn nearest(path: &Path) -> Option<PathBuf> {
    let mut places = path.ancestors().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p });
    places.find(|path| is_there(path)).map(Into::into)
}

/// Whether something lies at a path. A path that may not be looked at exists too.
fn is_there(path: &Path) -> bool {
    !matches!(path.symlink_metadata(), Err(error) if error.kind() == std::io::ErrorKind::NotFound)
}

/// The refusal about a place and so many more.
fn refusal(account: &str, (place, more): (&Path, usize), what: &str, owner: Option<&str>) -> Failure {
    let owner = match owner {
        Some(owner) => format!("it belongs to `{owner}`: run the command as `{owner}`"),
        None => "its owner cannot be seen: run the command as the account of the office".to_owned(),
    };
    let place = place.display();
    let message = match more {
        0 => {
            format!("account `{account}` may not {what} `{place}`; {owner}, or give `{account}` the right to {what} it")
        }
        more => format!(
            "account `{account}` may not {what} `{place}` and {more} more; {owner}, or give `{account}` the right to {what} them"
        ),
    };
    Failure::usage(message).coded("not-permitted")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    #[test]
    fn a_refusal_has_the_account_the_place_and_what_to_do() {
        let failure = refusal("viewer", (Path::new("output/ledger.sqlite"), 0), "write", Some("zhinaq"));
        assert_eq!((failure.exit, failure.code), (Exit::Usage, "not-permitted"));
        assert_eq!(
            failure.message,
            "account `viewer` may not write `output/ledger.sqlite`; it belongs to `zhinaq`: run the command as `zhinaq`, or \
             give `viewer` the right to write it"
        );
        let many = refusal("viewer", (Path::new("zhinaq.toml"), 79), "read", None);
        assert_eq!(
            many.message,
            "account `viewer` may not read `zhinaq.toml` and 79 more; its owner cannot be seen: run the command as the \
             account of the office, or give `viewer` the right to read them"
        );
    }

    #[test]
    fn what_may_be_used_is_not_refused() {
        let folder = std::env::temp_dir();
        assert!(not_writable(&folder.join("no/such/ledger.sqlite")).is_none());
        assert!(not_readable(&folder).is_none());
        assert_eq!(nearest(&folder.join("no/such/file")), Some(folder));
    }
}
