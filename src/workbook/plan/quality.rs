//! The quality page: what has not come, a paragraph for each rule that was broken, what a person let pass. It has at most
//! two pages; rules beyond them are counted.

use super::{
    Brief,
    cover::said,
    font_metrics::lines_in,
    names::Names,
    page::{LINE, PORTRAIT_DOWN, Page},
    sheet::SheetPlan,
};
use crate::theme::StyleRole;
use assemble::{QualityParagraph, labels, prose};
use domain::Severity;
use words::{FixedText, Lexicon, texts};

const WIDTH: f64 = 98.0;
/// Two pages, less what page breaks leave empty and the lines at the end.
const ROOM: f64 = 2.0 * PORTRAIT_DOWN - 110.0;

/// Plans the quality page.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names<'_>) -> SheetPlan {
    let (quality, lexicon) = (&brief.book.quality, brief.lexicon);
    let mut page = Page::new(brief, &names.quality, vec![WIDTH]);
    page.line(StyleRole::Title, 14.5, texts::FINDINGS.of(lexicon));
    let tally = &quality.tally;
    let counts = [(texts::ERRORS, tally.error), (texts::WARNINGS, tally.warning), (texts::INFOS, tally.info)];
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{}: {count}", word.of(lexicon))).collect();
    page.line(StyleRole::Scope, 11.5, &prose::capital(&counts.join("; ")));
    if quality.paragraphs.is_empty() {
        page.line(StyleRole::Sentence, 10.0, texts::NO_FINDINGS.of(lexicon));
    }
    for missing in &brief.book.cover.missing {
        page.line(StyleRole::Sentence, 10.0, &said(missing, lexicon));
    }
    for decision in &quality.overrides {
        let what = labels::in_language(&decision.what, lexicon.language());
        let text = format!("{}: {what} — {} ({})", texts::OVERRIDES.of(lexicon), decision.reason, decision.by);
        page.line(StyleRole::Sentence, 10.0, &text);
    }
    page.link(texts::BACK.of(lexicon), &names.contents);
    let unprinted = paragraphs(&mut page, &quality.paragraphs, lexicon);
    if unprinted > 0 {
        page.skip(1);
        page.line(StyleRole::Note, 10.0, &format!("{}: {unprinted}.", texts::UNPRINTED.of(lexicon)));
    }
    if !quality.paragraphs.is_empty() {
        page.skip(1);
        page.line(StyleRole::Note, 10.0, texts::FULL_LIST.of(lexicon));
    }
    page.finished()
}

/// Puts the paragraphs under the heading of their weight, as far as there is room. Returns the number of findings of
/// those that are left out.
fn paragraphs(page: &mut Page, paragraphs: &[QualityParagraph], lexicon: &Lexicon) -> usize {
    let mut under: Option<Severity> = None;
    for (place, paragraph) in paragraphs.iter().enumerate() {
        let text = labels::in_language(&paragraph.text, lexicon.language());
        let height = LINE * lines_in(&text, WIDTH, false) as f64 + 4.0;
        let heading = if under == Some(paragraph.severity) { 0.0 } else { 2.0 * LINE };
        if page.down() + heading + height > ROOM {
            return paragraphs[place..].iter().map(|p| p.findings).sum();
        }
        if under != Some(paragraph.severity) {
            page.skip(1);
            page.line(StyleRole::Heading, 11.0, &prose::capital(weight(paragraph.severity).of(lexicon)));
            under = Some(paragraph.severity);
        }
        page.paragraph(&text);
    }
    0
}

const fn weight(severity: Severity) -> FixedText {
    match severity {
        Severity::Error => texts::ERRORS,
        Severity::Warning => texts::WARNINGS,
        Severity::Info => texts::INFOS,
    }
}
