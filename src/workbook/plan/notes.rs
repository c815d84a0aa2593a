//! The notes page.

use super::{Brief, names::Names, page::Page, sheet::SheetPlan};
use crate::theme::StyleRole;
use assemble::labels;
use words::texts;

const WIDTH: f64 = 98.0;

/// Plans the notes.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names<'_>) -> SheetPlan {
    let (lexicon, language) = (brief.lexicon, brief.language());
    let mut page = Page::new(brief, &names.notes, vec![WIDTH]);
    page.line(StyleRole::Title, 14.5, texts::NOTES.of(lexicon));
    page.link(texts::BACK.of(lexicon), &names.contents);
    for group in &brief.book.notes {
        page.skip(1);
        page.line(StyleRole::Heading, 11.0, group.title.of(language));
        for note in &group.notes {
            let text = labels::in_language(note, language);
            // A note may have something to say in some languages only.
            if text.is_empty() {
                continue;
            }
            page.paragraph(&text);
        }
    }
    page.finished()
}
