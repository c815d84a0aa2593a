//! Tables for people, and CSV for programs.

use std::fmt;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width};
use serde::Serialize;

use super::{
    global::{Format, Global},
    language,
    out::{self, Ink},
    table::{self, veiled},
};
use pipeline::Failure;

/// A table with a heading row. On a terminal it is no wider than the terminal: long cells are wrapped between words, and an
/// id stays whole as long as there is room for it.
pub struct Table {
    inner: comfy_table::Table,
    /// The longest word of each column, in characters.
    longest: Vec<usize>,
}

/// In less than this, a part of a word says nothing.
const NARROWEST: usize = 4;
/// The longest word that stays whole: hashes and paths are longer.
const LONGEST_WORD: usize = 30;

fn longest_word(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default().min(LONGEST_WORD)
}

/// The width that each column needs for its longest word, in a table of at most `width`. Where not all words have room,
/// the longest are broken.
fn fitting(longest: &[usize], padding: &[usize], width: usize) -> Vec<usize> {
    let of = |most: usize| -> Vec<usize> {
        longest.iter().zip(padding).map(|(word, padding)| (*word).min(most) + padding).collect()
    };
    let fits = (NARROWEST..=LONGEST_WORD).rev().map(of).find(|widths| widths.iter().sum::<usize>() <= width);
    fits.unwrap_or_default()
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        let headings: Vec<_> = headings.iter().map(|heading| language::shown(heading)).collect();
        let longest = headings.iter().map(|heading| longest_word(heading)).collect();
        Self { inner: table::table(headings), longest }
    }

    /// Aligns a column to the right, as numbers are read.
    pub fn right(&mut self, column: usize) {
        if let Some(column) = self.inner.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Adds a row.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<String> =
            cells.into_iter().map(|cell| veiled(language::shown(&out::visible(&cell.into())).into_owned())).collect();
        for (longest, cell) in self.longest.iter_mut().zip(&cells) {
            *longest = longest_word(cell).max(*longest);
        }
        self.inner.add_row(cells);
    }

    /// The table as text of at most `width` characters a line, with the last column in one colour for each row. Colours
    /// are added after the layout, so they take no room.
    #[must_use]
    pub fn painted(mut self, width: usize, inks: &[Ink], coloured: bool) -> String {
        if let Ok(width) = u16::try_from(width) {
            self.inner.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        let text = table::text(&self.inner);
        if !coloured {
            return text;
        }
        let last = self.inner.column_count().saturating_sub(1);
        let heading = self.inner.header().and_then(|row| row.cell_iter().nth(last)).map(comfy_table::Cell::content);
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
        let mut table = self.inner.clone();
        if let Some(width) = table.width().filter(|_| table::width().is_some()) {
            fit(&mut table, &self.longest, width);
        }
        f.write_str(&table::text(&table))
    }
}

/// Keeps the words of a table whole, as far as a width allows. Where they have no room, the columns move together first.
fn fit(table: &mut comfy_table::Table, longest: &[usize], width: u16) {
    // Between two columns is one blank beside their padding.
    let room = usize::from(width).saturating_sub(longest.len().saturating_sub(1));
    let padded: usize = table.column_iter().map(|column| usize::from(column.padding_width())).sum();
    if longest.iter().sum::<usize>() + padded > room {
        for column in table.column_iter_mut() {
            column.set_padding((0, 0));
        }
    }
    let padding: Vec<usize> = table.column_iter().map(|column| usize::from(column.padding_width())).collect();
    for (column, width) in table.column_iter_mut().zip(fitting(longest, &padding, room)) {
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
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

/// As [`print()`], for a list with more columns than a terminal of 80 has room for: without `--all` a terminal shows those
/// of `brief`, by their places, so that no word has to be broken. What is read by programs has every column.
///
/// # Errors
/// When standard output cannot be written.
pub fn print_brief<T: Serialize, const N: usize>(
    (global, all): (&Global, bool),
    lines: &[T],
    (headings, right, brief): ([&str; N], &[usize], &[usize]),
    cells: impl Fn(&T) -> [String; N],
) -> Result<(), Failure> {
    if all || global.format != Format::Table || table::width().is_none() {
        return print(global.format, lines, (headings, right), cells);
    }
    let chosen: Vec<&str> = brief.iter().map(|column| headings[*column]).collect();
    let mut table = Table::new(&chosen);
    for (place, _) in brief.iter().enumerate().filter(|(_, column)| right.contains(column)) {
        table.right(place);
    }
    for line in lines {
        let cells = cells(line);
        table.row(brief.iter().map(|column| cells[*column].as_str()));
    }
    out::data(&table.to_string())?;
    out::say(global, "--all shows every column");
    Ok(())
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
    fn a_table_of_many_long_words_fits_the_terminal_too() {
        let mut table = Table::new(&["issue", "organ", "copy", "state", "way", "handed over (Asia/Almaty)", "sha-256"]);
        table.row([
            "2025-Q2/corruption/r0",
            "anticorruption-bureau",
            "1 of 2",
            "handed",
            "folder",
            "2025-07-14 20:40",
            "f9027f9fcd37",
        ]);
        for width in [60_u16, 80, 100] {
            table.inner.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            let mut fitted = table.inner.clone();
            fit(&mut fitted, &table.longest, width);
            let text = table::text(&fitted);
            assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}:\n{text}");
            let kept: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            assert!(kept.contains("handed"), "{text}");
        }
        assert_eq!(fitting(&[10, 20], &[2, 2], 34), [12, 22], "there is room for every word");
        assert_eq!(fitting(&[10, 20], &[2, 2], 30), [12, 18], "the longest word is broken");
        assert!(fitting(&[10; 30], &[2; 30], 80).is_empty(), "nothing can be kept whole");
    }

    #[test]
    fn a_cell_from_outside_cannot_move_the_cursor() {
        let mut table = Table::new(&["file"]);
        table.row(["a\u{1b}[2Jb\u{7}.xlsx"]);
        assert!(table.to_string().contains("a\\u{1b}[2Jb\\u{7}.xlsx"), "{table}");
    }

    #[test]
    fn without_a_terminal_a_table_is_as_wide_as_its_content() {
        assert_eq!(table().painted(usize::MAX, &[], false), table().to_string());
    }
}
