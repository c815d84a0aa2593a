//! Numbers of copies, as people write them. In: numbers or a text. Out: numbers in order. This module does not know what
//! the copies are.

use std::{fmt, str::FromStr};

/// Numbers of copies as a person writes and reads them: `1-7`, `1, 3-4`. Sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CopyNumbers(Vec<u32>);

/// Why a text is not a list of copies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no copies: write their numbers, such as `1,3-4`")]
pub struct CopyNumbersError(String);

/// The largest number of a copy: no organ gets more copies of a collection.
const MOST: u32 = 100_000;

impl CopyNumbers {
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// As one word of a command line: `1,3-4`.
    #[must_use]
    pub fn as_word(&self) -> String {
        self.to_string().replace(' ', "")
    }

    /// As the subject of a sentence: `copy 3 is`, `copies 1, 3-4 are`.
    #[must_use]
    pub fn are(&self) -> String {
        if self.0.len() == 1 { format!("copy {self} is") } else { format!("copies {self} are") }
    }
}

impl FromIterator<u32> for CopyNumbers {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        let mut numbers: Vec<u32> = numbers.into_iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers)
    }
}

impl FromStr for CopyNumbers {
    type Err = CopyNumbersError;

    fn from_str(text: &str) -> Result<Self, CopyNumbersError> {
        let wrong = || CopyNumbersError(text.to_owned());
        let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(wrong);
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
            let (first, last): (u32, u32) = (number(first)?, number(last)?);
            if first > last {
                return Err(wrong());
            }
            numbers.extend(first..=last);
        }
        Ok(numbers.into_iter().collect())
    }
}

impl fmt::Display for CopyNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut spans: Vec<(u32, u32)> = Vec::new();
        for number in &self.0 {
            match spans.last_mut().filter(|(_, last)| last.checked_add(1) == Some(*number)) {
                Some((_, last)) => *last = *number,
                None => spans.push((*number, *number)),
            }
        }
        for (place, (first, last)) in spans.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{first}")?;
            if first != last {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_a_span() {
        let numbers = |numbers: &[u32]| numbers.iter().copied().collect::<CopyNumbers>().to_string();
        assert_eq!(numbers(&[1, 2, 3, 4, 5, 6, 7]), "1-7");
        assert_eq!(numbers(&[6, 1, 3, 4, 3]), "1, 3-4, 6");
        assert_eq!((numbers(&[5]), numbers(&[])), ("5".into(), String::new()));
        let are = |text: &str| text.parse::<CopyNumbers>().unwrap().are();
        assert_eq!("1, 3-4".parse::<CopyNumbers>().unwrap().as_word(), "1,3-4");
        assert_eq!((are("3"), are("1-2")), ("copy 3 is".into(), "copies 1-2 are".into()));
    }

    #[test]
    fn numbers_are_read_as_they_are_printed() {
        for text in ["1", "1-7", "1, 3-4, 6"] {
            assert_eq!(text.parse::<CopyNumbers>().unwrap().to_string(), text);
        }
        assert_eq!("4,1-2,2".parse::<CopyNumbers>().unwrap().as_slice(), [1, 2, 4]);
        for wrong in ["", "0", "3-1", "1,", "-1", "1-", "x", "1-4000000000"] {
            assert!(wrong.parse::<CopyNumbers>().is_err(), "{wrong}");
        }
    }
}
