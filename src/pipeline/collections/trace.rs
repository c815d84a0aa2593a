//! Traces a number of a workbook to the figures that it comes from.
//!
//! Which figures are in which cells of a master is stored beside the master when it is built
//! ([`provenance`](super::provenance)). So the answer is true for every copy of it, whatever came later. The trace
//! contains the places and units of the figures, the revision and snapshot that were in use, and the corrections that
//! applied. The figures themselves are read again from those snapshots.
//!
//! In: a workbook and a cell. Out: [`Answered`]. Unknown here: the figures in use now.

use serde::Serialize;

use super::{
    provenance::{Said, Trace, TracedColumn, TracedLine, TracedTable, kept, said},
    trace_parts::{Part, Sources, sum},
};
use crate::{Context, Failure};
use assemble::{ColumnRole, Inhabitants, LineKey};
use domain::{Agency, DatasetKey, Finding, Issue, Number, Origin, Period, Place, Sha256, Unit};
use ooxml::{
    address::{address, place_of},
    numbers, shown,
};

/// Where a cell comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    pub issue: Issue,
    /// Whether the figures are real or of the sample office.
    pub origin: Origin,
    pub content_id: Sha256,
    pub sheet: String,
    pub cell: String,
    /// What the cell shows.
    pub shown: Option<String>,
    pub table: String,
    pub line: String,
    pub column: String,
    /// `value`, `change`, `growth`, `share`, `points`, `rate`, `rank`, `class`; `sum` and `count` of control sums; `difference`
    /// from an earlier issue; `finding`.
    pub kind: &'static str,
    /// How the figure follows from its parts.
    pub how: String,
    pub parts: Vec<Part>,
    /// The sum of the parts, if the figure is a sum.
    pub sum: Option<Number>,
    /// The inhabitants by which a level or a rank is measured.
    pub inhabitants: Vec<Inhabitants>,
    /// The cells of the workbook that this one repeats or adds up, as `'sheet'!B12`.
    pub cells: Vec<String>,
    /// On the sheet of findings: the finding of the check.
    pub finding: Option<Finding>,
}

/// Finds where a cell of a workbook comes from. The workbook is a master, or any numbered copy.
///
/// # Errors
/// When the file is not a workbook of ours, its issue was not built here, or the cell contains no figure.
pub fn trace(context: &Context, workbook: &[u8], sheet: &str, cell: &str) -> Result<Answered, Failure> {
    let (said, kept) = opened(context, workbook)?;
    let shown = shown(workbook, sheet, cell).map_err(|error| Failure::usage(error.to_string()))?;
    answered(context, &said, &kept, &mut Sources::new(context, &kept), (sheet, cell, shown))
}

/// As [`trace`], for every number of a workbook or of one of its sheets, in order.
///
/// # Errors
/// As [`trace`].
pub fn trace_all(context: &Context, workbook: &[u8], sheet: Option<&str>) -> Result<Vec<Answered>, Failure> {
    let (said, kept) = opened(context, workbook)?;
    let numbers = numbers(workbook).map_err(|error| Failure::usage(error.to_string()))?;
    let mut sources = Sources::new(context, &kept);
    if let Some(sheet) = sheet.filter(|sheet| !numbers.iter().any(|(of, _, _)| of == sheet)) {
        return Err(no_table(sheet, &kept));
    }
    let wanted = numbers.into_iter().filter(|(of, _, _)| sheet.is_none_or(|sheet| sheet == of));
    wanted
        .map(|(sheet, cell, shown)| answered(context, &said, &kept, &mut sources, (&sheet, &cell, Some(shown))))
        .collect()
}

fn opened(context: &Context, workbook: &[u8]) -> Result<(Said, Trace), Failure> {
    let said = said(workbook)?;
    let kept = kept(context, &said)?;
    if kept.content_id != said.content {
        return Err(Failure::usage(format!(
            "the workbook holds content {}, the issue `{}` built here holds {}: it is of another build",
            said.content.short(),
            said.issue,
            kept.content_id.short()
        )));
    }
    Ok((said, kept))
}

fn answered(
    context: &Context,
    said: &Said,
    kept: &Trace,
    sources: &mut Sources<'_>,
    (sheet, cell, shown): (&str, &str, Option<String>),
) -> Result<Answered, Failure> {
    let place =
        place_of(cell).ok_or_else(|| Failure::usage(format!("`{cell}` is not an address of a cell such as `B12`")))?;
    let told = told(context, said, kept, sources, sheet, place)?
        .ok_or_else(|| Failure::usage(format!("cell {cell} of `{sheet}` contains no figures of a form")))?;
    Ok(Answered {
        issue: said.issue.clone(),
        origin: context.origin,
        content_id: kept.content_id,
        sheet: sheet.to_owned(),
        cell: cell.to_owned(),
        shown,
        table: told.table,
        line: told.line,
        column: told.column,
        kind: told.kind,
        how: told.how,
        sum: matches!(told.kind, "value" | "sum").then(|| sum(&told.parts)).flatten(),
        parts: told.parts,
        inhabitants: told.inhabitants,
        cells: told.cells,
        finding: told.finding,
    })
}

/// An answer before it is put together.
#[derive(Default)]
struct Told {
    table: String,
    line: String,
    column: String,
    kind: &'static str,
    how: String,
    parts: Vec<Part>,
    inhabitants: Vec<Inhabitants>,
    cells: Vec<String>,
    finding: Option<Finding>,
}

fn told(
    context: &Context,
    said: &Said,
    kept: &Trace,
    sources: &mut Sources<'_>,
    sheet: &str,
    (row, column): (u32, u32),
) -> Result<Option<Told>, Failure> {
    let column = column as usize;
    if let Some(table) = kept.tables.iter().find(|t| t.sheet == sheet) {
        let line = line_of(table.top, table.lines.len(), row)?;
        return if column < table.columns.len() { of_cell(sources, table, line, column) } else { Ok(None) };
    }
    if let Some(cell) = kept.repeated.iter().find(|c| c.sheet == sheet && c.row == row).filter(|_| column == 3) {
        let table = &kept.tables[cell.table];
        let told = of_cell(sources, table, cell.line, cell.column)?;
        return Ok(told.map(|told| Told { cells: vec![named(table, cell.line, cell.column)], ..told }));
    }
    if kept.control.0 == sheet {
        let line = line_of(kept.control.1, kept.tables.len(), row)?;
        return if matches!(column, 2 | 3) { of_sum(sources, &kept.tables[line], column == 2) } else { Ok(None) };
    }
    if let Some(changes) = kept.changes.as_ref().filter(|c| c.sheet == sheet) {
        let line = line_of(changes.top, changes.cells.len(), row)?;
        let (table, at) = &changes.cells[line];
        return of_change(context, (said, changes.since), kept, sources, (table, *at), column);
    }
    if let Some(findings) = kept.findings.as_ref().filter(|f| f.sheet == sheet) {
        let line = line_of(findings.top, findings.findings.len(), row)?;
        return if (4..7).contains(&column) {
            of_finding(context.origin, sources, &findings.findings[line])
        } else {
            Ok(None)
        };
    }
    Err(no_table(sheet, kept))
}

fn no_table(sheet: &str, kept: &Trace) -> Failure {
    let hint = domain::known_instead(sheet, kept.tables.iter().map(|table| table.sheet.as_str()));
    Failure::usage(format!("no table found on a sheet `{sheet}`: {hint}"))
}

/// The line of a table whose header is in row `top`.
fn line_of(top: u32, lines: usize, row: u32) -> Result<usize, Failure> {
    let line = row.checked_sub(top + 1).map(|line| line as usize).filter(|line| *line < lines);
    line.ok_or_else(|| {
        let (first, last) = (top + 2, top as usize + 1 + lines);
        Failure::usage(format!("row {} is outside the table, with figures in rows {first} to {last}", row + 1))
    })
}

fn named(table: &TracedTable, line: usize, column: usize) -> String {
    let cell = address(table.top + 1 + line as u32, column as u16);
    format!("'{}'!{cell}", table.sheet.replace('\'', "''"))
}

/// How the figure of a column follows from others.
fn of_cell(
    sources: &mut Sources<'_>,
    table: &TracedTable,
    line: usize,
    column: usize,
) -> Result<Option<Told>, Failure> {
    let (at, head) = (&table.lines[line], &table.columns[column]);
    let newest = table.columns.iter().filter_map(|c| value_of(c.role)).max();
    let key = at.key.as_ref().map(|key| key.in_column(head.across.as_ref()));
    let Some((key, newest)) = key.as_ref().zip(newest) else { return Ok(None) };
    let mut parts = Vec::new();
    let mut inhabitants = Vec::new();
    let mut take = |name: &'static str, key: Option<&LineKey>, years: usize| -> Result<(), Failure> {
        if let Some(key) = key {
            parts.extend(sources.of_line(name, key, years)?);
        }
        Ok(())
    };
    let whole = table.whole.as_ref();
    let how = match head.role {
        ColumnRole::Value(period) => {
            take("figure", Some(key), (newest.year() - period.year()) as usize)?;
            if key.quarter { "the cumulative figure less that of the quarter before" } else { "the sum of the parts" }
        }
        ColumnRole::Change | ColumnRole::Growth => {
            take("figure", Some(key), 0)?;
            take("year-before", Some(key), 1)?;
            "the figure against that of the year before"
        }
        ColumnRole::Share => {
            let before = table.columns[..column].iter().rev().find_map(|c| value_of(c.role)).unwrap_or(newest);
            let several = table.columns.iter().filter(|c| c.role == ColumnRole::Share).count() > 1;
            let years = if several { (newest.year() - before.year()) as usize } else { 0 };
            take("figure", Some(key), years)?;
            take("whole", whole, years)?;
            "the figure as a share of the whole"
        }
        ColumnRole::Points => {
            take("figure", Some(key), 0)?;
            take("year-before", Some(key), 1)?;
            take("whole", whole, 0)?;
            take("whole-year-before", whole, 1)?;
            "the share less that of the year before"
        }
        ColumnRole::Rate => {
            take("figure", Some(key), 0)?;
            inhabitants.clone_from(&at.inhabitants);
            "the figure per 10,000 inhabitants"
        }
        ColumnRole::Rank | ColumnRole::Class => {
            take("figure", Some(key), 0)?;
            // By level, if the inhabitants of all compared lines are known.
            let by_level = table.lines.iter().filter(|l| l.ranked).all(|l| !l.inhabitants.is_empty());
            let counted = |of: &TracedLine| if by_level { of.inhabitants.clone() } else { Vec::new() };
            inhabitants.extend(counted(at));
            for (_, other) in table.lines.iter().enumerate().filter(|(place, l)| l.ranked && *place != line) {
                take("compared", other.key.as_ref(), 0)?;
                inhabitants.extend(counted(other));
            }
            match (head.role, inhabitants.is_empty()) {
                (ColumnRole::Rank, true) => "the place of the region among all, by figure",
                (ColumnRole::Rank, false) => "the place of the region among all, by level",
                (_, true) => "the class of the region among all, by figure",
                (_, false) => "the class of the region among all, by level",
            }
        }
        ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks | ColumnRole::Compared => return Ok(None),
    };
    Ok(Some(Told {
        table: table.table.clone(),
        line: at.label.clone(),
        column: head.head.clone(),
        kind: kind_of(head.role),
        how: how.to_owned(),
        parts,
        inhabitants,
        ..Told::default()
    }))
}

const fn kind_of(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Value(_) => "value",
        ColumnRole::Change => "change",
        ColumnRole::Growth => "growth",
        ColumnRole::Share => "share",
        ColumnRole::Points => "points",
        ColumnRole::Rate => "rate",
        ColumnRole::Rank => "rank",
        ColumnRole::Class => "class",
        ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks | ColumnRole::Compared => "",
    }
}

const fn value_of(role: ColumnRole) -> Option<Period> {
    if let ColumnRole::Value(period) = role { Some(period) } else { None }
}

/// A line of the control sums: how many exact figures a table has, or their sum.
fn of_sum(sources: &mut Sources<'_>, table: &TracedTable, count: bool) -> Result<Option<Told>, Failure> {
    let mut told = Told {
        table: table.table.clone(),
        line: table.sheet.clone(),
        kind: if count { "count" } else { "sum" },
        how: if count { "how many cells hold exact figures" } else { "the sum of the cells that hold exact figures" }
            .to_owned(),
        ..Told::default()
    };
    for (line, at) in table.lines.iter().enumerate() {
        for column in &at.summed {
            told.cells.push(named(table, line, *column));
            let of = of_cell(sources, table, line, *column)?;
            let taken_off = |part: Part| {
                let ago = part.part == "year-before";
                Part { sign: if ago == (part.sign == '-') { '+' } else { '-' }, ..part }
            };
            told.parts.extend(of.into_iter().flat_map(|told| told.parts).map(taken_off));
        }
    }
    Ok(Some(told))
}

/// A line of the changes: what the earlier issue showed, what this one shows, the difference.
fn of_change(
    context: &Context,
    (said, since): (&Said, u32),
    kept: &Trace,
    sources: &mut Sources<'_>,
    (table, at): (&str, Option<(usize, usize)>),
    column: usize,
) -> Result<Option<Told>, Failure> {
    let Some(table) = kept.tables.iter().find(|t| t.table == table) else { return Ok(None) };
    let (Some((line, of)), 4..=6) = (at, column) else { return Ok(None) };
    let is = of_cell(sources, table, line, of)?.map(|is| Told { cells: vec![named(table, line, of)], ..is });
    if column == 5 {
        return Ok(is);
    }
    let earlier = earlier(context, said, since)?;
    let (at, head) = (&table.lines[line], &table.columns[of]);
    let same = |other: &TracedColumn| other.role == head.role && other.across == head.across;
    let turn = table.columns[..of].iter().filter(|c| same(c)).count();
    let then = earlier.tables.iter().find(|t| t.table == table.table);
    let place = then.and_then(|then| {
        let line = then.lines.iter().position(|l| l.key == at.key)?;
        let alike = then.columns.iter().enumerate().filter(|(_, c)| same(c));
        Some((then, line, alike.map(|(place, _)| place).nth(turn)?))
    });
    let was = match place {
        Some((then, line, column)) => of_cell(&mut Sources::new(context, &earlier), then, line, column)?,
        None => None,
    };
    if column == 4 {
        let how = |how: String| format!("in issue r{since}: {how}");
        return Ok(was.map(|was| Told { how: how(was.how), ..was }));
    }
    let Some((is, was)) = is.zip(was) else { return Ok(None) };
    let turned = |part: Part| Part { part: "was", sign: if part.sign == '-' { '+' } else { '-' }, ..part };
    let parts = is.parts.into_iter().chain(was.parts.into_iter().map(turned)).collect();
    Ok(Some(Told { kind: "difference", how: format!("the figure less that of issue r{since}"), parts, ..is }))
}

/// The trace of the issue that a reader holds: in any language, and whatever its own readers held.
fn earlier(context: &Context, said: &Said, since: u32) -> Result<Trace, Failure> {
    let issue = said.issue.in_revision(since);
    let held = std::iter::once(None).chain((0..since).map(Some));
    let languages = std::iter::once(said.language).chain(context.office.words.languages());
    let mut ways = languages.flat_map(|language| held.clone().map(move |held| (language, held)));
    let of = |language, held| Said {
        issue: issue.clone(),
        profile: said.profile.clone(),
        content: said.content,
        language,
        held,
    };
    ways.find_map(|(language, held)| kept(context, &of(language, held)).ok()).ok_or_else(|| {
        Failure::usage(format!(
            "the record of how `{issue}` was made is missing, and its figures are compared with these"
        ))
    })
}

/// A line of the findings: the place that the check is about.
fn of_finding(origin: Origin, sources: &mut Sources<'_>, finding: &Finding) -> Result<Option<Told>, Failure> {
    let mut told = Told {
        table: "findings".to_owned(),
        line: finding.rule.clone(),
        kind: "finding",
        how: finding.explanation.clone(),
        finding: Some(finding.clone()),
        ..Told::default()
    };
    let place = (finding.section.clone(), finding.row.clone(), finding.column.clone());
    if let ((Some(section), Some(row), Some(column)), Some(period)) = (place, finding.period) {
        let unit = finding.unit.clone().unwrap_or_else(Unit::republic);
        let agency = finding.agency.clone().unwrap_or_else(Agency::all);
        let key = DatasetKey { form: finding.form.clone(), period, unit, agency, origin };
        told.parts.push(sources.one(("place", '+'), &Place { section, row, column }, key, true)?);
    }
    Ok(Some(told))
}
