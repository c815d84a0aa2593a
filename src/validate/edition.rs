//! An edition that the template does not describe: laid beside the described edition that it agrees with most, line by
//! line, by code where the heading agrees and by heading where it moved.

use std::collections::HashMap;

use super::{
    bound::{Bound, BoundSection, Titled},
    letters::{alike, folded},
    placed::{SERVICE, Sheet},
    words::quoted,
};
use crate::domain::{Dataset, EditionSection, EditionTemplate, Section, Titles};

/// The described edition that an unknown one is read by.
pub(super) struct Fit<'a> {
    form: &'a Bound<'a>,
    pub nearest: &'a EditionTemplate,
}

/// The fit of a dataset whose edition its template does not describe; `None` where it does, where it describes none, or
/// where the dataset has none.
pub(super) fn unknown<'a>(dataset: &Dataset, form: &'a Bound<'a>) -> Option<Fit<'a>> {
    let editions = &form.template.editions;
    if dataset.edition.as_str() == SERVICE || editions.iter().any(|e| e.edition == dataset.edition) {
        return None;
    }
    // Of equal fits the newest: an edition usually changes what stood last.
    let nearest = editions.iter().max_by_key(|edition| {
        dataset.sections.iter().map(|section| agreements(form, edition, section)).sum::<usize>()
    })?;
    Some(Fit { form, nearest })
}

/// How many described columns and rows stand in a section under their code and with their heading.
fn agreements(form: &Bound<'_>, edition: &EditionTemplate, section: &Section) -> usize {
    let Some(template) = form.template.section(&section.id) else { return 0 };
    let fit = Fit { form, nearest: edition };
    let there = fit.nearest.sections.get(&section.id);
    if there.is_some_and(|t| t.gone) {
        return 0;
    }
    let columns: HashMap<&str, &str> = section.columns.iter().map(|c| (c.code.as_str(), &*c.label)).collect();
    let rows: HashMap<&str, &str> = section.rows.iter().map(|r| (r.code.as_str(), &*r.label)).collect();
    let bears = |lines: &HashMap<&str, &str>, code: Option<&str>, titles: &Titles| {
        code.and_then(|c| lines.get(c)).is_some_and(|label| says(titles, label))
    };
    let columns = template.columns.iter().filter(|c| bears(&columns, column_code(there, c), &c.titles)).count();
    let rows = template.rows.iter().filter(|r| bears(&rows, row_code(there, r), &r.titles)).count();
    columns + rows
}

fn column_code<'c>(there: Option<&'c EditionSection>, column: &'c crate::domain::ColumnTemplate) -> Option<&'c str> {
    match there.and_then(|t| t.columns.get(&column.code)) {
        Some(printed) => printed.as_ref().map(crate::domain::ColumnCode::as_str),
        None => Some(column.code.as_str()),
    }
}

fn row_code<'c>(there: Option<&'c EditionSection>, row: &'c crate::domain::RowTemplate) -> Option<&'c str> {
    match there.and_then(|t| t.rows.get(&row.code)) {
        Some(printed) => printed.as_ref().map(crate::domain::RowCode::as_str),
        None => Some(row.code.as_str()),
    }
}

/// Whether a label is a line's title in a language that forms are printed in.
pub(super) fn says(titles: &Titles, label: &str) -> bool {
    alike(&titles.ru, label) || titles.kk.as_deref().is_some_and(|kk| alike(kk, label))
}

impl<'a> Fit<'a> {
    /// A section of the unknown edition beside its template.
    pub fn lay(&self, at: usize, section: &'a Section) -> Sheet<'a> {
        let bound: &'a BoundSection<'a> = &self.form.sections[at];
        let template = bound.template;
        let there = self.nearest.sections.get(&template.id);
        let described: Vec<_> = template.rows.iter().map(|r| (row_code(there, r), &r.titles)).collect();
        let printed: Vec<(&str, &str)> = section.rows.iter().map(|r| (r.code.as_str(), &*r.label)).collect();
        let rows = pair(&described, &printed, bound.row_titles());
        let described: Vec<_> = template.columns.iter().map(|c| (column_code(there, c), &c.titles)).collect();
        let printed: Vec<(&str, &str)> = section.columns.iter().map(|c| (c.code.as_str(), &*c.label)).collect();
        let columns = pair(&described, &printed, bound.column_titles());
        Sheet { at, template, section, rows, columns }
    }

    /// What moved in a section against the nearest described edition, as pieces of a sentence; empty = nothing.
    pub fn changes(&self, sheet: &Sheet<'_>) -> Vec<String> {
        let there = self.nearest.sections.get(&sheet.template.id);
        let template = sheet.template;
        let mut changes = Vec::new();
        if !template.columns.is_empty() {
            let lines = template.columns.iter().zip(&sheet.columns);
            let lines = lines.map(|(c, at)| (column_code(there, c), c.titles.ru.as_str(), *at)).collect::<Vec<_>>();
            let printed: Vec<(&str, &str)> =
                sheet.section.columns.iter().map(|c| (c.code.as_str(), &*c.label)).collect();
            changes.extend(told("column", &lines, &printed));
        }
        if !template.rows.is_empty() {
            let lines = template.rows.iter().zip(&sheet.rows);
            let lines = lines.map(|(r, at)| (row_code(there, r), r.titles.ru.as_str(), *at)).collect::<Vec<_>>();
            let printed: Vec<(&str, &str)> = sheet.section.rows.iter().map(|r| (r.code.as_str(), &*r.label)).collect();
            changes.extend(told("row", &lines, &printed));
        }
        changes
    }
}

/// The place of each described line among the printed ones. Headings such as "из них / женщин" come again and again, so
/// first those that stand in the same order are paired; then a heading that stands alone, wherever it is; then what kept
/// its code and bears a heading that is nobody's: it was reworded.
fn pair(described: &[(Option<&str>, &Titles)], printed: &[(&str, &str)], titled: &Titled) -> Vec<Option<usize>> {
    let labels: Vec<String> = printed.iter().map(|(_, label)| folded(label)).collect();
    let mut pairs: Vec<Option<usize>> = vec![None; described.len()];
    let mut taken = vec![false; printed.len()];
    let mut take = |pairs: &mut Vec<Option<usize>>, line: usize, at: usize| {
        if !std::mem::replace(&mut taken[at], true) {
            pairs[line] = Some(at);
        }
    };
    for (line, at) in in_order(described, &labels) {
        take(&mut pairs, line, at);
    }
    let mut alone: HashMap<&str, Option<usize>> = HashMap::new();
    for (at, label) in labels.iter().enumerate() {
        alone.entry(label).and_modify(|known| *known = None).or_insert(Some(at));
    }
    let by_code: HashMap<&str, usize> = printed.iter().enumerate().rev().map(|(at, (code, _))| (*code, at)).collect();
    for (line, (code, titles)) in described.iter().enumerate() {
        if pairs[line].is_some() {
            continue;
        }
        let by_title = |title: &str| alone.get(folded(title).as_str()).copied().flatten();
        let elsewhere = by_title(&titles.ru).or_else(|| by_title(titles.kk.as_deref()?));
        let reworded = || code.and_then(|c| by_code.get(c).copied()).filter(|at| !titled.contains_key(&labels[*at]));
        if let Some(at) = elsewhere.or_else(reworded) {
            take(&mut pairs, line, at);
        }
    }
    pairs
}

/// The longest sequence of lines that stand in the same order in both, by their headings.
fn in_order(described: &[(Option<&str>, &Titles)], labels: &[String]) -> Vec<(usize, usize)> {
    let ru: Vec<String> = described.iter().map(|(_, titles)| folded(&titles.ru)).collect();
    let kk: Vec<String> =
        described.iter().map(|(_, titles)| titles.kk.as_deref().map_or_else(String::new, folded)).collect();
    let equal = |line: usize, at: usize| !labels[at].is_empty() && (ru[line] == labels[at] || kk[line] == labels[at]);
    let width = labels.len() + 1;
    let mut longest = vec![0_u32; (described.len() + 1) * width];
    for line in (0..described.len()).rev() {
        for at in (0..labels.len()).rev() {
            longest[line * width + at] = if equal(line, at) {
                longest[(line + 1) * width + at + 1] + 1
            } else {
                longest[(line + 1) * width + at].max(longest[line * width + at + 1])
            };
        }
    }
    let (mut line, mut at, mut pairs) = (0, 0, Vec::new());
    while line < described.len() && at < labels.len() {
        if equal(line, at) {
            pairs.push((line, at));
            (line, at) = (line + 1, at + 1);
        } else if longest[(line + 1) * width + at] >= longest[line * width + at + 1] {
            line += 1;
        } else {
            at += 1;
        }
    }
    pairs
}

/// What became of the lines of a section: gone, standing under another code, new.
fn told(kind: &str, lines: &[(Option<&str>, &str, Option<usize>)], printed: &[(&str, &str)]) -> Vec<String> {
    let gone = lines.iter().filter_map(|(code, title, at)| match (code, at) {
        (Some(code), None) => Some(format!("{code}{}", quoted(title))),
        _ => None,
    });
    let moved = lines.iter().filter_map(|(code, _, at)| {
        let (code, there) = ((*code)?, printed[(*at)?].0);
        (code != there).then(|| format!("{code} → {there}"))
    });
    let claimed: Vec<usize> = lines.iter().filter_map(|(.., at)| *at).collect();
    let new = printed.iter().enumerate().filter(|(at, _)| !claimed.contains(at));
    let new = new.map(|(_, (code, label))| format!("{code}{}", quoted(label)));
    [("gone", gone.collect::<Vec<_>>()), ("moved", moved.collect()), ("new", new.collect())]
        .into_iter()
        .filter(|(_, which)| !which.is_empty())
        .map(|(what, which)| {
            let (lines, verb) = if which.len() == 1 { (kind.to_owned(), "is") } else { (format!("{kind}s"), "are") };
            let which: Vec<&str> = which.iter().map(String::as_str).collect();
            let verb = if what == "moved" && which.len() > 1 {
                "have"
            } else if what == "moved" {
                "has"
            } else {
                verb
            };
            format!("{lines} {} {verb} {what}", super::words::list(&which, ", "))
        })
        .collect()
}
