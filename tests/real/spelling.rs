//! The cases of `../shared/cases` about the spelling of numbers, codes and tables: each gives the figures of the sound
//! form, or an error that states the cause.

use std::path::PathBuf;

use zhinaq::{
    domain::{Dataset, Figure, Finding, Severity},
    read::Reading,
};

use super::{Office, real};

#[expect(clippy::print_stdout, reason = "a test says that it was skipped")]
fn cases() -> Option<PathBuf> {
    let folder = real()?.join("../cases");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the cases are not at {}", folder.display());
    None
}

/// A case of form CIS-1, and the sound form of Astana.
fn case(name: &str) -> Option<(Reading, Reading)> {
    let (folder, office) = (cases()?, Office::new());
    let path = folder.join(name).join("form.xlsx");
    let period = "2022-M12".parse().unwrap();
    let sound = office.read(&folder.join("../real/CIS-1/Astana city.XLSX"), "cis-1", period).unwrap();
    Some((office.read(&path, "cis-1", period).unwrap_or_else(|e| panic!("{name}: {e}")), sound))
}

fn figure(dataset: &Dataset, row: &str, column: &str) -> String {
    match dataset.figure(&"R1".parse().unwrap(), &row.parse().unwrap(), &column.parse().unwrap()) {
        Some(Figure::Number(number)) => number.to_string(),
        Some(Figure::Text(text)) => format!("text {text}"),
        other => format!("{other:?}"),
    }
}

/// Whether a finding is about this place.
fn is_told(findings: &[Finding], row: &str, column: &str) -> bool {
    let named = |f: &&Finding| {
        f.row.as_ref().is_some_and(|r| r.as_str() == row) && f.column.as_ref().is_some_and(|c| c.as_str() == column)
    };
    findings.iter().any(|f| named(&f))
}

/// Checks that every number of the case is that of the sound form, and that so many other cells are texts, each with a
/// finding.
fn figures_hold_or_are_told(name: &str, doubts: usize) {
    let Some((reading, sound)) = case(name) else { return };
    let mut told = 0;
    for (section, truth) in reading.datasets[0].sections.iter().zip(&sound.datasets[0].sections) {
        assert_eq!((&section.rows, &section.columns), (&truth.rows, &truth.columns), "{name}");
        for (at, (figure, true_one)) in section.figures.iter().zip(&truth.figures).enumerate() {
            let (row, column) = (at / section.columns.len(), at % section.columns.len());
            if figure == true_one {
                continue;
            }
            assert!(matches!(figure, Figure::Text(_)), "{name}: {figure:?} for {true_one:?}");
            let (row, column) = (section.rows[row].code.as_str(), section.columns[column].code.as_str());
            assert!(is_told(&reading.findings, row, column), "{name}: {row} {column}");
            told += 1;
        }
    }
    assert_eq!(told, doubts, "{name}");
}

#[test]
fn grouped_thousands_are_the_true_count_or_a_doubt() {
    figures_hold_or_are_told("thousands/all-figures", 11);
    figures_hold_or_are_told("thousands/every-separator", 2);
    figures_hold_or_are_told("thousands/three-in-one-column", 3);
    figures_hold_or_are_told("thousands/two-numbers-in-a-cell", 7);
}

#[test]
fn texts_within_figures_are_the_true_count_or_a_doubt() {
    let Some((reading, _)) = case("text-in-a-figure/superscript-footnote") else { return };
    assert_eq!(figure(&reading.datasets[0], "16", "1"), "6616");
    assert!(is_told(&reading.findings, "16", "1"));
    let Some((reading, sound)) = case("text-in-a-figure/invisible-characters") else { return };
    for row in ["13", "14", "15", "16", "17", "18", "19", "20", "25", "28"] {
        let (is, was) = (figure(&reading.datasets[0], row, "1"), figure(&sound.datasets[0], row, "1"));
        let differs = is != was && !is.starts_with("text");
        // Rows 20, 25 and 28 have another number in the case.
        assert!(is_told(&reading.findings, row, "1") || !differs || row == "28", "{row}: {is} {was}");
    }
}

#[test]
fn noise_is_the_number_that_excel_shows() {
    let Some((reading, _)) = case("float-noise/count-in-cis-1") else { return };
    assert_eq!(figure(&reading.datasets[0], "19", "1"), "39");
    let Some(folder) = cases() else { return };
    let path = folder.join("float-noise/money-in-3-k/202303_3k_00000___ru.XLSX");
    let reading = Office::new().read(&path, "3-k", "2023-M03".parse().unwrap()).unwrap();
    let figures = ["4", "6", "7"].map(|row| figure(&reading.datasets[0], row, "16"));
    assert_eq!(figures, ["0.3", "65978.345", "42010.899"]);
}

#[test]
fn codes_in_another_spelling_and_tables_in_another_place_give_the_same_figures() {
    for name in [
        "column-numbers/in-brackets",
        "column-numbers/stub-is-numbered-too",
        "column-numbers/written-gr",
        "row-codes/kept-as-text",
        "row-codes/look-alike-letters",
        "layout/columns-continue-below",
        "layout/header-repeated",
        "layout/signature-and-phone-below",
        "layout/two-sections-on-one-sheet",
    ] {
        let Some((reading, sound)) = case(name) else { return };
        let (is, was) = (&reading.datasets[0].sections, &sound.datasets[0].sections);
        let named = |sections: &[zhinaq::domain::Section]| {
            sections
                .iter()
                .map(|s| (s.id.clone(), s.rows.clone(), s.columns.clone(), s.figures.clone()))
                .collect::<Vec<_>>()
        };
        assert!(named(is) == named(was), "{name}: {:#?}", reading.findings);
    }
    let Some((reading, _)) = case("column-numbers/last-column-1a") else { return };
    assert_eq!(["1", "6", "1а"].map(|column| figure(&reading.datasets[0], "1", column)), ["14672", "4289", "14673"]);
    assert!(reading.findings.iter().any(|f| f.explanation.contains("`1а`")));
    let Some((reading, _)) = case("column-numbers/row-empty") else { return };
    let told = reading.findings.iter().find(|f| f.rule == "shape.sheet-unread").unwrap();
    assert_eq!(told.severity, Severity::Error);
    assert_eq!(told.explanation, "sheet `R1` was left out: it has no row of column numbers");
}
