//! The words of an office in all its languages.

use super::{Lexicon, LexiconFaults};
use domain::{Language, Titles};

/// The lexicons of an office, Russian always among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dictionary {
    russian: Lexicon,
    /// By the codes of their languages.
    others: Vec<Lexicon>,
}

/// The files that the program carries.
pub(super) const CARRIED: [(Language, &str); 3] = [
    (Language::RU, include_str!("../../templates/words/ru.toml")),
    (Language::KK, include_str!("../../templates/words/kk.toml")),
    (Language::EN, include_str!("../../templates/words/en.toml")),
];

impl Dictionary {
    /// The dictionary of these lexicons; `None` without a Russian one. Of two of one language the later one stays.
    #[must_use]
    pub fn new(lexicons: impl IntoIterator<Item = Lexicon>) -> Option<Self> {
        let (mut russian, mut others) = (None, Vec::<Lexicon>::new());
        for lexicon in lexicons {
            match others.binary_search_by_key(&lexicon.language(), Lexicon::language) {
                _ if lexicon.language() == Language::RU => russian = Some(lexicon),
                Ok(place) => others[place] = lexicon,
                Err(place) => others.insert(place, lexicon),
            }
        }
        russian.map(|russian| Self { russian, others })
    }

    /// The languages that the program carries.
    ///
    /// # Errors
    /// Never in a program that passed its tests.
    pub fn embedded() -> Result<Self, LexiconFaults> {
        let lexicons = CARRIED.into_iter().map(|(language, text)| Lexicon::parse(language, text));
        let lexicons = lexicons.collect::<Result<Vec<_>, _>>()?;
        Self::new(lexicons).ok_or_else(LexiconFaults::default)
    }

    /// Every lexicon, the Russian one first, then by code.
    pub fn lexicons(&self) -> impl Iterator<Item = &Lexicon> {
        std::iter::once(&self.russian).chain(&self.others)
    }

    /// The languages of these lexicons.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.lexicons().map(Lexicon::language)
    }

    /// The words of a language; `None` where the office does not have it.
    #[must_use]
    pub fn lexicon(&self, language: Language) -> Option<&Lexicon> {
        self.lexicons().find(|lexicon| lexicon.language() == language)
    }

    /// A text in every language, made by one rule.
    pub fn each(&self, text: impl Fn(&Lexicon) -> String) -> Titles {
        let russian = Titles::ru(text(&self.russian));
        self.others.iter().fold(russian, |titles, lexicon| titles.with(lexicon.language(), text(lexicon)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts;

    #[test]
    fn a_dictionary_always_has_russian() {
        let english = Lexicon::parse(Language::EN, CARRIED[2].1).unwrap();
        assert_eq!(Dictionary::new([english.clone()]), None);
        let russian = Lexicon::parse(Language::RU, CARRIED[0].1).unwrap();
        let words = Dictionary::new([english, russian]).unwrap();
        assert_eq!(words.languages().map(|l| l.to_string()).collect::<Vec<_>>(), ["ru", "en"]);
        assert_eq!(texts::REGION.titles(&words), Titles::ru("Регион").with(Language::EN, "Region"));
    }
}
