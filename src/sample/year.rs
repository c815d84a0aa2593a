//! The course of a year, and of several years.
//!
//! In come a month or a year and random numbers; out come shares. This module does not know forms and places.

use super::chance::Chance;

/// The first year with figures. Its opening stocks are random; later ones are carried over.
pub(super) const FIRST_YEAR: i32 = 2019;

/// The last year that the office publishes.
pub(super) const LAST_YEAR: i32 = 2027;

/// The weights of the months: winters are quieter. They are made up.
const SEASON: [f64; 12] = [0.92, 0.89, 1.01, 1.0, 1.03, 1.05, 1.06, 1.03, 1.04, 1.06, 0.97, 0.94];

/// The share of a year's cases that have come by the end of each month 0 to 12. It rises from 0 to 1 and never falls.
pub(super) fn come(chance: Chance) -> [f64; 13] {
    let mut sums = [0.0; 13];
    for (month, weight) in SEASON.iter().enumerate() {
        sums[month + 1] = sums[month] + weight * chance.word("season").number(month as u64).between(0.96, 1.04);
    }
    let year = sums[12];
    let mut come = sums.map(|sum| sum / year);
    come[12] = 1.0;
    come
}

/// The share of the cases that can be finished in a year that is finished after so many months. It rises fast at first,
/// and is 1 after twelve months.
pub(super) fn finished(months: u32) -> f64 {
    let part = f64::from(months.min(12)) / 12.0;
    1.18 * part / (0.18 + part)
}

/// How much larger or smaller a year is than the first year. Each year differs by at most `step` from the year before.
pub(super) fn trend(chance: Chance, year: i32, step: f64) -> f64 {
    (FIRST_YEAR..year)
        .fold(1.0, |size, past| size * (1.0 + chance.word("trend").number(past as u64).between(-step, step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_year_falls() {
        let come = come(Chance::seeded(1));
        assert!(come.windows(2).all(|w| w[0] < w[1]) && come[0] == 0.0);
        assert!((1..=12).all(|m| finished(m - 1) < finished(m)));
        assert!((finished(12) - 1.0).abs() < 1e-9);
    }
}
