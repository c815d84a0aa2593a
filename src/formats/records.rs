//! The figures of a book as records: each with its place in the form, its period, and its place in the table.
//!
//! In: a book. Out: one record for each figure. Unknown here: how a format writes a record.

use super::observed::{Metric, newest, observations};
use assemble::{Book, LineKey, Mark, Table};
use domain::{Measure, Period};

/// A figure, or the mark that says why it is absent.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    pub table: &'a Table,
    /// The line's place in the table.
    pub line: usize,
    /// The column's place in the table.
    pub column: usize,
    /// What the figure is about. In a crossed table each column has its own.
    pub key: LineKey,
    pub metric: Metric,
    pub measure: Measure,
    /// The period of the form. The line's own form may have another periodicity than the collection.
    pub period: Period,
    /// An exact decimal.
    pub value: Option<String>,
    pub mark: Option<Mark>,
}

impl Record<'_> {
    /// The codes of the units whose figures are added up.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        self.key.units[0].iter().map(domain::Unit::as_str)
    }

    /// The mark without its brackets; empty without a mark.
    pub fn mark_code(&self) -> &'static str {
        self.mark.map_or("", |mark| mark.text().trim_matches(['[', ']']))
    }

    /// The part of the year that the figure is about.
    pub const fn span(&self) -> &'static str {
        if self.key.quarter { "QUARTER" } else { "CUMULATIVE" }
    }

    /// The unit of measure and the power of ten (SDMX code list `CL_UNIT_MULT`).
    pub const fn unit_of_measure(&self) -> (&'static str, &'static str) {
        match (self.metric, self.measure) {
            (Metric::Value | Metric::Change, Measure::Count) => ("PURE_NUMB", "0"),
            (Metric::Value | Metric::Change, Measure::Persons) => ("PS", "0"),
            (Metric::Value | Metric::Change, Measure::ThousandTenge) => ("KZT", "3"),
            (Metric::Value | Metric::Change, Measure::Days) => ("DAYS", "0"),
            (Metric::Growth | Metric::Share, _) => ("PC", "0"),
            (Metric::Points, _) => ("PP", "0"),
            (Metric::Rate, _) => ("PER_10T_POP", "0"),
            (Metric::Rank, _) => ("RANK", "0"),
            (Metric::Class, _) => ("CLASS", "0"),
        }
    }

    /// Whether the column of a crossed table says what the figure is about.
    pub fn is_crossed(&self) -> bool {
        self.table.columns[self.column].across.is_some()
    }
}

/// The records of a book, table by table and line by line.
pub fn records(book: &Book) -> impl Iterator<Item = Record<'_>> {
    book.tables().flat_map(|table| {
        let newest = newest(table);
        observations(table).into_iter().filter_map(move |one| {
            let line = &table.lines[one.line];
            let key = line.key.as_ref()?;
            let column = &table.columns[one.column];
            let key = key.in_column(column.across.as_ref());
            let years = newest.map_or(0, |newest| newest.year() - one.period.year());
            Some(Record {
                table,
                line: one.line,
                column: one.column,
                metric: one.metric,
                measure: column.measure(line.measure),
                period: key.period.years_before(years),
                key,
                value: one.value,
                mark: one.mark,
            })
        })
    })
}
