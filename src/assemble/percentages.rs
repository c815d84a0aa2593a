//! Exact arithmetic of derived figures: changes, shares, rates. No value is converted to a floating-point number.
//!
//! Percentages have one decimal, levels as many as they need, rounded half away from zero from the exact quotient.

use domain::Number;

/// A figure compared with that of the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// Tenths of a per cent: −26 is −2.6 %.
    Percent(i64),
    /// More than doubled; tenths of a multiple: 23 is "2.3 times".
    Times(i64),
    /// The figure of the year before is zero, negative, or too small to compare with in per cent; printed "—".
    NoBase,
}

/// Growth from one figure to another, both in thousandths.
#[must_use]
pub fn growth(now: i64, ago: i64) -> Growth {
    let (wide_now, wide_ago) = (i128::from(now), i128::from(ago));
    // A percentage of a negative base says nothing.
    if ago <= 0 {
        return Growth::NoBase;
    }
    if wide_now > 2 * wide_ago {
        return quotient(wide_now * 10, wide_ago).map_or(Growth::NoBase, Growth::Times);
    }
    quotient((wide_now - wide_ago) * 1000, wide_ago).map_or(Growth::NoBase, Growth::Percent)
}

/// The change from one figure to another in tenths of a per cent, however large; `None` from a base not above zero.
#[must_use]
pub fn percent(now: Number, ago: Number) -> Option<i64> {
    let (now, ago) = (i128::from(now.in_thousandths()?), i128::from(ago.in_thousandths()?));
    (ago > 0).then(|| quotient((now - ago) * 1000, ago))?
}

/// `part` as a share of `whole`, in tenths of a per cent; `None` where the whole is not above zero.
#[must_use]
pub fn share(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| quotient(i128::from(part) * 1000, i128::from(whole)))?
}

/// The difference of two shares in tenths of a percentage point, rounded once; `None` where a whole is not above zero.
#[must_use]
pub fn points(part: i64, whole: i64, part_ago: i64, whole_ago: i64) -> Option<i64> {
    if whole <= 0 || whole_ago <= 0 {
        return None;
    }
    let [part, whole, part_ago, whole_ago] = [part, whole, part_ago, whole_ago].map(i128::from);
    let numerator = part.checked_mul(whole_ago)?.checked_sub(part_ago.checked_mul(whole)?)?;
    quotient(numerator.checked_mul(1000)?, whole.checked_mul(whole_ago)?)
}

/// A level: a decimal of so many places. 1266 of one place is 126.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    pub digits: i64,
    /// From 1 to 3.
    pub places: u8,
}

impl Level {
    /// The level in thousandths.
    #[must_use]
    pub const fn in_thousandths(self) -> i64 {
        self.digits * 10_i64.pow(3_u32.saturating_sub(self.places as u32))
    }

    /// The level for a cell.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.digits as f64 / f64::from(10_u32.pow(u32::from(self.places)))
    }

    /// As a plain decimal: `126.6`, `-0.05`.
    #[must_use]
    pub fn plain(self) -> String {
        let (sign, one) = (if self.digits < 0 { "-" } else { "" }, 10_u64.pow(u32::from(self.places)));
        let digits = self.digits.unsigned_abs();
        format!("{sign}{}.{:0places$}", digits / one, digits % one, places = usize::from(self.places))
    }
}

/// How many places levels need that are at most so high, so that the highest has three digits.
#[must_use]
pub const fn places(highest: Level) -> u8 {
    match highest.in_thousandths() {
        10_000.. => 1,
        1_000..10_000 => 2,
        _ => 3,
    }
}

/// A figure (in thousandths) per 10,000 inhabitants; `None` without inhabitants.
#[must_use]
pub fn per_10_000(thousandths: i64, persons: u64, places: u8) -> Option<Level> {
    // thousandths / 1000 × 10,000 = thousandths × 10.
    let numerator = i128::from(thousandths) * 10_i128.pow(1 + u32::from(places));
    let digits = (persons > 0).then(|| quotient(numerator, i128::from(persons)))??;
    Some(Level { digits, places })
}

/// The exact rate as a fraction that orders without rounding: `a` per `p` against `b` per `q`.
#[must_use]
pub fn cmp_rates(a: (i64, u64), b: (i64, u64)) -> std::cmp::Ordering {
    let left = i128::from(a.0) * i128::from(b.1);
    left.cmp(&(i128::from(b.0) * i128::from(a.1)))
}

/// The quotient rounded half away from zero; `None` on division by zero or beyond an `i64`.
fn quotient(numerator: i128, denominator: i128) -> Option<i64> {
    if denominator == 0 {
        return None;
    }
    let negative = (numerator < 0) != (denominator < 0);
    let (numerator, denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let rounded = i64::try_from((numerator * 2 + denominator) / (denominator * 2)).ok()?;
    Some(if negative { -rounded } else { rounded })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn growth_is_rounded_half_away_from_zero() {
        assert_eq!(growth(2_133_000, 2_191_000), Growth::Percent(-26));
        assert_eq!(growth(1_005_000, 1_000_000), Growth::Percent(5));
        assert_eq!(growth(100_050, 100_000), Growth::Percent(1));
        assert_eq!(growth(99_950, 100_000), Growth::Percent(-1));
        assert_eq!(growth(200, 100), Growth::Percent(1000));
    }

    #[test]
    fn what_more_than_doubled_is_a_multiple() {
        assert_eq!(growth(234_000, 100_000), Growth::Times(23));
        assert_eq!(growth(2_001, 1_000), Growth::Times(20));
    }

    #[test]
    fn for_programs_a_multiple_is_a_percentage() {
        assert_eq!(percent(Number::count(234), Number::count(100)), Some(1340));
        assert_eq!(percent(Number::count(5), Number::ZERO), None);
    }

    #[test]
    fn from_zero_there_is_no_percentage() {
        assert_eq!(growth(5_000, 0), Growth::NoBase);
        assert_eq!(growth(0, 0), Growth::NoBase);
        assert_eq!(growth(5_000, -1_000), Growth::NoBase);
        assert_eq!(growth(0, 5_000), Growth::Percent(-1000));
    }

    #[test]
    fn the_level_is_per_ten_thousand_inhabitants() {
        // 17,144 offences on 1,354,435 inhabitants: 126.576…
        let level = per_10_000(17_144_000, 1_354_435, 1).unwrap();
        assert_eq!((level.digits, level.plain().as_str(), level.in_thousandths()), (1266, "126.6", 126_600));
        assert_eq!(per_10_000(17_144_000, 1_354_435, 3).unwrap().plain(), "126.577");
        assert_eq!(per_10_000(1, 0, 1), None);
    }

    #[test]
    fn low_levels_have_more_places() {
        let of = |digits| places(Level { digits, places: 3 });
        assert_eq!([126_600, 10_000, 9_999, 1_000, 999, 0].map(of), [1, 1, 2, 2, 3, 3]);
        assert_eq!(Level { digits: -5, places: 2 }.plain(), "-0.05");
    }

    proptest! {
        #[test]
        fn shares_of_a_whole_differ_from_a_hundred_by_rounding_alone(parts in prop::collection::vec(0_i64..1_000_000, 1..40)) {
            let whole: i64 = parts.iter().sum();
            prop_assume!(whole > 0);
            let sum: i64 = parts.iter().filter_map(|p| share(*p, whole)).sum();
            let slack = i64::try_from(parts.len()).unwrap();
            prop_assert!((sum - 1000).abs() <= slack);
        }

        #[test]
        fn growth_has_the_sign_of_the_change(now in 0_i64..1_000_000, ago in 1_i64..1_000_000) {
            match growth(now, ago) {
                Growth::Percent(tenths) => prop_assert!(tenths == 0 || (tenths > 0) == (now > ago)),
                Growth::Times(tenths) => prop_assert!(tenths >= 20),
                Growth::NoBase => prop_assert!(false),
            }
        }
    }
}
