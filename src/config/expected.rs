//! The documents that an office expects of its forms: the one list that completeness is counted by.
//!
//! In: the office's sources, regions and agencies. Out: the documents of a form for a period. This module does not know
//! which of them have come.

use super::{Office, SourceSpec, UnitsWanted};
use domain::{Agency, AgencyName, Expected, FormId, Period, Region, Unit};

/// The parts of an office that decide which documents are expected. An agenda can keep them without the office.
#[derive(Debug, Clone, Default)]
pub struct Grounds {
    sources: Vec<SourceSpec>,
    regions: Vec<Region>,
    agencies: Vec<AgencyName>,
}

impl Grounds {
    #[must_use]
    pub fn of(office: &Office) -> Self {
        // The units and agencies of a form are written at one of its sources. They do not depend on where the form
        // comes from.
        let mut sources = office.sources.clone();
        sources
            .extend(office.sample_sources.iter().filter(|s| office.sources.iter().all(|o| o.form != s.form)).cloned());
        Self { sources, regions: office.regions.clone(), agencies: office.agencies.clone() }
    }

    /// The same grounds, but each form comes in one document about the republic.
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
pub fn expected_documents(office: &Office, form: &FormId, period: Period) -> Expected {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_and_its_grounds_expect_the_same() {
        let office = Office::embedded().unwrap();
        let grounds = Grounds::of(&office);
        for (form, period) in [("1-m", "2025-M06"), ("3-k", "2025-M06"), ("1-n", "2025-Q2")] {
            let (form, period): (FormId, Period) = (form.parse().unwrap(), period.parse().unwrap());
            let expected = expected_documents(&office, &form, period);
            assert!(!expected.documents().is_empty(), "{form}");
            assert_eq!(grounds.expected(&form, period).documents(), expected.documents(), "{form}");
            let one = grounds.clone().in_one_document().expected(&form, period).documents();
            assert_eq!(Vec::from_iter(one), [(Unit::republic(), Agency::all())], "{form}");
        }
    }
}
