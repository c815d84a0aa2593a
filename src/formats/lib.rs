//! Writes a book in other formats: CSV, JSON-stat 2.0, SDMX-CSV 2.0 with its structure, PX, Parquet, a data package,
//! HTML and PDF.
//!
//! In: a [`Book`](assemble::Book), the same that the workbook is drawn from, so that no format can contain another
//! figure. Out: files as bytes, with names below the folder of the issue. All formats except PDF are made here: equal
//! books give equal files (`books::formats`). If LibreOffice is installed, it prints a PDF from the bytes of the
//! workbook.
//!
//! Each format says whether the issue is SAMPLE DATA, a draft, or incomplete (`issue_marks`).
//!
//! This crate does not know where files go, who gets them, or how a workbook looks.
//!
//! ```no_run
//! # fn f(book: &assemble::Book, english: &words::Lexicon) {
//! for file in formats::csv(book, english) {
//!     println!("{} {} bytes", file.name, file.bytes.len());
//! }
//! # }
//! ```

mod csv;
mod cube;
mod datapackage;
mod html;
mod issue_marks;
mod jsonstat;
mod map_picture;
mod observed;
mod other_format;
mod parquet;
pub mod pdf;
mod picture;
mod px;
mod px_text;
mod records;
mod sdmx;
mod sdmx_codes;
mod sdmx_structure;

pub use csv::{Records as CsvRecords, csv, text as csv_text};
pub use datapackage::datapackage;
pub use html::html;
pub use jsonstat::jsonstat;
pub use other_format::OtherFormat;
pub use parquet::{ParquetColumn, parquet, parquet_table};
pub use px::px;
pub use px_text::{PxKey, PxText, cleaned as px_cleaned, value as px_value};
pub use sdmx::{KEEPER, id as sdmx_id, sdmx_csv};
pub use sdmx_structure::sdmx_structure;

use assemble::Table;

/// A file of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOfBook {
    /// The path below the folder of the issue, such as `csv-ru/1.2-regions.csv`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A value as JSON for people and programs. This cannot fail, because the types of this crate have only text keys and
/// finite numbers.
fn pretty_json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The name of a table's file without its extension, such as `1.2-regions` or `0-summary`.
fn stem(table: &Table) -> String {
    let number = if table.number.is_empty() { "0" } else { table.number.as_str() };
    format!("{number}-{}", table.id)
}
