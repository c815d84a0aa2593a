//! Masters: what a reader of a collection opens.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{Cursor, Read as _},
    path::PathBuf,
};

use calamine::{Data, Reader as _, Xlsx};
use zhinaq::{
    assemble::{Book, Cell, ColumnRole, LineKey, assemble},
    domain::{Dataset, DatasetKey, Finding, Language, Number, Period, Severity, Sha256},
    workbook::{
        CopyMark, Profile, Stamper, master,
        plan::{Brief, plan},
    },
};

use super::ooxml::{Parts, objections};
use crate::support::{lexicon, trial::Trial, words};

/// The collections, each with one of its periods.
pub const COLLECTIONS: [(&str, &str); 6] = [
    ("crime", "2025-Q2"),
    ("corruption", "2025-Q2"),
    ("narcotics", "2022-Q4"),
    ("courts", "2025-Q2"),
    ("prosecution-bodies", "2025-S1"),
    ("supervision", "2025-Q2"),
];

/// Writes a workbook for a person to look at: `ZHINAQ_TRIAL=/tmp/books cargo test --test all books::`.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = env::var_os("ZHINAQ_TRIAL").map(PathBuf::from) {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.xlsx")), bytes).unwrap();
    }
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let first = master(&assemble(&trial.material()).unwrap(), lexicon(Language::RU), Profile::Accessible).unwrap();
    let again = master(&assemble(&trial.material()).unwrap(), lexicon(Language::RU), Profile::Accessible).unwrap();
    assert!(first == again);
}

#[test]
fn no_collection_gives_a_strict_reader_reason_to_object() {
    for (collection, period) in COLLECTIONS {
        let trial = Trial::new(collection, period);
        let book = assemble(&trial.material()).unwrap();
        for language in words().languages() {
            let bytes = master(&book, lexicon(language), Profile::Accessible).unwrap();
            keep(&format!("{collection}_{language}"), &bytes);
            assert_eq!(objections(&bytes), Vec::<String>::new(), "{collection} {language}");
            let core = Parts::of(&bytes);
            assert!(core.text("docProps/core.xml").contains(&format!("<dc:language>{language}</dc:language>")));
        }
    }
}

/// A figure as the datasets have it, added up without the assembling code.
fn stated(datasets: &BTreeMap<&DatasetKey, &Dataset>, key: &LineKey, period: Period) -> Option<Number> {
    let mut sum = Number::ZERO;
    for unit in &key.units[(key.period.year() - period.year()) as usize] {
        let (unit, agency, form) = (unit.clone(), key.agency.clone(), key.form.clone());
        let wanted = DatasetKey { form, period, unit, agency, origin: zhinaq::domain::Origin::Sample };
        let place = &key.place;
        let figure = datasets.get(&wanted)?.figure(&place.section, &place.row, &place.column)?;
        sum = sum.plus(figure.number()?)?;
    }
    Some(sum)
}

#[test]
fn the_figures_on_the_sheets_are_the_figures_of_the_forms() {
    let mut compared = 0;
    for (collection, period) in [("crime", "2025-Q2"), ("corruption", "2025-Q2"), ("courts", "2025-Q2")] {
        let trial = Trial::new(collection, period);
        let datasets: BTreeMap<&DatasetKey, &Dataset> = trial.datasets.iter().map(|d| (&d.key, d)).collect();
        let book = assemble(&trial.material()).unwrap();
        let bytes = master(&book, lexicon(Language::RU), Profile::Working).unwrap();
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let brief = Brief { book: &book, lexicon: lexicon(Language::RU), profile: Profile::Working };
        // The sheets of the tables come after the cover and the contents, in the order of the book.
        for (table, sheet) in book.tables().zip(plan(&brief).iter().skip(2)) {
            if table.kind == zhinaq::assemble::Kind::Of(zhinaq::domain::TableKind::Quarter) {
                continue;
            }
            let range = workbook.worksheet_range(&sheet.name).unwrap();
            let top = sheet.table.as_ref().unwrap().top;
            for (place, line) in table.lines.iter().enumerate() {
                for (column, head) in table.columns.iter().enumerate() {
                    let ColumnRole::Value(period) = head.role else { continue };
                    let key = line.key.as_ref().unwrap().in_column(head.across.as_ref());
                    let period = of_form(&trial, &key.form, period);
                    let found = range.get_value((top + 1 + place as u32, column as u32));
                    match (stated(&datasets, &key, period), found) {
                        (Some(expected), Some(Data::Float(found))) => {
                            assert!((expected.as_f64() - found).abs() < f64::EPSILON, "{} {place}", sheet.name);
                            compared += 1;
                        }
                        (None, Some(Data::String(mark))) => assert!(mark.starts_with('['), "{mark}"),
                        other => panic!("{} {place} {column}: {other:?}", sheet.name),
                    }
                }
            }
        }
    }
    assert!(compared > 1_500, "{compared}");
}

/// The period of a form that ends with a period of its collection.
fn of_form(trial: &Trial, form: &zhinaq::domain::FormId, period: Period) -> Period {
    let term = trial.terms.iter().find(|t| t.id == *form).unwrap();
    period.ending_as(term.periodicity).unwrap()
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let evil = "=HYPERLINK(\"http://example.org\",\"x\")";
    let section = &mut trial.forms.get_mut(&"1-n".parse().unwrap()).unwrap().sections[0];
    for (column, text) in section.columns.iter_mut().zip([evil, "+1+1", "-1+1", "@SUM(A1)", "\t=1"]) {
        column.titles.ru = text.into();
    }
    let trial = trial.printed_anew();
    let finding = Finding::about("1-n.rule", Severity::Warning, "1-n".parse().unwrap(), evil);
    let findings = [finding];
    let mut material = trial.material();
    material.findings = &findings;
    let bytes = master(&assemble(&material).unwrap(), lexicon(Language::RU), Profile::Accessible).unwrap();
    assert_eq!(objections(&bytes), Vec::<String>::new());
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut seen = 0;
    for name in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&name).unwrap().is_empty(), "{name}");
        let range = workbook.worksheet_range(&name).unwrap();
        seen += range.used_cells().filter(|(_, _, cell)| matches!(cell, Data::String(text) if text == evil)).count();
    }
    assert!(seen >= 2, "{seen}");
}

#[test]
fn a_text_that_xml_cannot_hold_is_refused_with_its_cell() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let section = &mut trial.forms.get_mut(&"1-n".parse().unwrap()).unwrap().sections[0];
    section.columns[0].titles.ru = "bell \u{7}".into();
    let trial = trial.printed_anew();
    let error = master(&assemble(&trial.material()).unwrap(), lexicon(Language::RU), Profile::Accessible).unwrap_err();
    assert!(error.to_string().contains("U+0007"), "{error}");
}

fn third_of_seven(book: &Book) -> CopyMark {
    CopyMark {
        collection: book.collection.clone(),
        period: book.period,
        revision: 0,
        supplement: 0,
        organ: "mia".parse().unwrap(),
        organ_title: "Ішкі істер министрлігі".into(),
        number: 3,
        of: 7,
        language: Language::KK,
        numbered: lexicon(Language::KK).copy_of(&3, &7),
        content_id: book.content_id(),
    }
}

#[test]
fn a_master_can_be_stamped() {
    let trial = Trial::new("supervision", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let bytes = master(&book, lexicon(Language::KK), Profile::Accessible).unwrap();
    let mark = third_of_seven(&book);
    let copy = Stamper::new(bytes.clone()).unwrap().stamp(&mark).unwrap();
    assert_ne!(Sha256::of(&copy), Sha256::of(&bytes));
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(copy)).unwrap();
    let cover = workbook.worksheet_range_at(0).unwrap().unwrap();
    let line = mark.cover_line();
    assert!(cover.used_cells().any(|(_, _, cell)| matches!(cell, Data::String(text) if *text == line)));
}

#[test]
fn profiles_differ_in_what_the_screen_does_alone() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let sheet = |profile| {
        let parts = Parts::of(&master(&book, lexicon(Language::RU), profile).unwrap());
        parts.text("xl/worksheets/sheet4.xml").to_owned()
    };
    let (accessible, working) = (sheet(Profile::Accessible), sheet(Profile::Working));
    assert!(!accessible.contains("<pane ") && working.contains("state=\"frozen\""));
    let cells = |text: &str| text[text.find("<sheetData>").unwrap()..text.find("</sheetData>").unwrap()].to_owned();
    assert_eq!(cells(&accessible), cells(&working));
}

#[test]
fn every_language_has_its_own_chrome_and_the_same_figures() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book: Book = assemble(&trial.material()).unwrap();
    let figures = |language| {
        let bytes = master(&book, lexicon(language), Profile::Accessible).unwrap();
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let names = workbook.sheet_names();
        let sheets = names.iter().map(|name| {
            let range = workbook.worksheet_range(name).unwrap();
            let numbers = range.used_cells().filter_map(|(_, _, cell)| match cell {
                Data::Float(number) => Some(number.to_bits()),
                _ => None,
            });
            numbers.collect::<Vec<u64>>()
        });
        (sheets.collect::<Vec<_>>(), names)
    };
    let (ru, kk, en) = (figures(Language::RU), figures(Language::KK), figures(Language::EN));
    assert_eq!(ru.0, kk.0);
    assert_eq!(ru.0, en.0);
    assert!(ru.1 != kk.1 && ru.1 != en.1);
    assert_eq!(en.1[0], "Cover");
}

#[test]
fn every_key_figure_of_a_form_that_came_is_a_number() {
    for (collection, period) in COLLECTIONS {
        let trial = Trial::new(collection, period);
        let book = assemble(&trial.material()).unwrap();
        for line in &book.summary.lines {
            assert!(matches!(line.cells[2], Cell::Number(_)), "{collection}: {:?}", line.cells);
        }
    }
}

/// The compressed data of each sheet.
fn compressed_sheets(workbook: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let places = 0..archive.len();
    let sheets = places.filter_map(|place| {
        let mut part = archive.by_index_raw(place).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut raw = Vec::new();
        part.read_to_end(&mut raw).unwrap();
        name.starts_with("xl/worksheets/sheet").then_some((name, raw))
    });
    sheets.collect()
}

#[test]
fn a_copy_has_what_stands_before_its_footers_as_the_master_compressed_it() {
    let book = assemble(&Trial::new("narcotics", "2025-Q2").material()).unwrap();
    let bytes = master(&book, lexicon(Language::KK), Profile::Accessible).unwrap();
    let mark = third_of_seven(&book);
    let copy = compressed_sheets(&Stamper::new(bytes.clone()).unwrap().stamp(&mark).unwrap());
    let mut carried = 0;
    for (name, raw) in compressed_sheets(&bytes) {
        let head = raw.windows(4).rposition(|bytes| bytes == [0, 0, 0xff, 0xff]).unwrap() + 4;
        assert_ne!(copy[&name], raw, "{name}");
        // The cover is not carried over: it has the number in a cell too.
        carried += usize::from(copy[&name].starts_with(&raw[..head]));
    }
    assert!(carried > 10);
    assert_eq!(carried, copy.len() - 1);
}
