//! Renders the public site from plain data.
//!
//! In: a [`SiteInput`]: placed forms with their revisions, terms, series and texts. Out: a [`Tree`] of files: pages in
//! every language, feeds, catalogue, and the figures as files. Equal input gives equal bytes. [`check()`] reads a tree and
//! finds what a reader would trip over.
//!
//! This crate does not know the ledger, the clock, the network or where the site lies on disk. It does not decide what
//! is public: what is in the input is placed. It does not switch sites: the caller writes the tree into a new folder.

mod address;
mod calendar;
mod catalog;
mod chart;
mod check;
mod dataset;
mod feeds;
mod files;
pub mod input;
mod map;
mod markup;
mod page;
mod pages;
mod site;
mod tree;
#[cfg(test)]
mod unit_tests;
mod words;

pub use check::{SiteFault, SiteFaultKind, check};
pub use input::SiteInput;
pub use tree::{KeptFile, SUMS, Tree};

use page::Look;
use site::Site;

/// Why a site could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error("the input contradicts itself: {0}")]
    Input(String),
    #[error("`templates/site/{file}`: {why}")]
    Template { file: String, why: String },
    #[error("a file of form `{form}` could not be written: {why}")]
    File { form: domain::FormId, why: String },
}

/// Renders a site: every file with its path below the root of the site, and `SHA256SUMS`.
///
/// # Errors
/// The input contradicts itself (a figure too many or too few, an unknown unit), a template of the office is faulty, or
/// a figure does not fit into a format.
pub fn render(input: &SiteInput) -> Result<Tree, SiteError> {
    render_onto(input, &[])
}

/// Renders a site that follows an earlier one, whose files below `files/` are given. Those of placed revisions stay as
/// they are and are not made again: what was placed under an address never changes, also when labels or the program do.
/// [`Tree::write_onto`] takes them from the earlier site. Files of a release that was withdrawn are not kept.
///
/// # Errors
/// As [`render`].
pub fn render_onto(input: &SiteInput, earlier: &[KeptFile]) -> Result<Tree, SiteError> {
    let mut site = Site::new(input)?;
    let mut tree = Tree::default();
    for (folder, written) in write_files(&site, earlier)? {
        let files = written.iter().map(|(file, _)| file.clone()).collect();
        for (file, bytes) in written {
            match bytes {
                Some(bytes) => tree.put(file.path, bytes),
                None => tree.keep(file.path, file.sha256),
            }
        }
        site.files.insert(folder, files);
    }
    let look = Look::new(&input.templates)?;
    let mut pages = Vec::new();
    pages::all(&site, &look, &mut |path, html| {
        pages.push(path.trim_end_matches("index.html").to_owned());
        tree.put(path, html);
    })?;
    for (language, words) in site.languages() {
        tree.put(format!("{language}/feed.atom"), feeds::atom(&site, language, words));
    }
    let (main, words) = site.main();
    tree.put("feed.atom", feeds::atom(&site, main, words));
    tree.put("style.css", look.style);
    tree.put("calendar.ics", calendar::ics(&site));
    tree.put("changes.json", feeds::changes_json(&site));
    tree.put("catalog.ttl", catalog::turtle(&site));
    pages.sort();
    tree.put("sitemap.xml", feeds::sitemap(&site, pages.iter().map(String::as_str)));
    tree.put("robots.txt", feeds::robots(&site));
    tree.put("redirects.csv", feeds::redirects(&site));
    tree.put(SUMS, tree.sums());
    Ok(tree)
}

/// The files of every revision, by its folder. A release that was withdrawn has none.
fn write_files(site: &Site<'_>, earlier: &[KeptFile]) -> Result<Vec<(String, Vec<files::Written>)>, SiteError> {
    let mut all = Vec::new();
    for (form, release) in site.releases() {
        if release.withdrawn.is_some() {
            continue;
        }
        for revision in &release.revisions {
            let placed = files::Placed { site, form, release, revision };
            let folder = address::files(&form.form, release.period, revision.revision);
            all.push((folder, files::of(&placed, earlier)?));
        }
    }
    Ok(all)
}
