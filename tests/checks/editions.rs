//! Random editions: rows and columns are moved, added, dropped, renamed. The value of each figure encodes its concept,
//! so the right result is known: the figure of the concept, or none.

use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;
use zhinaq::{
    config::parse_form,
    domain::{
        Binding, Column, Dataset, Figure, FormIndex, FormTemplate, NoPlace, Number, Place, Row, Section,
        SectionTemplate, Severity,
    },
};

use super::made_up::{check_of, key, templates_of};

/// What happens to a line of the template in an edition.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Kept,
    Dropped,
    /// Other words altogether.
    Renamed,
    /// A few words more.
    Reworded,
    /// A new line comes before it.
    After,
    /// It moves to this place, as a share of all.
    Moved(u8),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Kept),
        1 => Just(Fate::Dropped),
        1 => Just(Fate::Renamed),
        1 => Just(Fate::Reworded),
        1 => Just(Fate::After),
        1 => any::<u8>().prop_map(Fate::Moved),
    ]
}

/// A printed line: its concept, and its heading.
type Printed = (Option<usize>, String);

/// The lines of an edition, from the headings of the template. Lines with equal headings keep their order, because
/// nothing else distinguishes them.
fn printed(headings: &[&str], fates: &[Fate]) -> Vec<Printed> {
    let alone = |heading: &str| headings.iter().filter(|h| **h == heading).count() == 1;
    let mut lines: Vec<Printed> = Vec::new();
    let mut moved = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let as_is = (Some(at), (*heading).to_owned());
        match fates[at % fates.len()] {
            Fate::Dropped => {}
            Fate::Renamed => lines.push((Some(at), format!("Наименовано заново под знаком {}", word(at)))),
            Fate::Reworded => lines.push((Some(at), format!("{heading} Республики Казахстан"))),
            Fate::After => {
                lines.push((None, format!("Появилось впервые {}", word(at))));
                lines.push(as_is);
            }
            Fate::Moved(to) if alone(heading) => moved.push((to, as_is)),
            Fate::Kept | Fate::Moved(_) => lines.push(as_is),
        }
    }
    for (to, line) in moved {
        let place = usize::from(to) * (lines.len() + 1) / 256;
        lines.insert(place, line);
    }
    lines
}

/// A word that no heading has.
fn word(at: usize) -> String {
    let letter = |n: usize| char::from_u32('а' as u32 + (n % 32) as u32).unwrap();
    format!("ъ{}{}{}", letter(at), letter(at / 32), letter(at * 7))
}

fn value(row: usize, column: usize) -> i64 {
    (row as i64 + 1) * 1_000 + column as i64 + 1
}

/// A document of an edition; codes are numbers in the order of print.
fn document(
    form: &FormTemplate,
    section: &SectionTemplate,
    edition: &str,
    (row_fates, column_fates): (&[Fate], &[Fate]),
) -> Dataset {
    let row_headings: Vec<&str> = section.rows.iter().map(|r| r.titles.ru.as_str()).collect();
    let column_headings: Vec<&str> = section.columns.iter().map(|c| c.titles.ru.as_str()).collect();
    let rows = printed(&row_headings, row_fates);
    let columns = printed(&column_headings, column_fates);
    let code = |at: usize| (at + 1).to_string();
    let figures = rows.iter().flat_map(|(row, _)| {
        columns.iter().map(move |(column, _)| match (row, column) {
            (Some(row), Some(column)) => Figure::Number(Number::count(value(*row, *column))),
            // The figure of a line without a concept. If it were used anywhere, the test would find it.
            _ => Figure::Number(Number::count(-1)),
        })
    });
    let section = Section {
        id: section.id.clone(),
        title: section.titles.ru.as_str().into(),
        figures: figures.collect(),
        rows: rows
            .iter()
            .enumerate()
            .map(|(at, (_, heading))| Row { code: code(at).parse().unwrap(), label: heading.as_str().into() })
            .collect(),
        columns: columns
            .iter()
            .enumerate()
            .map(|(at, (_, heading))| Column { code: code(at).parse().unwrap(), label: heading.as_str().into() })
            .collect(),
    };
    let mut key = key("made-up", "2025-Q2", "1911");
    key.form = form.form.clone();
    Dataset { key, edition: edition.parse().unwrap(), sections: vec![section] }
}

/// Checks that every figure is that of its concept or absent; returns how many are found, and how many concepts are in
/// doubt.
fn judged(form: &FormTemplate, section: &SectionTemplate, dataset: &Dataset) -> Result<(usize, usize), TestCaseError> {
    let binding = Binding::new(Some(Arc::new(FormIndex::new(form))), dataset);
    let (mut found, mut doubtful) = (0, 0);
    for (r, row) in section.rows.iter().enumerate() {
        for (c, column) in section.columns.iter().enumerate() {
            let place = Place { section: section.id.clone(), row: row.code.clone(), column: column.code.clone() };
            match binding.figure(&place) {
                Ok(figure) => {
                    found += 1;
                    let is = figure.number();
                    prop_assert_eq!(is, Some(Number::count(value(r, c))), "{}, {}", row.titles.ru, column.titles.ru);
                }
                Err(NoPlace::Unclear(..)) => doubtful += 1,
                Err(NoPlace::Gone | NoPlace::NotSent) => {}
            }
        }
    }
    Ok((found, doubtful))
}

/// Repeated headings, as in real forms.
const FORM: &str = r#"
form = "made-up"
designations = ["MU"]
known_from = "Made up for tests."
[[section]]
id = "R1"
title = { ru = "Раздел 1" }
rows = [
  { code = "1", ru = "Всего" },
  { code = "2", ru = "Убийство (ст.99 УК РК)" },
  { code = "3", ru = "из них женщин" },
  { code = "4", ru = "Кража (ст.188 УК РК)" },
  { code = "5", ru = "из них женщин" },
  { code = "6", ru = "Грабёж (ст.191 УК РК)" },
]
columns = [
  { code = "1", ru = "Остаток на начало года" },
  { code = "2", ru = "Поступило дел" },
  { code = "3", ru = "из них / с арестом" },
  { code = "4", ru = "Окончено дел" },
  { code = "5", ru = "из них / с арестом" },
  { code = "6", ru = "органов прокуратуры" },
  { code = "7", ru = "Национального банка" },
  { code = "8", ru = "Остаток на конец года" },
]
[[edition]]
edition = "100"
[[edition]]
edition = "101"
sections = [ { id = "R1", columns = { "7" = false, "8" = "7" } } ]
"#;

fn made_up() -> FormTemplate {
    parse_form("made-up.toml", FORM).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 10_000, ..ProptestConfig::default() })]

    /// An edition without a description, and one that has a described number but other lines.
    #[test]
    fn a_figure_is_that_of_its_concept_or_none(
        rows in prop::collection::vec(fate(), 6), columns in prop::collection::vec(fate(), 8), known in any::<bool>()
    ) {
        let form = made_up();
        let section = &form.sections[0];
        let dataset = document(&form, section, if known { "100" } else { "777" }, (&rows, &columns));
        let (_, doubtful) = judged(&form, section, &dataset)?;
        if doubtful > 0 {
            let findings = check_of(&templates_of(&[("made-up.toml", FORM)]), &[&dataset]);
            prop_assert!(findings.iter().any(|f| f.severity == Severity::Error), "{findings:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    /// The same with a real template.
    #[test]
    fn a_figure_of_3_k_is_that_of_its_concept_or_none(
        rows in prop::collection::vec(fate(), 25), columns in prop::collection::vec(fate(), 54), at in 0_usize..4
    ) {
        let form = parse_form("3-k.toml", include_str!("../../templates/forms/3-k.toml")).unwrap();
        let section = &form.sections[at];
        judged(&form, section, &document(&form, section, "59999", (&rows, &columns)))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn a_figure_of_1_m_is_that_of_its_concept_or_none(
        rows in prop::collection::vec(fate(), 97), columns in prop::collection::vec(fate(), 31), at in 0_usize..3
    ) {
        let form = parse_form("1-m.toml", include_str!("../../templates/forms/1-m.toml")).unwrap();
        let section = &form.sections[at];
        judged(&form, section, &document(&form, section, "59999", (&rows, &columns)))?;
    }
}

#[test]
fn an_edition_that_changed_nothing_but_its_number_keeps_every_figure() {
    let form = made_up();
    let dataset = document(&form, &form.sections[0], "777", (&[Fate::Kept], &[Fate::Kept]));
    assert_eq!(judged(&form, &form.sections[0], &dataset).unwrap(), (48, 0));
}

#[test]
fn a_column_that_moved_is_found_by_its_heading_and_one_worded_anew_in_its_place_is_too() {
    let mut form = made_up();
    // With edition 101, which has no column 7, the neighbours of column 6 would differ, and column 6 would be in doubt.
    form.editions.truncate(1);
    let section = &form.sections[0];
    let mut columns = [Fate::Kept; 8];
    columns[0] = Fate::Moved(255);
    columns[5] = Fate::Reworded;
    let dataset = document(&form, section, "777", (&[Fate::Kept], &columns));
    assert_eq!(judged(&form, section, &dataset).unwrap(), (48, 0));
}

#[test]
fn of_two_equal_headings_none_is_used_when_one_is_gone() {
    let form = made_up();
    let section = &form.sections[0];
    let mut columns = [Fate::Kept; 8];
    columns[2] = Fate::Dropped;
    let dataset = document(&form, section, "777", (&[Fate::Kept], &columns));
    assert_eq!(judged(&form, section, &dataset).unwrap(), (36, 12));
    let told: BTreeSet<String> = check_of(&templates_of(&[("made-up.toml", FORM)]), &[&dataset])
        .into_iter()
        .filter(|f| f.severity == Severity::Error)
        .map(|f| f.explanation)
        .collect();
    assert!(told.iter().any(|t| t.contains("it is not clear which is which")), "{told:?}");
}
