//! What the numbers of a master are made of, stored beside the master when it is built. What is in use may change
//! later; a copy does not change.
//!
//! In: a book, and the places of its tables in a master. Out: a trace, as a JSON file. Unknown here: how a cell is
//! explained, which `trace` does.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    beside,
    render::{self, Work},
};
use crate::{Catalogue, Context, Failure, context::corrections::Correction};
use assemble::{Across, Book, Cell, ColumnRole, Inhabitants, LineKey, Table, inhabitants, labels};
use domain::{DatasetKey, Finding, FormId, Issue, Language, Region, Sha256};
use formats::FileOfBook;
use ooxml::custom_properties;
use store::ArtifactKey;
use words::Lexicon;
use workbook::{Places, Profile};

/// The ending of the name of a trace file.
pub const ENDING: &str = ".trace.json";

/// Which figures are in which cells of a master.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub content_id: Sha256,
    pub tables: Vec<TracedTable>,
    /// Figures of charts; each repeats a cell of a table.
    pub repeated: Vec<RepeatedCell>,
    /// The sheet of control sums and the row of its header; the sheet has one line for each table.
    pub control: (String, u32),
    pub changes: Option<TracedChanges>,
    /// Of a master from before the quality page was written for readers: its sheet of findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<TracedFindings>,
    /// The revision of each dataset that the book was assembled from.
    pub datasets: Vec<TracedDataset>,
}

/// A table of a master.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedTable {
    pub sheet: String,
    /// The 0-based row of the header.
    pub top: u32,
    pub table: String,
    pub columns: Vec<TracedColumn>,
    pub lines: Vec<TracedLine>,
    /// The line that the shares of the table are shares of.
    pub whole: Option<LineKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedColumn {
    pub head: String,
    pub role: ColumnRole,
    /// In a crossed table: what the cells of the column are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across: Option<Across>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedLine {
    pub label: String,
    pub key: Option<LineKey>,
    /// The inhabitants by which the line is measured, if its level is shown or ranked.
    pub inhabitants: Vec<Inhabitants>,
    /// Whether the line has a rank, or a class of a map.
    pub ranked: bool,
    /// The columns with exact figures, which the control sum adds up.
    pub summed: Vec<usize>,
}

/// A cell with a figure of a chart, and the cell of a table that it repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedCell {
    pub sheet: String,
    pub row: u32,
    pub table: usize,
    pub line: usize,
    pub column: usize,
}

/// The sheet of changes: for each line the table, and the line and column of the present figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedChanges {
    pub sheet: String,
    pub top: u32,
    /// The revision that the reader holds.
    pub since: u32,
    pub cells: Vec<(String, Option<(usize, usize)>)>,
}

/// The sheet of findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedFindings {
    pub sheet: String,
    pub top: u32,
    pub findings: Vec<Finding>,
}

/// A dataset with the revision that was in use, and with the corrections in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedDataset {
    pub key: DatasetKey,
    pub revision: u32,
    pub snapshot: Sha256,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
}

/// The name of the file with the trace of a master. `held`: the revision that its readers hold already.
#[must_use]
pub fn file_name(language: Language, profile: &str, held: Option<u32>) -> String {
    let since = held.map(|revision| format!("-since-r{revision}")).unwrap_or_default();
    format!("master-{language}-{profile}{since}{ENDING}")
}

/// The trace of a master, as a file beside it.
///
/// # Errors
/// Only by our own fault.
pub fn file(
    work: &Work<'_>,
    book: &Book,
    issue: &Issue,
    (language, places): (Language, &Places),
    held: Option<u32>,
) -> Result<FileOfBook, Failure> {
    let forms: BTreeSet<&FormId> = book.chapters.iter().map(|c| &c.form).collect();
    let of_figures = book.summary.lines.iter().filter_map(|l| l.key.as_ref()).map(|k| &k.form);
    let forms: BTreeSet<&FormId> = forms.into_iter().chain(of_figures).collect();
    let keys = work.loaded.datasets().map(|(d, _)| d.key.clone()).filter(|k| forms.contains(&k.form));
    let lexicon = work.context.lexicon(language)?;
    let trace = trace(book, lexicon, places, &work.context.office.places, work.catalogue, keys);
    let bytes = serde_json::to_vec(&trace)
        .map_err(|error| Failure::ours(format!("the trace of `{issue}` could not be written"), error))?;
    let profile: Profile = render::profile(&work.context.office)?;
    Ok(FileOfBook { name: file_name(language, profile.name(), held), bytes })
}

/// Stores the trace of a master beside it.
///
/// # Errors
/// When the store fails.
pub fn keep(
    work: &Work<'_>,
    book: &Book,
    issue: &Issue,
    placed: (Language, &Places),
    held: Option<u32>,
) -> Result<(), Failure> {
    let file = file(work, book, issue, placed, held)?;
    beside::keep(&work.context.artifacts, issue, &file).map(drop)
}

fn trace(
    book: &Book,
    lexicon: &Lexicon,
    places: &Places,
    regions: &[Region],
    catalogue: &Catalogue,
    keys: impl Iterator<Item = DatasetKey>,
) -> Trace {
    let tables = book.tables().zip(&places.tables);
    let tables: Vec<TracedTable> =
        tables.map(|(table, (sheet, top))| traced(table, lexicon, (sheet, *top), regions)).collect();
    let repeated = places.repeated.1.iter().filter_map(|cell| {
        let table = tables.iter().position(|t| t.table == cell.table)?;
        let column = tables[table].columns.iter().position(|c| c.role == cell.role)?;
        Some(RepeatedCell { sheet: places.repeated.0.clone(), row: cell.row, table, line: cell.line, column })
    });
    let changes = book.since.as_ref().zip(places.changes.clone());
    let in_use = keys.filter_map(|key| {
        let edition = catalogue.current(&key)?;
        let corrections = edition.corrections.clone();
        Some(TracedDataset { revision: edition.revision, snapshot: edition.snapshot, corrections, key })
    });
    Trace {
        content_id: book.content_id(),
        repeated: repeated.collect(),
        control: places.control.clone(),
        changes: changes.map(|(since, (sheet, top))| TracedChanges {
            sheet,
            top,
            since: since.revision,
            cells: since.cells.clone(),
        }),
        findings: None,
        datasets: in_use.collect(),
        tables,
    }
}

fn traced(table: &Table, lexicon: &Lexicon, (sheet, top): (&str, u32), regions: &[Region]) -> TracedTable {
    let role = |of: ColumnRole| table.columns.iter().position(|c| c.role == of);
    let (rate, rank) = (role(ColumnRole::Rate), role(ColumnRole::Rank).or(role(ColumnRole::Class)));
    let lines = table.lines.iter().map(|line| {
        let counted = rate.and(line.key.as_ref()).and_then(|key| inhabitants(regions, &key.units[0], key.period));
        let summed = line.cells.iter().enumerate().filter(|(_, cell)| matches!(cell, Cell::Number(_)));
        TracedLine {
            label: line.cells.first().and_then(|c| c.said(lexicon)).unwrap_or_default(),
            key: line.key.clone(),
            inhabitants: counted.unwrap_or_default(),
            ranked: rank.is_some_and(|rank| matches!(line.cells.get(rank), Some(Cell::Rank(_)))),
            summed: summed.map(|(place, _)| place).collect(),
        }
    });
    let columns = table.columns.iter();
    TracedTable {
        sheet: sheet.to_owned(),
        top,
        table: table.id.clone(),
        columns: columns
            .map(|c| TracedColumn {
                head: labels::in_language(&c.header, lexicon.language()),
                role: c.role,
                across: c.across.clone(),
            })
            .collect(),
        lines: lines.collect(),
        whole: table.whole.clone(),
    }
}

/// What the properties of a workbook say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub issue: Issue,
    pub language: Language,
    pub profile: String,
    pub content: Sha256,
    /// The revision that its readers hold already, if the workbook shows what changed since.
    pub held: Option<u32>,
}

/// Reads [`Said`] from the properties of a workbook.
///
/// # Errors
/// When the bytes are not a workbook of ours.
pub fn said(workbook: &[u8]) -> Result<Said, Failure> {
    let said = custom_properties(workbook).map_err(|error| Failure::usage(error.to_string()))?;
    let property = |name: &str| {
        said.get(name).map(String::as_str).ok_or_else(|| {
            Failure::usage(format!(
                "the workbook has no property `{name}`: it is not a collection, or it was saved anew"
            ))
        })
    };
    let number = |name: &str| said.get(name).map(|text| text.parse()).transpose().map_err(|e| wrong(&e));
    let issue = Issue {
        collection: property("Collection")?.parse().map_err(|e| wrong(&e))?,
        period: property("Period")?.parse().map_err(|e| wrong(&e))?,
        revision: property("Revision")?.parse().map_err(|e| wrong(&e))?,
        supplement: number("Supplement")?.unwrap_or(0),
    };
    Ok(Said {
        issue,
        language: property("Language")?.parse().map_err(|e| wrong(&e))?,
        profile: property("Profile")?.to_owned(),
        content: property("Content-Id")?.parse().map_err(|e| wrong(&e))?,
        held: number("Since")?,
    })
}

fn wrong(error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("the workbook's properties: {error}"))
}

/// The trace that was stored when the master of a workbook was built.
///
/// # Errors
/// When no trace was stored, or it cannot be read.
pub fn kept(context: &Context, said: &Said) -> Result<Trace, Failure> {
    let issue = &said.issue;
    let name = file_name(said.language, &said.profile, said.held);
    let bytes = context.artifacts.fetch(&ArtifactKey::OfIssue { issue: issue.clone(), name }).map_err(|_| {
        let how =
            context.call.command("build").option("--period", issue.period).option("--collection", &issue.collection);
        Failure::usage(format!("the record of how `{issue}` was made is missing; build it with {how}"))
    })?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::ours(format!("the trace of `{issue}` cannot be read; build it again"), error))
}
