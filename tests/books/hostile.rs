//! Texts that a source may send and a workbook must survive: formulas, controls, endless labels, marks of direction.

use calamine::{Data, Reader as _, Xlsx};
use std::io::Cursor;
use zhinaq::{
    assemble::{Across, assemble},
    domain::{Language, Titles},
    workbook::{Profile, master},
};

use super::ooxml::objections;
use crate::support::{lexicon, trial::Trial};

/// A collection of crossed tables with these texts as its first heads and labels.
fn with(texts: &[&str]) -> Trial {
    let mut trial = Trial::new("corruption", "2025-Q2");
    let section = &mut trial.forms.get_mut(&"3-k".parse().unwrap()).unwrap().sections[0];
    for (column, text) in section.columns.iter_mut().zip(texts) {
        column.titles = Titles::ru(*text);
    }
    for (row, text) in section.rows.iter_mut().zip(texts) {
        row.titles = Titles::ru(*text);
    }
    trial.printed_anew()
}

#[test]
fn labels_and_heads_that_look_like_formulas_stay_texts_in_crossed_tables() {
    let evil =
        ["=HYPERLINK(\"http://example.org\",\"x\")", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\u{202e}gnirts\u{200f}"];
    let trial = with(&evil);
    let bytes = master(&assemble(&trial.material()).unwrap(), lexicon(Language::RU), Profile::Accessible).unwrap();
    assert_eq!(objections(&bytes), Vec::<String>::new());
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut seen = 0;
    for name in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&name).unwrap().is_empty(), "{name}");
        let range = workbook.worksheet_range(&name).unwrap();
        let texts = range.used_cells().filter_map(|(_, _, cell)| match cell {
            Data::String(text) => Some(text.clone()),
            _ => None,
        });
        seen += texts.filter(|text| evil.iter().any(|e| text.contains(e.trim()))).count();
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_label_that_no_cell_can_hold_is_refused_with_its_sheet_and_cell() {
    let endless = "ы".repeat(40_000);
    let error = master(&assemble(&with(&[&endless]).material()).unwrap(), lexicon(Language::RU), Profile::Accessible)
        .unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with("sheet `") && said.contains(", cell ") && said.contains("a cell holds 32,767"), "{said}");
    let error = master(&assemble(&with(&["a\u{b}b"]).material()).unwrap(), lexicon(Language::RU), Profile::Accessible)
        .unwrap_err();
    assert!(error.to_string().contains("U+000B"), "{error}");
}

#[test]
fn heads_that_are_alike_when_cut_are_told_apart() {
    // The names of agencies are heads too, and no two heads of a table may be equal.
    let long = "орган ".repeat(60);
    let mut trial = Trial::new("corruption", "2025-Q2");
    for agency in &mut trial.agencies {
        agency.titles = Titles::ru(format!("{long}{}", agency.agency));
    }
    let book = assemble(&trial.material()).unwrap();
    let bytes = master(&book, lexicon(Language::RU), Profile::Accessible).unwrap();
    assert_eq!(objections(&bytes), Vec::<String>::new());
    let table = book.tables().find(|t| t.id == "persons-all-agencies").unwrap();
    let agencies = table.columns.iter().filter(|c| matches!(c.across, Some(Across::Agency(_)))).count();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let name = workbook.sheet_names().into_iter().find(|n| n.starts_with(&format!("{} ", table.number))).unwrap();
    let range = workbook.worksheet_range(&name).unwrap();
    let heads: Vec<String> = range
        .rows()
        .find(|row| row[0] == Data::String("Показатель".into()))
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .filter(|head| head.contains("орган орган"))
        .collect();
    assert_eq!(heads.len(), agencies);
    let mut distinct = heads.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), agencies, "{heads:?}");
}
