//! Numbers, days and periods in words, as a language writes them.

use chrono::{Datelike, NaiveDate};

use super::percentages::{Growth, Level};
use domain::{Number, Period};
use words::Lexicon;

/// A number as it is written in a text: `17 144`, `17,144`, `18 453,949`.
#[must_use]
pub fn number(number: Number, lexicon: &Lexicon) -> String {
    decimal(&number.to_string(), lexicon)
}

/// Tenths as a decimal: 1266 is `126,6`.
#[must_use]
pub fn tenths(tenths: i64, lexicon: &Lexicon) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let magnitude = tenths.unsigned_abs();
    decimal(&format!("{sign}{}.{}", magnitude / 10, magnitude % 10), lexicon)
}

/// A level with its places: `126,6`, `0,05`.
#[must_use]
pub fn level(level: Level, lexicon: &Lexicon) -> String {
    decimal(&level.plain(), lexicon)
}

/// A percentage in tenths: 126 is `12,6 %`.
#[must_use]
pub fn percent(value: i64, lexicon: &Lexicon) -> String {
    lexicon.percent(&tenths(value, lexicon))
}

/// Growth: `+12,3 %`, `−2,6 %`, `в 2,3 раза`, `—`.
#[must_use]
pub fn growth(growth: Growth, lexicon: &Lexicon) -> String {
    match growth {
        Growth::Percent(value) => {
            let plus = if value > 0 { "+" } else { "" };
            format!("{plus}{}", percent(value, lexicon))
        }
        Growth::Times(value) => lexicon.times(&tenths(value, lexicon)),
        Growth::NoBase => "—".to_owned(),
    }
}

/// A plain decimal in a language: its sign, its grouping, its decimal mark.
fn decimal(plain: &str, lexicon: &Lexicon) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(lexicon.group());
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(lexicon.decimal());
        text.push_str(fraction);
    }
    text
}

/// A day: `14 июля 2025 г.`, `2025 жылғы 14 шілде`, `14 July 2025`.
#[must_use]
pub fn day(day: NaiveDate, lexicon: &Lexicon) -> String {
    lexicon.date(&day.day(), &lexicon.month_in_date(day.month()), &day.year())
}

/// The months that cumulative figures cover: `январь–июнь 2025 года`.
#[must_use]
pub fn span(period: Period, lexicon: &Lexicon) -> String {
    lexicon.span(&months(period, lexicon), &period.year())
}

/// The same for the head of a column: `Январь–июнь 2025`.
#[must_use]
pub fn span_short(period: Period, lexicon: &Lexicon) -> String {
    capital(&lexicon.span_short(&months(period, lexicon), &period.year()))
}

/// The same within a line: `январь–июнь 2025`.
#[must_use]
pub fn span_in_line(period: Period, lexicon: &Lexicon) -> String {
    lexicon.span_in_line(&months(period, lexicon), &period.year())
}

/// The quarter alone that a period ends with: `II квартал 2025`.
#[must_use]
pub fn quarter_alone(period: Period, lexicon: &Lexicon) -> String {
    lexicon.quarter(&quarter(period, lexicon), &period.year())
}

/// The same in a sentence: `II квартал 2025 года`.
#[must_use]
pub fn quarter_in_full(period: Period, lexicon: &Lexicon) -> String {
    lexicon.quarter_in_full(&quarter(period, lexicon), &period.year())
}

/// The same months of several years: `январь–июнь 2021–2025 годов`.
#[must_use]
pub fn span_of_years(first: Period, last: Period, lexicon: &Lexicon) -> String {
    if first.year() == last.year() {
        return span(last, lexicon);
    }
    lexicon.span_of_years(&months(last, lexicon), &first.year(), &last.year())
}

fn quarter(period: Period, lexicon: &Lexicon) -> &str {
    lexicon.quarter_name((period.last_month() - 1) / 3 + 1)
}

fn months(period: Period, lexicon: &Lexicon) -> String {
    match period.last_month() {
        1 => lexicon.month(1).to_owned(),
        last => lexicon.months(&lexicon.month(1), &lexicon.month(last)),
    }
}

/// A text with a capital letter at its start.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A text with a small letter at its start.
#[must_use]
pub fn small(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Language;
    use words::Dictionary;

    fn written(language: Language, write: impl Fn(&Lexicon) -> String) -> String {
        write(Dictionary::embedded().unwrap().lexicon(language).unwrap())
    }

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let sum: Number = "1234567.08".parse().unwrap();
        assert_eq!(written(Language::RU, |l| number(sum, l)), "1\u{a0}234\u{a0}567,08");
        assert_eq!(written(Language::EN, |l| number(sum, l)), "1,234,567.08");
        assert_eq!(written(Language::KK, |l| number(Number::count(-58), l)), "−58");
        assert_eq!(written(Language::RU, |l| tenths(-26, l)), "−2,6");
        assert_eq!(written(Language::EN, |l| tenths(-5, l)), "−0.5");
    }

    #[test]
    fn growth_is_said_as_people_say_it() {
        assert_eq!(written(Language::RU, |l| growth(Growth::Percent(-26), l)), "−2,6\u{a0}%");
        assert_eq!(written(Language::EN, |l| growth(Growth::Percent(123), l)), "+12.3%");
        assert_eq!(written(Language::RU, |l| growth(Growth::Times(23), l)), "в\u{a0}2,3\u{a0}раза");
        assert_eq!(written(Language::KK, |l| growth(Growth::Times(23), l)), "2,3\u{a0}есе");
        assert_eq!(written(Language::EN, |l| growth(Growth::NoBase, l)), "—");
    }

    #[test]
    fn periods_and_days_are_written_in_words() {
        let quarter: Period = "2025-Q2".parse().unwrap();
        assert_eq!(written(Language::RU, |l| span(quarter, l)), "январь–июнь 2025 года");
        assert_eq!(written(Language::KK, |l| span(quarter, l)), "2025 жылғы қаңтар–маусым");
        assert_eq!(written(Language::EN, |l| span_short(quarter, l)), "January–June 2025");
        assert_eq!(written(Language::RU, |l| span_short("2025-M01".parse().unwrap(), l)), "Январь 2025");
        assert_eq!(written(Language::RU, |l| quarter_alone(quarter, l)), "II квартал 2025");
        assert_eq!(written(Language::RU, |l| quarter_in_full(quarter, l)), "II квартал 2025 года");
        assert_eq!(written(Language::KK, |l| quarter_in_full(quarter, l)), "2025 жылғы II тоқсан");
        let first = quarter.years_before(4);
        assert_eq!(written(Language::RU, |l| span_of_years(first, quarter, l)), "январь–июнь 2021–2025 годов");
        assert_eq!(written(Language::EN, |l| span_of_years(first, quarter, l)), "January–June of 2021–2025");
        assert_eq!(written(Language::KK, |l| span_of_years(quarter, quarter, l)), "2025 жылғы қаңтар–маусым");
        let date = NaiveDate::from_ymd_opt(2025, 7, 14).unwrap();
        assert_eq!(written(Language::RU, |l| day(date, l)), "14 июля 2025\u{a0}г.");
        assert_eq!(written(Language::KK, |l| day(date, l)), "2025 жылғы 14 шілде");
    }
}
