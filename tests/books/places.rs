//! Where the figures of a book are in documents: a republic that is missing in one period, editions without a
//! description, tables that cannot be filled, definitions that changed.

use std::sync::Arc;

use zhinaq::{
    assemble::{Book, Cell, ColumnRole, Kind, Mark, Table, assemble},
    domain::{Column, Dataset, Period, TableKind},
};

use crate::support::{lexicon, trial::Trial, words};

fn table<'a>(book: &'a Book, id: &str) -> &'a Table {
    book.tables().find(|t| t.id == id).unwrap_or_else(|| panic!("no table `{id}`"))
}

fn periods<'t>(trial: &'t mut Trial, form: &str, period: &str) -> impl Iterator<Item = &'t mut Dataset> + use<'t> {
    let period: Period = period.parse().unwrap();
    let form = form.to_owned();
    trial.datasets.iter_mut().filter(move |d| d.key.form.as_str() == form && d.key.period == period)
}

fn figures(table: &Table) -> Vec<&Cell> {
    table.lines.iter().flat_map(|l| &l.cells).filter(|c| matches!(c, Cell::Number(_))).collect()
}

#[test]
fn a_republic_that_lacks_in_an_earlier_quarter_changes_nothing_elsewhere() {
    let whole = Trial::new("corruption", "2025-Q2");
    let mut trial = Trial::new("corruption", "2025-Q2");
    let earlier: Period = "2025-M03".parse().unwrap();
    trial.datasets.retain(|d| d.key.period != earlier || d.key.form.as_str() != "3-k" || !d.key.agency.is_all());
    let (whole, book) = (assemble(&whole.material()).unwrap(), assemble(&trial.material()).unwrap());
    for (was, is) in whole.tables().zip(book.tables()) {
        assert_eq!(was.id, is.id);
        if is.kind != Kind::Of(TableKind::Quarter) {
            assert_eq!(was.lines, is.lines, "{}", is.id);
        }
        assert!(!is.notes.iter().any(|n| n.ru.contains("сумма регионов")), "{}: {:?}", is.id, is.notes);
    }
    let quarter = table(&book, "cases-quarter");
    let place = |year: i32| {
        let of = |role: &ColumnRole| matches!(role, ColumnRole::Value(p) if p.year() == year);
        quarter.columns.iter().position(|c| of(&c.role)).unwrap()
    };
    let (now, ago) = (place(2025), place(2024));
    assert!(quarter.lines.iter().all(|l| l.cells[now] == Cell::Absent(Mark::X)));
    assert!(quarter.lines.iter().all(|l| matches!(l.cells[ago], Cell::Number(_))));
}

#[test]
fn a_book_without_any_figure_says_so() {
    let mut trial = Trial::new("corruption", "2025-Q2");
    assert!(!assemble(&trial.material()).unwrap().is_without_figures());
    trial.datasets.clear();
    assert!(assemble(&trial.material()).unwrap().is_without_figures());
}

/// Gives a dataset of 3-K edition 50306, with another definition of its second column.
pub fn with_another_definition(dataset: &mut Dataset) {
    as_edition(dataset, "50306");
    for section in &mut dataset.sections {
        let columns = Arc::make_mut(&mut section.columns);
        let label = format!("{} и уголовных проступков", columns[1].label);
        columns[1] = Column { label: label.into(), ..columns[1].clone() };
    }
}

/// Gives a dataset of 3-K the lines that edition 50306 prints, and an edition number.
pub fn as_edition(dataset: &mut Dataset, edition: &str) {
    dataset.edition = edition.parse().unwrap();
    for section in &mut dataset.sections {
        let kept: Vec<usize> =
            (0..section.columns.len()).filter(|c| !section.columns[*c].code.as_str().starts_with('+')).collect();
        let width = section.columns.len();
        section.figures = (0..section.rows.len())
            .flat_map(|row| kept.iter().map(move |column| row * width + column))
            .map(|at| section.figures[at].clone())
            .collect();
        section.columns = kept.iter().map(|c| section.columns[*c].clone()).collect();
    }
}

#[test]
fn an_edition_with_a_new_number_alone_prints_the_same_figures_under_the_same_headings() {
    let of = |edition: &str| {
        let mut trial = Trial::new("corruption", "2025-Q2");
        for dataset in periods(&mut trial, "3-k", "2025-M06") {
            as_edition(dataset, edition);
        }
        assemble(&trial.material()).unwrap()
    };
    let (known, unknown) = (of("50306"), of("59999"));
    for (was, is) in known.tables().zip(unknown.tables()) {
        assert_eq!((&was.id, &was.lines), (&is.id, &is.lines));
        assert_eq!(was.columns, is.columns);
    }
    assert!(!figures(table(&unknown, "persons-in-full")).is_empty());
}

#[test]
fn a_column_whose_place_is_in_doubt_has_no_figure_and_a_reason() {
    let mut trial = Trial::new("corruption", "2025-Q2");
    for dataset in periods(&mut trial, "3-k", "2025-M06") {
        as_edition(dataset, "50306");
        let section = dataset.sections.iter_mut().find(|s| s.id.as_str() == "R3").unwrap();
        let columns = Arc::make_mut(&mut section.columns);
        columns[5] = Column { label: "Хищение скота (ст.188-1 УК РК)".into(), ..columns[5].clone() };
    }
    let book = assemble(&trial.material()).unwrap();
    let persons = table(&book, "persons-in-full");
    let place = persons.columns.iter().position(|c| c.header.ru.starts_with("6. ")).unwrap();
    assert!(persons.lines.iter().all(|l| l.cells[place] == Cell::Absent(Mark::X)));
    let reason = persons.notes.iter().find(|n| n.ru.starts_with("[x] Графа 6 ")).unwrap();
    assert!(reason.ru.contains("о другом предмете") && reason.ru.contains("50306"), "{}", reason.ru);
    assert!(words().languages().all(|language| reason.has(language)));
}

#[test]
fn a_table_whose_section_is_not_there_stays_with_its_reason() {
    let mut trial = Trial::new("corruption", "2025-Q2");
    for dataset in periods(&mut trial, "3-k", "2025-M06") {
        as_edition(dataset, "50306");
        dataset.sections.retain(|s| s.id.as_str() != "R2");
    }
    let whole = assemble(&Trial::new("corruption", "2025-Q2").material()).unwrap();
    let book = assemble(&trial.material()).unwrap();
    let listed = |book: &Book| book.tables().map(|t| (t.id.clone(), t.number.clone())).collect::<Vec<_>>();
    assert_eq!(listed(&book), listed(&whole));
    let table = table(&book, "offences-in-full");
    assert_eq!(table.kind, Kind::Missing);
    assert_eq!(table.lines[0].cells[1], Cell::Absent(Mark::X));
    assert!(matches!(&table.lines[0].cells[2], Cell::Text(t) if t.ru.contains("этого раздела нет")));
}

#[test]
fn a_definition_that_changed_is_marked_beside_the_comparison() {
    let mut trial = Trial::new("corruption", "2025-Q2");
    for dataset in periods(&mut trial, "3-k", "2025-M06") {
        with_another_definition(dataset);
    }
    let book = assemble(&trial.material()).unwrap();
    let movement = table(&book, "movement");
    let marks = movement.columns.iter().position(|c| c.role == ColumnRole::Marks).unwrap();
    let marked: Vec<bool> = movement.lines.iter().map(|l| l.cells[marks] == Cell::Code("[b]".into())).collect();
    assert_eq!(marked.iter().filter(|m| **m).count(), 1, "{marked:?}");
    assert!(movement.notes.iter().any(|n| n.ru.starts_with("[b] Определение изменилось")), "{:?}", movement.notes);
    let legend = book.notes.iter().flat_map(|group| &group.notes);
    assert!(legend.into_iter().any(|n| n.ru.starts_with("[b] — ")));
    // The label of the line in the book is worded as in the document.
    let labels = movement.lines.iter().filter_map(|l| l.cells[0].said(lexicon(zhinaq::domain::Language::RU)));
    assert!(labels.into_iter().any(|label| label.contains("и уголовных проступков")));
}
