//! Reads and writes OOXML packages: spreadsheets as files, from any program and about any subject.
//!
//! In come bytes. Out come parts within limits ([`package`]) and their content ([`cells`], [`shared_strings`],
//! [`relations`], [`sheet_list`], [`number_formats`], [`properties`]), or a whole workbook with its looks ([`opened`]).
//! In the other direction, parts are written as XML ([`xml_writer`]) and as an archive ([`zip_writer`]); compressed
//! data can be carried over up to a splice point ([`deflate_splice`]). Every refusal is an [`Error`].
//!
//! This crate does not know forms, figures, collections and copies; files, networks and the clock. It depends on none
//! of our crates (`tidy::crates_depend_one_way`). A foreign file never costs more than its [`package::PackageLimits`]
//! allow. A file that two programs would read as different workbooks is refused ([`zip_list`]), or the difference is
//! reported ([`package::Package::two_ways`]).
//!
//! ```
//! use ooxml::address::{address, place};
//! assert_eq!(place("AB12"), Some((11, 27)));
//! assert_eq!(address(11, 27_u32), "AB12");
//! let refused = ooxml::custom_properties(b"%PDF-1.7").unwrap_err();
//! assert_eq!(refused.to_string(), "it is not an .xlsx workbook: it is a PDF");
//! ```

pub mod address;
mod alternate;
pub mod cells;
pub mod deflate_splice;
pub mod encoding;
mod error;
pub mod limits;
pub mod merged_cells;
pub mod number_formats;
pub mod opened;
pub mod package;
pub mod properties;
pub mod relations;
pub mod scanner;
pub mod shared_strings;
pub mod sheet_list;
mod shown;
pub mod styles;
pub mod tree;
pub mod xml_writer;
pub mod zip_list;
pub mod zip_records;
pub mod zip_writer;
#[cfg(test)]
mod zipped;

pub use error::{ASK, Error, SAVE};
pub use shown::{custom_properties, numbers, shown};

#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;
