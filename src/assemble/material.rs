//! The input of a book: everything that a collection is assembled from.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::NaiveDate;

use super::book::Override;
use domain::{
    Absence, Agency, AgencyName, AnalysisTemplate, CollectionTemplate, CollectionTerm, Dataset, DatasetKey, Finding,
    FormId, FormTemplate, FormTerm, IssueComment, MapLayout, MapShapes, Origin, Period, Place, Region, TableKind,
    Titles, Unit,
};
use words::Dictionary;

/// Everything that goes into one book.
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// The words of the book in every language of the office.
    pub words: &'a Dictionary,
    pub term: &'a CollectionTerm,
    pub template: &'a CollectionTemplate,
    /// The rules of the collection's analytical text.
    pub analysis: Option<&'a AnalysisTemplate>,
    /// What a person wrote about the issue.
    pub comment: Option<IssueComment>,
    /// The collection's period.
    pub period: Period,
    pub revision: u32,
    /// The number of the supplement; 0 for the collection itself.
    pub supplement: u32,
    pub revision_reason: Option<String>,
    /// The act by its full name.
    pub act: Titles,
    /// Printed on the cover where the act is not in force: "not in force on this date; applied by office setting".
    pub act_remark: Option<Titles>,
    /// The day the collection is due, and the day that the act states.
    pub due: NaiveDate,
    pub statutory: NaiveDate,
    /// The next issue of the collection; `None` where it is not known.
    pub next: Option<NextIssue>,
    /// The day of the run: the only date of making in the book.
    pub generated_for: NaiveDate,
    pub office: Titles,
    /// Lines such as a telephone, an address of a page.
    pub contact: Vec<String>,
    pub origin: Origin,
    /// Whether the book is marked DRAFT: it has an error finding that no person has let pass.
    pub draft: bool,
    pub forms: &'a [FormTerm],
    pub form_templates: &'a BTreeMap<FormId, FormTemplate>,
    pub regions: &'a [Region],
    pub agencies: &'a [AgencyName],
    /// The tiles of the regions on maps.
    pub map: &'a MapLayout,
    /// The outlines of the regions on maps, if the office has them.
    pub shapes: Option<&'a Arc<MapShapes>>,
    /// Datasets of every period in [`periods_wanted`], as far as they came; those of another origin are ignored.
    pub datasets: Vec<&'a Dataset>,
    pub findings: &'a [Finding],
    pub overrides: Vec<Override>,
    pub missing: Vec<MissingForm>,
    /// Earlier periods of comparison that have not come, or not as a whole.
    pub comparisons: Vec<AbsentComparison>,
    /// Figures corrected since the first issue; marked `[r]`.
    pub revised: &'a [(DatasetKey, Place)],
}

/// The next issue of a collection, by the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextIssue {
    pub period: Period,
    pub due: NaiveDate,
    /// Whether the calendar of that year is not final.
    pub may_move: bool,
}

/// A form, or a form of one unit or agency, that has not come by the cut-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingForm {
    pub form: FormId,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    pub reason: Titles,
    pub due: Option<NaiveDate>,
    /// The form's earlier period that is shown instead (late-form policy `previous`).
    pub stand_in: Option<Period>,
}

/// An earlier period of a form, for comparison, that has not come, or not as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentComparison {
    pub form: FormId,
    pub period: Period,
    /// The regions and agencies that are missing while others came; empty where nothing came.
    pub regions: Vec<Unit>,
    pub agencies: Vec<Agency>,
    pub absence: Absence,
}

impl Material<'_> {
    /// The form's term in the regulation.
    #[must_use]
    pub fn form_term(&self, form: &FormId) -> Option<&FormTerm> {
        self.forms.iter().find(|f| f.id == *form)
    }
}

/// The periods of each form that a collection can show: the period, АППГ, the quarter before with its АППГ, and the
/// four years before, as far as its tables need them.
#[must_use]
pub fn periods_wanted(
    template: &CollectionTemplate,
    forms: &[FormTerm],
    period: Period,
) -> BTreeMap<FormId, BTreeSet<Period>> {
    let mut wanted: BTreeMap<FormId, BTreeSet<Period>> = BTreeMap::new();
    for form in template.forms() {
        let Some(now) = forms.iter().find(|f| f.id == *form).and_then(|f| period.ending_as(f.periodicity)) else {
            continue;
        };
        let kinds = template.chapters.iter().filter(|c| c.form == *form).flat_map(|c| &c.tables).map(|t| t.kind);
        let kinds: BTreeSet<TableKind> = kinds.collect();
        let mut periods = BTreeSet::from([now, now.year_before()]);
        if kinds.contains(&TableKind::Quarter) {
            let bases = [now, now.year_before()].map(quarter_base);
            periods.extend(bases.into_iter().flatten());
        }
        let summarised = template.key_figures.iter().any(|k| k.form == *form);
        if summarised || kinds.contains(&TableKind::Series) {
            periods.extend((1..=4).map(|years| now.years_before(years)));
        }
        wanted.insert(form.clone(), periods);
    }
    wanted
}

/// The period whose cumulative figures end where the last quarter of `period` begins; `None` in the first quarter.
#[must_use]
pub fn quarter_base(period: Period) -> Option<Period> {
    let month = period.last_month().checked_sub(3).filter(|m| *m > 0)?;
    Period::ending(period.year(), month, period.periodicity())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quarter_alone_starts_from_the_quarter_before() {
        let base = |text: &str| quarter_base(text.parse().unwrap()).map(|p| p.to_string());
        assert_eq!(base("2025-Q2"), Some("2025-Q1".into()));
        assert_eq!(base("2025-M06"), Some("2025-M03".into()));
        assert_eq!(base("2025-Q1"), None);
        assert_eq!(base("2025-M03"), None);
    }
}
