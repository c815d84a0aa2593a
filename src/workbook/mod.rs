//! Plain sheets in, xlsx bytes out: the only user of rust_xlsxwriter.
//!
//! [`master`] writes the workbook that all copies of a collection come from: a book is planned as plain sheets
//! ([`plan`]), the plan is drawn. [`stamp`] makes numbered copies of it. [`plain::PlainWorkbook`] writes bare sheets (the
//! sample office serves its forms with it). What Excel would refuse is refused before a byte is written, with the sheet
//! and the cell in the error.
//!
//! Deliberately unknown here: files, the clock (the creation time comes with the input, so that equal input gives
//! equal bytes; held by `books::plain::the_same_sheets_give_the_same_bytes` and
//! `books::masters::the_same_book_gives_the_same_bytes`), and where figures come from.
//!
//! ```
//! use zhinaq::workbook::plain::{PlainCell, PlainSheet, PlainWorkbook};
//! let sheet = PlainSheet { name: "R1".into(), cells: vec![(0, 0, PlainCell::Number(17144.0))], ..PlainSheet::default() };
//! let bytes = PlainWorkbook { sheets: vec![sheet], ..PlainWorkbook::default() }.write().unwrap();
//! assert!(bytes.starts_with(b"PK"));
//! ```

pub mod accessibility;
mod archive;
mod draw;
mod error;
mod finish;
mod limits;
mod looks;
pub mod plain;
pub mod plan;
mod properties;
mod rows;
pub mod stamp;
mod stamp_mark;
mod stamp_part;
mod stamp_read;
pub mod theme;

pub use error::WorkbookError;
pub use limits::place_of;
pub use plan::Profile;
pub use properties::{custom as custom_properties, shown};
pub use stamp::{CopyMark, StampError, Stamper};
pub use stamp_read::{read_footer, read_numbered, read_property};

use crate::{assemble::Book, domain::Language};

/// The workbook that all copies of a collection come from, in the look that the program carries.
///
/// Where a copy shows its number the master carries `⟦copy⟧`: in a cell of the cover, in the footer of every sheet, and
/// in the document's properties.
///
/// # Errors
/// What a spreadsheet program would refuse, with the sheet and the cell.
pub fn master(book: &Book, language: Language, profile: Profile) -> Result<Vec<u8>, WorkbookError> {
    master_in(book, language, profile, &theme::Theme::embedded()?)
}

/// The same in an office's own look.
///
/// # Errors
/// As [`master`].
pub fn master_in(
    book: &Book,
    language: Language,
    profile: Profile,
    theme: &theme::Theme,
) -> Result<Vec<u8>, WorkbookError> {
    let brief = plan::Brief { book, language, profile };
    let content = book.content();
    let sheets = plan::planned(&brief, &content);
    finish::finished(draw::draw(&brief, &content, &sheets, theme)?, &sheets, language)
}

/// The workbook without places for a copy's number: to be looked at or printed, not to be handed over.
///
/// # Errors
/// As [`master`].
pub fn unnumbered(book: &Book, language: Language, profile: Profile) -> Result<Vec<u8>, WorkbookError> {
    let brief = plan::Brief { book, language, profile };
    let content = book.content();
    let mut sheets = plan::planned(&brief, &content);
    plan::without_number(&mut sheets, language);
    finish::finished(draw::draw(&brief, &content, &sheets, &theme::Theme::embedded()?)?, &sheets, language)
}

/// Where the tables of a book stand in its workbook, in the order of [`Book::tables`]: the sheet, and the 0-based row of
/// the header.
#[must_use]
pub fn places(book: &Book, language: Language, profile: Profile) -> Vec<(String, u32)> {
    // The cover, the contents and what changed stand before the tables.
    let before = 2 + usize::from(book.changes.is_some());
    let sheets = plan::plan(&plan::Brief { book, language, profile });
    let tables = sheets.into_iter().skip(before).take(book.tables().count());
    tables.map(|sheet| (sheet.name, sheet.table.map_or(0, |t| t.top))).collect()
}
