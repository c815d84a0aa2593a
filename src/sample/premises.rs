//! What the office is given: the forms as they are described, the places of the field, and how each form is served.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{AgencyName, Edition, FormId, FormTemplate, FormTerm, Periodicity, Region};

/// Editions of the sample office's own begin with this: no edition of the Committee does.
const OWN_EDITION: &str = "9";

/// The forms that the Committee describes a JSON service for, with its index; the sample office serves them so.
/// Forms 1-M, CIS-1 and CIS-3 have an index too, but 1-M and CIS-1 are known as workbooks, and of CIS-3 no field is known.
const SERVICES: [(&str, &str); 12] = [
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
];

/// The forms that tell agencies apart.
const BY_AGENCY: [&str; 1] = ["3-k"];

/// What the office knows before it makes a figure.
#[derive(Debug, Clone)]
pub struct Premises {
    pub forms: BTreeMap<FormId, FormTemplate>,
    pub regions: Vec<Region>,
    pub agencies: Vec<AgencyName>,
    pub offers: Vec<Offer>,
    pub seed: u64,
    /// Serve every section of the newest real edition, not the sample office's own shorter one.
    pub full: bool,
}

/// How a form is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub form: FormId,
    pub periodicity: Periodicity,
    /// The day of the month after the period by which it has to be there.
    pub day: u32,
    pub shape: Shape,
    /// Whether it comes for each agency too; it then comes for the republic alone.
    pub by_agency: bool,
}

/// In which of the two real shapes a form comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// One workbook for each period, unit and agency.
    Workbook,
    /// One answer of a JSON service for each period, with an object for each unit.
    Service { index: String },
}

impl Offer {
    /// How a form of the Instruction is served.
    #[must_use]
    pub fn of(term: &FormTerm) -> Self {
        let id = term.id.as_str();
        let shape = match SERVICES.iter().find(|(form, _)| *form == id) {
            Some((_, index)) => Shape::Service { index: (*index).to_owned() },
            None => Shape::Workbook,
        };
        let by_agency = BY_AGENCY.contains(&id);
        Self { form: term.id.clone(), periodicity: term.periodicity, day: term.day, shape, by_agency }
    }

    /// The path of its documents below the office's address, for `sources.toml`.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.shape {
            Shape::Workbook => "/forms/{yyyymm}_{code}_{agency}_{unit}__ru.XLSX".to_owned(),
            Shape::Service { .. } => "/proxy/{index}?apiKey={apiKey}&date={yyyy-MM-dd}".to_owned(),
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
        let offers = terms.iter().filter(|t| forms.contains_key(&t.id)).map(Offer::of).collect();
        // The republic is the sum of the regions, and all agencies that of the agencies: neither is one of them.
        let regions = regions.into_iter().filter(|r| !r.unit.is_republic()).collect();
        let agencies = agencies.into_iter().filter(|a| !a.agency.is_all()).collect();
        Self { forms, regions, agencies, offers, seed, full: false }
    }

    /// How a form is served; `None` for a form that is not.
    #[must_use]
    pub fn offer(&self, form: &FormId) -> Option<&Offer> {
        self.offers.iter().find(|o| o.form == *form)
    }

    /// Whether a form tells agencies apart.
    #[must_use]
    pub fn by_agency(&self, form: &FormId) -> bool {
        self.offer(form).is_some_and(|o| o.by_agency)
    }

    /// The edition that the office prints: its own shorter one where the template describes one, else the newest;
    /// `service` for a form that a JSON service answers.
    #[must_use]
    pub fn edition(&self, template: &FormTemplate) -> Edition {
        let is_service = self.offer(&template.form).is_some_and(|o| matches!(o.shape, Shape::Service { .. }));
        let real = |e: &&crate::domain::EditionTemplate| !e.edition.as_str().starts_with(OWN_EDITION);
        let editions = &template.editions;
        let own = editions.iter().rfind(|e| !real(e));
        let newest = editions.iter().rfind(real);
        let chosen = if self.full { newest.or(own) } else { own.or(newest) };
        match chosen {
            Some(edition) if !is_service => edition.edition.clone(),
            _ => Edition::service(),
        }
    }

    /// The forms that are served.
    #[must_use]
    pub fn served(&self) -> BTreeSet<&FormId> {
        self.offers.iter().map(|o| &o.form).collect()
    }
}
