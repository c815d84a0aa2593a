//! Compares the republic with the sum of its regions.
//!
//! In come the datasets and the regions; out come notes. A larger republic is information: transport and military
//! bodies belong to no region, so the republic may exceed the sum. A smaller republic is an error, because the republic
//! includes everything that a region counted. This holds even if only some regions came. Days do not add up, so they
//! are not compared. This module does not know other periods.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::{
    note::Note,
    placed::{Placed, Sheet, Worth},
    words,
};
use domain::{Agency, FormId, Measure, Origin, Period, Region, Severity, Unit};

pub(super) fn check(now: &[Placed<'_>], regions: &[Region]) -> Vec<Note> {
    let mut groups: BTreeMap<(&FormId, Period, &Agency, Origin), HashMap<&Unit, &Placed<'_>>> = BTreeMap::new();
    for placed in now {
        let key = &placed.dataset.key;
        groups.entry((&key.form, key.period, &key.agency, key.origin)).or_default().insert(&key.unit, placed);
    }
    let republic = Unit::republic();
    let mut notes = Vec::new();
    for ((_, period, ..), units) in groups {
        let existing = regions.iter().filter(|r| !r.unit.is_republic() && r.exists(period.last_day()));
        let existing: Vec<&Region> = existing.collect();
        let parts: Vec<&Placed<'_>> = existing.iter().filter_map(|r| units.get(&r.unit).copied()).collect();
        let Some(whole) = units.get(&republic).filter(|_| !parts.is_empty()) else { continue };
        let of = existing.len();
        notes.par_extend(whole.sheets.par_iter().flatten().flat_map_iter(|sheet| section(whole, sheet, &parts, of)));
    }
    notes
}

/// `of` = the number of regions, whether they came or not.
fn section(whole: &Placed<'_>, sheet: &Sheet<'_>, parts: &[&Placed<'_>], of: usize) -> Vec<Note> {
    let sheets: Vec<&Sheet<'_>> = parts.iter().filter_map(|p| p.sheet(sheet.at)).collect();
    if sheets.is_empty() {
        return Vec::new();
    }
    let additive: Vec<usize> =
        (0..sheet.template.columns.len()).filter(|c| sheet.template.columns[*c].measure != Measure::Days).collect();
    let mut notes = Vec::new();
    for row in 0..sheet.template.rows.len() {
        for column in &additive {
            notes.extend(place(whole, sheet, &sheets, of, (row, *column)));
        }
    }
    notes
}

fn place(
    whole: &Placed<'_>,
    sheet: &Sheet<'_>,
    parts: &[&Sheet<'_>],
    of: usize,
    (row, column): (usize, usize),
) -> Option<Note> {
    let found = sheet.described(row, column)?;
    // A region with a text in the cell, or without the place, is left out. Then the sum is one of some regions.
    let weights: Vec<i128> = parts.iter().filter_map(|p| p.described(row, column)).map(Worth::weight).collect();
    let sum: i128 = weights.iter().sum();
    let difference = found.weight() - sum;
    let is_less = difference < 0;
    // If only some regions are in the sum, a larger republic proves nothing, and neither does a sum with a negative
    // figure.
    let of_some = weights.len() < of;
    if difference == 0 || (of_some && (!is_less || weights.iter().any(|w| *w < 0))) {
        return None;
    }
    let (row, column) = (sheet.rows[row]?, sheet.columns[column]?);
    let (severity, why) = if is_less {
        (Severity::Error, "a republic cannot be less than its regions")
    } else {
        (Severity::Info, "bodies outside the regions may account for it")
    };
    let regions = if of_some { format!("{} of its {of} regions", weights.len()) } else { format!("its {of} regions") };
    let explanation = format!(
        "{}, {}: the republic has {}, {regions} together {}, a difference of {}; {why}",
        words::row(sheet, row),
        words::column(sheet, column),
        words::amount(found.value()),
        words::amount(Some(sum)),
        words::amount(Some(difference)),
    );
    let note = whole.note_at(sheet, Some(row), Some(column), "regions.sum", severity, explanation);
    Some(note.comparing(Some(sum), found.value()).countable())
}

/// Whether a unit's territory changed after the first day of the earlier period and until the last day of the later
/// one. Then its figures cannot be compared.
pub(super) fn redrawn(unit: &Unit, earlier: Period, later: Period, regions: &[Region]) -> bool {
    let between = |region: &&Region| region.since.is_some_and(|s| earlier.first_day() < s && s <= later.last_day());
    regions.iter().filter(between).any(|r| r.unit == *unit || r.split_from.as_ref() == Some(unit))
}
