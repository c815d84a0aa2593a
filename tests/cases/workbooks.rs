//! Cases with one workbook, or with several files that a person brings.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{case, check, figure, findings};
use crate::support::program::{Ended, Office};

const R1: &str = "R1";

/// The workbook of a case.
fn workbook(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_workbook = |path: &PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
    files.into_iter().find(is_workbook).unwrap()
}

fn pull(office: &Office, path: &Path, period: &str) -> Ended {
    office.zhinaq(&["pull", "--from-file", path.to_str().unwrap(), "--period", period])
}

/// CIS-1 of Astana for 2022 from a case, brought in.
fn cis(name: &str) -> Option<(Office, Ended)> {
    let path = workbook(&case(name)?);
    let office = Office::real();
    let pulled = pull(&office, &path, "2022-M12");
    Some((office, pulled))
}

fn at(office: &Office, row: &str, column: &str) -> Option<serde_json::Value> {
    figure(office, "cis-1", "2022-M12", "1971", [R1, row, column])
}

/// Refused or held: no figure is in use, and the exit code says so.
fn is_out(name: &str, office: &Office, pulled: &Ended, (form, period, unit): (&str, &str, &str)) {
    assert_ne!(pulled.code, 0, "{name}: {}\n{}", pulled.out, pulled.err);
    assert_eq!(figure(office, form, period, unit, [R1, "1", "1"]), None, "{name}");
}

#[test]
fn a_document_of_another_period_is_out() {
    let Some(folder) = case("period-in-the-document") else { return };
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    assert_eq!(cases.len(), 18);
    for folder in cases {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let (form, period, unit) =
            if name.contains("3-k") { ("3-k", "2023-M03", "19") } else { ("cis-1", "2022-M12", "1971") };
        let office = Office::real();
        let pulled = pull(&office, &workbook(&folder), period);
        is_out(&name, &office, &pulled, (form, period, unit));
    }
}

#[test]
fn a_unit_that_is_unknown_or_contradicted_is_out() {
    for name in ["unit-unknown/properties-empty-plain-name", "unit-unknown/properties-empty-region-in-the-name"] {
        let Some((office, pulled)) = cis(name) else { return };
        is_out(name, &office, &pulled, ("cis-1", "2022-M12", "19"));
    }
    let name = "unit-contradicted/title-names-another-region";
    let Some((office, pulled)) = cis(name) else { return };
    is_out(name, &office, &pulled, ("cis-1", "2022-M12", "1971"));
    let name = "unit-contradicted/region-did-not-exist-yet";
    let Some(folder) = case(name) else { return };
    let office = Office::real();
    let pulled = pull(&office, &workbook(&folder), "2021-M12");
    is_out(name, &office, &pulled, ("cis-1", "2021-M12", "1962"));
}

#[test]
fn archives_and_parts_are_read_or_refused_with_the_cause() {
    for name in [
        "parts-of-a-workbook/alternate-content",
        "parts-of-a-workbook/part-name-percent-encoded",
        "parts-of-a-workbook/relation-type-in-another-case",
        "parts-of-a-workbook/shared-strings-in-windows-1251",
        "zip/bytes-before-the-archive",
    ] {
        let Some((office, pulled)) = cis(name) else { return };
        pulled.exits(0);
        assert_eq!(at(&office, "1", "1"), Some(json!(14672)), "{name}");
    }
    let Some((office, pulled)) = cis("zip/bzip2") else { return };
    assert!(
        pulled.code != 0 && pulled.err.to_lowercase().contains("bzip2") && !pulled.err.contains("fetch it again"),
        "{}",
        pulled.err
    );
    assert_eq!(at(&office, "1", "1"), None);
    let Some((office, pulled)) = cis("zip/sheet-twice") else { return };
    assert!(pulled.code != 0 && pulled.err.contains("sheet1.xml"), "{}", pulled.err);
    assert_eq!(at(&office, "1", "1"), None);
}

#[test]
fn column_numbers_are_read_or_the_cause_is_named() {
    for name in ["in-brackets", "written-gr", "stub-is-numbered-too", "last-column-1a", "row-empty"] {
        let Some((office, _)) = cis(&format!("column-numbers/{name}")) else { return };
        let checked = check(&office, "cis-1", "2022-M12");
        if at(&office, "1", "1") != Some(json!(14672)) {
            let told = findings(&checked, "error", "column numbers");
            assert!(!told.is_empty(), "{name}: {}", checked.out);
        }
    }
}

#[test]
fn row_codes_are_read_or_named() {
    for name in ["kept-as-text", "look-alike-letters"] {
        let Some((office, _)) = cis(&format!("row-codes/{name}")) else { return };
        let checked = check(&office, "cis-1", "2022-M12");
        if at(&office, "1", "1") != Some(json!(14672)) {
            assert!(!findings(&checked, "error", "code").is_empty(), "{name}: {}", checked.out);
        }
    }
}

#[test]
fn tables_that_lie_otherwise_are_read_or_told() {
    for (name, row) in [("header-repeated", "19"), ("signature-and-phone-below", "33")] {
        let Some((office, pulled)) = cis(&format!("layout/{name}")) else { return };
        pulled.exits(0);
        assert_eq!(at(&office, "1", "1"), Some(json!(14672)), "{name}");
        assert_eq!(at(&office, &format!("#{row}"), "2"), None, "{name} has a row too many");
    }
    for (name, place) in [("columns-continue-below", [R1, "1", "4"]), ("two-sections-on-one-sheet", ["R2", "1", "1"])] {
        let Some((office, _)) = cis(&format!("layout/{name}")) else { return };
        let is_read = figure(&office, "cis-1", "2022-M12", "1971", place).is_some();
        let checked = check(&office, "cis-1", "2022-M12");
        assert!(is_read || !findings(&checked, "error", "").is_empty(), "{name}: {}", checked.out);
    }
}

#[test]
fn figures_that_are_lost_are_told() {
    for name in ["cells-merged", "column-empty", "columns-of-empty-texts"] {
        let Some((office, _)) = cis(&format!("lost-figures/{name}")) else { return };
        let checked = check(&office, "cis-1", "2022-M12");
        let word = if name == "cells-merged" { "merged" } else { "lost." };
        let told = findings(&checked, "error", word).len() + findings(&checked, "warning", word).len();
        assert!(told > 0, "{name}: {}", checked.out);
    }
}

#[test]
fn a_number_is_never_another_than_a_person_reads() {
    let Some((office, _)) = cis("thousands/all-figures") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    if at(&office, "1", "1") != Some(json!(14672)) {
        assert!(findings(&checked, "error", "figure.doubtful").len() >= 11, "{}", checked.out);
    }
    let Some((office, _)) = cis("thousands/every-separator") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    for (row, column, right) in [("16", "5", 4731), ("13", "6", 2159)] {
        if at(&office, row, column) != Some(json!(right)) {
            let told = findings(&checked, "error", "figure.doubtful");
            assert!(told.iter().any(|f| f["row"] == row && f["column"] == column), "{}", checked.out);
        }
    }
    let Some((office, _)) = cis("thousands/three-in-one-column") else { return };
    assert!(findings(&check(&office, "cis-1", "2022-M12"), "error", "").len() >= 3);
    let Some((office, _)) = cis("thousands/two-numbers-in-a-cell") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    assert!(
        findings(&checked, "error", "").len() + findings(&checked, "warning", "text").len() >= 7,
        "{}",
        checked.out
    );
    let Some((office, _)) = cis("text-in-a-figure/superscript-footnote") else { return };
    assert_ne!(at(&office, "16", "1"), Some(json!(66161)));
    let Some((office, _)) = cis("text-in-a-figure/invisible-characters") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    assert!(checked.out.contains("U+") || !findings(&checked, "info", "figure").is_empty(), "{}", checked.out);
}

#[test]
fn noise_of_doubles_is_rounded_as_excel_shows_it() {
    let Some((office, _)) = cis("float-noise/count-in-cis-1") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    assert!(findings(&checked, "error", "39.0000000001").is_empty(), "{}", checked.out);
    assert!(
        findings(&checked, "error", "figure").len() + findings(&checked, "error", "measure").len() >= 4,
        "{}",
        checked.out
    );
    let Some(folder) = case("float-noise/money-in-3-k") else { return };
    let office = Office::real();
    pull(&office, &workbook(&folder), "2023-M03").exits(0);
    for (row, right) in [("4", 0.3), ("6", 65978.345), ("7", 42010.899)] {
        assert_eq!(figure(&office, "3-k", "2023-M03", "19", [R1, row, "16"]), Some(json!(right)), "row {row}");
    }
}

#[test]
fn two_sheets_of_one_section_are_a_conflict_or_decided_by_a_rule() {
    let Some((office, _)) = cis("two-sheets-one-section/hidden-draft-first") else { return };
    let shown = at(&office, "1", "1");
    assert!(shown.is_none() || shown == Some(json!(14672)), "{shown:?}");
    let Some((office, pulled)) = cis("two-sheets-one-section/corrected-copy-behind") else { return };
    let shown = at(&office, "13", "1");
    let is_told = pulled.code != 0 || !findings(&check(&office, "cis-1", "2022-M12"), "error", "").is_empty();
    assert!(shown == Some(json!(5700)) || is_told, "{shown:?}");
    let Some((office, _)) = cis("two-sheets-one-section/a-sheet-for-each-region") else { return };
    assert_ne!(at(&office, "1", "1"), Some(json!(50000)));
}

#[test]
fn two_documents_for_one_key_wait_and_nothing_changes_when_nothing_changed() {
    let Some(folder) = case("two-documents-one-key/two-files-of-a-region") else { return };
    let office = Office::real();
    let inbox = folder.join("inbox");
    for _ in 0..3 {
        let pulled = pull(&office, &inbox, "2022-M12").exits(3);
        assert!(pulled.err.contains("старый") || pulled.out.contains("старый"), "{}\n{}", pulled.out, pulled.err);
        assert_eq!(at(&office, "1", "1"), None);
    }
}
