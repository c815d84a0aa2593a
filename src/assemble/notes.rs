//! The notes page: definitions, sources, the borders of regions, the shorthand.

use std::collections::BTreeSet;

use super::{
    absences,
    book::{Chapter, Mark, NoteGroup, Table},
    draft::Break,
    figures::Figures,
    labels,
    material::Material,
    prose::{self, day},
    quality, translation,
};
use domain::{Edition, KeyFigureTemplate, Pick, Titles};
use words::{Dictionary, FixedText, texts};

/// Notes common to every copy and language.
#[must_use]
pub fn notes(material: &Material<'_>, figures: &Figures<'_>, chapters: &[Chapter]) -> Vec<NoteGroup> {
    let groups = [
        (texts::DEFINITIONS, definitions(material, figures)),
        (texts::METHODOLOGY, methodology(material, figures)),
        (texts::REVISION_POLICY, REVISION_POLICY.map(|note| note.titles(material.words)).to_vec()),
        (texts::SOURCES, sources(material, chapters)),
        (texts::BORDERS, borders(material)),
        (texts::INCOMPARABLE, incomparable(material, chapters)),
        (texts::LEGEND, legend(material).into_iter().chain(translation::notes(material, chapters)).collect()),
    ];
    let groups = groups.into_iter().filter(|(_, notes)| !notes.is_empty());
    let groups = groups.map(|(title, notes)| NoteGroup { title: title.titles(material.words), notes });
    absences::notes(material, figures).into_iter().chain(groups).collect()
}

/// How issued figures change. It is how the program works, so it is the same for every office.
const REVISION_POLICY: [FixedText; 3] = [texts::NOTE_REVISED, texts::NOTE_CORRECTED, texts::NOTE_LATE];

/// The notes of the collection, and each key figure with its place in the form, in the form's own words.
fn definitions(material: &Material<'_>, figures: &Figures<'_>) -> Vec<Titles> {
    let mut notes: Vec<Titles> = material.template.notes.clone();
    notes.extend(material.template.key_figures.iter().map(|key| definition(material, figures, key)));
    notes
}

fn definition(material: &Material<'_>, figures: &Figures<'_>, key: &KeyFigureTemplate) -> Titles {
    let KeyFigureTemplate { titles, definition, form, place, .. } = key;
    let shown = figures.shown(form).map(|shown| shown.period);
    let period = shown.or_else(|| figures.own(form)).unwrap_or(material.period);
    let rows = figures.rows(form, period, &place.section, &Pick::Codes(vec![place.row.clone()]));
    let columns = figures.columns(form, period, &place.section, &Pick::Codes(vec![place.column.clone()]));
    let row = rows.first().map(|row| (row.printed.to_string(), labels::whole(&row.label)));
    let column = columns.first().map(|column| (column.printed.to_string(), labels::whole(&column.label)));
    material.words.each(|l| {
        let said = |titles: &Titles| labels::in_language(titles, l.language());
        let cited = |line: &Option<(String, Titles)>| {
            line.as_ref().map(|(code, label)| format!("{code} {}", l.quoted(&said(label)))).unwrap_or_default()
        };
        let (form, section) = (quality::form_in_words(material, form, l), labels::section(&place.section));
        let defined = l.defined_by(&prose::capital(&said(titles)), &form, &section, &cited(&row), &cited(&column));
        match definition {
            Some(definition) => format!("{defined} {}", said(definition)),
            None => defined,
        }
    })
}

fn methodology(material: &Material<'_>, figures: &Figures<'_>) -> Vec<Titles> {
    let fixed = [texts::NOTE_CUMULATIVE, texts::NOTE_AGO, texts::NOTE_GROWTH, texts::NOTE_QUARTER, texts::NOTE_CHECKED];
    let mut notes: Vec<Titles> = fixed.map(|note| note.titles(material.words)).to_vec();
    if material.template.percent_from > 0 {
        notes.push(material.words.each(|l| l.least_base(&material.template.percent_from)));
    }
    notes.extend(population(material, figures));
    notes.push(texts::NOTE_REPUBLIC.titles(material.words));
    if let Some(below) = material.template.confidential_below {
        notes.push(material.words.each(|l| l.confidential_below(&below)));
    }
    notes
}

/// The days of the counts of inhabitants that levels are computed with, where a table has levels. Where the counts come
/// from is written beside them, in the files of the office.
fn population(material: &Material<'_>, figures: &Figures<'_>) -> Option<Titles> {
    let mut tables = material.template.chapters.iter().flat_map(|c| &c.tables);
    if !tables.any(|t| t.kind.is_by_region() && t.per_capita) {
        return None;
    }
    let day_of_figures = material.period.last_day();
    let used = figures.regions_in(material.period).filter_map(|r| r.population_at(day_of_figures));
    let used: BTreeSet<chrono::NaiveDate> = used.map(|p| p.at).collect();
    if used.is_empty() {
        return None;
    }
    Some(material.words.each(|l| {
        let dates: Vec<String> = used.iter().map(|at| day(*at, l)).collect();
        // A day of some languages ends with a point, as the sentence does.
        l.population(&dates.join("; ").trim_end_matches('.'))
    }))
}

fn sources(material: &Material<'_>, chapters: &[Chapter]) -> Vec<Titles> {
    let notes = chapters.iter().map(|chapter| {
        let of_form =
            material.datasets.iter().filter(|d| d.key.form == chapter.form && d.key.origin == material.origin);
        let editions: BTreeSet<&Edition> = of_form.map(|d| &d.edition).collect();
        material.words.each(|l| {
            let language = l.language();
            let (name, reason) = (chapter.form_name.of(language), chapter.reason.of(language));
            let said = |edition: &&Edition| {
                if **edition == Edition::service() { texts::OF_SERVICE.of(l).to_owned() } else { edition.to_string() }
            };
            let read: Vec<String> = editions.iter().map(said).collect();
            let read = if read.is_empty() { "—".to_owned() } else { read.join(", ") };
            let edition = texts::EDITIONS.of(l);
            format!("{}. {name}. {reason} {edition}: {read}.", chapter.number)
        })
    });
    notes.collect()
}

fn borders(material: &Material<'_>) -> Vec<Titles> {
    let mut splits: Vec<_> =
        material.regions.iter().filter_map(|r| Some((r.since?, r, r.split_from.as_ref()))).collect();
    splits.sort_by_key(|(since, region, _)| (*since, region.unit.clone()));
    let notes = splits.into_iter().map(|(since, region, from)| {
        let parent = from.and_then(|unit| material.regions.iter().find(|r| r.unit == *unit));
        material.words.each(|l| {
            let (name, since) = (region.titles.of(l.language()), day(since, l));
            match parent.map(|p| p.titles.of(l.language())) {
                Some(parent) => l.formed_from(&since, &name, &parent),
                None => l.formed(&since, &name),
            }
        })
    });
    notes.collect()
}

/// The tables in which figures cannot be compared, and those in which their definition changed.
fn incomparable(material: &Material<'_>, chapters: &[Chapter]) -> Vec<Titles> {
    let numbers = |mark: Mark| {
        let marked = |t: &&Table| t.notes.iter().any(|n| n.ru.starts_with(mark.text()));
        let numbers = chapters.iter().flat_map(|c| &c.tables).filter(marked).map(|t| t.number.as_str());
        let numbers: Vec<&str> = numbers.collect();
        Some(numbers.join(", ")).filter(|numbers| !numbers.is_empty())
    };
    let borders = numbers(Mark::Z).map(|tables| material.words.each(|l| l.incomparable(&tables)));
    let definitions = numbers(Mark::B).map(|tables| material.words.each(|l| l.redefined(&tables)));
    borders.into_iter().chain(definitions).collect()
}

fn legend(material: &Material<'_>) -> Vec<Titles> {
    let mut notes: Vec<Titles> =
        Mark::ALL.iter().map(|mark| material.words.each(|l| format!("{}.", mark.in_words(l)))).collect();
    notes.push(texts::NOTE_RU.titles(material.words));
    notes
}

/// What changed in a definition since an earlier period.
#[must_use]
pub fn broken(words: &Dictionary, of: &Break) -> Titles {
    words.each(|l| {
        let said = l.definition_changed(&of.is, &prose::span(of.then, l), &of.was);
        format!("{} {said}", Mark::B.text())
    })
}

/// The name of a form: its designation and its title.
#[must_use]
pub fn form_name(material: &Material<'_>, form: &domain::FormId) -> Titles {
    let Some(term) = material.form_term(form) else {
        return material.words.each(|_| form.to_string());
    };
    material.words.each(|l| match (term.designation.of(l.language()), term.titles.of(l.language())) {
        ("", title) => prose::capital(title),
        (designation, title) => l.form_name(&designation, &title),
    })
}

/// The designation of a form; empty where it has none.
#[must_use]
pub fn designation(material: &Material<'_>, form: &domain::FormId) -> Titles {
    material.form_term(form).map(|term| term.designation.clone()).unwrap_or_default()
}
