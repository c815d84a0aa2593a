//! Times for people: in the office's zone, whose name is printed with them. JSON and CSV carry the offset in each value.

use chrono::{DateTime, Utc};

use config::Office;

/// A heading of a column of times: `when (Asia/Almaty)`.
#[must_use]
pub fn heading(word: &str, office: &Office) -> String {
    format!("{word} ({})", office.zone)
}

/// A time in a column whose heading contains the zone.
#[must_use]
pub fn local(at: DateTime<Utc>, office: &Office) -> String {
    at.with_timezone(&office.zone).format("%Y-%m-%d %H:%M").to_string()
}

/// As [`local`], to the second.
#[must_use]
pub fn to_the_second(at: DateTime<Utc>, office: &Office) -> String {
    at.with_timezone(&office.zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A time in a sentence, with the zone.
#[must_use]
pub fn named(at: DateTime<Utc>, office: &Office) -> String {
    format!("{} ({})", local(at, office), office.zone)
}
