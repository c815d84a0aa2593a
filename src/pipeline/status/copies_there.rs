//! Numbered copies that are there although the ledger is empty, and the folders in which such witnesses are.
//!
//! In: the output and the store. Out: the first place with copies, in words. Unknown here: what the ledger contains.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Context, chain};

/// Numbered copies, `<period>/<collection>/<issue>/copies/…`, in an output whose ledger is empty.
pub(super) fn numbered_copies(root: &Path) -> Option<String> {
    let is_period = |folder: &PathBuf| {
        folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.parse::<domain::Period>().is_ok())
    };
    let issues = folders(root)
        .into_iter()
        .filter(is_period)
        .flat_map(|period| folders(&period))
        .flat_map(|collection| folders(&collection));
    let mut with_copies = issues.map(|issue| issue.join("copies")).filter(|copies| copies.is_dir());
    let first = with_copies.next()?;
    Some(format!("`{}` holds numbered copies, and the ledger is empty", first.display()))
}

/// As [`numbered_copies`], for a store on S3. A store that cannot be read may have some.
pub(super) fn copies_in_store(context: &Context) -> Option<String> {
    match context.artifacts.in_store("") {
        Ok(listed) => {
            let first = listed.iter().find(|path| path.contains("/copies/"))?;
            Some(format!("`{first}` is in the store, and the ledger is empty"))
        }
        Err(error) => Some(format!("whether the store has numbered copies cannot be seen ({})", chain(&error))),
    }
}

pub(super) fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = entries(folder).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

pub(super) fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    entries(folder).filter(|path| path.is_file())
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok().map(|e| e.path()))
}
