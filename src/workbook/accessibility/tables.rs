//! Rules about tables.

use std::collections::BTreeSet;

use super::{Findings, Rule};
use ooxml::{
    address::{address, place_of},
    opened::{Opened, OpenedCell, OpenedSheet, OpenedTable},
};

const CHECKLIST: &str = "UK Analysis Function, Making spreadsheets accessible: checklist";

pub const RULES: &[Rule] = &[
    Rule {
        name: "tables-marked-up",
        asks: "every figure is in a table that is marked up and has a name",
        source: "UK Analysis Function checklist, tables 1 and 2; WCAG 2.2, 1.3.1",
        look: marked_up,
    },
    Rule { name: "one-table-a-sheet", asks: "a sheet has at most one table", source: CHECKLIST, look: one_a_sheet },
    Rule {
        name: "no-merged-cells",
        asks: "no cells of a table are merged; above and below it, at most those of a row",
        source: "UK Analysis Function checklist, tables 3; WCAG 2.2, 1.3.1",
        look: merged,
    },
    Rule {
        name: "no-empty-lines",
        asks: "no row or column inside a table is empty",
        source: "UK Analysis Function checklist, tables 4; WCAG 2.2, 1.3.1",
        look: empty_lines,
    },
    Rule {
        name: "header-row",
        asks: "a table has one header row, with a text of its own over each column",
        source: "UK Analysis Function checklist, tables 5; WCAG 2.2, 1.3.1",
        look: headers,
    },
    Rule {
        name: "no-empty-cells",
        asks: "no cell inside a table is empty: shorthand says why there is no figure",
        source: CHECKLIST,
        look: empty_cells,
    },
    Rule {
        name: "numbers-are-numbers",
        asks: "in a column of figures no figure is written as text",
        source: "UK Analysis Function, Releasing statistics in spreadsheets: machine readability",
        look: numbers,
    },
    Rule {
        name: "shorthand-explained",
        asks: "each shorthand in brackets is explained in the workbook",
        source: "UK Analysis Function, Symbols in tables; WCAG 2.2, 3.1.4",
        look: shorthand,
    },
    Rule {
        name: "no-filters-or-panes",
        asks: "no filter buttons and no frozen panes",
        source: "UK Analysis Function checklist, tables 7",
        look: filters,
    },
];

fn each(book: &Opened) -> impl Iterator<Item = (&OpenedSheet, &OpenedTable)> {
    book.sheets.iter().flat_map(|s| s.tables.iter().map(move |t| (s, t)))
}

fn marked_up(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        let figures = sheet.cells.iter().filter(|(_, cell)| cell.number.is_some());
        for (place, _) in figures {
            let inside = sheet.tables.iter().any(|t| t.holds(*place));
            let what = (!inside).then(|| "a figure outside every table".to_owned());
            found.look(&sheet.name, &address(place.0, place.1 as u16), what);
        }
        for table in &sheet.tables {
            let nameless = table.name.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
            let bare = ["", "table", "таблица"].contains(&nameless.as_str());
            found.look(&sheet.name, &table.name, bare.then(|| "the table's name says nothing".to_owned()));
        }
    }
}

fn one_a_sheet(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        let count = sheet.tables.len();
        found.look(&sheet.name, "", (count > 1).then(|| format!("{count} tables")));
    }
}

/// A text above or below a table may take the cells of its row: it is one text in one cell, and no reader loses its
/// place in a table.
fn merged(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        found.examined += 1;
        for range in &sheet.merged {
            let ends = range.split_once(':').and_then(|(first, last)| Some((place_of(first)?, place_of(last)?)));
            let beside = ends.is_some_and(|(first, last)| {
                first.0 == last.0 && !sheet.tables.iter().any(|t| (t.place.0..=t.place.2).contains(&first.0))
            });
            found.look(&sheet.name, range, (!beside).then(|| "merged".to_owned()));
        }
    }
}

fn empty_lines(book: &Opened, found: &mut Findings) {
    for (sheet, table) in each(book) {
        let empty = |place| sheet.cells.get(&place).is_none_or(OpenedCell::is_empty);
        for row in table.body() {
            let all = table.across().all(|column| empty((row, column)));
            found.look(&sheet.name, &(row + 1).to_string(), all.then(|| "the row is empty".to_owned()));
        }
        for column in table.across() {
            let all = table.body().all(|row| empty((row, column)));
            let place = address(table.place.0, column as u16);
            found.look(&sheet.name, &place, all.then(|| "the column is empty".to_owned()));
        }
    }
}

fn headers(book: &Opened, found: &mut Findings) {
    for (sheet, table) in each(book) {
        let count = table.headers;
        found.look(&sheet.name, &table.name, (count != 1).then(|| format!("{count} header rows")));
        let mut seen = BTreeSet::new();
        for (column, name) in table.across().zip(&table.columns) {
            let shown = sheet.text((table.place.0, column)).trim();
            let what = if shown.is_empty() {
                Some("a header without text".to_owned())
            } else if !seen.insert(shown.to_lowercase()) {
                Some(format!("the header `{shown}` occurs twice"))
            } else {
                let alike = shown.replace("\r\n", "\n") == name.replace("_x000a_", "\n").trim();
                (!alike).then(|| format!("the header is `{shown}`, the table calls the column `{name}`"))
            };
            found.look(&sheet.name, &address(table.place.0, column as u16), what);
        }
    }
}

fn empty_cells(book: &Opened, found: &mut Findings) {
    for (sheet, table) in each(book) {
        for place in table.body().flat_map(|row| table.across().map(move |column| (row, column))) {
            let empty = sheet.cells.get(&place).is_none_or(OpenedCell::is_empty);
            found.look(&sheet.name, &address(place.0, place.1 as u16), empty.then(|| "the cell is empty".to_owned()));
        }
    }
}

fn numbers(book: &Opened, found: &mut Findings) {
    for (sheet, table) in each(book) {
        for column in table.across() {
            let cells = || table.body().filter_map(|row| Some((row, sheet.cells.get(&(row, column))?)));
            if !cells().any(|(_, cell)| cell.number.is_some()) {
                continue;
            }
            for (row, cell) in cells() {
                let text = cell.text.as_deref().unwrap_or_default();
                let digits: String = text.chars().filter(|c| !c.is_whitespace() && !"+-−,.%".contains(*c)).collect();
                let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                let what = number.then(|| format!("`{text}` is a number written as text"));
                found.look(&sheet.name, &address(row, column as u16), what);
            }
        }
    }
}

fn shorthand(book: &Opened, found: &mut Findings) {
    let is_mark = |text: &&str| text.len() <= 6 && text.starts_with('[') && text.ends_with(']');
    let texts = || book.sheets.iter().flat_map(|s| s.cells.values()).filter_map(|c| c.text.as_deref());
    let explained: BTreeSet<&str> = texts()
        .filter_map(|text| text.find(']').map(|end| (text, &text[..=end])))
        .filter(|(text, mark)| is_mark(mark) && text.len() > mark.len() + 3)
        .map(|(_, mark)| mark)
        .collect();
    for (sheet, table) in each(book) {
        let mut told = BTreeSet::new();
        for (place, cell) in sheet.cells.iter().filter(|(place, _)| table.holds(**place)) {
            for mark in cell.text.as_deref().unwrap_or_default().split(' ').filter(is_mark) {
                if told.insert(mark.to_owned()) {
                    let what = (!explained.contains(mark)).then(|| format!("`{mark}` is explained nowhere"));
                    found.look(&sheet.name, &address(place.0, place.1 as u16), what);
                }
            }
        }
    }
}

fn filters(book: &Opened, found: &mut Findings) {
    for sheet in &book.sheets {
        let what = match (sheet.frozen, sheet.filter || sheet.tables.iter().any(|t| t.filter)) {
            (true, true) => Some("a frozen pane and filter buttons"),
            (true, false) => Some("a frozen pane"),
            (false, true) => Some("filter buttons"),
            (false, false) => None,
        };
        found.look(&sheet.name, "", what.map(ToOwned::to_owned));
    }
}
