//! Obligations: what the office owes, and its instants: from when on, until when, and when it is late. In: terms, hours
//! and a zone. Out: obligations. This module does not know what has been done.
//!
//! A form is requested from the opening hour of the first day after its period. It is late only after the deadline hour
//! of its last day. A collection contains what has come at the cut-off. It is handed over from the sending hour of its
//! last day on, and is late only when that day is over: the act sets a day for it, and no hour.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Due, Period, Regulation, Subject, WorkingCalendar, plan};

/// Hours of the office's day, in the zone of the regulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Forms are requested from this hour on.
    pub opening: NaiveTime,
    /// A form is late only after this hour of its last day.
    pub deadline: NaiveTime,
    /// At this hour of its last day a collection is built from what has come.
    pub cut_off: NaiveTime,
    /// A collection that is built is handed over from this hour of its last day on.
    pub send: NaiveTime,
}

impl Default for Hours {
    fn default() -> Self {
        let hour = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap_or_default();
        Self { opening: hour(9), deadline: hour(18), cut_off: hour(20), send: hour(10) }
    }
}

/// One thing to be done once: to take in a form of a period, or to hand over a collection of a period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duty {
    #[serde(flatten)]
    pub subject: Subject,
    pub period: Period,
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Form(id) => write!(f, "form `{id}` for `{}`", self.period),
            Subject::Collection(id) => write!(f, "collection `{id}` for `{}`", self.period),
        }
    }
}

/// A duty with its term as instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    pub duty: Duty,
    /// The term by the act and the calendar.
    pub due: Due,
    /// From this instant on a form is requested, and a collection may be handed over.
    pub opens: DateTime<Utc>,
    /// The instant at which a collection is built from what has come. For a form it is the deadline.
    pub cut_off: DateTime<Utc>,
    /// After this instant it is late.
    pub deadline: DateTime<Utc>,
}

impl Obligation {
    /// The instants of a term in the office's zone.
    #[must_use]
    pub fn new(due: Due, hours: &Hours, zone: Tz) -> Self {
        let duty = Duty { subject: due.subject.clone(), period: due.period };
        let (opens, cut_off, deadline) = match &due.subject {
            Subject::Form(_) => {
                let deadline = instant(due.due, hours.deadline, zone);
                (instant(due.period.day_after(), hours.opening, zone), deadline, deadline)
            }
            Subject::Collection(_) => {
                let over = instant(after(due.due), NaiveTime::MIN, zone);
                (instant(due.due, hours.send, zone), instant(due.due, hours.cut_off, zone), over)
            }
        };
        Self { duty, due, opens, cut_off, deadline }
    }
}

/// The obligations whose computed day is between two days, both included, in the order of their deadlines.
#[must_use]
pub fn obligations(
    regulation: &Regulation,
    calendar: &WorkingCalendar,
    hours: &Hours,
    zone: Tz,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Obligation> {
    let dues = plan(regulation, calendar, from, to);
    let mut owed: Vec<Obligation> = dues.into_iter().map(|due| Obligation::new(due, hours, zone)).collect();
    owed.sort_by_key(|o| o.deadline);
    owed
}

/// A day and an hour of a zone as an instant. If the hour occurs twice, the first one is meant. If it does not occur,
/// the next time that does is meant.
#[must_use]
pub fn instant(day: NaiveDate, hour: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(hour);
    // No zone leaves out more than a day. The bound only stops a broken zone from looping.
    let mut tries = (0..=96).filter_map(|quarters| local.checked_add_signed(TimeDelta::minutes(15 * quarters)));
    let found = tries.find_map(|local| zone.from_local_datetime(&local).earliest());
    found.map_or_else(|| local.and_utc(), |instant| instant.to_utc())
}

fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

/// When the office gets an alert about a day of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// In the morning of the last day, if something is not there yet.
    Before,
    /// After the last term of the day: what is late, or that nothing is.
    At,
    /// In the morning after, if something is still open.
    After,
    /// Something has lasted longer than an hour.
    Emergency,
    /// Something is wrong that a person has to know at once, such as a parcel that was refused for good.
    #[serde(rename = "at-once")]
    AtOnce,
}

impl Moment {
    /// The word in files and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::At => "at",
            Self::After => "after",
            Self::Emergency => "emergency",
            Self::AtOnce => "at-once",
        }
    }
}

/// What an emergency affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// This program did not run, or the machine was asleep.
    Program,
    /// Sources could not be reached.
    Sources,
    /// Parcels could not be handed over.
    Post,
    /// The ledger, the disk or the office's files failed.
    House,
}

impl Door {
    /// The word in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Sources => "sources",
            Self::Post => "post",
            Self::House => "house",
        }
    }
}

/// One line of the journal of emergencies; `until` is `None` while it lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub door: Door,
    pub since: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub cause: String,
    pub measures: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_that_came_twice_is_meant_once() {
        let zone: Tz = "Asia/Almaty".parse().unwrap();
        let at = |text: &str, hour| instant(text.parse().unwrap(), NaiveTime::from_hms_opt(hour, 30, 0).unwrap(), zone);
        // On 2024-02-29 the clocks went from +06 to +05 at midnight, so 23:30 occurred twice.
        assert_eq!(at("2024-02-29", 23).to_rfc3339(), "2024-02-29T17:30:00+00:00");
        assert_eq!(at("2024-03-01", 0).to_rfc3339(), "2024-02-29T19:30:00+00:00");
        assert_eq!(at("2024-03-01", 9).to_rfc3339(), "2024-03-01T04:30:00+00:00");
        assert_eq!(at("2024-02-28", 9).to_rfc3339(), "2024-02-28T03:30:00+00:00");
    }

    #[test]
    fn a_duty_is_one_flat_object() {
        let duty = Duty { subject: Subject::Form("1-m".parse().unwrap()), period: "2025-M06".parse().unwrap() };
        let text = serde_json::to_string(&duty).unwrap();
        assert_eq!(text, r#"{"kind":"form","id":"1-m","period":"2025-M06"}"#);
        assert_eq!(serde_json::from_str::<Duty>(&text).unwrap(), duty);
    }
}
