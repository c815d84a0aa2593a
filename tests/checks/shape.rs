//! Documents that have more or less than their template.

use std::{collections::BTreeMap, sync::Arc};

use zhinaq::{
    domain::Figure,
    validate::{Scope, validate},
};

use super::made_up::{as_edition_101, cell, check, drop_column, drop_row, lines, number, other, section, sound};

#[test]
fn what_is_described_and_missing_is_an_error() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    drop_column(&mut dataset, "R1", "5");
    drop_row(&mut dataset, "R2", "3");
    assert_eq!(
        lines(&check(&[&dataset])),
        ["shape.column error 1911 R1 - 5 - - -", "shape.row error 1911 R2 3 - - - -"]
    );
    dataset.sections.remove(0);
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings)[0], "shape.section error 1911 R1 - - - - -");
    assert!(findings[0].explanation.contains("«Раздел 1. Движение» is missing"));
}

#[test]
fn what_is_there_and_not_described_is_information() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    dataset.sections.push(section("R9", &["Всего"], &["Дел"], vec![number("1")]));
    let mut row = dataset.sections[1].rows[0].clone();
    row.code = "77".parse().unwrap();
    let section = &mut dataset.sections[1];
    section.rows = section.rows.iter().cloned().chain([row]).collect();
    dataset.sections[1].figures.extend([number("1"), number("2.5")]);
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["shape.row info 1911 R2 - - - - -", "shape.section info 1911 R9 - - - - -"]);
    assert!(findings[0].explanation.ends_with("does not describe: 77"));
}

#[test]
fn an_unknown_edition_is_read_where_it_agrees_and_told_where_it_moved() {
    let mut dataset = as_edition_101(sound("2025-Q2", "1911", 1));
    dataset.edition = "102".parse().unwrap();
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["shape.edition warning 1911 - - - - - -"]);
    assert!(findings[0].explanation.contains("edition 102") && findings[0].explanation.contains("read as edition 101"));

    // Column 3 is dropped and the rest moves up. The balance must not read the wrong columns.
    drop_column(&mut dataset, "R1", "3");
    Arc::make_mut(&mut dataset.sections[0].columns)[2].code = "3".parse().unwrap();
    Arc::make_mut(&mut dataset.sections[0].columns)[3].code = "4".parse().unwrap();
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["shape.edition error 1911 - - - - - -", "shape.edition error 1911 R1 - - - - -"]);
    insta::assert_snapshot!(findings[1].explanation, @"edition 102 differs from edition 101 in section R1: column 3 «Окончено» is gone; columns 4 → 3, 5 → 4 have moved");
    *cell(&mut dataset, "R1", "1", "3") = number("26");
    assert_eq!(lines(&check(&[&dataset]))[2..], ["made-up.parts warning 1911 R1 1 3 25 26 1"]);
}

#[test]
fn a_new_column_of_an_unknown_edition_is_named() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    dataset.edition = "102".parse().unwrap();
    Arc::make_mut(&mut dataset.sections[1].columns)[0].label = "Новое".into();
    Arc::make_mut(&mut dataset.sections[1].columns)[0].code = "3".parse().unwrap();
    let findings = check(&[&dataset]);
    assert_eq!(
        findings[1].explanation,
        "edition 102 differs from edition 100 in section R2: column 1 «Дел» is gone; column 3 «Новое» is new"
    );
}

#[test]
fn columns_that_changed_places_are_seen_by_their_headings() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    let section = &mut dataset.sections[0];
    let (two, three) = (section.columns[1].label.clone(), section.columns[2].label.clone());
    let columns = Arc::make_mut(&mut section.columns);
    (columns[1].label, columns[2].label) = (three, two);
    let findings = check(&[&dataset]);
    assert_eq!(lines(&findings), ["shape.column error 1911 R1 - 2 - - -", "shape.column error 1911 R1 - 3 - - -"]);
    assert!(findings[0].explanation.contains("bears the heading of column 3"));
}

#[test]
fn a_code_that_stands_twice_is_an_error() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    Arc::make_mut(&mut dataset.sections[0].rows)[3].code = "3".parse().unwrap();
    let found = lines(&check(&[&dataset]));
    assert_eq!(found, ["shape.row error 1911 R1 4 - - - -", "shape.row error 1911 R1 3 - - - -"]);
}

#[test]
fn a_service_is_not_asked_for_more_than_its_first_rows() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    dataset.edition = "service".parse().unwrap();
    for section in &mut dataset.sections {
        section.rows = section.rows[..1].into();
        section.figures.truncate(section.columns.len());
    }
    assert_eq!(lines(&check(&[&dataset])), [""; 0]);
    drop_column(&mut dataset, "R2", "2");
    assert_eq!(lines(&check(&[&dataset])), ["shape.column warning 1911 R2 - 2 - - -"]);
}

#[test]
fn counts_are_whole_and_not_below_zero() {
    let mut dataset = other("2025-M06", "1911", 5);
    *cell(&mut dataset, "R1", "1", "1") = number("2.5");
    *cell(&mut dataset, "R1", "1", "2") = number("-1");
    let found = lines(&check(&[&dataset]));
    assert_eq!(found, ["shape.measure error 1911 R1 1 1 - - -", "shape.measure warning 1911 R1 1 2 - - -"]);
}

#[test]
fn a_document_without_figures_and_a_form_without_template_are_told() {
    let mut dataset = other("2025-M06", "1911", 5);
    dataset.sections[0].figures.fill(Figure::Blank);
    assert_eq!(lines(&check(&[&dataset])), ["shape.empty warning 1911 - - - - - -"]);
    let none = BTreeMap::new();
    let scope = Scope { datasets: vec![&dataset], earlier: vec![], templates: &none, regions: &[] };
    assert_eq!(lines(&validate(&scope)), ["shape.form info 1911 - - - - - -"]);
}
