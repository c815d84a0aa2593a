//! Tables with an unexpected layout: repeated headers, lines below, several tables on a sheet.

use rust_xlsxwriter::{Format, Worksheet};
use zhinaq::{
    domain::{Figure, Finding, Section},
    read::{self, Document, Reading},
};

use super::made_up::{FIRST, Made, read_as, wanted};

fn read(made: Made) -> Reading {
    read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn usual() -> Vec<Section> {
    read(Made::usual()).datasets.remove(0).sections
}

fn found<'a>(reading: &'a Reading, rule: &str) -> Vec<&'a Finding> {
    reading.findings.iter().filter(|f| f.rule == rule).collect()
}

/// Writes the header of section 1 at a row, with a range of its columns.
fn header(sheet: &mut Worksheet, row: u32, columns: std::ops::Range<u16>) {
    let merged = Format::new();
    sheet.merge_range(row, 0, row + 1, 1, "Наименование показателей", &merged).unwrap();
    sheet.write(row, 2, "Шифр строки").unwrap().write(row + 2, 0, "А").unwrap().write(row + 2, 2, "Б").unwrap();
    let first = columns.start;
    for column in columns {
        let at = 3 + column - first;
        match column {
            0 => drop(sheet.merge_range(row, at, row + 1, at, "Остаток на начало", &merged).unwrap()),
            1 => drop(sheet.merge_range(row, at, row + 1, at, "Поступило", &merged).unwrap()),
            2 => drop(sheet.merge_range(row, at, row, at + 1, "Окончено", &merged).unwrap()),
            _ => {}
        }
        let below = ["", "", "всего", "в суд"][usize::from(column)];
        if !below.is_empty() {
            sheet.write(row + 1, at, below).unwrap();
        }
        sheet.write(row + 2, at, column + 1).unwrap();
    }
}

/// Writes rows of section 1 from a row of the sheet on, with the figures of these columns.
fn rows(sheet: &mut Worksheet, at: u32, rows: std::ops::Range<u32>, columns: std::ops::Range<u16>) {
    let from = rows.start;
    for row in rows {
        let here = at + row - from;
        match row {
            0 => drop(sheet.merge_range(here, 0, here, 1, "Всего дел", &Format::new()).unwrap()),
            1 => {
                sheet.merge_range(here, 0, here + 1, 0, "из них", &Format::new()).unwrap();
                sheet.write(here, 1, "тяжкие").unwrap();
            }
            _ => drop(sheet.write(here, 1, "прочие").unwrap()),
        }
        sheet.write(here, 2, row + 1).unwrap();
        for column in columns.clone() {
            let figure = 10 * (row + 1) + u32::from(column) + 1;
            sheet.write(here, 3 + column - columns.start, figure).unwrap();
        }
    }
}

const TITLE: &str = "Раздел 1. Сведения о движении дел";

/// A form whose section 1 is drawn by hand.
fn with_first(draw: impl Fn(&mut Worksheet)) -> Made {
    let mut made = Made::new("1-Х  г. Астана (Свод)", "500;701;1971%;__");
    let sheet = made.workbook.add_worksheet();
    sheet.set_name("R1").unwrap().write(0, 0, "Форма отчета № 1-X").unwrap().write(1, 0, TITLE).unwrap();
    draw(sheet);
    made.minors("R1-1", "Раздел 1-1. Сведения о движении дел о несовершеннолетних");
    made.damage("R2", "Раздел 2. Сведения о возмещении ущерба");
    made
}

#[test]
fn a_header_that_is_printed_again_makes_no_rows() {
    for note in ["", "продолжение раздела 1"] {
        let reading = read(with_first(|sheet| {
            header(sheet, 2, 0..4);
            rows(sheet, 5, 0..1, 0..4);
            sheet.write(6, 0, note).unwrap();
            header(sheet, 8, 0..4);
            rows(sheet, 11, 1..3, 0..4);
        }));
        assert_eq!(reading.datasets[0].sections, usual(), "{note}");
        let rules: Vec<&str> = reading.findings.iter().map(|f| f.rule.as_str()).collect();
        assert_eq!(rules, ["shape.header-again"], "{note}");
    }
}

#[test]
fn columns_that_go_on_below_are_joined_by_the_codes_of_their_rows() {
    let reading = read(with_first(|sheet| {
        header(sheet, 2, 0..2);
        rows(sheet, 5, 0..3, 0..2);
        header(sheet, 10, 2..4);
        rows(sheet, 13, 0..3, 2..4);
    }));
    assert_eq!(reading.datasets[0].sections, usual());
    let told = found(&reading, "shape.columns-below");
    assert_eq!((told.len(), reading.findings.len()), (1, 1), "{:?}", reading.findings);
    assert!(told[0].explanation.starts_with("columns 3, 4 are printed below"), "{}", told[0].explanation);
}

#[test]
fn columns_below_of_other_rows_are_not_joined() {
    let reading = read(with_first(|sheet| {
        header(sheet, 2, 0..2);
        rows(sheet, 5, 0..3, 0..2);
        header(sheet, 10, 2..4);
        rows(sheet, 13, 0..2, 2..4);
    }));
    assert!(reading.findings.iter().any(|f| f.rule == "shape.columns" && f.explanation.contains("gone")));
    assert!(found(&reading, "shape.section-unknown")[0].explanation.contains("`R1 (table 2)`"));
}

#[test]
fn two_sections_on_one_sheet_are_two_tables() {
    for apart in [0, 3] {
        let mut made = Made::new("1-Х  г. Астана (Свод)", "500;701;1971%;__");
        made.movement("R1", TITLE);
        made.minors("R1-1", "Раздел 1-1. Сведения о движении дел о несовершеннолетних");
        let sheet = made.on("R1-1");
        let at = FIRST + 3 + apart;
        sheet.write(at, 0, "Раздел 2. Сведения о возмещении ущерба").unwrap();
        sheet.merge_range(at + 1, 0, at + 2, 1, "Наименование показателей", &Format::new()).unwrap();
        sheet.write(at + 1, 2, "Шифр строки").unwrap().write(at + 1, 3, "Установлено (тыс.тенге)").unwrap();
        sheet.write(at + 3, 0, "А").unwrap().write(at + 3, 2, "Б").unwrap().write(at + 3, 3, 1).unwrap();
        rows(sheet, at + 4, 0..3, 0..1);
        let reading = read(made);
        assert_eq!(reading.datasets[0].sections, usual());
        assert_eq!(reading.findings, []);
    }
}

#[test]
fn tables_side_by_side_are_two_tables() {
    let mut made = Made::usual();
    let sheet = made.workbook.add_worksheet();
    sheet.set_name("Разделы 7, 8").unwrap();
    for (left, title, times) in [(0_u16, "Раздел 7. Остаток дел", 100_u32), (6, "Раздел 8. Сроки", 7)]
    {
        sheet.write(0, left, title).unwrap().write(2, left, "Виды дел").unwrap();
        sheet.write(2, left + 1, "№ стр.").unwrap().write(2, left + 2, "Всего").unwrap();
        sheet.write(2, left + 3, "из них в суде").unwrap();
        sheet.write(3, left, "А").unwrap().write(3, left + 1, "Б").unwrap();
        sheet.write(3, left + 2, 1).unwrap().write(3, left + 3, 2).unwrap();
        for row in 0..3_u32 {
            sheet.write(4 + row, left, format!("вид {row}")).unwrap().write(4 + row, left + 1, row + 1).unwrap();
            sheet.write(4 + row, left + 2, times * (row + 1)).unwrap();
            sheet.write(4 + row, left + 3, times + row).unwrap();
        }
    }
    let bytes = made.bytes();
    let document = Document { name: "form.xlsx", bytes: &bytes };
    let draft = read::learn(&"1-x".parse().unwrap(), &document).unwrap();
    assert!(draft.contains("Раздел 7. Остаток дел") && draft.contains("Раздел 8. Сроки"), "{draft}");
    let reading = read_as(&wanted("2022-M12"), "form.xlsx", &bytes).unwrap();
    let beside = &reading.datasets[0].sections[3..];
    let totals: Vec<_> = beside.iter().map(|s| s.figures.iter().filter_map(Figure::number).count()).collect();
    assert_eq!(totals, [6, 6]);
    assert_eq!(found(&reading, "shape.section-unknown").len(), 2);
}

#[test]
fn a_signature_and_a_telephone_number_are_no_rows() {
    let mut made = Made::usual();
    let sheet = made.on("R1");
    sheet.write(FIRST + 4, 0, "Примечание: без учета транспорта").unwrap();
    sheet.write(FIRST + 5, 0, "Исполнитель").unwrap().write(FIRST + 5, 3, "тел.").unwrap();
    sheet.write(FIRST + 5, 4, 713_045).unwrap().write(FIRST + 6, 0, "Дата").unwrap();
    sheet.write(FIRST + 6, 3, "17.01.2023").unwrap();
    let reading = read(made);
    assert_eq!(reading.datasets[0].sections, usual());
    let below = found(&reading, "shape.below");
    assert_eq!(below.len(), 2, "{:?}", reading.findings);
    assert!(below[0].explanation.ends_with("was left out: `Исполнитель тел. 713045`"), "{}", below[0].explanation);
}

#[test]
fn a_last_row_that_lost_its_code_stays_a_row() {
    let mut made = Made::usual();
    made.on("R1").write(FIRST + 3, 1, "без кода").unwrap();
    for column in 3..7 {
        made.on("R1").write(FIRST + 3, column, 5).unwrap();
    }
    let reading = read(made);
    assert_eq!(reading.datasets[0].sections[0].rows.len(), 4);
    assert_eq!(found(&reading, "shape.row-without-code").len(), 1);
}
