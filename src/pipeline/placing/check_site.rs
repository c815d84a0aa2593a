//! What is wrong with a site that was written, and how two sites differ.
//!
//! In: the folder of a site. Out: faults by file, or files that differ. Every byte is compared with the list, and pages are
//! read as a reader's program reads them (the crate `site`). Unknown here: figures, and what was placed.

use std::{collections::BTreeSet, fs, path::Path};

use serde::Serialize;

use super::switch;
use crate::{Context, Failure, Trouble};
use domain::Sha256;
use site::{SUMS, SiteFault, Tree};

/// What was found on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteCheck {
    pub site: Sha256,
    pub files: usize,
    pub pages: usize,
    /// The heaviest page in bytes.
    pub heaviest: usize,
    pub faults: Vec<Trouble>,
    /// What a person looks at: labels without a translation, words of two alphabets.
    pub remarks: Vec<Trouble>,
}

/// How the files of a site differ from those of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteDiff {
    pub old: Sha256,
    pub new: Sha256,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<String>,
}

/// Checks the site that readers see.
///
/// # Errors
/// When there is no site, or a file cannot be read.
pub fn site_check(context: &Context) -> Result<SiteCheck, Failure> {
    let folder = switch::folder(context);
    let site = current(context, &folder)?;
    let root = folder.join(site.to_string());
    let list = fs::read(root.join(SUMS)).map_err(|error| unreadable(&root.join(SUMS), error))?;
    let mut faults = Vec::new();
    if Sha256::of(&list) != site {
        faults.push(Trouble::new(SUMS, "its hash is not the name of the folder: it was altered"));
    }
    let listed = switch::sums(&String::from_utf8_lossy(&list));
    let mut files = BTreeSet::new();
    gather(&root, &root, &mut files)?;
    files.remove(SUMS);
    for missing in listed.keys().filter(|path| !files.contains(*path)) {
        faults.push(Trouble::new(format!("`{missing}`"), "is on the list and not in the folder"));
    }
    let mut tree = Tree::default();
    for path in &files {
        let bytes = fs::read(root.join(path)).map_err(|error| unreadable(&root.join(path), error))?;
        match listed.get(path) {
            None => faults.push(Trouble::new(format!("`{path}`"), "is in the folder and not on the list")),
            Some(hash) if *hash != Sha256::of(&bytes).to_string() => {
                faults.push(Trouble::new(format!("`{path}`"), "was altered: it is not as the list says"));
            }
            Some(_) => {}
        }
        tree.put(path.clone(), bytes);
    }
    tree.put(SUMS, list);
    let pages = tree.files().filter(|(path, _)| path.ends_with(".html"));
    let sizes: Vec<usize> = pages.map(|(_, bytes)| bytes.len()).collect();
    let (of_readers, remarks): (Vec<SiteFault>, Vec<SiteFault>) =
        site::check(&tree, &context.office.site.base).into_iter().partition(|fault| fault.kind.is_error());
    faults.extend(of_readers.iter().map(told));
    Ok(SiteCheck {
        site,
        files: files.len(),
        pages: sizes.len(),
        heaviest: sizes.into_iter().max().unwrap_or_default(),
        faults,
        remarks: remarks.iter().map(told).collect(),
    })
}

/// A fault of a page as a trouble.
pub(super) fn told(fault: &SiteFault) -> Trouble {
    Trouble::new(format!("`{}`", fault.path), format!("{}: {}", fault.kind.code(), fault.found))
}

/// Compares the site that readers see with another one in the same folder.
///
/// # Errors
/// When there is no such site.
pub fn site_diff(context: &Context, old: &str, new: Option<&str>) -> Result<SiteDiff, Failure> {
    let folder = switch::folder(context);
    let old = known(&folder, old)?;
    let new = match new {
        Some(new) => known(&folder, new)?,
        None => current(context, &folder)?,
    };
    let (before, after) = (switch::listed(&folder, &old), switch::listed(&folder, &new));
    let only = |here: &std::collections::BTreeMap<String, String>,
                there: &std::collections::BTreeMap<String, String>| {
        here.keys().filter(|path| !there.contains_key(*path)).cloned().collect::<Vec<_>>()
    };
    let changed = after.iter().filter(|(path, hash)| before.get(*path).is_some_and(|old| old != *hash));
    Ok(SiteDiff {
        old,
        new,
        added: only(&after, &before),
        removed: only(&before, &after),
        changed: changed.map(|(path, _)| path.clone()).collect(),
    })
}

fn current(context: &Context, folder: &Path) -> Result<Sha256, Failure> {
    switch::current(folder).ok_or_else(|| {
        let how = context.call.command("place").asked("--period");
        Failure::usage(format!("no site was placed in `{}` yet; place one with {how}", folder.display()))
    })
}

/// A site by its hash or the first digits of it.
fn known(folder: &Path, written: &str) -> Result<Sha256, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    let sites = entries.flatten().filter(|entry| entry.path().is_dir());
    let sites: BTreeSet<Sha256> = sites.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    let found: Vec<&Sha256> = sites.iter().filter(|site| site.to_string().starts_with(written)).collect();
    match found[..] {
        [one] => Ok(*one),
        [] => {
            let known: Vec<String> = sites.iter().map(Sha256::short).collect();
            let message = format!("no site `{written}` in `{}`; known here: {}", folder.display(), known.join(", "));
            Err(Failure::usage(message).coded("unknown-id"))
        }
        _ => Err(Failure::usage(format!("several sites begin with `{written}`; write more digits"))),
    }
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeSet<String>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if let Ok(inside) = path.strip_prefix(root) {
            files.insert(inside.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: std::io::Error) -> Failure {
    Failure::ours(format!("`{}` could not be read", path.display()), error)
}
