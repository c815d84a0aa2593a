//! A collection on paper: which sheets are printed, and which part of each.

use zhinaq::{
    assemble::{Book, assemble, labels::in_language},
    domain::{Language, Print},
    workbook::{
        Profile, for_paper, master, placed_master,
        plan::{Brief, CellContent, PlannedCell, SheetPlan, plan},
    },
};

use super::{masters::COLLECTIONS, ooxml::Parts};
use crate::support::{lexicon, trial::Trial, words};

fn sheets(book: &Book, language: Language) -> Vec<SheetPlan> {
    plan(&Brief { book, lexicon: lexicon(language), profile: Profile::Accessible })
}

fn texts(sheet: &SheetPlan) -> impl Iterator<Item = (u32, &str)> {
    sheet.cells.iter().filter_map(|cell| match &cell.content {
        CellContent::Text(text) => Some((cell.row, text.as_str())),
        _ => None,
    })
}

#[test]
fn a_table_that_is_not_printed_says_why_and_so_do_the_contents() {
    for (collection, period) in COLLECTIONS {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        for language in words().languages() {
            let sheets = sheets(&book, language);
            let contents: String = texts(&sheets[1]).map(|(_, text)| format!("{text} ")).collect();
            let unprinted: Vec<_> = book.tables().filter(|t| !t.printed).collect();
            assert!(!unprinted.is_empty(), "{collection}");
            let reason = book.unprinted.as_ref().unwrap().of(language);
            assert!(contents.contains(reason), "{collection}: {contents}");
            for table in unprinted {
                let sheet = sheets.iter().find(|s| s.name.starts_with(&format!("{} ", table.number))).unwrap();
                assert_eq!(sheet.unprinted.as_deref(), Some(reason), "{collection}: {}", sheet.name);
                let top = sheet.table.as_ref().unwrap().top;
                let head: String =
                    texts(sheet).filter(|(row, _)| *row < top).map(|(_, text)| format!("{text} ")).collect();
                assert!(head.contains(reason), "{collection}: {head}");
                assert!(contents.contains(&table.number));
            }
        }
    }
}

/// What is printed of each sheet of a workbook, by the name of the sheet.
fn areas(bytes: &[u8]) -> Vec<(String, String)> {
    let workbook = Parts::of(bytes).text("xl/workbook.xml").to_owned();
    let areas = workbook.split("_xlnm.Print_Area\"").skip(1).map(|area| {
        let text = area.split('>').nth(1).unwrap().split('<').next().unwrap();
        let (name, ranges) = text.split_once('!').unwrap();
        (name.trim_matches('\'').to_owned(), ranges.to_owned())
    });
    areas.collect()
}

#[test]
fn a_sheet_that_is_not_printed_gives_no_page() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let sheets = sheets(&book, Language::EN);
    // Not printed are the whole form and the figures of charts.
    assert_eq!(sheets.iter().filter(|s| s.unprinted.is_some()).count(), 2);
    let paper = for_paper(&book, lexicon(Language::EN), Profile::Accessible).unwrap();
    for bytes in [paper, master(&book, lexicon(Language::EN), Profile::Accessible).unwrap()] {
        let areas = areas(&bytes);
        assert_eq!(areas.len(), sheets.len());
        for (sheet, (name, area)) in sheets.iter().zip(areas) {
            // The print area of a sheet begins in its first cell; that of an unprinted one is a blank cell beside its
            // columns.
            assert_eq!((&sheet.name, sheet.unprinted.is_none()), (&name, area.starts_with("$A$1:$")), "{area}");
        }
    }
}

#[test]
fn a_form_that_has_not_come_has_no_page_of_its_own() {
    let trial = Trial::new("corruption", "2025-Q2").without("1-ad", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let chapter = book.chapters.iter().find(|c| c.missing.is_some()).unwrap();
    let sheets = sheets(&book, Language::EN);
    let sheet = sheets.iter().find(|s| s.name.starts_with(&format!("{} ", chapter.tables[0].number))).unwrap();
    assert_eq!(sheet.unprinted.as_deref(), Some("it has no figures"));
    let contents: Vec<&str> = texts(&sheets[1]).map(|(_, text)| text).collect();
    let said = format!("tables {}: it has no figures.", chapter.tables[0].number);
    assert!(contents.iter().any(|text| text.ends_with(&said)), "{contents:?}");
}

#[test]
fn a_table_of_more_pages_than_the_template_allows_is_not_printed() {
    let mut trial = Trial::new("crime", "2025-Q2");
    trial.template.print.without.clear();
    let unprinted = |trial: &Trial| {
        let book = assemble(&trial.material()).unwrap();
        let sheets = sheets(&book, Language::RU);
        let tables = book.tables().zip(&sheets[2..]).filter(|(_, sheet)| sheet.unprinted.is_some());
        let contents = texts(&sheets[1]).map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
        (tables.map(|(table, _)| table.id.clone()).collect::<Vec<_>>(), contents)
    };
    let (long, contents) = unprinted(&trial);
    // Of the 422 lines for 21 places a page holds about thirty.
    assert!(long.iter().any(|id| id == "registered-in-full"), "{long:?}");
    assert!(!long.iter().any(|id| id == "regions"), "{long:?}");
    assert!(contents.iter().any(|text| text.ends_with(": число страниц больше 4.")), "{contents:?}");
    trial.template.print.pages = Some(1);
    assert!(unprinted(&trial).0.len() > long.len());
    trial.template.print.pages = None;
    let (none, contents) = unprinted(&trial);
    assert!(none.is_empty() && !contents.iter().any(|text| text.contains("число страниц")), "{none:?}");
}

#[test]
fn a_wide_table_has_its_texts_on_its_first_page_and_the_table_alone_on_the_others() {
    let mut seen = 0;
    for (collection, period) in COLLECTIONS {
        let mut trial = Trial::new(collection, period);
        trial.template.print = Print::default();
        let book = assemble(&trial.material()).unwrap();
        let sheets = sheets(&book, Language::RU);
        let areas = areas(&master(&book, lexicon(Language::RU), Profile::Accessible).unwrap());
        for (sheet, (_, area)) in sheets.iter().zip(areas) {
            let (Some(crossed), Some(table)) = (&sheet.crossed, &sheet.table) else { continue };
            if crossed.breaks.is_empty() || sheet.unprinted.is_some() {
                continue;
            }
            seen += 1;
            // Names of sheets have commas.
            let areas: Vec<&str> = area.split(",'").collect();
            assert_eq!(areas.len(), crossed.breaks.len() + 1, "{area}");
            assert!(
                areas[0].starts_with("$A$1:$") && areas[0].ends_with(&format!("${}", sheet.last_row + 1)),
                "{area}"
            );
            for other in &areas[1..] {
                let rows: Vec<&str> = other.rsplit('!').next().unwrap().split(['$', ':']).collect();
                let rows = [rows[2], rows[5]].map(|row| row.parse::<u32>().unwrap());
                assert_eq!(rows, [table.top + 1, table.top + 1 + table.lines], "{other}");
            }
            // Texts above and below the table are as wide as the first page, and no wider.
            assert!(sheet.merged.iter().all(|merged| u32::from(merged.last) < crossed.breaks[0]), "{}", sheet.name);
            assert!(sheet.page_header.contains("&A"), "{}", sheet.page_header);
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn each_text_above_and_below_a_table_is_one_cell() {
    for (collection, period) in COLLECTIONS {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        for language in words().languages() {
            let l = lexicon(language);
            let sheets = sheets(&book, language);
            let cover: Vec<&str> = texts(&sheets[0]).map(|(_, text)| text).collect();
            for whole in [book.titles.of(language), book.cover.office.of(language), book.cover.about.of(language)] {
                assert!(cover.contains(&whole), "{collection} {language}: {whole}");
            }
            for (table, sheet) in book.tables().zip(&sheets[2..]) {
                let title = in_language(&table.title, language);
                let title = if table.number.is_empty() { title } else { l.numbered_table(&table.number, &title) };
                let cells: Vec<(u32, &str)> = texts(sheet).collect();
                assert_eq!(cells.iter().find(|(row, _)| *row == 0).unwrap().1, title, "{}", sheet.name);
                for text in table.sentences.iter().chain(&table.notes).map(|text| in_language(text, language)) {
                    assert!(cells.iter().any(|(_, cell)| *cell == text), "{}: {text}", sheet.name);
                }
                // A text that takes several cells is beside the table, and its row is as high as its lines.
                let table = sheet.table.as_ref().unwrap();
                for merged in &sheet.merged {
                    assert!(!(table.top..=table.top + table.lines).contains(&merged.row), "{}", sheet.name);
                    let height = sheet.heights.iter().find(|(row, _)| *row == merged.row).unwrap().1;
                    assert!(height >= 27.0, "{}: {height}", sheet.name);
                }
            }
        }
    }
}

#[test]
fn a_page_header_leaves_room_for_the_mark_of_sample_data() {
    // Points of eight points' letters between the margins of an upright page, with room for the mark.
    const BESIDE_MARK: f64 = 523.0 - 80.0;
    // DejaVu, in which pages are drawn where Arial is not installed, has letters of about 5.2 points in this size.
    const WIDEST: f64 = 5.2;
    for (collection, period) in COLLECTIONS {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        for language in words().languages() {
            for sheet in sheets(&book, language).iter().skip(1) {
                let (title, mark) = sheet.page_header.split_once("&R").unwrap();
                assert!(mark.ends_with("SAMPLE DATA"), "{mark}");
                let lines: Vec<&str> = title.strip_prefix("&L&8").unwrap().split('\n').collect();
                assert!(lines.len() <= 2, "{title}");
                let room = if sheet.landscape { 1.4 * BESIDE_MARK } else { BESIDE_MARK };
                for line in lines {
                    assert!(line.chars().count() as f64 * WIDEST <= room, "{collection} {language}: {line}");
                }
            }
        }
    }
}

#[test]
fn a_book_without_key_figures_has_no_empty_page_for_them() {
    // A supplement contains one form, which may have no key figures.
    let mut book = assemble(&Trial::new("narcotics", "2025-Q2").material()).unwrap();
    book.summary.lines.clear();
    let sheets = sheets(&book, Language::EN);
    assert!(sheets.iter().all(|s| s.name != "Key figures"));
    let linked =
        |cell: &PlannedCell| matches!(&cell.content, CellContent::Link { sheet, .. } if sheet == "Key figures");
    assert!(!sheets.iter().flat_map(|s| &s.cells).any(linked));
    let places = placed_master(&book, lexicon(Language::EN), Profile::Accessible).unwrap().places;
    assert_eq!(places.tables.len(), book.tables().count());
    assert!(places.tables[0].0.starts_with("1.1 "), "{:?}", places.tables[0]);
    assert_eq!(places.control.0, "Control sums");
}
