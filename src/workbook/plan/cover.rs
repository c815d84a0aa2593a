//! The cover: title, period, legal basis, completeness, and the number of the copy.

use super::{
    Brief,
    font_metrics::{balanced, lines_in},
    names::Names,
    page::{LINE, PORTRAIT_DOWN, Page, marked},
    sheet::{CellContent, SheetPlan, Style},
};
use crate::theme::StyleRole;
use assemble::{BookContent, Missing, labels, prose};
use domain::Origin;
use words::{FixedText, Lexicon, texts};

const LABEL: f64 = 24.0;
const TEXT: f64 = 74.0;
/// A title that takes more lines than these is set smaller.
const TITLE_LINES: usize = 4;
/// Points above the title.
const ABOVE_TITLE: f64 = 56.0;
/// Points between the title and the facts about the issue: as much as the page leaves, within these limits.
const BELOW_TITLE: (f64, f64) = (20.0, 130.0);
/// The size of the copy's line relative to the body.
const COPY_SIZE: f64 = 1.1;
/// A copy's line is longer than the placeholder: the organ's title may take two lines.
const COPY_LINES: f64 = 2.0;

/// Plans the cover.
#[must_use]
pub fn sheet(brief: &Brief<'_>, content: &BookContent, names: &Names<'_>) -> SheetPlan {
    let (book, lexicon, language) = (brief.book, brief.lexicon, brief.language());
    let mut page = Page::new(brief, &names.cover, vec![LABEL, TEXT]);
    // The title is on the page itself, so the page header does not repeat it.
    page.sheet.page_header = marked(brief);
    band(&mut page, StyleRole::Band, book.cover.office.of(language));
    page.gap();
    for text in alerts(brief) {
        band(&mut page, StyleRole::Alert, &text);
    }
    page.space(ABOVE_TITLE);
    page.line(StyleRole::Kicker, 11.0, &texts::COLLECTION.of(lexicon).to_uppercase());
    // Titles of collections run to 200 letters; in letters of this size they take several lines.
    let title = book.titles.of(language);
    let fits = |size: f64| balanced(title, page.across() * 10.0 / size, true).len() <= TITLE_LINES;
    let (role, size) = if fits(24.0) { (StyleRole::CoverTitle, 24.0) } else { (StyleRole::CoverTitleLong, 18.0) };
    page.line(role, size, title);
    page.gap();
    page.line(StyleRole::CoverPeriod, 16.0, &prose::capital(&prose::span(book.period, lexicon)));
    page.gap();
    page.height(3.0);
    page.put(0, CellContent::Blank, Style::of(StyleRole::Rule));
    page.skip(1);

    let gap = page.row();
    page.skip(1);
    facts(brief, content, &mut page);
    page.space(14.0);
    page.line(StyleRole::Heading, 11.0, texts::ABOUT.of(lexicon));
    page.line(StyleRole::Sentence, 10.0, &labels::in_language(&book.cover.about, language));
    page.space(8.0);
    page.link(texts::CONTENTS_LINK.of(lexicon), &names.contents);
    let left = PORTRAIT_DOWN - page.down() - 40.0;
    page.sheet.heights.push((gap, left.clamp(BELOW_TITLE.0, BELOW_TITLE.1)));
    let mut sheet = page.finished();
    sheet.fit = super::PageFit::OnePage;
    sheet
}

/// A text on a band across the page: the office in the first cell, and marks that a reader must not miss.
fn band(page: &mut Page, role: StyleRole, text: &str) {
    let lines = lines_in(text, page.across() - 4.0, true);
    page.put(0, CellContent::Text(text.to_owned()), Style { indent: 1, wrap: lines > 1, ..Style::of(role) });
    page.put(1, CellContent::Blank, Style::of(role));
    if lines > 1 {
        page.merge(1);
    }
    page.height(19.0 * lines as f64);
    page.skip(1);
}

/// Marks that a reader must not miss.
fn alerts(brief: &Brief<'_>) -> Vec<String> {
    let (book, lexicon) = (brief.book, brief.lexicon);
    let mut alerts = Vec::new();
    if book.origin == Origin::Sample {
        alerts.push(texts::SAMPLE_MEANING.of(lexicon).to_owned());
    }
    if book.cover.draft {
        alerts.push(texts::DRAFT_MEANING.of(lexicon).to_owned());
    }
    if book.is_incomplete() {
        alerts.push(format!("{} — {}.", texts::INCOMPLETE.of(lexicon), completeness(brief)));
    }
    alerts
}

/// The completeness of the book: how many forms came as a whole, and what else is missing. A book with a gap never
/// reads as if everything had come.
fn completeness(brief: &Brief<'_>) -> String {
    let cover = &brief.book.cover;
    let whole = brief.lexicon.complete(&cover.forms_come, &cover.forms_expected);
    let compared = cover.missing.iter().any(|m| m.compared);
    if compared { format!("{whole}; {}", texts::WITHOUT_COMPARISON.of(brief.lexicon)) } else { whole }
}

fn facts(brief: &Brief<'_>, content: &BookContent, page: &mut Page) {
    let (book, lexicon, language) = (brief.book, brief.lexicon, brief.language());
    let cover = &book.cover;
    let span = format!("{} ({})", prose::capital(&prose::span(book.period, lexicon)), book.period);
    fact(page, lexicon, texts::PERIOD, &span);
    fact(page, lexicon, texts::ACT, cover.act.of(language));
    if let Some(remark) = &cover.act_remark {
        fact_below(page, remark.of(language));
    }
    fact(page, lexicon, texts::DUE_DAY, cover.due.of(language));
    if let Some(next) = &cover.next {
        fact(page, lexicon, texts::NEXT_ISSUE, next.of(language));
    }
    fact(page, lexicon, texts::GENERATED, &prose::day(cover.generated_for, lexicon));
    fact(page, lexicon, texts::EDITION, &book.issue(lexicon));
    fact(page, lexicon, texts::COMPLETENESS, &completeness(brief));
    missing(brief, page);
    contact(brief, page);
    fact(page, lexicon, texts::CONTENT_ID, &content.id.short());
    page.put(0, CellContent::Text(texts::COPY.of(lexicon).to_owned()), Style::of(StyleRole::Copy));
    page.put(1, CellContent::Text("⟦copy⟧".to_owned()), Style::of(StyleRole::Copy));
    page.height(LINE * COPY_SIZE * COPY_LINES + 6.0);
    page.skip(1);
}

/// The contact of the office. Without one the line is left out; with sample data it has the setting's name.
fn contact(brief: &Brief<'_>, page: &mut Page) {
    let (book, lexicon) = (brief.book, brief.lexicon);
    let said: Vec<&str> = book.cover.contact.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    if said.is_empty() && book.origin == Origin::Sample {
        fact(page, lexicon, texts::CONTACT, texts::CONTACT_UNSAID.of(lexicon));
    }
    for (place, line) in said.into_iter().enumerate() {
        if place == 0 {
            fact(page, lexicon, texts::CONTACT, line);
        } else {
            fact_below(page, line);
        }
    }
}

fn fact(page: &mut Page, lexicon: &Lexicon, label: FixedText, text: &str) {
    page.put(0, CellContent::Text(label.of(lexicon).to_owned()), Style::of(StyleRole::CoverLabel));
    value(page, text);
}

fn fact_below(page: &mut Page, text: &str) {
    page.put(0, CellContent::Blank, Style::of(StyleRole::CoverLabel));
    value(page, text);
}

fn value(page: &mut Page, text: &str) {
    page.put(1, CellContent::Text(text.to_owned()), Style::of(StyleRole::CoverText));
    page.height(LINE * lines_in(text, TEXT, false) as f64 + 6.0);
    page.skip(1);
}

fn missing(brief: &Brief<'_>, page: &mut Page) {
    let lexicon = brief.lexicon;
    for (place, missing) in brief.book.cover.missing.iter().enumerate() {
        let text = said(missing, lexicon);
        if place == 0 {
            fact(page, lexicon, texts::MISSING_FORMS, &text);
        } else {
            fact_below(page, &text);
        }
    }
}

/// A form that has not come, in a line.
#[must_use]
pub fn said(missing: &Missing, lexicon: &Lexicon) -> String {
    let language = lexicon.language();
    let mut text = format!("[x] {}", missing.name.of(language));
    if let Some(whose) = &missing.whose {
        text = format!("{text}, {}", whose.of(language));
    }
    text = format!("{text}: {}", missing.reason.of(language));
    if let Some(due) = missing.due {
        text = format!("{text}; {} {}", texts::DUE_DAY.of(lexicon).to_lowercase(), prose::day(due, lexicon));
    }
    if let Some(period) = missing.stand_in {
        text = format!("{text}; [p] {}", prose::span(period, lexicon));
    }
    text
}
