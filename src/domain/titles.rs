//! Languages, and titles in the languages of an office.
//!
//! In: codes and texts as a person writes them. Out: checked codes, and for each title the text of a language. This
//! module does not know which languages an office has (`config` checks that), nor what the titles are of.

use std::{fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap as _,
};

use super::NameError;

/// A language of workbooks and mails, by its code of ISO 639: `ru`, `kk`, `en`, `uz`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Language {
    /// Small Latin letters; a code of two letters ends in a zero.
    code: [u8; 3],
}

impl Language {
    pub const RU: Self = Self { code: *b"ru\0" };
    pub const KK: Self = Self { code: *b"kk\0" };
    pub const EN: Self = Self { code: *b"en\0" };

    /// The code of ISO 639: two or three small Latin letters.
    #[must_use]
    pub fn code(&self) -> &str {
        let length = if self.code[2] == 0 { 2 } else { 3 };
        // Its one constructor lets ASCII pass alone.
        std::str::from_utf8(&self.code[..length]).unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.code())
    }
}

impl FromStr for Language {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut code = [0; 3];
        if !matches!(text.len(), 2 | 3) || !text.bytes().all(|b| b.is_ascii_lowercase()) {
            let rule = "use two or three small Latin letters (ISO 639), such as `kk`";
            return Err(NameError { text: text.chars().take(80).collect(), kind: "a language", rule });
        }
        code[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { code })
    }
}

impl TryFrom<String> for Language {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.code().to_owned()
    }
}

/// A title in up to three languages. Russian is always present.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Titles {
    pub ru: String,
    /// By language, without Russian.
    others: Vec<(Language, String)>,
}

impl Titles {
    /// A title in Russian alone.
    #[must_use]
    pub fn ru(ru: impl Into<String>) -> Self {
        Self { ru: ru.into(), others: Vec::new() }
    }

    /// The same title with its text in a language.
    #[must_use]
    pub fn with(mut self, language: Language, text: impl Into<String>) -> Self {
        self.put(language, text.into());
        self
    }

    fn put(&mut self, language: Language, text: String) {
        if language == Language::RU {
            self.ru = text;
            return;
        }
        match self.others.binary_search_by_key(&language, |(of, _)| *of) {
            Ok(place) => self.others[place].1 = text,
            Err(place) => self.others.insert(place, (language, text)),
        }
    }

    /// The title in a language, or in Russian if it has none in that language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        self.own(language).unwrap_or(&self.ru)
    }

    /// The title in a language; `None` where it has no text in that language.
    #[must_use]
    pub fn own(&self, language: Language) -> Option<&str> {
        if language == Language::RU {
            return Some(&self.ru);
        }
        self.others.iter().find(|(of, _)| *of == language).map(|(_, text)| text.as_str())
    }

    /// Every language of the title with its text, Russian first, then by code.
    pub fn texts(&self) -> impl Iterator<Item = (Language, &str)> {
        let others = self.others.iter().map(|(language, text)| (*language, text.as_str()));
        std::iter::once((Language::RU, self.ru.as_str())).chain(others)
    }

    /// The same titles, each changed. A language without a title stays without.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let others = self.others.iter().map(|(language, text)| (*language, change(text)));
        Self { ru: change(&self.ru), others: others.collect() }
    }

    /// Whether the title has a text in a language.
    #[must_use]
    pub fn has(&self, language: Language) -> bool {
        self.own(language).is_some()
    }
}

/// Written as `{ ru = "…", kk = "…" }`.
impl Serialize for Titles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.others.len()))?;
        for (language, text) in self.texts() {
            map.serialize_entry(&language, text)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Titles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Titles", &["ru"], TitlesVisitor)
    }
}

struct TitlesVisitor;

impl<'de> Visitor<'de> for TitlesVisitor {
    type Value = Titles;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a title by language, such as `{ ru = \"…\", kk = \"…\" }`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Titles, A::Error> {
        let (mut titles, mut has_russian) = (Titles::default(), false);
        while let Some(language) = map.next_key::<Language>()? {
            if titles.has(language) && (language != Language::RU || has_russian) {
                return Err(A::Error::custom(format_args!("duplicate field `{language}`")));
            }
            has_russian |= language == Language::RU;
            titles.put(language, map.next_value()?);
        }
        if has_russian { Ok(titles) } else { Err(A::Error::missing_field("ru")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_two_or_three_small_letters() {
        for right in ["ru", "kk", "kaz"] {
            assert_eq!(right.parse::<Language>().unwrap().to_string(), right);
        }
        assert_eq!("kk".parse(), Ok(Language::KK));
        for wrong in ["", "k", "KK", "kazh", "к", "кк", "k1", "k\0", "k "] {
            let error = wrong.parse::<Language>().unwrap_err().to_string();
            assert!(error.contains("two or three small Latin letters"), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_title_has_as_many_languages_as_it_is_given() {
        let uz: Language = "uz".parse().unwrap();
        let court = Titles::ru("Суд").with(uz, "Sud").with(Language::EN, "Court").with(Language::EN, "The court");
        assert_eq!(
            court.texts().map(|(l, t)| format!("{l} {t}")).collect::<Vec<_>>(),
            ["ru Суд", "en The court", "uz Sud"]
        );
        assert_eq!((court.of(uz), court.of(Language::KK), court.own(Language::KK)), ("Sud", "Суд", None));
        assert_eq!(court.map(str::to_uppercase).of(uz), "SUD");
    }

    #[test]
    fn titles_are_written_by_language() {
        let text = r#"{"ru":"Суд","en":"Court","uz":"Sud"}"#;
        let court: Titles = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&court).unwrap(), text);
        let error = |text: &str| serde_json::from_str::<Titles>(text).unwrap_err().to_string();
        assert!(error(r#"{"kk":"Сот"}"#).contains("missing field `ru`"));
        assert!(error(r#"{"ru":"Суд","title":"Court"}"#).contains("`title` is not a language"));
        assert!(error(r#"{"ru":"Суд","ru":"Court"}"#).contains("duplicate field `ru`"));
        assert!(error(r#"{"ru":"Суд","kk":"","kk":""}"#).contains("duplicate field `kk`"));
    }
}
