//! One message of the program and its translation, each with places for values.
//!
//! In: an English message as the program formats it (`{} left; {} goes on`) and its translation with numbered places
//! (`осталось: {1}; продолжает {2}`). Out: the values of a text that has this form, and the translation with them. This
//! module does not know whether a value is itself a message.

use std::fmt;

/// How a value is written into the translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// Translated if it is a message itself: `{1}`.
    Translated,
    /// As it is, for words of other programs and of people: `{1!}`.
    AsItIs,
    /// Its number without the noun: `{1#}`.
    Number,
}

/// What separates the parts of a sentence.
const MARKS: [&str; 4] = ["; ", ", ", ": ", " ("];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(usize, Value),
}

/// A message with at least one place for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MessagePattern {
    /// The texts around the places, one more than there are places.
    around: Vec<String>,
    pieces: Vec<Piece>,
}

/// What is wrong with a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternFault {
    /// The number in braces is not that of a place.
    NoPlace(String),
    Twice(usize),
    /// The message has no word of its own, so every text would have its form.
    NoWord,
}

impl fmt::Display for PatternFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPlace(place) => {
                write!(f, "`{{{place}}}` is not a place of the message; write `{{1}}` for its first `{{}}`")
            }
            Self::Twice(place) => write!(f, "`{{{place}}}` is used twice"),
            Self::NoWord => write!(f, "the message has no word of its own"),
        }
    }
}

impl MessagePattern {
    /// Whether a message has a place for a value.
    pub(super) fn has_places(message: &str) -> bool {
        message.contains("{}")
    }

    /// # Errors
    /// When the translation has a place that the message lacks, or one twice, or the message consists of places only.
    pub(super) fn new(message: &str, translation: &str) -> Result<Self, PatternFault> {
        let around: Vec<String> = message.split("{}").map(str::to_owned).collect();
        if !around.iter().any(|text| text.chars().any(char::is_alphabetic)) {
            return Err(PatternFault::NoWord);
        }
        let mut pieces = Vec::new();
        let mut used = vec![false; around.len() - 1];
        let mut rest = translation;
        while let Some((before, after)) = rest.split_once('{') {
            // A brace before a place is a brace of the text.
            if after.starts_with('{') {
                pieces.push(Piece::Text(format!("{before}{{")));
                rest = after;
                continue;
            }
            let (place, after) = after.split_once('}').ok_or_else(|| PatternFault::NoPlace(after.to_owned()))?;
            let (number, value) = match place.as_bytes().last() {
                Some(b'!') => (&place[..place.len() - 1], Value::AsItIs),
                Some(b'#') => (&place[..place.len() - 1], Value::Number),
                _ => (place, Value::Translated),
            };
            let index = number.parse::<usize>().ok().filter(|number| (1..around.len()).contains(number));
            let index = index.ok_or_else(|| PatternFault::NoPlace(place.to_owned()))?;
            if std::mem::replace(&mut used[index - 1], true) {
                return Err(PatternFault::Twice(index));
            }
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(index - 1, value));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self { around, pieces })
    }

    /// Whether both translate the same message.
    pub(super) fn is_same_message(&self, other: &Self) -> bool {
        self.around == other.around
    }

    /// How many bytes of a text this message decides: the more, the more certain it is.
    pub(super) fn weight(&self) -> usize {
        self.around.iter().map(String::len).sum()
    }

    /// The values of a text of this form, in the order of the English message; each takes as little as it can.
    pub(super) fn values<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, rest) = self.around.split_first()?;
        let (last, between) = rest.split_last()?;
        let mut inner = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut values = Vec::with_capacity(rest.len());
        for literal in between {
            let (value, after) = match literal.as_str() {
                // Of two places side by side the second one has what a mark begins.
                "" => inner.split_at(MARKS.iter().filter_map(|mark| inner.find(mark)).min().unwrap_or(inner.len())),
                literal => inner.split_once(literal)?,
            };
            values.push(value);
            inner = after;
        }
        values.push(inner);
        Some(values)
    }

    /// Whether a value is between backticks, so that it is a name and not a message.
    fn is_quoted(&self, place: usize) -> bool {
        self.around[place].ends_with('`') && self.around[place + 1].starts_with('`')
    }

    /// The translation with these values, each in the words that `word` finds for it; `None` where it finds none.
    pub(super) fn with(&self, values: &[&str], mut word: impl FnMut(&str) -> Option<String>) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Place(place, value) => {
                    let given = values.get(*place)?;
                    match value {
                        Value::Number => text.push_str(given.split(' ').next()?),
                        Value::AsItIs => text.push_str(given),
                        Value::Translated if self.is_quoted(*place) => text.push_str(given),
                        Value::Translated => text.push_str(&word(given)?),
                    }
                }
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_where_the_translation_has_their_numbers() {
        let pattern = MessagePattern::new("{} of {} parcels, `{}`", "{3!}: отправлений {1#} из {2}").unwrap();
        let values = pattern.values("5 of 9 parcels, `a b`").unwrap();
        assert_eq!(values, ["5", "9", "a b"]);
        assert_eq!(pattern.with(&values, |value| Some(value.to_owned())).unwrap(), "a b: отправлений 5 из 9");
        assert_eq!(pattern.with(&values, |_| None), None);
        assert_eq!(pattern.values("5 of 9 copies"), None);
        let side_by_side = MessagePattern::new("key `{}` is not in {}{}", "{1} {2} {3}").unwrap();
        assert_eq!(side_by_side.values("key `a` is not in b.toml").unwrap(), ["a", "b.toml", ""]);
        assert_eq!(side_by_side.values("key `a` is not in b; c").unwrap(), ["a", "b", "; c"]);
        let braces = MessagePattern::new("`{{}}` is not known", "неизвестно `{{1}}`").unwrap();
        assert_eq!(
            braces.with(&braces.values("`{year}` is not known").unwrap(), |year| Some(year.into())),
            Some("неизвестно `{year}`".into())
        );
    }

    #[test]
    fn a_place_that_is_not_there_is_a_fault() {
        let fault = |message: &str, translation: &str| MessagePattern::new(message, translation).unwrap_err();
        assert_eq!(fault("a {}", "б {2}"), PatternFault::NoPlace("2".into()));
        assert_eq!(fault("a {}", "б {x}"), PatternFault::NoPlace("x".into()));
        assert_eq!(fault("a {}", "б {"), PatternFault::NoPlace(String::new()));
        assert_eq!(fault("a {} {}", "б {1} {1}"), PatternFault::Twice(1));
        assert_eq!(fault("{}: {}", "{1}: {2}"), PatternFault::NoWord);
    }
}
