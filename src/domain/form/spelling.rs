//! Spelling of numbers in cells. In: a text, and what its column measures. Out: a number, nothing, or a doubt. This
//! module does not know the place of the cell.
//!
//! "4,731" is 4731 if a program wrote it in English, and 4.731 if a person wrote it in Russian. So the measure of the
//! column is known before the text is read. A text that can be read in two ways is a [`Doubt`], never a number:
//!
//! | text | counts, persons | thousand tenge | days, or not known |
//! | --- | --- | --- | --- |
//! | `4731`, `4 731` (any blank), `4'731` | 4731 | 4731 | 4731 |
//! | `4,731`, `4.731` | doubt | 4.731 | doubt |
//! | `0,562`, `3,9` | doubt: not a whole number | 0.562, 3.9 | 0.562, 3.9 |
//! | `12.00` | 12 | 12 | 12 |
//! | `1,234.5`, `1 234,5` | doubt: not a whole number | 1234.5 | 1234.5 |
//! | `1,234,567`, `1 88`, `562 562`, `6616 (79)` | doubt | doubt | doubt |
//!
//! Blanks and apostrophes group thousands only if each group has three digits and one character separates all groups. A
//! new line never groups. Groups that are all equal (`562 562`) may be a number written twice, which is a doubt.
//! Invisible characters are left out with a remark. Raised digits at the end are a footnote, not digits.

use std::fmt::Write as _;

use crate::{
    Measure, Number, NumberError,
    look_alike::{is_deceptive, is_invisible},
};

/// The meaning of a text as a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelled {
    /// `None` = the text is empty.
    pub number: Option<Number>,
    pub remark: Option<Remark>,
}

/// What a person may want to know about a number that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// Invisible characters were left out.
    Invisible,
    /// Raised digits after the number were taken for a footnote.
    Footnote,
    /// The text differs a little from the number that it means, as sums of doubles do.
    Noise,
}

/// Why a text is not one certain number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    #[error("can be read as {whole} or as {decimal}")]
    TwoReadings { whole: String, decimal: Number },
    #[error("is not a whole number, and its column counts")]
    Fraction,
    #[error("may be more than one number")]
    Several,
    #[error("has digits, but is not a number")]
    Digits,
    #[error("has more than three decimals")]
    TooFine,
    #[error("is beyond 9,007,199,254,740,991")]
    TooLarge,
    /// A text without a digit.
    #[error("is not a number")]
    Word,
}

/// Reads the text of a cell. `measure` is what its column measures; `None` if that is not known.
///
/// # Errors
/// The text is not one certain number: see [`Doubt`].
pub fn spell(text: &str, measure: Option<Measure>) -> Result<Spelled, Doubt> {
    let seen = text.contains(is_invisible).then(|| text.replace(is_invisible, ""));
    let trimmed = seen.as_deref().unwrap_or(text).trim();
    if trimmed.is_empty() {
        return Ok(Spelled { number: None, remark: None });
    }
    let body = trimmed.trim_end_matches(is_raised);
    let footnote = body.len() < trimmed.len();
    let body = body.trim_end();
    let (negative, digits) = match body.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    let Some(groups) = groups(digits) else {
        return Err(if trimmed.contains(char::is_numeric) { Doubt::Digits } else { Doubt::Word });
    };
    let (number, noise) = value(&groups, negative, measure)?;
    let remark = if footnote {
        Some(Remark::Footnote)
    } else if seen.is_some() {
        Some(Remark::Invisible)
    } else {
        noise.then_some(Remark::Noise)
    };
    Ok(Spelled { number: Some(number), remark })
}

/// The text, in which every character that readers do not see, or take for another, is written by its number:
/// `562[U+200B]`.
#[must_use]
pub fn shown(text: &str) -> String {
    let is_strange = |c: char| {
        let foreign_digit = c.is_numeric() && !c.is_ascii_digit() && !is_raised(c);
        is_deceptive(c) || foreign_digit || (c.is_whitespace() && c != ' ')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_strange(c) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "[U+{:04X}]", u32::from(c));
        } else if !c.is_control() {
            shown.push(c);
        }
    }
    shown
}

/// A raised digit or bracket.
const fn is_raised(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '\u{2070}' | '\u{2074}'..='\u{2079}' | '\u{207d}' | '\u{207e}')
}

/// Groups of digits, each with the character before it (`\0` before the first); `None` if the text contains anything
/// else.
fn groups(text: &str) -> Option<Vec<(char, &str)>> {
    let mut groups = Vec::new();
    let (mut rest, mut parted_by) = (text, '\0');
    loop {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        if end == 0 {
            return None;
        }
        groups.push((parted_by, &rest[..end]));
        let mut tail = rest[end..].chars();
        let Some(next) = tail.next() else { return Some(groups) };
        if !is_blank(next) && !is_apostrophe(next) && next != ',' && next != '.' {
            return None;
        }
        (rest, parted_by) = (tail.as_str(), next);
    }
}

/// Whether a character is a blank that may group digits: one within a line.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' | '\u{b4}')
}

/// The number that groups of digits mean, and whether noise was removed.
fn value(groups: &[(char, &str)], negative: bool, measure: Option<Measure>) -> Result<(Number, bool), Doubt> {
    let (&(last_parted_by, last), before) = groups.split_last().ok_or(Doubt::Word)?;
    let is_point = |c: char| c == ',' || c == '.';
    let (whole, fraction) = match before {
        [] => return Ok((decimal(last, "", negative, measure)?.0, false)),
        // The last group is the fraction, unless the same character also separates groups before it.
        _ if is_point(last_parted_by) && before.iter().all(|(c, _)| *c != last_parted_by) => (before, Some(last)),
        _ => (groups, None),
    };
    let is_grouped = whole.len() > 1;
    if is_grouped && !is_grouping(whole) {
        return Err(Doubt::Several);
    }
    let digits: String = whole.iter().map(|(_, digits)| *digits).collect();
    let Some(fraction) = fraction else {
        // "1,234,567" may be three numbers; "562 562" is one number twice.
        let one_twice = is_blank(last_parted_by) && groups.iter().all(|(_, digits)| *digits == last);
        if is_point(last_parted_by) || one_twice {
            return Err(Doubt::Several);
        }
        return Ok((decimal(&digits, "", negative, measure)?.0, false));
    };
    let counts = measure.is_some_and(Measure::is_counted);
    let looks_grouped = fraction.len() == 3 && digits.len() <= 3 && !digits.starts_with('0');
    let (number, noise) = decimal(&digits, fraction, negative, measure)?;
    let doubtful = looks_grouped && measure != Some(Measure::ThousandTenge);
    if doubtful || (counts && is_grouped && fraction.len() == 3) {
        let sign = if negative { "-" } else { "" };
        return Err(Doubt::TwoReadings { whole: format!("{sign}{digits}{fraction}"), decimal: number });
    }
    if counts && !number.is_whole() {
        return Err(Doubt::Fraction);
    }
    Ok((number, noise))
}

/// Whether one character separates groups of three digits. The first group may be shorter.
fn is_grouping(groups: &[(char, &str)]) -> bool {
    let parted_by = groups.get(1).map(|(c, _)| *c);
    groups.iter().enumerate().all(|(place, (c, digits))| match place {
        0 => digits.len() <= 3 && !digits.starts_with('0'),
        _ => digits.len() == 3 && Some(*c) == parted_by,
    })
}

/// The number with these digits before and after the point, and whether noise was removed. It is exact if it has at
/// most three decimals.
fn decimal(whole: &str, fraction: &str, negative: bool, measure: Option<Measure>) -> Result<(Number, bool), Doubt> {
    let sign = if negative { "-" } else { "" };
    let fraction = fraction.trim_end_matches('0');
    let exact = Number::of_digits(whole, fraction, negative);
    match exact {
        Ok(number) => Ok((number, false)),
        Err(NumberError::TooFine(_)) => {
            let double: f64 = format!("{sign}{whole}.{fraction}").parse().map_err(|_| Doubt::TooFine)?;
            let (number, noise) = Number::from_noisy(double, measure).map_err(|_| Doubt::TooFine)?;
            Ok((number, noise))
        }
        Err(NumberError::TooLarge(_) | NumberError::NotANumber(_)) => Err(Doubt::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COUNT: Option<Measure> = Some(Measure::Count);
    const MONEY: Option<Measure> = Some(Measure::ThousandTenge);
    const MEASURES: [Option<Measure>; 5] = [COUNT, Some(Measure::Persons), MONEY, Some(Measure::Days), None];

    fn told(text: &str, measure: Option<Measure>) -> String {
        match spell(text, measure) {
            Ok(Spelled { number: None, .. }) => "nothing".to_owned(),
            Ok(Spelled { number: Some(number), remark: None }) => number.to_string(),
            Ok(Spelled { number: Some(number), remark: Some(remark) }) => format!("{number} {remark:?}"),
            Err(doubt) => doubt.to_string(),
        }
    }

    #[test]
    fn grouped_thousands_are_certain_where_nothing_else_can_be_meant() {
        for text in ["14672", "14 672", "14\u{a0}672", "14\u{202f}672", "14\u{2009}672", "14\u{2007}672", "14'672"] {
            for measure in MEASURES {
                assert_eq!(told(text, measure), "14672", "{text}");
                assert_eq!(told(&format!("-{text} "), measure), "-14672", "{text}");
            }
        }
        assert_eq!(told("8’519", COUNT), "8519");
        assert_eq!(told("1 234 567,5", MONEY), "1234567.5");
        assert_eq!(told("1.234.567,5", MONEY), "1234567.5");
    }

    #[test]
    fn three_digits_behind_a_point_or_comma_are_a_doubt_but_in_sums_of_money() {
        for (text, whole, money) in [("4,731", "4731", "4.731"), ("2.159", "2159", "2.159"), ("12.000", "12000", "12")]
        {
            let doubt = format!("can be read as {whole} or as {money}");
            for measure in [COUNT, Some(Measure::Persons), Some(Measure::Days), None] {
                assert_eq!(told(text, measure), doubt, "{text}");
            }
            assert_eq!(told(text, MONEY), money, "{text}");
        }
        assert_eq!(told("0,562", COUNT), "is not a whole number, and its column counts");
        assert_eq!(told("0,562", None), "0.562");
        assert_eq!(told("3,9", COUNT), "is not a whole number, and its column counts");
        assert_eq!(told("3,9", Some(Measure::Days)), "3.9");
        assert_eq!(told("1234,567", MONEY), "1234.567");
        assert_eq!(told("12.00", COUNT), "12");
        assert_eq!(told("1 234,000", COUNT), "can be read as 1234000 or as 1234");
    }

    #[test]
    fn two_numbers_in_one_cell_are_none() {
        for text in ["562 562", "1 88", "4 7", "562\n562", "1,234,567", "1 234\u{a0}567", "12 34", "0 562"] {
            for measure in MEASURES {
                assert!(matches!(spell(text, measure), Err(Doubt::Several | Doubt::Digits)), "{text}");
            }
        }
        for text in ["5688/5", "6616 (79)", "1e3", ".5", "5.", "--1", "1  234", "0x10", "17.01.2023 г.", "５６８", "²"]
        {
            assert_eq!(spell(text, COUNT), Err(Doubt::Digits), "{text}");
        }
        assert_eq!(spell("нет", COUNT), Err(Doubt::Word));
        assert_eq!(spell("\u{202e}265", COUNT), Err(Doubt::Digits));
    }

    #[test]
    fn what_nobody_sees_is_left_out_with_a_remark() {
        for text in ["562\u{200b}", "\u{feff}562", "562\u{ad}", "\u{202a}562\u{202c}", "5\u{2066}62"] {
            assert_eq!(told(text, COUNT), "562 Invisible", "{text:?}");
        }
        assert_eq!(told("562\t", COUNT), "562");
        assert_eq!(told("\u{200b} \u{a0}", COUNT), "nothing");
        assert_eq!(shown("5\u{200b}6２\u{a0}"), "5[U+200B]6[U+FF12][U+00A0]");
    }

    #[test]
    fn raised_digits_are_a_footnote() {
        assert_eq!(told("6616¹", COUNT), "6616 Footnote");
        assert_eq!(told("6616 ¹\u{207e}", COUNT), "6616 Footnote");
        assert_eq!(told("6¹616", COUNT), "has digits, but is not a number");
    }

    #[test]
    fn noise_is_left_out_and_finer_values_are_not() {
        assert_eq!(told("18453,949000000001", MONEY), "18453.949");
        assert_eq!(told("39.0000000001", COUNT), "39 Noise");
        assert_eq!(told("39.0000005", COUNT), "39 Noise");
        assert_eq!(told("39.0000005", MONEY), "has more than three decimals");
        assert_eq!(told("0.0001", MONEY), "has more than three decimals");
        assert_eq!(told("39.5", COUNT), "is not a whole number, and its column counts");
        assert_eq!(told("9007199254740992", COUNT), "is beyond 9,007,199,254,740,991");
    }

    /// The digits of a number in groups of three.
    fn grouped(number: u64, by: &str) -> String {
        let digits = number.to_string();
        let mut groups: Vec<&str> = digits.as_bytes().rchunks(3).map(|c| std::str::from_utf8(c).unwrap()).collect();
        groups.reverse();
        groups.join(by)
    }

    const SEPARATORS: [&str; 12] =
        ["", " ", "\u{a0}", "\u{202f}", "\u{2009}", "\u{2007}", "'", "\u{2019}", ",", ".", "\n", "  "];

    proptest! {
        #[test]
        fn every_count_is_read_back_or_doubted(number in 0_u64..9_007_199_254_740_991, by in 0..SEPARATORS.len()) {
            let text = grouped(number, SEPARATORS[by]);
            for measure in MEASURES {
                if let (Ok(read), false) = (spell(&text, measure), measure == MONEY && matches!(SEPARATORS[by], "," | ".")) {
                    prop_assert_eq!(read.number, Some(Number::count(number as i64)), "{}", text);
                }
            }
        }

        #[test]
        fn every_small_count_with_any_separator_is_no_other_number(number in 1000_u64..999_999, by in 0..SEPARATORS.len()) {
            let read = spell(&grouped(number, SEPARATORS[by]), COUNT);
            let value = read.ok().and_then(|read| read.number);
            prop_assert!(value.is_none_or(|value| value == Number::count(number as i64)));
            if matches!(SEPARATORS[by], "," | "." | "\n" | "  ") {
                prop_assert_eq!(value, None);
            }
        }

        #[test]
        fn every_sum_of_money_is_read_back_or_doubted(
            thousandths in -9_007_199_254_740_i64..9_007_199_254_740, by in 0..SEPARATORS.len(), comma: bool
        ) {
            let number = Number::thousandths(thousandths);
            let (whole, fraction) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
            let sign = if thousandths < 0 { "-" } else { "" };
            let point = if comma { "," } else { "." };
            let text = format!("{sign}{}{point}{fraction:03}", grouped(whole, SEPARATORS[by]));
            for measure in MEASURES {
                if let Ok(read) = spell(&text, measure) {
                    prop_assert_eq!(read.number, Some(number), "{}", text);
                }
            }
        }

        #[test]
        fn no_text_brings_it_down(text in any::<String>(), digits in "[-0-9., '\u{a0}\u{200b}¹]{0,20}") {
            for measure in MEASURES {
                let _ = (spell(&text, measure), spell(&digits, measure), shown(&text));
            }
        }
    }
}
