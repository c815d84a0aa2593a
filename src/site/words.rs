//! The words of the site in its languages, from `templates/site/words/<language>.toml`. In: texts of TOML. Out: words
//! by their keys, and how a language writes numbers, periods and times. This module does not know any page.

use std::collections::BTreeMap;

use chrono::Duration;
use domain::{Language, Number, Period};
use serde::Deserialize;

use crate::{SiteError, input::LocalTime};

/// The words of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteWords {
    /// The language as it calls itself.
    pub name: String,
    group: String,
    decimal: String,
    months: [String; 12],
    texts: BTreeMap<String, String>,
    pages: BTreeMap<String, Vec<String>>,
}

/// The words built into the program.
const BUILT_IN: [(&str, &str); 3] = [
    ("ru", include_str!("../../templates/site/words/ru.toml")),
    ("kk", include_str!("../../templates/site/words/kk.toml")),
    ("en", include_str!("../../templates/site/words/en.toml")),
];

/// How a missing word begins and ends on a page, so that `check` finds it.
pub const MISSING: [char; 2] = ['⟦', '⟧'];

impl SiteWords {
    /// The words of a language: those of the office, else those built in.
    ///
    /// # Errors
    /// No words exist for the language, or the office's file is not valid.
    pub fn of(language: Language, office: &BTreeMap<String, String>) -> Result<Self, SiteError> {
        let file = format!("words/{language}.toml");
        let built_in = BUILT_IN.iter().find(|(code, _)| *code == language.code()).map(|(_, text)| *text);
        let Some(text) = office.get(&file).map(String::as_str).or(built_in) else {
            let why = "no words of this language; copy `words/en.toml` and translate it".to_owned();
            return Err(SiteError::Template { file, why });
        };
        toml::from_str(text).map_err(|error| SiteError::Template { file, why: error.to_string() })
    }

    /// The word of a key.
    pub fn text(&self, key: &str) -> String {
        self.texts.get(key).cloned().unwrap_or_else(|| format!("{}{key}{}", MISSING[0], MISSING[1]))
    }

    /// The word of a key with its values in place of their names in braces.
    pub fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.text(key);
        let mut text = String::new();
        // From left to right, so that a value with braces in it stays as it is.
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            let value = values.iter().find(|(name, _)| rest[at + 1..].starts_with(&format!("{name}}}")));
            let (said, taken) = value.map_or(("{", at + 1), |(name, value)| (*value, at + name.len() + 2));
            text.push_str(said);
            rest = rest[taken..].to_owned();
        }
        text + &rest
    }

    /// All words, for the template.
    pub const fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The paragraphs of a page that is text alone.
    pub fn page(&self, key: &str) -> &[String] {
        self.pages.get(key).map_or(&[], Vec::as_slice)
    }

    /// A number as the language writes it: groups of three digits, and its own decimal sign.
    pub fn number(&self, number: Number) -> String {
        let plain = number.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("−", digits));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let mut text = sign.to_owned();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push_str(&self.group);
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push_str(&self.decimal);
            text.push_str(decimals);
        }
        text
    }

    /// What the figures of a period are of: from January to its last month.
    pub fn span(&self, period: Period) -> String {
        let month = |number: u32| self.months.get(number as usize - 1).map_or("", String::as_str);
        let year = period.year().to_string();
        let last = period.last_month();
        if last == 1 {
            return self.filled("span_one", &[("from", month(1)), ("year", &year)]);
        }
        self.filled("span_many", &[("from", month(1)), ("to", month(last)), ("year", &year)])
    }
}

/// An instant by the office's clock: `2025-07-05 10:00 +05:00`.
pub fn clock(time: LocalTime) -> String {
    let local = time.utc.naive_utc() + Duration::minutes(i64::from(time.ahead));
    format!("{} {}", local.format("%Y-%m-%d %H:%M"), offset(time))
}

/// An instant as RFC 3339 writes it.
pub fn rfc3339(time: LocalTime) -> String {
    let local = time.utc.naive_utc() + Duration::minutes(i64::from(time.ahead));
    format!("{}{}", local.format("%Y-%m-%dT%H:%M:%S"), offset(time))
}

/// The day of an instant in the office's zone.
pub fn day(time: LocalTime) -> chrono::NaiveDate {
    (time.utc.naive_utc() + Duration::minutes(i64::from(time.ahead))).date()
}

fn offset(time: LocalTime) -> String {
    let sign = if time.ahead < 0 { '-' } else { '+' };
    let minutes = time.ahead.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str) -> SiteWords {
        SiteWords::of(code.parse().unwrap(), &BTreeMap::new()).unwrap()
    }

    #[test]
    fn every_language_has_the_same_keys_and_the_same_names_in_braces() {
        let names = |text: &str| -> Vec<String> {
            let mut names: Vec<String> =
                text.split('{').skip(1).map(|part| part.split('}').next().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        let ru = words("ru");
        for code in ["kk", "en"] {
            let other = words(code);
            assert!(ru.texts.keys().eq(other.texts.keys()), "{code}");
            for (key, text) in &ru.texts {
                assert_eq!(names(text), names(&other.texts[key]), "{code}: {key}");
            }
            for (key, paragraphs) in &ru.pages {
                assert_eq!(paragraphs.len(), other.pages[key].len(), "{code}: {key}");
            }
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let number = |text: &str| text.parse::<Number>().unwrap();
        assert_eq!(words("ru").number(number("1234567.5")), "1\u{a0}234\u{a0}567,5");
        assert_eq!(words("en").number(number("-1234.125")), "−1,234.125");
        assert_eq!(words("en").number(number("999")), "999");
    }

    #[test]
    fn a_period_is_what_its_figures_are_of() {
        assert_eq!(words("ru").span("2025-Q2".parse().unwrap()), "январь–июнь 2025 года");
        assert_eq!(words("en").span("2025-M01".parse().unwrap()), "January 2025");
        assert_eq!(words("kk").span("2025-A1".parse().unwrap()), "2025 жылғы қаңтар–желтоқсан");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        let text = words("en").filled("change_new", &[("form", "{period}"), ("period", "x")]);
        assert_eq!(text, "form {period} for x placed");
        assert_eq!(words("en").text("no_such_key"), "⟦no_such_key⟧");
    }
}
