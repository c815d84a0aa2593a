//! What stands beside a master: the same book in other formats, and the trace of its cells.

use serde::{Deserialize, Serialize};

use crate::{
    assemble::{Book, ColumnRole, LineKey, labels},
    domain::{DatasetKey, Language, Sha256},
    formats::{
        FileOfBook, OtherFormat, csv, jsonstat,
        pdf::{PdfError, Printer, TIME_LIMIT},
        sdmx_csv,
    },
    pipeline::{Catalogue, Failure},
    workbook::{Profile, places, unnumbered},
};

/// Which figures stand in the tables of a master, kept beside it: what is in use may change, a copy does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub content_id: Sha256,
    pub tables: Vec<TracedTable>,
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
    /// What the shares of the table are shares of.
    pub whole: Option<LineKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedColumn {
    pub head: String,
    pub role: ColumnRole,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedLine {
    pub label: String,
    pub key: Option<LineKey>,
}

/// A dataset with the revision that was in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedDataset {
    pub key: DatasetKey,
    pub revision: u32,
    pub snapshot: Sha256,
}

/// The trace of a book's workbook in a language.
#[must_use]
pub fn trace(
    book: &Book,
    language: Language,
    profile: Profile,
    catalogue: &Catalogue,
    keys: impl Iterator<Item = DatasetKey>,
) -> Trace {
    let tables = places(book, language, profile).into_iter().zip(book.tables()).map(|((sheet, top), table)| {
        let columns = table.columns.iter();
        let lines = table.lines.iter().map(|line| TracedLine {
            label: line.cells.first().and_then(|c| c.said(language)).unwrap_or_default(),
            key: line.key.clone(),
        });
        TracedTable {
            sheet,
            top,
            table: table.id.clone(),
            columns: columns
                .map(|c| TracedColumn { head: labels::in_language(&c.header, language), role: c.role })
                .collect(),
            lines: lines.collect(),
            whole: table.whole.clone(),
        }
    });
    let in_use = keys.filter_map(|key| {
        let edition = catalogue.current(&key)?;
        Some(TracedDataset { revision: edition.revision, snapshot: edition.snapshot, key })
    });
    Trace { content_id: book.content_id(), tables: tables.collect(), datasets: in_use.collect() }
}

/// The book in the formats asked for.
///
/// # Errors
/// When LibreOffice is asked for a PDF and is not there, or does not make one.
pub fn files(
    book: &Book,
    languages: &[Language],
    profile: Profile,
    formats: &[OtherFormat],
) -> Result<Vec<FileOfBook>, Failure> {
    let mut files = Vec::new();
    for format in formats {
        if *format == OtherFormat::SdmxCsv {
            files.push(sdmx_csv(book));
            continue;
        }
        for language in languages {
            match format {
                OtherFormat::Csv => files.extend(csv(book, *language)),
                OtherFormat::JsonStat => files.extend(jsonstat(book, *language)),
                OtherFormat::Pdf => files.push(pdf(book, *language, profile)?),
                OtherFormat::SdmxCsv => {}
            }
        }
    }
    Ok(files)
}

fn pdf(book: &Book, language: Language, profile: Profile) -> Result<FileOfBook, Failure> {
    let what = || format!("`{}` for `{}` in `{language}`", book.collection, book.period);
    let workbook =
        unnumbered(book, language, profile).map_err(|e| Failure::ours(format!("{} could not be drawn", what()), e))?;
    let printed = Printer::find().and_then(|printer| printer.print(&workbook, TIME_LIMIT));
    let bytes = printed.map_err(|error| match error {
        PdfError::NotInstalled => Failure::usage(error.to_string()),
        error => Failure::ours(format!("{} could not be printed", what()), error),
    })?;
    Ok(FileOfBook { name: format!("{}-{}-{language}.pdf", book.collection, book.period), bytes })
}
