//! The republic against the sum of its regions.
//!
//! Information: forms know transport and military bodies that belong to no region, so the republic may exceed the sum.
//! Compared only where the republic and every region that existed at the period's end are there. Days do not add up.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::{
    note::Note,
    placed::{Placed, Sheet},
    words,
};
use crate::domain::{Agency, FormId, Measure, Origin, Period, Region, Severity, Unit};

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
        let parts: Option<Vec<&Placed<'_>>> = existing.map(|r| units.get(&r.unit).copied()).collect();
        let (Some(whole), Some(parts)) = (units.get(&republic), parts) else { continue };
        if !parts.is_empty() {
            notes.par_extend(whole.sheets.par_iter().flatten().flat_map_iter(|sheet| section(whole, sheet, &parts)));
        }
    }
    notes
}

fn section(whole: &Placed<'_>, sheet: &Sheet<'_>, parts: &[&Placed<'_>]) -> Vec<Note> {
    let sheets: Option<Vec<&Sheet<'_>>> = parts.iter().map(|p| p.sheet(sheet.at)).collect();
    let Some(sheets) = sheets else { return Vec::new() };
    let additive: Vec<usize> =
        (0..sheet.template.columns.len()).filter(|c| sheet.template.columns[*c].measure != Measure::Days).collect();
    let mut notes = Vec::new();
    for row in 0..sheet.template.rows.len() {
        for column in &additive {
            notes.extend(place(whole, sheet, &sheets, row, *column));
        }
    }
    notes
}

fn place(whole: &Placed<'_>, sheet: &Sheet<'_>, parts: &[&Sheet<'_>], row: usize, column: usize) -> Option<Note> {
    let found = sheet.described(row, column)?;
    let mut sum = 0_i128;
    for part in parts {
        sum += part.described(row, column)?.weight();
    }
    let difference = found.weight() - sum;
    if difference == 0 {
        return None;
    }
    let (row, column) = (sheet.rows[row]?, sheet.columns[column]?);
    let why = if difference > 0 {
        "bodies outside the regions may account for it"
    } else {
        "bodies outside the regions cannot account for a republic that is less than its regions"
    };
    let explanation = format!(
        "{}, {}: the republic has {}, its {} regions together {}, a difference of {}; {why}",
        words::row(sheet, row),
        words::column(sheet, column),
        words::amount(found.value()),
        parts.len(),
        words::amount(Some(sum)),
        words::amount(Some(difference)),
    );
    let note = whole.note_at(sheet, Some(row), Some(column), "regions.sum", Severity::Info, explanation);
    Some(note.comparing(Some(sum), found.value()).countable())
}

/// Whether a unit's territory changed between the ends of two periods, so that its figures cannot be compared.
pub(super) fn redrawn(unit: &Unit, earlier: Period, later: Period, regions: &[Region]) -> bool {
    let between = |region: &&Region| region.since.is_some_and(|s| earlier.first_day() < s && s <= later.last_day());
    regions.iter().filter(between).any(|r| r.unit == *unit || r.split_from.as_ref() == Some(unit))
}
