//! Writes a book in other formats: CSV, JSON-stat 2.0, SDMX-CSV 2.0, HTML and PDF.
//!
//! In: a [`Book`](assemble::Book), the same that the workbook is drawn from, so that no format can contain another
//! figure. Out: files as bytes, with names below the folder of the issue. All formats except PDF are made here: equal
//! books give equal files (`books::formats`). If LibreOffice is installed, it prints a PDF from the bytes of the
//! workbook.
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
mod html;
mod jsonstat;
mod observed;
pub mod pdf;
mod picture;
mod sdmx;

pub use csv::csv;
pub use html::html;
pub use jsonstat::jsonstat;
pub use sdmx::sdmx_csv;

use std::{fmt, str::FromStr};

use assemble::Table;
use domain::NameError;

/// A format other than the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherFormat {
    /// A file for each table (RFC 4180).
    Csv,
    /// A dataset for each table, and a collection that lists them (JSON-stat 2.0).
    JsonStat,
    /// One file of all figures with their codes (SDMX-CSV 2.0, for SDMX 3.0).
    SdmxCsv,
    /// Printed pages; needs LibreOffice.
    Pdf,
}

/// A file of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOfBook {
    /// The path below the folder of the issue, such as `csv-ru/1.2-regions.csv`.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl OtherFormat {
    pub const ALL: [Self; 4] = [Self::Csv, Self::JsonStat, Self::SdmxCsv, Self::Pdf];

    /// The name of the format in options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonStat => "json-stat",
            Self::SdmxCsv => "sdmx-csv",
            Self::Pdf => "pdf",
        }
    }

    /// The ending of the format's files.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv | Self::SdmxCsv => "csv",
            Self::JsonStat => "json",
            Self::Pdf => "pdf",
        }
    }

    /// Whether the format has a file for each table, in a folder `<name>-<language>`.
    #[must_use]
    pub const fn has_folder(self) -> bool {
        match self {
            Self::Csv | Self::JsonStat => true,
            Self::SdmxCsv | Self::Pdf => false,
        }
    }

    /// Whether a folder below that of an issue contains the files of a format.
    #[must_use]
    pub fn is_folder(name: &str) -> bool {
        let is_of = |format: &Self| name.strip_prefix(format.name()).is_some_and(|rest| rest.starts_with('-'));
        Self::ALL.iter().filter(|format| format.has_folder()).any(is_of)
    }
}

impl fmt::Display for OtherFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for OtherFormat {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let rule = "use `csv`, `json-stat`, `sdmx-csv` or `pdf`";
        let found = Self::ALL.into_iter().find(|f| f.name() == text);
        found.ok_or_else(|| NameError { text: text.into(), kind: "a format of collections", rule })
    }
}

/// The name of a table's file without its extension, such as `1.2-regions` or `0-summary`.
fn stem(table: &Table) -> String {
    let number = if table.number.is_empty() { "0" } else { table.number.as_str() };
    format!("{number}-{}", table.id)
}
