//! The figure of one member of a row.
//!
//! In come a value of any kind and the measure of its column; out comes the figure, with what is odd about it. This
//! module does not know the row.

use super::{
    super::{json::Value, letters::squeeze},
    number,
};
use domain::{Doubt, Figure, Measure, Remark};

/// What is odd about a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Oddity {
    /// A text that is not a certain number in its column, with the doubt. It is kept as text.
    Text(String, Doubt),
    /// A number with a remark, as it was sent.
    Remark(String, Remark),
    /// A number that a figure cannot hold: beyond 2^53 − 1, finer than three decimals, or not finite. It is kept as
    /// text.
    NoFigure(String),
    /// A logical value, an object, or a list. It is kept as text.
    OtherKind(String),
    /// The column occurs twice in the row with different values. Neither is used.
    Twice { first: String, second: String },
    /// The column occurs twice in the row with the same value.
    Repeated,
}

/// How many characters of a text a figure keeps.
const KEPT: usize = 200;

/// The figure of a value in a column of this measure.
#[inline]
pub(super) fn figure(value: Value<'_>, measure: Measure) -> (Figure, Option<Oddity>) {
    match value {
        Value::Number(raw) => of_number(raw, measure),
        Value::Text(text) => of_text(&text, measure),
        Value::Null => (Figure::Blank, None),
        Value::NotFinite(raw) => as_text(raw, Oddity::NoFigure),
        Value::Bool(truth) => as_text(if truth { "true" } else { "false" }, Oddity::OtherKind),
        Value::Object(raw) | Value::Array(raw) => as_text(raw, Oddity::OtherKind),
    }
}

#[inline]
fn of_number(raw: &str, measure: Measure) -> (Figure, Option<Oddity>) {
    match number::of_token(raw, measure) {
        Ok((number, noise)) => (Figure::Number(number), noise.then(|| Oddity::Remark(clean(raw), Remark::Noise))),
        Err(_) => as_text(raw, Oddity::NoFigure),
    }
}

#[inline]
fn of_text(text: &str, measure: Measure) -> (Figure, Option<Oddity>) {
    match number::of_text(text, measure) {
        Ok(spelled) => {
            let figure = spelled.number.map_or(Figure::Blank, Figure::Number);
            (figure, spelled.remark.map(|remark| Oddity::Remark(clean(text), remark)))
        }
        Err(Doubt::TooFine | Doubt::TooLarge) => as_text(text, Oddity::NoFigure),
        Err(doubt) => as_text(text, |text| Oddity::Text(text, doubt)),
    }
}

fn as_text(raw: &str, oddity: impl FnOnce(String) -> Oddity) -> (Figure, Option<Oddity>) {
    let clean = clean(raw);
    (Figure::Text(clean.as_str().into()), Some(oddity(clean)))
}

fn clean(raw: &str) -> String {
    squeeze(&raw.chars().take(KEPT).filter(|c| !c.is_control() || c.is_whitespace()).collect::<String>())
}

impl Oddity {
    /// The oddity of a column that occurs twice with these figures.
    pub(super) fn twice(first: &Figure, second: &Figure) -> Self {
        if first == second {
            return Self::Repeated;
        }
        Self::Twice { first: shown(first), second: shown(second) }
    }

    /// Both values of a column that occurs twice, as the figure keeps them.
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
