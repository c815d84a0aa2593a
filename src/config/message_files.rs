//! `templates/messages/<language>.toml`: what the program says to the people of the office, a file for each language
//! besides English.

use std::path::Path;

use super::{
    Fault, Faults,
    tree::{self, Tree},
    words_files,
};
use domain::Language;
use words::Messages;

/// The folder of the files. `init` does not copy them: a new version of the program brings its own.
pub(super) const FOLDER: &str = "templates/messages";

/// English, the language of the program itself, and each language that has a file.
pub(super) fn languages(tree: &Tree) -> Vec<Language> {
    let names = tree.toml_files(FOLDER).into_iter();
    let written = names.filter_map(|name| name.trim_end_matches(".toml").parse().ok());
    std::iter::once(Language::EN).chain(written).collect()
}

/// The messages in a language; `None` for English. What the office's own file has comes before what the program has, so
/// that a file with one line is enough to correct one message.
pub(super) fn read(tree: &Tree, language: Language) -> Result<Option<Messages>, Faults> {
    if language == Language::EN {
        return Ok(None);
    }
    let file = format!("{FOLDER}/{language}.toml");
    let Some(text) = tree.text(&file)? else {
        let known = languages(tree).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Err(Fault::of_file(&file, format!("is missing; there are messages in {known}")).into());
    };
    let in_file = |found| Faults(words_files::in_file(&file, found));
    let own = Messages::parse(language, &text).map_err(&in_file)?;
    match tree::embedded(&file) {
        Some(carried) if tree.is_own(&file) => {
            Ok(Some(Messages::parse(language, carried).map_err(in_file)?.overruled_by(own)))
        }
        _ => Ok(Some(own)),
    }
}

/// The messages in a language for the people of an office, whose own file comes before that of the program; `None` for
/// English, the language of the program itself.
///
/// # Errors
/// When the language has no file, or the file has faults.
pub fn messages(home: &Path, language: Language) -> Result<Option<Messages>, Faults> {
    read(&Tree::of(home), language)
}

/// The words of the console's pages, one file for each language besides English.
const CONSOLE: &str = "templates/console/words";

/// As [`messages`], with the words of the console's pages, which come before the messages that the program has, and after
/// the office's own.
///
/// # Errors
/// As [`messages`].
pub fn console_messages(home: &Path, language: Language) -> Result<Option<Messages>, Faults> {
    let tree = Tree::of(home);
    let Some(mut spoken) = read(&tree, language)? else { return Ok(None) };
    for (file, text) in [
        (
            format!("{CONSOLE}/{language}.toml"),
            tree::embedded(&format!("{CONSOLE}/{language}.toml")).map(str::to_owned),
        ),
        (format!("{FOLDER}/{language}.toml"), own_text(&tree, &format!("{FOLDER}/{language}.toml"))?),
    ] {
        let Some(text) = text else { continue };
        let parsed = Messages::parse(language, &text);
        spoken = spoken.overruled_by(parsed.map_err(|found| Faults(words_files::in_file(&file, found)))?);
    }
    Ok(Some(spoken))
}

/// The text of a file, if the office has it itself.
fn own_text(tree: &Tree, file: &str) -> Result<Option<String>, Faults> {
    if tree.is_own(file) { Ok(tree.text(file)?) } else { Ok(None) }
}

/// The languages in which the program speaks to the people of an office: English first.
#[must_use]
pub fn message_languages(home: &Path) -> Vec<Language> {
    languages(&Tree::of(home))
}

/// The `language` of `[office]`, read before anything else, so that faults of the other settings are shown in it.
#[must_use]
pub fn office_language(home: &Path) -> Option<Language> {
    let text = Tree::of(home).text("zhinaq.toml").ok()??;
    let table: toml::Table = toml::from_str(&text).ok()?;
    table.get("office")?.get("language")?.as_str()?.parse().ok()
}

/// The faults of every file of messages, also of those that no setting uses.
#[must_use]
pub fn message_faults(home: &Path) -> Vec<Fault> {
    let tree = Tree::of(home);
    let read = languages(&tree).into_iter().filter_map(|language| read(&tree, language).err());
    read.flat_map(|faults| faults.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_program_have_no_fault() {
        let tree = Tree::built_in();
        assert_eq!(languages(&tree), [Language::EN, Language::KK, Language::RU]);
        assert!(read(&tree, Language::EN).unwrap().is_none(), "English is the language of the program itself");
        for language in [Language::RU, Language::KK] {
            let messages = read(&tree, language).unwrap_or_else(|faults| panic!("{faults}")).unwrap();
            assert_ne!(messages.of("nothing is wrong"), "nothing is wrong");
        }
    }
}
