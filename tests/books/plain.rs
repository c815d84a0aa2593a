//! Bare sheets, read back with another library.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use zhinaq::workbook::plain::{PlainCell, PlainSheet, PlainWorkbook, Properties};

fn workbook() -> PlainWorkbook {
    let text = |t: &str| PlainCell::Text(t.into());
    PlainWorkbook {
        properties: Properties {
            title: "1-M  Астана (Свод)".into(),
            description: "28327;50119;1971%;__".into(),
            custom: vec![("Origin".into(), "SAMPLE DATA".into())],
            ..Properties::default()
        },
        sheets: vec![
            PlainSheet { name: "srz_info".into(), hidden: true, ..PlainSheet::default() },
            PlainSheet {
                name: "R1".into(),
                cells: vec![
                    (0, 0, text("=1+1")),
                    (1, 0, text("@cmd")),
                    (2, 1, PlainCell::Number(18453.949)),
                    (3, 1, PlainCell::Blank),
                ],
                merges: vec![(4, 0, 5, 2, text("Всего")), (6, 0, 6, 1, PlainCell::Number(7.0))],
                widths: vec![(0, 40.0)],
                ..PlainSheet::default()
            },
        ],
        ..PlainWorkbook::default()
    }
}

#[test]
fn a_plain_sheet_is_read_back_as_it_was_written() {
    let bytes = workbook().write().unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("R1").unwrap();
    assert_eq!(range.get_value((0, 0)), Some(&Data::String("=1+1".into())));
    assert_eq!(range.get_value((1, 0)), Some(&Data::String("@cmd".into())));
    assert_eq!(range.get_value((2, 1)), Some(&Data::Float(18453.949)));
    assert_eq!(range.get_value((4, 0)), Some(&Data::String("Всего".into())));
    assert_eq!(range.get_value((6, 0)), Some(&Data::Float(7.0)));
    assert!(book.worksheet_formula("R1").unwrap().is_empty());
}

#[test]
fn the_same_sheets_give_the_same_bytes() {
    assert_eq!(workbook().write().unwrap(), workbook().write().unwrap());
}

#[test]
fn a_workbook_of_hidden_sheets_is_refused() {
    let mut hidden = workbook();
    hidden.sheets.truncate(1);
    assert_eq!(hidden.write().unwrap_err().to_string(), "a workbook needs at least one sheet that is not hidden");
}

#[test]
fn a_sheet_that_is_a_table_has_its_headings_and_no_empty_cell() {
    let text = |t: &str| PlainCell::Text(t.into());
    let cells = vec![
        (0, 0, text("unit")),
        (0, 1, text("value")),
        (1, 0, text("19")),
        (1, 1, PlainCell::Blank),
        (2, 0, text("")),
        (2, 1, PlainCell::Number(5.0)),
    ];
    let sheet = |cells: &[(u32, u16, PlainCell)]| PlainSheet {
        name: "Figures".into(),
        table: Some("figures".into()),
        cells: cells.to_vec(),
        ..PlainSheet::default()
    };
    let book = |cells| PlainWorkbook { sheets: vec![sheet(cells)], ..PlainWorkbook::default() }.write().unwrap();
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(book(&cells))).unwrap();
    read.load_tables().unwrap();
    let table = read.table_by_name("figures").unwrap();
    assert_eq!(table.columns(), ["unit", "value"]);
    let nothing = || Data::String("–".into());
    let rows: Vec<Vec<Data>> = table.data().rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows, [vec![Data::String("19".into()), nothing()], vec![nothing(), Data::Float(5.0)]]);
    // A table without a row cannot be written; its headings alone can.
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(book(&cells[..2]))).unwrap();
    read.load_tables().unwrap();
    assert!(read.table_names().is_empty());
    assert_eq!(read.worksheet_range("Figures").unwrap().get_size(), (1, 2));
}
