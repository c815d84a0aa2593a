//! Tables for people, and CSV for programs.

use std::fmt;

use comfy_table::{CellAlignment, ColumnConstraint, Width};
use serde::Serialize;

use super::{
    global::Format,
    out,
    table::{self, veiled},
};
use pipeline::Failure;

/// A table with a heading row. On a terminal long cells are wrapped between words; an id stays whole, even if the table
/// becomes wider than the terminal.
pub struct Table {
    inner: comfy_table::Table,
    /// The longest word of each column, in characters.
    longest: Vec<usize>,
}

/// The longest word that stays whole: hashes and paths are longer.
const LONGEST_WORD: usize = 30;

fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default().min(LONGEST_WORD)
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        let longest = headings.iter().map(|heading| longest_word(heading)).collect();
        Self { inner: table::table(headings.iter().copied()), longest }
    }

    /// Aligns a column to the right, as numbers are read.
    pub fn right(&mut self, column: usize) {
        if let Some(column) = self.inner.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Adds a row.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| veiled(cell.into())).collect();
        for (longest, cell) in self.longest.iter_mut().zip(&cells) {
            *longest = longest_word(cell).max(*longest);
        }
        self.inner.add_row(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = self.inner.clone();
        if table::width().is_some() {
            for (column, longest) in table.column_iter_mut().zip(&self.longest) {
                let width = column.padding_width().saturating_add(*longest as u16);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
            }
        }
        f.write_str(&table::text(&table))
    }
}

/// A field of a CSV record (RFC 4180): quoted where it must be.
#[must_use]
pub fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// A CSV record with its line end.
#[must_use]
pub fn csv_record<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|field| csv_field(field.as_ref())).collect();
    fields.join(",") + "\r\n"
}

/// A title in a list: shortened in a table, whole for programs.
#[must_use]
pub fn title(format: Format, title: &str) -> String {
    if format == Format::Table { table::shortened(title, 60) } else { title.to_owned() }
}

/// Prints a list as a table, CSV or JSON. The table and CSV have one column for each heading; `right` aligns columns of
/// the table to the right.
///
/// # Errors
/// When standard output cannot be written.
pub fn print<T: Serialize, const N: usize>(
    format: Format,
    lines: &[T],
    (headings, right): ([&str; N], &[usize]),
    cells: impl Fn(&T) -> [String; N],
) -> Result<(), Failure> {
    match format {
        Format::Json => out::json(&lines),
        Format::Csv => {
            let records: String = lines.iter().map(|line| csv_record(cells(line))).collect();
            out::data(&(csv_record(headings) + &records))
        }
        _ => {
            let mut table = Table::new(&headings);
            for column in right {
                table.right(*column);
            }
            for line in lines {
                table.row(cells(line));
            }
            out::data(&table.to_string())
        }
    }
}
