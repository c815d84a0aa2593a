//! The same book in other formats: CSV, JSON-stat 2.0, SDMX-CSV 2.0, and PDF.
//!
//! In comes a [`Book`](assemble::Book), the same that a workbook is drawn from, so that no format can say another
//! figure. Out come files as bytes, named below the folder of the issue. All but PDF are made here and are byte-stable:
//! equal books give equal files (held by `books::formats`). A PDF is printed by LibreOffice, where it is installed, from
//! the workbook's own bytes.
//!
//! Deliberately unknown here: where files go, who gets them, how a workbook looks.
//!
//! ```no_run
//! # fn f(book: &assemble::Book) {
//! use domain::Language;
//! for file in formats::csv(book, Language::En) {
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

/// A format beside the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherFormat {
    /// A file for each table (RFC 4180).
    Csv,
    /// A dataset for each table, and a collection that names them (JSON-stat 2.0).
    JsonStat,
    /// One file of all figures with their codes (SDMX-CSV 2.0, for SDMX 3.0).
    SdmxCsv,
    /// Pages as they are printed; needs LibreOffice.
    Pdf,
}

/// A file of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOfBook {
    /// Below the folder of the issue: `csv-ru/1.2-regions.csv`.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl OtherFormat {
    pub const ALL: [Self; 4] = [Self::Csv, Self::JsonStat, Self::SdmxCsv, Self::Pdf];

    /// As people ask for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonStat => "json-stat",
            Self::SdmxCsv => "sdmx-csv",
            Self::Pdf => "pdf",
        }
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

/// The name of a table's file without its ending: `1.2-regions`, `0-summary`.
fn stem(table: &Table) -> String {
    let number = if table.number.is_empty() { "0" } else { table.number.as_str() };
    format!("{number}-{}", table.id)
}
