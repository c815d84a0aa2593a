//! The time that is left between the last form and the collections of a quarter. In: an act and a calendar. Out: the
//! working days between them. This module does not know what has come.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{Due, Period, Regulation, Subject, WorkingCalendar, due_of_collection, due_of_form};

/// The working days between the last form that is on time and the first collection of a quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slack {
    pub period: Period,
    /// The last day of the last form, of those that the act does not set later than the first collection.
    pub last_form: NaiveDate,
    /// The forms that fall due on it.
    pub forms: Vec<String>,
    pub collections: NaiveDate,
    /// Working days after the last form, up to and including the collections' day; 0 = both on one day.
    pub working_days: u32,
    pub provisional: Option<String>,
}

/// The slack of a quarter; `None` if the act has no form or no collection that ends with it.
#[must_use]
pub fn slack(regulation: &Regulation, calendar: &WorkingCalendar, quarter: Period) -> Option<Slack> {
    let (year, month) = (quarter.year(), quarter.last_month());
    let collections = regulation.collections.iter().filter_map(|c| Some((c, c.period_ending(year, month)?)));
    let first = collections.map(|(c, p)| due_of_collection(regulation, calendar, c, p)).min_by_key(|d| d.due)?;
    let on_time: Vec<Due> = regulation
        .forms
        .iter()
        .filter_map(|f| Some(due_of_form(regulation, calendar, f, f.period_ending(year, month)?)))
        .filter(|d| d.statutory <= first.statutory)
        .collect();
    let last_form = on_time.iter().map(|d| d.due).max()?;
    let forms = on_time.iter().filter(|d| d.due == last_form).filter_map(|d| match &d.subject {
        Subject::Form(id) => Some(id.to_string()),
        Subject::Collection(_) => None,
    });
    Some(Slack {
        period: quarter,
        last_form,
        forms: forms.collect(),
        collections: first.due,
        working_days: calendar.working_days(last_form, first.due),
        provisional: first.provisional,
    })
}
