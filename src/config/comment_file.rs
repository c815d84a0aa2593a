//! `comments/<period>/<collection>.toml`: what a person of the office writes about an issue, printed in its book. The
//! comments of the sample office are in `comments/sample/`, for origins never mix.
//!
//! ```toml
//! author = "stat"                # an account of schedules/people.toml
//!
//! [[paragraph]]
//! ru = "…"
//! kk = "…"
//! en = "…"
//! ```
//!
//! In: an office and an issue. Out: its comment, or every fault; and every file that is not the comment of an issue, so
//! that no comment is left out in silence. This module does not know which issues were built.

use std::fs;

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, Faults, Office, fault::parse_toml, languages, tree::Tree};
use domain::{CollectionId, CollectionTerm, IssueComment, Origin, Period, Titles, known_instead};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    author: Spanned<String>,
    #[serde(default)]
    paragraph: Vec<Spanned<Titles>>,
}

/// Letters of a paragraph. A cell of a workbook holds 32,767; a row is at most 409 points high, which is about as much.
const LONGEST: usize = 2_500;

/// The comment of an issue; `None` if nobody wrote one.
///
/// # Errors
/// Every fault of the file, and every file of this origin that is not the comment of an issue.
pub fn comment(
    office: &Office,
    origin: Origin,
    period: Period,
    collection: &CollectionId,
) -> Result<Option<IssueComment>, Faults> {
    let (files, faults) = listed(office, origin);
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    let wanted = |(_, of, id): &&(String, Period, CollectionId)| (*of, id) == (period, collection);
    files.iter().find(wanted).map(|(file, ..)| read(office, file)).transpose()
}

/// The faults of all comments of an office.
#[must_use]
pub fn comment_faults(office: &Office) -> Vec<Fault> {
    let of = |origin| {
        let (files, mut faults) = listed(office, origin);
        faults.extend(files.iter().filter_map(|(file, ..)| read(office, file).err()).flat_map(|found| found.0));
        faults
    };
    [Origin::Real, Origin::Sample].into_iter().flat_map(of).collect()
}

/// The folder of the comments of an origin, below the home.
const fn folder(origin: Origin) -> &'static str {
    match origin {
        Origin::Real => "comments",
        Origin::Sample => "comments/sample",
    }
}

/// The comments of an origin, and a fault for each file and folder there that does not belong to an issue.
fn listed(office: &Office, origin: Origin) -> (Vec<(String, Period, CollectionId)>, Vec<Fault>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    let root = folder(origin);
    for name in names(office, root, &mut faults) {
        let below = format!("{root}/{name}");
        if below == folder(Origin::Sample) {
            continue;
        }
        let period = name.parse::<Period>().ok().filter(|period| period.to_string() == name);
        let terms = office.regulation().collections.iter();
        let of_period = |period: Period| {
            let ends = |term: &&CollectionTerm| term.period_ending(period.year(), period.last_month()) == Some(period);
            terms.filter(ends).map(|term| &term.id).collect::<Vec<_>>()
        };
        let known = period.map(of_period).unwrap_or_default();
        let Some(period) = period.filter(|_| !known.is_empty()) else {
            faults.push(Fault::of_file(&below, "is not the folder of a collection's period: name it as in `2025-Q2`"));
            continue;
        };
        for name in names(office, &below, &mut faults) {
            let file = format!("{below}/{name}");
            if let Some(id) = known.iter().find(|id| name == format!("{id}.toml")) {
                files.push((file, period, (*id).clone()));
                continue;
            }
            let stem = name.strip_suffix(".toml").unwrap_or(&name);
            let hint = known_instead(stem, known.iter().map(|id| id.as_str()));
            let message = format!(
                "is not the comment of a collection of {period}, so no book contains it: its name is that of the collection and `.toml`; {hint}"
            );
            faults.push(Fault::of_file(&file, message));
        }
    }
    (files, faults)
}

/// The names in a folder, sorted, without hidden ones. A folder that does not exist has none.
fn names(office: &Office, folder: &str, faults: &mut Vec<Fault>) -> Vec<String> {
    let entries = match fs::read_dir(office.home.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            faults.push(Fault::of_file(folder, format!("could not be read: {error}")));
            return Vec::new();
        }
    };
    let mut names: Vec<String> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn read(office: &Office, file: &str) -> Result<IssueComment, Faults> {
    let text = Tree::of(&office.home).text(file)?.unwrap_or_default();
    let written: Written = parse_toml(file, &text)?;
    let known: Vec<_> = office.words.languages().collect();
    let mut faults = languages::unknown(file, &text, &known);
    let account = written.author.get_ref();
    let author = office.people.iter().find(|person| person.account == *account);
    if author.is_none() {
        let message =
            format!("`{account}` is not an account of schedules/people.toml; a comment has an author of the office");
        faults.push(Fault::at(file, &text, &written.author.span(), message));
    }
    if written.paragraph.is_empty() {
        faults.push(Fault::of_file(file, "has no text: write a `[[paragraph]]`, or remove the file"));
    }
    for paragraph in &written.paragraph {
        for (language, said) in paragraph.get_ref().texts() {
            let why = if said.trim().is_empty() {
                format!("the paragraph is empty in `{language}`; leave the language out")
            } else if said.chars().any(char::is_control) {
                format!(
                    "the paragraph in `{language}` has a line break or another control character; write a `[[paragraph]]` for each"
                )
            } else if said.chars().count() > LONGEST {
                format!("the paragraph has more than {LONGEST} letters in `{language}`; write two")
            } else {
                continue;
            };
            faults.push(Fault::at(file, &text, &paragraph.span(), why));
        }
    }
    match author {
        Some(author) if faults.is_empty() => Ok(IssueComment {
            account: author.account.clone(),
            name: author.name.clone(),
            paragraphs: written.paragraph.into_iter().map(Spanned::into_inner).collect(),
        }),
        _ => Err(Faults(faults)),
    }
}
