//! The figure of one member of a row, whatever kind of value holds it.

use super::{
    super::{json::Value, letters::squeeze},
    number,
};
use crate::domain::{Figure, NumberError};

/// What is odd about a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Oddity {
    /// A text that is no number: kept as it is.
    Text(String),
    /// A number that no figure can hold: beyond 2^53 − 1, finer than three decimals, not finite. Kept as text.
    NoFigure(String),
    /// A logical value, an object, a list. Kept as text.
    OtherKind(String),
    /// The column stands twice in the row, with two values; neither was taken.
    Twice { first: String, second: String },
    /// The column stands twice in the row, with one value.
    Repeated,
}

/// Characters of a text that a figure keeps.
const KEPT: usize = 200;

/// The figure of a value.
#[inline]
pub(super) fn figure(value: Value<'_>) -> (Figure, Option<Oddity>) {
    match value {
        Value::Number(raw) => of_number(raw),
        Value::Text(text) => of_text(&text),
        Value::Null => (Figure::Blank, None),
        Value::NotFinite(raw) => as_text(raw, Oddity::NoFigure),
        Value::Bool(truth) => as_text(if truth { "true" } else { "false" }, Oddity::OtherKind),
        Value::Object(raw) | Value::Array(raw) => as_text(raw, Oddity::OtherKind),
    }
}

#[inline]
fn of_number(raw: &str) -> (Figure, Option<Oddity>) {
    match number::of_token(raw) {
        Ok(number) => (Figure::Number(number), None),
        Err(_) => as_text(raw, Oddity::NoFigure),
    }
}

#[inline]
fn of_text(text: &str) -> (Figure, Option<Oddity>) {
    match number::of_text(text) {
        Ok(number) => (Figure::Number(number), None),
        Err(_) if text.chars().all(char::is_whitespace) => (Figure::Blank, None),
        Err(NumberError::NotANumber(_)) => as_text(text, Oddity::Text),
        Err(NumberError::TooFine(_) | NumberError::TooLarge(_)) => as_text(text, Oddity::NoFigure),
    }
}

fn as_text(raw: &str, oddity: fn(String) -> Oddity) -> (Figure, Option<Oddity>) {
    let clean: String = raw.chars().take(KEPT).filter(|c| !c.is_control() || c.is_whitespace()).collect();
    let clean = squeeze(&clean);
    (Figure::Text(clean.as_str().into()), Some(oddity(clean)))
}

impl Oddity {
    /// What it is that a column stands twice with these figures.
    pub(super) fn twice(first: &Figure, second: &Figure) -> Self {
        if first == second {
            return Self::Repeated;
        }
        Self::Twice { first: shown(first), second: shown(second) }
    }

    /// The two values of a column that stands twice, as the figure keeps them.
    pub(super) fn both(&self) -> String {
        match self {
            Self::Twice { first, second } => format!("{first} | {second}"),
            _ => String::new(),
        }
    }
}

fn shown(figure: &Figure) -> String {
    match figure {
        Figure::Blank => "nothing".to_owned(),
        Figure::Number(number) => number.to_string(),
        Figure::Text(text) => text.chars().take(KEPT).collect(),
    }
}
