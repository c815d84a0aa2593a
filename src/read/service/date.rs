//! Which period a service's row says it is about, where it says so.
//!
//! Whether the real services send such a field, and under which name, is not known; the names here are those that the
//! field's spelling makes likely. What such a field says may be anything from a date to "12 месяцев 2022 года"; it is
//! compared with the period that was asked for, and what is not understood proves nothing.

use chrono::{DateTime, Datelike, NaiveDate};

use super::super::letters::fold;
use crate::domain::Period;

/// Names of fields that tell a row's period, or a part of it, as they are compared (case, blanks and look-alike letters
/// do not count).
pub const PERIOD_FIELDS: [&str; 22] = [
    "date",
    "report_date",
    "data",
    "data_otcheta",
    "otchetnaya_data",
    "period",
    "report_period",
    "otchetny_period",
    "otchetnyi_period",
    "god",
    "year",
    "mesyac",
    "mesyats",
    "month",
    "kvartal",
    "quarter",
    "дата",
    "период",
    "год",
    "месяц",
    "квартал",
    "кезең",
];

/// Longer texts tell no period.
const LONGEST: usize = 200;

/// What a field says about the period that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It can be about that period.
    Fits,
    /// It is about another one.
    Contradicts,
    NotUnderstood,
}

/// Compares what a field says with the period that was asked for.
pub(super) fn compare(field: &str, said: &str, asked: Period) -> Says {
    let said = said.trim();
    let field = fold(field);
    let is_part = |names: &[&str]| names.iter().any(|name| fold(name) == field);
    let number: Option<u32> = said.parse().ok().filter(|_| said.len() <= 2);
    if let Some(number) = number.filter(|n| *n > 0) {
        if is_part(&["mesyac", "mesyats", "month", "месяц"]) && number <= 12 {
            return fits(number == asked.last_month());
        }
        if is_part(&["kvartal", "quarter", "квартал"]) && number <= 4 {
            return fits(number == asked.last_month().div_ceil(3));
        }
        return Says::NotUnderstood;
    }
    if is_part(&["mesyac", "mesyats", "month", "месяц"])
        && let Some(month) = month_named(&fold(said))
        && !said.bytes().any(|b| b.is_ascii_digit())
    {
        return fits(month == asked.last_month());
    }
    if let Some(day) = date(said) {
        return fits(day_fits(day, asked));
    }
    // A bare year is less than a period: it can only contradict.
    if let Some(year) = bare_year(said) {
        return fits(year == asked.year());
    }
    if let Ok(period) = said.to_ascii_uppercase().parse::<Period>() {
        return fits(ends_alike(period, asked));
    }
    match in_words(said) {
        Some((year, month)) => fits(year == asked.year() && month.is_none_or(|month| month == asked.last_month())),
        None => Says::NotUnderstood,
    }
}

const fn fits(it_does: bool) -> Says {
    if it_does { Says::Fits } else { Says::Contradicts }
}

fn ends_alike(period: Period, asked: Period) -> bool {
    (period.year(), period.last_month()) == (asked.year(), asked.last_month())
}

/// The first of a month is the day after the period, which is what the services are asked by; the last day of a month is
/// that month's; any other day lies in the period's last month or in the month after, in which the report is made.
fn day_fits(day: NaiveDate, asked: Period) -> bool {
    let month = |day: NaiveDate| (day.year(), day.month());
    let last_day = asked.last_day();
    if day.day() == 1 {
        return day == asked.day_after();
    }
    let is_last = day.succ_opt().is_some_and(|next| next.day() == 1);
    month(day) == month(last_day) || (!is_last && month(day) == month(asked.day_after()))
}

fn bare_year(text: &str) -> Option<i32> {
    let digits = text.trim_end_matches(['.', ' ']).trim_end_matches("ода").trim_end_matches(['г', ' ']);
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// The last date of a text, as ISO or as people write it (a span ends with what counts), or an instant in seconds or
/// milliseconds since 1970.
fn date(text: &str) -> Option<NaiveDate> {
    if text.len() > LONGEST {
        return None;
    }
    if matches!(text.len(), 10 | 13) && text.bytes().all(|b| b.is_ascii_digit()) {
        let seconds: i64 = text[..10].parse().ok()?;
        // Midnight in Kazakhstan is the evening before in UTC.
        return DateTime::from_timestamp(seconds + 6 * 60 * 60, 0).map(|instant| instant.date_naive());
    }
    let formats = ["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y.%m.%d", "%Y/%m/%d"];
    let starts = text.char_indices().rev().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at);
    let dates = starts.filter_map(|at| {
        // Not from the middle of a longer number.
        let alone = |edge: Option<char>| edge.is_none_or(|c| !c.is_ascii_digit());
        let day = text.get(at..at + 10)?;
        let stands_alone = alone(text[..at].chars().next_back()) && alone(text[at + 10..].chars().next());
        formats.iter().find_map(|format| NaiveDate::parse_from_str(day, format).ok()).filter(|_| stands_alone)
    });
    dates.into_iter().next()
}

/// A year with a month where one can be told: `12.2022`, `202212`, `декабрь 2022`, `12 месяцев 2022 года`, `IV квартал 2022`.
fn in_words(text: &str) -> Option<(i32, Option<u32>)> {
    if text.len() > LONGEST {
        return None;
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    if let [only] = words[..]
        && only.len() == 6
        && only.bytes().all(|b| b.is_ascii_digit())
    {
        let month: u32 = only[4..].parse().ok()?;
        return (1..=12).contains(&month).then_some((only[..4].parse().ok()?, Some(month)));
    }
    let is_year = |word: &&&str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let mut years = words.iter().filter(is_year);
    let year: i32 = years.next()?.parse().ok()?;
    // Two years are a comparison or a span: nothing certain.
    if !(1991..=2099).contains(&year) || years.next().is_some() {
        return None;
    }
    let named = words.iter().rev().find_map(|word| month_named(word));
    let small = words.iter().find_map(|word| word.parse::<u32>().ok().filter(|n| (1..=12).contains(n)));
    let is = |start: &str| words.iter().any(|word| word.starts_with(&fold(start)));
    let roman = words.iter().find_map(|word| match *word {
        "I" => Some(1),
        "II" => Some(2),
        "III" => Some(3),
        "IV" => Some(4),
        _ => None,
    });
    let month = if is("квартал") || is("тоқсан") || is("quarter") {
        small.or(roman).filter(|n| *n <= 4).map(|n| n * 3)
    } else if is("полугод") {
        small.or(roman).filter(|n| *n <= 2).map(|n| n * 6)
    } else {
        named.or(small)
    };
    Some((year, month))
}

fn month_named(word: &str) -> Option<u32> {
    // The last month of a span counts: "январь-декабрь" ends with December.
    const BEGINNINGS: [(&str, u32); 37] = [
        ("янв", 1),
        ("фев", 2),
        ("мар", 3),
        ("апр", 4),
        ("май", 5),
        ("мая", 5),
        ("июн", 6),
        ("июл", 7),
        ("авг", 8),
        ("сен", 9),
        ("окт", 10),
        ("ноя", 11),
        ("дек", 12),
        ("қаңтар", 1),
        ("ақпан", 2),
        ("наурыз", 3),
        ("сәуір", 4),
        ("мамыр", 5),
        ("маусым", 6),
        ("шілде", 7),
        ("тамыз", 8),
        ("қыркүйек", 9),
        ("қазан", 10),
        ("қараша", 11),
        ("желтоқсан", 12),
        ("jan", 1),
        ("feb", 2),
        ("march", 3),
        ("apr", 4),
        ("may", 5),
        ("june", 6),
        ("july", 7),
        ("aug", 8),
        ("sep", 9),
        ("oct", 10),
        ("nov", 11),
        ("dec", 12),
    ];
    BEGINNINGS.iter().find(|(start, _)| word.starts_with(&fold(start))).map(|(_, month)| *month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(field: &str, text: &str, asked: &str) -> Says {
        compare(field, text, asked.parse().unwrap())
    }

    #[test]
    fn a_field_that_can_be_about_the_period_fits() {
        for text in [
            "2023-01-01",
            "2022-12-31",
            "31.12.2022",
            "2022-12-31T00:00:00Z",
            "2023-01-12 09:30",
            "2022-M12",
            "2022-Q4",
            "2022-12",
            "12.2022",
            "202212",
            "2022",
            "2022 год",
            "2022 г.",
            "декабрь 2022 г.",
            "январь-декабрь 2022 года",
            "12 месяцев 2022 года",
            "на 01.01.2023",
            "с 01.01.2022 по 31.12.2022 г.",
            "1672531200000",
            "1672509600",
            "IV квартал 2022",
            "желтоқсан 2022",
            "2022 жыл",
        ] {
            assert_eq!(said("period", text, "2022-M12"), Says::Fits, "{text}");
        }
    }

    #[test]
    fn a_field_about_another_period_contradicts() {
        for text in [
            "2022-12-01",
            "2023-01-31",
            "на 01.12.2022",
            "1669852800000",
            "2022-11-30",
            "01.01.2022",
            "2023-02-01",
            "2021",
            "2022-M11",
            "2022-Q3",
            "ноябрь 2022",
            "9 месяцев 2022 года",
            "III квартал 2022",
            "12.2021",
            "202211",
        ] {
            assert_eq!(said("period", text, "2022-M12"), Says::Contradicts, "{text}");
        }
    }

    #[test]
    fn parts_of_a_date_are_parts() {
        assert_eq!(said("mesyac", "12", "2022-M12"), Says::Fits);
        assert_eq!(said("month", "11", "2022-M12"), Says::Contradicts);
        assert_eq!(said("quarter", "4", "2022-Q4"), Says::Fits);
        assert_eq!(said("kvartal", "3", "2022-Q4"), Says::Contradicts);
        assert_eq!(said("mesyac", "ноябрь", "2022-M12"), Says::Contradicts);
        assert_eq!(said("mesyac", "Декабрь", "2022-M12"), Says::Fits);
    }

    #[test]
    fn what_is_not_understood_proves_nothing() {
        for text in ["", "отчетный", "2021-2022", "99", "с начала года", "0"] {
            assert_eq!(said("period", text, "2022-M12"), Says::NotUnderstood, "{text}");
        }
    }
}
