//! The parts of a workbook that do not depend on cells: styles, theme, properties, and the look of [`charts`]. The
//! library writes them. Sheets and the parts that list them are written by [`worksheet`](super::worksheet) and
//! [`package`](super::package), the figures of charts by [`chart_templates`].

use std::collections::BTreeSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use chrono::Datelike as _;

use super::{
    WorkbookError,
    assemble_package::Frame,
    chart_templates, charts,
    formats::Formats,
    plan::{Brief, ChartPlan, SheetPlan, Style},
    theme::{StyleRole, Theme},
};
use assemble::BookContent;
use ooxml::zip_writer::RawArchive;

/// Draws the frame of sheets that were [checked](super::limits::check): a workbook of one sheet with every style, and
/// beside it the template of each chart.
///
/// # Errors
/// Only by a fault of the program.
pub fn draw(
    brief: &Brief<'_>,
    content: &BookContent,
    sheets: &[SheetPlan],
    theme: &Theme,
) -> Result<Frame, WorkbookError> {
    let mut workbook = Workbook::new();
    let mut formats = Formats::new(theme, brief.lexicon);
    workbook.set_default_format(&formats.body(), 18, 64)?;
    workbook.set_properties(&properties(brief, content)?);
    let probed = styles(sheets);
    let first = workbook.add_worksheet();
    for (row, style) in probed.iter().enumerate() {
        first.write_blank(row as u32, 0, formats.format(*style))?;
    }
    let charts = sheets.iter().flat_map(|sheet| &sheet.charts);
    let templates = charts
        .map(|chart| chart_templates::of(chart, brief.lexicon.locale(), theme, |look| drawn(look, &formats, theme)));
    let templates = templates.collect::<Result<_, _>>()?;
    Ok(Frame { workbook: workbook.save_to_buffer()?, probed, templates })
}

/// The XML of a chart.
fn drawn(chart: &ChartPlan, formats: &Formats, theme: &Theme) -> Result<String, WorkbookError> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name(chart_templates::SHEET)?.insert_chart(
        0,
        1,
        &charts::drawn(chart, formats, theme),
    )?;
    let archive = RawArchive::read(workbook.save_to_buffer()?)?;
    let part = "xl/charts/chart1.xml";
    let entry = archive.find(part).ok_or_else(|| WorkbookError::Part { part: part.to_owned() })?;
    // Without this programs leave out labels that they think too many; the library does not write an interval of one.
    Ok(archive.text(entry)?.replace("</c:catAx>", "<c:tickLblSkip val=\"1\"/></c:catAx>"))
}

/// The styles of all cells, each once.
fn styles(sheets: &[SheetPlan]) -> Vec<Style> {
    let heads = [StyleRole::Header, StyleRole::HeaderTurned];
    let heads = heads.into_iter().flat_map(|role| {
        [(false, 0), (true, 0), (false, 1)].map(|(right, indent)| Style { indent, right, ..Style::of(role) })
    });
    let cells = sheets.iter().flat_map(|s| &s.cells).map(|c| c.style);
    let styles: BTreeSet<Style> = heads.chain(cells).collect();
    styles.into_iter().collect()
}

fn properties(brief: &Brief<'_>, content: &BookContent) -> Result<DocProperties, WorkbookError> {
    let (book, language) = (brief.book, brief.language());
    let title = book.titles.of(language);
    let title = brief.sample_mark().map_or_else(|| title.to_owned(), |mark| format!("{mark} · {title}"));
    let made = book.cover.generated_for;
    let made = ExcelDateTime::from_ymd(made.year() as u16, made.month() as u8, made.day() as u8)?;
    let content_id = content.id.to_string();
    let mut properties = DocProperties::new()
        .set_title(title)
        .set_subject(assemble::prose::span(book.period, brief.lexicon))
        .set_author(book.cover.office.of(language))
        .set_company(book.cover.office.of(language))
        .set_category(brief.sample_mark().unwrap_or("official statistics"))
        .set_keywords(format!("{} {} r{}", book.collection, book.period, book.revision))
        .set_comment(format!("content id {content_id}"))
        .set_status(if book.cover.draft { "DRAFT" } else { "" })
        .set_creation_datetime(&made);
    let custom = [
        ("Collection", book.collection.to_string()),
        ("Period", book.period.to_string()),
        ("Revision", book.revision.to_string()),
        ("Language", language.to_string()),
        ("Profile", brief.profile.name().to_owned()),
        ("Origin", brief.sample_mark().unwrap_or("real").to_owned()),
        ("Content-Id", content_id),
        ("Copy", "⟦copy⟧".to_owned()),
        ("Organ", "⟦organ⟧".to_owned()),
        ("Number", "⟦number⟧".to_owned()),
        ("Of", "⟦of⟧".to_owned()),
    ];
    let later = [
        ("Supplement", (book.supplement > 0).then_some(book.supplement)),
        ("Since", book.since.as_ref().map(|since| since.revision)),
    ];
    let later = later.into_iter().filter_map(|(name, number)| Some((name, number?.to_string())));
    for (name, value) in custom.into_iter().chain(later) {
        properties = properties.set_custom_property(name, value.as_str());
    }
    Ok(properties)
}
