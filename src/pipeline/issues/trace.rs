//! Tracing: where a cell of a workbook comes from.
//!
//! What stands in the tables of a master is kept beside it when it is built, so that the answer is true for every copy
//! of it, whatever came later: the figures' places and units, and the revision and snapshot that were in use. The
//! figures themselves are then read again from those snapshots.

use serde::Serialize;

use crate::{
    assemble::{ColumnRole, LineKey, quarter_base},
    domain::{
        Agency, ColumnCode, DatasetKey, Edition, FormId, Issue, Language, Number, Period, RowCode, SectionId, Sha256,
        Unit,
    },
    pipeline::{
        Desk, Failure,
        intake::kept,
        issues::beside::{Trace, TracedTable},
    },
    store::ArtifactKey,
    workbook::{custom_properties, place_of, shown},
};

/// How the names of files that hold a trace end.
pub const ENDING: &str = ".trace.json";

/// Where a cell comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    pub issue: Issue,
    pub content_id: Sha256,
    pub sheet: String,
    pub cell: String,
    /// What the cell shows.
    pub shown: Option<String>,
    pub table: String,
    pub line: String,
    pub column: String,
    /// How the figure follows from its parts.
    pub how: &'static str,
    pub parts: Vec<Part>,
    /// The sum of the parts where the figure is a sum.
    pub sum: Option<Number>,
}

/// A figure of a form that a cell is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// `figure`, `year-before`, `whole` or `whole-year-before`.
    pub part: &'static str,
    /// `+`, or `-` for the quarter before, which is taken off.
    pub sign: char,
    pub form: FormId,
    pub section: SectionId,
    pub row: RowCode,
    pub column: ColumnCode,
    pub unit: Unit,
    pub agency: Agency,
    pub period: Period,
    pub value: Option<Number>,
    /// `None` where no document of it had come.
    pub edition: Option<Edition>,
    pub revision: Option<u32>,
    pub snapshot: Option<Sha256>,
}

/// The name of the file that holds the trace of a master.
#[must_use]
pub fn file_name(language: Language, profile: &str) -> String {
    format!("master-{language}-{profile}{ENDING}")
}

/// Says where a cell of a workbook comes from: of a master, or of any numbered copy.
///
/// # Errors
/// When the file is no workbook of ours, its issue was not built here, or the cell holds no figure.
pub fn trace(desk: &Desk, workbook: &[u8], sheet: &str, cell: &str) -> Result<Answered, Failure> {
    let (issue, kept) = kept_trace(desk, workbook)?;
    let found = kept.tables.iter().find(|t| t.sheet == sheet);
    let table = found.ok_or_else(|| {
        let known: Vec<&str> = kept.tables.iter().map(|t| t.sheet.as_str()).collect();
        Failure::usage(match crate::config::nearest(sheet, known.iter().copied()) {
            Some(near) => format!("no table stands on a sheet `{sheet}`; did you mean `{near}`?"),
            None => format!("no table stands on a sheet `{sheet}`; there are: {}", known.join(", ")),
        })
    })?;
    let (line, column) = pointed(table, cell)?;
    let (line, head) = (&table.lines[line], &table.columns[column]);
    let no_figure = || Failure::usage(format!("cell {cell} of `{sheet}` holds no figure of a form"));
    let key = line.key.as_ref().ok_or_else(no_figure)?;
    let (how, wanted) = made_of(table, key, column).ok_or_else(no_figure)?;
    let mut parts = Vec::new();
    for (part, key, years) in wanted {
        parts.extend(parts_of(desk, &kept, part, key, years)?);
    }
    let signed = |part: &Part| {
        let value = part.value?;
        if part.sign == '-' { Number::ZERO.minus(value) } else { Some(value) }
    };
    let sum = matches!(head.role, ColumnRole::Value(_))
        .then(|| parts.iter().try_fold(Number::ZERO, |sum, part| sum.plus(signed(part)?)));
    let shown = shown(workbook, sheet, cell).map_err(|error| Failure::usage(error.to_string()))?;
    Ok(Answered {
        issue,
        content_id: kept.content_id,
        sheet: sheet.to_owned(),
        cell: cell.to_owned(),
        shown,
        table: table.table.clone(),
        line: line.label.clone(),
        column: head.head.clone(),
        how,
        parts,
        sum: sum.flatten(),
    })
}

/// The issue that a workbook says it is of, and what was kept when that was built.
fn kept_trace(desk: &Desk, workbook: &[u8]) -> Result<(Issue, Trace), Failure> {
    let said = custom_properties(workbook).map_err(|error| Failure::usage(error.to_string()))?;
    let property = |name: &str| {
        said.get(name).map(String::as_str).ok_or_else(|| {
            Failure::usage(format!("the workbook has no property `{name}`: it is no collection, or it was saved anew"))
        })
    };
    let wrong = |error: &dyn std::fmt::Display| Failure::usage(format!("the workbook's properties: {error}"));
    let issue = Issue {
        collection: property("Collection")?.parse().map_err(|e| wrong(&e))?,
        period: property("Period")?.parse().map_err(|e| wrong(&e))?,
        revision: property("Revision")?.parse().map_err(|e| wrong(&e))?,
        supplement: 0,
    };
    let language: Language = property("Language")?.parse().map_err(|e| wrong(&e))?;
    let content: Sha256 = property("Content-Id")?.parse().map_err(|e| wrong(&e))?;
    let key = ArtifactKey::OfIssue { issue: issue.clone(), name: file_name(language, property("Profile")?) };
    let bytes = desk.artifacts.fetch(&key).map_err(|_| {
        Failure::usage(format!("nothing is kept here of how `{issue}` was made; build it with `zhinaq build`"))
    })?;
    let kept: Trace = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::ours(format!("the trace of `{issue}` cannot be read; build it again"), error))?;
    if kept.content_id != content {
        return Err(Failure::usage(format!(
            "the workbook holds content {}, the issue `{issue}` built here holds {}: it is of another build",
            content.short(),
            kept.content_id.short()
        )));
    }
    Ok((issue, kept))
}

/// The line and the column of the table that a cell's address means.
fn pointed(table: &TracedTable, cell: &str) -> Result<(usize, usize), Failure> {
    let place =
        place_of(cell).ok_or_else(|| Failure::usage(format!("`{cell}` is no address of a cell such as `B12`")))?;
    let line = place.0.checked_sub(table.top + 1).map(|line| line as usize).filter(|line| *line < table.lines.len());
    let column = Some(place.1 as usize).filter(|column| *column < table.columns.len());
    line.zip(column).ok_or_else(|| {
        Failure::usage(format!(
            "cell {cell} is outside the table, whose figures stand in rows {} to {}",
            table.top + 2,
            table.top as usize + 1 + table.lines.len()
        ))
    })
}

type Wanted<'a> = Vec<(&'static str, &'a LineKey, usize)>;

/// How a column's figure follows from others: what it is called, whose figures, and of how many years before.
fn made_of<'a>(table: &'a TracedTable, key: &'a LineKey, column: usize) -> Option<(&'static str, Wanted<'a>)> {
    let newest = table.columns.iter().filter_map(|c| value_of(c.role)).max()?;
    let whole = table.whole.as_ref();
    let with_whole = |years: usize, name: &'static str| whole.map(|whole| (name, whole, years));
    let mut wanted = Vec::new();
    let how = match table.columns[column].role {
        ColumnRole::Value(period) => {
            wanted.push(("figure", key, usize::try_from(newest.year() - period.year()).ok()?));
            if key.quarter { "the cumulative figure less that of the quarter before" } else { "the sum of the parts" }
        }
        ColumnRole::Change | ColumnRole::Growth => {
            wanted.extend([("figure", key, 0), ("year-before", key, 1)]);
            "the figure against that of the year before"
        }
        ColumnRole::Share => {
            let before = table.columns[..column].iter().rev().find_map(|c| value_of(c.role)).unwrap_or(newest);
            let several = table.columns.iter().filter(|c| c.role == ColumnRole::Share).count() > 1;
            let years = if several { usize::try_from(newest.year() - before.year()).ok()? } else { 0 };
            wanted.push(("figure", key, years));
            wanted.extend(with_whole(years, "whole"));
            "the figure as a share of the whole"
        }
        ColumnRole::Points => {
            wanted.extend([("figure", key, 0), ("year-before", key, 1)]);
            wanted.extend(with_whole(0, "whole").into_iter().chain(with_whole(1, "whole-year-before")));
            "the share less that of the year before"
        }
        ColumnRole::Rate => {
            wanted.push(("figure", key, 0));
            "the figure per 10,000 inhabitants; the notes name the population"
        }
        ColumnRole::Rank => {
            wanted.push(("figure", key, 0));
            "the place of the region among all, by level or by figure"
        }
        ColumnRole::Label | ColumnRole::Text | ColumnRole::Marks | ColumnRole::Compared => return None,
    };
    Some((how, wanted))
}

const fn value_of(role: ColumnRole) -> Option<Period> {
    if let ColumnRole::Value(period) = role { Some(period) } else { None }
}

/// The figures of a line so many years before, read again from the snapshots that were in use.
fn parts_of(desk: &Desk, kept: &Trace, part: &'static str, key: &LineKey, years: usize) -> Result<Vec<Part>, Failure> {
    let period = key.period.years_before(years as i32);
    let base = key.quarter.then(|| quarter_base(period)).flatten();
    let mut parts = Vec::new();
    for unit in key.units.get(years).into_iter().flatten() {
        for (period, sign) in [(Some(period), '+'), (base, '-')] {
            let Some(period) = period else { continue };
            let wanted = DatasetKey {
                form: key.form.clone(),
                period,
                unit: unit.clone(),
                agency: key.agency.clone(),
                origin: desk.origin,
            };
            parts.push(one(desk, kept, part, sign, key, wanted)?);
        }
    }
    Ok(parts)
}

fn one(
    desk: &Desk,
    kept: &Trace,
    part: &'static str,
    sign: char,
    key: &LineKey,
    wanted: DatasetKey,
) -> Result<Part, Failure> {
    let in_use = kept.datasets.iter().find(|d| d.key == wanted);
    let read = match in_use {
        Some(used) => kept::stored(desk, used.snapshot, &wanted)?.into_iter().find(|d| d.key == wanted),
        None => None,
    };
    let place = &key.place;
    let template = desk.office.forms.get(&key.form);
    let printed = read.as_ref().zip(template).map(|(dataset, template)| {
        let row = template.printed_row(&dataset.edition, &place.section, &place.row);
        (row, template.printed_column(&dataset.edition, &place.section, &place.column))
    });
    let (row, column) = match printed {
        Some((Some(row), Some(column))) => (row, column),
        _ => (place.row.clone(), place.column.clone()),
    };
    let figure = read.as_ref().and_then(|d| d.figure(&place.section, &row, &column));
    Ok(Part {
        part,
        sign,
        form: wanted.form,
        section: place.section.clone(),
        value: figure.and_then(crate::domain::Figure::number),
        row,
        column,
        unit: wanted.unit,
        agency: wanted.agency,
        period: wanted.period,
        edition: read.map(|d| d.edition),
        revision: in_use.map(|d| d.revision),
        snapshot: in_use.map(|d| d.snapshot),
    })
}
