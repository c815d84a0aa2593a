//! One question to a type: what it asks for at one place while it is read. In: a type, a path below it, a question.
//! Out: the answer, which ends the reading as its error. This module does not know files.

use std::{any::type_name, fmt};

use serde::{
    Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor,
        value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::{
    shape_filled::{Table, Text},
    special,
};

/// A step down from a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Key(&'static str),
    Element,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Question {
    WhatIsIt,
    /// Whether a table with these keys can be read without this one.
    Without(&'static [&'static str], &'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Flag,
    Number,
    Text,
    Choice(&'static [&'static str]),
    List,
    Map,
    Table {
        names: &'static [&'static str],
        has_titles: bool,
    },
    /// The path of a type that [`special`] describes.
    Special(&'static str),
    Required,
    Optional,
}

/// Asks a type about the value at a path below it.
pub(super) fn ask<T: DeserializeOwned>(path: &[Step], question: Question) -> Answer {
    match T::deserialize(Probe { path, question, of: innermost(type_name::<T>()) }) {
        Err(Ended::Answer(answer)) => answer,
        // A type that reads nothing, or reads what the probe does not know, has to be described by hand.
        Ok(_) | Err(_) => Answer::Special(innermost(type_name::<T>())),
    }
}

/// The path of a type without the wrappers that do not change how it is written.
pub(super) fn innermost(path: &'static str) -> &'static str {
    let wrapped = ["core::option::Option<", "serde_spanned::spanned::Spanned<"];
    match wrapped.iter().find_map(|wrapper| path.strip_prefix(wrapper)) {
        Some(inner) => innermost(inner.strip_suffix('>').unwrap_or(inner)),
        None => path,
    }
}

/// How the reading ended.
#[derive(Debug)]
pub(super) enum Ended {
    Answer(Answer),
    UnknownKey(&'static [&'static str]),
    MissingKey(&'static str),
    Other,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Ended {}

impl de::Error for Ended {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Other
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::UnknownKey(expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::MissingKey(field)
    }
}

impl From<Answer> for Ended {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

#[derive(Clone, Copy)]
struct Probe<'p> {
    path: &'p [Step],
    question: Question,
    /// The path of the type that is read.
    of: &'static str,
}

impl Probe<'_> {
    /// The answer for a value that has nothing below it.
    fn leaf<T>(self, answer: Answer) -> Result<T, Ended> {
        if special::find(self.of).is_some() { Err(Answer::Special(self.of).into()) } else { Err(answer.into()) }
    }

    /// Reads a table of these keys without one of them.
    fn without<'de, V: Visitor<'de>>(
        visitor: V,
        (names, name): (&'static [&'static str], &'static str),
        has_titles: bool,
    ) -> Ended {
        match visitor.visit_map(Table::filled(names, name, has_titles)) {
            Ok(_) => Answer::Optional.into(),
            Err(Ended::MissingKey(missing)) if missing == name => Answer::Required.into(),
            Err(other) => other,
        }
    }

    /// The next step, and the probe below it.
    fn down(self) -> Option<(Step, Self)> {
        let (step, path) = self.path.split_first()?;
        Some((*step, Self { path, ..self }))
    }
}

/// Whether a type is a value with its place in the text, as `toml` reads it.
pub(super) fn is_spanned(name: &str) -> bool {
    name.starts_with("$__serde_spanned")
}

macro_rules! leaves {
    ($($method:ident => $answer:expr),* $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Ended> { self.leaf($answer) })*
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Ended;

    leaves! {
        deserialize_bool => Answer::Flag,
        deserialize_i8 => Answer::Number, deserialize_i16 => Answer::Number, deserialize_i32 => Answer::Number,
        deserialize_i64 => Answer::Number, deserialize_u8 => Answer::Number, deserialize_u16 => Answer::Number,
        deserialize_u32 => Answer::Number, deserialize_u64 => Answer::Number, deserialize_f32 => Answer::Number,
        deserialize_f64 => Answer::Number, deserialize_char => Answer::Text, deserialize_str => Answer::Text,
        deserialize_string => Answer::Text,
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Ended> {
        Err(Answer::Special(self.of).into())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Ended> {
        self.leaf(Answer::Choice(variants))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        match self.down() {
            Some((_, probe)) => visitor.visit_seq(One { key: None, probe }),
            None => self.leaf(Answer::List),
        }
    }

    /// A map, or a table that has titles among its keys: only that one refuses a key that it does not know.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        match (self.down(), self.question) {
            (Some((Step::Key(key), probe)), _) => visitor.visit_map(One { key: Some(key), probe }),
            (Some((Step::Element, _)), _) => Err(Ended::Other),
            (None, Question::Without(names, name)) => Err(Self::without(visitor, (names, name), true)),
            (None, Question::WhatIsIt) => match visitor.visit_map(Stranger) {
                Err(Ended::UnknownKey(names)) => Err(Answer::Table { names, has_titles: true }.into()),
                Err(other) => Err(other),
                Ok(_) => Err(Ended::Other),
            },
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Ended> {
        if is_spanned(name) {
            return visitor.visit_map(Within(Some(self)));
        }
        match (self.down(), self.question) {
            (Some((Step::Key(key), probe)), _) => visitor.visit_map(One { key: Some(key), probe }),
            (Some((Step::Element, _)), _) => Err(Ended::Other),
            (None, Question::Without(names, name)) => Err(Self::without(visitor, (names, name), false)),
            (None, Question::WhatIsIt) => self.leaf(Answer::Table { names, has_titles: false }),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// A table with one key, or a list with one element.
struct One<'p> {
    key: Option<&'static str>,
    probe: Probe<'p>,
}

impl<'de> MapAccess<'de> for One<'_> {
    type Error = Ended;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Ended> {
        self.key.take().map(|key| seed.deserialize(Text(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Ended> {
        seed.deserialize(Probe { of: innermost(type_name::<V::Value>()), ..self.probe })
    }
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Ended;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Ended> {
        seed.deserialize(Probe { of: innermost(type_name::<T::Value>()), ..self.probe }).map(Some)
    }
}

/// A table with a key that no type has.
struct Stranger;

impl<'de> MapAccess<'de> for Stranger {
    type Error = Ended;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Ended> {
        seed.deserialize(Text("a key that no type has")).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, Ended> {
        Err(Answer::Map.into())
    }
}

/// A value with its place in the text, of which only the value is read.
struct Within<'p>(Option<Probe<'p>>);

impl<'de> MapAccess<'de> for Within<'_> {
    type Error = Ended;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Ended> {
        seed.deserialize(BorrowedStrDeserializer::new("$__serde_spanned_private_value")).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Ended> {
        let probe = self.0.take().ok_or_else(|| Ended::custom("read twice"))?;
        seed.deserialize(probe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_do_not_change_how_a_type_is_written() {
        assert_eq!(innermost(type_name::<Option<toml::Spanned<String>>>()), type_name::<String>());
        assert_eq!(innermost(type_name::<Vec<Option<u8>>>()), type_name::<Vec<Option<u8>>>());
    }
}
