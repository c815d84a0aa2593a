//! The pieces of a text: numbers, words and signs. In: a text. Out: its pieces with their places. This module does not
//! know what a word means.

use super::lexicon::folded;
use crate::is_invisible;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Number {
        value: u64,
        digits: usize,
    },
    /// Folded.
    Word(String),
    Mark(char),
}

/// A piece of a text, with its place in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether it follows the piece before it directly.
    pub(super) glued: bool,
}

/// The most digits of a number: no date, year or instant has more.
const LONGEST_NUMBER: usize = 18;

/// The pieces of a text, without blanks and invisible characters.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((from, first)) = rest.next() {
        if first.is_whitespace() || is_invisible(first) {
            continue;
        }
        let mut to = from + first.len_utf8();
        let class = Class::of(first);
        while class != Class::Mark
            && let Some((at, next)) = rest.peek().copied()
            && (Class::of(next) == class || is_invisible(next))
        {
            to = at + next.len_utf8();
            rest.next();
        }
        let piece = &text[from..to];
        let kind = match class {
            Class::Digit => {
                let digits: String = piece.chars().filter(char::is_ascii_digit).collect();
                match digits.parse() {
                    Ok(value) if digits.len() <= LONGEST_NUMBER => Kind::Number { value, digits: digits.len() },
                    _ => Kind::Mark('#'),
                }
            }
            Class::Letter => Kind::Word(folded(&piece.chars().filter(|c| !is_invisible(*c)).collect::<String>())),
            Class::Mark => Kind::Mark(first),
        };
        let glued = tokens.last().is_some_and(|last| last.to == from);
        tokens.push(Token { kind, from, to, glued });
    }
    tokens
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Letter,
    Mark,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            c if c.is_alphabetic() || ('\u{2160}'..='\u{216B}').contains(&c) => Self::Letter,
            _ => Self::Mark,
        }
    }
}
