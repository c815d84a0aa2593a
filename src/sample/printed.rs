//! Arranges figures as an edition prints them: with its codes, columns and rows.
//!
//! In come figures in the order of the template; out comes a section of the edition. This module does not know how
//! figures are made.

use domain::{
    Column, Edition, EditionSection, Figure, FormTemplate, Measure, Number, Row, RuleKind, Section, SectionTemplate,
    Titles,
};

/// A section as an edition prints it, from figures in the order of the template.
pub(super) fn section(
    template: &FormTemplate,
    section: &SectionTemplate,
    edition: &Edition,
    mut cells: Vec<i64>,
) -> Section {
    let width = section.columns.len();
    let row_codes: Vec<_> = section.rows.iter().map(|r| template.printed_row(edition, &section.id, &r.code)).collect();
    let column_codes: Vec<_> =
        section.columns.iter().map(|c| template.printed_column(edition, &section.id, &c.code)).collect();
    let is_printed = |column: usize| column_codes[column].is_some();
    for (parts, row) in divisions(template, section) {
        fold(&parts, is_printed, |from, to| {
            for place in (0..row_codes.len()).filter(|r| row.is_none_or(|row| row == *r)) {
                cells[place * width + to] += cells[place * width + from];
            }
        });
    }
    let mut rows: Vec<usize> = (0..section.rows.len()).filter(|r| row_codes[*r].is_some()).collect();
    let mut columns: Vec<usize> = (0..width).filter(|c| is_printed(*c)).collect();
    if template.in_edition(edition, &section.id).is_some() {
        // The template lists new lines of an edition last, but their numbers are among the others.
        rows.sort_by_key(|r| row_codes[*r].as_ref().map_or(0, |code| leading_number(code.as_str())));
        columns.sort_by_key(|c| column_codes[*c].as_ref().map_or(0, |code| leading_number(code.as_str())));
    }
    let number = |row: usize, column: usize| {
        let cell = cells[row * width + column];
        Figure::Number(match section.columns[column].measure {
            Measure::ThousandTenge => Number::thousandths(cell),
            Measure::Count | Measure::Persons | Measure::Days => Number::count(cell),
        })
    };
    let figures = rows.iter().flat_map(|row| columns.iter().map(|column| number(*row, *column))).collect();
    let plain = EditionSection::default();
    let there = template.in_edition(edition, &section.id).unwrap_or(&plain);
    let label = |titles: &Titles| titles.ru.as_str().into();
    let row = |r: usize| Some(Row { code: row_codes[r].clone()?, label: label(there.row_title(&section.rows[r])) });
    let column = |c: usize| {
        Some(Column { code: column_codes[c].clone()?, label: label(there.column_title(&section.columns[c])) })
    };
    Section {
        id: section.id.clone(),
        title: label(there.title(section)),
        rows: rows.iter().filter_map(|r| row(*r)).collect(),
        columns: columns.iter().filter_map(|c| column(*c)).collect(),
        figures,
    }
}

/// The number at the start of a code.
fn leading_number(code: &str) -> u32 {
    let digits = code.bytes().take_while(u8::is_ascii_digit).count();
    code[..digits].parse().unwrap_or(u32::MAX)
}

/// The columns into which totals are divided. If the rule is about one row only, with this row.
fn divisions(template: &FormTemplate, section: &SectionTemplate) -> Vec<(Vec<usize>, Option<usize>)> {
    let mut found = Vec::new();
    for rule in &template.rules {
        let RuleKind::Columns { section: of, plus, rows, .. } = &rule.kind else { continue };
        if *of != section.id {
            continue;
        }
        let parts: Vec<usize> =
            plus.iter().filter_map(|code| section.columns.iter().position(|c| c.code == *code)).collect();
        if rows.is_empty() {
            found.push((parts, None));
            continue;
        }
        let places = rows.iter().filter_map(|code| section.rows.iter().position(|r| r.code == *code));
        found.extend(places.map(|row| (parts.clone(), Some(row))));
    }
    // Two rules may be equal; each division is folded only once.
    found.sort_unstable();
    found.dedup();
    found
}

/// Adds a column that the edition does not print to the last printed column beside it, so that the total stays correct.
fn fold(parts: &[usize], is_printed: impl Fn(usize) -> bool, mut add: impl FnMut(usize, usize)) {
    let Some(rest) = parts.iter().copied().rfind(|c| is_printed(*c)) else { return };
    for part in parts.iter().copied().filter(|c| !is_printed(*c)) {
        add(part, rest);
    }
}
