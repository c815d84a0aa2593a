//! Errors in documents of earlier periods that collections show beside their own. Such a document was judged for its
//! own period, or never, if it came only for comparison. So its errors are reported again where its figures are shown.
//!
//! In: forms with their periods, loaded figures. Out: a warning for each form, earlier period and section. Unknown
//! here: what a person let pass when the earlier period was made; the warning holds nothing back.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    LoadedDatasets,
    check::{held, of_desk, of_readers, waiting},
};
use crate::{
    Catalogue, Context, Failure,
    context::corrections,
    status::requirements::{self, Scope},
};
use domain::{COMPARISON_DOUBTFUL, DatasetKey, Finding, FormId, Period, SectionId, Severity};
use validate::{Scope as Checked, joined, validate};

/// How many rules a sentence quotes; of the others it gives the number.
const QUOTED: usize = 3;

/// The warnings about the comparisons of forms for their periods. `loaded` contains the datasets to compare with, as
/// far as they were loaded; `weigh` applies the weights of the office.
///
/// # Errors
/// When the store fails.
pub(super) fn findings(
    context: &Context,
    catalogue: &Catalogue,
    forms: &[(FormId, Period)],
    loaded: &LoadedDatasets,
    weigh: impl Fn(Vec<Finding>) -> Vec<Finding>,
) -> Result<Vec<Finding>, Failure> {
    let mut shown: BTreeMap<(&FormId, Period), Scope> = BTreeMap::new();
    for (form, period) in forms {
        let earlier = requirements::compared_periods(&context.office, form, *period).into_iter();
        // A period that is itself part of this check is reported there.
        let earlier = earlier.filter(|(earlier, _)| !forms.iter().any(|(f, p)| f == form && p == earlier));
        shown.extend(earlier.map(|(earlier, scope)| ((form, earlier), scope)));
    }
    let is_stated = |form: &FormId, period: Period| {
        catalogue.all().any(|(k, _)| k.form == *form && k.period == period && k.unit.is_republic())
    };
    let is_shown = |key: &DatasetKey| match shown.get(&(&key.form, key.period)) {
        Some(Scope::EveryUnit) => true,
        // If the republic is not stated, it is the sum of its regions.
        Some(Scope::Republic) => key.unit.is_republic() || !is_stated(&key.form, key.period),
        None => false,
    };
    let keys = of_desk(context.origin, catalogue, is_shown);
    let mut told = of_readers(context, catalogue, &keys)?;
    told.extend(keys.iter().flat_map(|key| corrections::findings(catalogue, key)));
    told.extend(
        held(context, catalogue, is_shown).map(|(key, document)| waiting(&context.artifacts, catalogue, key, document)),
    );
    let there = loaded.only(&keys);
    let scope = Checked {
        datasets: there.datasets().map(|(dataset, _)| dataset).collect(),
        earlier: Vec::new(),
        templates: &context.office.forms,
        regions: &context.office.regions,
    };
    let checked = tokio::task::block_in_place(|| validate(&scope));
    Ok(warnings(weigh(joined(told, checked))))
}

/// The subject of a warning.
type Place = (FormId, Option<Period>, Option<SectionId>);

/// A warning for each form, period and section with errors.
fn warnings(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<Place, Vec<Finding>> = BTreeMap::new();
    for finding in findings.into_iter().filter(|finding| finding.severity == Severity::Error) {
        let place = (finding.form.clone(), finding.period, finding.section.clone());
        groups.entry(place).or_default().push(finding);
    }
    let warning = |((form, period, section), errors): (Place, Vec<Finding>)| {
        let of_period = period.map_or_else(String::new, |period| format!(" for `{period}`"));
        let explanation = format!(
            "form `{form}`{of_period} (comparison only) has {}; what is compared with it rests on them; a check of that period \
             lists them",
            counted(&errors)
        );
        Finding {
            period,
            unit: only(errors.iter().map(|e| e.unit.as_ref())),
            agency: only(errors.iter().map(|e| e.agency.as_ref())),
            section,
            ..Finding::about(COMPARISON_DOUBTFUL, Severity::Warning, form, explanation)
        }
    };
    groups.into_iter().map(warning).collect()
}

/// `2 errors (figure.doubtful, shape.row)`.
fn counted(errors: &[Finding]) -> String {
    let rules: BTreeSet<&str> = errors.iter().map(|error| error.rule.as_str()).collect();
    let quoted: Vec<&str> = rules.iter().copied().take(QUOTED).collect();
    let more = if rules.len() > QUOTED { format!(" and {} more", rules.len() - QUOTED) } else { String::new() };
    let word = if errors.len() == 1 { "error" } else { "errors" };
    format!("{} {word} ({}{more})", errors.len(), quoted.join(", "))
}

/// The value that all share; `None` if they differ.
fn only<'f, T: Clone + PartialEq + 'f>(mut all: impl Iterator<Item = Option<&'f T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other == Some(first)).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Agency, Unit};

    #[test]
    fn errors_are_counted_and_their_rules_quoted() {
        let error = |rule: &str| Finding::about(rule, Severity::Error, "3-k".parse().unwrap(), "x");
        assert_eq!(counted(&[error("a")]), "1 error (a)");
        let many: Vec<Finding> = ["a", "b", "c", "d", "d"].into_iter().map(error).collect();
        assert_eq!(counted(&many), "5 errors (a, b, c and 1 more)");
    }

    #[test]
    fn a_unit_is_told_where_all_have_it() {
        let (one, other): (Unit, Unit) = ("1971".parse().unwrap(), "1975".parse().unwrap());
        assert_eq!(only([Some(&one), Some(&one)].into_iter()), Some(one.clone()));
        assert_eq!(only([Some(&one), Some(&other)].into_iter()), None);
        assert_eq!(only([Some(&one), None].into_iter()), None);
        assert_eq!(only::<Agency>([None].into_iter()), None);
    }
}
