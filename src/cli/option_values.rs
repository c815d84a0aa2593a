//! The values of options that are days, years and numbers.
//!
//! In: a word of the command line. Out: its value, or what a person can write instead. The parsers of the libraries
//! answer in words of their own ("invalid digit found in string"), so no option uses them.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use chrono::{Datelike as _, NaiveDate};

use domain::Period;

/// The years that days and instants are in.
pub const YEARS: RangeInclusive<i32> = Period::YEARS;

/// A day, such as 2025-07-14.
///
/// # Errors
/// If the text is not a day of [`YEARS`].
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| YEARS.contains(&day.year()));
    let (first, last) = YEARS.into_inner();
    day.ok_or_else(|| {
        format!("`{text}` is not a day: write year, month and day, such as 2025-07-14, from {first} to {last}")
    })
}

/// A year, such as 2025.
///
/// # Errors
/// If the text is not a number of four digits.
pub fn year(text: &str) -> Result<i32, String> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|_| digits)
        .ok_or_else(|| format!("`{text}` is not a year: write four digits, such as 2025"))
}

/// A parser of whole numbers from the first to the last.
pub fn within<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("`{text}` is not a whole number from {} to {}", range.start(), range.end()))
    }
}

/// A number of a revision or a supplement.
///
/// # Errors
/// If the text is not a whole number of at most four digits.
pub fn revision(text: &str) -> Result<u32, String> {
    within(0..=9_999)(text)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::Cli;

    #[test]
    fn days_years_and_numbers_are_read_or_refused_in_our_words() {
        assert_eq!(day("2024-02-29").unwrap().to_string(), "2024-02-29");
        for wrong in ["", "tomorrow", "2025-02-30", "14.07.2025", "2025-07-14T10:00", "9999-12-31", "0001-01-01"] {
            assert!(day(wrong).unwrap_err().starts_with(&format!("`{wrong}` is not a day: write ")), "{wrong}");
        }
        assert_eq!(year("2025"), Ok(2025));
        for wrong in ["", "-001", "25", "20255", "+202"] {
            assert!(year(wrong).unwrap_err().contains("is not a year"), "{wrong}");
        }
        assert_eq!(within(30..=300_u32)("300"), Ok(300));
        let wrong = "`301` is not a whole number from 30 to 300";
        assert_eq!(within(30..=300_u32)("301"), Err(wrong.to_owned()));
        assert!(revision("99999999999999999999").is_err());
    }

    /// Words with which the parsers of clap, chrono and the standard library answer.
    const OF_LIBRARIES: [&str; 8] = [
        "invalid digit",
        "number too",
        "cannot parse",
        "input contains",
        "input is out of range",
        "trailing input",
        "premature end",
        "..=",
    ];

    /// Every option of every command refuses what it cannot read in words of our own.
    #[test]
    fn no_option_answers_in_the_words_of_a_library() {
        fn walk(command: &clap::Command, path: &[String], seen: &mut usize) {
            for inner in command.get_subcommands() {
                walk(inner, &[path, &[inner.get_name().to_owned()]].concat(), seen);
            }
            for option in command.get_arguments().filter(|option| option.get_action().takes_values()) {
                let Some(long) = option.get_long() else { continue };
                for wrong in ["~", "-1", "99999999999999999999", "2025-02-30", "2025-07-14T10:00", "2025-"] {
                    let words = path.iter().cloned().chain([format!("--{long}={wrong}")]);
                    if let Err(error) = Cli::command().try_get_matches_from(words) {
                        let text = error.to_string();
                        let word = OF_LIBRARIES.iter().find(|word| text.contains(*word));
                        assert!(word.is_none(), "{}: {text}", path.join(" "));
                        *seen += 1;
                    }
                }
            }
        }
        let mut seen = 0;
        walk(&Cli::command(), &["zhinaq".to_owned()], &mut seen);
        assert!(seen > 300, "{seen}");
    }
}
