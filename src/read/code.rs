//! The codes of rows and columns in all their spellings: `1` is also written `01`, `1.`, `(1)`, `стр.1`, `гр. 1`,
//! `1.0`, or with a letter that looks like a digit (`З`, `1О`, `l`).
//!
//! In comes a text; out comes the code that it may mean. This module does not decide whether the text is a code. That
//! needs confirmation: for columns by their order, for rows by the template and the label.

use super::letters::squeeze;
use domain::is_invisible;

/// A code without the signs and words around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// `8`, `5-1`, `2а`.
    pub(super) text: String,
    /// The number at its start.
    pub(super) number: u32,
    /// Whether a part follows the number: `5-1`, `2а`.
    pub(super) is_part: bool,
    /// Whether a letter was read as a digit, or a raised digit as a footnote.
    pub(super) is_alike: bool,
}

/// The most bytes of a code with a word before it.
const LONGEST: usize = 40;
/// Words before or after a code. The longer of two similar words comes first: `столбец` before `столб`.
const WORDS: [&str; 17] = [
    "столбец",
    "колонка",
    "строка",
    "номер",
    "графа",
    "графы",
    "бағана",
    "баған",
    "столб",
    "жол",
    "шифр",
    "стр",
    "кол",
    "код",
    "ном",
    "гр",
    "no",
];

/// The code that a text may mean; `None` for any other text.
pub(super) fn plain(text: &str) -> Option<Code> {
    if text.len() > LONGEST {
        return None;
    }
    let clean = squeeze(&text.replace(is_invisible, ""));
    let core = bare(&clean);
    if core.is_empty() || core.chars().count() > 8 {
        return None;
    }
    let raised = |c: char| matches!(c, '¹' | '²' | '³' | '\u{2070}'..='\u{207e}');
    let number = core.trim_end_matches(raised);
    let mut is_alike = number.len() < core.len();
    let mut digits = String::new();
    let mut rest = number;
    while let Some(c) = rest.chars().next() {
        let Some((digit, alike)) = digit(c) else { break };
        is_alike |= alike;
        digits.push(digit);
        rest = &rest[c.len_utf8()..];
    }
    let bare = digits.trim_start_matches('0');
    let bare = if bare.is_empty() && !digits.is_empty() { "0" } else { bare };
    let value: u32 = (digits.len() <= 5).then(|| bare.parse().ok()).flatten()?;
    let tail = rest.strip_prefix('.').map_or(rest, |zeros| if zeros.bytes().all(|b| b == b'0') { "" } else { rest });
    let is_part = !tail.is_empty();
    is_tail(tail).then(|| Code { text: format!("{bare}{tail}"), number: value, is_part, is_alike })
}

/// The code without the brackets, signs and words around it.
fn bare(text: &str) -> &str {
    let around = |c: char| c.is_whitespace() || "()[]{}«»\"№#:;.,*".contains(c);
    let mut core = text;
    loop {
        let before = core;
        core = core.trim_matches(around).trim_end_matches(['-', '–', '—']);
        let lower = core.to_lowercase();
        for word in WORDS.iter().filter(|_| lower.len() == core.len()) {
            let left = lower.strip_prefix(word).filter(|rest| !rest.starts_with(char::is_alphabetic));
            if let Some(rest) = left {
                core = &core[core.len() - rest.len()..];
                break;
            }
            let right = lower.strip_suffix(word).filter(|rest| !rest.ends_with(char::is_alphabetic));
            if let Some(rest) = right {
                core = &core[..rest.len()];
                break;
            }
        }
        if core == before {
            return core;
        }
    }
}

/// The digit that a character is or looks like, and whether it only looks like it.
fn digit(c: char) -> Option<(char, bool)> {
    let alike = match c {
        '0'..='9' => return Some((c, false)),
        'О' | 'о' | 'O' | 'o' => '0',
        'l' | 'I' | 'І' | 'Ӏ' | '|' => '1',
        'З' | 'з' => '3',
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10)?,
        _ => return None,
    };
    Some((alike, true))
}

/// Whether this may follow a code's number: nothing, `-1`, `.12`, `а`.
fn is_tail(tail: &str) -> bool {
    tail.strip_prefix(['-', '.', '/']).map_or_else(
        || tail.chars().count() <= 1 && tail.chars().all(char::is_alphabetic),
        |sub| !sub.is_empty() && sub.len() <= 2 && sub.bytes().all(|b| b.is_ascii_digit()),
    )
}

/// The number of Roman numerals in Latin or Cyrillic letters, up to 39.
pub(super) fn roman(text: &str) -> Option<u32> {
    let latin = |c: char| match c {
        'I' | 'І' | 'Ӏ' => Some('I'),
        'V' => Some('V'),
        'X' | 'Х' => Some('X'),
        _ => None,
    };
    let written: String = bare(text).chars().map(latin).collect::<Option<_>>()?;
    let ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    (1..40_u32)
        .find(|number| format!("{}{}", "X".repeat((number / 10) as usize), ones[(number % 10) as usize]) == written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<(String, bool)> {
        plain(text).map(|code| (code.text, code.is_alike))
    }

    #[test]
    fn what_is_written_around_a_code_is_not_the_code() {
        for (text, meant) in [
            ("1", "1"),
            ("01", "1"),
            ("006", "6"),
            ("2.", "2"),
            ("3 ", "3"),
            ("\u{a0}4", "4"),
            ("5.0", "5"),
            ("7\u{200b}", "7"),
            ("стр.8", "8"),
            ("Стр. 8", "8"),
            ("строка 8", "8"),
            ("9)", "9"),
            ("(9)", "9"),
            ("[9]", "9"),
            ("10,", "10"),
            ("11-", "11"),
            ("№12", "12"),
            ("гр.1", "1"),
            ("графа 1", "1"),
            ("1 гр.", "1"),
            ("1-баған", "1"),
            ("1а", "1а"),
            ("гр. 5-1", "5-1"),
            ("5.1", "5.1"),
            ("0", "0"),
        ] {
            assert_eq!(code(text), Some((meant.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn letters_that_look_like_digits_are_told() {
        for (text, meant) in [("З", "3"), ("1О", "10"), ("1l", "11"), ("l", "1"), ("２", "2"), ("5¹", "5")] {
            assert_eq!(code(text), Some((meant.to_owned(), true)), "{text}");
        }
    }

    #[test]
    fn words_and_numbers_of_other_kinds_are_no_codes() {
        for text in ["", "А", "Всего", "гр", "стр. и гр.", "1234567", "12.01.2023", "1 2", "1/4/5", "за 2022 год", "-"]
        {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn roman_numbers_are_read() {
        let read: Vec<_> = ["I", "II", "IV", "ІХ", "XII", "(V)", "IIII", "A", ""].map(roman).into();
        assert_eq!(read, [Some(1), Some(2), Some(4), Some(9), Some(12), Some(5), None, None, None]);
    }
}
