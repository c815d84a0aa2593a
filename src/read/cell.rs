//! The figure of one cell, from whatever kind of value holds it.

use super::cells::Value;
use crate::domain::{Figure, Number, NumberError};

/// What is odd about a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    /// A number kept as text; read as the number.
    NumberAsText,
    /// A text that is no number.
    Text,
    /// A double that is no decimal of three places, or too large.
    NoDecimal,
    /// A formula whose result is not stored: blank, though a number may be meant.
    Uncounted,
    /// A date, a logical value, an error of a formula, a nested value.
    OtherKind,
}

/// The figure of a workbook's cell.
pub(super) fn figure(value: &Value<'_>) -> (Figure, Option<Oddity>) {
    let other = |text: String| (Figure::Text(text.into()), Some(Oddity::OtherKind));
    match value {
        Value::Whole(whole) => (Figure::Number(Number::count(*whole)), None),
        Value::Number(double) => of_double(*double),
        Value::Empty => (Figure::Blank, None),
        Value::Text(text) => of_text(text),
        Value::Truth(truth) => other(truth.to_string()),
        Value::Date(date) => other(format!("date {date}")),
        Value::Iso(text) | Value::Error(text) => other(text.to_string()),
        Value::Uncounted => (Figure::Blank, Some(Oddity::Uncounted)),
    }
}

/// The figure of a double: the nearest decimal of three places that has this very double.
pub(super) fn of_double(double: f64) -> (Figure, Option<Oddity>) {
    match Number::from_double(double) {
        Ok(number) => (Figure::Number(number), None),
        Err(_) => (Figure::Text(double.to_string().into()), Some(Oddity::NoDecimal)),
    }
}

/// The figure of a text: a number that was kept as text is a number.
pub(super) fn of_text(text: &str) -> (Figure, Option<Oddity>) {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{202f}');
    if trimmed.is_empty() {
        return (Figure::Blank, None);
    }
    // The usual text of a service: a few digits.
    if trimmed.len() <= 15 && trimmed.bytes().all(|b| b.is_ascii_digit()) {
        let count = trimmed.bytes().fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
        return (Figure::Number(Number::count(count)), Some(Oddity::NumberAsText));
    }
    match trimmed.parse::<Number>() {
        Ok(number) => (Figure::Number(number), Some(Oddity::NumberAsText)),
        Err(NumberError::NotANumber(_)) => (Figure::Text(trimmed.into()), Some(Oddity::Text)),
        Err(NumberError::TooFine(_) | NumberError::TooLarge(_)) => {
            (Figure::Text(trimmed.into()), Some(Oddity::NoDecimal))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Figure {
        Figure::Number(text.parse().unwrap())
    }

    #[test]
    fn blank_zero_and_text_are_three_things() {
        assert_eq!(of_text(" \u{a0}"), (Figure::Blank, None));
        assert_eq!(of_text("0"), (number("0"), Some(Oddity::NumberAsText)));
        assert_eq!(of_text("нет"), (Figure::Text("нет".into()), Some(Oddity::Text)));
        assert_eq!(of_text("1 234,5").0, number("1234.5"));
        assert_eq!(of_text("000000000000012").0, number("12"));
    }

    #[test]
    fn what_is_no_decimal_is_kept_as_text() {
        assert_eq!(of_double(0.1 + 0.2).1, Some(Oddity::NoDecimal));
        assert_eq!(of_double(1.8e19).1, Some(Oddity::NoDecimal));
        assert_eq!(figure(&Value::Whole(-3)), (number("-3"), None));
        assert_eq!(figure(&Value::Date(1.5)).1, Some(Oddity::OtherKind));
        assert_eq!(figure(&Value::Uncounted), (Figure::Blank, Some(Oddity::Uncounted)));
        assert_eq!(of_text("NaN").1, Some(Oddity::Text));
    }
}
