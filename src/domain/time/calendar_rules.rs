//! The rules of the law for a year: fixed holidays, their substitutes, the two days that never move. In: a calendar.
//! Out: the days off by the rules, and where a listed year differs from them. This module does not know which days acts
//! exchange.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;

use crate::time::calendar::{DayReason, HolidayDates, MarkedDay, WorkingCalendar, is_weekend, next, weekday_name};

/// The days off of a year by the rules, on weekdays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuledYear {
    pub year: i32,
    pub days: BTreeMap<NaiveDate, MarkedDay>,
}

impl RuledYear {
    /// Applies the rules of a calendar's law to a year. A holiday that is announced each year, but not for this one, is
    /// taken from the arithmetic Islamic calendar.
    #[must_use]
    pub fn of(calendar: &WorkingCalendar, year: i32) -> Self {
        let mut moving = BTreeMap::new();
        let mut fixed = BTreeMap::new();
        for holiday in calendar.holidays() {
            let mut days = holiday.days_in(year);
            if days.is_empty() && matches!(holiday.dates, HolidayDates::Announced(_)) {
                days.extend(first_days_of_kurban_ait(year));
            }
            let kind = if holiday.moves { &mut moving } else { &mut fixed };
            kind.extend(days.into_iter().map(|day| (day, holiday.id.clone())));
        }
        let holidays: BTreeSet<NaiveDate> = moving.keys().chain(fixed.keys()).copied().collect();
        let mut days = BTreeMap::new();
        let off = |date, reason, act: &str| MarkedDay { date, working: false, reason, act: act.to_owned() };
        for (date, id) in moving.iter().chain(&fixed).filter(|(date, _)| !is_weekend(**date)) {
            days.insert(*date, off(*date, DayReason::Holiday(id.clone()), &calendar.acts().holidays));
        }
        // If two holidays are on one weekend, each takes the next day that is still worked.
        for date in moving.keys().filter(|date| is_weekend(**date)) {
            let mut free = next(*date);
            while is_weekend(free) || holidays.contains(&free) || days.contains_key(&free) {
                free = next(free);
            }
            days.insert(free, off(free, DayReason::Substitute(*date), &calendar.acts().substitution));
        }
        Self { year, days }
    }
}

/// One difference between a listed year and the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub date: NaiveDate,
    pub rule: CalendarRule,
    pub message: String,
}

/// The rule that a listed day breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarRule {
    FixedHoliday,
    Substitution,
    NeverMoves,
    Transfer,
    /// A day is marked as what its weekday makes it anyway.
    Redundant,
    /// The first day of Kurban Ait is far from 10 Dhu al-Hijja.
    KurbanAit,
}

/// Compares every listed year with the rules. Transferred days are differences only if their pair does not match.
#[must_use]
pub fn check(calendar: &WorkingCalendar) -> Vec<Difference> {
    let mut found = Vec::new();
    for year in calendar.years() {
        let ruled = RuledYear::of(calendar, year.year);
        missing(calendar, &ruled, &mut found);
        for day in calendar.marked(year.year) {
            listed(calendar, &ruled, day, &mut found);
        }
    }
    announced(calendar, &mut found);
    found.sort_by_key(|d| (d.date, d.rule));
    found
}

fn difference(date: NaiveDate, rule: CalendarRule, message: String) -> Difference {
    Difference { date, rule, message }
}

fn missing(calendar: &WorkingCalendar, ruled: &RuledYear, found: &mut Vec<Difference>) {
    for (date, expected) in &ruled.days {
        if calendar.listed(*date).is_some() {
            continue;
        }
        let (rule, what) = match &expected.reason {
            DayReason::Substitute(of) => (CalendarRule::Substitution, format!("the substitute of {of}")),
            DayReason::Holiday(id) if !moves(calendar, id) => (CalendarRule::NeverMoves, format!("holiday `{id}`")),
            DayReason::Holiday(id) => (CalendarRule::FixedHoliday, format!("holiday `{id}`")),
            DayReason::Transfer(_) => continue,
        };
        found.push(difference(
            *date,
            rule,
            format!("{} {date} is {what} by the rules, but is not listed", name(*date)),
        ));
    }
}

fn moves(calendar: &WorkingCalendar, id: &str) -> bool {
    calendar.holidays().iter().find(|h| h.id == id).is_none_or(|h| h.moves)
}

fn listed(calendar: &WorkingCalendar, ruled: &RuledYear, day: &MarkedDay, found: &mut Vec<Difference>) {
    let date = day.date;
    let mut say = |rule, message| found.push(difference(date, rule, message));
    if let DayReason::Transfer(with) = day.reason {
        return transfer(calendar, ruled, day, with, found);
    }
    if day.working {
        say(CalendarRule::Transfer, format!("{} {date} is a working day, but not half of a transfer", name(date)));
    } else if is_weekend(date) {
        say(CalendarRule::Redundant, format!("{} {date} is listed as off, which a weekend is anyway", name(date)));
    } else if let DayReason::Substitute(of) = day.reason
        && let Some(holiday) = calendar.holidays().iter().find(|h| h.days_in(of.year()).contains(&of) && !h.moves)
    {
        let message = format!("{} {date} is listed for {of}, but holiday `{}` never moves", name(date), holiday.id);
        say(CalendarRule::NeverMoves, message);
    } else {
        let rule = match day.reason {
            DayReason::Substitute(_) => CalendarRule::Substitution,
            _ => CalendarRule::FixedHoliday,
        };
        match ruled.days.get(&date) {
            None => say(rule, format!("{} {date} is listed as off, but no rule gives it", name(date))),
            Some(expected) if expected.reason != day.reason => {
                let message = format!("{} {date} is listed as {}, but is {}", name(date), tell(day), tell(expected));
                say(rule, message);
            }
            Some(_) => {}
        }
    }
}

fn tell(day: &MarkedDay) -> String {
    match &day.reason {
        DayReason::Holiday(id) => format!("holiday `{id}`"),
        DayReason::Substitute(of) => format!("the substitute of {of}"),
        DayReason::Transfer(with) => format!("moved with {with}"),
    }
}

/// Checks two days that were exchanged: one would have been off and is worked, the other would have been worked and is
/// off.
fn transfer(
    calendar: &WorkingCalendar,
    ruled: &RuledYear,
    day: &MarkedDay,
    with: NaiveDate,
    found: &mut Vec<Difference>,
) {
    let date = day.date;
    let mut say = |message| found.push(difference(date, CalendarRule::Transfer, message));
    match calendar.listed(with) {
        Some(other) if other.reason == DayReason::Transfer(date) && other.working != day.working => {}
        _ => say(format!("{} {date} is moved with {with}, but {with} is not moved with it", name(date))),
    }
    let otherwise_off = is_weekend(date) || ruled.days.contains_key(&date);
    if day.working && !otherwise_off {
        say(format!("{} {date} is listed as worked, which it is anyway", name(date)));
    }
    if !day.working && otherwise_off {
        say(format!("{} {date} is listed as off by a transfer, but is off anyway", name(date)));
    }
}

/// Checks that announced days are within two days of the arithmetic calendar.
fn announced(calendar: &WorkingCalendar, found: &mut Vec<Difference>) {
    for holiday in calendar.holidays() {
        let HolidayDates::Announced(dates) = &holiday.dates else { continue };
        for date in dates.keys() {
            let near = first_days_of_kurban_ait(date.year()).iter().any(|d| (*d - *date).num_days().abs() <= 2);
            if !near {
                let message = format!("{date} as `{}` is more than two days from 10 Dhu al-Hijja", holiday.id);
                found.push(difference(*date, CalendarRule::KurbanAit, message));
            }
        }
    }
}

fn name(day: NaiveDate) -> &'static str {
    let weekday: Weekday = day.weekday();
    weekday_name(weekday)
}

/// 10 Dhu al-Hijja in a year of the Gregorian calendar, by the arithmetic Islamic calendar (thirty-year cycle, civil
/// epoch, 16 July 622 Julian). The announced day differs from it by two days at most. Some years have two such days.
#[must_use]
pub fn first_days_of_kurban_ait(year: i32) -> Vec<NaiveDate> {
    // A year of the Hijra has 354 or 355 days, so the search includes the neighbours of the estimate.
    let estimate = (f64::from(year) - 622.0) * 33.0 / 32.0;
    let hijra = estimate as i32;
    (hijra - 1..=hijra + 2).filter_map(tenth_of_dhu_al_hijja).filter(|day| day.year() == year).collect()
}

fn tenth_of_dhu_al_hijja(hijra: i32) -> Option<NaiveDate> {
    // 1 Muharram of year 1 is day 227,015 of the common era. The first eleven months have 325 days.
    let days = 227_015 + 354 * (hijra - 1) + (3 + 11 * hijra).div_euclid(30) + 325 + 9;
    NaiveDate::from_num_days_from_ce_opt(days)
}
