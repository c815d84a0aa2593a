//! Which forms a run needs, and for which periods.
//!
//! The run of a quarter makes the quarterly collections, and those of the half-year or year that ends with it. Their
//! forms have their own periodicity; all their periods end with the same month.
//!
//! In: the regulation and the templates. Out: forms and collections with their periods. Unknown here: what has come.

use std::collections::{BTreeMap, BTreeSet};

use assemble::periods_wanted;
use config::Office;
use domain::{CollectionTerm, FormId, FormTerm, LateForm, Period, Periodicity, Regulation};

use crate::Failure;

/// A collection, with the period for which a run makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCollection<'a> {
    pub term: &'a CollectionTerm,
    pub period: Period,
}

/// The collections of a period. A quarter includes those of the half-year or year that ends with it.
///
/// `prosecution-bodies` is half-yearly and cumulative: it exists for `S1` and, at the end of the year, for `A1`.
pub fn collections(regulation: &Regulation, period: Period) -> Vec<DueCollection<'_>> {
    let due = |term| collection_period(term, period).map(|period| DueCollection { term, period });
    regulation.collections.iter().filter_map(due).collect()
}

/// The period of a collection that ends with another period; `None` if no such period exists.
pub fn collection_period(term: &CollectionTerm, period: Period) -> Option<Period> {
    if term.periodicity == Periodicity::HalfYear && period.last_month() == 12 {
        return period.ending_as(Periodicity::Year);
    }
    period.ending_as(term.periodicity)
}

/// The quarter whose run a period belongs to.
///
/// # Errors
/// When the period does not end with a quarter.
pub fn quarter(period: Period) -> Result<Period, Failure> {
    period.ending_as(Periodicity::Quarter).ok_or_else(|| {
        Failure::usage(format!(
            "`{period}` does not end with a quarter, and collections are made for quarters: try `{}`",
            period.last_quarter()
        ))
    })
}

/// A form, with the period for which it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededForm<'a> {
    pub term: &'a FormTerm,
    pub period: Period,
}

/// The forms of a regulation for a period, each with its own period that ends there. A form without such a period is
/// left out, unless it is requested by id.
///
/// # Errors
/// When a requested form is unknown, or has no period that ends there.
pub fn forms<'a>(regulation: &'a Regulation, period: Period, asked: &[FormId]) -> Result<Vec<NeededForm<'a>>, Failure> {
    if asked.is_empty() {
        let needed = |term: &'a FormTerm| period.ending_as(term.periodicity).map(|period| NeededForm { term, period });
        return Ok(regulation.forms.iter().filter_map(needed).collect());
    }
    asked.iter().map(|id| form(regulation, period, id)).collect()
}

/// A form by its id, with its own period that ends with another period.
///
/// # Errors
/// When the form is unknown, or has no period that ends there.
pub fn form<'a>(regulation: &'a Regulation, period: Period, id: &FormId) -> Result<NeededForm<'a>, Failure> {
    let known = regulation.forms.iter().map(|f| f.id.as_str());
    let Some(term) = regulation.form(id) else {
        let hint = domain::known_instead(id.as_str(), known);
        return Err(Failure::usage(format!("form `{id}` is unknown: {hint}")).coded("unknown-id"));
    };
    match period.ending_as(term.periodicity) {
        Some(period) => Ok(NeededForm { term, period }),
        None => Err(Failure::usage(format!(
            "form `{id}` comes every {}, and none ends with `{period}`",
            word(term.periodicity)
        ))),
    }
}

const fn word(periodicity: Periodicity) -> &'static str {
    match periodicity {
        Periodicity::Month => "month",
        Periodicity::Quarter => "quarter",
        Periodicity::HalfYear => "half-year",
        Periodicity::Year => "year",
    }
}

/// The periods of each form that a collection can show.
pub fn periods_of(office: &Office, due: &DueCollection<'_>) -> BTreeMap<FormId, BTreeSet<Period>> {
    let template = office.collections.get(&due.term.id);
    let mut wanted = template.map(|t| periods_wanted(t, &office.regulation().forms, due.period)).unwrap_or_default();
    for (form, periods) in &mut wanted {
        periods.extend(stand_in(office.regulation(), due, form));
    }
    wanted
}

/// The period whose figures replace those of a late form, under the late-form policy `previous`.
pub fn stand_in(regulation: &Regulation, due: &DueCollection<'_>, form: &FormId) -> Option<Period> {
    let policy = due.term.late_policy(form);
    let now = regulation.form(form).and_then(|term| due.period.ending_as(term.periodicity));
    now.filter(|_| policy == LateForm::Previous).map(Period::before)
}

/// The earlier periods of a form that collections of this period show beside it: for all units, or for the republic
/// only.
pub fn compared_periods(office: &Office, form: &FormId, period: Period) -> BTreeMap<Period, Scope> {
    let mut periods = BTreeMap::new();
    for due in collections(office.regulation(), period) {
        for (_, earlier, scope) in compared(office, &due).into_iter().filter(|(of, ..)| of == form) {
            let known = periods.entry(earlier).or_insert(scope);
            *known = (*known).max(scope);
        }
    }
    periods
}

/// The earlier periods that a collection shows beside its own, by form: for all units, or for the republic only.
pub fn compared(office: &Office, due: &DueCollection<'_>) -> Vec<(FormId, Period, Scope)> {
    let mut compared = Vec::new();
    for (form, periods) in periods_of(office, due) {
        let Ok(NeededForm { period: now, .. }) = self::form(office.regulation(), due.period, &form) else { continue };
        // The replacing period is shown for the same units as the form itself.
        let stand_in = stand_in(office.regulation(), due, &form);
        let scope = |p: Period| {
            if p == now.year_before() || Some(p) == stand_in { Scope::EveryUnit } else { Scope::Republic }
        };
        compared.extend(periods.into_iter().filter(|p| *p < now).map(|p| (form.clone(), p, scope(p))));
    }
    compared
}

/// The units for which an earlier period is needed. Regions are compared with the year before; series show the
/// republic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Republic,
    EveryUnit,
}
