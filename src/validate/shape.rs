//! Whether a document has the sections, rows and columns that its edition prints.
//!
//! What is described and not there is an error, because rules and chapters speak of it. What is there and not described
//! is information: the template may not know the whole form. A service sends first rows only and may have lost keys,
//! so its rows are not missed, and a column without a known key is missed with a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    edition,
    note::Note,
    placed::{Placed, Sheet},
    words,
};
use domain::{Dataset, Figure, FormId, FormTemplate, Measure, PlaceDoubt, Placement, Severity, shown};

/// Texts that stand for "not applicable" or "nothing" in forms, folded to lower case.
const MARKS: [&str; 9] = ["x", "х", "-", "–", "—", "…", "...", "*", "**"];

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

/// Rows and columns that the edition prints and the document lacks, and those that the document has besides.
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

/// The codes of printed lines that are none of the described ones; `None` where none is described at all. A described
/// code that is printed twice, or with a heading that is not its own, is a finding of its own.
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

/// A code that is printed twice says nothing: neither of its lines is used.
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
