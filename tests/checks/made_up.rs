//! A small form, made up, and datasets of it that are sound until a test breaks them.

use std::{collections::BTreeMap, sync::Arc};

use zhinaq::{
    config::parse_form,
    domain::{
        Column, Dataset, DatasetKey, Figure, Finding, FormId, FormTemplate, Language, Number, Origin, Region, Row,
        Section, Titles,
    },
    validate::{Scope, validate},
};

/// Row 1 = 2 + 3, row 4 is part of 3; column 4 = 1 + 2 − 3, column 5 is part of 2; R2 is in tenge; a second form
/// repeats the first cell.
const FORM: &str = r#"
form = "made-up"
designations = ["MU"]
known_from = "Made up for tests."

[[section]]
id = "R1"
title = { ru = "Раздел 1. Движение" }
rows = [
  { code = "1", ru = "Всего", kk = "Барлығы" },
  { code = "2", ru = "Всего / тяжкие", part_of = "1" },
  { code = "3", ru = "Всего / прочие", part_of = "1" },
  { code = "4", ru = "Всего / прочие / из них", part_of = "3" },
]
columns = [
  { code = "1", ru = "Остаток на начало", course = "opening" },
  { code = "2", ru = "Поступило", course = "flow" },
  { code = "3", ru = "Окончено", course = "flow" },
  { code = "4", ru = "Остаток на конец", course = "stock" },
  { code = "5", ru = "Поступило / в т.ч. повторно", course = "flow", part_of = "2" },
  { code = "6", ru = "Средний срок", measure = "days" },
]
[[section]]
id = "R2"
title = { ru = "Раздел 2. Ущерб" }
rows = [ { code = "1", ru = "Всего" }, { code = "2", ru = "из них", part_of = "1" }, { code = "3", ru = "прочие", part_of = "1" } ]
columns = [ { code = "1", ru = "Дел" }, { code = "2", ru = "Сумма", measure = "thousand-tenge" } ]

[[edition]]
edition = "100"
[[edition]]
edition = "101"
sections = [ { id = "R1", columns = { "5" = false, "6" = "5" } } ]

[[rule]]
id = "made-up.parts"
ru = "Всего равно сумме частей"
rows = { section = "R1", total = "1", plus = ["2", "3"], columns = ["1..5"] }
[[rule]]
id = "made-up.balance"
ru = "Остаток на конец"
severity = "error"
columns = { section = "R1", total = "4", plus = ["1", "2"], minus = ["3"] }
[[rule]]
id = "made-up.of-which"
ru = "В том числе не больше целого"
column_within = { section = "R1", part = "5", whole = "2" }
[[rule]]
id = "made-up.others"
ru = "Часть прочих не больше прочих"
row_within = { section = "R1", part = "4", whole = "3", columns = ["1..5"] }
[[rule]]
id = "made-up.money"
ru = "Сумма равна сумме частей"
rows = { section = "R2", total = "1", plus = ["2", "3"] }
[[rule]]
id = "made-up.sections"
ru = "Поступило по всем разделам одинаково"
same_place = { section = "R2", row = "1", column = "1", form = "made-up", there = { section = "R1", row = "1", column = "2" } }
"#;

const OTHER: &str = r#"
form = "other"
designations = ["O"]
known_from = "Made up for tests."
[[section]]
id = "R1"
title = { ru = "Раздел 1" }
rows = [ { code = "1", ru = "Всего" } ]
columns = [ { code = "1", ru = "Поступило" }, { code = "2", ru = "Окончено" } ]
[[rule]]
id = "other.same"
ru = "Формы согласуются"
same_place = { section = "R1", row = "1", column = "1", form = "made-up", there = { section = "R1", row = "1", column = "2" } }
"#;

pub fn templates() -> BTreeMap<FormId, FormTemplate> {
    templates_of(&[("made-up.toml", FORM), ("other.toml", OTHER)])
}

pub fn templates_of(texts: &[(&str, &str)]) -> BTreeMap<FormId, FormTemplate> {
    let form = |(file, text): &(&str, &str)| parse_form(file, text).unwrap_or_else(|faults| panic!("{faults}"));
    texts.iter().map(form).map(|form| (form.form.clone(), form)).collect()
}

pub fn key(form: &str, period: &str, unit: &str) -> DatasetKey {
    DatasetKey {
        form: form.parse().unwrap(),
        period: period.parse().unwrap(),
        unit: unit.parse().unwrap(),
        agency: "all".parse().unwrap(),
        origin: Origin::Real,
    }
}

/// The sound figures of R1, times a factor, so that regions differ.
fn first(factor: i64) -> [[i64; 6]; 4] {
    let row = |opening: i64, came: i64, ended: i64| {
        [opening, came, ended, opening + came - ended, came / 2, 30].map(|n| n * factor)
    };
    [row(10, 40, 25), row(4, 18, 11), row(6, 22, 14), row(3, 12, 7)]
}

/// A sound dataset of the made-up form in its edition 100.
pub fn sound(period: &str, unit: &str, factor: i64) -> Dataset {
    let table = first(factor);
    let titles = [
        "Остаток на начало",
        "Поступило",
        "Окончено",
        "Остаток на конец",
        "Поступило / в т.ч. повторно",
        "Средний срок",
    ];
    let one = section(
        "R1",
        &["Всего", "Всего / тяжкие", "Всего / прочие", "Всего / прочие / из них"],
        &titles,
        table.concat().into_iter().map(|n| Figure::Number(Number::count(n))).collect(),
    );
    let thousandths = |n: i64| Figure::Number(Number::thousandths(n * factor));
    let count = |n: i64| Figure::Number(Number::count(n * factor));
    let two = section(
        "R2",
        &["Всего", "из них", "прочие"],
        &["Дел", "Сумма"],
        vec![count(40), thousandths(300), count(15), thousandths(100), count(25), thousandths(200)],
    );
    Dataset { key: key("made-up", period, unit), edition: "100".parse().unwrap(), sections: vec![one, two] }
}

/// A dataset of the other form.
pub fn other(period: &str, unit: &str, came: i64) -> Dataset {
    let figures = [came, 7].map(|n| Figure::Number(Number::count(n))).to_vec();
    let section = section("R1", &["Всего"], &["Поступило", "Окончено"], figures);
    Dataset { key: key("other", period, unit), edition: "service".parse().unwrap(), sections: vec![section] }
}

/// A section with codes from 1 on.
pub fn section(id: &str, rows: &[&str], columns: &[&str], figures: Vec<Figure>) -> Section {
    assert_eq!(figures.len(), rows.len() * columns.len());
    let code = |at: usize| (at + 1).to_string();
    Section {
        id: id.parse().unwrap(),
        title: format!("Раздел {}", &id[1..]).into(),
        rows: rows
            .iter()
            .enumerate()
            .map(|(at, l)| Row { code: code(at).parse().unwrap(), label: (*l).into() })
            .collect(),
        columns: columns
            .iter()
            .enumerate()
            .map(|(at, l)| Column { code: code(at).parse().unwrap(), label: (*l).into() })
            .collect(),
        figures,
    }
}

/// The cell of a row and a column by their printed codes.
pub fn cell<'d>(dataset: &'d mut Dataset, section: &str, row: &str, column: &str) -> &'d mut Figure {
    let section = dataset.sections.iter_mut().find(|s| s.id.as_str() == section).unwrap();
    let row = section.row_index(&row.parse().unwrap()).unwrap();
    let column = section.column_index(&column.parse().unwrap()).unwrap();
    let width = section.columns.len();
    &mut section.figures[row * width + column]
}

pub fn number(text: &str) -> Figure {
    Figure::Number(text.parse().unwrap())
}

/// The edition 101 of a dataset: R1 without column 5, and 6 printed as 5.
pub fn as_edition_101(mut dataset: Dataset) -> Dataset {
    dataset.edition = "101".parse().unwrap();
    drop_column(&mut dataset, "R1", "5");
    let section = &mut dataset.sections[0];
    Arc::make_mut(&mut section.columns)[4].code = "5".parse().unwrap();
    dataset
}

pub fn drop_column(dataset: &mut Dataset, section: &str, column: &str) {
    let section = dataset.sections.iter_mut().find(|s| s.id.as_str() == section).unwrap();
    let (gone, width) = (section.column_index(&column.parse().unwrap()).unwrap(), section.columns.len());
    section.columns = without(&section.columns, gone);
    let mut at = 0;
    section.figures.retain(|_| {
        at += 1;
        (at - 1) % width != gone
    });
}

fn without<T: Clone>(lines: &[T], gone: usize) -> Arc<[T]> {
    lines.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| line.clone()).collect()
}

pub fn drop_row(dataset: &mut Dataset, section: &str, row: &str) {
    let section = dataset.sections.iter_mut().find(|s| s.id.as_str() == section).unwrap();
    let (gone, width) = (section.row_index(&row.parse().unwrap()).unwrap(), section.columns.len());
    section.rows = without(&section.rows, gone);
    section.figures.drain(gone * width..(gone + 1) * width);
}

pub fn region(unit: &str, title: &str, since: Option<&str>, split_from: Option<&str>) -> Region {
    Region {
        unit: unit.parse().unwrap(),
        kato: unit[2..].to_owned(),
        iso: format!("KZ-{}", &unit[2..]),
        titles: Titles::ru(title).with(Language::EN, title),
        since: since.map(|s| s.parse().unwrap()),
        split_from: split_from.map(|s| s.parse().unwrap()),
        population: Vec::new(),
    }
}

/// Findings on datasets without earlier ones and without regions.
pub fn check(datasets: &[&Dataset]) -> Vec<Finding> {
    check_all(datasets, &[], &[])
}

pub fn check_all(datasets: &[&Dataset], earlier: &[&Dataset], regions: &[Region]) -> Vec<Finding> {
    let templates = templates();
    validate(&Scope { datasets: datasets.to_vec(), earlier: earlier.to_vec(), templates: &templates, regions })
}

/// Findings on datasets of other templates.
pub fn check_of(templates: &BTreeMap<FormId, FormTemplate>, datasets: &[&Dataset]) -> Vec<Finding> {
    validate(&Scope { datasets: datasets.to_vec(), earlier: vec![], templates, regions: &[] })
}

/// Findings as short lines: `rule severity unit section row column expected found difference`, with `-` for an absent
/// one.
pub fn lines(findings: &[Finding]) -> Vec<String> {
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map_or_else(|| "-".to_owned(), ToString::to_string)
    }
    let line = |f: &Finding| {
        format!(
            "{} {} {} {} {} {} {} {} {}",
            f.rule,
            f.severity,
            text(f.unit.as_ref()),
            text(f.section.as_ref()),
            text(f.row.as_ref()),
            text(f.column.as_ref()),
            text(f.expected.as_ref()),
            text(f.found.as_ref()),
            text(f.difference.as_ref())
        )
    };
    findings.iter().map(line).collect()
}
