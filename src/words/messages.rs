//! What the program says to the people of an office, in their language.
//!
//! In: a text as the program writes it, in English. Out: the same text in another language. Facts, findings and errors
//! are kept and compared in English, and each reader gets them in his own language: so translation is the last step
//! before a text is shown, and `templates/messages/<code>.toml` contains a translation for each form of text.
//!
//! A sentence is translated whole or not at all. Ids, numbers, paths, and what is between backticks stay as they are.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::{message_pattern::MessagePattern, plural::Form, plural::Plural};
use domain::{Language, Titles};

/// The messages of the program in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    pub(super) language: Language,
    pub(super) plural: Plural,
    /// By the English noun, in singular and plural: its forms after a number.
    pub(super) nouns: HashMap<String, [String; 3]>,
    pub(super) fixed: HashMap<String, String>,
    /// The ids of an office, which are no English words.
    pub(super) names: HashSet<String>,
    /// Those that decide most of a text first.
    pub(super) patterns: Vec<MessagePattern>,
}

/// How deep messages contain messages, how many parts of a line are looked up, and how long a line may be: a text from
/// outside can look like anything.
const DEEPEST: usize = 12;
const TRIES: usize = 400;
const LONGEST: usize = 4_000;

/// A message of so few bytes (`{} of {}`) fits almost any sentence: its values have at most so many words.
const LOOSE: usize = 6;
const LOOSE_VALUE: usize = 3;

/// Where a text consists of parts, the looser ones first.
const BETWEEN: [&str; 7] = ["; ", " – ", " — ", ": ", ", ", " (", " ["];

impl Messages {
    /// The language of the translations.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// These messages with those of an office, which come first.
    #[must_use]
    pub fn overruled_by(mut self, own: Self) -> Self {
        self.plural = own.plural;
        self.nouns.extend(own.nouns);
        self.fixed.extend(own.fixed);
        self.patterns.retain(|pattern| !own.patterns.iter().any(|other| other.is_same_message(pattern)));
        self.patterns.extend(own.patterns);
        self.patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.weight()));
        self
    }

    /// Adds the titles of an office: regions, organs, forms, collections, acts. Messages contain the English ones.
    #[must_use]
    pub fn with_titles<'t>(mut self, titles: impl IntoIterator<Item = &'t Titles>) -> Self {
        for titles in titles {
            if let (Some(english), Some(own)) = (titles.own(Language::EN), titles.own(self.language)) {
                self.fixed.entry(english.to_owned()).or_insert_with(|| own.to_owned());
            }
        }
        self
    }

    /// Adds the ids of an office: of forms, collections, organs, people. A word that is none of them is an English word.
    #[must_use]
    pub fn with_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.names.extend(names);
        self
    }

    /// A text of any number of lines. A sentence without a translation stays in English.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains(|c: char| c.is_ascii_alphabetic()) {
            return Cow::Borrowed(text);
        }
        let lines: Vec<Cow<'_, str>> = text.split('\n').map(|line| self.line(line)).collect();
        if lines.iter().all(|line| matches!(line, Cow::Borrowed(_))) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(lines.join("\n"))
    }

    /// A line: what is between two or more blanks is a text by itself, as in a table. One word that begins
    /// a line with blanks before it and other texts after it is a name: of a command, of a setting.
    fn line<'t>(&self, line: &'t str) -> Cow<'t, str> {
        let mut translated = String::new();
        let mut is_changed = false;
        let mut rest = line;
        let is_name = |cell: &str, rest: &str| {
            let is_indented_first = line.starts_with(' ') && rest.len() == line.trim_start_matches(' ').len();
            is_indented_first && !cell.contains(' ') && cell.len() < rest.trim_end().len()
        };
        while !rest.is_empty() {
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            translated.push_str(&rest[..blanks]);
            rest = &rest[blanks..];
            let end = rest.find("  ").unwrap_or(rest.len());
            let (cell, after) = rest.split_at(end);
            match self.sentences(cell).filter(|_| !is_name(cell, rest)) {
                Some(text) => {
                    is_changed = true;
                    translated.push_str(&text);
                }
                None => translated.push_str(cell),
            }
            rest = after;
        }
        if is_changed { Cow::Owned(translated) } else { Cow::Borrowed(line) }
    }

    /// One or more sentences, each for itself; `None` if none of them is a message.
    fn sentences(&self, text: &str) -> Option<String> {
        if is_plain(text) && !self.fixed.contains_key(text.trim_end_matches(STOPS)) {
            return None;
        }
        let mut search = Search { messages: self, tries: 0, failed: HashSet::new() };
        if let Some(whole) = search.text(text, 0) {
            return Some(whole).filter(|whole| whole != text);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(end) = next(rest, ". ", 0) {
            parts.push(&rest[..=end]);
            rest = &rest[end + 2..];
        }
        if parts.is_empty() {
            return None;
        }
        parts.push(rest);
        let translated: Vec<Option<String>> = parts.iter().map(|part| search.text(part, 0)).collect();
        let is_any = translated.iter().zip(&parts).any(|(new, part)| new.as_deref().is_some_and(|new| new != *part));
        let words = translated.into_iter().zip(&parts).map(|(new, part)| new.unwrap_or_else(|| (*part).to_owned()));
        is_any.then(|| words.collect::<Vec<_>>().join(" "))
    }
}

/// The search for the translation of one line.
struct Search<'m> {
    messages: &'m Messages,
    tries: usize,
    /// Texts that have no translation.
    failed: HashSet<String>,
}

/// What ends a text and is not part of its message.
const STOPS: [char; 6] = ['.', ':', ';', ',', '…', '!'];

impl Search<'_> {
    /// A text that has to be translated whole.
    fn text(&mut self, text: &str, depth: usize) -> Option<String> {
        let bare = text.trim_start_matches([' ', ',', ';', ':']);
        let front = &text[..text.len() - bare.len()];
        let core = bare.trim_end_matches(STOPS).trim_end_matches(' ');
        let end = &bare[core.len()..];
        if let Some(whole) = self.messages.fixed.get(bare) {
            return Some(format!("{front}{whole}"));
        }
        if let Some(fixed) = self.messages.fixed.get(core) {
            return Some(format!("{front}{fixed}{end}"));
        }
        if is_plain(core) {
            return Some(text.to_owned());
        }
        self.tries += 1;
        if depth > DEEPEST || self.tries > TRIES || core.len() > LONGEST || self.failed.contains(core) {
            return None;
        }
        let bullet = ["- ", "* "].into_iter().find(|bullet| core.starts_with(bullet)).unwrap_or_default();
        let found = if bullet.is_empty() {
            self.counted(core)
                .or_else(|| self.pattern(core, true, depth))
                .or_else(|| self.counted_with(core, depth))
                .or_else(|| self.parts(core, depth))
                .or_else(|| self.pattern(core, false, depth))
        } else {
            self.text(&core[bullet.len()..], depth + 1).map(|text| format!("{bullet}{text}"))
        };
        if found.is_none() {
            self.failed.insert(core.to_owned());
        }
        found.map(|found| format!("{front}{found}{end}"))
    }

    /// A count with its noun: `3 parcels`.
    fn counted(&self, text: &str) -> Option<String> {
        let (count, noun) = text.split_once(' ')?;
        let forms = self.messages.nouns.get(noun)?;
        let digits: String = count.chars().filter(|c| !matches!(c, '_' | '\u{a0}' | ',')).collect();
        let form = match self.messages.plural.form(digits.parse().ok()?) {
            Form::One => &forms[0],
            Form::Few => &forms[1],
            Form::Many => &forms[2],
        };
        Some(format!("{count} {form}"))
    }

    /// A count with its noun, and what is said of them: `3 parcels failed`.
    fn counted_with(&mut self, text: &str, depth: usize) -> Option<String> {
        let digits = text.find(' ').filter(|end| text[..*end].bytes().all(|byte| byte.is_ascii_digit()))?;
        let ends = text.match_indices(' ').map(|(at, _)| at).filter(|at| *at > digits).take(3);
        for end in ends.collect::<Vec<_>>() {
            if text[end + 1..].starts_with(char::is_alphanumeric)
                && let Some(counted) = self.counted(&text[..end])
                && let Some(said) = self.text(&text[end + 1..], depth + 1)
            {
                return Some(format!("{counted}: {said}"));
            }
        }
        None
    }

    /// A message with values. First only one whose values are not several parts of a sentence: they could belong to no
    /// value.
    fn pattern(&mut self, text: &str, of_single_parts: bool, depth: usize) -> Option<String> {
        let messages = self.messages;
        for pattern in &messages.patterns {
            let Some(values) = pattern.values(text) else { continue };
            let is_too_long = |value: &str| pattern.weight() <= LOOSE && bare_words(value) > LOOSE_VALUE;
            let has_parts = |value: &str| ["; ", ": ", ". "].iter().any(|mark| next(value, mark, 1).is_some());
            if of_single_parts && values.iter().any(|value| has_parts(value)) {
                continue;
            }
            if values.iter().any(|value| is_cut(value) || is_too_long(value)) {
                continue;
            }
            if let Some(found) = pattern.with(&values, |value| self.text(value, depth + 1)) {
                return Some(found);
            }
        }
        None
    }

    /// Two parts with a mark between them, each a message or a name.
    fn parts(&mut self, text: &str, depth: usize) -> Option<String> {
        for mark in BETWEEN {
            let mut from = 0;
            while let Some(at) = next(text, mark, from) {
                let (left, right) = (&text[..at], &text[at + mark.len()..]);
                let right = match mark {
                    " (" => self.bracketed(right, ")", depth),
                    " [" => self.bracketed(right, "]", depth),
                    _ => self.text(right, depth + 1),
                };
                if let Some(right) = right
                    && !self.is_unknown_word(left)
                    && !self.is_unknown_word(&text[at + mark.len()..])
                    && let Some(left) = self.text(left, depth + 1)
                {
                    return Some(format!("{left}{mark}{right}"));
                }
                from = at + mark.len();
            }
        }
        None
    }

    /// Whether a text is one English word without a translation.
    fn is_unknown_word(&self, text: &str) -> bool {
        let word = text.trim_end_matches(STOPS);
        word.len() > 2
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !self.messages.fixed.contains_key(word)
            && !self.messages.names.contains(word)
    }

    /// What follows an opening bracket: a message, the closing bracket, and perhaps more.
    fn bracketed(&mut self, text: &str, bracket: &str, depth: usize) -> Option<String> {
        let close = next(text, bracket, 0)?;
        let inner = self.text(&text[..close], depth + 1)?;
        let after = &text[close + 1..];
        let after = if after.is_empty() { String::new() } else { self.text(after, depth + 1)? };
        Some(format!("{inner}{bracket}{after}"))
    }
}

/// The place of the next mark that is neither between backticks nor in brackets.
fn next(text: &str, mark: &str, from: usize) -> Option<usize> {
    let (mut quoted, mut open) = (false, 0_usize);
    for (at, c) in text.char_indices() {
        if !quoted && open == 0 && at >= from && text[at..].starts_with(mark) {
            return Some(at);
        }
        match c {
            '`' => quoted = !quoted,
            '(' | '«' | '[' if !quoted => open += 1,
            ')' | '»' | ']' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// How many words a text has outside backticks.
fn bare_words(text: &str) -> usize {
    text.split('`').step_by(2).flat_map(str::split_whitespace).count()
}

/// Whether a value was cut out of the middle of a name or a bracket.
fn is_cut(value: &str) -> bool {
    !value.matches('`').count().is_multiple_of(2) || value.matches('(').count() != value.matches(')').count()
}

/// Whether a text has no English word that a reader would miss: it consists of names, numbers, commands, or words of
/// another script.
fn is_plain(text: &str) -> bool {
    if text.starts_with("zhinaq ") || text.starts_with("--") {
        return true;
    }
    let mut words = 0;
    let mut english = 0;
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            words += 1;
            continue;
        }
        for word in part.split_whitespace() {
            words += 1;
            let word = word.trim_matches(|c: char| c.is_ascii_punctuation() || "«»…–—".contains(c));
            let is_english = word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic());
            // Words in capital letters are abbreviations: RFC, UTC, SAMPLE DATA.
            english += usize::from(is_english && word.chars().any(|c| c.is_ascii_lowercase()));
        }
    }
    // A list of ids is a list of single words with commas between them.
    english == 0 || words == 1 || is_list_of_ids(text)
}

/// Whether a text is a list of ids, each one word: `crime, corruption, 1-m`.
fn is_list_of_ids(text: &str) -> bool {
    text.contains(", ") && text.split(", ").all(|id| !id.is_empty() && !id.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages() -> Messages {
        let file = r#"
            plural = "one-few-many"
            [nouns]
            parcel = ["отправление", "отправления", "отправлений"]
            copy = ["экземпляр", "экземпляра", "экземпляров"]
            [messages]
            "error" = "ошибка"
            "late" = "просрочена"
            "{} left" = "осталось: {1}"
            "form `{}` is {}" = "форма `{1}` {2}"
            "{} of {} handed over" = "передано отправлений: {1} из {2#}"
            "the server answered {}" = "сервер ответил: {1!}"
            "Usage" = "Вызов"
            "Show the register" = "Показать реестр"
        "#;
        Messages::parse(Language::RU, file).unwrap()
    }

    #[test]
    fn a_text_is_translated_with_all_that_it_contains() {
        let messages = messages();
        for (english, russian) in [
            ("error: form `1-m` is late", "ошибка: форма `1-m` просрочена"),
            (
                "2 parcels left; the server answered 550 no such user",
                "осталось: 2 отправления; сервер ответил: 550 no such user",
            ),
            ("5 of 21 parcels handed over.", "передано отправлений: 5 из 21."),
            ("  register    Show the register", "  register    Показать реестр"),
            ("  late    Show the register", "  late    Показать реестр"),
            ("error   late", "ошибка   просрочена"),
            ("  4  late", "  4  просрочена"),
            ("  late", "  просрочена"),
            ("Usage: zhinaq run [OPTIONS]", "Вызов: zhinaq run [OPTIONS]"),
            ("1 copy", "1 экземпляр"),
            ("5 of 9 parcels handed over: 1 parcel left", "передано отправлений: 5 из 9: осталось: 1 отправление"),
            ("- crime, corruption: late", "- crime, corruption: просрочена"),
            ("6 copies late", "6 экземпляров: просрочена"),
            ("11 parcels (late)", "11 отправлений (просрочена)"),
        ] {
            assert_eq!(messages.of(english), russian);
        }
    }

    #[test]
    fn a_sentence_is_never_half_translated() {
        let messages = messages();
        for text in [
            "error: something else happened",
            "form `1-m` is green with envy",
            "crime",
            "2025-Q2  1-m",
            "late-1",
            "now: 2 parcels left",
        ] {
            assert_eq!(messages.of(text), text);
        }
        assert_eq!(messages.of("It rains here. 2 parcels left."), "It rains here. осталось: 2 отправления.");
    }

    #[test]
    fn a_text_of_any_kind_takes_limited_time() {
        let messages = messages();
        let text = "a b: c, d; e (f) is ".repeat(400);
        assert_eq!(messages.of(&text), text);
    }
}
