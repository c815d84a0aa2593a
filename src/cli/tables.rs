//! Tables for people, fields for programs.

use std::fmt;

use comfy_table::{CellAlignment, ContentArrangement, presets};

/// A table without frames: one heading row, columns that fit the terminal.
pub struct Table(comfy_table::Table);

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(headings.iter().map(|h| h.to_uppercase()));
        Self(table)
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

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.lines() {
            writeln!(f, "{}", line.trim_end().strip_prefix(' ').unwrap_or(line.trim_end()))?;
        }
        Ok(())
    }
}

/// A field of a CSV record (RFC 4180): quoted where it must be.
#[must_use]
pub fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
