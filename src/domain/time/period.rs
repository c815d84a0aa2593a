//! Periods of time that figures are about, written as in SDMX. This module does not know what falls due in a period.
//!
//! # Printing and parsing
//! A period prints as `2022-M12`, `2022-Q4`, `2022-S2` or `2022-A1`. `2022-12`, `2022-H2` and `2022` are accepted too.
//!
//! ```
//! use domain::Period;
//! assert_eq!("2022-12".parse::<Period>().unwrap().to_string(), "2022-M12");
//! assert_eq!("2022-H2".parse::<Period>().unwrap().to_string(), "2022-S2");
//! assert_eq!("2022".parse::<Period>().unwrap().to_string(), "2022-A1");
//! ```
//!
//! # Arithmetic
//! Figures are cumulative from 1 January. So `2022-Q4` of a form contains its twelve months, and periods of different
//! length are comparable if they end in the same month.
//!
//! ```
//! use domain::{Period, Periodicity};
//! let quarter: Period = "2025-Q2".parse().unwrap();
//! assert_eq!(quarter.last_month(), 6);
//! assert_eq!(quarter.ending_as(Periodicity::Month).unwrap().to_string(), "2025-M06");
//! assert_eq!(quarter.ending_as(Periodicity::HalfYear).unwrap().to_string(), "2025-S1");
//! assert_eq!(quarter.year_before().to_string(), "2024-Q2");
//! ```

use std::{fmt, ops::RangeInclusive, str::FromStr};

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// How often a form or a collection comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Periodicity {
    Month,
    Quarter,
    HalfYear,
    Year,
}

impl Periodicity {
    /// Its length in months.
    #[must_use]
    pub const fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

/// A month, quarter, half-year or year of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    year: i32,
    periodicity: Periodicity,
    /// 1-based place within the year.
    index: u32,
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a period: write a month `2022-M12`, a quarter `2022-Q4`, a half-year `2022-S2` or a year `2022-A1`, from 1991 to 2099"
)]
pub struct PeriodError(String);

impl Period {
    /// The years that periods are in.
    pub const YEARS: RangeInclusive<i32> = 1991..=2099;

    /// The period of a kind at a place within a year; `None` if the year has no such place, or is not from 1991 to
    /// 2099.
    #[must_use]
    pub fn new(year: i32, periodicity: Periodicity, index: u32) -> Option<Self> {
        let valid = Self::YEARS.contains(&year) && (1..=12 / periodicity.months()).contains(&index);
        valid.then_some(Self { year, periodicity, index })
    }

    /// The period of a kind that ends with a month; `None` if no such period ends there.
    #[must_use]
    pub fn ending(year: i32, month: u32, periodicity: Periodicity) -> Option<Self> {
        let length = periodicity.months();
        month.is_multiple_of(length).then(|| Self::new(year, periodicity, month / length)).flatten()
    }

    /// The period of a kind that contains a day.
    #[must_use]
    pub fn containing(day: NaiveDate, periodicity: Periodicity) -> Option<Self> {
        Self::new(day.year(), periodicity, (day.month() - 1) / periodicity.months() + 1)
    }

    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    #[must_use]
    pub const fn periodicity(self) -> Periodicity {
        self.periodicity
    }

    /// The 1-based place within the year.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// The last month of the period, 1 to 12; figures are cumulative from January to it.
    #[must_use]
    pub const fn last_month(self) -> u32 {
        self.index * self.periodicity.months()
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        let month = self.last_month() - self.periodicity.months() + 1;
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The first day after it. The month in which its forms fall due begins on this day.
    #[must_use]
    pub fn day_after(self) -> NaiveDate {
        self.first_day().checked_add_months(Months::new(self.periodicity.months())).unwrap_or(NaiveDate::MAX)
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        self.day_after().pred_opt().unwrap_or(NaiveDate::MIN)
    }

    /// The same period of the year before (АППГ).
    #[must_use]
    pub fn year_before(self) -> Self {
        Self { year: self.year - 1, ..self }
    }

    /// The same period, `years` earlier.
    #[must_use]
    pub fn years_before(self, years: i32) -> Self {
        Self { year: self.year - years, ..self }
    }

    /// The period of the same kind directly before.
    #[must_use]
    pub fn before(self) -> Self {
        if self.index > 1 {
            Self { index: self.index - 1, ..self }
        } else {
            Self { year: self.year - 1, index: 12 / self.periodicity.months(), ..self }
        }
    }

    /// The period of the same kind directly after.
    #[must_use]
    pub fn after(self) -> Self {
        if self.last_month() < 12 {
            Self { index: self.index + 1, ..self }
        } else {
            Self { year: self.year + 1, index: 1, ..self }
        }
    }

    /// The period of another kind that ends in the same month; `None` if no such period does.
    #[must_use]
    pub fn ending_as(self, periodicity: Periodicity) -> Option<Self> {
        Self::ending(self.year, self.last_month(), periodicity)
    }

    /// The quarter in which the period ends, whether or not it ends with the quarter.
    #[must_use]
    pub const fn last_quarter(self) -> Self {
        Self { year: self.year, periodicity: Periodicity::Quarter, index: self.last_month().div_ceil(3) }
    }

    /// Whether the period ended before a day began.
    #[must_use]
    pub fn has_ended(self, today: NaiveDate) -> bool {
        today >= self.day_after()
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders by end. If two periods end together, the shorter one comes first.
impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.year, self.last_month(), self.periodicity).cmp(&(other.year, other.last_month(), other.periodicity))
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        parse(text).ok_or_else(|| PeriodError(text.into()))
    }
}

fn parse(text: &str) -> Option<Period> {
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, rest),
        None => (text, "A1"),
    };
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (periodicity, digits) = match rest.as_bytes().first()?.to_ascii_uppercase() {
        b'M' => (Periodicity::Month, &rest[1..]),
        b'Q' => (Periodicity::Quarter, &rest[1..]),
        b'S' | b'H' => (Periodicity::HalfYear, &rest[1..]),
        b'A' => (Periodicity::Year, &rest[1..]),
        _ if rest.len() == 2 => (Periodicity::Month, rest),
        _ => return None,
    };
    let width = if periodicity == Periodicity::Month { 1..=2 } else { 1..=1 };
    if !width.contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Period::new(year.parse().ok()?, periodicity, digits.parse().ok()?)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, index, .. } = self;
        let text = match self.periodicity {
            Periodicity::Month => format!("{year}-M{index:02}"),
            Periodicity::Quarter => format!("{year}-Q{index}"),
            Periodicity::HalfYear => format!("{year}-S{index}"),
            Periodicity::Year => format!("{year}-A{index}"),
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_periods_are_refused_with_the_rule() {
        for wrong in [
            "",
            "2022-M13",
            "2022-M0",
            "2022-Q5",
            "2022-S3",
            "2022-A2",
            "22-M1",
            "2022-1",
            "2022-Q04",
            "2022-M123",
            "2022-я",
            "1990-M01",
        ] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_year_turns() {
        let first: Period = "2023-Q1".parse().unwrap();
        assert_eq!(first.before().to_string(), "2022-Q4");
        assert_eq!(first.before().after(), first);
        assert_eq!(first.last_day().to_string(), "2023-03-31");
    }

    #[test]
    fn periods_sort_by_their_end() {
        let mut periods: Vec<Period> =
            ["2022-A1", "2022-M11", "2022-Q4", "2022-M12"].iter().map(|t| t.parse().unwrap()).collect();
        periods.sort();
        let texts: Vec<String> = periods.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["2022-M11", "2022-M12", "2022-Q4", "2022-A1"]);
    }

    #[test]
    fn only_some_quarters_end_a_half_year() {
        let q3: Period = "2025-Q3".parse().unwrap();
        assert_eq!(q3.ending_as(Periodicity::HalfYear), None);
    }
}
