//! Figures: an exact number, a blank, or a text that is not a number. In: doubles and digits. Out: exact decimals. This
//! module does not know the place of a figure.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};

use crate::{Doubt, Measure, Remark, Spelled, spell};

/// An exact decimal. Counts have no decimals; sums of money (thousand tenge) have up to three.
///
/// The value is `mantissa` × 10^-`scale`. `scale` is 0 or 3, and a number of scale 3 never ends in `.000`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    mantissa: i64,
    scale: u8,
}

/// Why a text or a double is not a number of a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("`{0}` is not a number")]
    NotANumber(String),
    #[error("`{0}` has more than three decimals")]
    TooFine(String),
    #[error("`{0}` is beyond 9,007,199,254,740,991")]
    TooLarge(String),
}

/// The largest integer that a spreadsheet cell (a double) holds without loss: 2^53 − 1.
const LARGEST: i64 = 9_007_199_254_740_991;
/// How far a sum of doubles may be from the number that it means, in the smallest units of its column.
const NOISE: f64 = 1e-6;

impl Number {
    pub const ZERO: Self = Self { mantissa: 0, scale: 0 };

    /// A whole number.
    #[must_use]
    pub const fn count(value: i64) -> Self {
        Self { mantissa: value, scale: 0 }
    }

    /// A number of thousandths.
    #[must_use]
    pub const fn thousandths(value: i64) -> Self {
        if value % 1000 == 0 { Self { mantissa: value / 1000, scale: 0 } } else { Self { mantissa: value, scale: 3 } }
    }

    /// The number that a spreadsheet shows for a stored double: rounded to 15 significant digits, then an exact decimal
    /// (`18453.949000000001` is 18453.949, `0.30000000000000004` is 0.3).
    ///
    /// # Errors
    /// The double is not finite, is too large, or has more than three decimals even when it is rounded.
    #[expect(clippy::float_cmp, reason = "the question is whether the stored double is this very decimal's")]
    pub fn from_double(value: f64) -> Result<Self, NumberError> {
        if !value.is_finite() {
            return Err(NumberError::NotANumber(value.to_string()));
        }
        if value.abs() > LARGEST as f64 {
            return Err(NumberError::TooLarge(value.to_string()));
        }
        if value.fract() == 0.0 {
            return Ok(Self::count(value as i64));
        }
        // A double of sixteen digits is accepted too, if it is exactly the double of a decimal with three places.
        let thousandths = (value * 1000.0).round();
        if thousandths.abs() <= LARGEST as f64 && thousandths / 1000.0 == value {
            return Ok(Self::thousandths(thousandths as i64));
        }
        let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
        let thousandths = (rounded * 1000.0).round();
        if thousandths.abs() <= LARGEST as f64 && thousandths / 1000.0 == rounded {
            return Ok(Self::thousandths(thousandths as i64));
        }
        Err(NumberError::TooFine(value.to_string()))
    }

    /// The decimal nearest to a double in a column of this measure, and whether rounding noise was removed that a
    /// spreadsheet would show. Sums of doubles differ a little from the exact number (`39.0000000001`, `5.7e-14`). A
    /// double within a millionth of the column's smallest unit (one for counts, a thousandth for all others) means that
    /// number of units.
    ///
    /// # Errors
    /// As [`Number::from_double`].
    pub fn from_noisy(value: f64, measure: Option<Measure>) -> Result<(Self, bool), NumberError> {
        let counts = measure.is_some_and(Measure::is_counted);
        let exact = Self::from_double(value);
        if exact.as_ref().is_ok_and(|number| number.is_whole() || !counts) {
            return exact.map(|number| (number, false));
        }
        let units = if counts { value } else { value * 1000.0 };
        let nearest = units.round();
        if nearest.abs() <= LARGEST as f64 && (units - nearest).abs() < NOISE {
            let number = if counts { Self::count(nearest as i64) } else { Self::thousandths(nearest as i64) };
            return Ok((number, true));
        }
        exact.map(|number| (number, false))
    }

    /// The number with these digits before and after the point.
    ///
    /// # Errors
    /// A character is not a digit, the number is too large, or it has more than three decimals.
    pub(super) fn of_digits(whole: &str, fraction: &str, negative: bool) -> Result<Self, NumberError> {
        let text = || format!("{}{whole}.{fraction}", if negative { "-" } else { "" });
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(NumberError::NotANumber(text()));
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 3 {
            return Err(NumberError::TooFine(text()));
        }
        let large = || NumberError::TooLarge(text());
        let whole: i64 = whole.parse().map_err(|_| large())?;
        let sign = if negative { -1 } else { 1 };
        if whole > LARGEST {
            return Err(large());
        }
        if fraction.is_empty() {
            return Ok(Self::count(sign * whole));
        }
        let thousandths: i64 = format!("{fraction:0<3}").parse().map_err(|_| large())?;
        let value = whole.checked_mul(1000).and_then(|w| w.checked_add(thousandths)).filter(|v| *v <= LARGEST);
        value.map(|v| Self::thousandths(sign * v)).ok_or_else(large)
    }

    /// Whether it has no decimals.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.scale == 0
    }

    /// The nearest double, which is written into a cell.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        if self.scale == 0 { self.mantissa as f64 } else { self.mantissa as f64 / 1000.0 }
    }

    /// Its value in thousandths; `None` beyond an `i64`.
    #[must_use]
    pub const fn in_thousandths(self) -> Option<i64> {
        if self.scale == 3 { Some(self.mantissa) } else { self.mantissa.checked_mul(1000) }
    }

    /// The mantissa and the scale, for a store that keeps figures in columns.
    #[must_use]
    pub const fn parts(self) -> (i64, u8) {
        (self.mantissa, self.scale)
    }

    /// The exact sum; `None` beyond an `i64` of thousandths.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.scale == 0 && other.scale == 0 {
            return self.mantissa.checked_add(other.mantissa).map(Self::count);
        }
        self.in_thousandths()?.checked_add(other.in_thousandths()?).map(Self::thousandths)
    }

    /// The exact difference; `None` beyond an `i64` of thousandths.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { mantissa: other.mantissa.checked_neg()?, scale: other.scale })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let wide = |n: &Self| i128::from(n.mantissa) * if n.scale == 0 { 1000 } else { 1 };
        wide(self).cmp(&wide(other))
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads a number as it is written in a column of money: an optional sign, digits, and at most three decimals after
    /// a point or a comma. Blanks may group thousands (`1 234,5`). [`crate::spell`] reads the texts of other columns.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        match spell(text, Some(Measure::ThousandTenge)) {
            Ok(Spelled { number: Some(number), remark: None }) => Ok(number),
            Err(Doubt::TooLarge) => Err(NumberError::TooLarge(text.to_owned())),
            Err(Doubt::TooFine) | Ok(Spelled { remark: Some(Remark::Noise), .. }) => {
                Err(NumberError::TooFine(text.to_owned()))
            }
            Ok(_) | Err(_) => Err(NumberError::NotANumber(text.to_owned())),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.mantissa);
        }
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let magnitude = self.mantissa.unsigned_abs();
        let text = format!("{sign}{}.{:03}", magnitude / 1000, magnitude % 1000);
        f.write_str(text.trim_end_matches('0'))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Serialized as a JSON number.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.scale == 0 { serializer.serialize_i64(self.mantissa) } else { serializer.serialize_f64(self.as_f64()) }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        match number.as_i64() {
            Some(whole) => Ok(Self::count(whole)),
            None => Self::from_double(number.as_f64().unwrap_or(f64::NAN)).map_err(serde::de::Error::custom),
        }
    }
}

/// The content of one cell of a form: a number, nothing, or a text that is not a number. An empty cell is not a zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Figure {
    #[default]
    Blank,
    Number(Number),
    Text(Arc<str>),
}

impl Figure {
    /// The number, if the cell has one.
    #[must_use]
    pub const fn number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Blank | Self::Text(_) => None,
        }
    }
}

impl From<Number> for Figure {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::excessive_precision, reason = "as the file stores it")]
    #[test]
    fn a_stored_double_gives_back_its_decimal() {
        let number = Number::from_double(18_453.949_000_000_001).unwrap();
        assert_eq!(number.to_string(), "18453.949");
        assert_eq!(number, "18453.949".parse().unwrap());
        assert_eq!(Number::from_double(28450.0).unwrap(), Number::count(28450));
        assert_eq!(Number::from_double(2_337_388.08).unwrap().to_string(), "2337388.08");
    }

    #[test]
    fn noise_of_doubles_is_what_excel_hides_or_a_millionth_of_a_unit() {
        let shown = |value| Number::from_double(value).unwrap().to_string();
        assert_eq!(shown(0.1 + 0.2), "0.3");
        assert_eq!(shown(65_978.345_000_000_03), "65978.345");
        assert_eq!(shown(146_933_471.347_000_03), "146933471.347");
        let meant = |value, measure| Number::from_noisy(value, measure).map(|(n, noise)| (n.to_string(), noise));
        let (counts, money) = (Some(Measure::Count), Some(Measure::ThousandTenge));
        assert_eq!(meant(39.000_000_000_1, counts), Ok(("39".into(), true)));
        assert_eq!(meant(39.000_000_000_1, None), Ok(("39".into(), true)));
        assert_eq!(meant(0.1 + 0.2 - 0.3, money), Ok(("0".into(), true)));
        assert_eq!(meant(0.3, money), Ok(("0.3".into(), false)));
        assert_eq!(meant(39.5, counts), Ok(("39.5".into(), false)));
        assert!(meant(39.000_001_1, counts).is_err());
        assert!(meant(0.0001, money).is_err());
    }

    #[test]
    fn what_is_no_decimal_of_three_places_is_refused() {
        assert_eq!(Number::from_double(1.0 / 3.0), Err(NumberError::TooFine("0.3333333333333333".into())));
        assert_eq!(Number::from_double(0.0001), Err(NumberError::TooFine("0.0001".into())));
        assert!(Number::from_double(f64::NAN).is_err());
        assert!(Number::from_double(1e300).is_err());
        for wrong in ["", "-", "1e3", "1,2,3", "12 34", "1 2345", "x", ".5", "5.", "NaN", "--1", "1.2345"] {
            assert!(wrong.parse::<Number>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn grouped_numbers_are_read() {
        assert_eq!("1 234,5".parse::<Number>().unwrap().to_string(), "1234.5");
        assert_eq!("1\u{a0}234\u{a0}567".parse::<Number>().unwrap(), Number::count(1_234_567));
        assert_eq!("−12".parse::<Number>().unwrap(), Number::count(-12));
    }

    #[test]
    fn sums_are_exact() {
        let tenth: Number = "0.1".parse().unwrap();
        let mut sum = Number::ZERO;
        for _ in 0..30 {
            sum = sum.plus(tenth).unwrap();
        }
        assert_eq!(sum, Number::count(3));
        assert_eq!("-0.5".parse::<Number>().unwrap().to_string(), "-0.5");
    }
}
