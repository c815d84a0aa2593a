//! Whether a document has the sections, rows and columns that its edition prints.
//!
//! What is described and not there is an error, because rules and chapters speak of it. What is there and not described
//! is information: the template may not know the whole form. A service sends first rows only and may have lost keys,
//! so its rows are not missed, and a column without a known key is missed with a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    edition::says,
    letters::folded,
    note::Note,
    placed::{Placed, Sheet},
    words,
};
use crate::domain::{Dataset, Figure, FormId, FormTemplate, Measure, Severity, shown};

/// Texts that stand for "not applicable" or "nothing" in forms, folded to lower case.
const MARKS: [&str; 9] = ["x", "х", "-", "–", "—", "…", "...", "*", "**"];

/// What the reader notes as the edition of a document that names none.
const UNNAMED: &str = "unknown";

/// A dataset of a form that has no template: nothing can be checked, and that has to be known.
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
    let mut notes = edition(placed);
    sections(placed, &mut notes);
    for sheet in placed.sheets.iter().flatten() {
        repeated(placed, sheet, &mut notes);
        if placed.unknown_edition.is_none() {
            lines(placed, sheet, &mut notes);
            headings(placed, sheet, &mut notes);
        }
        cells(placed, sheet, &mut notes);
    }
    if placed.dataset.sections.iter().all(|s| s.figures.iter().all(|f| *f == Figure::Blank)) {
        let explanation = "the document holds no figure at all; ask the source whether it is the filled-in form";
        notes.push(placed.note("shape.empty", Severity::Warning, explanation.to_owned()));
    }
    notes
}

/// An edition that the template does not describe: what moved, section by section.
fn edition(placed: &Placed<'_>) -> Vec<Note> {
    let Some(fit) = &placed.unknown_edition else { return Vec::new() };
    let (edition, nearest) = (&placed.dataset.edition, &fit.nearest.edition);
    let mut notes = Vec::new();
    let mut moved = Vec::new();
    for sheet in placed.sheets.iter().flatten() {
        let changes = fit.changes(sheet);
        if changes.is_empty() {
            continue;
        }
        moved.push(sheet.template.id.as_str());
        let told = changes.join("; ");
        let explanation =
            format!("edition {edition} differs from edition {nearest} in section {}: {told}", sheet.template.id);
        notes.push(placed.note_at(sheet, None, None, "shape.edition", Severity::Error, explanation));
    }
    let (severity, outcome) = if moved.is_empty() {
        (Severity::Warning, "nothing described moved".to_owned())
    } else {
        (
            Severity::Error,
            format!("it differs in section{} {}", if moved.len() > 1 { "s" } else { "" }, moved.join(", ")),
        )
    };
    let form = &placed.dataset.key.form;
    let what = if edition.as_str() == UNNAMED {
        "the document names no edition".to_owned()
    } else {
        format!("edition {edition} is not described by the template of form `{form}`")
    };
    let explanation = format!("{what}; read as edition {nearest}, which it is nearest to: {outcome}");
    notes.push(placed.note("shape.edition", severity, explanation));
    notes
}

fn sections(placed: &Placed<'_>, notes: &mut Vec<Note>) {
    let edition = placed.unknown_edition.as_ref().map_or(&placed.dataset.edition, |fit| &fit.nearest.edition);
    let template = placed.form.template;
    for (at, section) in template.sections.iter().enumerate() {
        let gone = template.in_edition(edition, &section.id).is_some_and(|s| s.gone);
        if placed.sheet(at).is_some() || gone {
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
            (Severity::Error, "stands twice in the document; the first one is read")
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

/// Rows and columns that the edition prints and the document lacks, and those that the document has besides.
fn lines(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    let template = placed.form.template;
    let edition = &placed.dataset.edition;
    let id = &sheet.template.id;
    for (row, at) in sheet.template.rows.iter().zip(&sheet.rows) {
        let printed = template.printed_row(edition, id, &row.code).filter(|_| at.is_none() && !placed.is_service());
        let Some(code) = printed else { continue };
        let explanation = format!("row {code}{} of section {id} is missing", words::quoted(&row.titles.ru));
        let mut note = placed.note_at(sheet, None, None, "shape.row", Severity::Error, explanation).countable();
        note.finding.row = Some(code);
        notes.push(note);
    }
    for (column, at) in sheet.template.columns.iter().zip(&sheet.columns) {
        let printed = template.printed_column(edition, id, &column.code).filter(|_| at.is_none());
        let Some(code) = printed else { continue };
        let keyless = placed.is_service() && column.key.is_none();
        let severity = if keyless { Severity::Warning } else { Severity::Error };
        let explanation = format!("column {code}{} of section {id} is missing", words::quoted(&column.titles.ru));
        let mut note = placed.note_at(sheet, None, None, "shape.column", severity, explanation).countable();
        note.finding.column = Some(code);
        notes.push(note);
    }
    let rows = besides(&sheet.rows, &sheet.section.rows.iter().map(|r| r.code.as_str()).collect::<Vec<_>>());
    let columns = besides(&sheet.columns, &sheet.section.columns.iter().map(|c| c.code.as_str()).collect::<Vec<_>>());
    for (rule, kind, strange) in [("shape.row", "rows", rows), ("shape.column", "columns", columns)] {
        let Some(strange) = strange else { continue };
        let explanation = format!("section {id} has {kind} that the template does not describe: {strange}");
        notes.push(placed.note_at(sheet, None, None, rule, Severity::Info, explanation));
    }
}

/// The codes of printed lines that are none of the described ones; `None` where none is described at all. A described
/// code that stands twice is told elsewhere.
fn besides(described: &[Option<usize>], printed: &[&str]) -> Option<String> {
    let known: BTreeSet<&str> = described.iter().flatten().map(|at| printed[*at]).collect();
    let strange: Vec<&str> = printed.iter().copied().filter(|code| !known.contains(code)).collect();
    (!strange.is_empty() && !known.is_empty()).then(|| words::list(&strange, ", "))
}

/// A code that stands twice makes every word about it doubtful.
fn repeated(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    let mut seen = BTreeSet::new();
    for (at, _) in sheet.section.rows.iter().enumerate().filter(|(_, row)| !seen.insert(&row.code)) {
        let explanation =
            format!("{} stands twice in section {}; the first one is read", words::row(sheet, at), sheet.template.id);
        notes.push(placed.note_at(sheet, Some(at), None, "shape.row", Severity::Error, explanation).countable());
    }
    let mut seen = BTreeSet::new();
    for (at, _) in sheet.section.columns.iter().enumerate().filter(|(_, column)| !seen.insert(&column.code)) {
        let explanation = format!(
            "{} stands twice in section {}; the first one is read",
            words::column(sheet, at),
            sheet.template.id
        );
        notes.push(placed.note_at(sheet, None, Some(at), "shape.column", Severity::Error, explanation).countable());
    }
}

/// A line that bears the heading of another described line: columns or rows changed places under a known edition.
fn headings(placed: &Placed<'_>, sheet: &Sheet<'_>, notes: &mut Vec<Note>) {
    let bound = &placed.form.sections[sheet.at];
    for (line, at) in sheet.rows.iter().enumerate() {
        let Some((at, label)) = at.and_then(|at| Some((at, &sheet.section.rows.get(at)?.label))) else { continue };
        if label.is_empty() || says(&sheet.template.rows[line].titles, label) {
            continue;
        }
        let other = bound.row_titles().get(&folded(label)).copied().flatten().filter(|other| *other != line);
        let Some(other) = other else { continue };
        let known = &sheet.template.rows[other].code;
        let explanation =
            format!("{} bears the heading of row {known}; rows may have changed places", words::row(sheet, at));
        notes.push(placed.note_at(sheet, Some(at), None, "shape.row", Severity::Error, explanation).countable());
    }
    for (line, at) in sheet.columns.iter().enumerate() {
        let Some((at, label)) = at.and_then(|at| Some((at, &sheet.section.columns.get(at)?.label))) else { continue };
        if label.is_empty() || says(&sheet.template.columns[line].titles, label) {
            continue;
        }
        let other = bound.column_titles().get(&folded(label)).copied().flatten().filter(|other| *other != line);
        let Some(other) = other else { continue };
        let known = &sheet.template.columns[other].code;
        let what = words::column(sheet, at);
        let explanation = format!("{what} bears the heading of column {known}; columns may have changed places");
        notes.push(placed.note_at(sheet, None, Some(at), "shape.column", Severity::Error, explanation).countable());
    }
}

/// Cells that hold something else than their column's measure allows: a text, a fraction of an offence, less than none.
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
                    format!("{place}: the text{} stands where a number is expected", words::quoted(&shown(text)));
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
                    let explanation =
                        format!("{place}: {number} stands in a column of counts, which are never below zero");
                    let note =
                        placed.note_at(sheet, Some(row), Some(column), "shape.measure", Severity::Warning, explanation);
                    notes.push(note.countable());
                }
            }
        }
    }
}
