//! The words of one language.

use std::fmt::Display;

use super::{
    phrases::Pattern,
    plural::{Form, Plural},
};
use domain::{Language, Number};

/// The words of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicon {
    pub(super) language: Language,
    pub(super) locale: String,
    pub(super) group: char,
    pub(super) decimal: char,
    pub(super) plural: Plural,
    pub(super) months: Vec<String>,
    pub(super) months_in_dates: Vec<String>,
    pub(super) months_in: Vec<String>,
    pub(super) quarters: Vec<String>,
    /// In the order of [`FixedText::all`](super::FixedText::all).
    pub(super) texts: Vec<String>,
    pub(super) phrases: Vec<Pattern>,
}

impl Lexicon {
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// What names the language in the number formats of a workbook: `419`, a Windows language identifier in hexadecimal
    /// digits (MS-LCID).
    #[must_use]
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// What is written between groups of three digits.
    #[must_use]
    pub const fn group(&self) -> char {
        self.group
    }

    /// What is written before decimals.
    #[must_use]
    pub const fn decimal(&self) -> char {
        self.decimal
    }

    /// How the language counts.
    #[must_use]
    pub const fn plural(&self) -> Plural {
        self.plural
    }

    /// The one of three phrases whose noun follows a number: after 1, after 2, after 5.
    #[must_use]
    pub fn after<T>(&self, number: Number, (one, few, many): (T, T, T)) -> T {
        let (mantissa, _) = number.parts();
        let whole = number.is_whole().then(|| self.plural.form(mantissa.unsigned_abs() as usize));
        match whole.unwrap_or(self.plural.form_of_fraction()) {
            Form::One => one,
            Form::Few => few,
            Form::Many => many,
        }
    }

    /// `41 figures`, in the form of the noun that follows this count; `shown` is the count as it is written.
    #[must_use]
    pub fn figures(&self, count: usize, shown: &dyn Display) -> String {
        match self.plural.form(count) {
            Form::One => self.figures_one(shown),
            Form::Few => self.figures_few(shown),
            Form::Many => self.figures_many(shown),
        }
    }

    /// `41 places`, in the same way.
    #[must_use]
    pub fn places(&self, count: usize, shown: &dyn Display) -> String {
        match self.plural.form(count) {
            Form::One => self.places_one(shown),
            Form::Few => self.places_few(shown),
            Form::Many => self.places_many(shown),
        }
    }

    /// The name of a month, from 1 to 12.
    #[must_use]
    pub fn month(&self, month: u32) -> &str {
        nth(&self.months, month)
    }

    /// The name of a month, from 1 to 12, as it follows the number of a day.
    #[must_use]
    pub fn month_in_date(&self, month: u32) -> &str {
        nth(&self.months_in_dates, month)
    }

    /// The name of a month, from 1 to 12, as it follows "in": `январе`.
    #[must_use]
    pub fn month_in(&self, month: u32) -> &str {
        nth(&self.months_in, month)
    }

    /// The name of a quarter, from 1 to 4, in the phrases that are about one.
    #[must_use]
    pub fn quarter_name(&self, quarter: u32) -> &str {
        nth(&self.quarters, quarter)
    }
}

fn nth(names: &[String], number: u32) -> &str {
    (number as usize).checked_sub(1).and_then(|place| names.get(place)).map_or("", String::as_str)
}
