//! The sheet of the analytical text: a cell for each paragraph, what a person wrote, and what is left out with the
//! reason.

use super::{Brief, names::Names, page::Page, sheet::SheetPlan};
use crate::theme::StyleRole;
use assemble::{labels, prose};
use words::texts;

const WIDTH: f64 = 98.0;

/// Plans the analytical text; `None` where the book has none.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names<'_>) -> Option<SheetPlan> {
    let (lexicon, language) = (brief.lexicon, brief.language());
    let analysis = brief.book.analysis.as_ref()?;
    let mut page = Page::new(brief, &names.analysis, vec![WIDTH]);
    page.line(StyleRole::Title, 14.5, texts::ANALYSIS.of(lexicon));
    let scope = format!("{}, {}", texts::REPUBLIC.of(lexicon), prose::span(brief.book.period, lexicon));
    page.line(StyleRole::Scope, 11.5, &scope);
    page.link(texts::BACK.of(lexicon), &names.contents);
    page.skip(1);
    for paragraph in &analysis.paragraphs {
        page.paragraph(&labels::in_language(paragraph, language));
    }
    if let Some(comment) = &analysis.comment {
        page.skip(1);
        page.line(StyleRole::Heading, 11.0, &lexicon.comment_of(&comment.name));
        for paragraph in &comment.paragraphs {
            page.paragraph(&labels::in_language(paragraph, language));
        }
    }
    page.skip(1);
    for left_out in &analysis.left_out {
        page.paragraph(&labels::in_language(left_out, language));
    }
    page.paragraph(texts::ANALYSIS_BY_RULES.of(lexicon));
    page.fit(page.row(), 0.0);
    Some(page.finished())
}
