//! Working days: which days are off, which weekends are worked, why, and by which act. In: holidays and listed years.
//! Out: what a day is. This module does not know what falls due.
//!
//! # What is listed
//! Saturdays and Sundays are days off. A calendar lists what differs: weekdays off and working weekends, each with its
//! reason and act. A year has versions, in the order in which they became known. A later version overrides the earlier
//! ones.
//!
//! # Rolling
//! A term that ends on a day off ends on the first working day after it (clause 13 of the Instruction). A working
//! Sunday is a working day: a term that ends on it does not move.
//!
//! ```
//! use domain::WorkingCalendar;
//! let bare = WorkingCalendar::default();
//! let saturday = "2023-01-14".parse().unwrap();
//! assert!(!bare.is_working(saturday));
//! assert_eq!(bare.roll(saturday).to_string(), "2023-01-16");
//! ```
//!
//! # Years that are not final
//! A year without an approved calendar is provisional ([`WorkingCalendar::provisional`]). A year that is not listed is
//! provisional too: only the rules of the law apply to it ([`crate::time::calendar_rules`]).

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::{Titles, time::calendar_rules::RuledYear};

/// Days off and working weekends of some years, and the holidays they come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingCalendar {
    holidays: Vec<Holiday>,
    acts: CalendarActs,
    years: BTreeMap<i32, CalendarYear>,
    /// The marks of the newest versions, by day.
    days: BTreeMap<NaiveDate, MarkedDay>,
}

/// The acts that contain the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CalendarActs {
    pub holidays: String,
    pub substitution: String,
}

/// A holiday of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub id: String,
    pub titles: Titles,
    pub dates: HolidayDates,
    /// The first year in which it is a day off; `None` = since before the first year here.
    pub from_year: Option<i32>,
    pub to_year: Option<i32>,
    /// Whether a weekday is off instead if it falls on a weekend. Never for 7 January and the first day of Kurban Ait.
    pub moves: bool,
}

/// The dates of a holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidayDates {
    Fixed {
        month: u32,
        days: Vec<u32>,
    },
    /// Announced for each year; `true` if the day is an estimate.
    Announced(BTreeMap<NaiveDate, bool>),
}

/// A year, with the versions in which it became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    pub year: i32,
    /// Why its dates may still change; `None` if they are final.
    pub provisional: Option<String>,
    /// Oldest first.
    pub versions: Vec<CalendarVersion>,
}

/// What one act lists for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarVersion {
    pub number: u32,
    /// The date of the act; `None` = not known.
    pub issued: Option<NaiveDate>,
    /// The day from which an office could know it, if the act's own date is not known.
    pub known_since: Option<NaiveDate>,
    pub act: String,
    pub note: Option<String>,
    pub days: Vec<MarkedDay>,
    /// Days of earlier versions that are ordinary days again.
    pub withdrawn: Vec<NaiveDate>,
}

/// A day that differs from its weekday: a weekday that is off, or a weekend day that is worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedDay {
    pub date: NaiveDate,
    pub working: bool,
    pub reason: DayReason,
    pub act: String,
}

/// Why a day is off or worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayReason {
    /// The id of a holiday.
    Holiday(String),
    /// It replaces a holiday on this weekend day.
    Substitute(NaiveDate),
    /// It was exchanged with this day.
    Transfer(NaiveDate),
}

impl WorkingCalendar {
    /// A calendar of some years. Later versions override earlier ones.
    #[must_use]
    pub fn new(holidays: Vec<Holiday>, acts: CalendarActs, years: Vec<CalendarYear>) -> Self {
        let years: BTreeMap<i32, CalendarYear> = years.into_iter().map(|y| (y.year, y)).collect();
        let mut days = BTreeMap::new();
        for version in years.values().flat_map(|y| &y.versions) {
            for date in &version.withdrawn {
                days.remove(date);
            }
            days.extend(version.days.iter().map(|d| (d.date, d.clone())));
        }
        Self { holidays, acts, years, days }
    }

    /// The calendar as an office could know it on a day, without later versions.
    #[must_use]
    pub fn as_known(&self, on: NaiveDate) -> Self {
        let known = |v: &CalendarVersion| v.known_since.or(v.issued).is_none_or(|since| since <= on);
        let years = self
            .years
            .values()
            .map(|y| CalendarYear { versions: y.versions.iter().filter(|v| known(v)).cloned().collect(), ..y.clone() });
        Self::new(self.holidays.clone(), self.acts.clone(), years.collect())
    }

    #[must_use]
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    #[must_use]
    pub const fn acts(&self) -> &CalendarActs {
        &self.acts
    }

    /// The listed years, in order.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    /// The days of a listed year that differ from their weekdays, in order.
    pub fn marked(&self, year: i32) -> impl Iterator<Item = &MarkedDay> {
        self.days.values().filter(move |d| d.date.year() == year)
    }

    /// What is listed for a day.
    #[must_use]
    pub fn listed(&self, day: NaiveDate) -> Option<&MarkedDay> {
        self.days.get(&day)
    }

    /// Whether a day is a working day.
    #[must_use]
    pub fn is_working(&self, day: NaiveDate) -> bool {
        self.mark(day).map_or(!is_weekend(day), |mark| mark.working)
    }

    /// The first working day on or after a day.
    #[must_use]
    pub fn roll(&self, day: NaiveDate) -> NaiveDate {
        // No run of days off is longer than two weeks. The bound only stops a broken calendar from looping.
        day.iter_days().take(60).find(|d| self.is_working(*d)).unwrap_or(day)
    }

    /// The number of working days after one day, up to and including another.
    #[must_use]
    pub fn working_days(&self, after: NaiveDate, until: NaiveDate) -> u32 {
        after.iter_days().skip(1).take_while(|d| *d <= until).filter(|d| self.is_working(*d)).count() as u32
    }

    /// Why the dates of a year may still change; `None` if the year is final.
    #[must_use]
    pub fn provisional(&self, year: i32) -> Option<String> {
        match self.years.get(&year) {
            Some(listed) => listed.provisional.clone(),
            None => Some(format!("no calendar of {year} is listed; the rules of the law alone were used")),
        }
    }

    /// The newest day on which something became known about a year; `None` if no version has a date.
    #[must_use]
    pub fn revised(&self, year: i32) -> Option<NaiveDate> {
        self.years.get(&year)?.versions.iter().filter_map(|v| v.known_since.or(v.issued)).max()
    }

    /// What a day is, and why, as a text: `Saturday, a day off`, `Sunday, worked for Friday 2025-01-03 (…)`.
    #[must_use]
    pub fn why(&self, day: NaiveDate) -> String {
        let name = weekday(day);
        let Some(mark) = self.mark(day) else {
            return if is_weekend(day) { format!("{name}, a day off") } else { format!("{name}, a working day") };
        };
        match (&mark.reason, mark.working) {
            (DayReason::Holiday(id), _) => format!("{name}, a day off: {}", self.holiday_name(id)),
            (DayReason::Substitute(of), _) => {
                format!("{name}, a day off for {} on {} {of}", self.holiday_on(*of), weekday(*of))
            }
            (DayReason::Transfer(with), true) => {
                format!("{name}, worked for {} {with} ({})", weekday(*with), mark.act)
            }
            (DayReason::Transfer(with), false) => {
                format!("{name}, a day off worked on {} {with} ({})", weekday(*with), mark.act)
            }
        }
    }

    /// The mark of a day: as listed, or by the rules if its year is not listed.
    fn mark(&self, day: NaiveDate) -> Option<MarkedDay> {
        if self.years.contains_key(&day.year()) {
            return self.days.get(&day).cloned();
        }
        RuledYear::of(self, day.year()).days.remove(&day)
    }

    fn holiday_name(&self, id: &str) -> String {
        let found = self.holidays.iter().find(|h| h.id == id);
        found.map_or_else(|| id.to_owned(), |h| h.titles.of(crate::Language::EN).to_owned())
    }

    fn holiday_on(&self, day: NaiveDate) -> String {
        let found = self.holidays.iter().find(|h| h.days_in(day.year()).contains(&day));
        found.map_or_else(|| "a holiday".to_owned(), |h| h.titles.of(crate::Language::EN).to_owned())
    }
}

impl Holiday {
    /// Its days in a year; empty if it was not a holiday then, or if its day was not announced.
    #[must_use]
    pub fn days_in(&self, year: i32) -> Vec<NaiveDate> {
        if self.from_year.is_some_and(|from| year < from) || self.to_year.is_some_and(|to| year > to) {
            return Vec::new();
        }
        match &self.dates {
            HolidayDates::Fixed { month, days } => {
                days.iter().filter_map(|day| NaiveDate::from_ymd_opt(year, *month, *day)).collect()
            }
            HolidayDates::Announced(dates) => dates.keys().filter(|d| d.year() == year).copied().collect(),
        }
    }
}

/// Whether a day is a Saturday or Sunday.
#[must_use]
pub fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The English name of a day of the week.
#[must_use]
pub const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn weekday(day: NaiveDate) -> &'static str {
    weekday_name(day.weekday())
}

/// The next day. The last day that can be represented stays.
pub(super) fn next(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
