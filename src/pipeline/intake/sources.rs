//! The sources of forms in a run: real ones, or the sample office as long as it is needed.
//!
//! In: a form and a period. Out: requests to its source. Unknown here: what the answers contain.

use acquire::{Ask, AskPlace, Enquiry, FetchLimits, Patience, Secret, ServiceDate, Shape, asks};
use config::{DatePolicy, Office, SourceKind, SourceSpec, UnitsWanted, Wait};
use domain::{FormId, Origin, Period, Unit};
use sample::{FaultKind, SECOND, SampleFaults, SampleOffice};

use crate::{Context, Failure, Trouble, chain, intake::sample_office, status::expected::expected};

/// The sources of a context's origin. The sample office serves until this is dropped.
pub struct Sources<'a> {
    context: &'a Context,
    sample: Option<SampleOffice>,
}

impl<'a> Sources<'a> {
    /// Opens the sources for work at a period. For sample work, the embedded office starts to serve on loopback.
    ///
    /// # Errors
    /// When the sample office cannot open a port.
    pub async fn open(context: &'a Context, about: Period) -> Result<Self, Failure> {
        let sample = match context.origin {
            Origin::Real => None,
            Origin::Sample => Some(sample_office::of_desk(context, about).await?),
        };
        Ok(Self { context, sample })
    }

    /// The requests for a form; `None` if no source of this origin serves it.
    ///
    /// # Errors
    /// When an address in sources.toml cannot be filled in, or the key of a service is not set.
    pub fn asks(&self, form: &FormId, period: Period) -> Result<Option<Vec<Ask>>, Trouble> {
        let office = &self.context.office;
        let specs = if self.sample.is_some() { &office.sample_sources } else { &office.sources };
        let Some(spec) = specs.iter().find(|s| s.form == *form && s.origin == self.context.origin) else {
            return Ok(None);
        };
        let base = self.sample.as_ref().map(|s| s.base.as_str()).or(spec.base.as_deref()).unwrap_or_default();
        let expected = expected(office, form, period);
        // For a form of regions the republic is requested too: its own document is better than the sum of the regions.
        // Listed units are requested as they are listed.
        let republic = match &spec.units {
            UnitsWanted::Listed(units) => units.contains(&Unit::republic()),
            UnitsWanted::Each | UnitsWanted::Republic => true,
        };
        let units: Vec<Unit> = republic.then(Unit::republic).into_iter().chain(expected.regions).collect();
        let agencies = expected.agencies;
        let key = key(spec)?;
        let folder;
        let shape = match &spec.kind {
            SourceKind::Workbook { url } => Shape::Workbook { url },
            SourceKind::Service { url, index, date, .. } => {
                Shape::Service { url, index, key: key.as_ref(), date: service_date(*date) }
            }
            SourceKind::Folder { path } => {
                folder = office.path(path);
                Shape::Folder { path: &folder }
            }
            SourceKind::Brought => return Ok(None),
        };
        let enquiry = Enquiry { form, period, shape, base, code: &spec.code, units: &units, agencies: &agencies };
        let mut asks = asks(&enquiry).map_err(|error| Trouble::new(format!("form `{form}`"), chain(&error)))?;
        if self.sample.is_some() {
            asks.extend(seconds(&self.context.faults, &asks));
        }
        let patience = patience(spec.wait, limits(self.context).patience);
        for ask in &mut asks {
            ask.patience = patience;
        }
        Ok(Some(asks))
    }
}

/// Requests for the second documents that the sample office has on demand (`--faults two-files:…`).
fn seconds(faults: &SampleFaults, asks: &[Ask]) -> Vec<Ask> {
    let has = |ask: &&Ask| faults.has(FaultKind::TwoFiles, &ask.form, ask.unit.as_ref());
    let second = |ask: &Ask| match &ask.place {
        AskPlace::Url(url) => {
            let joint = if url.contains('?') { '&' } else { '?' };
            Some(Ask { place: AskPlace::Url(format!("{url}{joint}{SECOND}")), ..ask.clone() })
        }
        _ => None,
    };
    asks.iter().filter(has).filter_map(second).collect()
}

/// A form's own time limits in place of the office's. Without a limit of its own, the whole is not shorter than the
/// answer.
fn patience(wait: Wait, usual: Patience) -> Option<Patience> {
    if wait == Wait::default() {
        return None;
    }
    let answer = wait.answer.unwrap_or(usual.answer);
    let whole = wait.whole.unwrap_or_else(|| usual.whole.max(answer));
    Some(Patience { answer, idle: wait.idle.unwrap_or(usual.idle), whole })
}

/// The office's own time limits: the whole of a document is not shorter than its answer.
fn usual(answer: std::time::Duration) -> Patience {
    let usual = Patience::default();
    Patience { answer, whole: usual.whole.max(answer), ..usual }
}

/// The key of a service, from the environment. If the settings contain no variable for it, the request has no key, and
/// the portal reports that.
fn key(spec: &SourceSpec) -> Result<Option<Secret>, Trouble> {
    let SourceKind::Service { key_env: Some(variable), .. } = &spec.kind else { return Ok(None) };
    match std::env::var(variable) {
        Ok(value) => Ok(Secret::of(Some(value))),
        Err(_) => Err(Trouble::new(
            format!("form `{}`", spec.form),
            format!("the environment variable `{variable}` with the portal's key is not set"),
        )),
    }
}

const fn service_date(policy: DatePolicy) -> ServiceDate {
    match policy {
        DatePolicy::DayAfter => ServiceDate::DayAfter,
        DatePolicy::LastDay => ServiceDate::LastDay,
        DatePolicy::None => ServiceDate::Newest,
    }
}

/// The field with the region in the answers of a form's service.
#[must_use]
pub fn region_field(office: &Office, form: &FormId) -> Option<String> {
    office.sources.iter().find(|s| s.form == *form).and_then(|spec| match &spec.kind {
        SourceKind::Service { region_field, .. } => Some(region_field.clone()),
        _ => None,
    })
}

/// Whether a form comes from a service at the context's origin.
#[must_use]
pub fn is_service(context: &Context, form: &FormId) -> bool {
    let office = &context.office;
    let specs = if context.origin == Origin::Sample { &office.sample_sources } else { &office.sources };
    let found = specs.iter().find(|s| s.form == *form && s.origin == context.origin);
    found.is_some_and(|spec| matches!(spec.kind, SourceKind::Service { .. }))
}

/// Why a form cannot be requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unasked {
    /// The office has no source of it, so a person brings its files.
    NoSource,
    /// The environment variable with the key of its source is not set.
    NoKey(String),
}

/// Why a form cannot be requested; `None` if it can. The sample office has every form.
#[must_use]
pub fn unasked(context: &Context, form: &FormId) -> Option<Unasked> {
    if context.origin == Origin::Sample {
        return None;
    }
    let spec = context.office.sources.iter().find(|s| s.form == *form && s.origin == context.origin);
    match spec.map(|spec| &spec.kind) {
        None | Some(SourceKind::Brought) => Some(Unasked::NoSource),
        Some(SourceKind::Service { key_env: Some(variable), .. }) if std::env::var(variable).is_err() => {
            Some(Unasked::NoKey(variable.clone()))
        }
        Some(_) => None,
    }
}

/// The office's limits in the form that the fetcher takes.
#[must_use]
pub fn limits(context: &Context) -> FetchLimits {
    let ours = &context.office.settings.limits;
    FetchLimits {
        body_bytes: ours.max_body_bytes,
        connect: ours.connect,
        patience: usual(ours.answer),
        attempts: ours.attempts as usize,
        first_pause: ours.first_pause,
        longest_pause: ours.longest_pause,
        at_a_time: ours.fetch_at_a_time,
        at_a_time_per_host: ours.fetch_at_a_time,
        ..FetchLimits::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_whole_is_never_shorter_than_the_answer() {
        assert_eq!(usual(Duration::from_secs(7)).whole, Patience::default().whole);
        let slow = usual(Duration::from_mins(20));
        assert_eq!((slow.answer, slow.whole), (Duration::from_mins(20), Duration::from_mins(20)));
    }

    #[test]
    fn a_form_s_own_limits_stand_over_the_office_s() {
        let usual = Patience::default();
        assert_eq!(patience(Wait::default(), usual), None);
        let slow = Wait { answer: Some(Duration::from_mins(20)), ..Wait::default() };
        let expected = Patience { answer: Duration::from_mins(20), idle: usual.idle, whole: Duration::from_mins(20) };
        assert_eq!(patience(slow, usual), Some(expected));
    }
}
