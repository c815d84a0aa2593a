//! `templates/requests/<language>/drafts.toml`: drafts of replies. In: a home and a language. Out: texts by their keys.
//! This module does not know which draft fits a request.

use std::{collections::BTreeMap, path::Path};

use super::{Fault, Faults, reader::Reader, tree::Tree};
use domain::Language;

/// The drafts of a language, by the word of the check, `opening` or `answer`. A file that the office lacks is taken from
/// the program.
///
/// # Errors
/// When there is no such file, or it has faults; each with its line.
pub fn request_drafts(home: &Path, language: Language) -> Result<BTreeMap<String, String>, Faults> {
    let path = format!("templates/requests/{language}/drafts.toml");
    let text = Tree::of(home).text(&path).map_err(|fault| Faults(vec![fault]))?;
    let text = text.ok_or_else(|| Faults(vec![Fault::of_file(&path, "is missing")]))?;
    let mut reader = Reader::open(&path, &text);
    let drafts: Option<BTreeMap<String, String>> = reader.one("draft");
    let faults = reader.close();
    match drafts {
        Some(drafts) if faults.is_empty() => Ok(drafts),
        _ => Err(Faults(faults)),
    }
}

/// The lines of a table as a spreadsheet saves it, each with its number.
///
/// # Errors
/// The number of the line with an unclosed quote.
pub fn table_lines(text: &str) -> Result<Vec<(usize, Vec<String>)>, usize> {
    Ok(super::csv::lines(text)?.into_iter().map(|line| (line.number, line.cells)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::RequestCheck;

    #[test]
    fn each_language_has_a_draft_for_each_ground_that_cites_its_clause() {
        for language in [Language::RU, Language::KK, Language::EN] {
            let drafts = request_drafts(Path::new("."), language).unwrap();
            for key in ["opening", "answer"] {
                assert!(drafts.contains_key(key), "{language} {key}");
            }
            for check in RequestCheck::ALL {
                let text = drafts.get(check.word()).unwrap_or_else(|| panic!("{language} {}", check.word()));
                let clause = check.clause().unwrap_or("76");
                assert!(text.contains(clause), "{language} {}: {text}", check.word());
            }
        }
    }
}
