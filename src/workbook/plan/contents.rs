//! The contents: every table with a link to its sheet.

use super::{
    Brief, Profile,
    font_metrics::lines_in,
    names::Names,
    page::{Page, shortened},
    sheet::{CellContent, SheetPlan, Style, TablePlan},
};
use crate::theme::StyleRole;
use assemble::labels;
use words::texts;

const WIDTHS: [f64; 3] = [7.0, 78.0, 12.0];
/// Letters of a title in the contents, where each takes one line; on its own sheet it is whole.
const LONGEST_TITLE: usize = 84;

/// Plans the contents; `tables` are the sheets of the tables.
#[must_use]
pub fn sheet(brief: &Brief<'_>, names: &Names<'_>, tables: &[SheetPlan]) -> SheetPlan {
    let (book, lexicon, language) = (brief.book, brief.lexicon, brief.language());
    let mut page = Page::new(brief, &names.contents, WIDTHS.to_vec());
    page.line(StyleRole::Title, 14.5, texts::CONTENTS.of(lexicon));
    page.line(StyleRole::Scope, 11.5, book.titles.of(language));
    for (reason, numbers) in unprinted(brief, names, tables) {
        let said = texts::NOT_PRINTED_TABLES.of(lexicon);
        page.line(
            StyleRole::Source,
            10.0,
            &format!("{said} {}: {}.", numbers.join(", "), reason.trim_end_matches('.')),
        );
    }
    page.gap();
    let top = page.row();
    page.skip(1);
    let plain = |page: &mut Page, text: &str, sheet: &str| {
        row(page, "—", text, Some(sheet), "—", false);
    };
    plain(&mut page, texts::SHEET_COVER.of(lexicon), &names.cover);
    if let Some(changes) = &book.changes {
        plain(&mut page, changes.title.of(language), &names.changes);
    }
    if let Some(summary) = book.key_figures() {
        plain(&mut page, summary.title.of(language), &names.summary);
    }
    for chapter in &book.chapters {
        let designation = or_dash(chapter.designation.of(language));
        let mark = if chapter.missing.is_some() { " [x]" } else { "" };
        let title = format!("{}{mark}", labels::in_language(&chapter.titles, language));
        row(&mut page, &chapter.number.to_string(), &title, None, designation, true);
        for table in &chapter.tables {
            let sheet = names.sheet(table);
            row(
                &mut page,
                &table.number,
                &shortened(&labels::in_language(&table.title, language), LONGEST_TITLE),
                Some(&sheet),
                designation,
                false,
            );
        }
    }
    if book.analysis.is_some() {
        plain(&mut page, texts::ANALYSIS.of(lexicon), &names.analysis);
    }
    plain(&mut page, texts::NOTES.of(lexicon), &names.notes);
    plain(&mut page, texts::FINDINGS.of(lexicon), &names.quality);
    plain(&mut page, texts::CONTROL_TITLE.of(lexicon), &names.control);
    if book.chapters.iter().flat_map(|c| &c.tables).any(|t| t.chart.is_some()) {
        plain(&mut page, texts::CHART_TITLE.of(lexicon), &names.chart_figures);
    }
    page.sheet.table = Some(TablePlan {
        name: names.table("contents"),
        top,
        lines: page.row() - top - 1,
        columns: [texts::NUMBER, texts::TABLE, texts::FORM].map(|w| w.of(lexicon).to_owned()).to_vec(),
        filter: false,
        alt: texts::CONTENTS.of(lexicon).to_owned(),
        right: vec![false; 3],
    });
    if brief.profile == Profile::Working {
        page.sheet.frozen_rows = Some(top + 1);
    }
    page.fit(page.row(), 0.0);
    page.finished()
}

/// The numbers of the tables that are not printed, by the reason.
fn unprinted<'a>(brief: &Brief<'a>, names: &Names<'_>, tables: &'a [SheetPlan]) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for table in brief.book.chapters.iter().flat_map(|c| &c.tables) {
        let name = names.sheet(table);
        let sheet = tables.iter().find(|sheet| sheet.name == name);
        let Some(reason) = sheet.and_then(|sheet| sheet.unprinted.as_deref()) else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, numbers)) => numbers.push(table.number.as_str()),
            None => reasons.push((reason, vec![table.number.as_str()])),
        }
    }
    reasons
}

fn row(page: &mut Page, number: &str, text: &str, sheet: Option<&str>, form: &str, bold: bool) {
    let over = bold.then_some(StyleRole::Total);
    let style = Style { over, ..Style::of(StyleRole::Label) };
    page.put(0, CellContent::Text(number.to_owned()), style);
    match sheet {
        Some(sheet) => {
            let link = CellContent::Link { text: text.to_owned(), sheet: sheet.to_owned() };
            page.put(1, link, Style { role: StyleRole::Link, over: Some(StyleRole::Label), ..style });
        }
        None => page.put(1, CellContent::Text(text.to_owned()), style),
    }
    page.put(2, CellContent::Text(form.to_owned()), style);
    page.lines(lines_in(text, WIDTHS[1], bold));
    page.skip(1);
}

/// A text, or a dash in its place.
pub fn or_dash(text: &str) -> &str {
    if text.trim().is_empty() { "—" } else { text.trim() }
}
