//! The figure of one cell.
//!
//! In comes a value of any kind; out comes the figure, with what is odd about it. This module does not know the column.
//! The meaning of a text depends on what its column measures, and the section is not yet known. So only plain digits
//! are read here; every other text stays a text until [`super::settle`] reads it.

use domain::{Figure, Number, is_invisible};
use ooxml::cells::CellValue;

/// What is odd about a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    /// A number that is stored as text; it was read as the number.
    NumberAsText,
    /// A double that differs slightly from the number that it means.
    Noise,
    /// A formula whose result is not stored. The figure is blank, although the formula may give a number.
    Uncounted,
    /// A date, a logical value, a formula error, or a nested value.
    OtherKind,
}

/// The figure of a workbook's cell.
pub(super) fn figure(value: &CellValue<'_>) -> (Figure, Option<Oddity>) {
    let other = |text: String| (Figure::Text(text.into()), Some(Oddity::OtherKind));
    match value {
        CellValue::Whole(whole) => (Figure::Number(Number::count(*whole)), None),
        CellValue::Number(double) => of_double(*double),
        CellValue::Empty => (Figure::Blank, None),
        CellValue::Text(text) => of_text(text),
        CellValue::Truth(truth) => other(truth.to_string()),
        CellValue::Date(date) => other(format!("date {date}")),
        CellValue::Iso(text) => other(format!("date {text}")),
        CellValue::Error(text) => other(text.to_string()),
        CellValue::Uncounted => (Figure::Blank, Some(Oddity::Uncounted)),
    }
}

/// The figure of a double as a spreadsheet shows it. A double with more decimals stays a text until its column is
/// known.
fn of_double(double: f64) -> (Figure, Option<Oddity>) {
    match Number::from_noisy(double, None) {
        Ok((number, noise)) => (Figure::Number(number), noise.then_some(Oddity::Noise)),
        Err(_) => (Figure::Text(double.to_string().into()), None),
    }
}

/// The figure of a text. Plain digits are a number, whatever the column measures.
fn of_text(text: &str) -> (Figure, Option<Oddity>) {
    let trimmed = text.trim();
    if trimmed.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return (Figure::Blank, None);
    }
    if trimmed.len() <= 15 && trimmed.bytes().all(|b| b.is_ascii_digit()) {
        let count = trimmed.bytes().fold(0_i64, |sum, b| sum * 10 + i64::from(b - b'0'));
        return (Figure::Number(Number::count(count)), Some(Oddity::NumberAsText));
    }
    (Figure::Text(trimmed.into()), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Figure {
        Figure::Number(text.parse().unwrap())
    }

    #[test]
    fn blank_zero_and_text_are_three_things() {
        assert_eq!(of_text(" \u{a0}\u{200b}"), (Figure::Blank, None));
        assert_eq!(of_text("0"), (number("0"), Some(Oddity::NumberAsText)));
        assert_eq!(of_text("нет"), (Figure::Text("нет".into()), None));
        assert_eq!(of_text("000000000000012").0, number("12"));
    }

    #[test]
    fn a_text_that_its_column_has_to_explain_stays_one() {
        for text in ["4,731", "4 731", "562\u{200b}", "-5", "1 234,5", "NaN"] {
            assert_eq!(of_text(text), (Figure::Text(text.into()), None));
        }
    }

    #[test]
    fn noise_is_left_out_and_what_is_no_decimal_is_kept() {
        assert_eq!(of_double(0.1 + 0.2), (number("0.3"), None));
        assert_eq!(of_double(39.000_000_000_1), (number("39"), Some(Oddity::Noise)));
        assert_eq!(of_double(1.8e19).0, Figure::Text("18000000000000000000".into()));
        assert_eq!(figure(&CellValue::Whole(-3)), (number("-3"), None));
        assert_eq!(figure(&CellValue::Date(1.5)).1, Some(Oddity::OtherKind));
        assert_eq!(figure(&CellValue::Uncounted), (Figure::Blank, Some(Oddity::Uncounted)));
    }
}
