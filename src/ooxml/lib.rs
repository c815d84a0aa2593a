//! OOXML packages: what a ZIP file lists.

mod alternate;
pub mod cells;
pub mod encoding;
mod error;
pub mod merged_cells;
pub mod package;
pub mod parts;
pub mod properties;
pub mod scanner;
pub mod zip_list;

pub use error::{ASK, Error, SAVE};
