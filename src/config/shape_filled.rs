//! Made-up values, so that a table can be read without one of its keys. In: a type. Out: some value of it, by what it
//! asks for; lists and maps are empty, what may be left out is left out. This module does not know files.

use std::any::type_name;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer as _, MapAccess, Visitor, value},
    forward_to_deserialize_any,
};

use super::{
    shape_probe::{Ended, innermost, is_spanned},
    special,
};

/// A made-up value of the type with this path.
#[derive(Clone, Copy)]
struct Filled(&'static str);

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> { visitor.visit_u64(1) })*
    };
}

impl<'de> Deserializer<'de> for Filled {
    type Error = Ended;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_borrowed_str(special::find(self.0).map_or("x", |special| special.example))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_bool(true)
    }

    numbers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_i32 deserialize_i64 }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_seq(value::SeqDeserializer::<_, Ended>::new(std::iter::empty::<u8>()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_map(Table { names: Vec::new(), place: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Ended> {
        let first: value::StrDeserializer<'_, Ended> =
            variants.first().copied().unwrap_or_default().into_deserializer();
        visitor.visit_enum(first)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Ended> {
        let place = is_spanned(name).then_some(self.0);
        visitor.visit_map(Table { names: names.iter().rev().copied().collect(), place })
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// A made-up table.
pub(super) struct Table {
    /// The keys that are left, the next one last.
    names: Vec<&'static str>,
    /// The type of the value in the text whose place is read too.
    place: Option<&'static str>,
}

impl Table {
    /// A table of these keys without one of them.
    pub fn filled(names: &[&'static str], without: &str, has_titles: bool) -> Self {
        let title = has_titles.then_some("ru");
        Self { names: names.iter().copied().chain(title).filter(|name| *name != without).rev().collect(), place: None }
    }
}

impl<'de> MapAccess<'de> for Table {
    type Error = Ended;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Ended> {
        self.names.last().map(|name| seed.deserialize(Text(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Ended> {
        let name = self.names.pop().unwrap_or_default();
        match self.place {
            // The value, not where it begins and ends.
            Some(of) if name.ends_with("_value") => seed.deserialize(Filled(of)),
            Some(_) => seed.deserialize(value::U64Deserializer::<Ended>::new(0)),
            None if name == "$__toml_private_datetime" => seed.deserialize(Text("2025-01-05")),
            None => seed.deserialize(Filled(innermost(type_name::<V::Value>()))),
        }
    }
}

/// A text, as a key or as a value.
#[derive(Clone, Copy)]
pub(super) struct Text(pub &'static str);

impl<'de> Deserializer<'de> for Text {
    type Error = Ended;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Ended> {
        visitor.visit_borrowed_str(self.0)
    }

    /// A key with its place in the text.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Ended> {
        visitor.visit_map(Placed { names: names.iter().rev().copied().collect(), text: self })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A text with its place.
struct Placed {
    names: Vec<&'static str>,
    text: Text,
}

impl<'de> MapAccess<'de> for Placed {
    type Error = Ended;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Ended> {
        self.names.last().map(|name| seed.deserialize(value::BorrowedStrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Ended> {
        match self.names.pop() {
            Some(name) if name.ends_with("_value") => seed.deserialize(self.text),
            _ => seed.deserialize(value::U64Deserializer::<Ended>::new(0)),
        }
    }
}
