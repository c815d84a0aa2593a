//! How the files of an office differ from those that the program carries, and the texts that they lack.
//!
//! In: the folder of an office. Out: the differences; and files of words with the texts that they lacked. A file of the
//! office is never replaced by the program's: what a person wrote stays. This module does not know what a text says.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{init::InitError, tree};
use durable::{publish, replace};

/// A file that an office does not have as the program has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDifference {
    /// The path below the office's folder.
    pub path: PathBuf,
    pub state: FileState,
}

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// The office does not have it; of a file in `templates/` the program's own is used then.
    Absent,
    /// So many lines are only in the office's file, and so many only in the program's. `lacks`: the texts that a file of
    /// words has to have, as `table.key`.
    Differs { own: usize, programs: usize, lacks: Vec<String> },
}

/// The differences between the files of an office and those of the program, and the number of files that are equal.
/// Files that only the office has are not looked at.
///
/// # Errors
/// [`InitError::NoOffice`] if the folder is no office; [`InitError::Unreadable`] if a file cannot be read.
pub fn differences(folder: &Path) -> Result<(Vec<FileDifference>, usize), InitError> {
    if !tree::is_office(folder) {
        return Err(InitError::NoOffice(folder.to_owned()));
    }
    let (mut found, mut equal) = (Vec::new(), 0);
    for (path, bytes) in tree::built_in() {
        let Some(own) = read(folder, &path)? else {
            found.push(FileDifference { path, state: FileState::Absent });
            continue;
        };
        if own == bytes {
            equal += 1;
            continue;
        }
        let (own, programs) = (String::from_utf8_lossy(&own), String::from_utf8_lossy(bytes));
        let lacks = lacking(&path, &own, &programs).into_iter().map(|(table, key)| format!("{table}.{key}")).collect();
        let state = FileState::Differs { own: only_in(&own, &programs), programs: only_in(&programs, &own), lacks };
        found.push(FileDifference { path, state });
    }
    Ok((found, equal))
}

/// A file of words that got the texts which it lacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradedFile {
    /// The path below the office's folder.
    pub path: PathBuf,
    /// The file as it was, beside it.
    pub before: PathBuf,
    pub added: usize,
}

/// Adds the texts that the office's files of words lack, as the program has them. Each file as it was stays beside it.
///
/// # Errors
/// As [`differences`]; [`InitError::Publish`] if a file cannot be written.
pub fn upgrade(folder: &Path) -> Result<Vec<UpgradedFile>, InitError> {
    let (differences, _) = differences(folder)?;
    let mut upgraded = Vec::new();
    for (path, bytes) in tree::built_in() {
        let has_gaps = |found: &&FileDifference| {
            found.path == path && matches!(&found.state, FileState::Differs { lacks, .. } if !lacks.is_empty())
        };
        if !differences.iter().any(|found| has_gaps(&found)) {
            continue;
        }
        let (Some(own), programs) = (read(folder, &path)?, String::from_utf8_lossy(bytes)) else { continue };
        let own = String::from_utf8_lossy(&own);
        let lacks = lacking(&path, &own, &programs);
        let before = aside(&path, |candidate| folder.join(candidate).exists());
        publish(&folder.join(&before), own.as_bytes())?;
        replace(&folder.join(&path), completed(&own, &programs, &lacks).as_bytes())?;
        upgraded.push(UpgradedFile { path, before, added: lacks.len() });
    }
    Ok(upgraded)
}

fn read(folder: &Path, path: &Path) -> Result<Option<Vec<u8>>, InitError> {
    match std::fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(InitError::Unreadable { path: folder.join(path), error }),
    }
}

/// The number of lines with text that only the first of two files has.
fn only_in(one: &str, other: &str) -> usize {
    let known: HashSet<&str> = other.lines().map(str::trim).collect();
    one.lines().map(str::trim).filter(|line| !line.is_empty() && !known.contains(line)).count()
}

/// The texts of the program's file of words that another file lacks: table and key, in the program's order. A file with
/// a fault of TOML lacks nothing here; `doctor` says what is wrong with it.
fn lacking(path: &Path, own: &str, programs: &str) -> Vec<(String, String)> {
    let tables = |text: &str| text.parse::<toml::Table>().ok();
    let (true, Some(own), Some(of_program)) = (path.starts_with("templates/words"), tables(own), tables(programs))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (table, entries) in &of_program {
        let (Some(entries), theirs) = (entries.as_table(), own.get(table).and_then(toml::Value::as_table)) else {
            continue;
        };
        let lacks = |key: &&String| theirs.is_none_or(|theirs| !theirs.contains_key(*key));
        found.extend(entries.keys().filter(lacks).map(|key| (table.clone(), key.clone())));
    }
    let place = |(_, key): &(String, String)| programs.find(&format!("\n{key} = "));
    found.sort_by_key(place);
    found
}

/// The file with the lines of the program's for what it lacks, each below the head of its table.
fn completed(own: &str, programs: &str, lacks: &[(String, String)]) -> String {
    let line = |key: &str| programs.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap_or_default();
    let added = |table: &str| -> String {
        let lines = lacks.iter().filter(|(of, _)| of == table).map(|(_, key)| format!("{}\n", line(key)));
        let lines: String = lines.collect();
        if lines.is_empty() { lines } else { format!("# Added by `zhinaq init --upgrade`.\n{lines}\n") }
    };
    let mut text = String::new();
    for line in own.lines() {
        text.push_str(line);
        text.push('\n');
        if let Some(table) = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            text.push_str(&added(table));
        }
    }
    text
}

/// A path beside a file at which nothing is.
fn aside(path: &Path, is_taken: impl Fn(&Path) -> bool) -> PathBuf {
    let named = |number: u32| PathBuf::from(format!("{}.before-upgrade-{number}", path.display()));
    (1..1000).map(named).find(|candidate| !is_taken(candidate)).unwrap_or_else(|| named(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAMS: &str =
        "locale = \"en\"\n[texts]\nregion = \"Region\"\nmap = \"Map\"\n[phrases]\ndate = \"{day}\"\n";

    #[test]
    fn a_file_of_words_gets_the_lines_that_it_lacks_and_keeps_its_own() {
        let path = Path::new("templates/words/en.toml");
        let own = "locale = \"en\"\n[texts]\n# ours\nregion = \"Oblast\"\n[phrases]\n";
        let lacks = lacking(path, own, PROGRAMS);
        assert_eq!(lacks, [("texts".to_owned(), "map".to_owned()), ("phrases".to_owned(), "date".to_owned())]);
        let completed = completed(own, PROGRAMS, &lacks);
        assert_eq!(lacking(path, &completed, PROGRAMS), []);
        let table: toml::Table = completed.parse().unwrap();
        assert_eq!(table["texts"]["region"].as_str(), Some("Oblast"));
        assert_eq!(table["texts"]["map"].as_str(), Some("Map"));
        assert!(completed.contains("# ours\n"), "{completed}");
        assert_eq!(lacking(Path::new("templates/map.toml"), "", PROGRAMS), []);
    }

    #[test]
    fn a_file_as_it_was_never_takes_the_place_of_another() {
        let taken = |path: &Path| path.to_string_lossy().ends_with("-1");
        assert_eq!(aside(Path::new("w/en.toml"), taken), PathBuf::from("w/en.toml.before-upgrade-2"));
    }
}
