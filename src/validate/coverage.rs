//! Who did not come where others did: regions of a form, and every agency together where single agencies came.

use std::collections::{BTreeMap, BTreeSet};

use super::{note::Note, words};
use crate::domain::{Agency, Dataset, FormId, Origin, Period, Region, Severity, Unit};

type Group<'a> = (&'a FormId, Period, &'a Agency, Origin);

pub(super) fn check(datasets: &[&Dataset], regions: &[Region]) -> Vec<Note> {
    let mut notes = missing_regions(datasets, regions);
    notes.extend(datasets.iter().filter_map(|dataset| before_its_time(dataset, regions)));
    notes.extend(missing_totals(datasets));
    notes
}

fn missing_regions(datasets: &[&Dataset], regions: &[Region]) -> Vec<Note> {
    let mut groups: BTreeMap<Group<'_>, (&Dataset, BTreeSet<&Unit>)> = BTreeMap::new();
    for dataset in datasets.iter().filter(|d| !d.key.unit.is_republic()) {
        let key = &dataset.key;
        let group = groups.entry((&key.form, key.period, &key.agency, key.origin));
        group.or_insert_with(|| (dataset, BTreeSet::new())).1.insert(&key.unit);
    }
    let mut notes = Vec::new();
    for ((form, period, ..), (first, came)) in groups {
        let existing = regions.iter().filter(|r| !r.unit.is_republic() && r.exists(period.last_day()));
        let existing: Vec<&Region> = existing.collect();
        for region in existing.iter().filter(|r| !came.contains(&r.unit)) {
            let explanation = format!(
                "{} did not come, while {} of {} regions did; ask for form `{form}` for `{period}` of this region",
                words::unit(&region.unit, regions),
                came.len(),
                existing.len(),
            );
            let mut note = Note::about(first, "missing.region", Severity::Warning, explanation);
            note.finding.unit = Some(region.unit.clone());
            notes.push(note);
        }
    }
    notes
}

/// Figures of a region for a time at which it did not exist yet.
fn before_its_time(dataset: &Dataset, regions: &[Region]) -> Option<Note> {
    let (unit, period) = (&dataset.key.unit, dataset.key.period);
    let region = regions.iter().find(|r| r.unit == *unit && !r.exists(period.last_day()))?;
    let since = region.since?;
    let explanation = format!("{} exists since {since}, after `{period}` ended", words::unit(unit, regions));
    Some(Note::about(dataset, "shape.unit", Severity::Warning, explanation))
}

fn missing_totals(datasets: &[&Dataset]) -> Vec<Note> {
    let mut groups: BTreeMap<(&FormId, Period, &Unit, Origin), Vec<&Dataset>> = BTreeMap::new();
    for dataset in datasets {
        let key = &dataset.key;
        groups.entry((&key.form, key.period, &key.unit, key.origin)).or_default().push(dataset);
    }
    let without = groups.into_values().filter(|came| came.iter().all(|d| !d.key.agency.is_all()));
    without
        .map(|came| {
            let agencies: BTreeSet<&str> = came.iter().map(|d| d.key.agency.as_str()).collect();
            let agencies: Vec<&str> = agencies.into_iter().collect();
            let key = &came[0].key;
            let explanation = format!(
                "form `{}` for `{}` came for agencies {}, and not for all agencies together",
                key.form,
                key.period,
                words::list(&agencies, ", "),
            );
            let mut note = Note::about(came[0], "missing.total", Severity::Warning, explanation);
            note.finding.agency = Some(Agency::all());
            note
        })
        .collect()
}
