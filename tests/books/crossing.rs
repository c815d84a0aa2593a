//! Crossed tables: rows of a form down, its columns, regions or agencies across.

use std::collections::BTreeMap;

use serde_json::Value;
use zhinaq::{
    assemble::{Across, Book, Cell, ColumnRole, Line, Mark, Table, assemble, changes},
    config::parse_collection,
    domain::{Agency, Dataset, DatasetKey, Figure, Language, Number, Origin, Period, Place, TableKind, Unit},
    formats::{jsonstat, sdmx_csv},
    workbook::{
        Profile,
        plan::{Brief, PageFit, plan},
    },
};

use super::masters::COLLECTIONS;
use crate::support::{lexicon, trial::Trial, words};

fn table<'a>(book: &'a Book, id: &str) -> &'a Table {
    book.tables().find(|t| t.id == id).unwrap_or_else(|| panic!("no table `{id}`"))
}

/// The places of the columns with figures in a table.
fn figures(table: &Table) -> Vec<usize> {
    (0..table.columns.len()).filter(|place| matches!(table.columns[*place].role, ColumnRole::Value(_))).collect()
}

fn number(cell: &Cell) -> Number {
    if let Cell::Number(number) = cell { *number } else { panic!("{cell:?} is not a number") }
}

fn crossed(table: &Table) -> bool {
    matches!(table.kind, zhinaq::assemble::Kind::Of(kind) if kind.is_cross())
}

fn sum(parts: impl Iterator<Item = Number>) -> Number {
    parts.fold(Number::ZERO, |sum, part| sum.plus(part).unwrap())
}

/// The figure of a cell as the datasets have it, added up without the assembling code.
fn stated(datasets: &BTreeMap<&DatasetKey, &Dataset>, line: &Line, across: Option<&Across>) -> Option<Number> {
    let key = line.key.as_ref()?;
    let (mut units, mut agency, mut place) = (key.units[0].clone(), key.agency.clone(), key.place.clone());
    match across {
        None => {}
        Some(Across::Column(column, _)) => place.column = column.clone(),
        Some(Across::Unit(unit)) => units = vec![unit.clone()],
        Some(Across::Agency(of)) => agency = of.clone(),
    }
    let parts = units.into_iter().map(|unit| {
        let (form, agency, period) = (key.form.clone(), agency.clone(), key.period);
        let wanted = DatasetKey { form, period, unit, agency, origin: Origin::Sample };
        datasets.get(&wanted)?.figure(&place.section, &place.row, &place.column)?.number()
    });
    let parts: Option<Vec<Number>> = parts.collect();
    Some(sum(parts?.into_iter()))
}

#[test]
fn every_cell_of_a_crossed_table_is_the_figure_of_its_own_place() {
    for (collection, period) in COLLECTIONS {
        let trial = Trial::new(collection, period);
        let datasets: BTreeMap<&DatasetKey, &Dataset> = trial.datasets.iter().map(|d| (&d.key, d)).collect();
        let book = assemble(&trial.material()).unwrap();
        let mut compared = 0;
        for table in book.tables().filter(|t| crossed(t)) {
            for line in &table.lines {
                for place in figures(table) {
                    let expected = stated(&datasets, line, table.columns[place].across.as_ref());
                    match (&line.cells[place], expected) {
                        (Cell::Number(shown), Some(expected)) => assert_eq!(*shown, expected, "{}", table.id),
                        (Cell::Absent(Mark::X), None) => {}
                        other => panic!("{} {:?}: {other:?}", table.id, line.key),
                    }
                    compared += 1;
                }
            }
        }
        assert!(compared >= 300, "{collection}: {compared}");
    }
}

#[test]
fn a_republic_that_nobody_states_is_the_sum_of_the_regions_across() {
    let mut trial = Trial::new("crime", "2025-Q2");
    trial.datasets.retain(|d| !d.key.unit.is_republic() || d.key.form.as_str() != "1-m");
    let book = assemble(&trial.material()).unwrap();
    let crossed = table(&book, "registered-in-full");
    assert_eq!(crossed.lines.len(), 422);
    let places = figures(crossed);
    assert_eq!(places.len(), 21);
    for line in &crossed.lines {
        let regions = places[1..].iter().map(|place| number(&line.cells[*place]));
        assert_eq!(number(&line.cells[places[0]]), sum(regions));
    }
    assert!(crossed.notes.iter().any(|n| n.ru.contains("сумма регионов")), "{:?}", crossed.notes);
    // The table by region and the crossed table have the same figures for one place.
    let regions = table(&book, "regions");
    let now = figures(regions)[0];
    for (place, line) in places.iter().zip(&regions.lines) {
        assert_eq!(crossed.lines[0].cells[*place], line.cells[now]);
    }
}

#[test]
fn a_row_that_no_document_has_is_left_out_and_counted() {
    let mut trial = Trial::new("crime", "2025-Q2");
    // A service's answer contains only the first row.
    for dataset in trial.datasets.iter_mut().filter(|d| d.key.form.as_str() == "cis-1") {
        let section = &mut dataset.sections[0];
        section.figures.truncate(section.columns.len());
        section.rows = section.rows[..1].into();
    }
    let book = assemble(&trial.material()).unwrap();
    let section = table(&book, "cis-in-full");
    assert_eq!(section.lines.len(), 1);
    assert!(section.notes.iter().any(|n| n.own(Language::EN) == Some("Lines without figures that are left out: 31.")));
}

#[test]
fn a_changed_cell_is_told_with_its_region_and_a_corrected_one_is_marked() {
    let mut trial = Trial::new("crime", "2025-Q2");
    let old = assemble(&trial.material()).unwrap();
    let now: Period = "2025-M06".parse().unwrap();
    let astana: Unit = "1971".parse().unwrap();
    let wanted = |d: &&mut Dataset| d.key.form.as_str() == "1-m" && d.key.period == now && d.key.unit == astana;
    let dataset = trial.datasets.iter_mut().find(wanted).unwrap();
    let key = dataset.key.clone();
    let section = dataset.sections.iter_mut().find(|s| s.id.as_str() == "R1").unwrap();
    let columns = section.columns.len();
    section.figures[13 * columns + 1] = Figure::Number(Number::count(7));
    let place = Place {
        section: section.id.clone(),
        row: section.rows[13].code.clone(),
        column: section.columns[1].code.clone(),
    };
    let revised = [(key, place)];
    let mut material = trial.material();
    material.revised = &revised;
    let new = assemble(&material).unwrap();
    let found = changes(&old, &new, words());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].table, "registered-in-full");
    assert_eq!(found[0].column.as_ref().unwrap().ru, "г. Астана");
    assert!(!found[0].derived);
    let crossed = table(&new, "registered-in-full");
    let (line, column) = found[0].at.unwrap();
    assert_eq!(crossed.lines[line].revised, [column]);
    let marks = crossed.columns.iter().position(|c| c.role == ColumnRole::Marks).unwrap();
    assert_eq!(crossed.lines[line].cells[marks], Cell::Code("[r]".into()));
    assert_ne!(old.content_id(), new.content_id());
    // In the formats for programs the mark is at the one cell.
    let file = sdmx_csv(&new);
    let text = String::from_utf8(file.bytes).unwrap();
    let marked: Vec<&str> =
        text.lines().filter(|l| l.contains(",registered-in-full,") && l.contains(",r,SAMPLE_DATA,")).collect();
    assert_eq!(marked.len(), 1, "{marked:?}");
    assert!(marked[0].contains(",R1,14,2,1971,all,CUMULATIVE,VALUE,2025-M06,7,"), "{}", marked[0]);
}

#[test]
fn agencies_stand_across_as_far_as_the_form_tells_of_them() {
    let trial = Trial::new("corruption", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let crossed = table(&book, "persons-all-agencies");
    let told: Vec<Option<&Across>> =
        figures(crossed).into_iter().map(|place| crossed.columns[place].across.as_ref()).collect();
    let codes = ["01", "03", "04", "13"].map(|code| Across::Agency(code.parse::<Agency>().unwrap()));
    assert_eq!(told, [None, Some(&codes[0]), Some(&codes[1]), Some(&codes[2]), Some(&codes[3])]);
}

#[test]
fn a_crossed_table_is_a_cube_for_programs() {
    let book = assemble(&Trial::new("corruption", "2025-Q2").material()).unwrap();
    let files = jsonstat(&book, lexicon(Language::EN));
    let section = table(&book, "cases-in-full");
    let file = files.iter().find(|f| f.name.ends_with("-cases-in-full.json")).unwrap();
    let cube: Value = serde_json::from_slice(&file.bytes).unwrap();
    assert_eq!(cube["id"], serde_json::json!(["line", "across", "metric", "time"]));
    assert_eq!(cube["size"], serde_json::json!([section.lines.len(), 20, 1, 1]));
    assert_eq!(cube["dimension"]["across"]["category"]["index"][15], "16");
    assert_eq!(cube["dimension"]["across"]["category"]["unit"]["16"]["decimals"], 3);
    let places = figures(section);
    for (line, cells) in section.lines.iter().enumerate() {
        for (strand, place) in places.iter().enumerate() {
            let value = &cube["value"][line * places.len() + strand];
            assert_eq!(value.to_string(), number(&cells.cells[*place]).to_string());
        }
    }
}

#[test]
fn crossed_tables_are_readable_on_paper() {
    for (collection, period) in COLLECTIONS {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        for language in words().languages() {
            let sheets = plan(&Brief { book: &book, lexicon: lexicon(language), profile: Profile::Accessible });
            for sheet in sheets.iter().filter(|s| s.crossed.is_some()) {
                let crossed = sheet.crossed.as_ref().unwrap();
                let table = sheet.table.as_ref().unwrap();
                let stub: f64 = sheet.widths[..usize::from(crossed.stub)].iter().sum();
                let mut edges: Vec<usize> = vec![usize::from(crossed.stub)];
                edges.extend(crossed.breaks.iter().map(|b| *b as usize));
                edges.push(sheet.widths.len());
                for pair in edges.windows(2) {
                    let width = stub + sheet.widths[pair[0]..pair[1]].iter().sum::<f64>();
                    let across = if sheet.landscape { 148.0 } else { 99.0 };
                    assert!(across / width >= 0.65, "{collection} {}: {width}", sheet.name);
                }
                if let PageFit::Scale(per_cent) = sheet.fit {
                    assert!(per_cent >= 65, "{collection} {}: {per_cent}", sheet.name);
                }
                assert!(table.columns.iter().all(|head| head.chars().count() <= 255));
                let mut heads = table.columns.clone();
                heads.sort();
                heads.dedup();
                assert_eq!(heads.len(), table.columns.len(), "{collection} {}", sheet.name);
            }
        }
    }
}

#[test]
fn what_is_hidden_cannot_be_computed_from_any_table_of_the_book() {
    let mut trial = Trial::new("crime", "2025-Q2");
    trial.template.confidential_below = Some(40);
    // Only counts of persons are hidden, so every figure of the form becomes a count of persons.
    for section in &mut trial.forms.get_mut(&"1-m".parse().unwrap()).unwrap().sections {
        for column in &mut section.columns {
            column.measure = zhinaq::domain::Measure::Persons;
        }
    }
    let book = assemble(&trial.material()).unwrap();
    let crossed = table(&book, "registered-in-full");
    let places = figures(crossed);
    let hidden = |line: &Line, place: usize| line.cells[place] == Cell::Absent(Mark::C);
    let mut seen = 0;
    for line in &crossed.lines {
        let row: Vec<usize> = places.iter().copied().filter(|place| hidden(line, *place)).collect();
        assert_ne!(row.len(), 1, "{:?}", line.key);
        seen += row.len();
    }
    assert!(seen >= 50, "{seen}");
    // Row 3 is the sum of rows 4 to 7, and row 1 of rows 2 and 3.
    for parts in [[3, 4, 5, 6, 7].as_slice(), &[1, 2, 3]] {
        for place in &places {
            let of = |code: &usize| {
                crossed.lines.iter().find(|l| l.key.as_ref().unwrap().place.row.as_str() == code.to_string())
            };
            assert_ne!(parts.iter().filter(|code| hidden(of(code).unwrap(), *place)).count(), 1, "{place}");
        }
    }
    // The table of one place hides the same figures as the crossed table.
    let regions = table(&book, "theft-regions");
    let thefts = crossed.lines.iter().find(|l| l.key.as_ref().unwrap().place.row.as_str() == "109").unwrap();
    let now = figures(regions)[0];
    for (place, line) in places.iter().zip(&regions.lines) {
        assert_eq!(hidden(thefts, *place), hidden(line, now), "{:?}", line.key);
    }
}

#[test]
fn a_part_that_alone_makes_the_whole_does_not_stand_hidden_alone() {
    let mut trial = Trial::new("crime", "2025-Q2");
    trial.template.confidential_below = Some(5);
    let now: Period = "2025-M06".parse().unwrap();
    for dataset in trial.datasets.iter_mut().filter(|d| d.key.form.as_str() == "dtp-1" && d.key.period == now) {
        let killed = match dataset.key.unit.as_str() {
            "19" | "1962" => 3,
            _ => 0,
        };
        dataset.sections[0].figures[2] = Figure::Number(Number::count(killed));
    }
    let book = assemble(&trial.material()).unwrap();
    for id in ["killed-regions", "roads-in-full"] {
        let table = table(&book, id);
        let hidden = table.lines.iter().flat_map(|l| &l.cells).filter(|c| **c == Cell::Absent(Mark::C)).count();
        assert!(hidden >= 2, "{id}: {hidden}");
    }
}

#[test]
fn a_crossed_table_with_a_chart_is_a_fault() {
    let text = r#"
collection = "corruption"
about = { ru = "О коррупции" }
[[chapter]]
id = "cases"
title = { ru = "Дела" }
form = "3-k"
reason = { ru = "движение дел" }
[[chapter.table]]
id = "in-full"
title = { ru = "Полностью" }
kind = "section"
section = "R1"
rows = "all"
columns = "all"
chart = true
"#;
    let faults = parse_collection("c.toml", text).unwrap_err();
    assert_eq!(faults.to_string(), "c.toml:10: a table of kind `section` has no chart; remove `chart`");
    let template = parse_collection("c.toml", &text.replace("chart = true", "")).unwrap();
    assert_eq!(template.chapters[0].tables[0].kind, TableKind::Section);
}
