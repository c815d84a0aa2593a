//! Figures that were lost, and blanks that are not lost figures.

use zhinaq::domain::{Dataset, Figure, Finding, Severity};

use super::made_up::{cell, check_all, number, region, sound};

fn lost(findings: &[Finding]) -> Vec<String> {
    let found = findings.iter().filter(|f| f.rule.starts_with("lost."));
    found
        .map(|f| {
            let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
            let (unit, row) =
                (text(f.unit.as_ref().map(ToString::to_string)), text(f.row.as_ref().map(ToString::to_string)));
            let column = text(f.column.as_ref().map(ToString::to_string));
            format!("{} {} {unit} {row} {column}", f.rule, f.severity)
        })
        .collect()
}

fn all(dataset: &mut Dataset) -> impl Iterator<Item = &mut Figure> {
    dataset.sections.iter_mut().flat_map(|section| section.figures.iter_mut())
}

/// A document whose first section prints a few zeros.
fn printing_zeros(period: &str) -> Dataset {
    let mut dataset = sound(period, "1911", 1);
    for row in ["1", "2", "3", "4"] {
        *cell(&mut dataset, "R1", row, "5") = number("0");
    }
    dataset
}

#[test]
fn a_blank_line_or_cell_is_found_where_the_section_prints_zeros() {
    let mut column = printing_zeros("2025-Q2");
    for row in ["1", "2", "3", "4"] {
        *cell(&mut column, "R1", row, "6") = Figure::Blank;
    }
    assert_eq!(lost(&check_all(&[&column], &[], &[])), ["lost.column warning 1911 - 6"]);
    let mut single = printing_zeros("2025-Q2");
    *cell(&mut single, "R1", "4", "6") = Figure::Blank;
    assert_eq!(lost(&check_all(&[&single], &[], &[])), ["lost.cell warning 1911 4 6"]);
}

#[test]
fn where_no_zero_is_printed_a_blank_is_one_unless_it_was_full_a_year_before() {
    let mut now = sound("2025-Q2", "1911", 1);
    for row in ["1", "2", "3", "4"] {
        *cell(&mut now, "R1", row, "5") = Figure::Blank;
    }
    assert_eq!(lost(&check_all(&[&now], &[], &[])), [""; 0]);
    let small = sound("2024-Q2", "1911", 0);
    assert_eq!(lost(&check_all(&[&now], &[&small], &[])), [""; 0]);
    let full = sound("2024-Q2", "1911", 1);
    assert_eq!(lost(&check_all(&[&now], &[&full], &[])), ["lost.column warning 1911 - 5"]);
}

#[test]
fn a_section_that_was_full_a_year_before_is_missed() {
    let mut now = sound("2025-Q2", "1911", 1);
    now.sections[1].figures.fill(Figure::Blank);
    let full = sound("2024-Q2", "1911", 1);
    assert_eq!(lost(&check_all(&[&now], &[&full], &[])), ["lost.section warning 1911 - -"]);
}

#[test]
fn a_form_of_nothing_but_zeros_is_an_error_where_something_must_have_happened() {
    let mut zeros = sound("2025-Q2", "1911", 1);
    all(&mut zeros).for_each(|figure| *figure = number("0"));
    let alone = check_all(&[&zeros], &[], &[]);
    assert_eq!(lost(&alone), ["lost.zeros warning 1911 - -"]);
    let mut republic = zeros.clone();
    republic.key.unit = "19".parse().unwrap();
    assert_eq!(lost(&check_all(&[&republic], &[], &[])), ["lost.zeros error 19 - -"]);
    for before in ["2025-Q1", "2024-Q2"] {
        let found = check_all(&[&zeros], &[&sound(before, "1911", 1)], &[]);
        assert_eq!(lost(&found), ["lost.zeros error 1911 - -"], "{before}");
    }
    let others = ["1915", "1919", "1923"].map(|unit| sound("2025-Q2", unit, 2));
    let together: Vec<&Dataset> = std::iter::once(&zeros).chain(&others).collect();
    assert_eq!(lost(&check_all(&together, &[], &[])), ["lost.zeros error 1911 - -"]);
}

#[test]
fn zeros_of_every_unit_are_told_once() {
    let of = |unit: &str| {
        let mut zeros = sound("2025-Q2", unit, 1);
        all(&mut zeros).for_each(|figure| *figure = number("0"));
        zeros
    };
    let units = ["19", "1911", "1915", "1919"].map(of);
    let found = check_all(&units.iter().collect::<Vec<_>>(), &[], &[region("1911", "A", None, None)]);
    let told: Vec<&Finding> = found.iter().filter(|f| f.rule == "lost.zeros").collect();
    assert_eq!((told.len(), told[0].severity, told[0].unit.clone()), (1, Severity::Error, None));
}
