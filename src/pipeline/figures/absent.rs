//! The findings of a check about missing documents: of the period itself, and of the periods that it is compared with.
//!
//! In: forms with their periods, the catalogue. Out: findings. Unknown here: figures.

use std::collections::BTreeMap;

use crate::{
    Catalogue, Context,
    status::{
        comparisons::{self, AbsentComparison},
        expected, requirements,
    },
};
use domain::{Agency, Finding, FormId, Period, Unit};

/// The findings about missing documents of forms for their periods, and of the earlier periods that collections show
/// beside them.
#[must_use]
pub fn findings(context: &Context, catalogue: &Catalogue, forms: &[(FormId, Period)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    // The forms of a quarter have different periods that end together; so do the collections that show them.
    let mut absent: BTreeMap<(i32, u32), Vec<AbsentComparison>> = BTreeMap::new();
    for (form, period) in forms {
        let expected = expected::expected(&context.office, form, *period);
        let here = expected::here(context.origin, catalogue, form, *period);
        let has_republic = here.contains(&(Unit::republic(), Agency::all()));
        let lacking = expected.lacking(&here);
        findings.extend(validate::missing(&expected, &lacking, has_republic, &context.office.regions));
        let absent = absent.entry((period.year(), period.last_month())).or_insert_with(|| {
            comparisons::absent(context, catalogue, &requirements::collections(context.office.regulation(), *period))
        });
        let of_form = absent.iter().filter(|a| a.form == *form);
        findings.extend(of_form.map(|a| validate::missing_comparison(form, *period, a.absence, &a.to_string())));
    }
    findings
}
