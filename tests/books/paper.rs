//! A collection on paper: which sheets are printed, and which part of each.

use zhinaq::{
    assemble::{Book, assemble},
    domain::Language,
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
fn of_a_table_that_is_not_printed_the_head_alone_is_and_the_contents_say_so() {
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
                let (column, row) = sheet.head_alone.unwrap();
                let top = sheet.table.as_ref().unwrap().top;
                assert_eq!(row + 1, top, "{collection}: {}", sheet.name);
                assert!(usize::from(column) < sheet.widths.len());
                let head: String =
                    texts(sheet).filter(|(row, _)| *row < top).map(|(_, text)| format!("{text} ")).collect();
                assert!(head.contains(reason), "{collection}: {head}");
                assert!(contents.contains(&table.number));
            }
        }
    }
}

#[test]
fn a_sheet_that_is_not_printed_gives_no_page_in_what_is_printed_alone() {
    let book = assemble(&Trial::new("narcotics", "2025-Q2").material()).unwrap();
    let unprinted = sheets(&book, Language::EN).iter().filter(|s| s.head_alone.is_some()).count();
    // The print area of a sheet begins in its first cell; that of an unprinted sheet is a blank cell beside its
    // columns.
    let printed = |bytes: &[u8]| {
        let workbook = Parts::of(bytes).text("xl/workbook.xml").to_owned();
        let (areas, begin) = (workbook.matches("_xlnm.Print_Area").count(), workbook.matches("!$A$1:$").count());
        (areas, begin)
    };
    let sheets = sheets(&book, Language::EN).len();
    // Not printed are the whole form and the figures of charts.
    assert_eq!(unprinted, 2);
    assert_eq!(
        printed(&for_paper(&book, lexicon(Language::EN), Profile::Accessible).unwrap()),
        (sheets, sheets - unprinted)
    );
    assert_eq!(printed(&master(&book, lexicon(Language::EN), Profile::Accessible).unwrap()), (sheets, sheets));
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

#[test]
fn what_stands_above_a_table_on_several_pages_side_by_side_is_whole_on_each() {
    let mut seen = 0;
    for (collection, period) in COLLECTIONS {
        let book = assemble(&Trial::new(collection, period).material()).unwrap();
        for sheet in sheets(&book, Language::RU) {
            let (Some(crossed), Some(table)) = (&sheet.crossed, &sheet.table) else { continue };
            let stub: f64 = sheet.widths[..usize::from(crossed.stub)].iter().sum();
            if crossed.breaks.is_empty() || stub < 42.0 {
                continue;
            }
            seen += 1;
            for (_, text) in texts(&sheet).filter(|(row, _)| *row < table.top) {
                // Letters of the body font are about a character wide; those of a title are larger.
                assert!((text.chars().count() as f64) < stub * 1.25, "{collection} {}: {text}", sheet.name);
            }
        }
    }
    assert!(seen > 10, "{seen}");
}
