//! Days in a text: dates as people write them, serial numbers of spreadsheets, instants. In: the pieces of a text. Out:
//! days. This module does not know what a day says about a document.

use chrono::{DateTime, Days, NaiveDate};

use super::{
    Manner,
    lexicon::{ENDINGS, Meaning},
    parse::{Found, Parser, Raw},
};
use crate::Period;

/// The serial numbers of spreadsheets for the years 1991 to 2099.
const SERIALS: std::ops::RangeInclusive<u64> = 33_239..=73_050;
/// The seconds to add to an instant: midnight in Kazakhstan is in the evening before in UTC.
const AHEAD: i64 = 6 * 60 * 60;

/// The day of a field that contains only a number: seconds or milliseconds since 1970, or days since 30 December 1899,
/// as spreadsheets count (ECMA-376, 18.17.4.1), also with a time of day after the point.
pub(super) fn of_field(text: &str) -> Option<NaiveDate> {
    let whole = text.split_once('.').map_or(text, |(whole, part)| if is_digits(part) { whole } else { "" });
    if !is_digits(whole) || whole.is_empty() {
        return None;
    }
    match whole.len() {
        10 | 13 if whole == text => {
            let seconds: i64 = whole[..10].parse().ok()?;
            DateTime::from_timestamp(seconds + AHEAD, 0).map(|instant| instant.date_naive())
        }
        5 => of_serial(whole.parse().ok()?),
        _ => None,
    }
}

fn of_serial(serial: u64) -> Option<NaiveDate> {
    SERIALS.contains(&serial).then(|| NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial)))?
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn year_of(value: u64, digits: usize) -> Option<i32> {
    let year = i32::try_from(value).ok()?;
    (digits == 4 && Period::YEARS.contains(&year)).then_some(year)
}

impl Parser<'_> {
    /// A day: `01.10.2022`, `2022-10-01`, `1 октября 2022 года`, `2022 жылғы 1 қазан`, `October 1, 2022`.
    pub(super) fn day(&self, at: usize) -> Option<Found> {
        self.day_in_numbers(at).or_else(|| self.day_in_words(at)).or_else(|| self.serial(at))
    }

    fn day_in_numbers(&self, at: usize) -> Option<Found> {
        let sign = |place: usize| self.mark(place).filter(|c| "./-–_".contains(*c));
        let first = sign(at + 1)?;
        let second = sign(at + 3)?;
        let ((a, a_digits), (b, b_digits), (c, c_digits)) =
            (self.number(at)?, self.number(at + 2)?, self.number(at + 4)?);
        // A letter that follows directly belongs to a form: `2022_12_1m`.
        let letter = self.glued(at + 5) && self.word(at + 5).is_some_and(|word| !["T", "Г", "Ж"].contains(&word));
        if first != second || b_digits > 2 || letter {
            return None;
        }
        let (year, month, day) = match (year_of(a, a_digits), year_of(c, c_digits)) {
            (Some(year), None) if c_digits <= 2 => (year, b, c),
            (None, Some(year)) if a_digits <= 2 => (year, b, a),
            // `01.10.22`
            (None, None) if (a_digits, b_digits, c_digits) == (2, 2, 2) && first == '.' => {
                (2000 + i32::try_from(c).ok()?, b, a)
            }
            _ => return None,
        };
        let day = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
        Some(Found { raw: Raw::Day(day), from: at, to: at + 5, dative: false })
    }

    fn day_in_words(&self, at: usize) -> Option<Found> {
        if let Some(Meaning::Month(month)) = self.meaning(at) {
            // `October 1, 2022`
            let (day, digits) = self.number(at + 1)?;
            let comma = usize::from(self.mark(at + 2) == Some(','));
            let (year, to) = self.year_at(at + 2 + comma)?;
            let day = NaiveDate::from_ymd_opt(year, month, u32::try_from(day).ok()?).filter(|_| digits <= 2)?;
            return Some(Found { raw: Raw::Day(day), from: at, to, dative: false });
        }
        let (day, digits) = self.number(at)?;
        let quoted = usize::from(self.mark(at + 1).is_some_and(|c| "\"»”".contains(c)));
        let ending = self.after_ending(at + 1 + quoted);
        let Some(Meaning::Month(month)) = self.meaning(ending) else { return None };
        // In `СНГ-1 сентябрь 2022` the number belongs to the form: it follows a word and a hyphen, or the month is in
        // the nominative.
        let of_form = at >= 2 && self.glued(at) && self.mark(at - 1) == Some('-') && self.word(at - 2).is_some();
        if of_form || self.word(ending).is_some_and(super::lexicon::is_nominative) {
            return None;
        }
        let day = u32::try_from(day).ok().filter(|day| digits <= 2 && (1..=31).contains(day))?;
        let dative = self.word(ending).is_some_and(super::lexicon::is_dative);
        let here = |year: i32, to| {
            let day = NaiveDate::from_ymd_opt(year, month, day)?;
            Some(Found { raw: Raw::Day(day), from: at, to, dative })
        };
        if let Some(found) = self.year_before(at).and_then(|year| here(year, ending + 1)) {
            return Some(found);
        }
        let comma = usize::from(self.mark(ending + 1) == Some(','));
        match self.year_at(ending + 1 + comma) {
            Some((year, to)) => here(year, to),
            None => Some(Found { raw: Raw::DayOf(month, day), from: at, to: ending + 1, dative }),
        }
    }

    /// A serial number of a spreadsheet: in prose a number may be one after "на".
    fn serial(&self, at: usize) -> Option<Found> {
        let after_on = at.checked_sub(1).and_then(|before| self.word(before)).is_some_and(|word| word == "HA");
        let (value, digits) = self.number(at)?;
        let day = of_serial(value).filter(|_| digits == 5 && self.manner == Manner::Prose && after_on)?;
        Some(Found { raw: Raw::Day(day), from: at, to: at + 1, dative: false })
    }

    /// Digits in one piece: `202209`, `092022`, `20221001`, `01102022`.
    pub(super) fn compact(&self, at: usize) -> Option<Found> {
        let (value, digits) = self.number(at)?;
        let letter = |place: usize| self.glued(place) && self.word(place).is_some_and(|word| word != "Г");
        let after_letter = self.glued(at) && at.checked_sub(1).is_some_and(|before| self.word(before).is_some());
        if self.manner == Manner::Prose || letter(at + 1) || after_letter {
            return None;
        }
        let raw = match digits {
            6 => {
                let (high, low) = (value / 100, value % 100);
                let (low_year, high_month) = (value % 10_000, value / 10_000);
                let ends = |year: i32, month: u64| {
                    let month = u32::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
                    Some(Raw::Ends(year, vec![month]))
                };
                let forward = year_of(high, 4).and_then(|year| ends(year, low));
                forward.or_else(|| year_of(low_year, 4).and_then(|year| ends(year, high_month)))?
            }
            8 => {
                let date = |year: u64, month: u64, day: u64| {
                    NaiveDate::from_ymd_opt(year_of(year, 4)?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
                };
                let forward = date(value / 10_000, value / 100 % 100, value % 100);
                Raw::Day(forward.or_else(|| date(value % 10_000, value / 10_000 % 100, value / 1_000_000))?)
            }
            _ => return None,
        };
        Some(Found { raw, from: at, to: at + 1, dative: false })
    }

    /// The place after the ending of a number: `-го`, `-ші`, `st`.
    pub(super) fn after_ending(&self, at: usize) -> usize {
        let is_ending = |place: usize| self.glued(place) && self.word(place).is_some_and(|word| ENDINGS.has(word));
        match () {
            () if self.mark(at).is_some_and(|c| "-–‑".contains(c)) && is_ending(at + 1) => at + 2,
            () if is_ending(at) => at + 1,
            () => at,
        }
    }
}
