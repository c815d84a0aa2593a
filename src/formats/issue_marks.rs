//! What every format says about the issue as a whole: whether it is SAMPLE DATA, a draft, or incomplete.
//!
//! In: a book. Out: codes for programs, and texts for readers, the same as on the cover. Unknown here: where a format
//! writes them.

use assemble::Book;
use domain::Origin;
use words::{Lexicon, texts};

/// The mark of a sample office, the same in every language.
pub const SAMPLE_DATA: &str = "SAMPLE DATA";

/// Where the figures come from, as programs read it: `SAMPLE DATA` or `real`.
pub fn origin(book: &Book) -> String {
    if book.origin == Origin::Sample { SAMPLE_DATA.to_owned() } else { book.origin.to_string() }
}

/// The state of the issue, as programs read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueState {
    Complete,
    Incomplete,
    Draft,
    DraftIncomplete,
}

impl IssueState {
    pub const ALL: [Self; 4] = [Self::Complete, Self::Incomplete, Self::Draft, Self::DraftIncomplete];

    pub fn of(book: &Book) -> Self {
        match (book.cover.draft, book.is_incomplete()) {
            (false, false) => Self::Complete,
            (false, true) => Self::Incomplete,
            (true, false) => Self::Draft,
            (true, true) => Self::DraftIncomplete,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Draft => "draft",
            Self::DraftIncomplete => "draft-incomplete",
        }
    }
}

/// The marks in words, one for each that applies; empty for a complete issue of real figures.
pub fn in_words(book: &Book, lexicon: &Lexicon) -> Vec<String> {
    let cover = &book.cover;
    let sample = (book.origin == Origin::Sample).then(|| texts::SAMPLE_MEANING.of(lexicon).to_owned());
    let draft = cover.draft.then(|| texts::DRAFT.of(lexicon).to_owned());
    let incomplete = book.is_incomplete().then(|| {
        let come = lexicon.complete(&cover.forms_come, &cover.forms_expected);
        let compared = cover.missing.iter().any(|missing| missing.compared);
        let rest = if compared { format!("; {}", texts::WITHOUT_COMPARISON.of(lexicon)) } else { String::new() };
        format!("{} — {come}{rest}.", texts::INCOMPLETE.of(lexicon))
    });
    sample.into_iter().chain(draft).chain(incomplete).collect()
}

/// The title of the issue, with `SAMPLE DATA` in front if it is from a sample office.
pub fn title(book: &Book, lexicon: &Lexicon) -> String {
    let title = book.titles.of(lexicon.language());
    if book.origin == Origin::Sample { format!("{SAMPLE_DATA} · {title}") } else { title.to_owned() }
}
