//! A table that has its titles among its other keys: `{ code = "1", ru = "…", kk = "…", part_of = "2" }`.
//!
//! In: a table. Out: the titles, by language, and everything else as the type of the table. A key that is neither a
//! field of that type nor a language is the type's own fault. Which languages an office has is not known here.

use std::{marker::PhantomData, ops::Deref};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IntoDeserializer as _, MapAccess, Visitor},
    forward_to_deserialize_any,
};

use domain::{Language, Titles};

/// A table with its titles.
pub(super) struct Titled<T> {
    pub titles: Titles,
    fields: T,
}

impl<T> Deref for Titled<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.fields
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Titled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor(PhantomData))
    }
}

struct TableVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TableVisitor<T> {
    type Value = Titled<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a table with a title by language, such as `ru = \"…\"`")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Titled<T>, A::Error> {
        let (mut russian, mut titles) = (false, Titles::default());
        let put = &mut |language: Language, text: String| {
            russian |= language == Language::RU;
            titles = std::mem::take(&mut titles).with(language, text);
        };
        let fields = T::deserialize(Fields { map, names: &[], put })?;
        if russian { Ok(Titled { titles, fields }) } else { Err(A::Error::missing_field("ru")) }
    }
}

/// The table without its titles, which `put` takes.
struct Fields<'p, A> {
    map: A,
    /// The fields of the type that is read: they are no languages.
    names: &'static [&'static str],
    put: &'p mut dyn FnMut(Language, String),
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.names = names;
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, mut seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            match self.map.next_key_seed(KeySeed { seed, names: self.names })? {
                None => return Ok(None),
                Some(Key::Field(field)) => return Ok(Some(field)),
                Some(Key::Language(language, unused)) => {
                    (self.put)(language, self.map.next_value()?);
                    seed = unused;
                }
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// Reads a key as a language or as a field. An unknown field fails while the key is read, so that the error has its
/// line.
struct KeySeed<K> {
    seed: K,
    names: &'static [&'static str],
}

enum Key<K, F> {
    /// With the seed, for the next key.
    Language(Language, K),
    Field(F),
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeySeed<K> {
    type Value = Key<K, K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = String::deserialize(deserializer)?;
        match key.parse() {
            Ok(language) if !self.names.contains(&key.as_str()) => Ok(Key::Language(language, self.seed)),
            _ => self.seed.deserialize(key.into_deserializer()).map(Key::Field),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_toml;
    use toml::Spanned;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct RowFields {
        id: Spanned<String>,
        part_of: Option<String>,
    }

    fn read(text: &str) -> Result<Titled<RowFields>, String> {
        parse_toml("f.toml", text).map_err(|fault| fault.to_string())
    }

    #[test]
    fn titles_lie_among_the_other_keys_in_any_language() {
        let row = read("id = \"3\"\nru = \"Суд\"\nuz = \"Sud\"\npart_of = \"1\"\nkaz = \"Сот\"\n").unwrap();
        assert_eq!((row.id.get_ref().as_str(), row.part_of.as_deref()), ("3", Some("1")));
        let titles: Vec<String> = row.titles.texts().map(|(language, text)| format!("{language} {text}")).collect();
        assert_eq!(titles, ["ru Суд", "kaz Сот", "uz Sud"]);
        assert_eq!(row.id.span().start, 5);
    }

    #[test]
    fn a_wrong_key_is_a_fault_with_its_line() {
        let fault = |text: &str| read(text).err().unwrap();
        assert_eq!(
            fault("id = \"3\"\nru = \"\"\npart_off = \"\"\n"),
            "f.toml:3: unknown key `part_off`; did you mean `part_of`?"
        );
        assert!(fault("id = \"3\"\nkk = \"\"\n").contains("the key `ru` is missing"));
        assert!(fault("id = \"3\"\nru = 3\n").starts_with("f.toml:2: "));
        assert!(fault("ru = \"\"\n").contains("the key `id` is missing"));
    }
}
