//! The days of a request, each with its reason in words.
//!
//! In: the rules, the working calendar, the day of receipt, stops and an extension. Out: which day is due under each
//! term, which one counts, and the days of notice and forwarding. This module does not know what day it is.
//!
//! Day 1 of a term of working days is the first working day after receipt. Of several terms the earliest day counts,
//! because which of them binds was not established.

use chrono::{Days, Months, NaiveDate, NaiveTime};
use serde::Serialize;

use crate::{DayCount, RequestRules, RequestTerm, WorkingCalendar, counted, is_weekend};

/// A day and why it is that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonedDay {
    pub day: NaiveDate,
    pub why: String,
}

/// The day that one term gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestDue {
    pub act: String,
    /// How sure the term is, as the rules say.
    pub mark: String,
    /// Without any stop of the clock.
    pub due: ReasonedDay,
    /// With the stops; `None` if the clock was never stopped.
    pub with_stops: Option<ReasonedDay>,
}

/// The clock of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestClock {
    /// The day from which the terms count.
    pub counts_from: ReasonedDay,
    /// Every term in force on that day, in the order of the rules.
    pub terms: Vec<RequestDue>,
    /// The day that counts; `None` if the rules have no term for the day of receipt, so a person has to find it out.
    pub due: Option<ReasonedDay>,
    /// The last day for forwarding what is another body's.
    pub forward: Option<ReasonedDay>,
}

/// A time in which the clock was stopped; without an end it still is.
pub(super) type Stop = (NaiveDate, Option<NaiveDate>);

impl RequestClock {
    /// The clock of a request. `stops` are counted up to `until` if they have no end.
    #[must_use]
    pub fn of(
        rules: &RequestRules,
        calendar: &WorkingCalendar,
        received: (NaiveDate, Option<NaiveTime>),
        stops: &[(NaiveDate, Option<NaiveDate>)],
        extended: Option<NaiveDate>,
        until: NaiveDate,
    ) -> Self {
        let counts_from = counts_from(rules, calendar, received);
        let from = counts_from.day;
        let terms: Vec<RequestDue> =
            rules.terms_on(from).map(|term| term_day(term, calendar, from, stops, until)).collect();
        let counted_day = |term: &RequestDue| match &term.with_stops {
            Some(stopped) if rules.stops => stopped.clone(),
            _ => term.due.clone(),
        };
        let earliest = terms.iter().map(|term| (counted_day(term), &term.act)).min_by_key(|(day, _)| day.day);
        let due = match (extended, earliest) {
            (Some(day), earliest) => {
                let before =
                    earliest.map_or_else(String::new, |(due, act)| format!("; before that {} ({act})", due.day));
                Some(ReasonedDay { day, why: format!("the term was extended until {day}{before}") })
            }
            (None, Some((due, act))) => {
                let others = if terms.len() > 1 { "; the earliest of the terms counts" } else { "" };
                Some(ReasonedDay { why: format!("{act}: {}{others}", due.why), ..due })
            }
            (None, None) => None,
        };
        let forward = rules.terms_on(from).filter_map(|term| Some((term, term.forward_days?)));
        let forward = forward.map(|(term, days)| working_term(calendar, from, days, &term.act)).min_by_key(|d| d.day);
        Self { counts_from, terms, due, forward }
    }

    /// The days on which an extension may end at most: the latest of the terms that allow one.
    #[must_use]
    pub fn longest_extension(&self, rules: &RequestRules) -> Option<NaiveDate> {
        let from = self.counts_from.day;
        let ends = rules.terms_on(from).zip(&self.terms).filter_map(|(term, day)| {
            let base = day.with_stops.as_ref().filter(|_| rules.stops).unwrap_or(&day.due);
            base.day.checked_add_months(Months::new(term.extension_months?))
        });
        ends.max()
    }
}

/// The last day for telling an extension that was decided on a day; `None` if no term in force asks for it.
#[must_use]
pub(super) fn notice_due(rules: &RequestRules, calendar: &WorkingCalendar, decided: NaiveDate) -> Option<ReasonedDay> {
    let terms = rules.terms_on(decided).filter_map(|term| Some((term, term.notice_days?)));
    terms.map(|(term, days)| working_term(calendar, decided, days, &term.act)).min_by_key(|day| day.day)
}

fn counts_from(
    rules: &RequestRules,
    calendar: &WorkingCalendar,
    (received, hour): (NaiveDate, Option<NaiveTime>),
) -> ReasonedDay {
    let Some(closes) = rules.closes else {
        return ReasonedDay { day: received, why: format!("received on {received}") };
    };
    if !calendar.is_working(received) {
        let day = calendar.roll(received);
        let why = format!("received on {received} ({}), so it counts as of {day}", calendar.why(received));
        return ReasonedDay { day, why };
    }
    if let Some(hour) = hour.filter(|hour| *hour > closes) {
        let day = calendar.roll(received + Days::new(1));
        let (hour, closes) = (hour.format("%H:%M"), closes.format("%H:%M"));
        let why = format!("received on {received} at {hour}, after {closes}, so it counts as of {day}");
        return ReasonedDay { day, why };
    }
    ReasonedDay { day: received, why: format!("received on {received}") }
}

fn term_day(
    term: &RequestTerm,
    calendar: &WorkingCalendar,
    from: NaiveDate,
    stops: &[Stop],
    until: NaiveDate,
) -> RequestDue {
    let due = match term.count {
        DayCount::Working => working_days(calendar, from, term.days),
        DayCount::Calendar => calendar_days(calendar, from, term.days),
    };
    let with_stops = (!stops.is_empty()).then(|| {
        let ends = stops.iter().map(|(start, end)| (*start, end.unwrap_or(until)));
        let stopped: u32 = match term.count {
            DayCount::Working => ends.map(|(start, end)| calendar.working_days(start, end)).sum(),
            DayCount::Calendar => ends.map(|(start, end)| (end - start).num_days().max(0) as u32).sum(),
        };
        let (moved, days) = match term.count {
            DayCount::Working => (working_days(calendar, due.day, stopped).day, counted(stopped, "working day")),
            DayCount::Calendar => (due.day + Days::new(u64::from(stopped)), counted(stopped, "calendar day")),
        };
        let day = if stopped == 0 { due.day } else { moved };
        ReasonedDay { day, why: format!("{} without the stop; the clock stopped for {days}", due.day) }
    });
    RequestDue { act: term.act.clone(), mark: term.mark.clone(), due, with_stops }
}

fn working_term(calendar: &WorkingCalendar, from: NaiveDate, days: u32, act: &str) -> ReasonedDay {
    let found = working_days(calendar, from, days);
    ReasonedDay { why: format!("{act}: {}", found.why), ..found }
}

/// The n-th working day after a day, with the days that a reader would not expect.
fn working_days(calendar: &WorkingCalendar, from: NaiveDate, days: u32) -> ReasonedDay {
    let (mut day, mut left) = (from, days);
    let mut unusual = Vec::new();
    // No term is longer than some months; the bound only stops a broken calendar from looping.
    for next in from.iter_days().skip(1).take(10_000) {
        if left == 0 {
            break;
        }
        let works = calendar.is_working(next);
        if works == is_weekend(next) {
            unusual.push(format!("{next} ({})", calendar.why(next)));
        }
        left -= u32::from(works);
        day = next;
    }
    let unusual = if unusual.is_empty() { String::new() } else { format!("; {}", unusual.join("; ")) };
    let why = format!("{} after {from}{unusual}{}", counted(days, "working day"), doubt(calendar, from, day));
    ReasonedDay { day, why }
}

fn calendar_days(calendar: &WorkingCalendar, from: NaiveDate, days: u32) -> ReasonedDay {
    let day = from + Days::new(u64::from(days));
    let off = if calendar.is_working(day) {
        String::new()
    } else {
        format!("; {}: whether such a term moves was not found, so it does not", calendar.why(day))
    };
    ReasonedDay { day, why: format!("{} after {from}{off}", counted(days, "calendar day")) }
}

/// A day that rests on a calendar which may still change says so.
fn doubt(calendar: &WorkingCalendar, from: NaiveDate, to: NaiveDate) -> String {
    use chrono::Datelike as _;
    let years = from.year()..=to.year();
    let doubts: Vec<String> =
        years.filter_map(|year| Some(format!("; {year} may change: {}", calendar.provisional(year)?))).collect();
    doubts.concat()
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
