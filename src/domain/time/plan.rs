//! The plan of terms. In: an act and a calendar. Out: what falls due, when, and why: the statutory day beside the
//! computed one. This module does not know what has been done.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    CollectionId, CollectionTerm, FormId, FormTerm, Language, Period, Regulation, WorkingCalendar,
    time::calendar::is_weekend,
};

/// A form to be placed or a collection to be sent. Serialises as `kind` and `id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "lowercase")]
pub enum Subject {
    Form(FormId),
    Collection(CollectionId),
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    #[serde(flatten)]
    pub subject: Subject,
    pub period: Period,
    /// The last day by the act.
    pub statutory: NaiveDate,
    /// The last day after days off are taken into account.
    pub due: NaiveDate,
    /// Whether the two differ.
    pub rolled: bool,
    /// The reason for the computed day.
    pub reason: String,
    /// The short citation of the act: `order No 25`.
    pub act: String,
    pub clause: String,
    /// Whether the act is in force on the statutory day.
    pub in_force: bool,
    /// The ground on which the term is kept if the act is not in force.
    pub basis: Option<String>,
    /// Why the computed day may still change.
    pub provisional: Option<String>,
}

impl Due {
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.subject {
            Subject::Form(_) => "form",
            Subject::Collection(_) => "collection",
        }
    }

    /// The id of the form or collection.
    #[must_use]
    pub fn id(&self) -> &str {
        match &self.subject {
            Subject::Form(id) => id.as_str(),
            Subject::Collection(id) => id.as_str(),
        }
    }
}

/// When a form of a period falls due.
#[must_use]
pub fn due_of_form(regulation: &Regulation, calendar: &WorkingCalendar, form: &FormTerm, period: Period) -> Due {
    let ground = "the office applies it to forms too";
    let term = Term { day: form.day, rolls: form.rolls, ground: Some(ground), clause: &form.clause };
    due(regulation, calendar, Subject::Form(form.id.clone()), period, &term)
}

/// When a collection of a period falls due.
#[must_use]
pub fn due_of_collection(
    regulation: &Regulation,
    calendar: &WorkingCalendar,
    collection: &CollectionTerm,
    period: Period,
) -> Due {
    let term = Term { day: collection.day, rolls: collection.rolls, ground: None, clause: &collection.clause };
    due(regulation, calendar, Subject::Collection(collection.id.clone()), period, &term)
}

/// Everything whose computed day is between two days, both included: by day, forms before collections, in the order of
/// the act.
#[must_use]
pub fn plan(regulation: &Regulation, calendar: &WorkingCalendar, from: NaiveDate, to: NaiveDate) -> Vec<Due> {
    let mut dues = Vec::new();
    // A term ends in the month after its period; a roll may carry it into the month after that.
    let mut month = from.checked_sub_months(Months::new(2)).and_then(|d| d.with_day(1)).unwrap_or(from);
    while month <= to {
        let (year, number) = (month.year(), month.month());
        let forms = regulation.forms.iter().filter_map(|f| Some((f, f.period_ending(year, number)?)));
        dues.extend(forms.map(|(form, period)| due_of_form(regulation, calendar, form, period)));
        let collections = regulation.collections.iter().filter_map(|c| Some((c, c.period_ending(year, number)?)));
        dues.extend(collections.map(|(term, period)| due_of_collection(regulation, calendar, term, period)));
        month = month.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    }
    dues.retain(|d| (from..=to).contains(&d.due));
    dues.sort_by_key(|d| (d.due, matches!(d.subject, Subject::Collection(_)), d.statutory));
    dues
}

struct Term<'a> {
    day: u32,
    rolls: bool,
    /// Why clause 13 is applied, if the act itself does not say so.
    ground: Option<&'a str>,
    clause: &'a str,
}

fn due(regulation: &Regulation, calendar: &WorkingCalendar, subject: Subject, period: Period, term: &Term<'_>) -> Due {
    let statutory = statutory_day(regulation, period, term.day);
    let due = if term.rolls { calendar.roll(statutory) } else { statutory };
    let in_force = regulation.is_in_force(statutory);
    Due {
        reason: reason(regulation, calendar, statutory, due, term),
        act: regulation.short.of(Language::EN).to_owned(),
        clause: term.clause.to_owned(),
        in_force,
        basis: regulation.basis_on(statutory),
        provisional: calendar.provisional(due.year()),
        rolled: due != statutory,
        subject,
        period,
        statutory,
        due,
    }
}

/// "By the 14th day of the month following the reporting period": the 14th, or the 13th if the office reads it so.
fn statutory_day(regulation: &Regulation, period: Period, day: u32) -> NaiveDate {
    let days_after_the_first = u64::from(day) - u64::from(day > 0) - u64::from(!regulation.inclusive && day > 1);
    period.day_after().checked_add_days(Days::new(days_after_the_first)).unwrap_or(NaiveDate::MAX)
}

fn reason(
    regulation: &Regulation,
    calendar: &WorkingCalendar,
    statutory: NaiveDate,
    due: NaiveDate,
    term: &Term<'_>,
) -> String {
    let why = calendar.why(statutory);
    if due != statutory {
        let ground = term.ground.map_or(String::new(), |g| format!("; {g}"));
        let clause = &regulation.roll_clause;
        return format!("{statutory} is {why}; first working day after it (clause {clause}{ground})");
    }
    if calendar.is_working(statutory) {
        // Only a day that differs from its weekday needs an explanation.
        let plain = !is_weekend(statutory);
        return if plain { format!("{statutory} is a working day") } else { format!("{statutory} is {why}") };
    }
    format!("{statutory} is {why}; this term does not move by the office's setting")
}
