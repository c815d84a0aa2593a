//! What the figures have to say against themselves.
//!
//! In come datasets and what is known of their forms; out come findings: sentences for a person, each with the place it
//! is about, and with what was expected and what was found. A bad figure is a finding and never a failure, so one fault
//! cannot hide the other forty. Two kinds of rules are here: those that a form's template states (balances, subsets,
//! equal places) keep the id that the template gives them; those that hold for any form are named `shape.*`,
//! `missing.*`, `lost.*`, `regions.sum`, `continuity.*`, `twins*` and `plausibility`.
//!
//! How a cell counts:
//! - a blank cell of a place that the edition prints counts as zero: forms leave out what did not happen;
//! - a cell with a text, and a place that the document does not have, is a missing operand: no rule that needs it
//!   speaks, because the shape is what has to be told;
//! - there is no tolerance. Sums are made in whole thousandths, so money is exact too.
//!
//! Places in findings carry the codes printed in the edition read; rules are written in codes of the oldest edition.
//!
//! Deliberately unknown here: files, the clock, the ledger, languages of workbooks, and why a check was asked for
//! (held by `tidy::dependencies_point_one_way`).
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
mod lost;
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

/// What is checked, and what it is checked against.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The datasets that findings are about: one period of every form at hand.
    pub datasets: Vec<&'a Dataset>,
    /// Earlier periods of the same year, and the same period of the year before (АППГ).
    pub earlier: Vec<&'a Dataset>,
    pub templates: &'a BTreeMap<FormId, FormTemplate>,
    /// Every unit, with the day from which it exists; the republic may stand among them.
    pub regions: &'a [Region],
}

/// Everything that the checks have to say, in the order of form, period, unit, agency, section, row, column and rule.
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
    notes.extend(lost::check(&now, &kin, scope.regions));
    notes.extend(continuity::check(&now, &kin, scope.regions));
    notes.extend(twins::check(&now, &kin, scope.regions));
    notes.extend(plausibility::check(&now, &kin, scope.regions));
    note::in_order(notes)
}

/// Each dataset beside its template; one of a form without a template is left out.
fn beside<'a>(datasets: &[&'a Dataset], bound: &'a BTreeMap<&'a FormId, Bound<'a>>) -> Vec<Placed<'a>> {
    datasets.par_iter().filter_map(|d| Some(Placed::new(d, bound.get(&d.key.form)?))).collect()
}
