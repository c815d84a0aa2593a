//! Writes lines of figures or findings as a workbook of one sheet, for a person who works on with them elsewhere.
//!
//! In: headings and lines. Out: the bytes of a workbook. Unknown here: where it is written.

use crate::Failure;
use domain::{Finding, Number, Origin};
use workbook::plain::{PlainCell, PlainSheet, PlainWorkbook};

/// A workbook of one sheet: a heading row, then the lines. `wide` gives a width, in characters, to columns by their
/// 0-based number.
///
/// # Errors
/// When there are more lines than a sheet has rows.
pub(crate) fn listing(
    name: &str,
    headings: &[&str],
    lines: impl Iterator<Item = Vec<PlainCell>>,
    wide: &[(u16, f64)],
) -> Result<Vec<u8>, Failure> {
    let heading = headings.iter().map(|h| PlainCell::Text((*h).to_owned())).collect();
    let mut cells = Vec::new();
    for (line, row) in std::iter::once(heading).chain(lines).zip(0..) {
        cells.extend(line.into_iter().zip(0..).map(|(cell, column)| (row, column, cell)));
    }
    let sheet = PlainSheet { name: name.into(), cells, widths: wide.to_vec(), ..PlainSheet::default() };
    let workbook = PlainWorkbook { sheets: vec![sheet], ..PlainWorkbook::default() };
    workbook.write().map_err(|error| {
        Failure::usage(format!("these lines fit no sheet: {error}; ask for fewer, or for --format json"))
    })
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

/// All findings as a workbook of one sheet, in the order of the list.
///
/// # Errors
/// When there are more findings than a sheet has rows.
pub fn findings_as_workbook(findings: &[Finding], origin: Origin) -> Result<Vec<u8>, Failure> {
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
    listing("Findings", &headings, findings.iter().map(line), &[(1, 26.0), (12, 110.0)])
}
