//! Which documents an office expects of its forms, and which of them are not there: the one list that everything counts by.

use std::collections::BTreeSet;

use crate::{Catalogue, Desk};
use config::{Office, SourceSpec, UnitsWanted};
use domain::{Absence, Agency, AgencyName, Expected, FormId, Lacking, Period, Region, Unit};

/// What decides what is expected, apart from an office, so that an agenda can keep it.
#[derive(Debug, Clone, Default)]
pub struct Grounds {
    sources: Vec<SourceSpec>,
    regions: Vec<Region>,
    agencies: Vec<AgencyName>,
}

impl Grounds {
    #[must_use]
    pub fn of(office: &Office) -> Self {
        // Each form says once which units and agencies it comes for; where it comes from changes nothing about that.
        let mut sources = office.sources.clone();
        sources
            .extend(office.sample_sources.iter().filter(|s| office.sources.iter().all(|o| o.form != s.form)).cloned());
        Self { sources, regions: office.regions.clone(), agencies: office.agencies.clone() }
    }

    /// The same where each form comes in one document about the republic.
    #[must_use]
    pub fn in_one_document(mut self) -> Self {
        for source in &mut self.sources {
            source.units = UnitsWanted::Republic;
            source.agencies.0.clear();
        }
        self
    }

    /// The documents of a form that are expected for a period.
    #[must_use]
    pub fn expected(&self, form: &FormId, period: Period) -> Expected {
        let source = self.sources.iter().find(|s| s.form == *form);
        documents(source, &self.regions, &self.agencies, form, period)
    }
}

/// The documents of a form that an office expects for a period.
#[must_use]
pub fn expected(office: &Office, form: &FormId, period: Period) -> Expected {
    let mut sources = office.sources.iter().chain(&office.sample_sources);
    documents(sources.find(|s| s.form == *form), &office.regions, &office.agencies, form, period)
}

fn documents(
    source: Option<&SourceSpec>,
    regions: &[Region],
    agencies: &[AgencyName],
    form: &FormId,
    period: Period,
) -> Expected {
    let existed = regions.iter().filter(|r| r.exists(period.last_day())).map(|r| r.unit.clone());
    let (republic, regions) = match source.map(|s| &s.units) {
        Some(UnitsWanted::Republic) => (true, Vec::new()),
        Some(UnitsWanted::Listed(units)) => {
            (units.iter().all(Unit::is_republic), existed.filter(|unit| units.contains(unit)).collect())
        }
        Some(UnitsWanted::Each) | None => (false, existed.collect()),
    };
    let reported = |agency: &&Agency| {
        let known = agencies.iter().find(|a| a.agency == **agency);
        !agency.is_all() && known.is_none_or(|a| a.since.is_none_or(|since| since <= period.last_day()))
    };
    let agencies = source.map(|s| s.agencies.0.iter().filter(reported).cloned().collect()).unwrap_or_default();
    Expected { form: form.clone(), period, republic, regions, agencies }
}

/// What is not in use of a form for a period.
#[must_use]
pub fn lacking(desk: &Desk, catalogue: &Catalogue, form: &FormId, period: Period) -> Lacking {
    expected(&desk.office, form, period).lacking(&here(desk, catalogue, form, period))
}

/// The documents in use of a form for a period.
#[must_use]
pub fn here(desk: &Desk, catalogue: &Catalogue, form: &FormId, period: Period) -> BTreeSet<(Unit, Agency)> {
    let of_origin = catalogue.of_form(form, period).filter(|(key, _)| key.origin == desk.origin);
    of_origin.map(|(key, _)| (key.unit.clone(), key.agency.clone())).collect()
}

/// The documents of a form for a period whose newest revision waits for a person.
#[must_use]
pub fn held(desk: &Desk, catalogue: &Catalogue, form: &FormId, period: Period) -> BTreeSet<(Unit, Agency)> {
    let newest = catalogue.newest().filter(|(key, edition)| {
        key.form == *form && key.period == period && key.origin == desk.origin && edition.held.is_some()
    });
    newest.map(|(key, _)| (key.unit.clone(), key.agency.clone())).collect()
}

/// Why some documents of a form are not there: the weightiest reason among them.
#[must_use]
pub fn absence(
    desk: &Desk,
    catalogue: &Catalogue,
    form: &FormId,
    period: Period,
    documents: &[(Unit, Agency)],
) -> Absence {
    let held = held(desk, catalogue, form, period);
    let expected = expected(&desk.office, form, period).documents();
    let republic = (Unit::republic(), Agency::all());
    // A document that is held may be filed under a key that nobody expects, and be any of those that are missing.
    let is_stray = held.iter().any(|document| *document != republic && !expected.contains(document));
    let of_one = |document: &(Unit, Agency)| {
        if held.contains(document) || is_stray {
            return Absence::Held;
        }
        catalogue.absence(form, period, document).unwrap_or(Absence::NotAsked)
    };
    documents.iter().map(of_one).max().unwrap_or(Absence::NotAsked)
}
