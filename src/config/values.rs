//! Days, hours and paths in a file. In: a value as a person writes it. Out: a day, an hour, a path, or the date of an
//! act, which may be "not known". This module does not know the time, nor what lies at a path.

use std::{path::PathBuf, time::Duration};

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use toml::value::Datetime;

/// A date as TOML writes it, without quotes: `2025-01-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Datetime")]
pub(super) struct Day(pub NaiveDate);

impl TryFrom<Datetime> for Day {
    type Error = String;

    fn try_from(written: Datetime) -> Result<Self, String> {
        let wrong = || format!("`{written}` is not a date: write a day without quotes and hours, such as 2025-01-05");
        let (Some(date), None) = (written.date, written.time) else { return Err(wrong()) };
        let day = NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day));
        day.map(Self).ok_or_else(wrong)
    }
}

/// An hour of the day: `"18:00"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Hour(pub NaiveTime);

impl TryFrom<String> for Hour {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let parsed = (written.len() == 5).then(|| NaiveTime::parse_from_str(&written, "%H:%M").ok()).flatten();
        parsed.map(Self).ok_or_else(|| format!("`{written}` is not an hour: write it from \"00:00\" to \"23:59\""))
    }
}

/// How long something lasts: `"45s"`, `"30m"`, `"10h"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Lasting(pub Duration);

impl TryFrom<String> for Lasting {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let wrong = || format!("`{written}` is not a time: write a number with its unit, such as \"30m\" or \"10h\"");
        let number = |unit: char| written.strip_suffix(unit)?.parse::<u32>().ok().map(u64::from);
        let seconds = number('s').or_else(|| Some(number('m')? * 60)).or_else(|| Some(number('h')? * 3600));
        seconds.map(|seconds| Self(Duration::from_secs(seconds))).ok_or_else(wrong)
    }
}

/// The path of a file or a folder. An empty one would be the office's own folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct FilePath(pub PathBuf);

impl TryFrom<String> for FilePath {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        if written.trim().is_empty() {
            return Err("the path is empty: write the path of a file or a folder, or leave the line out".to_owned());
        }
        if written.chars().any(char::is_control) {
            return Err("the path contains control characters; write it in one line".to_owned());
        }
        Ok(Self(written.into()))
    }
}

/// The date of an act, or the words "not known".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenIssued")]
pub(super) struct Issued(pub Option<NaiveDate>);

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenIssued {
    Day(Datetime),
    Words(String),
}

impl TryFrom<WrittenIssued> for Issued {
    type Error = String;

    fn try_from(written: WrittenIssued) -> Result<Self, String> {
        match written {
            WrittenIssued::Day(day) => Day::try_from(day).map(|day| Self(Some(day.0))),
            WrittenIssued::Words(words) if words == "not known" => Ok(Self(None)),
            WrittenIssued::Words(words) => {
                Err(format!("`{words}` is not a date of issue: write a day without quotes, or \"not known\""))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only that it is read matters")]
    struct Written {
        day: Option<Day>,
        hour: Option<Hour>,
        issued: Option<Issued>,
    }

    #[test]
    fn days_and_hours_state_their_rule() {
        for right in ["day = 2025-01-05", "hour = \"18:00\"", "issued = 2021-10-06", "issued = \"not known\""] {
            assert!(toml::from_str::<Written>(right).is_ok(), "{right}");
        }
        for wrong in [
            "day = \"2025-01-05\"",
            "day = 2025-01-05T10:00:00",
            "hour = \"24:00\"",
            "hour = \"6pm\"",
            "hour = 18",
            "issued = \"soon\"",
        ] {
            assert!(toml::from_str::<Written>(wrong).is_err(), "{wrong}");
        }
    }
}
