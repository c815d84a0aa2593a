//! `templates/words/<language>.toml`: the fixed words of workbooks, a file for each language of the office.

use super::{Fault, tree::Tree};
use domain::Language;
use words::{Dictionary, Lexicon, LexiconFault, LexiconFaults};

/// What the files of words say.
pub(super) struct Words {
    /// Every language that has a file, also of files with faults: who uses it makes no second fault.
    pub languages: Vec<Language>,
    /// `None` where a file has a fault.
    pub dictionary: Option<Dictionary>,
}

const FOLDER: &str = "templates/words";

/// The faults of a file of words or messages, with the file.
pub(super) fn in_file(file: &str, found: LexiconFaults) -> Vec<Fault> {
    let fault = |LexiconFault { line, message }| Fault { file: file.to_owned(), line, message };
    found.0.into_iter().map(fault).collect()
}

/// Reads the words of every language.
pub(super) fn read(tree: &Tree, faults: &mut Vec<Fault>) -> Words {
    let (mut languages, mut lexicons) = (Vec::new(), Vec::new());
    for name in tree.toml_files(FOLDER) {
        let file = format!("{FOLDER}/{name}");
        let language = match name.trim_end_matches(".toml").parse::<Language>() {
            Ok(language) => language,
            Err(error) => {
                faults.push(Fault::of_file(&file, format!("a file of words is named after its language: {error}")));
                continue;
            }
        };
        languages.push(language);
        let text = match tree.text(&file) {
            Ok(text) => text.unwrap_or_default(),
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        match Lexicon::parse(language, &text) {
            Ok(lexicon) => lexicons.push(lexicon),
            Err(found) => faults.extend(in_file(&file, found)),
        }
    }
    let is_whole = lexicons.len() == languages.len();
    Words { languages, dictionary: Dictionary::new(lexicons).filter(|_| is_whole) }
}
