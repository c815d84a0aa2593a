//! Makes the figures: a pure function of the templates, the places, the seed and the request.
//!
//! In come [`Premises`]; out come datasets. This module does not know documents, HTTP or the clock.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Premises, SampleError,
    chance::Chance,
    columns::Moment,
    memory::Memory,
    plan::{FormPlan, SectionPlan, plans},
    plausible, printed,
    spans::{Places, Span},
    year::{self, FIRST_YEAR, LAST_YEAR},
};
use domain::{Agency, Dataset, DatasetKey, Edition, FormId, Origin, Period, SectionId, SectionTemplate, Unit};

/// The figures of the sample office.
///
/// The same premises and seed give the same figures, in any order of requests. The figures satisfy every rule of the
/// templates. The republic is the sum of its regions, and all agencies are the sum of the agencies. Flows do not fall
/// within a year, and a year opens with the closing stock of the year before.
#[derive(Debug)]
pub struct Figures {
    premises: Premises,
    places: Places,
    plans: BTreeMap<FormId, FormPlan>,
    /// The share of each region in the republic's cases.
    shares: Vec<f64>,
    memory: Mutex<Memory>,
}

impl Figures {
    /// Prepares all templates.
    ///
    /// # Errors
    /// When the rules of a template cannot all be satisfied.
    pub fn new(premises: Premises) -> Result<Self, SampleError> {
        let plans = plans(&premises)?;
        let places = Places::of(&premises.regions, &premises.agencies);
        let shares = shares(&premises);
        Ok(Self { premises, places, plans, shares, memory: Mutex::default() })
    }

    #[must_use]
    pub fn premises(&self) -> &Premises {
        &self.premises
    }

    /// The figures of a form for a period, a unit and an agency. `None` if the office does not have them: an unknown
    /// form, a unit or an agency that did not exist then, a year before 2019 or after 2027.
    #[must_use]
    pub fn dataset(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency) -> Option<Dataset> {
        let edition = self.premises.edition(self.premises.forms.get(form)?, period);
        self.in_edition(form, period, unit, agency, edition)
    }

    /// The same figures, with the codes that an edition prints.
    #[must_use]
    pub fn in_edition(
        &self,
        form: &FormId,
        period: Period,
        unit: &Unit,
        agency: &Agency,
        edition: Edition,
    ) -> Option<Dataset> {
        let template = self.premises.forms.get(form)?;
        let spans = self.spans(form, period, unit, agency)?;
        let ready = |section: &SectionTemplate| self.plan(form, &section.id).is_some();
        let printed =
            template.sections.iter().filter(|s| ready(s) && template.printed_sheet(&edition, &s.id).is_some());
        let sections = printed
            .map(|section| {
                let cells = self.cells(form, &section.id, &spans, period.year());
                printed::section(template, section, &edition, cells)
            })
            .collect();
        let key = DatasetKey {
            form: form.clone(),
            period,
            unit: unit.clone(),
            agency: agency.clone(),
            origin: Origin::Sample,
        };
        Some(Dataset { key, edition, sections })
    }

    /// The regions that existed at the end of a period.
    pub fn units(&self, period: Period) -> impl Iterator<Item = &Unit> {
        let existing = move |i: &usize| self.places.exists(*i, period.year(), period.last_month());
        (0..self.premises.regions.len()).filter(existing).map(|i| &self.premises.regions[i].unit)
    }

    /// The agencies that existed in a period.
    pub fn agencies(&self, period: Period) -> impl Iterator<Item = &Agency> {
        let whole = Span { region: 0, agency: None, from: 0, until: period.last_month(), fresh: false };
        let existing = move |i: &usize| self.places.of_agency(whole, *i, period.year()).is_some();
        (0..self.premises.agencies.len()).filter(existing).map(|i| &self.premises.agencies[i].agency)
    }

    fn spans(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency) -> Option<Vec<Span>> {
        let (year, month) = (period.year(), period.last_month());
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return None;
        }
        let exists = |region: &usize| self.places.exists(*region, year, month);
        let regions: Vec<usize> = if unit.is_republic() {
            (0..self.shares.len()).filter(exists).collect()
        } else {
            let region = self.premises.regions.iter().position(|r| r.unit == *unit)?;
            vec![Some(region).filter(exists)?]
        };
        let spans: Vec<Span> = regions.into_iter().flat_map(|r| self.places.spans(r, year, month)).collect();
        if !self.premises.by_agency(form) {
            return agency.is_all().then_some(spans);
        }
        let wanted = |i: &usize| agency.is_all() || self.premises.agencies[*i].agency == *agency;
        let agencies: Vec<usize> = (0..self.premises.agencies.len()).filter(wanted).collect();
        let of_agency =
            |span: &Span| agencies.iter().filter_map(|a| self.places.of_agency(*span, *a, year)).collect::<Vec<_>>();
        Some(spans.iter().flat_map(of_agency).collect::<Vec<_>>()).filter(|spans| !spans.is_empty())
    }

    /// The figures of a section, row by row, added up over spans of one year.
    fn cells(&self, form: &FormId, section: &SectionId, spans: &[Span], year: i32) -> Vec<i64> {
        let mut sum: Vec<i64> = Vec::new();
        for span in spans {
            let cells = self.cells_of(form, section, *span, year);
            sum.resize(cells.len(), 0);
            sum.iter_mut().zip(cells.iter()).for_each(|(sum, figure)| *sum += figure);
        }
        sum
    }

    fn cells_of(&self, form: &FormId, section: &SectionId, span: Span, year: i32) -> Arc<[i64]> {
        let key = (form.clone(), section.clone(), span, year);
        let known = self.memory.lock().unwrap_or_else(PoisonError::into_inner).find(&key);
        let Some((form, plan)) = self.plan(form, section) else { return Arc::new([]) };
        known.unwrap_or_else(|| {
            let width = plan.columns.width;
            let mut cells = vec![0; plan.rows.of_row.len() * width];
            self.each_atom(&Course { form, plan, span, year }, |atom, figures| {
                for row in &plan.rows_of[atom] {
                    let cells = &mut cells[*row as usize * width..][..width];
                    cells.iter_mut().zip(figures).for_each(|(cell, figure)| *cell += figure);
                }
            });
            let cells: Arc<[i64]> = cells.into();
            self.memory.lock().unwrap_or_else(PoisonError::into_inner).keep(key, &cells);
            cells
        })
    }

    fn plan(&self, form: &FormId, section: &SectionId) -> Option<(&FormId, &SectionPlan)> {
        let (id, plan) = self.plans.get_key_value(form)?;
        Some((id, plan.sections.get(section)?))
    }

    /// Makes the figures of each atom, and calls `take` with them.
    fn each_atom(&self, course: &Course<'_>, mut take: impl FnMut(usize, &[i64])) {
        let Course { form, plan, span, year } = *course;
        let opening = self.opening(course);
        let chance = self.plans.get(form).map_or(Chance::seeded(0), |p| p.chance).number(year as u64);
        let come = year::come(chance);
        let volume = self.volume(form, span, year);
        let given = self.given(plan, span, year);
        let here = (span.region as u64) << 8 | span.agency.map_or(0xFF, |a| a as u64);
        let carried = plan.columns.carried.len();
        let mut figures = vec![0; plan.columns.width];
        for (number, atom) in plan.rows.atoms.iter().enumerate() {
            let moment = Moment {
                volume: volume * atom.weight * year::trend(atom.chance, year, 0.07),
                come: come[span.until as usize] - come[span.from as usize],
                finished: year::finished(span.until - span.from),
                month: span.until,
                chance: atom.chance.number(here).number(year as u64),
                opening: opening.as_deref().map(|o| &o[number * carried..][..carried]),
                fresh: span.fresh,
                given: given.get(number).map_or(&[], Vec::as_slice),
            };
            plan.columns.figures(&moment, &mut figures);
            take(number, &figures);
        }
    }

    /// The cases of all atoms in a place in a year.
    fn volume(&self, form: &FormId, span: Span, year: i32) -> f64 {
        let chance = Chance::seeded(self.premises.seed).word(form.as_str());
        let place = chance.word("place").number(span.region as u64);
        let agency = span.agency.map_or(1.0, |a| plausible::agency_share(&self.premises.agencies[a].agency));
        plausible::volume(form)
            * self.shares[span.region]
            * agency
            * place.between(0.8, 1.25)
            * year::trend(chance, year, 0.05)
            * year::trend(place, year, 0.03)
    }

    /// The opening stocks of each atom: its closing stocks at the end of the year before.
    fn opening(&self, course: &Course<'_>) -> Option<Vec<i64>> {
        let Course { plan, span, year, .. } = *course;
        let carried = &plan.columns.carried;
        if carried.is_empty() || span.fresh || year <= FIRST_YEAR {
            return None;
        }
        let year = year - 1;
        let before = self.places.inherited(span.region, year);
        let before = before.into_iter().filter_map(|s| match span.agency {
            Some(agency) => self.places.of_agency(s, agency, year),
            None => Some(s),
        });
        let mut stocks = vec![0; plan.rows.atoms.len() * carried.len()];
        for span in before {
            self.each_atom(&Course { span, year, ..*course }, |atom, figures| {
                for (place, (_, closing)) in carried.iter().enumerate() {
                    stocks[atom * carried.len() + place] += figures[*closing];
                }
            });
        }
        Some(stocks)
    }

    /// For each atom, the figures that come from another section.
    fn given(&self, plan: &SectionPlan, span: Span, year: i32) -> Vec<Vec<(usize, i64)>> {
        if plan.given.is_empty() {
            return Vec::new();
        }
        let mut of_atom = vec![Vec::new(); plan.rows.atoms.len()];
        let mut amounts: Vec<i64> = Vec::with_capacity(plan.given.len());
        for given in &plan.given {
            let Some((_, there)) = self.plan(&given.form, &given.section) else { continue };
            let span = if self.premises.by_agency(&given.form) { span } else { Span { agency: None, ..span } };
            let cells = self.cells_of(&given.form, &given.section, span, year);
            let whole = cells[given.row * there.columns.width + given.there];
            let inside: i64 = given.inside.iter().filter_map(|g| amounts.get(*g)).sum();
            let amount = (whole - inside).max(0);
            amounts.push(amount);
            // The dealing begins at the same turn all year.
            let chance = Chance::seeded(self.premises.seed).number(span.region as u64).number(year as u64);
            for (hand, atom) in given.atoms.iter().enumerate() {
                of_atom[*atom as usize].push((given.column, given.deal.hand(hand, amount, chance)));
            }
        }
        of_atom
    }
}

/// The cases of a section in one place during some months of a year.
#[derive(Clone, Copy)]
struct Course<'a> {
    form: &'a FormId,
    plan: &'a SectionPlan,
    span: Span,
    year: i32,
}

/// The share of each region by its population. A region of unknown population counts as one of 900,000 persons.
fn shares(premises: &Premises) -> Vec<f64> {
    let persons = |r: &domain::Region| r.population.iter().max_by_key(|p| p.at).map_or(900_000.0, |p| p.persons as f64);
    let all: f64 = premises.regions.iter().map(persons).sum();
    premises.regions.iter().map(|r| persons(r) / all).collect()
}
