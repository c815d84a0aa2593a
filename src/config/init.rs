//! `zhinaq init`. In: a folder, and how its files differ from those built into the program. Out: the files, written
//! there to be edited. This module does not know what the files mean.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::tree;
use domain::Person;
use durable::{PublishError, publish};

/// Why an office was not made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    #[error(
        "`{folder}` has files that `init` would write: {}; nothing was written, take another folder",
        .files.iter().map(|f| format!("`{}`", f.display())).collect::<Vec<_>>().join(", ")
    )]
    Occupied { folder: PathBuf, files: Vec<PathBuf> },
    #[error("cannot make an office in `{0}`: it is, or is below, a file that is not a folder")]
    NotAFolder(PathBuf),
    #[error("`{0}` is no office: it has no zhinaq.toml")]
    NoOffice(PathBuf),
    #[error("`{path}` cannot be read")]
    Unreadable {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("cannot make an office there")]
    Publish(#[from] PublishError),
}

/// The README of the folder of the second witness.
const WITNESS: &str = "\
# The journal of sendings

`sendings.jsonl` says once more what left this office: which copies, when, to whom, and what became of them; the sample
office has `sendings-sample.jsonl`. The ledger is held against it before anything is sent: a ledger that was restored from a
backup, deleted or not mounted knows less, and then nothing leaves before a person ran `zhinaq reconcile`.

A backup does not contain these files. Before a restore in another folder bring their last state there: a copy of an
earlier day does not show what left since, and without them nothing leaves before a person found that out.

Do not edit these files, and do not restore them together with the ledger. `[ledger] witness` in zhinaq.toml moves them.
";
/// How the written files differ from those built into the program.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The person who makes the office, and may act in it at once.
    pub founder: Option<Person>,
    /// Whether forms come from real sources (`use = "real"`), not from the sample office.
    pub real: bool,
}

/// Writes the default `zhinaq.toml`, `schedules/` and `templates/` below a folder. Returns their paths below it.
///
/// # Errors
/// [`InitError::Occupied`] if one of the files exists: nothing is written then. [`InitError::Publish`] if a file cannot
/// be written.
pub fn init(folder: &Path) -> Result<Vec<PathBuf>, InitError> {
    init_as(folder, &Wishes::default())
}

/// Writes the default files as [`init`] does, with wishes.
///
/// # Errors
/// As [`init`].
pub fn init_as(folder: &Path, wishes: &Wishes) -> Result<Vec<PathBuf>, InitError> {
    let there = folder.ancestors().find(|above| above.exists());
    if there.is_some_and(|above| !above.is_dir()) {
        return Err(InitError::NotAFolder(folder.to_owned()));
    }
    let mut files = tree::built_in();
    files.push((PathBuf::from(".zhinaq/README.md"), WITNESS.as_bytes()));
    let there: Vec<PathBuf> = files.iter().map(|(p, _)| p.clone()).filter(|p| folder.join(p).exists()).collect();
    if !there.is_empty() {
        return Err(InitError::Occupied { folder: folder.to_owned(), files: there });
    }
    for (path, bytes) in &files {
        publish(&folder.join(path), &written(path, bytes, wishes))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

fn written<'a>(path: &Path, bytes: &'a [u8], wishes: &Wishes) -> Cow<'a, [u8]> {
    match (path.to_str(), &wishes.founder) {
        (Some("schedules/people.toml"), Some(founder)) => {
            Cow::Owned([bytes, b"\n", as_toml(founder).as_bytes()].concat())
        }
        (Some("schedules/sources.toml"), _) if wishes.real => {
            let text = String::from_utf8_lossy(bytes).replacen("\nuse = \"sample\"\n", "\nuse = \"real\"\n", 1);
            Cow::Owned(text.into_bytes())
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// An entry of `schedules/people.toml`.
#[must_use]
pub fn as_toml(person: &Person) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let roles: Vec<String> = person.roles.iter().map(|role| quoted(role.word())).collect();
    let until = person.until.map_or_else(String::new, |until| format!("until = {until}\n"));
    format!(
        "[[person]]\naccount = {}\nname = {}\nroles = [{}]\n{until}",
        quoted(&person.account),
        quoted(&person.name),
        roles.join(", ")
    )
}
