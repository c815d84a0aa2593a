//! The earlier periods that a collection shows beside its own and that are missing: which, why, and whether they may
//! still come.
//!
//! In: the catalogue and collections. Out: [`AbsentComparison`]. Unknown here: figures.

use serde::Serialize;

use super::{
    expected,
    requirements::{self, DueCollection, Scope},
};
use crate::{Catalogue, Context};
use config::Office;
use domain::{Absence, Agency, FormId, Lacking, Origin, Period, Unit};

/// An earlier period of a form that is missing, as a whole or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AbsentComparison {
    pub form: FormId,
    pub period: Period,
    pub lacking: Lacking,
    pub absence: Absence,
}

/// What is missing of an earlier period of a form. Regions are compared with the year before only. Of the other periods
/// the republic is shown, from its own document or as the sum of its regions.
#[must_use]
pub fn lacking(
    office: &Office,
    origin: Origin,
    catalogue: &Catalogue,
    form: &FormId,
    period: Period,
    scope: Scope,
) -> Lacking {
    let lacking = expected::lacking(office, origin, catalogue, form, period);
    if scope == Scope::EveryUnit {
        return lacking;
    }
    let stated = expected::here(origin, catalogue, form, period).contains(&(Unit::republic(), Agency::all()));
    let summed = lacking.of_regions > 0 && lacking.regions.is_empty();
    // Only the republic is requested, and only that request was answered.
    Lacking { republic: !stated && !summed, regions: Vec::new(), agencies: Vec::new(), ..lacking }
}

/// What is missing of the earlier periods of some collections, each period once.
#[must_use]
pub fn absent(context: &Context, catalogue: &Catalogue, due: &[DueCollection<'_>]) -> Vec<AbsentComparison> {
    let mut absent: Vec<AbsentComparison> = Vec::new();
    for due in due {
        for (form, period, scope) in requirements::compared(&context.office, due) {
            let lacking = lacking(&context.office, context.origin, catalogue, &form, period, scope);
            if lacking.is_whole() {
                continue;
            }
            let absence = expected::absence(context, catalogue, &form, period, &lacking.documents());
            match absent.iter_mut().find(|a| a.form == form && a.period == period) {
                Some(known) if known.lacking.len() >= lacking.len() => {}
                Some(known) => *known = AbsentComparison { form, period, lacking, absence },
                None => absent.push(AbsentComparison { form, period, lacking, absence }),
            }
        }
    }
    absent
}

impl std::fmt::Display for AbsentComparison {
    /// For an operator: `form `3-k` for `2024-M06` (comparison only): could not be fetched: …`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { form, period, lacking, absence } = self;
        write!(f, "form `{form}` for `{period}` (comparison only) ")?;
        if lacking.is_part() {
            write!(f, "is here without {lacking}; what is missing ")?;
        }
        f.write_str(absence.said())
    }
}
