//! Finds figures that are probably missing: blanks in a section that prints 0 for nothing, lines and sections that had
//! figures a year before, and documents that contain only 0.
//!
//! In come the datasets of this period and of the year before; out come notes. Whether a blank means 0 depends on the
//! section: a section that prints zeros leaves no place blank. If that is not conclusive, the same form of the year
//! before and the other units of the period decide. A number of cases is 0 by chance with a probability of e^(−n), if n
//! cases are usual. So a figure counts as missing only if it was at least [`CERTAIN`]. This module does not know why
//! figures are missing.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    note::Note,
    placed::{Kin, Placed, Sheet, Worth, worth},
    regions::redrawn,
    words,
};
use domain::{Agency, Figure, FormId, Origin, Period, Region, Severity};

/// If so many cases are usual, the probability of no case is below one in a million.
const CERTAIN: i128 = 14;
/// In thousandths.
const CERTAIN_WEIGHT: i128 = CERTAIN * 1000;
/// Cumulative figures do not fall. At most so many cases were removed by corrections within a year, in thousandths.
const CORRECTED_AWAY: i128 = 2 * 1000;
/// A section prints zeros if it has at least `ZEROS` of them, and at most one blank for each `CELLS_FOR_A_BLANK` cells.
const ZEROS: usize = 3;
const CELLS_FOR_A_BLANK: usize = 10;
/// So many other units are enough to show what is usual.
const OTHERS: usize = 3;

pub(super) fn check(now: &[Placed<'_>], kin: &Kin<'_, '_>, regions: &[Region]) -> Vec<Note> {
    let mut notes = of_nothing(now, kin);
    notes.par_extend(now.par_iter().flat_map_iter(|placed| {
        let before = year_before(placed, kin, regions);
        let nothing = is_nothing(placed);
        let sheets = placed.sheets.iter().flatten().filter(|_| !nothing);
        sheets.flat_map(|sheet| section(placed, sheet, before.and_then(|b| b.sheet(sheet.at)))).collect::<Vec<_>>()
    }));
    notes
}

/// The same form of the year before, if the territory of the unit was the same.
fn year_before<'p, 'a>(placed: &Placed<'a>, kin: &Kin<'p, 'a>, regions: &[Region]) -> Option<&'p Placed<'a>> {
    let period = placed.dataset.key.period;
    let then = period.year_before();
    let found = kin.of(placed).find(|other| other.dataset.key.period == then);
    found.filter(|_| !redrawn(&placed.dataset.key.unit, then, period, regions))
}

/// The largest count of a document, in thousandths. Sums of money do not show how many cases there were.
fn largest(placed: &Placed<'_>) -> i128 {
    placed.sheets.iter().flatten().map(|sheet| Grid::of(sheet).largest()).max().unwrap_or(0)
}

/// Whether every figure of a document is 0 or blank.
fn is_nothing(placed: &Placed<'_>) -> bool {
    let mut figures = placed.dataset.sections.iter().flat_map(|s| &s.figures);
    figures.all(|figure| worth(figure).is_some_and(|worth| worth.weight() == 0))
}

/// The findings about documents in which every figure is 0 or blank.
fn of_nothing(now: &[Placed<'_>], kin: &Kin<'_, '_>) -> Vec<Note> {
    type Group<'k> = (&'k FormId, Period, &'k Agency, Origin);
    let mut groups: BTreeMap<Group<'_>, Vec<(&Placed<'_>, i128)>> = BTreeMap::new();
    let sizes: Vec<i128> = now.par_iter().map(largest).collect();
    for (placed, size) in now.iter().zip(sizes) {
        let key = &placed.dataset.key;
        groups.entry((&key.form, key.period, &key.agency, key.origin)).or_default().push((placed, size));
    }
    let mut notes = Vec::new();
    for members in groups.values() {
        let zeros: Vec<&Placed<'_>> =
            members.iter().filter(|(p, _)| is_nothing(p) && holds_zeros(p)).map(|m| m.0).collect();
        if zeros.len() == members.len() && members.len() > OTHERS {
            let text = format!(
                "every figure of all {} units is 0: the report may not be made yet; ask the source whether it is approved",
                members.len()
            );
            let mut note = zeros[0].note("lost.zeros", Severity::Error, text);
            note.finding.unit = None;
            notes.push(note);
            continue;
        }
        let full = members.iter().filter(|(_, size)| *size >= CERTAIN_WEIGHT).count();
        for placed in zeros {
            notes.extend(nothing(placed, kin, full, members.len() - 1));
        }
    }
    notes
}

/// The finding about a document of zeros, if its other periods show that something must have happened, or if `full` of
/// `others` other units have figures.
fn nothing(placed: &Placed<'_>, kin: &Kin<'_, '_>, full: usize, others: usize) -> Option<Note> {
    let period = placed.dataset.key.period;
    let is_republic = placed.dataset.key.unit.is_republic();
    let said_before = |other: &&Placed<'_>| {
        let then = other.dataset.key.period;
        let within = then.year() == period.year() && then < period && largest(other) > CORRECTED_AWAY;
        within || (then == period.year_before() && largest(other) >= CERTAIN_WEIGHT)
    };
    let before = kin.of(placed).filter(said_before).max_by_key(|other| other.dataset.key.period);
    let why = match before {
        Some(other) => {
            format!("for `{}` it was up to {}", other.dataset.key.period, words::amount(Some(largest(other))))
        }
        None if others >= OTHERS && full * 4 >= others * 3 => format!("{full} of {others} other units have figures"),
        None if placed.dataset.key.agency.is_all() && (is_republic || others == 0) => {
            // About a single region no more is known. In the whole republic it is not plausible that nothing happened.
            let severity = if is_republic { Severity::Error } else { Severity::Warning };
            let text = "every figure is 0; ask the source whether the report is made and approved".to_owned();
            return Some(placed.note("lost.zeros", severity, text));
        }
        None => return None,
    };
    let text = format!("every figure is 0, while {why}: ask the source whether the report is made and approved");
    Some(placed.note("lost.zeros", Severity::Error, text))
}

/// Whether a document contains a number; one without any number has its own finding.
fn holds_zeros(placed: &Placed<'_>) -> bool {
    let mut figures = placed.dataset.sections.iter().flat_map(|s| &s.figures);
    figures.any(|figure| matches!(figure, Figure::Number(_)))
}

/// The described places of a section: the worth of each, by row and column of the template.
struct Grid {
    cells: Vec<Option<Worth>>,
    width: usize,
    /// For each column, whether it counts cases.
    counts: Vec<bool>,
}

impl Grid {
    fn of(sheet: &Sheet<'_>) -> Self {
        let width = sheet.template.columns.len();
        let rows = 0..sheet.template.rows.len();
        let cells = rows.flat_map(|row| (0..width).map(move |column| sheet.described(row, column))).collect();
        let counts = sheet.template.columns.iter().map(|c| c.measure.is_counted()).collect();
        Self { cells, width, counts }
    }

    /// The largest count.
    fn largest(&self) -> i128 {
        (0..self.width).map(|column| self.largest_of(Kind::Column, column)).max().unwrap_or(0)
    }

    /// The largest count of a line; the sign is ignored.
    fn largest_of(&self, kind: Kind, at: usize) -> i128 {
        let counts = |i: usize| self.counts.get(if kind == Kind::Row { i } else { at }).copied().unwrap_or(false);
        let cells = self.line(kind, at).enumerate().filter(|(i, _)| counts(*i));
        cells.filter_map(|(_, cell)| cell).map(|worth| worth.weight().abs()).max().unwrap_or(0)
    }

    fn line(&self, kind: Kind, at: usize) -> impl Iterator<Item = Option<Worth>> {
        let (start, step, count) = match kind {
            Kind::Row => (at * self.width, 1, self.width),
            Kind::Column => (at, self.width.max(1), self.cells.len() / self.width.max(1)),
        };
        (0..count).map(move |i| self.cells.get(start + i * step).copied().flatten())
    }

    /// Whether a line has places in the document, and all of them are blank.
    fn is_blank(&self, kind: Kind, at: usize) -> bool {
        self.line(kind, at).all(|cell| matches!(cell, None | Some(Worth::Blank)))
            && self.line(kind, at).any(|cell| cell.is_some())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Row,
    Column,
}

fn section(placed: &Placed<'_>, sheet: &Sheet<'_>, before: Option<&Sheet<'_>>) -> Vec<Note> {
    let grid = Grid::of(sheet);
    let then = before.map(Grid::of);
    if grid.cells.iter().all(|cell| cell.is_none_or(|worth| worth.weight() == 0)) {
        let was = then.map_or(0, |then| then.largest());
        return (was >= CERTAIN_WEIGHT).then(|| empty(placed, sheet, was)).into_iter().collect();
    }
    let (rows, columns) = (sheet.template.rows.len(), sheet.template.columns.len());
    let blank_rows: Vec<usize> = (0..rows).filter(|at| grid.is_blank(Kind::Row, *at)).collect();
    let blank_columns: Vec<usize> = (0..columns).filter(|at| grid.is_blank(Kind::Column, *at)).collect();
    let is_in_line =
        |at: usize| blank_rows.contains(&(at / columns.max(1))) || blank_columns.contains(&(at % columns.max(1)));
    let habit = Habit::of(&grid, is_in_line);
    let mut notes = Vec::new();
    for (kind, count, blank) in [(Kind::Row, rows, &blank_rows), (Kind::Column, columns, &blank_columns)] {
        for at in 0..count {
            let nothing = grid.line(kind, at).flatten().all(|worth| worth.weight() == 0);
            if !nothing || grid.line(kind, at).all(|cell| cell.is_none()) {
                continue;
            }
            let was = then.as_ref().map_or(0, |then| then.largest_of(kind, at));
            let said = if blank.contains(&at) && habit.prints_zeros {
                "is blank, while the section prints 0 elsewhere".to_owned()
            } else if was >= CERTAIN_WEIGHT {
                let year_before = placed.dataset.key.period.year_before();
                let holds = if blank.contains(&at) { "is blank" } else { "is 0 throughout" };
                format!("{holds}, while it was up to {} for `{year_before}`", words::amount(Some(was)))
            } else {
                continue;
            };
            notes.extend(line(placed, sheet, kind, at, &said));
        }
    }
    if habit.prints_zeros {
        let lost = grid.cells.iter().enumerate();
        let lost = lost.filter(|(at, cell)| **cell == Some(Worth::Blank) && !is_in_line(*at));
        notes.extend(lost.filter_map(|(at, _)| blank_cell(placed, sheet, at / columns, at % columns)));
    }
    notes
}

/// What a section prints where nothing happened.
struct Habit {
    prints_zeros: bool,
}

impl Habit {
    /// The habit that the cells show, without the lines that are blank as a whole.
    fn of(grid: &Grid, is_in_line: impl Fn(usize) -> bool) -> Self {
        let (mut zeros, mut blanks, mut all) = (0, 0, 0);
        for (at, cell) in grid.cells.iter().enumerate() {
            let Some(worth) = cell.filter(|_| !is_in_line(at)) else { continue };
            all += 1;
            match worth {
                Worth::Blank => blanks += 1,
                Worth::Of(0) => zeros += 1,
                Worth::Of(_) => {}
            }
        }
        Self { prints_zeros: zeros >= ZEROS && zeros > blanks && blanks * CELLS_FOR_A_BLANK <= all }
    }
}

fn empty(placed: &Placed<'_>, sheet: &Sheet<'_>, was: i128) -> Note {
    let text = format!(
        "section {} has no figure other than 0, while it had up to {} for `{}`; ask the source whether it was filled in",
        sheet.template.id,
        words::amount(Some(was)),
        placed.dataset.key.period.year_before(),
    );
    placed.note_at(sheet, None, None, "lost.section", Severity::Warning, text)
}

fn line(placed: &Placed<'_>, sheet: &Sheet<'_>, kind: Kind, at: usize, said: &str) -> Option<Note> {
    let (rule, row, column, what) = match kind {
        Kind::Row => {
            let row = sheet.rows[at]?;
            ("lost.row", Some(row), None, words::row(sheet, row))
        }
        Kind::Column => {
            let column = sheet.columns[at]?;
            ("lost.column", None, Some(column), words::column(sheet, column))
        }
    };
    let text = format!("{what} {said}; its figures may be lost");
    Some(placed.note_at(sheet, row, column, rule, Severity::Warning, text).countable())
}

fn blank_cell(placed: &Placed<'_>, sheet: &Sheet<'_>, row: usize, column: usize) -> Option<Note> {
    let (row, column) = (sheet.rows[row]?, sheet.columns[column]?);
    let text = format!(
        "{}, {}: the cell is blank, while the section prints 0 elsewhere; its figure may be lost",
        words::row(sheet, row),
        words::column(sheet, column),
    );
    Some(placed.note_at(sheet, Some(row), Some(column), "lost.cell", Severity::Warning, text).countable())
}
