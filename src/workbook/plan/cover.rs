//! The cover: what this is, of which time, by which act, how complete, which copy.

use super::{
    Brief,
    names::Names,
    page::{Page, broken, lines_in},
    sheet::{Content, SheetPlan, Style},
    words,
};
use crate::{
    assemble::{BookContent, Missing, labels, prose, words::Words},
    domain::Language,
    workbook::theme::Role,
};

const LABEL: f64 = 24.0;
const TEXT: f64 = 74.0;
/// Points of a line of the body font.
const LINE: f64 = 13.5;

/// Plans the cover.
#[must_use]
pub fn sheet(brief: &Brief<'_>, content: &BookContent, names: &Names) -> SheetPlan {
    let (book, language) = (brief.book, brief.language);
    let mut page = Page::new(brief, &names.cover, vec![LABEL, TEXT]);
    band(&mut page, book.cover.office.of(language));
    page.skip(1);
    for text in alerts(brief) {
        alert(&mut page, &text);
    }
    if book.origin == crate::domain::Origin::Sample || book.cover.draft || book.is_incomplete() {
        page.skip(1);
    }
    page.line(Role::CoverPeriod, 14.0, words::COLLECTION.of(language));
    // Titles of collections run to 200 letters; in capitals of the cover they take lines of their own.
    page.line(Role::CoverTitle, 21.0, book.titles.of(language));
    page.line(Role::CoverPeriod, 14.0, &prose::capital(&prose::span(book.period, language)));
    page.skip(1);
    facts(brief, content, &mut page);
    missing(brief, &mut page);
    page.skip(1);
    page.line(Role::Heading, 11.0, words::ABOUT.of(language));
    page.line(Role::Sentence, 10.0, &labels::in_language(&book.cover.about, language));
    page.skip(1);
    page.link(words::CONTENTS.of(language), &names.contents);
    let mut sheet = page.finished();
    sheet.waist = super::Waist::OnePage;
    sheet
}

/// Whose book it is, on a band across the page: the first thing in the first cell.
fn band(page: &mut Page, office: &str) {
    for part in broken(office, (LABEL + TEXT) as usize - 8) {
        page.put(0, Content::Text(part), Style::of(Role::Band));
        page.put(1, Content::Blank, Style::of(Role::Band));
        let row = page.row();
        page.sheet.heights.push((row, 18.0));
        page.skip(1);
    }
    page.skip(1);
}

/// Marks that a reader must not miss.
fn alerts(brief: &Brief<'_>) -> Vec<String> {
    let (book, language) = (brief.book, brief.language);
    let mut alerts = Vec::new();
    if book.origin == crate::domain::Origin::Sample {
        alerts.push(words::SAMPLE_MEANING.of(language).to_owned());
    }
    if book.cover.draft {
        alerts.push(words::DRAFT_MEANING.of(language).to_owned());
    }
    if book.is_incomplete() {
        alerts.push(format!("{} — {}.", words::INCOMPLETE.of(language), completeness(brief)));
    }
    alerts
}

fn alert(page: &mut Page, text: &str) {
    for part in broken(text, (LABEL + TEXT) as usize - 6) {
        page.put(0, Content::Text(part), Style::of(Role::Alert));
        page.put(1, Content::Blank, Style::of(Role::Alert));
        page.skip(1);
    }
}

fn completeness(brief: &Brief<'_>) -> String {
    let (come, expected) = (brief.book.cover.forms_come, brief.book.cover.forms_expected);
    match brief.language {
        Language::Ru => format!("форм поступило {come} из {expected}"),
        Language::Kk => format!("{expected} нысанның {come} түсті"),
        Language::En => format!("{come} of {expected} forms have come"),
    }
}

fn facts(brief: &Brief<'_>, content: &BookContent, page: &mut Page) {
    let (book, language) = (brief.book, brief.language);
    let cover = &book.cover;
    let span = format!("{} ({})", prose::capital(&prose::span(book.period, language)), book.period);
    fact(page, language, words::PERIOD, Role::CoverText, &span);
    fact(page, language, words::ACT, Role::CoverText, cover.act.of(language));
    if let Some(remark) = &cover.act_remark {
        fact_below(page, remark.of(language));
    }
    fact(page, language, words::DUE, Role::CoverText, cover.due.of(language));
    fact(page, language, words::GENERATED, Role::CoverText, &prose::day(cover.generated_for, language));
    let issue = match (book.revision, &cover.revision_reason) {
        (0, None) => words::FIRST_ISSUE.of(language).to_owned(),
        // A supplement: its number stands in the title.
        (0, Some(reason)) => reason.clone(),
        (revision, None) => format!("r{revision}"),
        (revision, Some(reason)) => format!("r{revision}: {reason}"),
    };
    fact(page, language, words::EDITION, Role::CoverText, &issue);
    fact(page, language, words::COMPLETENESS, Role::CoverText, &completeness(brief));
    for (place, line) in cover.contact.iter().filter(|l| !l.is_empty()).enumerate() {
        if place == 0 {
            fact(page, language, words::CONTACT, Role::CoverText, line);
        } else {
            fact_below(page, line);
        }
    }
    fact(page, language, words::CONTENT_ID, Role::CoverText, &content.id.short());
    fact(page, language, words::COPY, Role::Copy, "⟦copy⟧");
}

fn fact(page: &mut Page, language: Language, label: Words, role: Role, text: &str) {
    page.put(0, Content::Text(label.of(language).to_owned()), Style::of(Role::CoverLabel));
    value(page, role, text);
}

fn fact_below(page: &mut Page, text: &str) {
    page.put(0, Content::Blank, Style::of(Role::CoverLabel));
    value(page, Role::CoverText, text);
}

fn value(page: &mut Page, role: Role, text: &str) {
    page.put(1, Content::Text(text.to_owned()), Style::of(role));
    // A copy's line is longer than the placeholder: an organ's title may take a second line.
    let lines = if role == Role::Copy { 2 } else { lines_in(text, TEXT) };
    let row = page.row();
    page.sheet.heights.push((row, LINE * lines as f64 + 5.0));
    page.skip(1);
}

fn missing(brief: &Brief<'_>, page: &mut Page) {
    let language = brief.language;
    for (place, missing) in brief.book.cover.missing.iter().enumerate() {
        let text = said(missing, language);
        if place == 0 {
            fact(page, language, words::MISSING_FORMS, Role::CoverText, &text);
        } else {
            fact_below(page, &text);
        }
    }
}

/// A form that has not come, in a line.
#[must_use]
pub fn said(missing: &Missing, language: Language) -> String {
    let mut text = format!("[x] {}", missing.name.of(language));
    if let Some(whose) = &missing.whose {
        text = format!("{text}, {}", whose.of(language));
    }
    text = format!("{text}: {}", missing.reason.of(language));
    if let Some(due) = missing.due {
        text = format!("{text}; {} {}", words::DUE.of(language).to_lowercase(), prose::day(due, language));
    }
    if let Some(period) = missing.stand_in {
        text = format!("{text}; [p] {}", prose::span(period, language));
    }
    text
}
