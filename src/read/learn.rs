//! Drafts the template of a form, or of one of its editions, for a person to complete.
//!
//! In comes a workbook of the form, or a [`Drafted`] edition; out comes TOML. The draft contains what a workbook shows:
//! sections, rows, columns, labels, the edition. A workbook does not show how a column behaves over a year, or which
//! rules hold. The draft says that these are missing, and a person adds them. This module does not know templates or
//! files.

use std::fmt::Write as _;

use super::{
    Document, Drafted, NewLines, ReadError, body,
    body::Body,
    letters::{excerpt, squeeze},
    sheet::Sheet,
    table::{Line, Table},
    workbook,
};
use domain::{EditionSection, FormId, SectionId};

/// Drafts `templates/forms/<form>.toml` from a workbook.
///
/// # Errors
/// When the document is not a workbook, or none of its sheets is a table with numbered columns.
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
    for comment in comments(&workbook.sheets, designation) {
        let _ = writeln!(draft, "# {comment}");
    }
    let _ = writeln!(draft, "form = {}", quoted(form.as_str()));
    let designations = if designation.is_empty() { String::new() } else { quoted(designation) };
    let _ = writeln!(draft, "designations = [{designations}]");
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
    let mut ids: Vec<String> = Vec::new();
    for (sheet, table) in &tables {
        let id = id(sheet, &table.title, &tables, &ids);
        let _ =
            writeln!(draft, "[[section]]\nid = {}\ntitle = {{ ru = {} }}", quoted(&id), quoted(&squeeze(&table.title)));
        ids.push(id);
        draft.push_str(&reference(&stubs, &table.rows, "stub", "rows"));
        draft.push_str(&reference(&headers, &table.columns, "header", "columns"));
        draft.push('\n');
    }
    if let Some(edition) = description.get(1).filter(|e| !e.trim().is_empty()) {
        let _ = writeln!(draft, "[[edition]]\nedition = {}", quoted(edition.trim()));
    }
    Ok(draft)
}

/// What is missing in a workbook, and what a person has to check.
fn comments(sheets: &[Sheet], designation: &str) -> Vec<String> {
    let mut comments = Vec::new();
    if designation.is_empty() {
        comments
            .push("the workbook does not contain the designation of the form; write it to `designations`".to_owned());
    }
    for sheet in sheets {
        let name = excerpt(&sheet.name, 40);
        let Some(table) = &sheet.table else {
            comments.push(format!("sheet `{name}` is not a table with numbered columns; it was not drafted"));
            continue;
        };
        let made = |line: &&Line| line.code.starts_with('#') || line.code.ends_with(')');
        let made: Vec<String> =
            table.rows.iter().chain(&table.columns).filter(made).map(|l| format!("`{}`", l.code)).collect();
        if !made.is_empty() {
            comments.push(format!(
                "sheet `{name}`: these codes are not printed, or are printed twice: {}; see whether they are lines of this table",
                excerpt(&made.join(", "), 200)
            ));
        }
        if table.title.trim().is_empty() {
            comments.push(format!("sheet `{name}` has no title; write what its section is about"));
        }
    }
    comments
}

/// The id of a section: the name of its sheet. If the sheet has several sections: the number in the section's title.
fn id(sheet: &str, title: &str, tables: &[(&str, &Table)], taken: &[String]) -> String {
    const PART: &str = " (table ";
    let several = sheet.contains(PART)
        || tables.iter().any(|(other, _)| other.strip_prefix(sheet).is_some_and(|rest| rest.starts_with(PART)))
        || tables.iter().filter(|(other, _)| *other == sheet).count() > 1;
    if !several {
        return sheet.to_owned();
    }
    let number = title.to_lowercase().split("раздел").nth(1).map(|rest| {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        format!("R{}", number.trim_end_matches('-'))
    });
    let named = number.filter(|id| id.len() > 1).unwrap_or_else(|| sheet.replace(" (table ", " ").replace(')', ""));
    let free = |id: &String| !taken.contains(id) && tables.iter().all(|(other, _)| other != id);
    // One of so many numbers is free.
    let last = tables.len() + taken.len() + 2;
    if free(&named) { named } else { (2..=last).map(|n| format!("{named} {n}")).find(free).unwrap_or(named) }
}

/// Drafts the `[[edition]]` of an edition that the form's template does not describe. Comments above it list what a
/// person has to check. Once the draft is in the template, the findings about the edition's shape no longer occur.
pub fn edition_draft(drafted: &Drafted) -> String {
    let mut draft = String::new();
    for comment in &drafted.comments {
        let _ = writeln!(draft, "# {}", squeeze(comment));
    }
    let _ = writeln!(draft, "[[edition]]\nedition = {}", quoted(drafted.edition.edition.as_str()));
    if let Some(like) = &drafted.like {
        let _ = writeln!(draft, "like = {}", quoted(like.as_str()));
    }
    for (id, there) in &drafted.edition.sections {
        section_draft(&mut draft, id, there, drafted.new.get(id));
    }
    draft
}

fn section_draft(draft: &mut String, id: &SectionId, there: &EditionSection, new: Option<&NewLines>) {
    let _ = writeln!(draft, "\n[[edition.sections]]\nid = {}", quoted(id.as_str()));
    if there.gone {
        draft.push_str("gone = true\n");
    }
    if let Some(sheet) = &there.sheet {
        let _ = writeln!(draft, "sheet = {}", quoted(sheet));
    }
    if let Some(titles) = &there.titles {
        let _ = writeln!(draft, "title = {}", quoted(&titles.ru));
    }
    let columns = there.columns.iter().map(|(from, to)| (from.as_str(), to.as_ref().map(AsRef::as_ref)));
    let rows = there.rows.iter().map(|(from, to)| (from.as_str(), to.as_ref().map(AsRef::as_ref)));
    draft.push_str(&shifts("columns", columns));
    draft.push_str(&shifts("rows", rows));
    if let Some(new) = new {
        draft.push_str(&new_lines("new_columns", new.columns.iter().map(|(code, label)| (code.as_str(), label))));
        draft.push_str(&new_lines("new_rows", new.rows.iter().map(|(code, label)| (code.as_str(), label))));
    }
    let columns = there.column_titles.iter().map(|(code, titles)| (code.as_str(), titles.ru.as_str()));
    let rows = there.row_titles.iter().map(|(code, titles)| (code.as_str(), titles.ru.as_str()));
    draft.push_str(&headings("column_titles", columns));
    draft.push_str(&headings("row_titles", rows));
}

/// A key that sorts codes by number, and codes that are not numbers after them.
fn in_order(code: &str) -> (u32, &str) {
    (code.trim_start_matches('+').parse().unwrap_or(u32::MAX), code)
}

/// The line of the codes that an edition prints differently; empty if there are no such codes.
fn shifts<'a>(name: &str, codes: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let mut codes: Vec<_> = codes.collect();
    codes.sort_by_key(|(from, _)| in_order(from));
    let shift = |(from, to): &(&str, Option<&str>)| {
        format!("{} = {}", quoted(from), to.map_or_else(|| "false".to_owned(), quoted))
    };
    let codes: Vec<String> = codes.iter().map(shift).collect();
    if codes.is_empty() { String::new() } else { format!("{name} = {{ {} }}\n", codes.join(", ")) }
}

fn new_lines<'a>(name: &str, lines: impl Iterator<Item = (&'a str, &'a String)>) -> String {
    let lines: String =
        lines.map(|(code, label)| format!("  {{ code = {}, ru = {} }},\n", quoted(code), quoted(label))).collect();
    if lines.is_empty() { lines } else { format!("{name} = [\n{lines}]\n") }
}

fn headings<'a>(name: &str, titles: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut titles: Vec<_> = titles.collect();
    titles.sort_by_key(|(code, _)| in_order(code));
    let lines: String = titles.iter().map(|(code, title)| format!("{} = {}\n", quoted(code), quoted(title))).collect();
    if lines.is_empty() { lines } else { format!("[edition.sections.{name}]\n{lines}") }
}

/// The different lists of lines, each with the first sheet that has it and the number of sheets that have it.
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
        // The label of the whole is not repeated.
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
