//! Checks figures.
//!
//! In come datasets and the templates of their forms; out come findings: sentences for a person, each with its place,
//! the expected figure and the figure found. A bad figure is a finding and never an error, so one fault cannot hide the
//! other forty. There are two kinds of rules. The rules of a form's template (balances, subsets, equal places) have the
//! id that the template gives them. The rules for every form have the ids `shape.*`, `missing.*`, `lost.*`,
//! `regions.sum`, `continuity.*`, `twins*` and `plausibility`.
//!
//! How a cell counts:
//! - A blank cell in a place that the edition prints counts as zero, because forms leave blank what did not happen.
//! - A cell with a text, and a place that the document does not have, is a missing operand. A rule that needs it is not
//!   applied, because the shape itself is reported.
//! - Tolerance is zero. Sums are computed in whole thousandths, so sums of money are exact too.
//!
//! Findings contain the codes of the edition that was read; rules contain the codes of the oldest edition.
//!
//! This crate does not know files, the clock, the ledger, the languages of workbooks, or why a check was requested
//! (`tidy::crates_depend_one_way`).
//!
//! ```
//! use std::collections::BTreeMap;
//! use validate::{Scope, validate};
//! let scope = Scope { datasets: vec![], earlier: vec![], templates: &BTreeMap::new(), regions: &[] };
//! assert!(validate(&scope).is_empty());
//! ```

mod across;
mod balance;
mod bound;
mod catalogue;
mod continuity;
mod coverage;
mod edition;
pub mod ess;
mod joined;
mod missing_figures;
mod note;
mod placed;
mod plausibility;
mod regions;
mod rule_feasibility;
mod shape;
mod twins;
mod words;

use std::collections::BTreeMap;

use rayon::prelude::*;

use self::{
    bound::Bound,
    note::Note,
    placed::{Kin, Placed},
};
use domain::{Dataset, Finding, FormId, FormTemplate, Region};

pub use catalogue::catalogue_faults;
pub use coverage::{missing, missing_comparison};
pub use joined::joined;

/// The datasets that are checked, and those that they are compared with.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The datasets that the findings are about: one period of every available form.
    pub datasets: Vec<&'a Dataset>,
    /// Earlier periods of the same year, and the same period of the year before (АППГ).
    pub earlier: Vec<&'a Dataset>,
    pub templates: &'a BTreeMap<FormId, FormTemplate>,
    /// Every unit, with the day from which it exists. The republic may be among them.
    pub regions: &'a [Region],
}

/// The findings of all checks, in the order of form, period, unit, agency, section, row, column and rule.
#[must_use]
pub fn validate(scope: &Scope<'_>) -> Vec<Finding> {
    let bound: BTreeMap<&FormId, Bound<'_>> = scope.templates.iter().map(|(id, t)| (id, Bound::new(t))).collect();
    let (now, before) = (beside(&scope.datasets, &bound), beside(&scope.earlier, &bound));

    let mut notes: Vec<Note> =
        scope.datasets.iter().filter_map(|d| shape::undescribed_form(d, scope.templates)).collect();
    notes.par_extend(now.par_iter().flat_map_iter(|placed| {
        let mut notes = shape::check(placed);
        notes.extend(balance::check(placed));
        notes
    }));
    notes.extend(across::check(&now, &before));
    notes.extend(coverage::check(&scope.datasets, scope.regions));
    notes.extend(regions::check(&now, scope.regions));
    let kin = Kin::new(&now, &before);
    notes.extend(missing_figures::check(&now, &kin, scope.regions));
    notes.extend(continuity::check(&now, &kin, scope.regions));
    notes.extend(twins::check(&now, &kin, scope.regions));
    notes.extend(plausibility::check(&now, &kin, scope.regions));
    note::in_order(notes)
}

/// Each dataset with its template. Datasets of a form without a template are left out.
fn beside<'a>(datasets: &[&'a Dataset], bound: &'a BTreeMap<&'a FormId, Bound<'a>>) -> Vec<Placed<'a>> {
    datasets.par_iter().filter_map(|d| Some(Placed::new(d, bound.get(&d.key.form)?))).collect()
}
