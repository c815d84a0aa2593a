//! Time: the schedule misses nothing and repeats nothing.

mod alerts;
mod back;
mod commands;
mod hours;
mod killed;
mod late;
mod side_by_side;
mod two;
mod year;

use std::sync::LazyLock;

use chrono::NaiveDate;
use zhinaq::config::Office;

/// The built-in office.
pub static OFFICE: LazyLock<Office> = LazyLock::new(|| Office::embedded().unwrap());

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
