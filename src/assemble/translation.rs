//! How much of a book is in its language. In: the tables of the book, and what the templates of forms say of their
//! labels. Out: notes in each language but Russian, in which the forms are written. This module does not know how a
//! label is made.

use std::collections::BTreeMap;

use super::{
    across::Across,
    book::{Cell, Chapter, ColumnRole, Kind, Table},
    labels,
    material::Material,
    percentages::share,
    prose, quality,
};
use domain::{FormId, Language, Number, TableKind, Titles};
use words::Lexicon;

/// How many labels of rows and columns are in the language, and which forms have labels that are translations. A
/// language that has nothing to say has an empty text.
pub fn notes(material: &Material<'_>, chapters: &[Chapter]) -> Vec<Titles> {
    let labels = printed(chapters);
    let notes = [
        said(material, |lexicon| counted(&labels, lexicon)),
        said(material, |lexicon| not_official(material, chapters, lexicon)),
    ];
    notes.into_iter().flatten().collect()
}

fn said(material: &Material<'_>, text: impl Fn(&Lexicon) -> Option<String>) -> Option<Titles> {
    let other = |lexicon: &&Lexicon| lexicon.language() != Language::RU;
    let note = material.words.each(|lexicon| Some(lexicon).filter(other).and_then(&text).unwrap_or_default());
    let is_said = note.texts().any(|(_, text)| !text.is_empty());
    is_said.then_some(note)
}

/// The labels of rows and columns that the tables print, each once.
fn printed(chapters: &[Chapter]) -> Vec<&Titles> {
    let mut found: BTreeMap<&str, Vec<&Titles>> = BTreeMap::new();
    for titles in chapters.iter().flat_map(|chapter| &chapter.tables).flat_map(of_table) {
        let alike = found.entry(&titles.ru).or_default();
        if !titles.ru.is_empty() && !alike.contains(&titles) {
            alike.push(titles);
        }
    }
    found.into_values().flatten().collect()
}

fn of_table(table: &Table) -> impl Iterator<Item = &Titles> {
    // The lines of these tables are regions and agencies.
    let has_places = !matches!(table.kind, Kind::Of(TableKind::Regions | TableKind::Map | TableKind::Agencies));
    let heads = table.columns.iter().filter(|column| matches!(column.across, Some(Across::Column(..))));
    let lines = table.lines.iter().filter(move |line| has_places && line.key.is_some());
    let cells = lines.flat_map(|line| table.columns.iter().zip(&line.cells));
    let stub = cells.filter_map(|(column, cell)| match cell {
        Cell::Text(titles) if column.role == ColumnRole::Label => Some(titles),
        _ => None,
    });
    heads.map(|column| &column.header).chain(stub)
}

fn counted(printed: &[&Titles], lexicon: &Lexicon) -> Option<String> {
    let translated = printed.iter().filter(|titles| labels::is_in(titles, lexicon.language())).count() as i64;
    let of = printed.len() as i64;
    let share = prose::percent(share(translated, of)?, lexicon);
    let number = |count| prose::number(Number::count(count), lexicon);
    Some(lexicon.labels_translated(&number(translated), &number(of), &share))
}

fn not_official(material: &Material<'_>, chapters: &[Chapter], lexicon: &Lexicon) -> Option<String> {
    let mut forms: Vec<&FormId> = Vec::new();
    for form in chapters.iter().filter(|chapter| chapter.missing.is_none()).map(|chapter| &chapter.form) {
        let template = material.form_templates.get(form);
        let is_translated = template.is_some_and(|template| template.translated.contains(&lexicon.language()));
        if is_translated && !forms.contains(&form) {
            forms.push(form);
        }
    }
    let forms: Vec<String> = forms.into_iter().map(|form| quality::form_in_words(material, form, lexicon)).collect();
    (!forms.is_empty()).then(|| lexicon.labels_not_official(&forms.join(", ")))
}
