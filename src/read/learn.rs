//! A draft of a form's template out of one of its workbooks, for a person to complete.
//!
//! What a workbook tells is written down: sections, rows, columns, labels, the edition. What it cannot tell (how a
//! column behaves in the course of a year, which rules hold) is left for the person, and the draft says so.

use std::fmt::Write as _;

use super::{Document, ReadError, body, body::Body, letters::squeeze, table::Line, table::Table, workbook};
use crate::domain::{EditionSection, EditionTemplate, Finding, FormId};

/// Drafts `templates/forms/<form>.toml` of a workbook.
///
/// # Errors
/// When the document is no workbook, or none of its sheets is a table with numbered columns.
pub fn learn(form: &FormId, document: &Document<'_>) -> Result<String, ReadError> {
    let no_form = |what: String| ReadError::NoForm { name: document.name.to_owned(), what };
    let body = body::sniff(document.bytes);
    if body != Body::Zip {
        return Err(no_form(format!("{body}; a template is learned from a workbook")));
    }
    let workbook = workbook::read(document.name, document.bytes)?;
    let tables: Vec<(&str, &Table)> =
        workbook.sheets.iter().filter_map(|s| Some((s.name.as_str(), s.table.as_ref()?))).collect();
    if tables.is_empty() {
        let why = "none of its sheets is a table with numbered columns".to_owned();
        return Err(ReadError::NoSection { name: document.name.to_owned(), form: form.clone(), why });
    }
    let title = workbook.properties.title.as_deref().unwrap_or_default();
    let designation = title.split("  ").next().unwrap_or_default().trim();
    let description: Vec<&str> = workbook.properties.description.as_deref().unwrap_or_default().split(';').collect();
    let file = document.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut draft = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(draft, "form = {}", quoted(form.as_str()));
    let _ = writeln!(draft, "designations = [{}]", quoted(designation));
    let known_from = format!("Drafted from {file}. Measures, courses, parts and rules are not known yet.");
    let _ = writeln!(draft, "known_from = {}\n", quoted(&known_from));
    let stubs = shared(tables.iter().map(|(sheet, table)| (*sheet, table.rows.as_slice())));
    let headers = shared(tables.iter().map(|(sheet, table)| (*sheet, table.columns.as_slice())));
    for (name, lines) in stubs.iter().filter(|(_, _, uses)| *uses > 1).map(|(name, lines, _)| (name, lines)) {
        let _ = writeln!(draft, "[[stub]]\nname = {}\nrows = [\n{}]\n", quoted(name), lines_text(lines));
    }
    for (name, lines) in headers.iter().filter(|(_, _, uses)| *uses > 1).map(|(name, lines, _)| (name, lines)) {
        let _ = writeln!(draft, "[[header]]\nname = {}\ncolumns = [\n{}]\n", quoted(name), lines_text(lines));
    }
    for (sheet, table) in &tables {
        let _ = writeln!(
            draft,
            "[[section]]\nid = {}\ntitle = {{ ru = {} }}",
            quoted(sheet),
            quoted(&squeeze(&table.title))
        );
        draft.push_str(&reference(&stubs, &table.rows, "stub", "rows"));
        draft.push_str(&reference(&headers, &table.columns, "header", "columns"));
        draft.push('\n');
    }
    if let Some(edition) = description.get(1).filter(|e| !e.trim().is_empty()) {
        let _ = writeln!(draft, "[[edition]]\nedition = {}", quoted(edition.trim()));
    }
    Ok(draft)
}

/// Drafts the `[[edition]]` of an edition that a form's template does not describe, with what the findings say of its
/// shape above it: what is new has no code in the template yet.
pub fn edition_draft(edition: &EditionTemplate, findings: &[Finding]) -> String {
    let mut draft = String::new();
    // Writing to a string cannot fail.
    for finding in findings.iter().filter(|f| f.rule.starts_with("shape.")) {
        let section = finding.section.as_ref().map_or_else(String::new, |s| format!("{s}: "));
        let _ = writeln!(draft, "# {section}{}", squeeze(&finding.explanation));
    }
    let _ = writeln!(draft, "[[edition]]\nedition = {}", quoted(edition.edition.as_str()));
    let otherwise: Vec<String> = edition
        .sections
        .iter()
        .filter(|(_, there)| **there != EditionSection::default())
        .map(|(id, there)| {
            let gone = if there.gone { ", gone = true" } else { "" };
            let sheet = there.sheet.as_ref().map_or_else(String::new, |s| format!(", sheet = {}", quoted(s)));
            let columns = there.columns.iter().map(|(from, to)| (from.as_str(), to.as_ref().map(AsRef::as_ref)));
            let rows = there.rows.iter().map(|(from, to)| (from.as_str(), to.as_ref().map(AsRef::as_ref)));
            let (columns, rows) = (shifts("columns", columns), shifts("rows", rows));
            format!("  {{ id = {}{gone}{sheet}{columns}{rows} }},\n", quoted(id.as_str()))
        })
        .collect();
    if !otherwise.is_empty() {
        let _ = writeln!(draft, "sections = [\n{}]", otherwise.concat());
    }
    draft
}

/// Codes that an edition prints otherwise, in the order of numbers; none at all are not written.
fn shifts<'a>(name: &str, codes: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let mut codes: Vec<_> = codes.collect();
    codes.sort_by_key(|(from, _)| (from.parse::<u32>().unwrap_or(u32::MAX), *from));
    let shift = |(from, to): &(&str, Option<&str>)| {
        format!("{} = {}", quoted(from), to.map_or_else(|| "false".to_owned(), quoted))
    };
    let codes: Vec<String> = codes.iter().map(shift).collect();
    if codes.is_empty() { String::new() } else { format!(", {name} = {{ {} }}", codes.join(", ")) }
}

/// Lists of lines with the name of the sheet that has them first, and how many sheets have them.
fn shared<'a>(lists: impl Iterator<Item = (&'a str, &'a [Line])>) -> Vec<(String, &'a [Line], usize)> {
    let mut known: Vec<(String, &[Line], usize)> = Vec::new();
    for (sheet, lines) in lists {
        match known.iter_mut().find(|(_, there, _)| *there == lines) {
            Some((_, _, uses)) => *uses += 1,
            None => known.push((sheet.to_owned(), lines, 1)),
        }
    }
    known
}

fn reference(lists: &[(String, &[Line], usize)], lines: &[Line], by_name: &str, in_place: &str) -> String {
    match lists.iter().find(|(_, there, uses)| *there == lines && *uses > 1) {
        Some((name, _, _)) => format!("{by_name} = {}\n", quoted(name)),
        None => format!("{in_place} = [\n{}]\n", lines_text(lines)),
    }
}

fn lines_text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let whole = line.part_of.and_then(|place| lines.get(place));
        // The label of the whole is not written again.
        let rest = whole.and_then(|w| line.label.strip_prefix(&w.label)).filter(|rest| rest.starts_with(" / "));
        let label = rest.map_or_else(|| line.label.clone(), |rest| format!("…{rest}"));
        let part_of = whole.map_or_else(String::new, |whole| format!(", part_of = {}", quoted(&whole.code)));
        let _ = writeln!(text, "  {{ code = {}, ru = {}{part_of} }},", quoted(&line.code), quoted(&label));
    }
    text
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
