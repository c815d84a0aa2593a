//! OOXML packages: what a ZIP file lists.

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

pub use error::{ASK, Error, SAVE};
pub use shown::{custom_properties, numbers, shown};
