//! Why a service's answer was refused, and what the service itself says about it.
//!
//! In come the members beside the rows; out comes whether they report a failure, and its code and message. This module
//! does not know rows.

use super::{
    super::{
        body::Body,
        json::{JsonFault, JsonWhy, Value},
        letters::excerpt,
    },
    outcome::{self, Kind, Outcome},
};
use domain::{FormId, Period};

/// The refusal of an answer: none of its figures was taken. Each message follows the name of the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    #[error("it is {0}, not the JSON of a service; ask again later, or look at the address in a browser")]
    Body(Body),
    #[error("its JSON cannot be read: {0}; ask again later")]
    Broken(JsonFault),
    #[error(
        "the service answers with a failure: code `{code}`, \"{message}\"; ask again later, or write to the service"
    )]
    Failure { code: String, message: String },
    #[error("the service answers with no rows; ask again later")]
    NoRows,
    #[error("it is {0}, not a list of rows; look whether the service has changed")]
    NotRows(String),
    #[error("member `data` occurs twice; it is not known which of the two counts")]
    DataTwice,
    #[error("it is about another period: field `{field}` is `{said}`, `{asked}` was requested")]
    AnotherPeriod { asked: Period, field: String, said: String },
    #[error(
        "it contains none of the keys of form `{form}`, but {sent}; if it is this form, complete the keys in `templates/forms/{form}.toml`"
    )]
    AnotherForm { form: FormId, sent: String },
    #[error("no row is of a known region: {0}; name the field of the region in `schedules/sources.toml`")]
    NoRegion(String),
    #[error(
        "it is only a part: the answer contains {0}; ask the service for all rows at once (its page size is part of the address in `schedules/sources.toml`)"
    )]
    Part(String),
    #[error("it has more than {0} rows, which no form has")]
    TooManyRows(usize),
    #[error("form `{0}` has no section with a row and columns in its template")]
    Undescribed(FormId),
}

impl ServiceError {
    /// Whether the same address may give another answer later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Broken(fault) => matches!(fault.why, JsonWhy::CutOff(_)),
            Self::Body(_) | Self::Failure { .. } | Self::NoRows => true,
            _ => false,
        }
    }
}

impl From<JsonFault> for ServiceError {
    fn from(fault: JsonFault) -> Self {
        Self::Broken(fault)
    }
}

/// What a service says about its outcome, beside the rows or instead of them.
#[derive(Debug, Default)]
pub(super) struct Words {
    code: Option<String>,
    message: Option<String>,
    told: Option<Outcome>,
    /// The member that reports the failure, and its value.
    decided: Option<(String, String)>,
    /// Members with an unknown outcome: name, value, outcome.
    unclear: Vec<(String, String, Outcome)>,
    /// Whether any member says more than that all is well.
    any: bool,
}

/// How many characters of a service's own words a message quotes.
const QUOTED: usize = 200;
/// The most members with an unknown outcome that are kept.
const MOST: usize = 20;

impl Words {
    /// Takes a member of an answer. Returns whether its name is one for an outcome.
    pub(super) fn take(&mut self, key: &str, value: &Value<'_>) -> bool {
        let outcome = outcome::of_member(key, value);
        let kind = outcome::kind(key);
        if let Some(kind) = kind {
            let says_well = matches!(kind, Kind::Bad | Kind::Good) && outcome == Some(Outcome::Well);
            self.any |= !matches!(value, Value::Null) && !says_well;
            self.quote(kind, value, 0);
        }
        let Some(outcome) = outcome else { return kind.is_some() };
        let said = || excerpt(&masked(&scalar(value).unwrap_or_else(|| "null".to_owned())), QUOTED);
        if matches!(outcome, Outcome::Unclear | Outcome::UnclearCode) && self.unclear.len() < MOST {
            self.unclear.push((excerpt(key, 60), said(), outcome));
        }
        if outcome == Outcome::Failed && self.told != Some(Outcome::Failed) {
            self.decided = Some((excerpt(key, 60), said()));
        }
        self.told = self.told.max(Some(outcome));
        kind.is_some()
    }

    /// Keeps the code and the message of a failure. They may be inside `error`.
    fn quote(&mut self, kind: Kind, value: &Value<'_>, depth: usize) {
        if let Value::Object(raw) = value {
            if depth < 2 {
                outcome::each_member(raw, |name, value| {
                    if let Some(kind) = outcome::kind(name) {
                        self.quote(kind, value, depth + 1);
                    }
                });
            }
            return;
        }
        let Some(said) = scalar(value) else { return };
        match kind {
            Kind::Code | Kind::Status => {
                self.code.get_or_insert_with(|| excerpt(&masked(&said), 40));
            }
            Kind::Message | Kind::Remark => self.message = Some(excerpt(&masked(&said), QUOTED)),
            Kind::Bad if self.message.is_none() && !matches!(value, Value::Array("[]") | Value::Bool(_)) => {
                self.message = Some(excerpt(&masked(&said), QUOTED));
            }
            Kind::Bad | Kind::Good => {}
        }
    }

    /// Whether these words report a failure although the answer has rows.
    pub(super) fn contradict_rows(&self) -> bool {
        self.told == Some(Outcome::Failed)
    }

    /// Whether any member says more than that all is well.
    pub(super) const fn say_anything(&self) -> bool {
        self.any
    }

    /// Whether the outcome is a failure or unknown.
    pub(super) fn tell_of_failure(&self) -> bool {
        self.told.is_some_and(|told| told > Outcome::Well)
    }

    /// The members with an unknown outcome: name, value, outcome.
    pub(super) fn unclear(&self) -> &[(String, String, Outcome)] {
        &self.unclear
    }

    pub(super) fn failure(self) -> ServiceError {
        let decided = self.decided.map(|(name, said)| format!("`{name}`: {said}"));
        ServiceError::Failure {
            code: self.code.unwrap_or_else(|| "none".to_owned()),
            message: self.message.or(decided).unwrap_or_default(),
        }
    }
}

/// A value as text; `None` for `null`.
pub(super) fn scalar(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.as_ref().to_owned()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(raw) | Value::NotFinite(raw) | Value::Array(raw) | Value::Object(raw) => Some((*raw).to_owned()),
        Value::Null => None,
    }
}

/// A service's words without what may be a key: many services repeat the key that they refuse.
fn masked(text: &str) -> String {
    // Much longer than the quoted part: a secret that is cut here is not quoted, even if its rest is too short to mask.
    let text: String = text.chars().take(4 * QUOTED).collect();
    let mut shown = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            word.push(c);
            continue;
        }
        let named = shown.trim_end_matches(['=', ':', ' ', '"', '\'', '`', '«']).to_ascii_lowercase();
        let is_named = named.len() < shown.len()
            && ["apikey", "api_key", "api-key", "token", "password"].iter().any(|n| named.ends_with(n));
        let is_long = word.len() >= 20 && word.bytes().any(|b| b.is_ascii_digit());
        shown.push_str(if !word.is_empty() && (is_long || is_named) { "***" } else { &word });
        word.clear();
        shown.push(c);
    }
    shown.pop();
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_service_s_words_is_masked() {
        assert_eq!(masked("apiKey=abc is not valid"), "apiKey=*** is not valid");
        assert_eq!(masked("unknown key 0123456789abcdef0123456789abcdef!"), "unknown key ***!");
        assert_eq!(masked("{\"apiKey\": \"s3cret\"}"), "{\"apiKey\": \"***\"}");
        assert_eq!(masked("Отчет за 2022-12-01 не утвержден"), "Отчет за 2022-12-01 не утвержден");
    }
}
