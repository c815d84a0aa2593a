//! Finds totals that changed implausibly since the same period of the year before (АППГ).
//!
//! In come the datasets of both years; out come notes. This module does not know the periods between.

use rayon::prelude::*;

use super::{
    note::Note,
    placed::{Kin, Placed, Sheet},
    regions::redrawn,
    words,
};
use domain::{Measure, Region, Severity};

/// A change by more than this factor, in either direction, is reported.
const TIMES: i128 = 5;
/// The least worth of the larger figure, in thousandths. Smaller figures change by chance: below a hundred offences, or
/// a hundred million tenge, because one large case moves the sums of a region.
const fn worth_telling(measure: Measure) -> i128 {
    match measure {
        Measure::Count | Measure::Persons | Measure::Days => 100 * 1000,
        Measure::ThousandTenge => 100_000 * 1000,
    }
}

pub(super) fn check(now: &[Placed<'_>], kin: &Kin<'_, '_>, regions: &[Region]) -> Vec<Note> {
    now.par_iter()
        .flat_map_iter(|placed| {
            let year_before = placed.dataset.key.period.year_before();
            let earlier = kin.of(placed).find(|other| other.dataset.key.period == year_before);
            let earlier =
                earlier.filter(|_| !redrawn(&placed.dataset.key.unit, year_before, placed.dataset.key.period, regions));
            earlier.map_or_else(Vec::new, |earlier| {
                let both = placed.sheets.iter().zip(&earlier.sheets);
                both.filter_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)))
                    .flat_map(|(sheet, then)| section(placed, sheet, then))
                    .collect()
            })
        })
        .collect()
}

/// The lines that are totals: those that are not part of another, if the template describes parts; otherwise the first
/// one.
fn totals(parts: impl ExactSizeIterator<Item = bool> + Clone) -> Vec<usize> {
    if parts.clone().any(|part| part) {
        parts.enumerate().filter(|(_, part)| !part).map(|(at, _)| at).collect()
    } else {
        (0..parts.len().min(1)).collect()
    }
}

fn section(placed: &Placed<'_>, sheet: &Sheet<'_>, then: &Sheet<'_>) -> Vec<Note> {
    // If one of the two documents left the section blank, it was not requested then. That is not an implausible change.
    if sheet.is_blank() || then.is_blank() {
        return Vec::new();
    }
    let rows = totals(sheet.template.rows.iter().map(|r| r.part_of.is_some()));
    let columns = sheet.template.columns.iter().enumerate().filter(|(_, c)| c.part_of.is_none());
    let columns: Vec<usize> = columns.map(|(at, _)| at).collect();
    let cells = rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column)));
    cells.filter_map(|(row, column)| place(placed, sheet, then, row, column)).collect()
}

fn place(placed: &Placed<'_>, sheet: &Sheet<'_>, then: &Sheet<'_>, row: usize, column: usize) -> Option<Note> {
    let found = sheet.described(row, column)?;
    let earlier = then.described(row, column)?;
    let (now, was) = (found.weight(), earlier.weight());
    let (low, high) = (now.abs().min(was.abs()), now.abs().max(was.abs()));
    if high < worth_telling(sheet.template.columns.get(column)?.measure) || high <= low * TIMES {
        return None;
    }
    let (row, column) = (sheet.rows[row]?, sheet.columns[column]?);
    let period = placed.dataset.key.period;
    let change = if low == 0 {
        String::new()
    } else {
        let tenths = (high * 10 + low / 2) / low;
        let way = if now.abs() > was.abs() { "more" } else { "less" };
        format!(", {}.{} times {way}", tenths / 10, tenths % 10)
    };
    let explanation = format!(
        "{}, {}: {} for `{period}` against {} for `{}`{change}; check both before it is compared",
        words::row(sheet, row),
        words::column(sheet, column),
        words::amount(found.value()),
        words::amount(earlier.value()),
        period.year_before(),
    );
    let note = placed.note_at(sheet, Some(row), Some(column), "plausibility", Severity::Info, explanation);
    Some(note.comparing(Some(was), found.value()).countable())
}
