//! Places and agencies that figures are about: since when each exists, from which place it was split, and its
//! inhabitants. This module does not know any figure.

use chrono::NaiveDate;

use crate::{Agency, Titles, Unit};

/// A region, a city of republican significance, or the republic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    pub unit: Unit,
    /// The first two digits of its code in the classifier of territories (KATO).
    pub kato: String,
    /// Its code in ISO 3166-2.
    pub iso: String,
    pub titles: Titles,
    /// The day from which it exists; `None` = since before the first period here.
    pub since: Option<NaiveDate>,
    /// The unit that it was split from.
    pub split_from: Option<Unit>,
    /// Its inhabitants by date.
    pub population: Vec<Population>,
}

/// Inhabitants at a date, with the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    pub at: NaiveDate,
    pub persons: u64,
    pub source: String,
}

/// An agency whose cases a form can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyName {
    pub agency: Agency,
    pub titles: Titles,
    pub since: Option<NaiveDate>,
}

impl Region {
    /// Whether the region existed on a day.
    #[must_use]
    pub fn exists(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day)
    }

    /// The newest population up to a day. If all are later, the oldest one.
    #[must_use]
    pub fn population_at(&self, day: NaiveDate) -> Option<&Population> {
        let known = self.population.iter().filter(|p| p.at <= day).max_by_key(|p| p.at);
        known.or_else(|| self.population.iter().min_by_key(|p| p.at))
    }
}
