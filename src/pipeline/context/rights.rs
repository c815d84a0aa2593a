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

fn denied(path: &Path, access: Access, what: &str) -> Option<Failure> {
    let place = nearest(path)?;
    match rustix::fs::access(&place, access) {
        Err(Errno::ACCESS | Errno::PERM) => {
            let owner = place.symlink_metadata().ok().map(|metadata| account::name_of(metadata.uid()));
            Some(refusal(&account::of_process().name, &place, what, owner.as_deref()))
        }
        _ => None,
    }
}

/// The path, or the folder above it that exists.
fn nearest(path: &Path) -> Option<PathBuf> {
    // A path that may not be looked at exists too.
    let is_there =
        |path: &&Path| !matches!(path.symlink_metadata(), Err(e) if e.kind() == std::io::ErrorKind::NotFound);
    path.ancestors().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p }).find(is_there).map(Into::into)
}

fn refusal(account: &str, place: &Path, what: &str, owner: Option<&str>) -> Failure {
    let owner = match owner {
        Some(owner) => format!("it belongs to `{owner}`: run the command as `{owner}`"),
        None => "its owner cannot be seen: run the command as the account of the office".to_owned(),
    };
    Failure::usage(format!(
        "account `{account}` may not {what} `{}`; {owner}, or give `{account}` the right to {what} it",
        place.display()
    ))
    .coded("not-permitted")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    #[test]
    fn a_refusal_has_the_account_the_place_and_what_to_do() {
        let failure = refusal("viewer", Path::new("output/ledger.sqlite"), "write", Some("zhinaq"));
        assert_eq!((failure.exit, failure.code), (Exit::Usage, "not-permitted"));
        assert_eq!(
            failure.message,
            "account `viewer` may not write `output/ledger.sqlite`; it belongs to `zhinaq`: run the command as `zhinaq`, or \
             give `viewer` the right to write it"
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
