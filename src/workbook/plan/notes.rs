//! The notes page.

use super::{
    Brief,
    letters::lines_in,
    names::Names,
    page::{LINE, Page},
    sheet::{Content, SheetPlan, Style},
    words,
};
use crate::theme::Role;
use assemble::labels;

const WIDTH: f64 = 98.0;

/// Plans the notes.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names) -> SheetPlan {
    let language = brief.language;
    let mut page = Page::new(brief, &names.notes, vec![WIDTH]);
    page.line(Role::Title, 14.5, words::NOTES.of(language));
    page.link(words::BACK.of(language), &names.contents);
    for group in &brief.book.notes {
        page.skip(1);
        page.line(Role::Heading, 11.0, group.title.of(language));
        for note in &group.notes {
            let text = labels::in_language(note, language);
            page.height(LINE * lines_in(&text, WIDTH, false) as f64 + 4.0);
            page.put(0, Content::Text(text), Style::of(Role::Paragraph));
            page.skip(1);
        }
    }
    page.finished()
}
