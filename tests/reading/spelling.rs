//! Numbers, column numbers and row codes in an unusual spelling.

use std::collections::BTreeMap;

use zhinaq::{
    domain::{Dataset, Figure, Finding, Severity},
    read::Reading,
};

use super::made_up::{FIRST, Made, read_as, wanted};

fn read(made: Made) -> Reading {
    read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn figure(dataset: &Dataset, section: &str, row: &str, column: &str) -> String {
    match dataset.figure(&section.parse().unwrap(), &row.parse().unwrap(), &column.parse().unwrap()) {
        Some(Figure::Number(number)) => number.to_string(),
        Some(Figure::Text(text)) => format!("text {text}"),
        Some(Figure::Blank) => "blank".to_owned(),
        None => "no place".to_owned(),
    }
}

/// The rules of the findings with their severities, and how often each occurs.
fn rules(findings: &[Finding]) -> BTreeMap<String, usize> {
    let mut rules = BTreeMap::new();
    for finding in findings {
        *rules.entry(format!("{} {}", finding.severity, finding.rule)).or_insert(0) += 1;
    }
    rules
}

fn usual_figures() -> Vec<Dataset> {
    read(Made::usual()).datasets
}

#[test]
fn each_doubtful_count_is_an_error_and_never_a_number() {
    let mut made = Made::usual();
    for (row, text) in ["4,731", "2.159", "0,562"].into_iter().enumerate() {
        made.on("R1").write(FIRST + row as u32, 3, text).unwrap();
    }
    for (row, text) in ["562 562", "1.300", "1,234,567"].into_iter().enumerate() {
        made.on("R1").write(FIRST + row as u32, 4, text).unwrap();
    }
    for (row, text) in ["18,453", "18 453,949", "1,234.5"].into_iter().enumerate() {
        made.on("R2").write(FIRST + row as u32, 3, text).unwrap();
    }
    let reading = read(made);
    let dataset = &reading.datasets[0];
    assert_eq!(figure(dataset, "R1", "1", "1"), "text 4,731");
    assert_eq!(figure(dataset, "R1", "1", "2"), "text 562 562");
    let money = ["1", "2", "3"].map(|row| figure(dataset, "R2", row, "1"));
    assert_eq!(money, ["18.453", "18453.949", "1234.5"]);
    let doubtful: Vec<(&str, &str)> = reading
        .findings
        .iter()
        .filter(|f| f.rule == "figure.doubtful" && f.severity == Severity::Error)
        .map(|f| (f.row.as_ref().unwrap().as_str(), f.column.as_ref().unwrap().as_str()))
        .collect();
    assert_eq!(doubtful, [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("3", "1"), ("3", "2")]);
}

#[test]
fn a_cell_that_is_no_number_is_an_error_behind_any_number_of_noisy_ones() {
    let mut made = Made::usual();
    let sheet = made.on("R1");
    for row in 0..600_u32 {
        sheet.write(FIRST + 3 + row, 0, format!("Строка {row}")).unwrap().write(FIRST + 3 + row, 2, 4 + row).unwrap();
        sheet.write(FIRST + 3 + row, 3, 39.000_000_000_1).unwrap();
    }
    for row in 300..600_u32 {
        sheet.write_boolean(FIRST + 3 + row, 4, true).unwrap();
    }
    let findings = read(made).findings;
    let of = |rule: &str| findings.iter().filter(|f| f.rule == rule && f.severity == Severity::Error).count();
    assert_eq!((of("figure.kind"), of("figure.more")), (200, 1), "{findings:?}");
}

#[test]
fn grouped_counts_are_read_whatever_blank_groups_them() {
    let mut made = Made::usual();
    let texts = ["14\u{a0}672", "5\u{2009}804", "8’519", "5\u{202f}688", "2\u{2007}486", "6 616", "1'738"];
    for (place, text) in texts.into_iter().enumerate() {
        made.on("R1").write(FIRST + place as u32 / 4, 3 + place as u16 % 4, text).unwrap();
    }
    let reading = read(made);
    let figures: Vec<String> = reading.datasets[0].sections[0].figures[..7]
        .iter()
        .map(|figure| figure.number().map_or_else(String::new, |number| number.to_string()))
        .collect();
    assert_eq!(figures, ["14672", "5804", "8519", "5688", "2486", "6616", "1738"]);
    assert_eq!(rules(&reading.findings), [("info figure.number-as-text".to_owned(), 1)].into());
}

#[test]
fn what_nobody_sees_and_raised_digits_are_told() {
    let mut made = Made::usual();
    made.on("R1").write(FIRST, 3, "562\u{200b}").unwrap().write(FIRST, 4, "５６２").unwrap();
    let raised = rust_xlsxwriter::Format::new().set_font_script(rust_xlsxwriter::FormatScript::Superscript);
    let plain = rust_xlsxwriter::Format::new();
    made.on("R1").write_rich_string(FIRST, 5, &[(&plain, "6616"), (&raised, "1")]).unwrap();
    made.on("R1").write(FIRST, 6, 39.000_000_000_1).unwrap();
    let reading = read(made);
    let dataset = &reading.datasets[0];
    let row = ["1", "2", "3", "4"].map(|column| figure(dataset, "R1", "1", column));
    assert_eq!(row, ["562", "text ５６２", "6616", "39"]);
    let said = |rule: &str| &reading.findings.iter().find(|f| f.rule == rule).unwrap().explanation;
    assert!(said("figure.invisible").contains("`562[U+200B]`"), "{}", said("figure.invisible"));
    assert!(said("figure.doubtful").contains("`[U+FF15][U+FF16][U+FF12]`"), "{}", said("figure.doubtful"));
    assert!(said("figure.footnote").contains("`6616¹` was read as 6616"), "{}", said("figure.footnote"));
    assert!(said("figure.noise").contains("39 in row `1`, column `4`"), "{}", said("figure.noise"));
    assert_eq!(reading.findings.len(), 4, "{:?}", reading.findings);
}

/// The usual form with other texts in the row that numbers the columns of section 1.
fn numbered(texts: [&str; 4]) -> Made {
    let mut made = Made::usual();
    for (place, text) in texts.into_iter().enumerate() {
        made.on("R1").write(4, 3 + place as u16, text).unwrap();
    }
    made
}

#[test]
fn column_numbers_in_another_spelling_are_read() {
    for texts in [
        ["(1)", "(2)", "(3)", "(4)"],
        ["гр.1", "гр.2", "гр.3", "гр.4"],
        ["графа 1", "графа 2", "графа 3", "графа 4"],
        ["1.", "2.", "3.", "4."],
        ["01", "02", "03", "04"],
        ["I", "II", "III", "IV"],
        ["1", "2", "З", "4"],
        ["l", "2", "3", "4"],
        ["1", "2", "3", "4\u{200b}"],
    ] {
        let reading = read(numbered(texts));
        assert_eq!(reading.datasets, usual_figures(), "{texts:?}");
        let told = rules(&reading.findings);
        assert!(told.keys().all(|rule| rule.starts_with("info shape.co")), "{texts:?}: {told:?}");
        assert_eq!(told.len(), 1, "{texts:?}: {told:?}");
    }
}

#[test]
fn column_numbers_that_are_in_doubt_leave_the_sheet_out_with_the_cause() {
    for (texts, cause) in [
        (["1", "2", "44", "4"], "its row of column numbers reads `А`, `Б`, `1`, `2`, `44`, `4`"),
        (["1", "3", "2", "4"], "its row of column numbers reads `А`, `Б`, `1`, `3`, `2`, `4`"),
        ([" ", " ", " ", " "], "it has no row of column numbers"),
        (
            ["гр.1", "гр.2", "итого", "гр.4"],
            "its row of column numbers reads `А`, `Б`, `гр.1`, `гр.2`, `итого`, `гр.4`",
        ),
    ] {
        let reading = read(numbered(texts));
        let told: Vec<_> = reading.findings.iter().filter(|f| f.rule == "shape.sheet-unread").collect();
        let [told] = told.as_slice() else { panic!("{texts:?}: {:?}", reading.findings) };
        assert_eq!(told.severity, Severity::Error);
        assert_eq!(told.explanation, format!("sheet `R1` was left out: {cause}"));
    }
}

#[test]
fn a_stub_that_is_numbered_too_moves_no_figure() {
    let mut made = numbered(["3", "4", "5", "6"]);
    made.on("R1").write(4, 0, 1).unwrap().write(4, 2, 2).unwrap();
    let reading = read(made);
    assert_eq!(reading.datasets, usual_figures());
    assert_eq!(rules(&reading.findings), [("info shape.columns-spelled".to_owned(), 1)].into());
}

#[test]
fn a_part_of_a_column_number_may_stand_anywhere() {
    let mut made = Made::usual();
    made.on("R1").write(3, 7, "кроме того").unwrap().write(4, 7, "1а").unwrap().write(FIRST, 7, 77).unwrap();
    let reading = read(made);
    let dataset = &reading.datasets[0];
    assert_eq!(["1", "4", "1а"].map(|column| figure(dataset, "R1", "1", column)), ["11", "14", "77"]);
    assert!(reading.findings.iter().any(|f| f.rule == "shape.columns" && f.explanation.contains("`1а`")));
}

#[test]
fn row_codes_in_another_spelling_are_read_and_told() {
    for codes in [["01", "2.", "5.0"], ["стр.1", "№2", "(3)"], ["l", "2", "З"], ["1\u{200b}", "2)", "003"]] {
        let mut made = Made::usual();
        let third = if codes[2] == "5.0" { "3.0" } else { codes[2] };
        for (row, code) in [codes[0], codes[1], third].into_iter().enumerate() {
            made.on("R1").write(FIRST + row as u32, 2, code).unwrap();
        }
        let reading = read(made);
        assert_eq!(reading.datasets, usual_figures(), "{codes:?}");
        assert_eq!(rules(&reading.findings), [("info shape.code-spelled".to_owned(), 1)].into(), "{codes:?}");
    }
}

#[test]
fn a_code_that_may_be_two_rows_is_named() {
    let mut made = Made::usual();
    made.on("R1").write(FIRST + 1, 2, "01").unwrap();
    let reading = read(made);
    let told: Vec<_> = reading.findings.iter().filter(|f| f.rule == "shape.code").collect();
    assert_eq!((told.len(), told[0].severity), (1, Severity::Error));
    assert_eq!(told[0].explanation, "row `Всего дел / тяжкие` carries the code `01`; another row has the code `1` too");
    let mut made = Made::usual();
    made.on("R1").write(FIRST + 1, 1, "подростков").unwrap().write(FIRST + 1, 2, "02").unwrap();
    let reading = read(made);
    let told = reading.findings.iter().find(|f| f.rule == "shape.code").unwrap();
    assert_eq!(told.explanation, "row `Всего дел / подростков` carries the code `02`; row `2` is `Всего дел / тяжкие`");
}
