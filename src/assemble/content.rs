//! What makes two issues the same: a hash over figures and common notes, and control sums that a person can check.

use std::fmt::Write as _;

use super::{
    across::Across,
    book::{Book, Cell, ColumnRole, Table},
    map::UnitMap,
    percentages::Growth,
};
use domain::{Number, Sha256};

/// The content of a book as a hash and control sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookContent {
    pub id: Sha256,
    /// One for each table, in the order of the book.
    pub sums: Vec<ControlSum>,
}

/// The control sum of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlSum {
    pub table: String,
    /// Numbers among the cells, without derived ones.
    pub figures: usize,
    /// Their exact sum; `None` beyond what a number holds.
    pub sum: Option<Number>,
    /// The hash of the table's canonical figures.
    pub hash: Sha256,
}

impl Book {
    /// The hash of the canonical figures, common notes and the analytical text with its comment: equal across copies and languages, and from run to run as
    /// long as the figures are equal. It does not cover dates of making, the revision's number or the copy's number.
    #[must_use]
    pub fn content_id(&self) -> Sha256 {
        self.content().id
    }

    /// The content id, and the control sums of all tables in the order of the book.
    #[must_use]
    pub fn content(&self) -> BookContent {
        let mut text = format!("{}\n{}\n{}\n", self.collection, self.period, self.origin);
        let mut sums = Vec::new();
        for table in self.tables() {
            let start = text.len();
            canonical(table, &mut text);
            sums.push(control_sum(table, Sha256::of(&text.as_bytes()[start..])));
        }
        for group in &self.notes {
            // What only other languages say is no part of the content, which is the same in all of them.
            for note in group.notes.iter().filter(|note| !note.ru.is_empty()) {
                let _ = writeln!(text, "note\t{}", note.ru);
            }
        }
        if let Some(analysis) = &self.analysis {
            analysis.write_content(&mut text);
        }
        for missing in &self.cover.missing {
            let stand_in = missing.stand_in.map(|p| p.to_string()).unwrap_or_default();
            let whose = missing.whose.as_ref().map(|w| w.ru.as_str()).unwrap_or_default();
            let _ = writeln!(text, "missing\t{}\t{whose}\t{stand_in}", missing.form);
        }
        BookContent { id: Sha256::of(text.as_bytes()), sums }
    }
}

fn control_sum(table: &Table, hash: Sha256) -> ControlSum {
    let numbers = table.lines.iter().flat_map(|l| &l.cells).filter_map(|c| match c {
        Cell::Number(number) => Some(*number),
        _ => None,
    });
    let numbers: Vec<Number> = numbers.collect();
    ControlSum {
        table: if table.number.is_empty() { table.id.clone() } else { table.number.clone() },
        figures: numbers.len(),
        sum: numbers.iter().try_fold(Number::ZERO, |sum, number| sum.plus(*number)),
        hash,
    }
}

/// A table's figures as text that does not depend on language or layout.
fn canonical(table: &Table, text: &mut String) {
    let _ = writeln!(text, "table\t{}", table.id);
    for across in table.columns.iter().filter_map(|c| c.across.as_ref()) {
        let _ = match across {
            Across::Column(code, _) => writeln!(text, "column\t{code}"),
            Across::Unit(unit) => writeln!(text, "unit\t{unit}"),
            Across::Agency(agency) => writeln!(text, "agency\t{agency}"),
        };
    }
    for line in &table.lines {
        if let Some(key) = &line.key {
            let units: Vec<&str> = key.units[0].iter().map(domain::Unit::as_str).collect();
            let place = &key.place;
            let _ = write!(
                text,
                "{}\t{}\t{}\t{}\t{}\t{}",
                key.form,
                place.section,
                place.row,
                place.column,
                units.join("+"),
                key.agency
            );
        }
        // Marks depend on the issue that the reader holds; figures do not.
        let told = table.columns.iter().zip(&line.cells).filter(|(column, _)| column.role != ColumnRole::Marks);
        for (_, cell) in told {
            canonical_cell(cell, text);
        }
        text.push('\n');
    }
    if let Some(map) = &table.map {
        canonical_map(map, text);
    }
}

fn canonical_cell(cell: &Cell, text: &mut String) {
    let _ = match cell {
        Cell::Text(titles) => write!(text, "\t{}", titles.ru),
        Cell::Code(code) => write!(text, "\t{code}"),
        Cell::Number(number) => write!(text, "\t{number}"),
        Cell::Tenths(tenths) => write!(text, "\t{tenths}e-1"),
        Cell::Level(level) => write!(text, "\t{}", level.plain()),
        Cell::Growth(Growth::Percent(tenths)) => write!(text, "\t{tenths}e-1%"),
        Cell::Growth(Growth::Times(tenths)) => write!(text, "\tx{tenths}e-1"),
        Cell::Growth(Growth::NoBase) => write!(text, "\t-"),
        Cell::Rank(rank) => write!(text, "\t#{rank}"),
        Cell::Absent(mark) => write!(text, "\t{}", mark.text()),
    };
}

/// A map as text: the bounds of the classes, the outlines if there are any, the value and class of each tile.
fn canonical_map(map: &UnitMap, text: &mut String) {
    for class in &map.classes {
        let _ = write!(text, "class\t{}", class.units);
        canonical_cell(&class.lowest, text);
        canonical_cell(&class.highest, text);
        text.push('\n');
    }
    if let Some(shapes) = &map.shapes {
        let _ = writeln!(text, "outlines\t{}", shapes.hash());
    }
    for tile in &map.tiles {
        let _ = write!(text, "tile\t{}\t{}\t{}\t{}", tile.unit, tile.row, tile.column, tile.class.unwrap_or(0));
        canonical_cell(&tile.value, text);
        text.push('\n');
    }
}
