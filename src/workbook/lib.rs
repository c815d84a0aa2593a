//! Plain sheets in, xlsx bytes out: the only user of rust_xlsxwriter.
//!
//! [`master`] writes the workbook that all copies of a collection are made from: a book is planned as plain sheets
//! ([`plan`]), and the plan is written. [`stamp`] makes numbered copies of it. [`plain::PlainWorkbook`] writes bare
//! sheets, with which the sample office serves its forms; [`printed::PrintedLists`] writes lists for paper. What Excel
//! would refuse is refused before a byte is written, with the sheet and the cell in the error.
//!
//! Deliberately unknown here: files, the clock (the creation time comes with the input, so that equal input gives
//! equal bytes; held by `books::plain::the_same_sheets_give_the_same_bytes` and
//! `books::masters::the_same_book_gives_the_same_bytes`), and where figures come from.
//!
//! ```
//! use workbook::plain::{PlainCell, PlainSheet, PlainWorkbook};
//! let sheet = PlainSheet { name: "R1".into(), cells: vec![(0, 0, PlainCell::Number(17144.0))], ..PlainSheet::default() };
//! let bytes = PlainWorkbook { sheets: vec![sheet], ..PlainWorkbook::default() }.write().unwrap();
//! assert!(bytes.starts_with(b"PK"));
//! ```

pub mod accessibility;
mod assemble_package;
mod chart_templates;
mod charts;
mod error;
mod formats;
mod frame;
mod limits;
mod marked_up;
mod outline_png;
mod package;
pub mod plain;
pub mod plan;
pub mod printed;
mod raster;
mod rows;
pub mod stamp;
mod stamp_mark;
mod stamp_part;
pub mod theme;
mod worksheet;

pub use error::WorkbookError;
pub use plan::Profile;
pub use stamp::{CopyMark, StampError, Stamper};

use assemble::{Book, BookContent};
use words::Lexicon;

/// A master, and the places of its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Master {
    pub bytes: Vec<u8>,
    pub places: Places,
}

/// The places of a book's figures in its workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// For each table in the order of [`Book::tables`]: the sheet, and the 0-based row of the header.
    pub tables: Vec<(String, u32)>,
    pub changes: Option<(String, u32)>,
    pub control: (String, u32),
    /// The sheet of charts' figures.
    pub repeated: (String, Vec<plan::Repeated>),
}

impl Places {
    fn of(book: &Book, sheets: &[plan::SheetPlan]) -> Self {
        let place = |sheet: &plan::SheetPlan| (sheet.name.clone(), sheet.table.as_ref().map_or(0, |t| t.top));
        // Cover, contents and changes are before the tables; the analytical text, notes, findings and control sums are
        // after them.
        let before = 2 + usize::from(book.changes.is_some());
        let tables = book.tables().count();
        let after = before + tables + usize::from(book.analysis.is_some());
        let at = |number: usize| sheets.get(number).map(place).unwrap_or_default();
        let charts = sheets.iter().find(|sheet| !sheet.repeated.is_empty());
        Self {
            tables: (before..before + tables).map(at).collect(),
            changes: book.changes.as_ref().map(|_| at(2)),
            control: at(after + 2),
            repeated: charts.map(|sheet| (sheet.name.clone(), sheet.repeated.clone())).unwrap_or_default(),
        }
    }
}

/// The workbook that all copies of a collection come from, in the look that the program carries.
///
/// Where a copy shows its number the master has `⟦copy⟧`: in a cell of the cover, in the footer of every sheet, and in
/// the document's properties.
///
/// # Errors
/// What a spreadsheet program would refuse, with the sheet and the cell.
pub fn master(book: &Book, lexicon: &Lexicon, profile: Profile) -> Result<Vec<u8>, WorkbookError> {
    Ok(placed_master(book, lexicon, profile)?.bytes)
}

/// The same, with the places of its figures.
///
/// # Errors
/// As [`master`].
pub fn placed_master(book: &Book, lexicon: &Lexicon, profile: Profile) -> Result<Master, WorkbookError> {
    let brief = plan::Brief { book, lexicon, profile };
    let content = book.content();
    let sheets = plan::planned(&brief, &content);
    Ok(Master { places: Places::of(book, &sheets), bytes: written(&brief, &content, &sheets)? })
}

/// The workbook for printing, without places for a copy's number.
///
/// # Errors
/// As [`master`].
pub fn for_paper(book: &Book, lexicon: &Lexicon, profile: Profile) -> Result<Vec<u8>, WorkbookError> {
    let brief = plan::Brief { book, lexicon, profile };
    let content = book.content();
    let mut sheets = plan::planned(&brief, &content);
    plan::without_number(&mut sheets, lexicon);
    written(&brief, &content, &sheets)
}

/// Planned sheets as a workbook: the stage that `benches/books.rs` compares with compressing the same XML.
///
/// # Errors
/// As [`master`].
pub fn written(
    brief: &plan::Brief<'_>,
    content: &BookContent,
    sheets: &[plan::SheetPlan],
) -> Result<Vec<u8>, WorkbookError> {
    limits::check(sheets)?;
    let theme = theme::Theme::embedded()?;
    assemble_package::finished(frame::draw(brief, content, sheets, &theme)?, sheets, &theme, brief.language())
}
