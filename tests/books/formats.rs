//! The same book in other formats, read back as their specifications require.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use zhinaq::{
    assemble::{Across, Book, Cell, ColumnRole, Growth, Kind, Mark, Table, assemble},
    domain::{Figure, Language, Number, Period, Periodicity, TableKind},
    formats::{FileOfBook, csv, html, jsonstat, sdmx_csv},
};

use super::masters::COLLECTIONS;
use crate::support::{lexicon, trial::Trial};

fn book(collection: &str, period: &str) -> Book {
    assemble(&Trial::new(collection, period).material()).unwrap()
}

/// The records of a CSV file by RFC 4180: quoted fields, doubled quotes, lines that end in CR LF.
fn records(file: &FileOfBook) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(&file.bytes).unwrap();
    assert!(text.ends_with("\r\n"), "{}", file.name);
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'));
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    assert!(!quoted && record.is_empty() && field.is_empty());
    let width = records[0].len();
    assert!(records.iter().all(|r: &Vec<String>| r.len() == width), "{}", file.name);
    records
}

fn named<'a>(files: &'a [FileOfBook], name: &str) -> &'a FileOfBook {
    files.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("no file `{name}`"))
}

fn stem(table: &Table) -> String {
    format!("{}-{}", if table.number.is_empty() { "0" } else { &table.number }, table.id)
}

/// A decimal text in thousandths.
fn thousandths(text: &str) -> i64 {
    text.parse::<Number>().unwrap().in_thousandths().unwrap()
}

#[test]
fn equal_books_give_equal_files() {
    let all = || {
        let book = book("narcotics", "2025-Q2");
        [csv(&book, lexicon(Language::RU)), jsonstat(&book, lexicon(Language::KK)), vec![sdmx_csv(&book)]].concat()
    };
    assert!(all() == all());
}

#[test]
fn a_csv_of_each_table_has_the_figures_of_the_sheet() {
    let mut compared = 0;
    for (collection, period) in COLLECTIONS {
        let book = book(collection, period);
        let files = csv(&book, lexicon(Language::EN));
        let index = records(named(&files, "csv-en/index.csv"));
        assert_eq!(index.len() - 1, book.tables().count());
        for (table, entry) in book.tables().zip(&index[1..]) {
            assert_eq!(entry[0], format!("{}.csv", stem(table)));
            let records = records(named(&files, &format!("csv-en/{}", entry[0])));
            assert_eq!(records.len() - 1, table.lines.len());
            let heads: BTreeSet<String> = records[0].iter().map(|head| head.to_lowercase()).collect();
            // Two columns are about the issue.
            assert_eq!(heads.len(), table.columns.len() + 2, "{:?}", records[0]);
            for (line, record) in table.lines.iter().zip(&records[1..]) {
                for (cell, field) in line.cells.iter().zip(record) {
                    match cell {
                        Cell::Number(number) => assert_eq!(field, &number.to_string()),
                        Cell::Tenths(tenths) => assert_eq!(thousandths(field), tenths * 100),
                        Cell::Level(level) => assert_eq!(thousandths(field), level.in_thousandths()),
                        Cell::Growth(Growth::Percent(tenths)) => assert_eq!(thousandths(field), tenths * 100),
                        Cell::Growth(Growth::Times(_)) => assert!(thousandths(field) > 100_000, "{field}"),
                        Cell::Growth(Growth::NoBase) => assert_eq!(field, "[z]"),
                        Cell::Absent(mark) => assert_eq!(field, mark.text()),
                        Cell::Rank(rank) => assert_eq!(field, &rank.to_string()),
                        Cell::Text(_) | Cell::Code(_) => continue,
                    }
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}

#[test]
fn no_text_in_a_csv_is_taken_for_a_formula() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let section = &mut trial.forms.get_mut(&"1-n".parse().unwrap()).unwrap().sections[0];
    let evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "with \"quotes\", and commas"];
    for (column, text) in section.columns.iter_mut().zip(evil) {
        column.titles.ru = text.into();
    }
    let book = assemble(&trial.printed_anew().material()).unwrap();
    let movement = book.tables().find(|t| t.id == "drug-movement").unwrap();
    let files = csv(&book, lexicon(Language::RU));
    let records = records(named(&files, &format!("csv-ru/{}.csv", stem(movement))));
    let labels: Vec<&str> = records[1..].iter().map(|r| r[0].as_str()).collect();
    assert_eq!(labels[..6], ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'=1", "with \"quotes\", and commas"]);
}

/// A value of a dataset and its status, by the order of the dimensions (JSON-stat: the last one varies fastest).
fn at(dataset: &Value, line: usize, across: &str, metric: &str, time: &str) -> (Value, Option<String>) {
    let place = |dimension: &str| {
        let index = dataset["dimension"][dimension]["category"]["index"].as_array().unwrap();
        let id = match dimension {
            "line" => return line,
            "across" => across,
            "metric" => metric,
            _ => time,
        };
        index.iter().position(|v| v == id).unwrap()
    };
    let sizes = dataset["size"].as_array().unwrap().iter().map(|s| s.as_u64().unwrap() as usize);
    let ids = dataset["id"].as_array().unwrap().iter().map(|id| id.as_str().unwrap());
    let index = ids.zip(sizes).fold(0, |index, (id, size)| index * size + place(id));
    let status = dataset["status"].get(index.to_string()).map(|s| s.as_str().unwrap().to_owned());
    (dataset["value"][index].clone(), status)
}

#[test]
fn a_json_stat_dataset_of_each_table_is_a_cube_as_the_format_says() {
    let mut compared = 0;
    for (collection, period) in COLLECTIONS {
        let book = book(collection, period);
        let files = jsonstat(&book, lexicon(Language::KK));
        let json = |name: &str| -> Value { serde_json::from_slice(&named(&files, name).bytes).unwrap() };
        let collection = json("json-stat-kk/collection.json");
        assert_eq!((&collection["version"], &collection["class"]), (&"2.0".into(), &"collection".into()));
        let items = collection["link"]["item"].as_array().unwrap();
        assert_eq!(items.len(), files.len() - 1);
        for (table, item) in book.tables().zip(items) {
            let dataset = json(&format!("json-stat-kk/{}", item["href"].as_str().unwrap()));
            assert_eq!((&dataset["version"], &dataset["class"]), (&"2.0".into(), &"dataset".into()));
            assert_eq!(dataset["label"], item["label"]);
            let size: Vec<u64> = dataset["size"].as_array().unwrap().iter().map(|s| s.as_u64().unwrap()).collect();
            let ids: Vec<&str> = dataset["id"].as_array().unwrap().iter().map(|i| i.as_str().unwrap()).collect();
            assert_eq!(size.len(), ids.len());
            assert_eq!(dataset["value"].as_array().unwrap().len() as u64, size.iter().product::<u64>());
            let labels: BTreeSet<&str> =
                ids.iter().map(|id| dataset["dimension"][id]["label"].as_str().unwrap()).collect();
            assert_eq!(labels.len(), ids.len(), "{labels:?}");
            for (id, size) in ids.iter().zip(&size) {
                let category = &dataset["dimension"][id]["category"];
                let index = category["index"].as_array().unwrap();
                let distinct: BTreeSet<&str> = index.iter().map(|v| v.as_str().unwrap()).collect();
                assert_eq!((index.len() as u64, distinct.len() as u64), (*size, *size), "{id}");
                assert!(distinct.iter().all(|id| category["label"][id].is_string()), "{id}");
            }
            for role in dataset["role"].as_object().unwrap().values() {
                assert!(role.as_array().unwrap().iter().all(|id| ids.contains(&id.as_str().unwrap())));
            }
            for (place, line) in table.lines.iter().enumerate() {
                for (column, cell) in table.columns.iter().zip(&line.cells) {
                    let ColumnRole::Value(period) = column.role else { continue };
                    let across = match (&column.across, table.kind) {
                        (Some(Across::Column(code, _)), _) => code.to_string(),
                        (Some(Across::Unit(unit)), _) => unit.to_string(),
                        (Some(Across::Agency(agency)), _) => agency.to_string(),
                        (None, Kind::Of(TableKind::AgenciesAcross)) => "all".to_owned(),
                        (None, _) => "19".to_owned(),
                    };
                    let (value, status) = at(&dataset, place, &across, "value", &period.to_string());
                    match cell {
                        Cell::Number(number) => assert_eq!(value.as_f64(), Some(number.as_f64())),
                        Cell::Absent(mark) => {
                            assert!(value.is_null());
                            assert_eq!(status.unwrap(), mark.text().trim_matches(['[', ']']));
                        }
                        other => panic!("{other:?}"),
                    }
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 3_500, "{compared}");
}

#[test]
fn an_sdmx_csv_has_one_record_for_each_figure_and_keys_that_differ() {
    for (collection, period) in COLLECTIONS {
        let book = book(collection, period);
        let file = sdmx_csv(&book);
        let records = records(&file);
        let heads: BTreeMap<&str, usize> = records[0].iter().enumerate().map(|(i, h)| (h.as_str(), i)).collect();
        assert_eq!(records[0][..3], ["STRUCTURE", "STRUCTURE_ID", "ACTION"]);
        let dimensions = [
            "FREQ",
            "TABLE_ID",
            "FORM",
            "SECTION",
            "ROW",
            "COLUMN",
            "REF_AREA",
            "AGENCY",
            "SPAN",
            "INDICATOR",
            "TIME_PERIOD",
        ];
        let mut keys = BTreeSet::new();
        for record in &records[1..] {
            assert_eq!((record[0].as_str(), record[2].as_str()), ("dataflow", "I"));
            let key: Vec<&str> = dimensions.iter().map(|d| record[heads[d]].as_str()).collect();
            for code in &key {
                assert!(
                    !code.is_empty() && code.chars().all(|c| c.is_ascii_alphanumeric() || "_@$-".contains(c)),
                    "{key:?}"
                );
            }
            assert!(keys.insert(key.clone()), "{collection}: {key:?} occurs twice");
            let frequency = record[heads["TIME_PERIOD"]].parse::<Period>().unwrap().periodicity();
            assert_eq!(record[heads["FREQ"]], code(frequency));
            let (value, status) = (&record[heads["OBS_VALUE"]], &record[heads["OBS_STATUS"]]);
            assert_eq!(value.is_empty(), matches!(status.as_str(), "O" | "M" | "Q"), "{record:?}");
        }
        let figures = book.tables().flat_map(|t| &t.lines).flat_map(|l| &l.cells);
        let figures = figures.filter(|c| !matches!(c, Cell::Text(_) | Cell::Code(_))).count();
        assert_eq!(records.len() - 1, figures, "{collection}");
    }
}

/// The code of a frequency in SDMX's list `CL_FREQ`.
fn code(frequency: Periodicity) -> &'static str {
    match frequency {
        Periodicity::Month => "M",
        Periodicity::Quarter => "Q",
        Periodicity::HalfYear => "S",
        Periodicity::Year => "A",
    }
}

#[test]
fn a_multiple_is_a_percentage_for_programs_and_shorthand_keeps_its_meaning() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    for (period, worth) in [("2025-Q2", 234), ("2024-Q2", 100)] {
        let period: Period = period.parse().unwrap();
        let wanted = |d: &&mut zhinaq::domain::Dataset| d.key.period == period && d.key.unit.is_republic();
        let dataset = trial.datasets.iter_mut().find(wanted).unwrap();
        dataset.sections[0].figures[0] = Figure::Number(Number::count(worth));
        dataset.sections[0].figures[1] =
            if worth == 234 { Figure::Blank } else { dataset.sections[0].figures[1].clone() };
    }
    let book = assemble(&trial.material()).unwrap();
    let movement = book.tables().find(|t| t.id == "drug-movement").unwrap();
    let growth = movement.columns.iter().position(|c| c.role == ColumnRole::Growth).unwrap();
    assert_eq!(movement.lines[0].cells[growth], Cell::Growth(Growth::Times(23)));
    assert_eq!(movement.lines[1].cells[1], Cell::Absent(Mark::X));
    let table = records(&sdmx_csv(&book));
    let find = |column: &str, indicator: &str| {
        let wanted =
            |r: &&Vec<String>| r[4] == "drug-movement" && r[8] == column && r[12] == indicator && r[13] == "2025-Q2";
        table.iter().find(wanted).map(|r| (r[14].clone(), r[17].clone())).unwrap()
    };
    assert_eq!(find("1", "GROWTH"), ("134.0".into(), "A".into()));
    assert_eq!(find("2", "VALUE"), (String::new(), "O".into()));
}

#[test]
fn the_page_of_a_book_is_well_formed_fetches_nothing_and_shows_every_figure() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let section = &mut trial.forms.get_mut(&"1-n".parse().unwrap()).unwrap().sections[0];
    section.columns[0].titles.ru = "<script>alert(1)</script> & \"more\"".into();
    let book = assemble(&trial.printed_anew().material()).unwrap();
    let page = html(&book, lexicon(Language::RU));
    let mut reader = quick_xml::Reader::from_str(&page);
    reader.config_mut().check_end_names = true;
    let (mut text, mut tables, mut pictures) = (String::new(), 0, 0);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                assert!(name != "script" && name != "link" && name != "img", "{name}");
                tables += usize::from(name == "table");
                let spark = start.try_get_attribute("class").unwrap().is_some_and(|class| &*class.value == "spark");
                pictures += usize::from(name == "svg" && !spark);
            }
            quick_xml::events::Event::Text(piece) => text.push_str(&piece),
            _ => {}
        }
    }
    assert_eq!(tables, book.tables().count());
    assert_eq!(pictures, book.tables().filter(|t| t.chart.is_some() || t.map.is_some()).count());
    assert!(!page.contains("http"), "nothing is fetched from outside");
    assert!(
        page.contains("SAMPLE DATA") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;")
    );
    for cell in book.tables().flat_map(|t| &t.lines).flat_map(|l| &l.cells) {
        if let Cell::Number(_) | Cell::Tenths(_) | Cell::Level(_) | Cell::Growth(_) = cell {
            assert!(text.contains(&cell.said(lexicon(Language::RU)).unwrap()), "{cell:?}");
        }
    }
}
