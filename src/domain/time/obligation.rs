//! What the office owes, and the instants that matter for it: from when on, until when, and when it is late.
//!
//! A form is asked for from the opening hour of the first day after its period, and is late only after the deadline
//! hour of its last day. A collection is handed over from the sending hour of its last day on, from what has come at
//! the cut-off, and is late only when that day is over: the act names a day for it and no hour.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Due, Period, Regulation, Subject, WorkingCalendar, plan};

/// Hours of the office's day, in the zone of the regulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Forms are asked for from this hour on.
    pub opening: NaiveTime,
    /// A form is late only after this hour of its last day.
    pub deadline: NaiveTime,
    /// A collection is built from what has come, at this hour of its last day.
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

/// One thing to be done once: a form of a period to be taken in, a collection of a period to be handed over.
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
    /// The term as the act and the calendar have it.
    pub due: Due,
    /// From here on a form is asked for, and a collection may be handed over.
    pub opens: DateTime<Utc>,
    /// When a collection is made from what has come. For a form the same as its deadline.
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

/// The obligations whose computed day lies between two days, both included, the oldest deadline first.
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

/// A day and an hour of a zone as an instant. Of an hour that comes twice the first is meant, and for one that is left out
/// the first that exists after it.
#[must_use]
pub fn instant(day: NaiveDate, hour: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(hour);
    // No zone leaves out more than a day; the bound only keeps a broken one from looping.
    let mut tries = (0..=96).filter_map(|quarters| local.checked_add_signed(TimeDelta::minutes(15 * quarters)));
    let found = tries.find_map(|local| zone.from_local_datetime(&local).earliest());
    found.map_or_else(|| local.and_utc(), |instant| instant.to_utc())
}

fn after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

/// When in the day of a term the office is told how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// In the morning of the last day, when something is not there yet.
    Before,
    /// When the last term of the day is over: what is late, or that all is calm.
    At,
    /// The morning after, when something is still open.
    After,
    /// Something that lasted longer than an hour.
    Emergency,
}

impl Moment {
    /// The word that files and tables print.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::At => "at",
            Self::After => "after",
            Self::Emergency => "emergency",
        }
    }
}

/// What an emergency befell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// This program did not run, or the machine slept.
    Program,
    /// Sources could not be reached.
    Sources,
    /// Parcels were not taken.
    Post,
    /// The ledger, the disk, the office's files.
    House,
}

impl Door {
    /// The word that tables print.
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
        // On 29.02.2024 the clocks went from +06 to +05 at midnight: 23:30 came twice.
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
