//! Figures in the course of a year, and against the year before.

use zhinaq::domain::Dataset;

use super::made_up::{as_edition_101, cell, check_all, lines, number, region, sound};

/// The later quarter: more came and more ended; the opening stock is the same.
fn later() -> Dataset {
    let mut dataset = sound("2025-Q2", "1911", 1);
    for (row, came, ended, end) in [("1", 50, 40, 20), ("2", 24, 18, 10), ("3", 26, 22, 10), ("4", 14, 12, 5)] {
        for (column, value) in [("2", came), ("3", ended), ("4", end)] {
            *cell(&mut dataset, "R1", row, column) = number(&value.to_string());
        }
    }
    *cell(&mut dataset, "R2", "1", "1") = number("50");
    *cell(&mut dataset, "R2", "2", "1") = number("25");
    dataset
}

#[test]
fn a_year_that_goes_on_has_no_findings() {
    let before = sound("2025-Q1", "1911", 1);
    assert_eq!(lines(&check_all(&[&later()], &[&before], &[])), [""; 0]);
    assert_eq!(lines(&check_all(&[&as_edition_101(later())], &[&before], &[])), [""; 0]);
}

#[test]
fn a_cumulative_figure_that_falls_is_found_and_a_stock_is_left_in_peace() {
    let before = sound("2025-Q1", "1911", 1);
    let mut now = later();
    *cell(&mut now, "R1", "4", "5") = number("5");
    let findings = check_all(&[&now], &[&before], &[]);
    assert_eq!(lines(&findings), ["continuity.flow warning 1911 R1 4 5 6 5 -1"]);
    insta::assert_snapshot!(findings[0].explanation, @"row 4 «Всего / прочие / из них», column 5 «Поступило / в т.ч. повторно»: 5 for `2025-Q2` after 6 for `2025-Q1`; figures of this column are cumulative from January and do not fall");
}

#[test]
fn an_opening_stock_that_changes_within_a_year_is_found() {
    let before = sound("2025-Q1", "1911", 1);
    let mut now = later();
    *cell(&mut now, "R1", "4", "1") = number("4");
    *cell(&mut now, "R1", "4", "4") = number("6");
    assert_eq!(lines(&check_all(&[&now], &[&before], &[])), ["continuity.opening warning 1911 R1 4 1 3 4 1"]);
}

#[test]
fn the_latest_earlier_period_counts_and_a_new_year_begins_anew() {
    let (january, march) = (sound("2025-M01", "1911", 9), sound("2025-Q1", "1911", 1));
    assert_eq!(lines(&check_all(&[&later()], &[&january, &march], &[])), [""; 0]);
    let last_year = sound("2024-Q4", "1911", 2);
    assert_eq!(lines(&check_all(&[&later()], &[&last_year], &[])), [""; 0]);
    let mut sample = sound("2025-Q1", "1911", 9);
    sample.key.origin = zhinaq::domain::Origin::Sample;
    assert_eq!(lines(&check_all(&[&later()], &[&sample], &[])), [""; 0]);
}

#[test]
fn a_unit_whose_territory_was_split_is_not_compared() {
    let before = sound("2025-Q1", "1963", 3);
    let now = sound("2025-Q2", "1963", 1);
    let regions = [region("1963", "East", None, None), region("1910", "Abai", Some("2025-05-08"), Some("1963"))];
    let found = lines(&check_all(&[&now], &[&before], &regions));
    assert_eq!(found, [""; 0]);
    assert!(lines(&check_all(&[&now], &[&before], &regions[..1])).iter().any(|l| l.starts_with("continuity.flow")));
}

#[test]
fn a_total_that_leaps_against_the_year_before_is_information() {
    let before = sound("2024-Q2", "1911", 1);
    let now = sound("2025-Q2", "1911", 6);
    let found = lines(&check_all(&[&now], &[&before], &[]));
    assert_eq!(
        found,
        [
            "plausibility info 1911 R1 1 2 40 240 200",
            "plausibility info 1911 R1 1 3 25 150 125",
            "plausibility info 1911 R1 1 4 25 150 125",
            "plausibility info 1911 R1 1 6 30 180 150",
            "plausibility info 1911 R2 1 1 40 240 200",
        ]
    );
    assert_eq!(lines(&check_all(&[&sound("2025-Q2", "1911", 5)], &[&before], &[])), [""; 0]);
}

#[test]
fn a_document_that_repeats_another_year_is_found() {
    let before = sound("2024-Q2", "1911", 1);
    let found = check_all(&[&sound("2025-Q2", "1911", 1)], &[&before], &[]);
    assert_eq!(lines(&found), ["twins.period warning 1911 - - - - - -"]);
    assert!(found[0].explanation.starts_with("every figure for `2025-Q2` is that for `2024-Q2`"));
}
