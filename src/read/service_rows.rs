//! The answer of a JSON service, value by value: rows go straight into figures, nothing is held as a tree.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    cell::{self, Oddity},
    letters::{excerpt, fold},
};
use crate::domain::Figure;

/// No service has more regions and districts than this.
const MOST_ROWS: usize = 100_000;
/// Odd cells and keys that are told one by one.
const MOST_TOLD: usize = 200;

/// What a key of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Region,
    /// A place among the columns of all sections.
    Column(usize),
}

/// The keys that are known, as written and folded.
pub(super) struct Keys {
    pub(super) exact: HashMap<String, Meaning>,
    pub(super) folded: HashMap<String, Meaning>,
    pub(super) width: usize,
}

impl Keys {
    fn meaning(&self, key: &str) -> Option<Meaning> {
        self.exact.get(key).copied().or_else(|| self.folded.get(&fold(key)).copied())
    }
}

/// A row: whose figures, and the figures.
pub(super) struct Row {
    pub(super) region: Option<String>,
    pub(super) figures: Vec<Figure>,
}

/// What is odd about a cell of a service.
pub(super) struct OddCell {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) oddity: Oddity,
}

/// An answer as read.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<Row>,
    /// Whether rows were there at all, be they none.
    pub(super) has_rows: bool,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    /// Other members beside `data`.
    pub(super) beside: Vec<String>,
    /// Keys of rows that mean nothing.
    pub(super) unknown: Vec<String>,
    /// Columns whose key came at least once.
    pub(super) seen: Vec<bool>,
    /// Row, key: keys that stood twice in a row. The first value is kept.
    pub(super) twice: Vec<(usize, String)>,
    pub(super) odd: Vec<OddCell>,
    pub(super) more_odd: usize,
    /// Where reading stands, for the message of an error.
    pub(super) key: String,
    /// Keys met before, with what they mean: services repeat theirs in every row.
    met: HashMap<String, Option<Meaning>>,
}

impl Answer {
    pub(super) fn new(keys: &Keys) -> Self {
        Self { seen: vec![false; keys.width], ..Self::default() }
    }
}

/// Reads an answer: an array of rows, or an object with rows in `data`, or `code` and `message`.
pub(super) struct AnswerSeed<'a>(pub(super) &'a Keys, pub(super) &'a mut Answer);

impl<'de> DeserializeSeed<'de> for AnswerSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnswerSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows or an object with `data`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<(), A::Error> {
        take_rows(self.0, self.1, rows)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = members.next_key()? {
            match &*key {
                "data" => members.next_value_seed(RowsSeed(self.0, self.1))?,
                "code" | "status" if self.1.code.is_none() => self.1.code = members.next_value::<Scalar>()?.0,
                "message" | "error" if self.1.message.is_none() => self.1.message = members.next_value::<Scalar>()?.0,
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    if self.1.beside.len() < MOST_TOLD {
                        self.1.beside.push(excerpt(&key, 60));
                    }
                }
            }
        }
        Ok(())
    }
}

struct RowsSeed<'a>(&'a Keys, &'a mut Answer);

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<(), A::Error> {
        take_rows(self.0, self.1, rows)
    }
}

fn take_rows<'de, A: SeqAccess<'de>>(keys: &Keys, answer: &mut Answer, mut rows: A) -> Result<(), A::Error> {
    answer.has_rows = true;
    while rows.next_element_seed(RowSeed(keys, answer))?.is_some() {
        if answer.rows.len() > MOST_ROWS {
            return Err(A::Error::custom(format!("more than {MOST_ROWS} rows")));
        }
    }
    Ok(())
}

struct RowSeed<'a>(&'a Keys, &'a mut Answer);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row (an object)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(keys, answer) = self;
        let number = answer.rows.len();
        let mut row = Row { region: None, figures: vec![Figure::Blank; keys.width] };
        let mut filled = vec![false; keys.width];
        let mut strange: Vec<String> = Vec::new();
        while let Some(Text(key)) = members.next_key()? {
            answer.key.clear();
            answer.key.push_str(&key);
            let meaning = if let Some(meaning) = answer.met.get(&*key) {
                *meaning
            } else {
                let meaning = keys.meaning(&key);
                if answer.met.len() < 10 * MOST_TOLD {
                    answer.met.insert(key.clone().into_owned(), meaning);
                }
                meaning
            };
            match meaning {
                Some(Meaning::Region) => {
                    let region = members.next_value::<Scalar>()?.0;
                    if row.region.is_some() {
                        answer.twice.push((number, key.into_owned()));
                    } else {
                        row.region = region;
                    }
                }
                Some(Meaning::Column(column)) => {
                    let Cell(figure, oddity) = members.next_value()?;
                    if filled[column] {
                        answer.twice.push((number, key.into_owned()));
                        continue;
                    }
                    filled[column] = true;
                    answer.seen[column] = true;
                    row.figures[column] = figure;
                    match oddity {
                        None | Some(Oddity::NumberAsText) => {}
                        Some(_) if answer.odd.len() >= MOST_TOLD => answer.more_odd += 1,
                        Some(oddity) => answer.odd.push(OddCell { row: number, column, oddity }),
                    }
                }
                None => {
                    members.next_value::<IgnoredAny>()?;
                    if strange.iter().any(|k| *k == *key) {
                        answer.twice.push((number, key.into_owned()));
                    } else {
                        if !answer.unknown.iter().any(|k| *k == *key) && answer.unknown.len() < MOST_TOLD {
                            answer.unknown.push(key.clone().into_owned());
                        }
                        if strange.len() < MOST_TOLD {
                            strange.push(key.into_owned());
                        }
                    }
                }
            }
        }
        answer.twice.truncate(MOST_TOLD);
        answer.key.clear();
        answer.rows.push(row);
        Ok(())
    }
}

/// A key, borrowed where it needs no unescaping.
struct Text<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(V)
    }
}

/// Any plain value as text.
struct Scalar(Option<String>);

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Raw(value) = Raw::deserialize(deserializer)?;
        Ok(Self(match value {
            Value::Null | Value::Nested => None,
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Whole(number) => Some(number.to_string()),
            Value::Double(number) => Some(number.to_string()),
            Value::Text(text) => Some(text.into_owned()),
        }))
    }
}

/// A figure.
struct Cell(Figure, Option<Oddity>);

impl<'de> serde::Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Raw(value) = Raw::deserialize(deserializer)?;
        let (figure, oddity) = match value {
            Value::Null => (Figure::Blank, None),
            Value::Bool(truth) => (Figure::Text(truth.to_string().into()), Some(Oddity::OtherKind)),
            Value::Nested => (Figure::Text("{…}".into()), Some(Oddity::OtherKind)),
            Value::Whole(number) => cell::of_whole(number),
            Value::Double(number) => cell::of_double(number),
            Value::Text(text) => cell::of_text(&text),
        };
        Ok(Self(figure, oddity))
    }
}

enum Value<'de> {
    Null,
    Bool(bool),
    Whole(i64),
    Double(f64),
    Text(Cow<'de, str>),
    Nested,
}

struct Raw<'de>(Value<'de>);

impl<'de> serde::Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor).map(Raw)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(i64::try_from(number).map_or(Value::Double(number as f64), Value::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Double(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value<'de>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }
}
