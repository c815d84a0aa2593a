//! What a person wants beside the masters that organs get: other formats, and workbooks in further languages.
//!
//! In: wishes and a book. Out: a file beside the masters. Unknown here: how a workbook is drawn.
//!
//! The ledger has no fact about a workbook in a further language: it can be made again, and no copy is made from it.

use std::collections::BTreeSet;

use crate::{Context, Failure, collections::build::Built};
use assemble::Book;
use domain::Language;
use formats::{FileOfBook, OtherFormat};
use workbook::{Profile, for_paper};

/// What a person wants beside the masters that organs get.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildWishes {
    /// The books in these formats, and not in those of zhinaq.toml.
    pub formats: Vec<OtherFormat>,
    /// Workbooks to read in further languages. No copy is made from them.
    pub languages: Vec<Language>,
}

impl BuildWishes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The languages of the wishes that no organ gets, each once.
pub fn beyond(wishes: &BuildWishes, organs: &[Language]) -> Vec<Language> {
    let further: BTreeSet<Language> = wishes.languages.iter().copied().filter(|l| !organs.contains(l)).collect();
    further.into_iter().collect()
}

/// The book as a workbook in a further language, to read: without places for the number of a copy.
///
/// # Errors
/// When the office does not have the language, or the workbook cannot be drawn, which is our own fault.
pub fn workbook(context: &Context, book: &Book, language: Language, profile: Profile) -> Result<FileOfBook, Failure> {
    let drawn = for_paper(book, context.lexicon(language)?, profile);
    let bytes = drawn.map_err(|error| Failure::ours(format!("`{}` could not be drawn", book.collection), error))?;
    Ok(FileOfBook { name: format!("reading-{language}.xlsx"), bytes })
}

/// Says why no workbook in further languages is made of an issue whose copies have other figures.
pub fn refuse(built: &mut Built, languages: &[Language]) {
    for language in languages {
        built.unmade.push(format!(
            "no workbook of `{}` in `{language}` is made: the figures or the program changed since its copies were \
             numbered",
            built.issue
        ));
    }
}
