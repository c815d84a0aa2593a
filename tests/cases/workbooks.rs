//! Cases with one workbook, or with several files that a person takes in.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

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

/// CIS-1 of Astana for 2022 from a case, taken in.
fn cis(name: &str) -> Option<(Office, Ended)> {
    let path = workbook(&case(name)?);
    let office = Office::real();
    let pulled = pull(&office, &path, "2022-M12");
    Some((office, pulled))
}

/// Everything that a command printed.
fn told(ended: &Ended) -> String {
    format!("{}{}", ended.out, ended.err)
}

/// The errors and warnings about one cell.
fn told_of(checked: &Ended, (section, row, column): (&str, &str, &str)) -> Vec<serde_json::Value> {
    let mut all = findings(checked, "error", "");
    all.extend(findings(checked, "warning", ""));
    all.retain(|f| f["section"] == section && f["row"] == row && f["column"] == column);
    all
}

/// Checks that a cell of section 1 has the right number, or a finding.
fn is_right_or_told(office: &Office, checked: &Ended, (row, column): (&str, &str), right: u64) {
    let shown = at(office, row, column);
    let is_told = !told_of(checked, (R1, row, column)).is_empty();
    assert!(shown == Some(json!(right)) || is_told, "row {row} column {column} is {shown:?}: {}", checked.out);
}

fn at(office: &Office, row: &str, column: &str) -> Option<serde_json::Value> {
    figure(office, "cis-1", "2022-M12", "1971", [R1, row, column])
}

/// Every figure of the form in use, by section, row and column.
fn figures(office: &Office) -> BTreeMap<String, serde_json::Value> {
    let words = ["query", "--form", "cis-1", "--period", "2022-M12", "--unit", "1971", "--format", "json"];
    let answers = office.zhinaq(&words).exits(0).json();
    let of = |a: &serde_json::Value| (format!("{} {} {}", a["section"], a["row"], a["column"]), a["value"].clone());
    answers.as_array().unwrap().iter().map(of).collect()
}

/// The figures of the form without any fault.
fn right_figures() -> Option<&'static BTreeMap<String, serde_json::Value>> {
    static RIGHT: OnceLock<BTreeMap<String, serde_json::Value>> = OnceLock::new();
    let path = case("two-documents-one-key/two-files-of-a-region")?.join("inbox/Astana city.XLSX");
    Some(RIGHT.get_or_init(|| {
        let office = Office::real();
        pull(&office, &path, "2022-M12").exits(0);
        figures(&office)
    }))
}

/// Checks that the figures are the same, in the same places, without an additional row or column.
fn has_the_same_figures(name: &str, office: &Office) {
    assert_eq!(Some(&figures(office)), right_figures(), "{name}");
}

/// Checks that every figure is that of the form without any fault, or that its cell has a finding.
fn are_right_or_told(name: &str, office: &Office, checked: &Ended) {
    let (here, right) = (figures(office), right_figures().unwrap());
    let all: Vec<serde_json::Value> = checked.json().as_array().unwrap().clone();
    for (place, value) in right.iter().filter(|(place, value)| here.get(*place) != Some(*value)) {
        let of = |f: &serde_json::Value| format!("{} {} {}", f["section"], f["row"], f["column"]) == *place;
        assert!(all.iter().any(of), "{name}: {place} was {value}, is {:?}, and nothing is said", here.get(place));
    }
    assert!(here.keys().all(|place| right.contains_key(place)), "{name}: a row or column too many");
}

/// Checks that a document was refused or held: no figure is in use, and the exit code is not 0.
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
    let checked = check(&office, "cis-1", "2021-M12");
    assert!(checked.out.contains("identity.held"), "{}", checked.out);
}

#[test]
fn all_forms_of_a_year_before_some_regions_existed_are_held_and_are_taken_for_their_own_year() {
    let Some(all) = case("../real/CIS-1") else { return };
    let office = Office::real();
    let slip = pull(&office, &all, "2021-M12").exits(3);
    assert!(slip.out.contains("20 held"), "{}", slip.out);
    let row = ["query", "--form", "cis-1", "--period", "2021-M12", "--section", "R1", "--format", "json"];
    assert_eq!(office.zhinaq(&row).exits(0).json(), json!([]));
    let right = pull(&office, &all, "2022-M12").exits(0);
    assert!(right.out.contains("20 new"), "{}", right.out);
    assert_eq!(office.zhinaq(&row).exits(0).json(), json!([]), "one set is in use, that of 2022");
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
        has_the_same_figures(name, &office);
    }
    let Some((office, pulled)) = cis("zip/bzip2") else { return };
    let told = self::told(&pulled);
    assert!(pulled.code != 0 && told.contains("bzip2") && !told.contains("fetch it again"), "{told}");
    assert!(told.contains("save it"), "{told}");
    assert_eq!(at(&office, "1", "1"), None);
    let Some((office, pulled)) = cis("zip/sheet-twice") else { return };
    let told = self::told(&pulled);
    assert!(pulled.code != 0 && told.contains("two parts") && told.contains("sheet1.xml"), "{told}");
    assert_eq!(at(&office, "1", "1"), None);
}

#[test]
fn column_numbers_are_read_or_the_cause_is_named() {
    for name in ["in-brackets", "written-gr", "stub-is-numbered-too", "last-column-1a", "row-empty"] {
        let Some((office, _)) = cis(&format!("column-numbers/{name}")) else { return };
        let checked = check(&office, "cis-1", "2022-M12");
        match name {
            // A column after the numbered columns is a column of its own, and is reported.
            "last-column-1a" => {
                let mut here = figures(&office);
                here.retain(|place, _| !place.ends_with("\"1а\""));
                assert_eq!(Some(&here), right_figures(), "{name}");
                assert!(checked.out.contains("1а"), "{name}: {}", checked.out);
            }
            "row-empty" => {
                let told = findings(&checked, "error", "column numbers");
                assert!(!told.is_empty() && at(&office, "1", "1").is_none(), "{name}: {}", checked.out);
            }
            _ => has_the_same_figures(name, &office),
        }
    }
}

#[test]
fn row_codes_are_read_or_named() {
    for name in ["kept-as-text", "look-alike-letters"] {
        let Some((office, _)) = cis(&format!("row-codes/{name}")) else { return };
        has_the_same_figures(name, &office);
        assert!(check(&office, "cis-1", "2022-M12").out.contains("shape.code-spelled"), "{name}");
    }
}

#[test]
fn tables_that_lie_otherwise_are_read_or_told() {
    for (name, row) in [("header-repeated", "19"), ("signature-and-phone-below", "33")] {
        let Some((office, pulled)) = cis(&format!("layout/{name}")) else { return };
        pulled.exits(0);
        has_the_same_figures(name, &office);
        assert_eq!(at(&office, &format!("#{row}"), "2"), None, "{name} has a row too many");
    }
    for name in ["columns-continue-below", "two-sections-on-one-sheet"] {
        let Some((office, _)) = cis(&format!("layout/{name}")) else { return };
        let checked = check(&office, "cis-1", "2022-M12");
        if findings(&checked, "error", "").is_empty() {
            has_the_same_figures(name, &office);
        }
    }
}

#[test]
fn a_template_is_drafted_from_every_table_of_a_sheet() {
    let Some(folder) = case("layout/learn-sections-side-by-side") else { return };
    let path = workbook(&folder);
    let words = ["form", "learn", path.to_str().unwrap(), "--form", "court-1", "--whole"];
    let drafted = Office::real().zhinaq(&words).exits(0);
    let sections = drafted.out.matches("[[section]]").count();
    assert_eq!(sections, 4, "{}\n{}", drafted.out, drafted.err);
    assert!(
        !drafted.out.contains("code = \"#4\"") && !drafted.out.contains("designations = [\"\"]"),
        "{}",
        drafted.out
    );
}

#[test]
fn figures_that_are_lost_are_told() {
    for name in ["cells-merged", "column-empty", "columns-of-empty-texts"] {
        let Some((office, _)) = cis(&format!("lost-figures/{name}")) else { return };
        let checked = check(&office, "cis-1", "2022-M12");
        let word = if name == "cells-merged" { "merged" } else { "lost." };
        let told = findings(&checked, "error", word).len() + findings(&checked, "warning", word).len();
        assert!(told > 0, "{name}: {}", checked.out);
        let is_merged = name == "cells-merged";
        assert!(!is_merged || at(&office, "8", "2").is_none_or(|value| value.is_null()), "a figure merged away");
    }
}

#[test]
fn a_number_is_never_another_than_a_person_reads() {
    let Some((office, _)) = cis("thousands/all-figures") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    if at(&office, "1", "1") != Some(json!(14672)) {
        assert!(findings(&checked, "error", "figure.doubtful").len() >= 11, "{}", checked.out);
    }
    are_right_or_told("all-figures", &office, &checked);
    let Some((office, _)) = cis("thousands/every-separator") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    let places = [("16", "5", 4731), ("13", "6", 2159), ("13", "3", 2486), ("16", "3", 1738), ("1", "5", 8519)];
    for (row, column, right) in places {
        is_right_or_told(&office, &checked, (row, column), right);
    }
    are_right_or_told("every-separator", &office, &checked);
    let Some((office, _)) = cis("thousands/three-in-one-column") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    assert!(!told_of(&checked, (R1, "15", "1")).is_empty(), "{}", checked.out);
    for (row, right) in [("13", 5688), ("16", 6616)] {
        is_right_or_told(&office, &checked, (row, "1"), right);
    }
    let Some((office, _)) = cis("thousands/two-numbers-in-a-cell") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    assert!(
        findings(&checked, "error", "").len() + findings(&checked, "warning", "text").len() >= 7,
        "{}",
        checked.out
    );
    for (row, wrong) in [("15", json!(562_562)), ("20", json!(1.3))] {
        assert_ne!(at(&office, row, "1"), Some(wrong));
        assert!(!told_of(&checked, (R1, row, "1")).is_empty(), "row {row}: {}", checked.out);
    }
    let Some((office, _)) = cis("text-in-a-figure/superscript-footnote") else { return };
    let shown = at(&office, "16", "1");
    let is_told = || !told_of(&check(&office, "cis-1", "2022-M12"), (R1, "16", "1")).is_empty();
    assert!(shown == Some(json!(6616)) || (shown != Some(json!(66161)) && is_told()), "{shown:?}");
    let Some((office, _)) = cis("text-in-a-figure/invisible-characters") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    // Each value is read with a finding that shows the character, or it is not read, which is an error.
    assert!(findings(&checked, "info", "figure.invisible").iter().all(|f| f.to_string().contains("[U+")));
    assert!(checked.out.contains("[U+200B]"), "{}", checked.out);
    are_right_or_told("invisible-characters", &office, &checked);
}

#[test]
fn noise_of_doubles_is_rounded_as_excel_shows_it() {
    let Some((office, _)) = cis("float-noise/count-in-cis-1") else { return };
    let checked = check(&office, "cis-1", "2022-M12");
    assert_eq!(at(&office, "19", "1"), Some(json!(39)));
    assert!(told_of(&checked, (R1, "19", "1")).is_empty(), "{}", checked.out);
    for row in ["13", "15", "16", "17"] {
        assert!(!told_of(&checked, (R1, row, "1")).is_empty(), "row {row}: {}", checked.out);
    }
    are_right_or_told("count-in-cis-1", &office, &checked);
    let Some(folder) = case("float-noise/money-in-3-k") else { return };
    let office = Office::real();
    pull(&office, &workbook(&folder), "2023-M03").exits(0);
    for (row, right) in [("4", 0.3), ("6", 65978.345), ("7", 42010.899)] {
        assert_eq!(figure(&office, "3-k", "2023-M03", "19", [R1, row, "16"]), Some(json!(right)), "row {row}");
    }
}

#[test]
fn two_sheets_of_one_section_are_a_conflict_or_decided_by_a_rule() {
    let Some((office, pulled)) = cis("two-sheets-one-section/hidden-draft-first") else { return };
    let shown = at(&office, "1", "1");
    let checked = check(&office, "cis-1", "2022-M12");
    let is_told = pulled.code != 0 || checked.out.contains("черновик");
    assert!(is_told && (shown.is_none() || shown == Some(json!(14672))), "{shown:?}: {}", checked.out);
    let Some((office, pulled)) = cis("two-sheets-one-section/corrected-copy-behind") else { return };
    let shown = at(&office, "13", "1");
    let is_told = pulled.code != 0 || !findings(&check(&office, "cis-1", "2022-M12"), "error", "").is_empty();
    assert!(shown == Some(json!(5700)) || is_told, "{shown:?}");
    let Some((office, pulled)) = cis("two-sheets-one-section/a-sheet-for-each-region") else { return };
    let shown = at(&office, "1", "1");
    assert!(shown == Some(json!(14672)) || (shown.is_none() && pulled.code == 3), "{shown:?}: {}", told(&pulled));
}

#[test]
fn two_documents_for_one_key_wait_and_nothing_changes_when_nothing_changed() {
    let Some(folder) = case("two-documents-one-key/two-files-of-a-region") else { return };
    let office = Office::real();
    let inbox = folder.join("inbox");
    for _ in 0..3 {
        let pulled = pull(&office, &inbox, "2022-M12").exits(3);
        let told = told(&pulled);
        assert!(told.contains("старый") && told.contains("Astana city.XLSX"), "{told}");
        assert_eq!(at(&office, "1", "1"), None);
    }
}

/// The same with the folder as the form's source: each run of a day finds both files, and changes nothing.
#[test]
fn a_folder_with_two_documents_for_one_key_is_a_conflict_at_every_run() {
    let Some(folder) = case("two-documents-one-key/two-files-of-a-region") else { return };
    let office = Office::real();
    let inbox = office.path().join("inbox/cis-1");
    std::fs::create_dir_all(&inbox).unwrap();
    let copy = |name: &str| std::fs::copy(folder.join("inbox").join(name), inbox.join(name)).unwrap();
    copy("Astana city.XLSX");
    office.edit("schedules/sources.toml", |text| {
        let mut table: toml::Table = text.replacen("use = \"sample\"", "use = \"real\"", 1).parse().unwrap();
        for form in table.get_mut("form").unwrap().as_array_mut().unwrap() {
            let form = form.as_table_mut().unwrap();
            let id = form["id"].as_str().unwrap().to_owned();
            let folder = toml::Table::from_iter([("folder".to_owned(), format!("inbox/{id}").into())]);
            form.insert("real".into(), folder.into());
        }
        toml::to_string(&table).unwrap()
    });
    let run = || {
        let words = ["run", "--period", "2022-Q4", "--as-of", "2023-01-10T12:00", "--format", "json"];
        office.zhinaq(&words)
    };
    run();
    assert_eq!(at(&office, "1", "1"), Some(json!(14672)), "one file of a region is not a conflict");
    copy("Astana city (старый).xlsx");
    let events = |ended: &Ended| (ended.code, ended.json()["forms"].clone());
    let mut seen = Vec::new();
    for _ in 0..3 {
        let ran = run();
        assert!(told(&ran).contains("старый"), "{}", told(&ran));
        seen.push((events(&ran), at(&office, "1", "1")));
        let held = office.zhinaq(&["held", "--format", "json"]).exits(0);
        assert!(held.out.contains("старый"), "{}", held.out);
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
    assert_ne!(seen[0].1, Some(json!(9999)), "the order of names decides nothing");
}
