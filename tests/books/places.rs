//! Where the figures of a book are in documents: a republic that is missing in one period, editions without a
//! description, tables that cannot be filled, definitions that changed.

use std::sync::Arc;

use zhinaq::{
    assemble::{Book, Cell, ColumnRole, Kind, Mark, Table, Weight, assemble},
    domain::{Column, Dataset, Figure, FormTemplate, Period, Row, TableKind},
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
    assert!(!persons.columns.iter().any(|c| c.header.ru.starts_with("6. ")));
    let said = "Графы без сведений, которые не приведены: 6.";
    assert!(persons.notes.iter().any(|n| n.ru == said), "{:?}", persons.notes);
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

/// Gives a dataset the lines, codes and words that an edition prints.
fn printed_in(dataset: &mut Dataset, form: &FormTemplate, edition: &str) {
    dataset.edition = edition.parse().unwrap();
    let described = form.editions.iter().find(|e| e.edition == dataset.edition).unwrap();
    for section in &mut dataset.sections {
        let there = described.sections.get(&section.id).cloned().unwrap_or_default();
        let own = |code: &str| (!code.starts_with('+')).then(|| code.to_owned());
        let code = |said: Option<Option<String>>, code: &str| said.unwrap_or_else(|| own(code));
        let mut columns: Vec<(u32, usize, Column)> = Vec::new();
        for (place, column) in section.columns.iter().enumerate() {
            let said = there.columns.get(&column.code).map(|to| to.as_ref().map(ToString::to_string));
            let Some(printed) = code(said, column.code.as_str()) else { continue };
            let label = there.column_titles.get(&column.code).map_or(&*column.label, |t| t.ru.as_str()).into();
            columns.push((printed.parse().unwrap(), place, Column { code: printed.parse().unwrap(), label }));
        }
        columns.sort_by_key(|(number, ..)| *number);
        let mut rows: Vec<(usize, Row)> = Vec::new();
        for (place, row) in section.rows.iter().enumerate() {
            let said = there.rows.get(&row.code).map(|to| to.as_ref().map(ToString::to_string));
            let Some(printed) = code(said, row.code.as_str()) else { continue };
            let label = there.row_titles.get(&row.code).map_or(&*row.label, |t| t.ru.as_str()).into();
            rows.push((place, Row { code: printed.parse().unwrap(), label }));
        }
        let width = section.columns.len();
        let places = rows.iter().flat_map(|(row, _)| columns.iter().map(move |(_, column, _)| row * width + column));
        let figures: Vec<Figure> = places.map(|at| section.figures[at].clone()).collect();
        section.figures = figures;
        section.columns = columns.into_iter().map(|(.., column)| column).collect();
        section.rows = rows.into_iter().map(|(_, row)| row).collect();
    }
}

/// The numbers of the form's columns in the heads of a table.
fn numbers(table: &Table) -> Vec<u32> {
    let heads = table.columns.iter().filter(|c| c.across.is_some()).map(|c| c.header.ru.as_str());
    heads.map(|head| head.split_once(". ").unwrap().0.parse().unwrap()).collect()
}

#[test]
fn a_form_in_full_has_the_columns_of_the_edition_that_is_printed() {
    let of = |edition: &str| {
        let mut trial = Trial::new("corruption", "2025-Q2");
        let form = trial.forms[&"3-k".parse().unwrap()].clone();
        for dataset in periods(&mut trial, "3-k", "2025-M06") {
            printed_in(dataset, &form, edition);
        }
        assemble(&trial.material()).unwrap()
    };
    // Edition 50307 of section 3 has 8 new columns and lacks 11 of the 47 of edition 50306.
    for (edition, last) in [("50306", 47), ("50307", 44)] {
        let book = of(edition);
        let persons = table(&book, "persons-in-full");
        assert_eq!(numbers(persons), (1..=last).collect::<Vec<u32>>(), "{edition}");
        assert!(persons.source.ru.ends_with(&format!("; графы: 1–{last}.")), "{}", persons.source.ru);
        assert!(!persons.notes.iter().any(|n| n.ru.starts_with("Графы без сведений")), "{:?}", persons.notes);
        for place in (0..persons.columns.len()).filter(|place| persons.columns[*place].across.is_some()) {
            assert!(persons.lines.iter().all(|l| matches!(l.cells[place], Cell::Number(_))), "{edition}: {place}");
        }
        assert!(persons.columns.iter().all(|c| !c.header.ru.contains("::")), "{edition}");
    }
}

#[test]
fn a_comparison_without_the_year_before_has_no_columns_for_it_and_says_so() {
    let ago: Period = "2021-Q4".parse().unwrap();
    let mut trial = Trial::new("narcotics", "2022-Q4");
    trial.datasets.retain(|d| d.key.period != ago);
    let book = assemble(&trial.material()).unwrap();
    let said = "[x] Нет сведений за январь–декабрь 2021 года: графы этих сведений и изменений к ним не приведены.";
    for id in ["drug-movement", "drug-regions"] {
        let table = table(&book, id);
        let roles: Vec<ColumnRole> = table.columns.iter().map(|c| c.role).collect();
        assert_eq!(roles.iter().filter(|role| matches!(role, ColumnRole::Value(_))).count(), 1, "{id}");
        assert!(!roles.iter().any(|role| matches!(role, ColumnRole::Change | ColumnRole::Growth)), "{id}");
        assert!(table.notes.iter().any(|n| n.ru == said), "{id}: {:?}", table.notes);
        // Three regions were split that year. Nothing is compared, so nothing is said of their borders.
        assert!(!table.notes.iter().any(|n| n.ru.starts_with("[z]")), "{id}: {:?}", table.notes);
        assert!(table.lines.iter().all(|l| l.weight != Weight::Aside), "{id}");
        assert!(table.lines.iter().all(|l| l.cells.len() == table.columns.len()), "{id}");
    }
    let summary = book.key_figures().unwrap();
    assert!(!summary.columns.iter().any(|c| matches!(c.role, ColumnRole::Change | ColumnRole::Growth)));
    assert!(summary.notes.iter().any(|n| n.ru == said), "{:?}", summary.notes);
    assert!(words().languages().all(|language| { table(&book, "drug-regions").notes.iter().all(|n| n.has(language)) }));
}

#[test]
fn a_quarter_that_cannot_be_computed_is_one_line_with_the_reason() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let bases: [Period; 2] = ["2025-Q1".parse().unwrap(), "2024-Q1".parse().unwrap()];
    trial.datasets.retain(|d| !bases.contains(&d.key.period));
    let book = assemble(&trial.material()).unwrap();
    let quarter = table(&book, "drug-quarter");
    assert_eq!(quarter.kind, Kind::Missing);
    let reason = "сведения за январь–март 2025 года не поступили, а без них";
    assert!(matches!(&quarter.lines[0].cells[2], Cell::Text(t) if t.ru.starts_with(reason)), "{:?}", quarter.lines);
    assert!(!book.tables().any(|t| t.id != "drug-quarter" && t.kind == Kind::Missing));
}

#[test]
fn a_region_that_has_not_come_is_left_out_across_and_named() {
    let mut trial = Trial::new("crime", "2025-Q2");
    let astana: zhinaq::domain::Unit = "1971".parse().unwrap();
    trial.datasets.retain(|d| d.key.form.as_str() != "1-m" || d.key.unit != astana);
    let book = assemble(&trial.material()).unwrap();
    let full = table(&book, "registered-in-full");
    assert!(!full.columns.iter().any(|c| c.header.ru == "г. Астана"));
    assert!(
        full.notes.iter().any(|n| n.ru == "Графы без сведений, которые не приведены: г. Астана."),
        "{:?}",
        full.notes
    );
    // The document of the republic states its figures.
    assert!(full.columns.iter().any(|c| c.header.ru == "Республика Казахстан"));
    let regions = table(&book, "regions");
    assert!(regions.lines.iter().any(|l| matches!(&l.cells[0], Cell::Text(t) if t.ru == "г. Астана")));
}

#[test]
fn a_republic_that_could_not_be_added_up_is_not_called_a_sum() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let astana: zhinaq::domain::Unit = "1971".parse().unwrap();
    let now: Period = "2025-Q2".parse().unwrap();
    trial.datasets.retain(|d| !d.key.unit.is_republic());
    let summed = |trial: &Trial| {
        let book = assemble(&trial.material()).unwrap();
        table(&book, "drug-regions").notes.iter().map(|n| n.ru.clone()).find(|n| n.contains("сумма регионов"))
    };
    assert!(summed(&trial).is_some_and(|note| !note.contains("2025")), "both years are sums");
    trial.datasets.retain(|d| d.key.unit != astana || d.key.period != now);
    // Only the year before is a sum: the republic of this one is `[x]`.
    let note = summed(&trial).unwrap();
    trial.datasets.retain(|d| d.key.unit != astana);
    assert_eq!(summed(&trial), None, "{note}");
}

#[test]
fn key_figures_that_are_sums_of_regions_say_so() {
    let mut trial = Trial::new("narcotics", "2025-Q2");
    let said = |trial: &Trial| {
        let book = assemble(&trial.material()).unwrap();
        book.summary.notes.iter().map(|n| n.ru.clone()).find(|n| n.contains("сумма регионов"))
    };
    assert_eq!(said(&trial), None);
    trial.datasets.retain(|d| !d.key.unit.is_republic());
    assert!(said(&trial).is_some_and(|note| note.ends_with(").")), "{:?}", said(&trial));
}
