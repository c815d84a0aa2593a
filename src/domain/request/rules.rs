//! The rules of an office for requests, as `schedules/requests.toml` gives them. This module does not read files.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{FormId, RequestNumber, RequestNumberError, RequesterKind, SectionId};

/// How the days of a term are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayCount {
    Working,
    Calendar,
}

/// A term that an act sets, in force from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTerm {
    pub act: String,
    pub days: u32,
    pub count: DayCount,
    pub from: NaiveDate,
    /// The last day on which it is in force.
    pub to: Option<NaiveDate>,
    /// The most months by which it may be extended; `None` = the act was not found to allow it.
    pub extension_months: Option<u32>,
    /// The working days within which an extension is told.
    pub notice_days: Option<u32>,
    /// The working days within which another body's matter goes there.
    pub forward_days: Option<u32>,
    /// How sure the entry is: `read`, `assumed`, or `confirmed by NAME`.
    pub mark: String,
}

/// A way by which requests of some come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestChannel {
    pub id: String,
    pub from: Vec<RequesterKind>,
}

/// Whether sections of a form are free or restricted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionAccess {
    pub form: FormId,
    /// Empty = all sections.
    pub sections: Vec<SectionId>,
    pub is_free: bool,
}

/// The rules of an office for requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRules {
    /// The pattern of numbers: `{year}`, and `{n}` or `{n:06}`.
    pub number: String,
    /// The years after which a person may erase text and names.
    pub keep_years: u32,
    /// Whether answers without personal data may be published.
    pub publish: bool,
    /// Whether a clock that was stopped for a clarification moves the due day that counts.
    pub stops: bool,
    /// The hour after which a receipt counts as of the next working day; `None` = every receipt counts on its own day.
    pub closes: Option<NaiveTime>,
    pub terms: Vec<RequestTerm>,
    pub channels: Vec<RequestChannel>,
    pub access: Vec<SectionAccess>,
}

impl RequestRules {
    /// The number of the n-th request of a year.
    ///
    /// # Errors
    /// When the pattern gives a text that is not a number of a request.
    pub fn number(&self, year: i32, n: u32) -> Result<RequestNumber, RequestNumberError> {
        let text = self.number.replace("{year}", &year.to_string());
        let text = match text.split_once("{n:0").and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
            Some((before, (width, after))) => {
                format!("{before}{n:0width$}{after}", width = width.parse().unwrap_or(0).min(12))
            }
            None => text.replace("{n}", &n.to_string()),
        };
        text.parse()
    }

    /// The terms in force on a day.
    pub fn terms_on(&self, day: NaiveDate) -> impl Iterator<Item = &RequestTerm> {
        self.terms.iter().filter(move |term| term.from <= day && term.to.is_none_or(|to| day <= to))
    }

    /// The channels that fit one who asks.
    pub fn channels_of(&self, from: RequesterKind) -> impl Iterator<Item = &RequestChannel> {
        self.channels.iter().filter(move |channel| channel.from.contains(&from))
    }

    /// Whether the rules call a section free (`Some(true)`) or restricted (`Some(false)`). `None`: nobody decided.
    #[must_use]
    pub fn access(&self, form: &FormId, section: &SectionId) -> Option<bool> {
        let ours = |entry: &&SectionAccess| {
            entry.form == *form && (entry.sections.is_empty() || entry.sections.contains(section))
        };
        let mut found = self.access.iter().filter(ours).peekable();
        found.peek()?;
        // Of entries that differ the stricter one counts.
        Some(found.all(|entry| entry.is_free))
    }
}
