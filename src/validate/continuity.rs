//! Checks the course of a year: cumulative figures do not fall, and the opening stock stays as it was in January.
//!
//! In come the datasets of this period and of earlier ones; out come notes. Each dataset is compared with the latest
//! earlier one of its year. Stocks and columns of unknown course are not checked, and neither is a unit whose territory
//! changed in between. This module does not compare years.

use rayon::prelude::*;

use super::{
    note::Note,
    placed::{Kin, Placed, Sheet},
    regions::redrawn,
    words,
};
use domain::{Course, Period, Region, Severity};

pub(super) fn check(now: &[Placed<'_>], kin: &Kin<'_, '_>, regions: &[Region]) -> Vec<Note> {
    now.par_iter()
        .flat_map_iter(|later| {
            let period = later.dataset.key.period;
            let same_year = kin.of(later).filter(|earlier| {
                let then = earlier.dataset.key.period;
                then.year() == period.year() && then.last_month() < period.last_month()
            });
            let earlier = same_year.max_by_key(|e| e.dataset.key.period);
            let earlier = earlier.filter(|e| !redrawn(&later.dataset.key.unit, e.dataset.key.period, period, regions));
            earlier.map_or_else(Vec::new, |earlier| course(later, earlier))
        })
        .collect()
}

fn course(later: &Placed<'_>, earlier: &Placed<'_>) -> Vec<Note> {
    let then = earlier.dataset.key.period;
    let mut notes = Vec::new();
    for sheet in later.sheets.iter().flatten() {
        let Some(before) = earlier.sheet(sheet.at) else { continue };
        // Some sections are filled in only at a half-year; a blank section has no course.
        if sheet.is_blank() || before.is_blank() {
            continue;
        }
        for (column, template) in sheet.template.columns.iter().enumerate() {
            if !matches!(template.course, Course::Flow | Course::Opening) {
                continue;
            }
            let rows = 0..sheet.template.rows.len();
            notes.extend(rows.filter_map(|row| place(later, sheet, before, then, (row, column), template.course)));
        }
    }
    notes
}

fn place(
    later: &Placed<'_>,
    sheet: &Sheet<'_>,
    before: &Sheet<'_>,
    then: Period,
    (row, column): (usize, usize),
    course: Course,
) -> Option<Note> {
    let found = sheet.described(row, column)?;
    let earlier = before.described(row, column)?;
    let (rule, said) = match course {
        Course::Flow if found.weight() < earlier.weight() => {
            ("continuity.flow", "figures of this column are cumulative from January and do not fall")
        }
        Course::Opening if found.weight() != earlier.weight() => {
            ("continuity.opening", "the stock at the beginning of the year does not change within it")
        }
        _ => return None,
    };
    let (row, column) = (sheet.rows[row]?, sheet.columns[column]?);
    let explanation = format!(
        "{}, {}: {} for `{}` after {} for `{then}`; {said}",
        words::row(sheet, row),
        words::column(sheet, column),
        words::amount(found.value()),
        later.dataset.key.period,
        words::amount(earlier.value()),
    );
    let note = later.note_at(sheet, Some(row), Some(column), rule, Severity::Warning, explanation);
    Some(note.comparing(Some(earlier.weight()), found.value()).countable())
}
