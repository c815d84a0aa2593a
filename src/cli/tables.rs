//! Tables for people, and CSV fields for programs.

use std::fmt;

use comfy_table::CellAlignment;

/// A table with a heading row.
pub struct Table(comfy_table::Table);

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        Self(super::table::table(headings.iter().copied()))
    }

    /// Aligns a column to the right, as numbers are read.
    pub fn right(&mut self, column: usize) {
        if let Some(column) = self.0.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Adds a row.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.0.add_row(cells.into_iter().map(Into::into).collect::<Vec<String>>());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::table::text(&self.0))
    }
}

/// A field of a CSV record (RFC 4180): quoted where it must be.
#[must_use]
pub fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
