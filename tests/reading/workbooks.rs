//! Form workbooks: figures, labels, sections, editions, identity.

use zhinaq::{
    config,
    domain::{Dataset, Figure, Finding, Severity},
    read::{self, Document, ReadError, Reading},
};

use super::made_up::{FIRST, Made, read_as, regions, wanted};

fn figure(dataset: &Dataset, section: &str, row: &str, column: &str) -> Figure {
    let found = dataset.figure(&section.parse().unwrap(), &row.parse().unwrap(), &column.parse().unwrap());
    found.unwrap_or_else(|| panic!("no place {section} {row} {column}")).clone()
}

fn number(text: &str) -> Figure {
    Figure::Number(text.parse().unwrap())
}

fn found<'a>(reading: &'a Reading, rule: &str) -> Vec<&'a Finding> {
    reading.findings.iter().filter(|f| f.rule == rule).collect()
}

fn usual(made: Made) -> Reading {
    read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap()
}

#[test]
fn a_form_is_read_as_it_stands() {
    let reading = usual(Made::usual());
    assert_eq!(reading.findings, []);
    assert_eq!(reading.held, None);
    let [dataset] = reading.datasets.as_slice() else { panic!("one dataset") };
    assert_eq!(dataset.key.unit.as_str(), "1971");
    assert!(dataset.key.agency.is_all());
    assert_eq!(dataset.edition.as_str(), "701");
    assert_eq!(reading.identity.release, Some(500));
    assert_eq!(figure(dataset, "R1", "2", "3"), number("23"));
    let section = dataset.section(&"R1".parse().unwrap()).unwrap();
    let labels: Vec<&str> = section.rows.iter().map(|r| &*r.label).collect();
    assert_eq!(labels, ["Всего дел", "Всего дел / тяжкие", "Всего дел / прочие"]);
    let labels: Vec<&str> = section.columns.iter().map(|c| &*c.label).collect();
    assert_eq!(labels, ["Остаток на начало", "Поступило", "Окончено / всего", "Окончено / в суд"]);
    assert_eq!(&*section.title, "Раздел 1. Сведения о движении дел");
}

#[test]
fn blank_zero_text_and_numbers_as_text_are_told_apart() {
    let mut made = Made::usual();
    let sheet = made.on("R1");
    sheet.write(FIRST, 3, 0).unwrap().write(FIRST, 4, " ").unwrap().write(FIRST, 5, "1 234,5").unwrap();
    sheet.write(FIRST, 6, "нет").unwrap().write(FIRST + 1, 3, true).unwrap();
    let sheet = made.on("R2");
    sheet.write(FIRST, 3, 18_453.949).unwrap().write(FIRST + 1, 3, 0.1 + 0.2).unwrap();
    sheet.write(FIRST + 2, 3, 146_933_471.347).unwrap();
    let reading = usual(made);
    let dataset = &reading.datasets[0];
    assert_eq!(figure(dataset, "R1", "1", "1"), number("0"));
    assert_eq!(figure(dataset, "R1", "1", "2"), Figure::Blank);
    assert_eq!(figure(dataset, "R1", "1", "3"), Figure::Text("1 234,5".into()), "a fraction of a case");
    assert_eq!(figure(dataset, "R1", "1", "4"), Figure::Text("нет".into()));
    assert_eq!(figure(dataset, "R2", "1", "1"), number("18453.949"));
    assert_eq!(figure(dataset, "R2", "3", "1"), number("146933471.347"));
    assert_eq!(figure(dataset, "R2", "2", "1"), number("0.3"), "as Excel shows 0.30000000000000004");
    assert_eq!(found(&reading, "figure.number-as-text"), Vec::<&Finding>::new());
    let text = found(&reading, "figure.text");
    assert_eq!((text[0].row.as_ref().unwrap().as_str(), text[0].column.as_ref().unwrap().as_str()), ("1", "4"));
    let doubtful = found(&reading, "figure.doubtful");
    assert_eq!((doubtful.len(), doubtful[0].severity), (1, Severity::Error));
    assert_eq!(found(&reading, "figure.kind").len(), 1);
}

#[test]
fn sections_are_known_by_their_subject_wherever_their_sheet_stands() {
    let mut made = Made::new("1-X  Астана (Свод)", "700;702;1971%;__");
    made.damage("R3", "Раздел 3. Сведения о возмещении ущерба");
    made.minors("R2", "Раздел 2. Сведения о движении дел о несовершеннолетних");
    made.movement("R1", "Раздел 1. Сведения о движении дел");
    let reading = read_as(&wanted("2024-M03"), "form.xlsx", &made.bytes()).unwrap();
    let ids: Vec<&str> = reading.datasets[0].sections.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["R1", "R1-1", "R2"]);
    assert_eq!(reading.findings, []);
    assert_eq!(reading.datasets[0].sections[2].columns.len(), 1);
}

#[test]
fn an_unknown_edition_is_read_where_it_agrees_and_tells_what_moved() {
    let mut made = Made::new("1-X  Астана (Свод)", "700;703;1971%;__");
    made.damage("R1", "Раздел 1. Сведения о возмещении ущерба");
    let sheet = made.sheet("R2", "Раздел 2. Сведения о движении дел");
    sheet.write(2, 3, "Поступило").unwrap().write(2, 4, "Соединено").unwrap();
    sheet.write(2, 5, "Окончено").unwrap().write(3, 5, "всего").unwrap();
    sheet.merge_range(FIRST, 0, FIRST, 1, "Всего дел", &rust_xlsxwriter::Format::new()).unwrap();
    sheet.write(FIRST, 2, 1).unwrap();
    for column in 0..3_u16 {
        sheet.write(4, 3 + column, column + 1).unwrap().write(FIRST, 3 + column, 70 + column).unwrap();
    }
    let reading = read_as(&wanted("2024-M03"), "form.xlsx", &made.bytes()).unwrap();
    assert_eq!(found(&reading, "shape.edition-unknown").len(), 1);
    let columns = found(&reading, "shape.columns");
    let [columns] = columns.as_slice() else { panic!("one section differs in its columns: {columns:?}") };
    for part in ["gone: `1` (Остаток на начало)", "`4` (Окончено / в суд)", "new: `2` (Соединено)", "moved: `2` → `1`"]
    {
        assert!(columns.explanation.contains(part), "{part}: {}", columns.explanation);
    }
    assert_eq!(found(&reading, "shape.rows")[0].severity, Severity::Warning);
    let missing = found(&reading, "shape.section-missing");
    assert_eq!(missing[0].section.as_ref().unwrap().as_str(), "R1-1");
    assert_eq!(figure(&reading.datasets[0], "R1", "1", "2"), number("71"));
    let drafted = reading.drafted.unwrap();
    let moved = &drafted.edition.sections[&"R1".parse().unwrap()];
    assert_eq!(moved.columns[&"2".parse().unwrap()], Some("1".parse().unwrap()));
    assert_eq!(moved.columns[&"1".parse().unwrap()], None);
    assert_eq!(moved.sheet.as_deref(), Some("R2"));
}

#[test]
fn another_form_is_refused_with_what_it_is() {
    let mut made = Made::new("2-У  г. Астана (Свод)", "500;801;1971%;__");
    let sheet = made.sheet("R1", "Раздел 1. Сведения о проверках");
    sheet.write(0, 0, "Форма № 2-У").unwrap();
    let error = read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap_err();
    assert!(matches!(error, ReadError::AnotherForm { .. }));
    assert!(error.to_string().contains("form `2-y`"), "{error}");
    assert!(!error.is_transient());
}

#[test]
fn a_workbook_without_a_section_of_the_form_is_refused() {
    let mut made = Made::new("1-X  Астана (Свод)", "500;701;1971%;__");
    let sheet = made.workbook.add_worksheet();
    sheet.write(0, 0, "Раздел 4. О погоде").unwrap().write(2, 0, "Наименование").unwrap().write(2, 2, "Дождь").unwrap();
    sheet.write(3, 0, "А").unwrap().write(3, 1, "Б").unwrap().write(3, 2, 1).unwrap();
    sheet.write(4, 0, "Север").unwrap().write(4, 1, 1).unwrap().write(4, 2, 5).unwrap();
    let error = read_as(&wanted("2022-M12"), "form.xlsx", &made.bytes()).unwrap_err();
    assert!(error.to_string().contains("О погоде"), "{error}");
}

#[test]
fn another_period_in_the_name_is_refused() {
    let error = read_as(&wanted("2022-M12"), "202211_1x_00000___ru.XLSX", &Made::usual().bytes()).unwrap_err();
    assert!(matches!(error, ReadError::AnotherPeriod { .. }));
    assert!(error.to_string().contains("`2022-M11`"), "{error}");
    assert!(read_as(&wanted("2022-Q4"), "202212_1x_00000___ru.XLSX", &Made::usual().bytes()).is_ok());
}

#[test]
fn disagreement_about_agency_or_unit_is_held_with_the_reason() {
    let reading = read_as(&wanted("2022-M12"), "202212_1x_00400___ru.XLSX", &Made::usual().bytes()).unwrap();
    let held = reading.held.clone().unwrap();
    assert!(held.contains("agency `all`") && held.contains("agency `04`"), "{held}");
    assert_eq!(found(&reading, "identity.disagreement")[0].severity, Severity::Error);
    let mut asked = wanted("2022-M12");
    asked.unit = Some("1975".parse().unwrap());
    let error = read_as(&asked, "form.xlsx", &Made::usual().bytes()).unwrap_err();
    assert!(error.to_string().contains("Астана"), "{error}");
    let held = read_as(&asked, "202212_1x_00000_1975_ru.xlsx", &Made::usual().bytes()).unwrap().held;
    assert!(held.unwrap().contains("1971"));
}

#[test]
fn an_edition_that_was_replaced_before_the_period_is_held() {
    let reading = read_as(&wanted("2024-M03"), "form.xlsx", &Made::usual().bytes()).unwrap();
    assert!(reading.held.unwrap().contains("edition `701`"));
}

#[test]
fn sample_data_never_stands_for_a_real_form() {
    let bytes = Made::usual().custom("Origin", "SAMPLE DATA").bytes();
    let error = read_as(&wanted("2022-M12"), "form.xlsx", &bytes).unwrap_err();
    assert!(error.to_string().contains("SAMPLE DATA"), "{error}");
}

#[test]
fn hidden_extra_and_strangely_named_sheets_do_no_harm() {
    let mut made = Made::usual();
    made.on("R1-1").set_hidden(true);
    made.workbook.add_worksheet().set_name("..~etc~passwd").unwrap().write(0, 0, "x").unwrap();
    let reading = usual(made);
    assert_eq!(reading.datasets[0].sections.len(), 3);
    assert_eq!(found(&reading, "shape.sheet-hidden").len(), 1);
    assert_eq!(found(&reading, "shape.sheet-extra").len(), 1);
}

#[test]
fn codes_that_stand_twice_or_not_at_all_lose_no_figure() {
    let mut made = Made::usual();
    made.on("R1").write(FIRST + 2, 2, 2).unwrap();
    made.on("R1-1").write(FIRST + 1, 2, "—").unwrap();
    let reading = usual(made);
    let dataset = &reading.datasets[0];
    assert_eq!(figure(dataset, "R1", "2 (2)", "1"), number("31"));
    assert_eq!(figure(dataset, "R1-1", "#2", "1"), number("21"));
    assert_eq!(found(&reading, "shape.row-twice")[0].severity, Severity::Error);
    assert_eq!(found(&reading, "shape.row-without-code").len(), 1);
}

#[test]
fn notes_below_the_table_are_no_rows_and_figures_outside_are_told() {
    let mut made = Made::usual();
    let sheet = made.on("R1");
    sheet.write(FIRST + 4, 0, "Исполнитель ____________").unwrap();
    sheet.write(FIRST + 5, 4, 99).unwrap();
    let reading = usual(made);
    assert_eq!(reading.datasets[0].sections[0].rows.len(), 3);
    assert!(found(&reading, "shape.outside")[0].explanation.starts_with("1 figures"));
}

#[test]
fn a_template_learned_from_a_workbook_reads_it_without_a_finding() {
    let bytes = Made::usual().bytes();
    let document = Document { name: "form.xlsx", bytes: &bytes };
    let draft = read::learn(&"1-x".parse().unwrap(), &document).unwrap();
    assert!(draft.contains("… / тяжкие") && draft.contains("stub = "), "{draft}");
    let template = config::parse_form("1-x.toml", &draft).unwrap_or_else(|faults| panic!("{faults}"));
    let all = [(template.form.clone(), template.clone())].into();
    let reading = read::read(&template, &all, &regions(), &[], &wanted("2022-M12"), &document).unwrap();
    assert_eq!(reading.findings, []);
    assert_eq!(reading.datasets, usual(Made::usual()).datasets);
}
