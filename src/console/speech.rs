//! How the console speaks to a person: texts, numbers, times and titles in one language. In: a text as the program makes
//! it, in English. Out: the text in the language of the person. Unknown here: pages.
//!
//! Texts of pages are English in the templates, and `templates/console/words/<code>.toml` has their translations. What the
//! pipeline says is translated as the command line translates it, by `templates/messages/<code>.toml`.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use config::{Office, console_messages, message_languages};
use domain::{Language, Titles};
use pipeline::Failure;
use words::Messages;

/// How many translations are kept: pages say the same again and again.
const KEPT: usize = 20_000;

/// One language of the console.
pub struct Speech {
    language: Language,
    /// `None` for English, in which the program is written.
    messages: Option<Messages>,
    zone: Tz,
    /// By kind and id.
    titles: HashMap<(Titled, String), String>,
    known: Mutex<HashMap<String, String>>,
}

/// What has titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Titled {
    Organ,
    Collection,
    Form,
    Unit,
    Agency,
}

/// The languages of an office's console: Kazakh, Russian, then the others.
///
/// # Errors
/// When a file of messages has faults.
pub fn speeches(office: &Office) -> Result<Vec<Speech>, Failure> {
    let order = [Language::KK, Language::RU];
    let place = |language: &Language| order.iter().position(|known| known == language).unwrap_or(order.len());
    let mut languages = message_languages(&office.home);
    languages.sort_by_key(place);
    languages.into_iter().map(|language| Speech::new(office, language)).collect()
}

impl Speech {
    fn new(office: &Office, language: Language) -> Result<Self, Failure> {
        let messages = console_messages(&office.home, language).map_err(|faults| {
            Failure::usage(format!("the messages of the office have faults:\n{faults}")).coded("configuration")
        })?;
        let messages = messages.map(|messages| messages.with_titles(office.titles()).with_names(office.names()));
        let act = office.regulation();
        let text = |titles: &Titles| titles.of(language).to_owned();
        let organs = act.recipients.iter().map(|organ| (Titled::Organ, organ.id.to_string(), text(&organ.titles)));
        let collections = act.collections.iter().map(|c| (Titled::Collection, c.id.to_string(), text(&c.titles)));
        let forms = act.forms.iter().map(|form| (Titled::Form, form.id.to_string(), text(&form.titles)));
        let units = office.places.iter().map(|place| (Titled::Unit, place.unit.to_string(), text(&place.titles)));
        let agencies = office.agencies.iter().map(|a| (Titled::Agency, a.agency.to_string(), text(&a.titles)));
        let all = organs.chain(collections).chain(forms).chain(units).chain(agencies);
        Ok(Self {
            language,
            messages,
            zone: office.zone,
            titles: all.map(|(kind, id, title)| ((kind, id), title)).collect(),
            known: Mutex::default(),
        })
    }

    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The name of the language, in the language.
    #[must_use]
    pub fn name(&self) -> String {
        match self.language {
            Language::KK => "Қазақша".into(),
            Language::RU => "Русский".into(),
            Language::EN => "English".into(),
            other => other.to_string(),
        }
    }

    /// A text of the program in this language.
    #[must_use]
    pub fn of(&self, text: &str) -> String {
        let Some(messages) = &self.messages else { return text.to_owned() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(text) {
            return found.clone();
        }
        let translated = messages.of(text).into_owned();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(text.to_owned(), translated.clone());
        translated
    }

    /// A text with values in place of each `{}`.
    #[must_use]
    pub fn with(&self, text: &str, values: &[String]) -> String {
        let mut parts = text.split("{}");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for (place, part) in parts.enumerate() {
            filled.push_str(values.get(place).map_or("", String::as_str));
            filled.push_str(part);
        }
        self.of(&filled)
    }

    /// The title of something; its id if it has none.
    #[must_use]
    pub fn title(&self, kind: Titled, id: &str) -> String {
        self.titles.get(&(kind, id.to_owned())).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// An instant in the office's zone, with the offset: an hour that comes twice is two times.
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let offset = at.with_timezone(&self.zone).format("%z").to_string();
        let offset = offset.strip_suffix("00").unwrap_or(&offset);
        format!("{} {offset}", at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M"))
    }

    /// The zone in which times are shown.
    #[must_use]
    pub fn zone(&self) -> String {
        self.zone.to_string()
    }
}

/// The languages that a browser prefers, most wanted first (RFC 9110, section 12.5.4).
pub fn wanted(accept: &str) -> Vec<Language> {
    let mut ranges: Vec<(f32, Language)> = accept
        .split(',')
        .take(20)
        .filter_map(|range| {
            let mut parts = range.split(';');
            let tag = parts.next()?.trim();
            let code = tag.split('-').next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            Some((weight, code.parse().ok()?))
        })
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    ranges.sort_by(|one, other| other.0.total_cmp(&one.0));
    ranges.into_iter().map(|(_, language)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(language: Language) -> Speech {
        Speech::new(&Office::embedded().unwrap(), language).unwrap()
    }

    #[test]
    fn a_browser_says_which_languages_it_prefers() {
        let codes = |text: &str| wanted(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(codes("kk-KZ,kk;q=0.9,ru;q=0.8,en-US;q=0.5"), "kk kk ru en");
        assert_eq!(codes("en;q=0.1, ru"), "ru en");
        assert_eq!(codes("*, ru;q=0, x;q=y, \u{7f}"), "");
        assert_eq!(codes(""), "");
    }

    #[test]
    fn an_hour_that_comes_twice_is_two_times() {
        let speech = speech(Language::EN);
        let at = |text: &str| speech.time(text.parse().unwrap());
        // On 1 March 2024 Astana went from UTC+6 to UTC+5 at midnight.
        assert_eq!(at("2024-02-29T17:30:00Z"), "2024-02-29 23:30 +06");
        assert_eq!(at("2024-02-29T18:30:00Z"), "2024-02-29 23:30 +05");
    }

    #[test]
    fn texts_have_values_and_titles_are_those_of_the_office() {
        let english = speech(Language::EN);
        assert_eq!(english.with("{} of {} here", &["1".into(), "2".into()]), "1 of 2 here");
        assert_eq!(english.with("{} of {}", &["1".into()]), "1 of ");
        assert_eq!(english.title(Titled::Unit, "1971"), "Astana");
        assert_eq!(english.title(Titled::Organ, "nobody"), "nobody");
        assert_eq!(speech(Language::RU).of("Today"), "Сегодня");
        assert_eq!(speeches(&Office::embedded().unwrap()).unwrap()[0].language(), Language::KK);
    }
}
