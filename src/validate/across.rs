//! Compares places that have the same figure: in two sections of a form, or in two forms, for each unit and agency.
//!
//! In come the datasets and their rules of equal places; out come notes about unequal figures. Figures are cumulative,
//! so periods of different lengths are compared if they end in the same month. This module does not know rules within
//! one section: see [`super::balance`].

use std::collections::HashMap;

use rayon::prelude::*;

use super::{
    bound::Bound,
    note::Note,
    placed::{Placed, Sheet},
    words,
};
use domain::{Agency, FormId, FormPlace, Origin, Place, Rule, RuleKind, Unit};

/// What two datasets have to share before they are compared: form, unit, agency, origin, and the end of the period.
type Meeting<'a> = (&'a FormId, &'a Unit, &'a Agency, Origin, i32, u32);

pub(super) fn check(now: &[Placed<'_>], before: &[Placed<'_>]) -> Vec<Note> {
    let mut meetings: HashMap<Meeting<'_>, Vec<&Placed<'_>>> = HashMap::new();
    for placed in now.iter().chain(before) {
        let key = &placed.dataset.key;
        meetings.entry(meeting(placed, &key.form)).or_default().push(placed);
    }
    now.par_iter()
        .flat_map_iter(|placed| {
            let same = placed.form.template.rules.iter().filter_map(|rule| match &rule.kind {
                RuleKind::SamePlace { here, there } => Some((rule, here, there)),
                _ => None,
            });
            same.filter_map(|(rule, here, there)| compare(placed, rule, here, there, &meetings)).collect::<Vec<_>>()
        })
        .collect()
}

fn meeting<'a>(placed: &Placed<'a>, form: &'a FormId) -> Meeting<'a> {
    let key = &placed.dataset.key;
    (form, &key.unit, &key.agency, key.origin, key.period.year(), key.period.last_month())
}

fn compare(
    placed: &Placed<'_>,
    rule: &Rule,
    here: &Place,
    there: &FormPlace,
    meetings: &HashMap<Meeting<'_>, Vec<&Placed<'_>>>,
) -> Option<Note> {
    let (sheet, row, column) = find(placed, placed.form, here)?;
    let candidates = meetings.get(&meeting(placed, &there.form))?;
    let period = placed.dataset.key.period;
    // If several end in the same month: the one of the same length, otherwise the shortest.
    let other = candidates.iter().min_by_key(|c| (c.dataset.key.period != period, c.dataset.key.period))?;
    let (other_sheet, other_row, other_column) = find(other, other.form, &there.place)?;
    let found = sheet.worth(row, column)?;
    let expected = other_sheet.worth(other_row, other_column)?;
    if found.weight() == expected.weight() {
        return None;
    }
    let whose = if there.form == placed.dataset.key.form {
        String::new()
    } else {
        format!("form `{}` for `{}`, ", there.form, other.dataset.key.period)
    };
    let explanation = format!(
        "{}, {} is {}, but {} in {whose}section {}, {}, {}; {}",
        words::row(sheet, row),
        words::column(sheet, column),
        words::amount(found.value()),
        words::amount(expected.value()),
        other_sheet.template.id,
        words::row(other_sheet, other_row),
        words::column(other_sheet, other_column),
        rule.titles.ru,
    );
    let note = placed.note_at(sheet, Some(row), Some(column), &rule.id, rule.severity, explanation);
    Some(note.comparing(Some(expected.weight()), found.value()))
}

/// The place in the document, from a place of the oldest edition.
fn find<'s, 'a>(placed: &'s Placed<'a>, form: &Bound<'_>, place: &Place) -> Option<(&'s Sheet<'a>, usize, usize)> {
    let at = form.template.sections.iter().position(|s| s.id == place.section)?;
    let sheet = placed.sheet(at)?;
    let row = sheet.template.rows.iter().position(|r| r.code == place.row)?;
    let column = sheet.template.columns.iter().position(|c| c.code == place.column)?;
    Some((sheet, sheet.rows[row]?, sheet.columns[column]?))
}
