//! Numbers, dates and periods in words, in the three languages.

use chrono::{Datelike, NaiveDate};

use super::decimal::{Growth, Level};
use domain::{Language, Number, Period, Titles};

/// A text in every language, made by one rule.
pub fn each(text: impl Fn(Language) -> String) -> Titles {
    Titles { ru: text(Language::Ru), kk: Some(text(Language::Kk)), en: Some(text(Language::En)) }
}

/// A number as it is written in a text: `17 144`, `17,144`, `18 453,949`.
#[must_use]
pub fn number(number: Number, language: Language) -> String {
    decimal(&number.to_string(), language)
}

/// Tenths as a decimal: 1266 is `126,6`.
#[must_use]
pub fn tenths(tenths: i64, language: Language) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let magnitude = tenths.unsigned_abs();
    decimal(&format!("{sign}{}.{}", magnitude / 10, magnitude % 10), language)
}

/// A level with its places: `126,6`, `0,05`.
#[must_use]
pub fn level(level: Level, language: Language) -> String {
    decimal(&level.plain(), language)
}

/// Growth as people say it: `+12,3 %`, `−2,6 %`, `в 2,3 раза`, `—`.
#[must_use]
pub fn growth(growth: Growth, language: Language) -> String {
    match growth {
        Growth::Percent(value) => {
            let plus = if value > 0 { "+" } else { "" };
            let blank = if language == Language::En { "" } else { "\u{a0}" };
            format!("{plus}{}{blank}%", tenths(value, language))
        }
        Growth::Times(value) => times(value, language),
        Growth::FromZero => "—".to_owned(),
    }
}

/// A multiple as people say it: `в 2,3 раза`, `2,3 есе`, `2.3 times`.
#[must_use]
pub fn times(value: i64, language: Language) -> String {
    let multiple = tenths(value, language);
    match language {
        Language::Ru => format!("в\u{a0}{multiple}\u{a0}раза"),
        Language::Kk => format!("{multiple}\u{a0}есе"),
        Language::En => format!("{multiple}\u{a0}times"),
    }
}

/// A plain decimal in a language: its sign, its grouping, its decimal mark.
fn decimal(plain: &str, language: Language) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let (group, mark) = match language {
        Language::Ru | Language::Kk => ('\u{a0}', ','),
        Language::En => (',', '.'),
    };
    let mut text = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(mark);
        text.push_str(fraction);
    }
    text
}

/// A day: `14 июля 2025 г.`, `2025 жылғы 14 шілде`, `14 July 2025`.
#[must_use]
pub fn day(day: NaiveDate, language: Language) -> String {
    let (year, month, number) = (day.year(), day.month0() as usize, day.day());
    match language {
        Language::Ru => format!("{number} {} {year}\u{a0}г.", MONTHS_RU_OF[month]),
        Language::Kk => format!("{year} жылғы {number} {}", MONTHS_KK[month]),
        Language::En => format!("{number} {} {year}", MONTHS_EN[month]),
    }
}

/// The months that cumulative figures cover: `январь–июнь 2025 года`.
#[must_use]
pub fn span(period: Period, language: Language) -> String {
    let (year, months) = (period.year(), months(period, language));
    match language {
        Language::Ru => format!("{months} {year} года"),
        Language::Kk => format!("{year} жылғы {months}"),
        Language::En => format!("{months} {year}"),
    }
}

/// The same for the head of a column: `Январь–июнь 2025`.
#[must_use]
pub fn span_short(period: Period, language: Language) -> String {
    let year = period.year();
    match language {
        Language::Ru | Language::En => capital(&format!("{} {year}", months(period, language))),
        Language::Kk => format!("{year} ж. {}", months(period, language)),
    }
}

/// The same within a line: `январь–июнь 2025`.
#[must_use]
pub fn span_in_line(period: Period, language: Language) -> String {
    match language {
        Language::Ru => format!("{} {}", months(period, language), period.year()),
        Language::Kk | Language::En => span(period, language),
    }
}

/// The quarter alone that a period ends with: `II квартал 2025`.
#[must_use]
pub fn quarter_alone(period: Period, language: Language) -> String {
    let (year, numeral) = (period.year(), ["I", "II", "III", "IV"][((period.last_month() - 1) / 3) as usize]);
    match language {
        Language::Ru => format!("{numeral} квартал {year}"),
        Language::Kk => format!("{year} ж. {numeral} тоқсан"),
        Language::En => format!("Q{} {year}", (period.last_month() - 1) / 3 + 1),
    }
}

/// The same as a sentence says it: `II квартал 2025 года`.
#[must_use]
pub fn quarter_in_full(period: Period, language: Language) -> String {
    let alone = quarter_alone(period, language);
    match language {
        Language::Ru => format!("{alone} года"),
        Language::Kk => alone.replacen(" ж. ", " жылғы ", 1),
        Language::En => alone,
    }
}

/// The same months of several years: `январь–июнь 2021–2025 годов`.
#[must_use]
pub fn span_of_years(first: Period, last: Period, language: Language) -> String {
    if first.year() == last.year() {
        return span(last, language);
    }
    let (from, to, months) = (first.year(), last.year(), months(last, language));
    match language {
        Language::Ru => format!("{months} {from}–{to} годов"),
        Language::Kk => format!("{from}–{to} жылдардағы {months}"),
        Language::En => format!("{months} of {from}–{to}"),
    }
}

fn months(period: Period, language: Language) -> String {
    let names = match language {
        Language::Ru => MONTHS_RU,
        Language::Kk => MONTHS_KK,
        Language::En => MONTHS_EN,
    };
    match period.last_month() as usize {
        1 => names[0].to_owned(),
        last => format!("{}–{}", names[0], names[last - 1]),
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

const MONTHS_RU: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];
const MONTHS_RU_OF: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_KK: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let sum: Number = "1234567.08".parse().unwrap();
        assert_eq!(number(sum, Language::Ru), "1\u{a0}234\u{a0}567,08");
        assert_eq!(number(sum, Language::En), "1,234,567.08");
        assert_eq!(number(Number::count(-58), Language::Kk), "−58");
        assert_eq!(tenths(-26, Language::Ru), "−2,6");
        assert_eq!(tenths(-5, Language::En), "−0.5");
    }

    #[test]
    fn growth_is_said_as_people_say_it() {
        assert_eq!(growth(Growth::Percent(-26), Language::Ru), "−2,6\u{a0}%");
        assert_eq!(growth(Growth::Percent(123), Language::En), "+12.3%");
        assert_eq!(growth(Growth::Times(23), Language::Ru), "в\u{a0}2,3\u{a0}раза");
        assert_eq!(growth(Growth::Times(23), Language::Kk), "2,3\u{a0}есе");
        assert_eq!(growth(Growth::FromZero, Language::En), "—");
    }

    #[test]
    fn periods_and_days_are_written_in_words() {
        let quarter: Period = "2025-Q2".parse().unwrap();
        assert_eq!(span(quarter, Language::Ru), "январь–июнь 2025 года");
        assert_eq!(span(quarter, Language::Kk), "2025 жылғы қаңтар–маусым");
        assert_eq!(span_short(quarter, Language::En), "January–June 2025");
        assert_eq!(span_short("2025-M01".parse().unwrap(), Language::Ru), "Январь 2025");
        assert_eq!(quarter_alone(quarter, Language::Ru), "II квартал 2025");
        assert_eq!(quarter_in_full(quarter, Language::Ru), "II квартал 2025 года");
        assert_eq!(quarter_in_full(quarter, Language::Kk), "2025 жылғы II тоқсан");
        let first = quarter.years_before(4);
        assert_eq!(span_of_years(first, quarter, Language::Ru), "январь–июнь 2021–2025 годов");
        assert_eq!(span_of_years(first, quarter, Language::En), "January–June of 2021–2025");
        assert_eq!(span_of_years(quarter, quarter, Language::Kk), "2025 жылғы қаңтар–маусым");
        let date = NaiveDate::from_ymd_opt(2025, 7, 14).unwrap();
        assert_eq!(day(date, Language::Ru), "14 июля 2025\u{a0}г.");
        assert_eq!(day(date, Language::Kk), "2025 жылғы 14 шілде");
    }
}
