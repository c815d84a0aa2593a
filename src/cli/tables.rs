//! Tables for people, and CSV fields for programs.

use std::fmt;

use comfy_table::{CellAlignment, ContentArrangement};

use super::out::{self, Ink};

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

    /// The table as text of at most `width` characters a line, with the last column in one colour for each row. Colours
    /// are added after the layout, so they take no room.
    #[must_use]
    pub fn painted(mut self, width: usize, inks: &[Ink], coloured: bool) -> String {
        if let Ok(width) = u16::try_from(width) {
            self.0.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        let text = super::table::text(&self.0);
        if !coloured {
            return text;
        }
        let last = self.0.column_count().saturating_sub(1);
        let heading = self.0.header().and_then(|row| row.cell_iter().nth(last)).map(comfy_table::Cell::content);
        let heading = heading.unwrap_or_default();
        let column = text.lines().find_map(|line| Some(line[..line.rfind(&heading)?].chars().count()));
        let Some(column) = column.filter(|_| !heading.is_empty()) else { return text };
        let mut row = None;
        let painted = text.lines().map(|line| {
            let is_rule = line.chars().all(|c| "─═╌".contains(c));
            // The first column of a row is never empty; the lines that continue a row begin with blanks.
            if !is_rule && !line.trim_end().ends_with(&heading) && line.chars().nth(1).is_some_and(|c| c != ' ') {
                row = Some(row.map_or(0, |row: usize| row + 1));
            }
            let start = line.char_indices().nth(column).map(|(at, _)| at);
            match (start, row.and_then(|row| inks.get(row)), is_rule) {
                (Some(start), Some(ink), false) if line.len() > start => {
                    format!("{}{}\n", &line[..start], out::paint(&line[start..], *ink, true))
                }
                _ => format!("{line}\n"),
            }
        });
        painted.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["collection", "parcels", "state"]);
        table.row(["crime", "23 of 23", "handed"]);
        table.row(["corruption", "20 of 22", "incomplete: 1-ad, 1 uncertain, 1 failed, and what else there is to say"]);
        table
    }

    #[test]
    fn a_table_is_no_wider_than_the_terminal_and_colours_take_no_room() {
        let plain = table().painted(50, &[], false);
        assert!(plain.lines().all(|line| line.chars().count() <= 50), "{plain}");
        let painted = table().painted(50, &[Ink::Good, Ink::Bad], true);
        let bare = painted.replace("\u{1b}[32m", "").replace("\u{1b}[31m", "").replace("\u{1b}[0m", "");
        assert_eq!(bare, plain);
        assert_eq!(painted.matches("\u{1b}[32m").count(), 1, "{painted:?}");
        assert!(painted.matches("\u{1b}[31m").count() > 1, "the lines that continue a row are painted: {painted:?}");
    }

    #[test]
    fn without_a_terminal_a_table_is_as_wide_as_its_content() {
        assert_eq!(table().painted(usize::MAX, &[], false), table().to_string());
    }
}
