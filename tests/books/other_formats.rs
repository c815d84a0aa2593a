//! The other formats of one issue: each, as an independent library reads it, has the figures of the CSV; each says what
//! the issue is; the office chooses them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use zhinaq::{
    assemble::{Book, Cell, Missing, assemble},
    domain::{Language, Origin},
    formats::{FileOfBook, csv, datapackage, html, jsonstat, parquet, px, sdmx_csv, sdmx_structure},
};

use crate::support::{
    lexicon,
    program::Office,
    skipped,
    trial::{Trial, titles},
    words,
};

const BUILD: [&str; 7] = ["build", "--sample", "--period", "2025-Q2", "--collection", "narcotics", "--format"];

/// An office with one form of the sample, and the folder of its issue.
fn drugs() -> (Office, PathBuf) {
    let office = Office::fresh();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "1-n"]).exits(0);
    let folder = office.path().join("output/sample/2025-Q2/narcotics/r0");
    (office, folder)
}

fn book() -> Book {
    assemble(&Trial::new("narcotics", "2025-Q2").material()).unwrap()
}

/// Every format that is made without another program.
fn all(book: &Book) -> Vec<FileOfBook> {
    let russian = lexicon(Language::RU);
    let mut files = [csv(book, russian), jsonstat(book, russian), px(book, words(), Language::RU)].concat();
    files.extend([sdmx_csv(book), sdmx_structure(book, words()), parquet(book, words()).unwrap()]);
    let package = datapackage(book, words(), &[russian], &files).unwrap();
    files.push(package);
    files
}

fn text<'a>(files: &'a [FileOfBook], name: &str) -> &'a str {
    let file = files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("no file `{name}`"));
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn independent_libraries_find_the_figures_of_the_csv_in_every_format() {
    let (office, folder) = drugs();
    let formats = ["json", "--formats", "csv,sdmx-csv,px,parquet,datapackage,json-stat"];
    office.zhinaq(&[&BUILD[..], &formats].concat()).exits(0);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books/expect/formats.py");
    for (kind, least) in [("px", 4_000), ("sdmx", 1_400), ("parquet", 1_400), ("datapackage", 40)] {
        let Ok(judged) = Command::new("python3").arg(&script).arg(kind).arg(&folder).output() else {
            return skipped("no python3");
        };
        let said = String::from_utf8_lossy(&judged.stdout).into_owned();
        if judged.status.code() == Some(3) {
            skipped(&format!("{kind}: {said}"));
            continue;
        }
        let why = String::from_utf8_lossy(&judged.stderr);
        assert!(judged.status.success(), "{kind}: {said}{why}");
        let compared: u32 = said.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
        assert!(compared >= least, "{kind}: {said}");
    }
}

#[test]
fn equal_books_give_equal_files_in_every_format() {
    assert!(all(&book()) == all(&book()));
}

#[test]
fn every_format_says_that_an_issue_is_sample_data_a_draft_and_incomplete() {
    let mut draft = book();
    draft.cover.missing.push(Missing {
        form: "1-n".parse().unwrap(),
        name: titles("1-Н", "1-Н", "1-N"),
        whose: None,
        reason: titles("не поступила", "түспеді", "not received"),
        due: None,
        stand_in: None,
        compared: false,
    });
    assert!(draft.is_incomplete());
    draft.cover.draft = true;
    let mut real = book();
    real.origin = Origin::Real;
    for (book, origin, state) in [(draft, "SAMPLE DATA", "draft-incomplete"), (real, "real", "complete")] {
        let is_sample = origin == "SAMPLE DATA";
        let files = all(&book);
        let regions = text(&files, "csv-ru/1.6-drug-regions.csv");
        assert!(regions.lines().next().unwrap().ends_with(",origin,state"));
        assert!(regions.lines().skip(1).all(|line| line.ends_with(&format!(",{origin},{state}"))), "{regions}");
        assert!(text(&files, "csv-ru/index.csv").lines().nth(1).unwrap().ends_with(&format!(",0,{origin},{state}")));
        for name in ["json-stat-ru/collection.json", "json-stat-ru/1.6-drug-regions.json", "datapackage.json"] {
            let json: Value = serde_json::from_str(text(&files, name)).unwrap();
            let about = if name == "datapackage.json" { &json } else { &json["extension"] };
            assert_eq!((&about["origin"], &about["state"]), (&origin.into(), &state.into()), "{name}");
        }
        let (origin, state) = (origin.to_uppercase().replace(' ', "_"), state.to_uppercase().replace('-', "_"));
        assert!(text(&files, "narcotics.sdmx.csv").lines().skip(1).all(|l| l.contains(&format!(",{origin},{state},"))));
        let structure = text(&files, "narcotics.structure.xml");
        assert!(structure.contains(&format!("<mes:Test>{is_sample}</mes:Test>")));
        let cube = text(&files, "px/1.6-drug-regions.px");
        let page = html(&book, lexicon(Language::RU));
        for said in ["SAMPLE DATA — учебные", "ПРОЕКТ", "НЕПОЛНЫЙ"] {
            let noted = cube.lines().filter(|line| line.starts_with("NOTEX=")).any(|line| line.contains(said));
            assert_eq!(noted, is_sample, "{said}");
            assert_eq!(
                structure.contains(&format!("<com:Description xml:lang=\"ru\">{said}")),
                is_sample && said.starts_with('S')
            );
            assert_eq!(page.contains(said), is_sample, "{said}");
        }
        let parquet = files.iter().find(|file| file.name == "narcotics.parquet").unwrap();
        let marked = parquet.bytes.windows(15).any(|window| window == b"zhinaq.marks_ru");
        assert_eq!(marked, is_sample);
    }
}

#[test]
fn a_px_file_has_the_cells_of_its_table_in_order_and_a_symbol_for_each_absence() {
    // The document of one region for the year before has not come.
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let (gone, year_before) = (trial.regions[0].unit.clone(), "2024-Q2".parse().unwrap());
    trial.datasets.retain(|d| d.key.unit != gone || d.key.period != year_before);
    let book = assemble(&trial.material()).unwrap();
    let files = px(&book, words(), Language::KK);
    let table = book.tables().find(|table| table.id == "drug-regions").unwrap();
    let cube = text(&files, &format!("px/{}-drug-regions.px", table.number));
    assert!(cube.starts_with("CHARSET=\"ANSI\";\nAXIS-VERSION=\"2013\";\nCODEPAGE=\"utf-8\";\nLANGUAGE=\"kk\";\n"));
    for said in ["LANGUAGES=\"kk\",\n\"ru\",\n\"en\";", "CONTVARIABLE[ru]=\"Вид показателя\";", "DATASYMBOL2=\"[x]\";"]
    {
        assert!(cube.contains(said), "{said}");
    }
    // A line of at most 256 characters, but for lists of values, which are not cut.
    assert!(cube.lines().filter(|line| line.starts_with("NOTE")).all(|line| line.chars().count() <= 256));
    let rows: Vec<&str> = cube.split("DATA=\n").nth(1).unwrap().lines().collect();
    assert_eq!((rows.len(), rows.last()), (table.lines.len() + 1, Some(&";")));
    let mut absent = 0;
    for (line, row) in table.lines.iter().zip(rows) {
        assert!(row.ends_with(' '));
        for cell in &line.cells {
            match cell {
                Cell::Number(number) => assert!(row.split(' ').any(|cell| cell == number.to_string()), "{row}"),
                Cell::Absent(mark) => {
                    let symbol = if mark.text() == "[x]" { "\"..\"" } else { "\".\"" };
                    assert!(row.contains(symbol), "{row}");
                    absent += 1;
                }
                _ => {}
            }
        }
    }
    assert!(absent > 0, "{cube}");
}

#[test]
fn the_time_of_a_px_file_is_a_quarter_only_where_its_figures_are_of_the_quarter_alone() {
    let files = px(&book(), words(), Language::RU);
    let quarter = text(&files, "px/1.12-drug-quarter.px");
    assert!(quarter.contains("TIMEVAL(\"Период\")=TLIST(Q1),\"20242\",\"20252\";"));
    assert!(quarter.contains("VALUES(\"Период\")=\"II квартал 2024\",\n\"II квартал 2025\";"), "{quarter}");
    let since_january = text(&files, "px/1.1-drug-movement.px");
    assert!(!since_january.contains("TIMEVAL") && since_january.contains("\"Январь–июнь 2025\""));
}

#[test]
fn a_collection_of_json_stat_links_to_its_datasets_beside_it() {
    let files = jsonstat(&book(), lexicon(Language::EN));
    let collection: Value = serde_json::from_str(text(&files, "json-stat-en/collection.json")).unwrap();
    let items = collection["link"]["item"].as_array().unwrap();
    assert_eq!(items.len(), files.len() - 1);
    for item in items {
        assert_eq!((&item["class"], &item["type"]), (&"dataset".into(), &"application/json".into()));
        let href = item["href"].as_str().unwrap();
        // A reference that cannot be taken for another folder, a scheme or a query.
        assert!(href.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)), "{href}");
        let dataset: Value = serde_json::from_str(text(&files, &format!("json-stat-en/{href}"))).unwrap();
        assert_eq!(dataset["label"], item["label"]);
        let dimension = &dataset["dimension"];
        assert_eq!(dimension["time"]["label"], "Period");
        assert_eq!(dimension["metric"]["category"]["label"]["value"], "Value");
    }
    // Levels have as many decimals as the book shows.
    let regions: Value = serde_json::from_str(text(&files, "json-stat-en/1.6-drug-regions.json")).unwrap();
    let shown = book().tables().find(|table| table.id == "drug-regions").unwrap().lines.iter().find_map(|line| {
        line.cells.iter().find_map(|cell| if let Cell::Level(level) = cell { Some(level.places) } else { None })
    });
    assert_eq!(regions["dimension"]["metric"]["category"]["unit"]["rate"]["decimals"], shown.unwrap());
}

#[test]
fn the_formats_of_the_settings_are_written_unless_a_call_lists_others() {
    let (office, folder) = drugs();
    office.edit("zhinaq.toml", |text| text.replace("#formats = [", "formats = ["));
    let built = office.zhinaq(&[&BUILD[..], &["json"]].concat()).exits(0).json();
    let beside = built["collections"][0]["beside"].to_string();
    assert!(beside.contains("datapackage.json") && beside.contains("csv-ru/index.csv"), "{beside}");
    let shown = office.zhinaq(&["config", "show", "--format", "json"]).exits(0).out;
    assert!(shown.contains("workbook.formats"), "{shown}");
    fs::remove_dir_all(&folder).unwrap();
    office.zhinaq(&[&BUILD[..], &["json", "--formats", "parquet"]].concat()).exits(0);
    assert!(folder.join("narcotics.parquet").is_file() && !folder.join("csv-ru").exists());
    // A data package brings the CSV that it describes.
    office.zhinaq(&[&BUILD[..], &["json", "--formats", "datapackage"]].concat()).exits(0);
    assert!(folder.join("csv-ru/index.csv").is_file());

    office.edit("zhinaq.toml", |text| text.replace("formats = [\"csv\"", "formats = [\"exel\""));
    let faults = office.zhinaq(&["doctor"]).exits(1).out;
    assert!(faults.contains("zhinaq.toml: `exel` is not a format of collections"), "{faults}");
    office.zhinaq(&[&BUILD[..], &["json"]].concat()).exits(1);
}
