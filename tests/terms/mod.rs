//! Periods, calendars, terms: what falls due when, and the files that set it.

mod calendar;
mod commands;
mod dates;
mod described;
mod files;
mod impossible;
mod library;
mod properties;

use chrono::NaiveDate;
use zhinaq::{config::Office, domain::Due};

fn office() -> Office {
    Office::embedded().unwrap_or_else(|faults| panic!("{faults}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

fn planned(office: &Office, from: &str, to: &str) -> Vec<Due> {
    zhinaq::domain::plan(office.regulation(), &office.calendar, day(from), day(to))
}
