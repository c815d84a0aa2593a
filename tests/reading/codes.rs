//! Row codes in another spelling, in a document of an edition that its template does not describe.

use std::collections::BTreeMap;

use zhinaq::{
    config,
    domain::{Finding, FormId, FormTemplate, Origin, Section},
    read::{self, Document, Reading, Wanted},
};

use super::made_up::{FIRST, Made, regions};

/// In edition 902 row 2 is gone, so the rows after it have other codes.
const FORM: &str = r#"
form = "4-z"
designations = ["4-З", "4-Z"]
known_from = "made up"
[[section]]
id = "R1"
title = { ru = "Раздел 1. Сведения о поступивших обращениях граждан" }
rows = [
  { code = "1", ru = "Всего обращений" },
  { code = "2", ru = "жалобы на бездействие" },
  { code = "3", ru = "заявления о пересмотре" },
  { code = "4", ru = "запросы адвокатов" },
  { code = "5", ru = "отклики на публикации" },
]
columns = [{ code = "1", ru = "Остаток на начало периода" }, { code = "2", ru = "Поступило через канцелярию" }]
[[edition]]
edition = "901"
[[edition]]
edition = "902"
sections = [{ id = "R1", rows = { "2" = false, "3" = "2", "4" = "3", "5" = "4" } }]
"#;

fn read_as(edition: &str, codes: [&str; 4]) -> Reading {
    let template: FormTemplate = config::parse_form("4-z.toml", FORM).unwrap_or_else(|faults| panic!("{faults}"));
    let mut made = Made::new("4-З  г. Астана (Свод)", &format!("500;{edition};1971%;__"));
    let section = &template.sections[0];
    let sheet = made.workbook.add_worksheet();
    sheet.set_name("R1").unwrap().write(1, 0, &section.titles.ru).unwrap();
    sheet.write(3, 0, "Наименование").unwrap().write(3, 1, "Шифр строки").unwrap();
    sheet.write(4, 0, "А").unwrap().write(4, 1, "Б").unwrap();
    for (at, column) in (0_u16..).zip(&section.columns) {
        sheet.write(3, 2 + at, &column.titles.ru).unwrap().write(4, 2 + at, at + 1).unwrap();
    }
    let rows = section.rows.iter().filter(|row| row.code.as_str() != "2");
    for (at, (row, code)) in (0_u32..).zip(rows.zip(codes)) {
        sheet.write(FIRST + at, 0, &row.titles.ru).unwrap().write(FIRST + at, 1, code).unwrap();
        sheet.write(FIRST + at, 2, 10 * at + 1).unwrap().write(FIRST + at, 3, 10 * at + 2).unwrap();
    }
    let all: BTreeMap<FormId, FormTemplate> = [(template.form.clone(), template.clone())].into();
    let wanted = Wanted::of(template.form.clone(), "2024-M03".parse().unwrap(), Origin::Real);
    let bytes = made.bytes();
    read::read(&template, &all, &regions(), &[], &wanted, &Document { name: "form.xlsx", bytes: &bytes }).unwrap()
}

fn codes(section: &Section) -> Vec<&str> {
    section.rows.iter().map(|row| row.code.as_str()).collect()
}

fn found<'a>(reading: &'a Reading, rule: &str) -> Vec<&'a Finding> {
    reading.findings.iter().filter(|f| f.rule == rule).collect()
}

#[test]
fn codes_are_those_of_the_edition_that_a_document_is_read_by() {
    // Edition 902 itself, and an edition without a description, which is read as the one that it agrees with most.
    for edition in ["902", "903"] {
        let reading = read_as(edition, ["01", "02", "стр.3", "(4)"]);
        assert_eq!(codes(&reading.datasets[0].sections[0]), ["1", "2", "3", "4"], "{edition}");
        assert!(found(&reading, "shape.code").is_empty(), "{edition}: {:?}", reading.findings);
        assert_eq!(found(&reading, "shape.code-spelled").len(), 1, "{edition}: {:?}", reading.findings);
    }
}
