//! Compares the period in a row of a service with the requested period.
//!
//! In come a field, its value and the requested period; out comes whether they fit. It is not known whether the real
//! services send such a field, and under which name. The names here are likely spellings. The value may be anything
//! from a date to "12 месяцев 2022 года". A value that is not understood proves nothing. This module does not know the
//! other fields of the row.

use super::super::letters::fold;
use domain::{
    Period,
    period_words::{Manner, PeriodSays, contradiction, spoken},
};

/// The names of fields that contain a row's period, or a part of it. Case, blanks and look-alike letters are ignored in
/// the comparison.
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

/// What the value of a field says about the requested period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It can be the requested period.
    Fits,
    /// It is another period.
    Contradicts,
    NotUnderstood,
}

/// Compares the value of a field with the requested period.
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
    // The name of a month alone is a part of a date too. With "за" before it, it is read as a month.
    if is_part(&["mesyac", "mesyats", "month", "месяц"]) && !said.bytes().any(|b| b.is_ascii_digit()) {
        let said = spoken(&format!("за {said}"), Manner::Field);
        return if said.is_empty() { Says::NotUnderstood } else { fits(contradiction(&said, asked).is_none()) };
    }
    if let Ok(period) = said.to_ascii_uppercase().parse::<Period>()
        && said.len() > 4
    {
        return fits((period.year(), period.last_month()) == (asked.year(), asked.last_month()));
    }
    let said = spoken(said, Manner::Field);
    let years = said.iter().filter(|one| matches!(one.says, PeriodSays::Year(_))).count();
    // Two years are a comparison or a range, so nothing is certain.
    if said.is_empty() || (years > 1 && years == said.len()) {
        return Says::NotUnderstood;
    }
    fits(contradiction(&said, asked).is_none())
}

const fn fits(it_does: bool) -> Says {
    if it_does { Says::Fits } else { Says::Contradicts }
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
            "44834",
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
