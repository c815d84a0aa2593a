//! Writes lines of figures or findings as a workbook of one sheet, for a person who works on with them elsewhere.
//!
//! In: headings and lines. Out: the bytes of a workbook. Unknown here: where it is written.

use crate::Failure;
use domain::{Finding, Language, Number, Origin, Period};
use workbook::plain::{PlainCell, PlainSheet, PlainWorkbook, Properties};

/// A list of one sheet.
pub(crate) struct Listing<'l> {
    /// The name of the sheet.
    pub name: &'l str,
    /// The title in the properties of the document.
    pub title: String,
    pub headings: &'l [&'l str],
    /// Widths in characters of columns, by their 0-based number.
    pub wide: &'l [(u16, f64)],
}

impl Listing<'_> {
    /// The workbook: a heading row, then the lines, as one table. Nothing is above the headings, because programs read
    /// this sheet too. The document says English: that is the language of its headings and words, whatever the office reads.
    ///
    /// # Errors
    /// When there are more lines than a sheet has rows.
    pub fn workbook(self, lines: impl Iterator<Item = Vec<PlainCell>>) -> Result<Vec<u8>, Failure> {
        let heading = self.headings.iter().map(|h| PlainCell::Text((*h).to_owned())).collect();
        let mut cells = Vec::new();
        for (line, row) in std::iter::once(heading).chain(lines).zip(0..) {
            cells.extend(line.into_iter().zip(0..).map(|(cell, column)| (row, column, cell)));
        }
        let sheet = PlainSheet {
            name: self.name.into(),
            table: Some(self.name.to_lowercase()),
            cells,
            widths: self.wide.to_vec(),
            ..PlainSheet::default()
        };
        let properties = Properties { title: self.title, ..Properties::default() };
        PlainWorkbook { properties, language: Some(Language::EN), sheets: vec![sheet] }.write().map_err(|error| {
            Failure::usage(format!("these lines fit no sheet: {error}; ask for fewer, or for --format json"))
        })
    }
}

pub(crate) fn text(text: impl std::fmt::Display) -> PlainCell {
    PlainCell::Text(text.to_string())
}

/// A cell with a name; an empty cell if there is no name.
pub(crate) fn maybe<T: std::fmt::Display>(name: Option<&T>) -> PlainCell {
    name.map_or(PlainCell::Blank, text)
}

pub(crate) fn number(number: Option<Number>) -> PlainCell {
    number.map_or(PlainCell::Blank, |n| PlainCell::Number(n.as_f64()))
}

/// All findings of a period as a workbook of one sheet, in the order of the list.
///
/// # Errors
/// When there are more findings than a sheet has rows.
pub fn findings_as_workbook(findings: &[Finding], period: Period, origin: Origin) -> Result<Vec<u8>, Failure> {
    let headings = [
        "severity",
        "rule",
        "form",
        "period",
        "unit",
        "agency",
        "section",
        "row",
        "column",
        "expected",
        "found",
        "difference",
        "explanation",
        "origin",
    ];
    let line = |f: &Finding| {
        vec![
            text(f.severity),
            text(&f.rule),
            text(&f.form),
            maybe(f.period.as_ref()),
            maybe(f.unit.as_ref()),
            maybe(f.agency.as_ref()),
            maybe(f.section.as_ref()),
            maybe(f.row.as_ref()),
            maybe(f.column.as_ref()),
            number(f.expected),
            number(f.found),
            number(f.difference),
            text(&f.explanation),
            text(origin),
        ]
    };
    let title = format!("Findings in the figures of {period}");
    Listing { name: "Findings", title, headings: &headings, wide: &[(1, 26.0), (12, 110.0)] }
        .workbook(findings.iter().map(line))
}
