//! `schedules/calendar-kz.toml`. In: the text as a person writes it. Out: a [`WorkingCalendar`], and every fault with
//! its line. This module does not decide which days are off: the calendar does.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault,
    reader::Reader,
    values::{Day, Issued},
};
use domain::{
    CalendarActs, CalendarVersion, CalendarYear, DayReason, Holiday, HolidayDates, MarkedDay, Titles, WorkingCalendar,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLaw {
    holidays: String,
    substitution: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenHoliday {
    id: Spanned<String>,
    titles: Titles,
    month: Option<u32>,
    #[serde(default)]
    days: Vec<Spanned<u32>>,
    #[serde(default)]
    dates: Vec<Day>,
    #[serde(default)]
    estimated: Vec<Day>,
    from_year: Option<i32>,
    to_year: Option<i32>,
    #[serde(default = "yes")]
    moves: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenYear {
    year: Spanned<i32>,
    provisional: Option<String>,
    version: Vec<WrittenVersion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenVersion {
    number: Spanned<u32>,
    issued: Issued,
    known_since: Option<Day>,
    act: String,
    note: Option<String>,
    #[serde(default)]
    days: Vec<Spanned<WrittenDay>>,
    #[serde(default)]
    withdrawn: Vec<Spanned<Day>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Off,
    Working,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Why {
    Holiday,
    Substitute,
    Transfer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDay {
    date: Spanned<Day>,
    day: Kind,
    why: Why,
    holiday: Option<Spanned<String>>,
    #[serde(rename = "for")]
    for_: Option<Day>,
    with: Option<Day>,
    act: Option<String>,
}

/// Reads a calendar and its faults from a text.
pub(super) fn parse(file: &str, text: &str) -> (WorkingCalendar, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let law = reader.one::<WrittenLaw>("law");
    let written: Vec<WrittenHoliday> = reader.many("holiday");
    reader.once("holiday", written.iter().map(|h| &h.id));
    let ids: Vec<String> = written.iter().map(|h| h.id.get_ref().clone()).collect();
    let holidays = written.into_iter().filter_map(|h| holiday(&mut reader, h)).collect();
    let years: Vec<WrittenYear> = reader.many("year");
    let mut seen = BTreeSet::new();
    let mut meant = Vec::new();
    for year in years {
        if !seen.insert(*year.year.get_ref()) {
            reader.fault(&year.year.span(), format!("year {} occurs here twice", year.year.get_ref()));
        }
        meant.push(year_meant(&mut reader, year, &ids));
    }
    let acts = law.map_or_else(CalendarActs::default, |law| CalendarActs {
        holidays: law.holidays,
        substitution: law.substitution,
    });
    (WorkingCalendar::new(holidays, acts, meant), reader.close())
}

fn holiday(reader: &mut Reader<'_>, written: WrittenHoliday) -> Option<Holiday> {
    let id = written.id.get_ref().clone();
    let announced: BTreeMap<NaiveDate, bool> = written
        .dates
        .iter()
        .map(|day| (day.0, false))
        .chain(written.estimated.iter().map(|day| (day.0, true)))
        .collect();
    let dates = match (written.month, announced.is_empty()) {
        (Some(month), true) if written.days.is_empty() || !(1..=12).contains(&month) => {
            let message = if written.days.is_empty() {
                format!(
                    "holiday `{id}` has a `month` and no `days`; write the days of the month, such as `days = [1, 2]`"
                )
            } else {
                format!("holiday `{id}` is in month {month}; a month is a number from 1 to 12")
            };
            reader.fault(&written.id.span(), message);
            return None;
        }
        (None, false) if !written.days.is_empty() => {
            let message = format!("holiday `{id}` has `days` without their `month`; write either both, or `dates`");
            reader.fault(&written.id.span(), message);
            return None;
        }
        (Some(month), true) => {
            let exists = |day: u32| NaiveDate::from_ymd_opt(2023, month, day).is_some();
            for day in written.days.iter().filter(|day| !exists(*day.get_ref())) {
                reader.fault(&day.span(), format!("day {} of month {month} does not exist every year", day.get_ref()));
            }
            HolidayDates::Fixed { month, days: written.days.iter().map(|day| *day.get_ref()).collect() }
        }
        (None, false) => HolidayDates::Announced(announced),
        _ => {
            let message = format!("holiday `{id}` needs either `month` and `days`, or `dates`");
            reader.fault(&written.id.span(), message);
            return None;
        }
    };
    Some(Holiday {
        id,
        titles: written.titles,
        dates,
        from_year: written.from_year,
        to_year: written.to_year,
        moves: written.moves,
    })
}

fn year_meant(reader: &mut Reader<'_>, written: WrittenYear, holidays: &[String]) -> CalendarYear {
    let year = *written.year.get_ref();
    let mut known: BTreeSet<NaiveDate> = BTreeSet::new();
    let mut versions = Vec::new();
    for (index, version) in written.version.into_iter().enumerate() {
        if *version.number.get_ref() as usize != index + 1 {
            let message =
                format!("version {} is written where version {} belongs", version.number.get_ref(), index + 1);
            reader.fault(&version.number.span(), message);
        }
        for day in &version.withdrawn {
            if !known.remove(&day.get_ref().0) {
                let message = format!("{} is not listed by an earlier version of {year}", day.get_ref().0);
                reader.fault(&day.span(), message);
            }
        }
        let mut here = BTreeSet::new();
        let mut days = Vec::new();
        for day in &version.days {
            let date = day.get_ref().date.get_ref().0;
            if date.year() != year {
                reader.fault(&day.get_ref().date.span(), format!("{date} is not a day of {year}"));
            }
            if !here.insert(date) {
                reader.fault(&day.get_ref().date.span(), format!("{date} occurs twice in this version"));
            }
            days.extend(day_meant(reader, day, &version.act, holidays));
        }
        known.extend(here);
        versions.push(CalendarVersion {
            number: *version.number.get_ref(),
            issued: version.issued.0,
            known_since: version.known_since.map(|day| day.0),
            act: version.act,
            note: version.note,
            days,
            withdrawn: version.withdrawn.iter().map(|day| day.get_ref().0).collect(),
        });
    }
    CalendarYear { year, provisional: written.provisional, versions }
}

fn day_meant(
    reader: &mut Reader<'_>,
    written: &Spanned<WrittenDay>,
    act: &str,
    holidays: &[String],
) -> Option<MarkedDay> {
    let day = written.get_ref();
    let reason = match (day.why, &day.holiday, day.for_, day.with) {
        (Why::Holiday, Some(id), None, None) => {
            let known: Vec<&str> = holidays.iter().map(String::as_str).collect();
            reader.known("holiday of this file", id, known).then(|| DayReason::Holiday(id.get_ref().clone()))?
        }
        (Why::Substitute, None, Some(for_), None) => DayReason::Substitute(for_.0),
        (Why::Transfer, None, None, Some(with)) => DayReason::Transfer(with.0),
        _ => {
            let message = "a \"holiday\" has `holiday`, a \"substitute\" has `for`, a \"transfer\" has `with`, and no other of them";
            reader.fault(&written.span(), message);
            return None;
        }
    };
    if day.day == Kind::Working && day.why != Why::Transfer {
        reader.fault(&written.span(), "only a \"transfer\" makes a day \"working\"");
        return None;
    }
    let act = day.act.clone().unwrap_or_else(|| act.to_owned());
    Some(MarkedDay { date: day.date.get_ref().0, working: day.day == Kind::Working, reason, act })
}
