//! Random tables: sound ones have no findings, and one changed cell gives one finding in each rule that binds it.

use proptest::prelude::*;
use zhinaq::domain::{Dataset, Figure, Number};

use super::made_up::{cell, check, lines, sound};

/// A sound dataset from six numbers for each of rows 2, 3 and 4.
fn made(parts: [[u32; 3]; 3]) -> Dataset {
    let mut dataset = sound("2025-Q2", "1911", 1);
    let mut rows = [[0_i64; 5]; 4];
    for (at, [opening, came, ended]) in parts.into_iter().enumerate() {
        let [opening, came, ended] = [i64::from(opening), i64::from(came), i64::from(ended)];
        let ended = ended.min(opening + came);
        rows[at + 1] = [opening, came, ended, opening + came - ended, came / 3];
    }
    // Row 3 includes row 4.
    let [one, two, three, four] = &mut rows;
    for (column, whole) in one.iter_mut().enumerate() {
        three[column] += four[column];
        *whole = two[column] + three[column];
    }
    for (row, values) in rows.iter().enumerate() {
        for (column, value) in values.iter().enumerate() {
            let (row, column) = ((row + 1).to_string(), (column + 1).to_string());
            // A blank counts as zero in a sum.
            let figure = if *value == 0 { Figure::Blank } else { Figure::Number(Number::count(*value)) };
            *cell(&mut dataset, "R1", &row, &column) = figure;
        }
    }
    let came = rows[0][1];
    *cell(&mut dataset, "R2", "1", "1") = Figure::Number(Number::count(came));
    *cell(&mut dataset, "R2", "2", "1") = Figure::Number(Number::count(came / 2));
    *cell(&mut dataset, "R2", "3", "1") = Figure::Number(Number::count(came - came / 2));
    dataset
}

/// The equalities that bind a cell of R1, as `rule row column` of the places where they are reported.
fn bound(row: u32, column: u32) -> Vec<String> {
    let mut told = Vec::new();
    if column <= 5 && row <= 3 {
        told.push(format!("made-up.parts R1 1 {column}"));
    }
    if column <= 4 {
        told.push(format!("made-up.balance R1 {row} 4"));
    }
    if (row, column) == (1, 2) {
        told.push("made-up.sections R2 1 1".to_owned());
    }
    told.sort();
    told
}

proptest! {
    // A failure prints its numbers. They go into a test of their own, not into a file beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_tables_have_no_findings(parts in any::<[[u16; 3]; 3]>()) {
        let dataset = made(parts.map(|row| row.map(u32::from)));
        prop_assert_eq!(lines(&check(&[&dataset])), [""; 0]);
    }

    #[test]
    fn a_changed_cell_is_found_by_each_rule_that_binds_it(
        parts in any::<[[u16; 3]; 3]>(), row in 1_u32..=4, column in 1_u32..=5, by in 1_i64..1_000_000
    ) {
        let mut dataset = made(parts.map(|row| row.map(u32::from)));
        let (r, c) = (row.to_string(), column.to_string());
        let place = cell(&mut dataset, "R1", &r, &c);
        *place = Figure::Number(Number::count(place.number().map_or(0, |n| n.parts().0) + by));
        let mut equalities: Vec<String> = check(&[&dataset])
            .iter()
            .filter(|f| !f.rule.ends_with("of-which") && !f.rule.ends_with("others"))
            .map(|f| {
                let text = |t: Option<String>| t.unwrap_or_default();
                let (section, row) = (text(f.section.as_ref().map(ToString::to_string)), text(f.row.as_ref().map(ToString::to_string)));
                format!("{} {section} {row} {}", f.rule, text(f.column.as_ref().map(ToString::to_string)))
            })
            .collect();
        equalities.sort();
        prop_assert_eq!(equalities, bound(row, column));
    }

    #[test]
    fn findings_do_not_depend_on_the_order_of_the_datasets(factors in proptest::collection::vec(1_i64..50, 2..6)) {
        let mut datasets: Vec<Dataset> =
            factors.iter().enumerate().map(|(at, factor)| sound("2025-Q2", &format!("19{}", 11 + at), *factor)).collect();
        *cell(&mut datasets[0], "R1", "1", "1") = Figure::Number(Number::count(1));
        let there = check(&datasets.iter().collect::<Vec<_>>());
        let back = check(&datasets.iter().rev().collect::<Vec<_>>());
        prop_assert_eq!(there, back);
    }
}
