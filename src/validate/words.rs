//! The parts of the sentences in findings.
//!
//! In come codes, labels and numbers; out come texts. This module does not know the rules.

use super::{note::number, placed::Sheet};
use domain::{Language, Region, Unit};

/// The most characters of a label. A path of five merged cells would hide the numbers.
const LABEL: usize = 90;

/// A label in quotation marks, shortened if it is long; empty for an empty label.
pub(super) fn quoted(label: &str) -> String {
    let label = label.trim();
    if label.is_empty() {
        return String::new();
    }
    match label.char_indices().nth(LABEL) {
        Some((end, _)) => format!(" «{}…»", label[..end].trim_end()),
        None => format!(" «{label}»"),
    }
}

/// `row 3 «Тяжкие»` of a section, from the row's place in the document.
pub(super) fn row(sheet: &Sheet<'_>, row: usize) -> String {
    sheet.section.rows.get(row).map_or_else(String::new, |r| format!("row {}{}", r.code, quoted(&r.label)))
}

/// `column 2 «Всего»` of a section, from the column's place in the document.
pub(super) fn column(sheet: &Sheet<'_>, column: usize) -> String {
    sheet.section.columns.get(column).map_or_else(String::new, |c| format!("column {}{}", c.code, quoted(&c.label)))
}

/// A number of thousandths as a person writes it; `None` is a blank cell.
pub(super) fn amount(thousandths: Option<i128>) -> String {
    match thousandths {
        None => "blank".to_owned(),
        Some(value) => number(value).map_or_else(|| format!("{value} thousandths"), |n| n.to_string()),
    }
}

/// `4 + 5 + 6 − 7`; a long list is shortened in the middle and ends with its length.
pub(super) fn terms(plus: &[&str], minus: &[&str]) -> String {
    let mut text = list(plus, " + ");
    if !minus.is_empty() {
        text.push_str(" − ");
        text.push_str(&list(minus, " − "));
    }
    text.trim_start().to_owned()
}

/// Codes joined by a separator; of more than twelve codes the first ten, the last one, and their number.
pub(super) fn list(codes: &[&str], separator: &str) -> String {
    match codes {
        [] => String::new(),
        [.., last] if codes.len() > 12 => {
            format!("{}{separator}…{separator}{last} ({} in all)", codes[..10].join(separator), codes.len())
        }
        _ => codes.join(separator),
    }
}

/// `Akmola Region (1911)`.
pub(super) fn unit(unit: &Unit, regions: &[Region]) -> String {
    match regions.iter().find(|r| r.unit == *unit) {
        Some(region) => format!("{} ({unit})", region.titles.of(Language::EN)),
        None => format!("unit {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_in_the_middle() {
        let codes: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        assert_eq!(list(&codes, " + "), "1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + … + 20 (20 in all)");
        assert_eq!(terms(&["1", "2"], &["3"]), "1 + 2 − 3");
        assert_eq!(terms(&[], &["3"]), "− 3");
    }

    #[test]
    fn a_label_is_cut_between_letters() {
        assert_eq!(quoted(" Всего "), " «Всего»");
        assert!(quoted(&"ж".repeat(200)).ends_with("ж…»"));
        assert_eq!(quoted("  "), "");
    }
}
