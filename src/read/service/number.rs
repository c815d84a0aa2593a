//! Reads the numbers of services exactly: a double is never used where it would be another number.
//!
//! In come a token or a text, and the measure of its column; out comes a number, or why it is not one. This module does
//! not know the row or the column.

use domain::{Doubt, Measure, Number, NumberError, Spelled, spell};

/// How many digits always fit into an `i64`.
const PLAIN_DIGITS: usize = 15;
/// The most digits of a decimal; no figure of a form has more.
const MOST_DIGITS: usize = 40;

/// The number of a JSON token in a column of this measure, and whether noise was left out. A number with at most three
/// decimals is exact; a longer one is read as a spreadsheet shows it (`18453.949000000001` is 18453.949).
///
/// # Errors
/// When it is beyond 2^53 − 1 (also `1e400`), or finer than three decimals.
#[inline]
pub(super) fn of_token(token: &str, measure: Measure) -> Result<(Number, bool), NumberError> {
    plain(token.as_bytes()).map_or_else(|| of_any_token(token, measure), |number| Ok((number, false)))
}

/// The number of a text in a column of this measure: see [`spell`].
///
/// # Errors
/// When the text is not one certain number.
#[inline]
pub(super) fn of_text(text: &str, measure: Measure) -> Result<Spelled, Doubt> {
    // The meaning of a point depends on the column; that of digits alone does not.
    let is_certain = measure == Measure::ThousandTenge || !text.as_bytes().contains(&b'.');
    if let Some(number) = plain(text.as_bytes()).filter(|_| is_certain) {
        return Ok(Spelled { number: Some(number), remark: None });
    }
    if text.len() > 2 * MOST_DIGITS {
        return Err(if text.contains(char::is_numeric) { Doubt::Digits } else { Doubt::Word });
    }
    spell(text, Some(measure))
}

/// A number with few digits and at most three decimals, as in nearly every cell. Does not allocate.
#[inline]
fn plain(bytes: &[u8]) -> Option<Number> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > PLAIN_DIGITS || !digits[0].is_ascii_digit() {
        return None;
    }
    let mut value: i64 = 0;
    let mut point = None;
    for (place, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(place),
            _ => return None,
        }
    }
    let value = if negative { -value } else { value };
    let Some(point) = point else { return Some(Number::count(value)) };
    let thousandths = match digits.len() - point - 1 {
        1 => value * 100,
        2 => value * 10,
        3 => value,
        _ => return None,
    };
    // The two added places may exceed what a cell holds. The slow path reports that.
    (thousandths.abs() <= 1_000_000_000_000_000).then(|| Number::thousandths(thousandths))
}

/// The number of any JSON token, also with an exponent or many digits.
fn of_any_token(token: &str, measure: Measure) -> Result<(Number, bool), NumberError> {
    let (decimal, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (negative, decimal) = match decimal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, decimal),
    };
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    let digits: String = [whole, fraction.trim_end_matches('0')].concat();
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok((Number::ZERO, false));
    }
    let is_small = exponent.starts_with('-');
    let out_of_reach =
        || if is_small { NumberError::TooFine(token.to_owned()) } else { NumberError::TooLarge(token.to_owned()) };
    // No figure has more digits or a larger exponent. So the sum below cannot overflow.
    let exponent: i64 = exponent.trim_start_matches('+').parse().map_err(|_| out_of_reach())?;
    if exponent.abs() > 400 || digits.len() > 800 {
        return Err(out_of_reach());
    }
    // The value is `digits` × 10^`scale`.
    let scale = exponent - (digits.len() - whole.len()) as i64;
    let trimmed = significant.trim_end_matches('0');
    let scale = scale + (significant.len() - trimmed.len()) as i64;
    let places = trimmed.len() as i64 + scale;
    if places > 16 {
        return Err(NumberError::TooLarge(token.to_owned()));
    }
    if scale < -3 {
        return by_double(token, measure).ok_or_else(|| NumberError::TooFine(token.to_owned()));
    }
    let zeros = "0".repeat(usize::try_from(scale).unwrap_or(0));
    let whole_part = format!("{trimmed}{zeros}");
    let decimals = usize::try_from(-scale).unwrap_or(0);
    let padded = format!("{whole_part:0>width$}", width = decimals + 1);
    let (before, after) = padded.split_at(padded.len() - decimals);
    let sign = if negative { "-" } else { "" };
    let point = if after.is_empty() { "" } else { "." };
    let exact: Result<Number, NumberError> = format!("{sign}{before}{point}{after}").parse();
    exact.map(|number| (number, false)).map_err(|_| NumberError::TooLarge(token.to_owned()))
}

/// The number that this text means as a double; `None` if it is really finer than three decimals. A zero with other
/// digits is too small for a double; it is not noise.
fn by_double(text: &str, measure: Measure) -> Option<(Number, bool)> {
    let value: f64 = text.parse().ok()?;
    if value == 0.0 { None } else { Number::from_noisy(value, Some(measure)).ok() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(text: &str) -> String {
        of_token(text, Measure::Count).map_or_else(|error| error.to_string(), |(number, _)| number.to_string())
    }

    fn text(text: &str) -> Option<String> {
        of_text(text, Measure::ThousandTenge).ok()?.number.map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_exact() {
        for (sent, meant) in [
            ("0", "0"),
            ("-0", "0"),
            ("12.000", "12"),
            ("12.5", "12.5"),
            ("-12.050", "-12.05"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("1234e-3", "1.234"),
            ("0.0010e3", "1"),
            ("12000e-3", "12"),
            ("9007199254740991", "9007199254740991"),
            ("9007199254740.991", "9007199254740.991"),
            ("18453.949000000001", "18453.949"),
            ("0.30000000000000000000000000000000000000000", "0.3"),
        ] {
            assert_eq!(token(sent), meant, "{sent}");
        }
    }

    #[test]
    fn what_cannot_be_held_exactly_is_refused() {
        for large in [
            "9007199254740992",
            "9007199254740993",
            "18446744073709551616",
            "1e400",
            "-1e400",
            "1e99999999999999999999",
            "1e16",
        ] {
            assert!(
                matches!(of_token(large, Measure::Count), Err(NumberError::TooLarge(_))),
                "{large} {}",
                token(large)
            );
        }
        for fine in ["0.3333333333333333", "1e-400", "0.0001", "1e-9999999999999999999"] {
            assert!(matches!(of_token(fine, Measure::Count), Err(NumberError::TooFine(_))), "{fine} {}", token(fine));
        }
    }

    #[test]
    fn texts_are_read_as_people_write_them() {
        for (sent, meant) in
            [("1 234,5", "1234.5"), ("12.000", "12"), (" 7 ", "7"), ("18453,949000000001", "18453.949")]
        {
            assert_eq!(text(sent).as_deref(), Some(meant), "{sent}");
        }
        for wrong in ["-", "х", "1e3", "12 34", "NaN", "1.234.567", "0x10", "1,2,3"] {
            assert!(of_text(wrong, Measure::ThousandTenge).is_err(), "{wrong}");
        }
        for doubtful in ["12.000", "21,900", "3.9"] {
            assert!(of_text(doubtful, Measure::Count).is_err(), "{doubtful}");
        }
        assert_eq!(of_text("12", Measure::Count).unwrap().number, Some(Number::count(12)));
    }

    #[test]
    fn noise_is_left_out() {
        assert_eq!(of_token("2190.0000000001", Measure::Count).unwrap(), (Number::count(2190), true));
        assert_eq!(of_token("0.30000000000000004", Measure::ThousandTenge).unwrap().0.to_string(), "0.3");
        assert_eq!(of_token("5.6843418860808015E-14", Measure::Count).unwrap(), (Number::ZERO, true));
        assert!(of_token("39.001", Measure::Count).is_ok_and(|(number, _)| !number.is_whole()));
    }

    proptest! {
        #[test]
        fn every_figure_of_a_form_survives(thousandths in -9_007_199_254_740_991_i64..=9_007_199_254_740_991) {
            let number = Number::thousandths(thousandths);
            let (of_token, noise) = of_token(&number.to_string(), Measure::ThousandTenge).unwrap();
            prop_assert_eq!((of_token, noise), (number, false));
            prop_assert_eq!(of_text(&number.to_string(), Measure::ThousandTenge).unwrap().number, Some(number));
        }

        #[test]
        fn every_double_that_is_a_decimal_of_three_places_survives(thousandths in -1_000_000_000_000_i64..1_000_000_000_000) {
            let number = Number::thousandths(thousandths);
            let token = format!("{:.17e}", number.as_f64());
            prop_assert_eq!(of_token(&token, Measure::ThousandTenge).unwrap(), (number, false));
        }

        #[test]
        fn no_text_is_read_as_another_number(text in "[-0-9.eE ,]{0,24}") {
            let ours = of_token(&text, Measure::ThousandTenge);
            if let (Ok((ours, noise)), Ok(double)) = (ours, text.parse::<f64>()) {
                let beside = if noise { 1e-9 } else { double.abs() * 1e-14 };
                prop_assert!((ours.as_f64() - double).abs() <= beside, "{} {}", text, ours);
            }
        }
    }
}
