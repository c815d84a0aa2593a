//! What is wrong with a site that was written, and how two sites differ.
//!
//! In: the folder of a site. Out: faults by file, or files that differ. Every byte is compared with the list; a page is
//! read for links that lead nowhere or to another host, for its weight, and for what a reader with a screen reader
//! needs. Unknown here: figures, and what was placed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::switch;
use crate::{Context, Failure, Trouble};
use domain::Sha256;
use site::SUMS;

/// The heaviest page, in bytes: it opens at once on a slow line.
const HEAVIEST: usize = 500_000;

/// What was found on a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteCheck {
    pub site: Sha256,
    pub files: usize,
    pub pages: usize,
    /// The heaviest page in bytes.
    pub heaviest: usize,
    pub faults: Vec<Trouble>,
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
    let (mut pages, mut heaviest) = (0, 0);
    for path in &files {
        let bytes = fs::read(root.join(path)).map_err(|error| unreadable(&root.join(path), error))?;
        match listed.get(path) {
            None => faults.push(Trouble::new(format!("`{path}`"), "is in the folder and not on the list")),
            Some(hash) if *hash != Sha256::of(&bytes).to_string() => {
                faults.push(Trouble::new(format!("`{path}`"), "was altered: it is not as the list says"));
            }
            Some(_) => {}
        }
        if path.ends_with(".html") {
            pages += 1;
            heaviest = heaviest.max(bytes.len());
            let text = String::from_utf8_lossy(&bytes);
            faults.extend(
                of_page(&context.office.site.base, path, &text, &files)
                    .into_iter()
                    .map(|why| Trouble::new(format!("`{path}`"), why)),
            );
        }
    }
    Ok(SiteCheck { site, files: files.len(), pages, heaviest, faults })
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

/// What is wrong with a page.
fn of_page(base: &str, path: &str, text: &str, files: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    if text.len() > HEAVIEST {
        wrong.push(format!("has {} bytes, more than {HEAVIEST}", text.len()));
    }
    if !text.contains("<html lang=\"") {
        wrong.push("does not state its language".to_owned());
    }
    if !text.contains("<title>") {
        wrong.push("has no title".to_owned());
    }
    if text.contains("<img")
        && text.split("<img").skip(1).any(|tag| !tag.split('>').next().unwrap_or_default().contains("alt="))
    {
        wrong.push("has a picture without a text in its place".to_owned());
    }
    let mut seen = BTreeSet::new();
    for attribute in ["href=\"", "src=\""] {
        for rest in text.split(attribute).skip(1) {
            let Some(link) = rest.split('"').next().filter(|link| seen.insert((*link).to_owned())) else { continue };
            wrong.extend(of_link(base, path, link, attribute == "src=\"", files));
        }
    }
    wrong
}

fn of_link(base: &str, page: &str, link: &str, is_loaded: bool, files: &BTreeSet<String>) -> Option<String> {
    let link = link.replace("&amp;", "&");
    let bare = link.split(['#', '?']).next().unwrap_or_default();
    let inside = match bare.strip_prefix(base) {
        Some(inside) => PathBuf::from(inside),
        None if bare.contains("://") || bare.starts_with("//") => {
            return is_loaded.then(|| format!("loads `{link}` from another host"));
        }
        None if bare.is_empty() || bare.starts_with("mailto:") || bare.starts_with("data:") => return None,
        None => match bare.strip_prefix('/') {
            Some(inside) => PathBuf::from(inside),
            None => resolved(Path::new(page).parent().unwrap_or(Path::new("")), bare)?,
        },
    };
    let inside = inside.to_string_lossy().into_owned();
    // The service answers below `api/`, and is no file.
    if inside.starts_with("api/v2") {
        return None;
    }
    let as_folder =
        if inside.is_empty() || inside.ends_with('/') { format!("{inside}index.html") } else { inside.clone() };
    let is_there = files.contains(&as_folder) || files.contains(&format!("{inside}/index.html")) || inside == SUMS;
    (!is_there).then(|| format!("the link `{link}` leads nowhere"))
}

/// A relative link from a folder; `None` where it leads out of the site.
fn resolved(folder: &Path, link: &str) -> Option<PathBuf> {
    let mut path: Vec<&str> = folder.to_str()?.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                path.pop()?;
            }
            part => path.push(part),
        }
    }
    let end = if link.ends_with('/') || link.ends_with("..") || link == "." { "/" } else { "" };
    let joined = path.join("/");
    Some(PathBuf::from(if joined.is_empty() { String::new() } else { format!("{joined}{end}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<html lang=\"ru\"><title>t</title>";

    fn told(page: &str) -> Vec<String> {
        let files = ["ru/index.html", "ru/forms/1-m/index.html", "style.css"].map(str::to_owned).into();
        of_page("https://stat.example.kz/", "ru/index.html", &format!("{HEAD}{page}"), &files)
    }

    #[test]
    fn links_within_the_site_are_followed() {
        for good in [
            "forms/1-m/",
            "../ru/",
            "./",
            "../style.css",
            "/ru/",
            "#top",
            "https://stat.example.kz/ru/",
            "forms/1-m/#a",
        ] {
            assert_eq!(told(&format!("<a href=\"{good}\">")), Vec::<String>::new(), "{good}");
        }
        assert_eq!(told("<a href=\"forms/1-mm/\">"), ["the link `forms/1-mm/` leads nowhere"]);
        assert_eq!(told("<a href=\"../kk/\"><a href=\"../kk/\">").len(), 1);
    }

    #[test]
    fn what_is_loaded_from_another_host_and_what_a_reader_needs_is_found() {
        assert_eq!(
            told("<img src=\"https://elsewhere.example/x.png\" alt=\"\">"),
            ["loads `https://elsewhere.example/x.png` from another host"]
        );
        assert_eq!(told("<a href=\"https://elsewhere.example/\">"), Vec::<String>::new());
        assert_eq!(told("<img src=\"../style.css\">"), ["has a picture without a text in its place"]);
        assert_eq!(of_page("x", "a.html", "<p>", &BTreeSet::new()), ["does not state its language", "has no title"]);
        assert!(told(&"x".repeat(HEAVIEST))[0].contains("more than 500000"));
    }
}
