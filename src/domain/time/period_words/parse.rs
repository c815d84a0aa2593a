//! Periods in the pieces of a text, one after another. In: numbers, words and signs. Out: periods as they are written.
//! This module does not know what a period is said of.

use chrono::NaiveDate;

use super::{
    Manner,
    lexicon::{BETWEEN, JOINTS, Meaning, YEAR_BEFORE, meaning, roman},
    scan::{Kind, Token},
};
use crate::Period;

/// A period as it is written, before it is known what it is said of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    Day(NaiveDate),
    /// A year and the months that its period can end with.
    Ends(i32, Vec<u32>),
    /// The last month, without a year; several if the words leave it open.
    Months(Vec<u32>),
    Year(i32),
    /// A month and a day without a year.
    DayOf(u32, u32),
}

/// A period, and the places of its pieces; `to` is the place after the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) raw: Raw,
    pub(super) from: usize,
    pub(super) to: usize,
    /// A Kazakh day in the dative: "as of".
    pub(super) dative: bool,
}

/// Gives days without a year the year of the text, if it has exactly one: "с начала 2022 года по 30 сентября".
pub(super) fn give_year(found: &mut [Found]) {
    let years: Vec<i32> =
        found.iter().filter_map(|one| if let Raw::Year(year) = one.raw { Some(year) } else { None }).collect();
    let [year] = years[..] else { return };
    for one in found {
        if let Raw::DayOf(month, day) = one.raw
            && let Some(day) = NaiveDate::from_ymd_opt(year, month, day)
        {
            one.raw = Raw::Day(day);
        }
    }
}

pub(super) struct Parser<'t> {
    tokens: &'t [Token],
    pub(super) manner: Manner,
}

impl<'t> Parser<'t> {
    pub(super) const fn new(tokens: &'t [Token], manner: Manner) -> Self {
        Self { tokens, manner }
    }

    pub(super) fn all(&self) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let here = self.day(at).or_else(|| self.numbers(at)).or_else(|| self.stretch(at)).or_else(|| self.year(at));
            let Some(mut here) = here.filter(|here| here.to > at) else {
                at += 1;
                continue;
            };
            at = here.to;
            // A year before it belongs to it: `2022 жылғы 9 ай`, `2022 год, III квартал`.
            if let Some(last) = found.last().filter(|last| matches!(last.raw, Raw::Year(_)))
                && self.only_signs(last.to, here.from)
            {
                let own = matches!(here.raw, Raw::Day(_) | Raw::Ends(..)) && self.year_before(here.from).is_some();
                match (&last.raw, &here.raw) {
                    (Raw::Year(year), Raw::Months(months)) => {
                        here = Found { raw: Raw::Ends(*year, months.clone()), from: last.from, ..here };
                        found.pop();
                    }
                    _ if own => {
                        here.from = last.from;
                        found.pop();
                    }
                    _ => {}
                }
            }
            found.push(here);
        }
        found
    }

    pub(super) fn number(&self, at: usize) -> Option<(u64, usize)> {
        match self.tokens.get(at)?.kind {
            Kind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        match &self.tokens.get(at)?.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn mark(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    pub(super) fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    pub(super) fn meaning(&self, at: usize) -> Option<Meaning> {
        meaning(self.word(at)?)
    }

    fn only_signs(&self, from: usize, to: usize) -> bool {
        to - from <= 2 && (from..to).all(|at| self.mark(at).is_some_and(|c| ".,:_-–—(«\"".contains(c)))
    }

    /// A year of four digits.
    fn bare_year(&self, at: usize) -> Option<i32> {
        let (value, digits) = self.number(at)?;
        let year = i32::try_from(value).ok()?;
        (digits == 4 && Period::YEARS.contains(&year)).then_some(year)
    }

    /// A year with the word for it, and the place after it. Of several years the last counts: `2021 – 2022 годы`.
    pub(super) fn year_at(&self, at: usize) -> Option<(i32, usize)> {
        let mut to = at + 1;
        let mut year = if let Some(year) = self.bare_year(at) {
            year
        } else {
            // `22 г.`; in names `сент22`.
            let (value, digits) = self.number(at)?;
            let in_name = self.manner == Manner::Name && self.glued(at);
            let said = self.meaning(at + 1) == Some(Meaning::Year) || in_name;
            2000 + i32::try_from(value).ok().filter(|year| said && digits == 2 && (10..=40).contains(year))?
        };
        while let Some((next, after)) = self.joint(to).and_then(|next| Some((self.bare_year(next)?, next + 1))) {
            year = year.max(next);
            to = after;
        }
        if self.meaning(to) == Some(Meaning::Year) {
            to += 1;
        }
        Some((year, to))
    }

    /// The year before a place, with its Kazakh word: `2022 жылғы`.
    pub(super) fn year_before(&self, at: usize) -> Option<i32> {
        let dot = usize::from(at >= 1 && self.mark(at - 1) == Some('.'));
        let word = at.checked_sub(1 + dot)?;
        self.word(word).filter(|word| YEAR_BEFORE.has(word))?;
        self.bare_year(word.checked_sub(1)?)
    }

    /// The place after what joins two ends: a dash, a comma, "и", "по".
    fn joint(&self, at: usize) -> Option<usize> {
        let signs = (at..self.tokens.len()).take_while(|at| self.mark(*at).is_some_and(|c| "-–—―−‑,/.…".contains(c)));
        let after = at + signs.count().min(3);
        if self.word(after).is_some_and(|word| JOINTS.has(word)) {
            return Some(after + 1);
        }
        (after > at).then_some(after)
    }

    /// `2022-09`, `09.2022`, `2022-M09`, `2022Q3`, `202209`.
    fn numbers(&self, at: usize) -> Option<Found> {
        let found = |raw, to| Some(Found { raw, from: at, to, dative: false });
        let month = |at: usize| {
            let (value, digits) = self.number(at)?;
            let month = u32::try_from(value).ok().filter(|month| digits <= 2 && (1..=12).contains(month))?;
            (digits == 2 || self.manner == Manner::Field).then_some(month)
        };
        let sign = |at: usize| self.mark(at).is_some_and(|c| "./-–_".contains(c));
        let numbered = at.checked_sub(1).is_some_and(|before| self.mark(before) == Some('№'));
        if numbered {
            return None;
        }
        if let Some(year) = self.bare_year(at) {
            let dash = usize::from(sign(at + 1));
            if let (Some(letter), Some((value, _))) = (self.word(at + 1 + dash), self.number(at + 2 + dash)) {
                let index = u32::try_from(value).ok().filter(|_| self.glued(at + 2 + dash))?;
                let months = match letter {
                    "M" => index,
                    "Q" => index * 3,
                    "S" | "H" => index * 6,
                    "A" => index * 12,
                    _ => 0,
                };
                if (1..=12).contains(&months) {
                    return found(Raw::Ends(year, vec![months]), at + 3 + dash);
                }
            }
            let form = |at: usize| self.glued(at) && self.word(at).is_some();
            let is_number = |at: usize| sign(at) && self.glued(at) && self.number(at + 1).is_some() && !form(at + 2);
            if let Some(month) = month(at + 2).filter(|_| sign(at + 1) && !is_number(at + 3)) {
                return found(Raw::Ends(year, vec![month]), at + 3);
            }
            let apart = self.manner == Manner::Name && !self.glued(at + 1);
            if let Some(month) = month(at + 1).filter(|_| apart) {
                return found(Raw::Ends(year, vec![month]), at + 2);
            }
        }
        if let Some(month) = month(at) {
            let own = at.checked_sub(1).is_none_or(|before| !sign(before) || self.manner == Manner::Name);
            if let Some((year, to)) = self.year_at(at + 2).filter(|_| sign(at + 1) && own && self.glued(at + 2)) {
                return found(Raw::Ends(year, vec![month]), to);
            }
            let apart = self.manner == Manner::Name && !self.glued(at + 1);
            if let Some((year, to)) = self.year_at(at + 1).filter(|_| apart) {
                return found(Raw::Ends(year, vec![month]), to);
            }
        }
        self.compact(at)
    }

    /// A stretch of months, with its year if it has one.
    fn stretch(&self, at: usize) -> Option<Found> {
        let (months, to, own_year) = self.months_named(at).or_else(|| {
            let (months, to) = self.counted(at).or_else(|| self.lettered(at)).or_else(|| self.bare_half(at))?;
            Some((months, to, None))
        })?;
        if self.year_before(at).is_some() {
            return Some(Found { raw: Raw::Months(months), from: at, to, dative: false });
        }
        if let Some((year, after)) = self.year_after(to) {
            return Some(Found { raw: Raw::Ends(year, months), from: at, to: after, dative: false });
        }
        let raw = own_year.map_or_else(|| Raw::Months(months.clone()), |year| Raw::Ends(year, months.clone()));
        Some(Found { raw, from: at, to, dative: false })
    }

    /// The year after a stretch, with a few signs and words between.
    fn year_after(&self, to: usize) -> Option<(i32, usize)> {
        let between = |at: usize| {
            self.mark(at).is_some_and(|c| ".,:_-–—«»\"'()".contains(c))
                || self.word(at).is_some_and(|word| BETWEEN.has(word))
        };
        let skipped = (to..self.tokens.len()).take_while(|at| between(*at)).count();
        if skipped > 4 {
            return None;
        }
        let at = to + skipped;
        // The first number of a date is not the year of what is before it.
        if self.day(at).is_some() {
            return None;
        }
        // In Kazakh a year belongs to what follows it: `9 ай 2021 жылғы 9 айда`.
        self.year_at(at)
    }

    /// `январь-сентябрь`, `январь 2022 – сентябрь`, `сентябрь`: the last month counts.
    fn months_named(&self, at: usize) -> Option<(Vec<u32>, usize, Option<i32>)> {
        let Some(Meaning::Month(mut month)) = self.meaning(at) else { return None };
        let (mut to, mut year) = (at + 1, None);
        loop {
            let mut next = to;
            while self.mark(next) == Some('.') || self.word(next).is_some_and(|word| BETWEEN.has(word)) {
                next += 1;
            }
            let after_year = self.year_at(next);
            let from = after_year.map_or(next, |(_, to)| to);
            let from = if self.mark(from) == Some('.') { from + 1 } else { from };
            // `сентябрь 2022 / сентябрь 2021`: two periods.
            if after_year.is_some() && self.mark(from) == Some('/') {
                break;
            }
            let from = self.joint(from).unwrap_or(from);
            let Some(Meaning::Month(later)) = self.meaning(from) else { break };
            if let Some((said, _)) = after_year {
                year = Some(said);
            }
            (month, to) = (later, from + 1);
        }
        Some((vec![month], to, year))
    }

    /// `9 месяцев`, `девять месяцев`, `III квартал`, `1-ое полугодие`, `I–III кварталы`, `3-тоқсан`.
    fn counted(&self, at: usize) -> Option<(Vec<u32>, usize)> {
        let (mut count, mut to) = self.count(at)?;
        while let Some((later, after)) = self.joint(to).and_then(|next| self.count(next)) {
            (count, to) = (count.max(later), after);
        }
        // `9 (девять) месяцев`
        if self.mark(to) == Some('(')
            && let Some((_, after)) = self.count(to + 1)
            && self.mark(after) == Some(')')
        {
            to = after + 1;
        }
        if self.mark(to).is_some_and(|c| "-–‑.".contains(c)) {
            to += 1;
        }
        let half = |to| (count <= 2).then(|| (vec![count * 6], to));
        match self.meaning(to) {
            Some(Meaning::Months) => Some((vec![count], to + 1)),
            Some(Meaning::Quarter) => (count <= 4).then(|| (vec![count * 3], to + 1)),
            Some(Meaning::Half | Meaning::HalfNumbered) => half(to + 1),
            Some(Meaning::HalfOf) if self.word(to + 1).is_some_and(|word| word.starts_with("ЖЫЛ")) => half(to + 2),
            _ => {
                let half_year = self.word(to) == Some("П") && self.mark(to + 1) == Some('/');
                half(to + 3).filter(|_| half_year && self.word(to + 2) == Some("Г"))
            }
        }
    }

    /// `Q3`, `3Q`, `H1`.
    fn lettered(&self, at: usize) -> Option<(Vec<u32>, usize)> {
        let small =
            |at: usize| self.number(at).and_then(|(value, digits)| u32::try_from(value).ok().filter(|_| digits == 1));
        let (letter, index) = match (self.word(at), small(at)) {
            (Some(letter), _) => (letter, small(at + 1).filter(|_| self.glued(at + 1))?),
            (None, Some(index)) => (self.word(at + 1).filter(|_| self.glued(at + 1))?, index),
            _ => return None,
        };
        match (letter, index) {
            ("Q", 1..=4) => Some((vec![index * 3], at + 2)),
            ("H", 1..=2) if self.word(at).is_some() => Some((vec![index * 6], at + 2)),
            _ => None,
        }
    }

    /// A half-year without a number: either of the two.
    fn bare_half(&self, at: usize) -> Option<(Vec<u32>, usize)> {
        (self.meaning(at) == Some(Meaning::Half)).then(|| (vec![6, 12], at + 1))
    }

    /// A number from 1 to 12: digits, with or without the ending of an ordinal, Roman, or a word.
    fn count(&self, at: usize) -> Option<(u32, usize)> {
        if let Some((value, digits)) = self.number(at) {
            let value = u32::try_from(value).ok().filter(|value| digits <= 2 && (1..=12).contains(value))?;
            return Some((value, self.after_ending(at + 1)));
        }
        match self.meaning(at) {
            // Kazakh `он бір`, `он екі`.
            Some(Meaning::Count(10)) => match self.meaning(at + 1) {
                Some(Meaning::Count(more @ 1..=2)) => Some((10 + more, at + 2)),
                _ => Some((10, at + 1)),
            },
            Some(Meaning::Count(count)) => Some((count, at + 1)),
            _ => Some((roman(self.word(at)?)?, self.after_ending(at + 1))),
        }
    }

    /// A year alone.
    fn year(&self, at: usize) -> Option<Found> {
        let year = self.bare_year(at)?;
        let (last, to) = self.year_at(at)?;
        let said = self.meaning(to - 1) == Some(Meaning::Year);
        let before = at.checked_sub(1);
        let announced = before.and_then(|before| self.meaning(before)) == Some(Meaning::Year)
            || before.and_then(|before| self.word(before)).is_some_and(|word| ["ЗA", "FOR", "IN"].contains(&word));
        let alone = self.tokens.len() == 1 && self.manner == Manner::Prose;
        if self.manner == Manner::Prose && !said && !announced && !alone {
            return None;
        }
        let glued_letter = |at: usize| self.glued(at) && self.word(at).is_some_and(|word| word != "Г" && word != "Ж");
        if self.manner == Manner::Name
            && !said
            && (glued_letter(at + 1) || (self.glued(at) && before.is_some_and(|b| self.word(b).is_some())))
        {
            return None;
        }
        // Each of several years is a result of its own, because any of them may be meant.
        if last == year {
            return Some(Found { raw: Raw::Year(year), from: at, to, dative: false });
        }
        Some(Found { raw: Raw::Year(year), from: at, to: at + 1, dative: false })
    }
}
