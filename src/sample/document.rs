//! The documents that the office serves, including faults of content.
//!
//! In come the request, the period and the faults; out come the bytes of a document. This module does not know HTTP.

use super::{
    Figures, Offer, SampleError,
    address::Asked,
    deceive,
    faults::{FaultKind, SampleFaults},
    render::{Answer, Identity, answer, workbook},
};
use domain::{Agency, Dataset, Edition, FormId, FormTemplate, Period, Unit};

/// The bytes of a document and their declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json; charset=utf-8";

/// The document of a request for a period; `None` if the office does not have the figures.
///
/// # Errors
/// When the document cannot be written.
pub(super) fn document(
    figures: &Figures,
    faults: &SampleFaults,
    asked: &Asked,
    period: Period,
) -> Result<Option<Document>, SampleError> {
    match asked {
        Asked::Workbook { form, unit, agency, .. } => {
            if faults.has(FaultKind::WrongForm, form, Some(unit))
                && let Some((shown, period)) = other(figures, form, period, |_| true)
            {
                return of_workbook(figures, faults, &shown, period, unit, &Agency::all());
            }
            of_workbook(figures, faults, form, period, unit, agency)
        }
        Asked::Service { form, .. } => {
            if faults.has(FaultKind::WrongForm, form, None)
                && let Some((shown, period)) = other(figures, form, period, |o| o.index.is_some())
            {
                return Ok(of_service(figures, faults, &shown, period));
            }
            Ok(of_service(figures, faults, form, period))
        }
    }
}

/// Another form, and its period that contains the end of this one. A form that fits and has the same periodicity comes
/// first; `None` if the office has no other form.
fn other(figures: &Figures, form: &FormId, period: Period, fits: impl Fn(&Offer) -> bool) -> Option<(FormId, Period)> {
    let offers = &figures.premises().offers;
    let at = offers.iter().position(|o| o.form == *form)?;
    let after = || offers[at + 1..].iter().chain(&offers[..at]);
    let same = |o: &&Offer| o.periodicity == period.periodicity() && fits(o) && !o.by_agency;
    let shown = after().find(same).or_else(|| after().find(|o| !o.by_agency)).or_else(|| after().next())?;
    Some((shown.form.clone(), Period::containing(period.last_day(), shown.periodicity)?))
}

fn parts<'a>(figures: &'a Figures, form: &FormId) -> Option<(&'a FormTemplate, &'a Offer)> {
    let premises = figures.premises();
    Some((premises.forms.get(form)?, premises.offer(form)?))
}

fn of_workbook(
    figures: &Figures,
    faults: &SampleFaults,
    form: &FormId,
    period: Period,
    unit: &Unit,
    agency: &Agency,
) -> Result<Option<Document>, SampleError> {
    let Some((template, offer)) = parts(figures, form) else { return Ok(None) };
    let has = |kind| faults.has(kind, form, Some(unit));
    if has(FaultKind::MissingRepublic) && unit.is_republic() && agency.is_all() {
        return Ok(None);
    }
    let source = if has(FaultKind::Twins) { deceive::twin(figures, period, unit) } else { unit.clone() };
    let period = if has(FaultKind::StaleAnswer) { deceive::stale_period(period) } else { period };
    let Some(mut dataset) = figures.dataset(form, period, &source, agency) else { return Ok(None) };
    dataset.key.unit = unit.clone();
    if has(FaultKind::Sum) {
        deceive::sum(template, &mut dataset);
    }
    if has(FaultKind::Zeros) {
        deceive::zeros(&mut dataset);
    }
    if has(FaultKind::HalfRows) {
        deceive::half(&mut dataset);
    }
    let mut identity = Identity::of(&dataset);
    if has(FaultKind::Edition) {
        deceive::edition(&mut dataset);
        identity.edition = deceive::unknown_edition(template, &identity.edition);
    }
    if has(FaultKind::Renumbered) {
        // So far ahead that no template describes it.
        identity.edition = deceive::next_edition(&identity.edition, 40);
    }
    if has(FaultKind::Stale) {
        identity = deceive::stale(&identity);
    }
    let bytes = workbook(figures.premises(), template, offer, &dataset, &identity)
        .map_err(|source| SampleError::Workbook { form: form.clone(), source })?;
    Ok(Some(Document { content_type: XLSX, bytes }))
}

fn of_service(figures: &Figures, faults: &SampleFaults, form: &FormId, period: Period) -> Option<Document> {
    let (template, _) = parts(figures, form)?;
    let mut template = template.clone();
    let republic = (!faults.has(FaultKind::MissingRepublic, form, None)).then(Unit::republic);
    let units: Vec<Unit> = republic.into_iter().chain(figures.units(period).cloned()).collect();
    let of_unit = |unit: &Unit| -> Option<Dataset> {
        let has = |kind| faults.has(kind, form, Some(unit));
        let source = if has(FaultKind::Twins) { deceive::twin(figures, period, unit) } else { unit.clone() };
        let period = if has(FaultKind::StaleAnswer) { deceive::stale_period(period) } else { period };
        let mut dataset = figures.in_edition(form, period, &source, &Agency::all(), Edition::service())?;
        dataset.key.unit = unit.clone();
        if has(FaultKind::Sum) {
            deceive::sum(&template, &mut dataset);
        }
        if has(FaultKind::Zeros) {
            deceive::zeros(&mut dataset);
        }
        Some(dataset)
    };
    let mut datasets: Vec<Dataset> = units.iter().filter_map(of_unit).collect();
    if faults.has(FaultKind::HalfRows, form, None) {
        datasets.truncate(datasets.len().div_ceil(2));
    }
    let is_twice = |dataset: &&Dataset| {
        !dataset.key.unit.is_republic() && faults.has(FaultKind::UnitTwice, form, Some(&dataset.key.unit))
    };
    if let Some(again) = datasets.iter().find(is_twice).map(deceive::twice) {
        datasets.push(again);
    }
    if faults.has(FaultKind::Edition, form, None) {
        deceive::gone(&mut template);
    }
    let with_failure = faults.has(FaultKind::FailureWord, form, None);
    let how = Answer { with_failure, ..Answer::of(&template) };
    let body = answer(&template, &figures.premises().regions, &datasets, how);
    Some(Document { content_type: JSON, bytes: body.into_bytes() })
}
