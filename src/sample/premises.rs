//! What the office is given: the described forms, the regions and agencies, and how each form is served.
//!
//! In come templates, regions, agencies and terms; out come [`Premises`]. This module does not know figures.

use std::collections::BTreeMap;

use domain::{
    AgencyName, Edition, EditionTemplate, FormId, FormTemplate, FormTerm, Period, Periodicity, Region, Titles,
};

/// The editions of the sample office begin with this. No edition of the Committee does.
const OWN_EDITION: &str = "9";

/// The forms for which the Committee lists a JSON service, with its index.
const SERVICES: [(&str, &str); 15] = [
    ("1-m", "gp_od_service_1m"),
    ("1-n", "gp_od_service_1n"),
    ("1-e", "gp_od_service_1e"),
    ("1-et", "gp_od_service_1et1"),
    ("dtp-1", "gp_od_service_dtp1"),
    ("court-1", "gp_od_service_1"),
    ("court-2", "gp_od_service_2"),
    ("court-2-zh", "gp_od_service_1zh"),
    ("court-6", "gp_od_service_6"),
    ("court-6-k", "gp_od_service_6k1"),
    ("court-7-k", "gp_od_service_7k1"),
    ("court-10", "gp_od_service_10"),
    ("execution-4", "gp_od_service_42"),
    ("cis-1", "gp_od_service_sng11"),
    ("cis-3", "gp_od_service_sng3"),
];

/// The forms that exist for each agency.
const BY_AGENCY: [&str; 1] = ["3-k"];

/// What the office needs before it makes a figure.
#[derive(Debug, Clone)]
pub struct Premises {
    pub forms: BTreeMap<FormId, FormTemplate>,
    pub regions: Vec<Region>,
    pub agencies: Vec<AgencyName>,
    pub offers: Vec<Offer>,
    pub seed: u64,
    /// Whether to serve every section of the newest real edition instead of the sample office's own shorter edition.
    pub full: bool,
    /// The period in question, for faults of earlier periods; `None` = the period that ended last.
    pub about: Option<Period>,
}

/// A form that the office serves: as a workbook for each unit and agency, and as a JSON service if it has an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub form: FormId,
    pub titles: Titles,
    /// The code of the form in the names of workbooks.
    pub code: String,
    pub periodicity: Periodicity,
    /// The day of the month after the period by which the form has to be available.
    pub day: u32,
    /// Its name in the service.
    pub index: Option<String>,
    /// Whether it also exists for each agency.
    pub by_agency: bool,
}

impl Offer {
    /// How a form of the Instruction is served.
    #[must_use]
    pub fn of(term: &FormTerm, template: &FormTemplate) -> Self {
        let id = term.id.as_str();
        let index = SERVICES.iter().find(|(form, _)| *form == id).map(|(_, index)| (*index).to_owned());
        Self {
            form: term.id.clone(),
            titles: term.titles.clone(),
            code: template.file_code.clone(),
            periodicity: term.periodicity,
            day: term.day,
            index,
            by_agency: BY_AGENCY.contains(&id),
        }
    }
}

impl Premises {
    /// The premises of an office that serves every form of a regulation that has a template.
    #[must_use]
    pub fn new(
        forms: BTreeMap<FormId, FormTemplate>,
        regions: Vec<Region>,
        agencies: Vec<AgencyName>,
        terms: &[FormTerm],
        seed: u64,
    ) -> Self {
        let offers = terms.iter().filter_map(|t| Some(Offer::of(t, forms.get(&t.id)?))).collect();
        // The republic is the sum of the regions, and `all` is the sum of the agencies. Neither is one of them.
        let regions = regions.into_iter().filter(|r| !r.unit.is_republic()).collect();
        let agencies = agencies.into_iter().filter(|a| !a.agency.is_all()).collect();
        Self { forms, regions, agencies, offers, seed, full: false, about: None }
    }

    /// How a form is served; `None` if it is not served.
    #[must_use]
    pub fn offer(&self, form: &FormId) -> Option<&Offer> {
        self.offers.iter().find(|o| o.form == *form)
    }

    /// Whether a form exists for each agency.
    #[must_use]
    pub fn by_agency(&self, form: &FormId) -> bool {
        self.offer(form).is_some_and(|o| o.by_agency)
    }

    /// The edition that the office prints for a period. It is the office's own shorter edition if the template
    /// describes one, otherwise the real edition of the time; `service` if the template describes no edition.
    #[must_use]
    pub fn edition(&self, template: &FormTemplate, period: Period) -> Edition {
        let ends = |other: Period| (other.year(), other.last_month());
        let of_the_time = |e: &&&EditionTemplate| {
            e.from.is_none_or(|from| ends(from) <= ends(period))
                && e.until.is_none_or(|until| ends(period) <= ends(until))
        };
        let printed = self.printed(template);
        let chosen = printed.iter().rfind(of_the_time).or(printed.last());
        chosen.map_or_else(Edition::service, |e| e.edition.clone())
    }

    /// The editions that the office prints at any time.
    pub(super) fn editions(&self, template: &FormTemplate) -> Vec<Edition> {
        self.printed(template).iter().map(|e| e.edition.clone()).collect()
    }

    fn printed<'a>(&self, template: &'a FormTemplate) -> Vec<&'a EditionTemplate> {
        let is_own = |e: &&EditionTemplate| e.edition.as_str().starts_with(OWN_EDITION);
        let (own, real): (Vec<_>, Vec<_>) = template.editions.iter().partition(is_own);
        if own.is_empty() || (self.full && !real.is_empty()) { real } else { own }
    }
}
