//! Reads the codes and the texts of a table once its section is known.
//!
//! In come a table and the template of its section; out come the section and findings. Codes are written as in the
//! template; texts are read by what their columns measure. A text is read only here, because "4,731" is a number in a
//! column of money, but doubtful in a column of counts. A doubtful text stays a text, and each such cell is an error.
//! This module does not know files.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    cell::Oddity,
    code::plain,
    letters::excerpt,
    report::Report,
    sheet::OddCell,
    table::{Line, Table, TableFault},
};
use domain::{
    Column, ColumnCode, Doubt, EditionSection, Figure, HeadingLexicon, Likeness, Measure, NameError, Remark, Row,
    RowCode, Section, SectionId, SectionTemplate, Severity, shown, spell,
};

/// The most cells of a section that are reported one by one. Further cells are only counted.
const MOST_TOLD: usize = 1_000;
/// How many codes and numbers a finding about many of them quotes.
const QUOTED: usize = 5;

/// Replaces codes in an unusual spelling (`01`, `стр.8`, `1О`) with the expected codes. `expected` = printed codes with
/// their labels. A code is replaced if its label agrees and no other line has the code.
pub(super) fn codes<'t>(
    kind: &str,
    id: &SectionId,
    expected: impl FnOnce() -> HashMap<String, &'t str>,
    lines: &mut [Line],
    report: &mut Report,
) {
    let odd: Vec<(usize, String)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !is_usual(&line.code))
        .filter_map(|(place, line)| Some((place, plain(&line.code)?.text)).filter(|(_, code)| *code != line.code))
        .collect();
    if odd.is_empty() {
        return;
    }
    let expected = expected();
    let odd: Vec<_> = odd.into_iter().filter(|(place, _)| !expected.contains_key(&lines[*place].code)).collect();
    let words = HeadingLexicon::of(expected.values().copied().chain(lines.iter().map(|line| line.label.as_str())));
    let taken: BTreeSet<String> = lines.iter().map(|line| line.code.clone()).collect();
    let mut read: Vec<String> = Vec::new();
    for (place, code) in &odd {
        let Some(label) = expected.get(code) else { continue };
        let line = &lines[*place];
        let alone = !taken.contains(code) && odd.iter().filter(|(_, other)| other == code).count() == 1;
        let agrees = line.label.is_empty() || words.likeness(label, &line.label) != Likeness::Other;
        let spelled = shown(&line.code);
        if alone && agrees {
            read.push(format!("`{spelled}` as `{code}`"));
            lines[*place].code.clone_from(code);
            continue;
        }
        let why = if alone {
            format!("{kind} `{code}` is `{}`", excerpt(label, 60))
        } else {
            format!("another {kind} has the code `{code}` too")
        };
        let what = format!("{kind} `{}` carries the code `{spelled}`; {why}", excerpt(&line.label, 100));
        report.add("shape.code", Severity::Error, Some(id), what);
    }
    if !read.is_empty() {
        let more = if read.len() > QUOTED { format!(" and {} more", read.len() - QUOTED) } else { String::new() };
        let list = read[..read.len().min(QUOTED)].join(", ");
        report.add("shape.code-spelled", Severity::Info, Some(id), format!("{kind} codes were read: {list}{more}"));
    }
}

/// Whether a code is a plain number, or the mark of a code that is not printed (`#2`).
fn is_usual(code: &str) -> bool {
    code.starts_with('#') || (!code.starts_with('0') && code.bytes().all(|b| b.is_ascii_digit()))
}

/// What each printed column measures; `None` if the template does not say. `there` = the codes that the document prints
/// for those of the template.
pub(super) fn measures(
    described: Option<(&SectionTemplate, &EditionSection)>,
    columns: &[Line],
) -> Vec<Option<Measure>> {
    let measure = |line: &Line| {
        let (section, there) = described?;
        let printed = |code: &ColumnCode| match there.columns.get(code) {
            Some(printed) => printed.as_ref().is_some_and(|printed| printed.as_str() == line.code),
            None => code.as_str() == line.code,
        };
        section.columns.iter().find(|column| printed(&column.code)).map(|column| column.measure)
    };
    columns.iter().map(measure).collect()
}

/// The section of a table. Adds findings about its odd places. `measures` = what its columns measure.
pub(super) fn section(
    id: SectionId,
    table: Table,
    described: Option<&SectionTemplate>,
    measures: &[Option<Measure>],
    report: &mut Report,
) -> Result<Section, NameError> {
    let Table { title, columns, rows, mut figures, odd, more_odd, more_noisy, as_text, uncounted, faults } = table;
    let is_known_row = |code: &str| described.is_some_and(|s| s.rows.iter().any(|r| r.code.as_str() == code));
    for fault in faults.iter().filter(|f| !matches!(f, TableFault::RowWithoutCode { code, .. } if is_known_row(code))) {
        let (rule, severity, explanation) = tell(fault);
        report.add(rule, severity, Some(&id), explanation);
    }
    let columns = columns.into_iter().map(column).collect::<Result<Arc<[_]>, _>>()?;
    let rows = rows.into_iter().map(row).collect::<Result<Arc<[_]>, _>>()?;
    let mut cells = Cells { id: &id, rows: &rows, columns: &columns, report, told: 0, more: 0, doubtful: 0 };
    cells.of_other_kinds(&odd, &figures);
    let (spelled, mut noisy) = cells.texts(&mut figures, measures, &odd);
    let noise = odd.iter().filter(|cell| cell.oddity == Oddity::Noise).map(|cell| (cell.row, cell.column));
    noisy.extend(noise);
    cells.noise(&noisy, &figures);
    let (more, doubtful) = (cells.more + more_odd + more_noisy, cells.doubtful + more_odd);
    if as_text + spelled > 0 {
        report.add(
            "figure.number-as-text",
            Severity::Info,
            Some(&id),
            format!("{} numbers are kept as text; they were read as numbers", as_text + spelled),
        );
    }
    if uncounted > 0 {
        let what = format!(
            "formulas without their results: {uncounted} cells are blank; open the file in a spreadsheet program, save it, and bring it again"
        );
        report.add("figure.formula", Severity::Error, Some(&id), what);
    }
    if more > 0 {
        let severity = if doubtful > 0 { Severity::Error } else { Severity::Warning };
        report.more("figure.more", severity, &id, (more, format!("{more} more cells are not plain numbers")));
    }
    Ok(Section { id, title: title.into(), columns, rows, figures })
}

/// The cells of a section, with the findings about them.
struct Cells<'a> {
    id: &'a SectionId,
    rows: &'a [Row],
    columns: &'a [Column],
    report: &'a mut Report,
    told: usize,
    more: usize,
    /// How many errors are among the cells that are not reported one by one.
    doubtful: usize,
}

impl Cells<'_> {
    fn tell(&mut self, rule: &str, severity: Severity, (row, column): (usize, usize), what: String) {
        let (Some(row), Some(column)) = (self.rows.get(row), self.columns.get(column)) else { return };
        if self.told >= MOST_TOLD {
            self.more += 1;
            self.doubtful += usize::from(severity == Severity::Error);
            return;
        }
        self.told += 1;
        self.report.at(rule, severity, self.id, (Some(&row.code), Some(&column.code)), what);
    }

    /// Reports dates, logical values and formula errors.
    fn of_other_kinds(&mut self, odd: &[OddCell], figures: &[Figure]) {
        for cell in odd.iter().filter(|cell| cell.oddity == Oddity::OtherKind) {
            let what = match figures.get(cell.row * self.columns.len() + cell.column) {
                Some(Figure::Text(text)) => excerpt(text, 40),
                _ => String::new(),
            };
            let what = format!("`{what}` is not a figure");
            self.tell("figure.kind", Severity::Error, (cell.row, cell.column), what);
        }
    }

    /// Reads the texts. Returns how many of them are plain numbers, and the places of the noisy ones.
    fn texts(
        &mut self,
        figures: &mut [Figure],
        measures: &[Option<Measure>],
        odd: &[OddCell],
    ) -> (usize, Vec<(usize, usize)>) {
        let others: BTreeSet<(usize, usize)> =
            odd.iter().filter(|c| c.oddity == Oddity::OtherKind).map(|c| (c.row, c.column)).collect();
        let (mut spelled, mut noisy) = (0, Vec::new());
        let width = self.columns.len().max(1);
        for (at, figure) in figures.iter_mut().enumerate() {
            let Figure::Text(text) = figure else { continue };
            let place = (at / width, at % width);
            if others.contains(&place) {
                continue;
            }
            let measure = measures.get(place.1).copied().flatten();
            let said = shown(&excerpt(text, 40));
            match spell(text, measure) {
                Ok(read) => {
                    *figure = read.number.map_or(Figure::Blank, Figure::Number);
                    let number = read.number.map_or_else(String::new, |number| number.to_string());
                    spelled += usize::from(read.remark.is_none());
                    match read.remark {
                        None => {}
                        Some(Remark::Noise) => noisy.push(place),
                        Some(Remark::Invisible) => {
                            let what = format!("`{said}` has invisible characters; it was read as {number}");
                            self.tell("figure.invisible", Severity::Info, place, what);
                        }
                        Some(Remark::Footnote) => {
                            let what = format!("`{said}` was read as {number}; the raised digits are a footnote");
                            self.tell("figure.footnote", Severity::Warning, place, what);
                        }
                    }
                }
                Err(doubt) => {
                    let (rule, severity) = rule_of(&doubt);
                    let what = format!("`{said}` {doubt}; it was kept as text, correct it in the document");
                    self.tell(rule, severity, place, what);
                }
            }
        }
        (spelled, noisy)
    }

    /// Reports the numbers that were rounded, because they differed slightly from a decimal.
    fn noise(&mut self, noisy: &[(usize, usize)], figures: &[Figure]) {
        let numbers = noisy.iter().filter_map(|(row, column)| {
            let number = figures.get(row * self.columns.len() + column)?.number()?;
            let (row, column) = (self.rows.get(*row)?, self.columns.get(*column)?);
            Some(format!("{number} in row `{}`, column `{}`", row.code, column.code))
        });
        let first: Vec<String> = numbers.take(QUOTED).collect();
        if !first.is_empty() {
            let what = format!(
                "{} numbers differ by less than a millionth from a whole or decimal number, as sums of doubles do; they were rounded: {}{}",
                noisy.len(),
                first.join(", "),
                if noisy.len() > first.len() { " …" } else { "" }
            );
            self.report.add("figure.noise", Severity::Info, Some(self.id), what);
        }
    }
}

/// The rule that a doubt breaks. Workbooks and services share it.
pub(super) const fn rule_of(doubt: &Doubt) -> (&'static str, Severity) {
    match doubt {
        Doubt::Word => ("figure.text", Severity::Warning),
        Doubt::TooFine | Doubt::TooLarge => ("figure.no-decimal", Severity::Error),
        Doubt::TwoReadings { .. } | Doubt::Fraction | Doubt::Several | Doubt::Digits => {
            ("figure.doubtful", Severity::Error)
        }
    }
}

fn column(line: Line) -> Result<Column, NameError> {
    Ok(Column { code: line.code.parse::<ColumnCode>()?, label: line.label.into() })
}

fn row(line: Line) -> Result<Row, NameError> {
    Ok(Row { code: line.code.parse::<RowCode>()?, label: line.label.into() })
}

fn tell(fault: &TableFault) -> (&'static str, Severity, String) {
    match fault {
        TableFault::RowTwice { code, label } => (
            "shape.row-twice",
            Severity::Error,
            format!("row code `{code}` occurs again, at `{}`", excerpt(label, 100)),
        ),
        TableFault::ColumnTwice { code, label } => (
            "shape.column-twice",
            Severity::Error,
            format!("column `{code}` occurs again, at `{}`", excerpt(label, 100)),
        ),
        TableFault::RowWithoutCode { code, label } => (
            "shape.row-without-code",
            Severity::Warning,
            format!("row `{}` has no code; it is kept as `{code}`", excerpt(label, 100)),
        ),
        TableFault::ColumnWithoutNumber { code, label } => (
            "shape.column-without-number",
            Severity::Warning,
            format!("column `{}` has no number; it is kept as `{code}`", excerpt(label, 100)),
        ),
        TableFault::Outside(count) => (
            "shape.outside",
            Severity::Warning,
            format!("{count} figures are outside the numbered columns or the coded rows"),
        ),
        TableFault::Merged(rows) => (
            "shape.merged",
            Severity::Error,
            format!(
                "cells of figures are merged in row {}: it is not known which cell the figure belongs to, and the others are lost",
                rows.iter().take(10).cloned().collect::<Vec<_>>().join(", ")
            ),
        ),
        TableFault::HeaderAgain(rows) => (
            "shape.header-again",
            Severity::Info,
            format!("the header is printed again within the table; {rows} rows of it were left out"),
        ),
        TableFault::Below { row, text } => (
            "shape.below",
            Severity::Warning,
            format!(
                "row {row} of the sheet is below the last row with a code and was left out: `{}`",
                excerpt(text, 100)
            ),
        ),
        TableFault::Spelled { reads, stub: 0 } => (
            "shape.columns-spelled",
            Severity::Info,
            format!("the row of column numbers reads {reads}; the columns were counted from it"),
        ),
        TableFault::Spelled { reads, stub } => (
            "shape.columns-spelled",
            Severity::Info,
            format!(
                "the first {stub} columns are numbered too, although they contain labels and codes; column numbers {reads} were counted from 1"
            ),
        ),
        TableFault::Joined(codes) => (
            "shape.columns-below",
            Severity::Info,
            format!("columns {codes} are printed below the others; they were joined by the codes of the rows"),
        ),
    }
}
