//! Describes values of an answer: their kind, and what they say about a region.
//!
//! In comes a value; out comes a word for its kind, or the text of a region. This module does not know keys.

use std::borrow::Cow;

use super::{
    super::{json::Value, letters::excerpt},
    failure::scalar,
};

/// The kind of a value, in words.
pub(super) const fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "`null`",
        Value::Bool(_) => "a logical value",
        Value::Number(_) | Value::NotFinite(_) => "a number",
        Value::Text(_) => "a text",
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
    }
}

/// What a row says about its region; `None` for a blank.
pub(super) fn region(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => (!text.trim().is_empty()).then_some(text),
        // A code that was sent as a number, perhaps as `1971.0`.
        Value::Number(raw) => Some(raw.strip_suffix(".0").unwrap_or(raw).into()),
        Value::Null => None,
        other => scalar(&other).map(Cow::Owned),
    }
}

/// A key without its quotation marks, for a message.
pub(super) fn bare(quoted: &str) -> String {
    excerpt(quoted.trim_matches('"'), 60)
}
