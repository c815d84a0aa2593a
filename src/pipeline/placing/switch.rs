//! The folder of the site: whole sites by their hash, the link to the one that readers see, and what a killed run did not
//! record.
//!
//! In: a tree and the facts about it. Out: the switched link. Unknown here: what is on the site.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{Context, Failure, context::root};
use config::Office;
use domain::{Event, Fact, Origin, Sha256, releases};
use site::{KeptFile, SUMS, Tree};

/// The name of the link to the site that readers see.
const CURRENT: &str = "current";
/// The folder of the files of placed revisions, below a site.
const FILES: &str = "files/";
/// The ending of the file with the facts about a site, beside its folder.
const FACTS: &str = ".placed.json";

/// The folder of the site of a context.
#[must_use]
pub fn folder(context: &Context) -> PathBuf {
    site_folder(&context.office, context.origin)
}

/// The folder of the site of an origin: of the sample office below its own output.
#[must_use]
pub fn site_folder(office: &Office, origin: Origin) -> PathBuf {
    match origin {
        Origin::Sample => root(office, origin).join("site"),
        Origin::Real => office.path(&office.site.folder),
    }
}

/// The site that readers see; `None` before the first.
#[must_use]
pub fn current(folder: &Path) -> Option<Sha256> {
    fs::read_link(folder.join(CURRENT)).ok()?.file_name()?.to_str()?.parse().ok()
}

/// Writes a site and switches to it. The facts are kept beside it before the switch.
///
/// # Errors
/// When the folder cannot be written. Then readers see the old site.
pub fn switch(folder: &Path, tree: &Tree, facts: &[Fact]) -> Result<Sha256, Failure> {
    let hash = tree.hash();
    // What a killed run left half written.
    durable::sweep(folder);
    let failed = |error| Failure::ours(format!("the site in `{}` could not be written", folder.display()), error);
    let earlier = current(folder).map(|hash| folder.join(hash.to_string()));
    durable::publish_folder_with(&folder.join(hash.to_string()), |part| tree.write_onto(part, earlier.as_deref()))
        .map_err(failed)?;
    let bytes =
        serde_json::to_vec_pretty(facts).map_err(|error| Failure::ours("the facts of a site have no JSON", error))?;
    durable::replace(&folder.join(format!("{hash}{FACTS}")), &bytes).map_err(failed)?;
    durable::switch_link(&folder.join(CURRENT), Path::new(&hash.to_string())).map_err(failed)?;
    Ok(hash)
}

/// The facts about the site that readers see which the journal lacks: the run that switched to it was killed.
///
/// # Errors
/// When the file beside the site cannot be read.
pub fn unrecorded(folder: &Path, events: &[Event]) -> Result<Vec<Fact>, Failure> {
    let Some(hash) = current(folder) else { return Ok(Vec::new()) };
    let path = folder.join(format!("{hash}{FACTS}"));
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::ours(format!("`{}` could not be read", path.display()), error)),
    };
    let facts: Vec<Fact> = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::ours(format!("`{}` cannot be read", path.display()), error))?;
    let records = releases(events);
    let lacks = |fact: &Fact| match fact {
        Fact::Placed { form, period, revision, .. } => {
            let record = records.get(&(form.clone(), *period));
            record.and_then(domain::ReleaseRecord::newest).is_none_or(|newest| newest.revision < revision.revision)
        }
        _ => false,
    };
    Ok(facts.into_iter().filter(lacks).collect())
}

/// The files of placed revisions that the site which readers see has. They never change.
///
/// # Errors
/// When its list of files is not the one that was placed, or lists a file that is not there.
pub fn kept(folder: &Path) -> Result<Vec<KeptFile>, Failure> {
    let Some(hash) = current(folder) else { return Ok(Vec::new()) };
    let home = folder.join(hash.to_string());
    let list = home.join(SUMS);
    let unread = |error| Failure::ours(format!("`{}` could not be read", list.display()), error);
    let text = fs::read_to_string(&list).map_err(unread)?;
    if Sha256::of(text.as_bytes()) != hash {
        return Err(Failure::usage(format!(
            "`{}` is not the list of the site that was placed: bring the folder back from a backup, or remove the link `{CURRENT}` beside it to make every file of the site anew",
            list.display()
        )));
    }
    let mut kept = Vec::new();
    for (path, sha256) in sums(&text).into_iter().filter(|(path, _)| path.starts_with(FILES)) {
        let file = home.join(&path);
        let size = fs::metadata(&file)
            .map_err(|error| Failure::ours(format!("`{}` could not be read", file.display()), error))?
            .len();
        // The list has the hash of the site, so each line of it is one that the program wrote.
        if let Ok(sha256) = sha256.parse() {
            kept.push(KeptFile { path, size, sha256 });
        }
    }
    Ok(kept)
}

/// The files of a site by their path, with their hashes, as its list says; empty if there is no such site.
#[must_use]
pub fn listed(folder: &Path, hash: &Sha256) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder.join(hash.to_string()).join(SUMS)).unwrap_or_default();
    sums(&text)
}

/// A list of files as `sha256sum` writes it.
#[must_use]
pub fn sums(text: &str) -> BTreeMap<String, String> {
    let line = |line: &str| line.split_once("  ").map(|(hash, path)| (path.to_owned(), hash.to_owned()));
    text.lines().filter_map(line).collect()
}
