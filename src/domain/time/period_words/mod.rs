//! Periods in words: what a text says about the months that figures are about, in Russian, Kazakh and English.
//!
//! In: a text, such as a title over a table, a line of a cover, a file name, a property, a field of a service. Out: the
//! periods in it ([`SpokenPeriod`]): ranges, quarters, half-years, counted months, months, years, days. Periods that
//! are not the document's are left out: that of a comparison ("по сравнению с 2021 годом", "АППГ"), the date of an act
//! ("приказ от 3 июля 2014 года"), a beginning ("с 1 января"). This module does not know which document the text
//! belongs to, nor what follows from a contradiction.
//!
//! Figures are cumulative from 1 January, so a period is known by its last month. A text that is not understood does
//! not prove anything.
//!
//! ```
//! use domain::period_words::{Manner, contradiction, spoken};
//! let said = spoken("Отчет за январь — сентябрь 2022 года", Manner::Prose);
//! assert!(contradiction(&said, "2022-Q3".parse().unwrap()).is_none());
//! assert_eq!(contradiction(&said, "2022-M12".parse().unwrap()).unwrap().words, "январь — сентябрь 2022 года");
//! ```

mod aside;
mod days;
mod lexicon;
mod parse;
mod scan;
#[cfg(test)]
mod tests;

use chrono::{Datelike, Months, NaiveDate};

use parse::Parser;

use crate::{Period, Periodicity};

/// The longest text that is read, in bytes. A title or a line of a cover has some 300 characters.
const LONGEST: usize = 2_000;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Sentences: a bare number is not a year, and a date means a period only after "на" or a similar word.
    Prose,
    /// The name of a file: bare years, `202209`, `092022`, `2022_09`.
    Name,
    /// A field that contains only a date or a period: serial numbers of spreadsheets and instants too.
    Field,
}

/// A period in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpokenPeriod {
    pub says: PeriodSays,
    /// The words of the text.
    pub words: String,
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonth {
    pub year: i32,
    pub month: u32,
}

/// What a text says about a period, and how exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeriodSays {
    /// The last month of the period; several if the words leave it open ("полугодие 2022 года").
    Ends(Vec<YearMonth>),
    /// The last month, without a year ("за 9 месяцев").
    Months(Vec<u32>),
    /// Only a year.
    Year(i32),
    /// A day on which something was made.
    Made(NaiveDate),
}

impl YearMonth {
    const fn ends(self, period: Period) -> bool {
        self.year == period.year() && self.month == period.last_month()
    }

    /// The month as a period.
    #[must_use]
    pub fn period(self) -> Option<Period> {
        Period::new(self.year, Periodicity::Month, self.month)
    }

    fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }
}

impl PeriodSays {
    /// Whether this can be said of a document about a period. A bare year contradicts only another year. A document
    /// that was made within the year, but before the period's last month, contains less than the period.
    #[must_use]
    pub fn fits(&self, period: Period) -> bool {
        match self {
            Self::Ends(ends) => ends.iter().any(|end| end.ends(period)),
            Self::Months(months) => months.contains(&period.last_month()),
            Self::Year(year) => *year == period.year(),
            Self::Made(day) => {
                let new_year = day.ordinal() == 1;
                new_year || day.year() != period.year() || day.month() >= period.last_month()
            }
        }
    }

    /// The last month of the period, if the text gives exactly one.
    #[must_use]
    pub fn month(&self) -> Option<Period> {
        match self {
            Self::Ends(ends) => ends.first().filter(|_| ends.len() == 1).and_then(|end| end.period()),
            _ => None,
        }
    }

    /// Whether it gives the month and the year.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        matches!(self, Self::Ends(_))
    }

    fn last(&self) -> Option<YearMonth> {
        match self {
            Self::Ends(ends) => ends.iter().max().copied(),
            _ => None,
        }
    }
}

/// The periods in a text, in its order.
#[must_use]
pub fn spoken(text: &str, manner: Manner) -> Vec<SpokenPeriod> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    if manner == Manner::Field
        && let Some(day) = days::of_field(text.trim())
    {
        return vec![SpokenPeriod { says: as_of(day), words: text.trim().to_owned() }];
    }
    let tokens = scan::scan(text);
    let mut found = Parser::new(&tokens, manner).all();
    parse::give_year(&mut found);
    let kept = found.iter().enumerate().filter_map(|(place, one)| {
        let before = place.checked_sub(1).map_or(0, |before| found[before].to);
        let after = found.get(place + 1).map_or(tokens.len(), |after| after.from);
        let says = aside::says(&tokens, one, (before, after), manner)?;
        let (from, to) = (tokens.get(one.from)?.from, tokens.get(one.to.checked_sub(1)?)?.to);
        Some(SpokenPeriod { says, words: text.get(from..to)?.split_whitespace().collect::<Vec<_>>().join(" ") })
    });
    kept.collect()
}

/// The period in a text that contradicts another one. Of several periods the one that ends last counts: the figures run
/// up to it, and are compared with the others.
#[must_use]
pub fn contradiction(said: &[SpokenPeriod], period: Period) -> Option<&SpokenPeriod> {
    if let Some(last) = latest(said) {
        return (!last.says.fits(period)).then_some(last);
    }
    let years = said.iter().filter(|one| matches!(one.says, PeriodSays::Year(_)));
    let months = said.iter().filter(|one| matches!(one.says, PeriodSays::Months(_)));
    let made = said.iter().filter(|one| matches!(one.says, PeriodSays::Made(_)));
    none_fits(years, period).or_else(|| none_fits(months, period)).or_else(|| none_fits(made, period))
}

/// The exact period that ends last.
#[must_use]
pub fn latest(said: &[SpokenPeriod]) -> Option<&SpokenPeriod> {
    said.iter().filter(|one| one.says.is_exact()).max_by_key(|one| one.says.last())
}

fn none_fits<'a>(said: impl Iterator<Item = &'a SpokenPeriod>, period: Period) -> Option<&'a SpokenPeriod> {
    let all: Vec<&SpokenPeriod> = said.collect();
    if all.iter().any(|one| one.says.fits(period)) { None } else { all.last().copied() }
}

/// The period of figures as of a day. The first day of a month is the day after the period. The last day of a month is
/// the end of the period. Any other day is in the period's last month, or in the month after it, in which the report is
/// made.
pub(super) fn as_of(day: NaiveDate) -> PeriodSays {
    let month = YearMonth::of(day);
    let before = day.checked_sub_months(Months::new(1)).map_or(month, YearMonth::of);
    let is_last = day.succ_opt().is_some_and(|next| next.day() == 1);
    PeriodSays::Ends(match () {
        () if day.day() == 1 => vec![before],
        () if is_last => vec![month],
        () => vec![before, month],
    })
}
