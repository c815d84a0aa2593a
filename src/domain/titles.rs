//! Titles in the three languages of the office. This module does not know what they are the titles of.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::NameError;

/// A language of workbooks and mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Ru,
    Kk,
    En,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::Ru, Self::Kk, Self::En];

    /// The two-letter code of ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::Kk => "kk",
            Self::En => "en",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl FromStr for Language {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let found = Self::ALL.into_iter().find(|l| l.code() == text);
        found.ok_or_else(|| NameError { text: text.into(), kind: "a language", rule: "use `ru`, `kk` or `en`" })
    }
}

/// A title in up to three languages. Russian is always present.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titles {
    pub ru: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Titles {
    /// The title in a language, or in Russian if it has none in that language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Ru => None,
            Language::Kk => self.kk.as_deref(),
            Language::En => self.en.as_deref(),
        }
        .unwrap_or(&self.ru)
    }

    /// The same titles, each changed. A language without a title stays without.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let change = |text: &String| change(text);
        Self { ru: change(&self.ru), kk: self.kk.as_ref().map(change), en: self.en.as_ref().map(change) }
    }

    /// Whether the title exists in a language without falling back.
    #[must_use]
    pub fn has(&self, language: Language) -> bool {
        match language {
            Language::Ru => true,
            Language::Kk => self.kk.is_some(),
            Language::En => self.en.is_some(),
        }
    }
}
