//! Plain sheets in, xlsx bytes out: the only user of rust_xlsxwriter.
//!
//! [`plain::PlainWorkbook`] writes bare sheets (the sample office serves its forms with it). What Excel would refuse
//! is refused before a byte is written, with the sheet and the cell in the error.
//!
//! Deliberately unknown here: files, the clock (the creation time comes with the input, so that equal input gives
//! equal bytes; held by `books::plain::the_same_sheets_give_the_same_bytes`), and where figures come from.
//!
//! ```
//! use zhinaq::workbook::plain::{PlainCell, PlainSheet, PlainWorkbook};
//! let sheet = PlainSheet { name: "R1".into(), cells: vec![(0, 0, PlainCell::Number(17144.0))], ..PlainSheet::default() };
//! let bytes = PlainWorkbook { sheets: vec![sheet], ..PlainWorkbook::default() }.write().unwrap();
//! assert!(bytes.starts_with(b"PK"));
//! ```

mod error;
mod limits;
pub mod plain;

pub use error::WorkbookError;
