//! What changed between two issues: the list, and the sheet for a reader of the earlier issue.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use zhinaq::{
    assemble::{Cell, Change, assemble, changes},
    domain::{Figure, Language, Number, Period},
    workbook::{Profile, accessibility::examine, master},
};

use super::ooxml::objections;
use crate::support::{lexicon, trial::Trial, words};

/// A trial, and the same with 7 more in the first figure of form 1-N for the republic and for Astana; with the
/// republic's figure before.
fn corrected() -> (Trial, Trial, i64) {
    let (before, mut after) = (Trial::new("narcotics", "2025-Q2"), Trial::new("narcotics", "2025-Q2"));
    let now: Period = "2025-Q2".parse().unwrap();
    let mut stood = 0;
    for unit in ["19", "1971"] {
        let wanted = |d: &&mut zhinaq::domain::Dataset| d.key.period == now && d.key.unit.as_str() == unit;
        let dataset = after.datasets.iter_mut().find(wanted).unwrap();
        let was = dataset.sections[0].figures[0].number().unwrap();
        dataset.sections[0].figures[0] = Figure::Number(was.plus(Number::count(7)).unwrap());
        if unit == "19" {
            stood = was.in_thousandths().unwrap() / 1000;
        }
    }
    (before, after, stood)
}

#[test]
fn a_book_does_not_differ_from_itself() {
    let trial = Trial::new("narcotics", "2025-Q2");
    let book = assemble(&trial.material()).unwrap();
    let mut later = trial.material();
    later.revision = 1;
    later.generated_for = later.generated_for.succ_opt().unwrap();
    assert_eq!(changes(&book, &assemble(&later).unwrap(), words()), Vec::<Change>::new());
}

#[test]
fn a_corrected_figure_is_told_with_what_stood_there_and_what_stands_there_now() {
    let (before, after, stood) = corrected();
    let (old, new) = (assemble(&before.material()).unwrap(), assemble(&after.material()).unwrap());
    let found = changes(&old, &new, words());
    let values: Vec<&Change> = found.iter().filter(|c| !c.derived).collect();
    let of_movement = values.iter().find(|c| c.table == "drug-movement").unwrap();
    assert_eq!(of_movement.was, Some(Cell::Number(Number::count(stood))));
    assert_eq!(of_movement.is, Some(Cell::Number(Number::count(stood + 7))));
    assert_eq!(of_movement.column.as_ref().unwrap().ru, "Январь–июнь 2025");
    // Every change of a source figure is a change of 7, in the republic or in Astana.
    for change in &values {
        let (Some(Cell::Number(was)), Some(Cell::Number(is))) = (&change.was, &change.is) else { panic!("{change:?}") };
        assert_eq!(is.minus(*was), Some(Number::count(7)), "{change:?}");
    }
    assert!(found.iter().any(|c| c.derived));
    let back = changes(&new, &old, words());
    assert_eq!(back.len(), found.len());
    assert!(back.iter().zip(&found).all(|(b, f)| b.was == f.is && b.is == f.was));
}

#[test]
fn a_form_that_came_after_the_first_issue_brings_its_tables() {
    let (late, whole) =
        (Trial::new("corruption", "2025-Q2").without("1-ad", "2025-Q2"), Trial::new("corruption", "2025-Q2"));
    let (old, new) = (assemble(&late.material()).unwrap(), assemble(&whole.material()).unwrap());
    let found = changes(&old, &new, words());
    let tables: Vec<(&str, bool)> =
        found.iter().filter(|c| c.line.is_none()).map(|c| (c.table.as_str(), c.is.is_some())).collect();
    assert_eq!(
        tables,
        [("administrative-state", true), ("administrative-regions", true), ("administrative-missing", false)]
    );
    assert!(found.iter().all(|c| c.line.is_none()), "the other chapters did not change");
}

#[test]
fn the_sheet_of_changes_stands_before_the_key_figures_and_is_not_part_of_the_content() {
    let (before, after, _) = corrected();
    let mut material = after.material();
    material.revision = 1;
    material.revision_reason = Some("уточнение города Астаны".into());
    let (old, new) = (assemble(&before.material()).unwrap(), assemble(&material).unwrap());
    let with = new.clone().with_changes_since(&old, words());
    assert_eq!(with.content_id(), new.content_id());
    let found = changes(&old, &new, words());
    for language in words().languages() {
        let bytes = master(&with, lexicon(language), Profile::Accessible).unwrap();
        assert_eq!(objections(&bytes), Vec::<String>::new());
        assert!(examine(&bytes).unwrap().passes(), "{:?}", examine(&bytes).unwrap());
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = workbook.worksheet_range_at(2).unwrap().unwrap();
        let rows: Vec<&[Data]> = sheet.rows().collect();
        let header = rows.iter().position(|r| r.len() > 6 && !matches!(r[6], Data::Empty)).unwrap();
        assert_eq!(rows.len() - header - 1, found.len());
        for (row, change) in rows[header + 1..].iter().zip(&found) {
            let (Some(Cell::Number(was)), Some(Cell::Number(is))) = (&change.was, &change.is) else { continue };
            assert_eq!((&row[4], &row[5]), (&Data::Float(was.as_f64()), &Data::Float(is.as_f64())));
        }
    }
    let bytes = master(&with, lexicon(Language::RU), Profile::Accessible).unwrap();
    let workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names()[2..4], ["Изменения", "Показатели"]);
}

#[test]
fn a_corrected_figure_is_marked_in_its_line() {
    let (_, after, _) = corrected();
    let now: Period = "2025-Q2".parse().unwrap();
    let republic = after.datasets.iter().find(|d| d.key.period == now && d.key.unit.is_republic()).unwrap();
    let section = &republic.sections[0];
    let place = zhinaq::domain::Place {
        section: section.id.clone(),
        row: section.rows[0].code.clone(),
        column: section.columns[0].code.clone(),
    };
    let revised = [(republic.key.clone(), place)];
    let mut material = after.material();
    material.revised = &revised;
    let book = assemble(&material).unwrap();
    let movement = book.tables().find(|t| t.id == "drug-movement").unwrap();
    let marks: Vec<&Cell> = movement.lines.iter().filter_map(|l| l.cells.last()).collect();
    assert_eq!(marks[0], &Cell::Code("[r]".into()));
    assert!(marks[1..].iter().all(|m| **m == Cell::Code(String::new())));
}
