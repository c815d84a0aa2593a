//! Whether a document has the sections, rows and columns that its edition prints.
//!
//! In comes a dataset with its template; out come notes. A described line that is missing is an error, because rules
//! and chapters need it. A line that is not described is information, because the template may not describe the whole
//! form. A service sends only first rows, and its keys may be lost. So its other rows are not expected, and a missing
//! column without a known key is a warning. This module does not know other datasets.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    edition,
    note::Note,
    placed::{Placed, Sheet},
    words,
};
use domain::{Dataset, Figure, FormId, FormTemplate, Measure, PlaceDoubt, Placement, Severity, shown};

/// Texts that mean "not applicable" or "nothing" in forms, in lower case.
const MARKS: [&str; 9] = ["x", "х", "-", "–", "—", "…", "...", "*", "**"];

/// The finding about a dataset of a form without a template: nothing can be checked, and a person has to know that.
pub(super) fn undescribed_form(dataset: &Dataset, templates: &BTreeMap<FormId, FormTemplate>) -> Option<Note> {
    let explanation = match templates.get(&dataset.key.form) {
        None => format!("form `{}` has no template, so its figures are not checked", dataset.key.form),
        Some(template) if template.sections.is_empty() => {
            format!("the template of form `{}` describes no sections, so its shape is not checked", dataset.key.form)
        }
        Some(_) => return None,
    };
    Some(Note::about(dataset, "shape.form", Severity::Info, explanation))
}

pub(super) fn check(placed: &Placed<'_>) -> Vec<Note> {
    if placed.form.template.sections.is_empty() {
        return Vec::new();
    }
    let mut notes = edition::check(placed);
    sections(placed, &mut notes);
    for sheet in placed.sheets.iter().flatten() {
        repeated(placed, sheet, &mut notes);
        if placed.binding.nearest().is_none() {
            lines(placed, sheet, &mut notes);
            edition::headings(placed, sheet, &mut notes);
        }
        cells(placed, sheet, &mut notes);
    }
    if placed.dataset.sections.iter().all(|s| s.figures.iter().all(|f| *f == Figure::Blank)) {
        let explanation = "the document contains no figures; ask the source whether it is the filled-in form";
        notes.push(placed.note("shape.empty", Severity::Warning, explanation.to_owned()));
    }
    notes
}

fn sections(placed: &Placed<'_>, notes: &mut Vec<Note>) {
    let edition = placed.binding.nearest().map_or(&placed.dataset.edition, |nearest| &nearest.edition);
    let template = placed.form.template;
    for (at, section) in template.sections.iter().enumerate() {
        if !matches!(placed.binding.section(at).section, Placement::NotSent | Placement::Unclear(PlaceDoubt::Missing)) {
            continue;
        }
        let keyless = placed.is_service() && section.columns.iter().all(|c| c.key.is_none());
        let severity = if keyless { Severity::Warning } else { Severity::Error };
        let title = words::quoted(&section.titles.ru);
        let explanation = format!("section {}{title} is missing, although edition {edition} has it", section.id);
        let mut note = placed.note("shape.section", severity, explanation);
        note.spot[0] = at + 1;
        note.finding.section = Some(section.id.clone());
        notes.push(note);
    }
    let mut seen = BTreeSet::new();
    for (at, section) in placed.dataset.sections.iter().enumerate() {
        let known = template.section(&section.id).is_some();
        let (severity, said) = if !seen.insert(&section.id) {
            (Severity::Error, "is in the document twice, so neither is used")
        } else if !known {
            (Severity::Info, "is not described by the template, so its figures are not checked")
        } else {
            continue;
        };
        let explanation = format!("section {}{} {said}", section.id, words::quoted(&section.title));
        let mut note = placed.note("shape.section", severity, explanation);
        note.spot[0] = template.sections.len() + at + 1;
        note.finding.section = Some(section.id.clone());
        notes.push(note);
    }
}

/// Reports the rows and columns that the edition prints but the document lacks, and those that only the document has.
fn lines(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    let id = &sheet.template.id;
    let laid = placed.binding.section(sheet.at);
    let there = placed.binding.declared(sheet.at);
    for (row, standing) in sheet.template.rows.iter().zip(&laid.rows) {
        if *standing != Placement::Unclear(PlaceDoubt::Missing) {
            continue;
        }
        let code = there.and_then(|t| t.rows.get(&row.code)?.clone()).unwrap_or_else(|| row.code.clone());
        let explanation = format!("row {code}{} of section {id} is missing", words::quoted(&row.titles.ru));
        let mut note = placed.note_at(sheet, None, None, "shape.row", Severity::Error, explanation).countable();
        note.finding.row = Some(code);
        notes.push(note);
    }
    for (column, standing) in sheet.template.columns.iter().zip(&laid.columns) {
        if !matches!(standing, Placement::NotSent | Placement::Unclear(PlaceDoubt::Missing)) {
            continue;
        }
        let code = there.and_then(|t| t.columns.get(&column.code)?.clone()).unwrap_or_else(|| column.code.clone());
        let keyless = placed.is_service() && column.key.is_none();
        let severity = if keyless { Severity::Warning } else { Severity::Error };
        let explanation = format!("column {code}{} of section {id} is missing", words::quoted(&column.titles.ru));
        let mut note = placed.note_at(sheet, None, None, "shape.column", severity, explanation).countable();
        note.finding.column = Some(code);
        notes.push(note);
    }
    let rows = besides(&laid.rows, &sheet.section.rows.iter().map(|r| r.code.as_str()).collect::<Vec<_>>());
    let columns = besides(&laid.columns, &sheet.section.columns.iter().map(|c| c.code.as_str()).collect::<Vec<_>>());
    for (rule, kind, strange) in [("shape.row", "rows", rows), ("shape.column", "columns", columns)] {
        let Some(strange) = strange else { continue };
        let explanation = format!("section {id} has {kind} that the template does not describe: {strange}");
        notes.push(placed.note_at(sheet, None, None, rule, Severity::Info, explanation));
    }
}

/// The codes of printed lines that are not described; `None` if there are no such lines, or no described ones. A
/// described code that is printed twice or with a wrong heading has its own finding.
fn besides(described: &[Placement], printed: &[&str]) -> Option<String> {
    let claimed = |standing: &Placement| match standing {
        Placement::At { place, .. } => Some(*place),
        Placement::Unclear(doubt) => doubt.place(),
        Placement::Gone | Placement::NotSent => None,
    };
    let known: BTreeSet<&str> = described.iter().filter_map(claimed).map(|at| printed[at]).collect();
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<&str> = printed.iter().copied().filter(|code| !seen.insert(*code)).collect();
    let strange: Vec<&str> =
        printed.iter().copied().filter(|code| !known.contains(code) && !twice.contains(code)).collect();
    (!strange.is_empty() && !known.is_empty()).then(|| words::list(&strange, ", "))
}

/// Reports codes that are printed twice: neither of their lines is used.
fn repeated(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    let mut seen = BTreeSet::new();
    for (at, _) in sheet.section.rows.iter().enumerate().filter(|(_, row)| !seen.insert(&row.code)) {
        let explanation = format!(
            "{} has a code that section {} prints twice, so neither is used",
            words::row(sheet, at),
            sheet.template.id
        );
        notes.push(placed.note_at(sheet, Some(at), None, "shape.row", Severity::Error, explanation).countable());
    }
    let mut seen = BTreeSet::new();
    for (at, _) in sheet.section.columns.iter().enumerate().filter(|(_, column)| !seen.insert(&column.code)) {
        let explanation = format!(
            "{} has a code that section {} prints twice, so neither is used",
            words::column(sheet, at),
            sheet.template.id
        );
        notes.push(placed.note_at(sheet, None, Some(at), "shape.column", Severity::Error, explanation).countable());
    }
}

/// Reports cells with a value that their column's measure does not allow: a text, a fraction of an offence, a negative
/// number.
fn cells(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    let width = sheet.section.columns.len();
    if width == 0 {
        return;
    }
    let mut measures = vec![None; width];
    for (column, at) in sheet.template.columns.iter().zip(&sheet.columns) {
        if let Some(measure) = at.and_then(|at| measures.get_mut(at)) {
            *measure = Some(column.measure);
        }
    }
    for (at, figure) in sheet.section.figures.iter().enumerate() {
        let (row, column) = (at / width, at % width);
        match figure {
            Figure::Blank => {}
            Figure::Text(text) => {
                if MARKS.contains(&text.trim().to_lowercase().as_str()) {
                    continue;
                }
                // A text with digits is a figure that is lost.
                let is_figure = text.contains(char::is_numeric);
                let severity = if is_figure { Severity::Error } else { Severity::Warning };
                let place = format!("{}, {}", words::row(sheet, row), words::column(sheet, column));
                let explanation =
                    format!("{place}: the text{} is written where a number is expected", words::quoted(&shown(text)));
                let note = placed.note_at(sheet, Some(row), Some(column), "shape.text", severity, explanation);
                notes.push(note.countable());
            }
            Figure::Number(number) => {
                let counts = measures[column].is_some_and(Measure::is_counted);
                if counts && !number.is_whole() {
                    let place = format!("{}, {}", words::row(sheet, row), words::column(sheet, column));
                    let explanation = format!("{place}: {number} is not a whole number, and the column counts");
                    let note =
                        placed.note_at(sheet, Some(row), Some(column), "shape.measure", Severity::Error, explanation);
                    notes.push(note.countable());
                }
                if counts && number.parts().0 < 0 {
                    let place = format!("{}, {}", words::row(sheet, row), words::column(sheet, column));
                    let explanation = format!("{place}: {number} is below zero, and the column counts");
                    let note =
                        placed.note_at(sheet, Some(row), Some(column), "shape.measure", Severity::Warning, explanation);
                    notes.push(note.countable());
                }
            }
        }
    }
}
