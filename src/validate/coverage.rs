//! Finds what is missing where other documents came: regions and agencies of a form, and all agencies together where
//! single agencies came.
//!
//! In come the datasets and what was expected; out come findings. This module does not know why a document did not
//! come, except for a comparison.

use std::collections::{BTreeMap, BTreeSet};

use super::{note::Note, words};
use domain::{Absence, Agency, Dataset, Expected, Finding, FormId, Lacking, Origin, Period, Region, Severity, Unit};

pub(super) fn check(datasets: &[&Dataset], regions: &[Region]) -> Vec<Note> {
    let mut notes: Vec<Note> = datasets.iter().filter_map(|dataset| before_its_time(dataset, regions)).collect();
    notes.extend(missing_totals(datasets));
    notes
}

/// What is missing of a form that came in part: one finding for each region and each agency. `has_republic`: a document
/// of the republic is in use; without it, a form of regions is shown as their sum. A form that did not come at all has
/// no figures to report about.
///
/// The findings are warnings. A document that did not come is late, and the late-form policy of each collection decides
/// what happens then.
#[must_use]
pub fn missing(expected: &Expected, lacking: &Lacking, has_republic: bool, regions: &[Region]) -> Vec<Finding> {
    if lacking.is_all() {
        return Vec::new();
    }
    let (form, period) = (&expected.form, expected.period);
    let about = |rule: &str, unit: Unit, agency: Agency, explanation: String| Finding {
        period: Some(period),
        unit: Some(unit),
        agency: Some(agency),
        ..Finding::about(rule, Severity::Warning, form.clone(), explanation)
    };
    let mut findings = Vec::new();
    if !expected.regions.is_empty() && !has_republic {
        let explanation = format!(
            "the republic did not come; its figures are the sum of its regions where each of them is there; ask for form \
             `{form}` for `{period}` of the republic"
        );
        findings.push(about("missing.republic", Unit::republic(), Agency::all(), explanation));
    }
    for region in &lacking.regions {
        let explanation = format!(
            "{} did not come, while {} of {} regions did; ask for form `{form}` for `{period}` of this region",
            words::unit(region, regions),
            expected.regions.len() - lacking.regions.len(),
            expected.regions.len(),
        );
        findings.push(about("missing.region", region.clone(), Agency::all(), explanation));
    }
    for agency in &lacking.agencies {
        let explanation = format!(
            "agency `{agency}` did not come, while {} of {} agencies did; those that came do not add up to all; ask for form \
             `{form}` for `{period}` of this agency",
            expected.agencies.len() - lacking.agencies.len(),
            expected.agencies.len(),
        );
        findings.push(about("missing.agency", Unit::republic(), agency.clone(), explanation));
    }
    findings
}

/// The finding about a comparison that is missing; `said` contains the form, its earlier period and the reason. It is a
/// warning if the comparison may still come, and information if its source does not have it.
#[must_use]
pub fn missing_comparison(form: &FormId, period: Period, absence: Absence, said: &str) -> Finding {
    let severity = if absence.may_come() { Severity::Warning } else { Severity::Info };
    let next = match absence {
        Absence::NoAnswer | Absence::Denied => "; asked for again at the next run",
        Absence::Held => "; a person has to decide about it",
        Absence::Refused => "; ask its sender for another document",
        Absence::NotThere | Absence::NotAsked => "",
    };
    let explanation = format!("{said}{next}");
    Finding { period: Some(period), ..Finding::about("missing.comparison", severity, form.clone(), explanation) }
}

/// The finding about figures of a region for a time before it existed.
fn before_its_time(dataset: &Dataset, regions: &[Region]) -> Option<Note> {
    let (unit, period) = (&dataset.key.unit, dataset.key.period);
    let region = regions.iter().find(|r| r.unit == *unit && !r.exists(period.last_day()))?;
    let since = region.since?;
    let explanation = format!("{} exists since {since}, after `{period}` ended", words::unit(unit, regions));
    Some(Note::about(dataset, "shape.unit", Severity::Error, explanation))
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
