//! Checks the rules of a template within one section: totals and their parts.
//!
//! In comes a dataset with the bound rules of its form; out come notes about rules that do not hold. This module does
//! not know other datasets.

use super::{
    bound::{Axis, BoundRule, Relation},
    note::Note,
    placed::{Placed, Sheet, Worth},
    words,
};

pub(super) fn check(placed: &Placed<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for rule in &placed.form.rules {
        let Some(sheet) = placed.sheet(rule.section) else { continue };
        let lines = lines(rule, sheet);
        match &rule.relation {
            Relation::Sum { total, plus, minus } => {
                let here =
                    |which: &[usize]| which.iter().map(|at| place(rule.axis, sheet, *at)).collect::<Option<Vec<_>>>();
                // If the edition does not print an operand, the rule is skipped; it is not false.
                let Some((total, plus, minus)) =
                    place(rule.axis, sheet, *total).zip(here(plus)).zip(here(minus)).map(|((t, p), m)| (t, p, m))
                else {
                    continue;
                };
                let sum = Sum { rule, sheet, total, plus: &plus, minus: &minus };
                notes.extend(lines.into_iter().filter_map(|line| sum.check(placed, line)));
            }
            Relation::Within { part, whole } => {
                let Some((part, whole)) = place(rule.axis, sheet, *part).zip(place(rule.axis, sheet, *whole)) else {
                    continue;
                };
                notes.extend(lines.into_iter().filter_map(|line| within(placed, rule, sheet, part, whole, line)));
            }
        }
    }
    notes
}

/// The place of an operand in the document.
fn place(axis: Axis, sheet: &Sheet<'_>, at: usize) -> Option<usize> {
    match axis {
        Axis::Rows => sheet.rows.get(at).copied().flatten(),
        Axis::Columns => sheet.columns.get(at).copied().flatten(),
    }
}

/// The lines of the document in which a rule is checked: the lines that it lists, or all described lines. If no line of
/// the axis is described, all printed lines.
fn lines(rule: &BoundRule<'_>, sheet: &Sheet<'_>) -> Vec<usize> {
    let (described, printed) = match rule.axis {
        Axis::Rows => (&sheet.columns, sheet.section.columns.len()),
        Axis::Columns => (&sheet.rows, sheet.section.rows.len()),
    };
    if !rule.lines.is_empty() {
        rule.lines.iter().filter_map(|at| described.get(*at).copied().flatten()).collect()
    } else if described.is_empty() {
        (0..printed).collect()
    } else {
        described.iter().flatten().copied().collect()
    }
}

fn cell(axis: Axis, sheet: &Sheet<'_>, operand: usize, line: usize) -> Option<Worth> {
    match axis {
        Axis::Rows => sheet.worth(operand, line),
        Axis::Columns => sheet.worth(line, operand),
    }
}

struct Sum<'s, 'a> {
    rule: &'s BoundRule<'a>,
    sheet: &'s Sheet<'a>,
    total: usize,
    plus: &'s [usize],
    minus: &'s [usize],
}

impl Sum<'_, '_> {
    fn check(&self, placed: &Placed<'_>, line: usize) -> Option<Note> {
        let Self { rule, sheet, .. } = self;
        let found = cell(rule.axis, sheet, self.total, line)?;
        let mut expected = 0_i128;
        for operand in self.plus {
            expected += cell(rule.axis, sheet, *operand, line)?.weight();
        }
        for operand in self.minus {
            expected -= cell(rule.axis, sheet, *operand, line)?.weight();
        }
        (found.weight() != expected).then(|| self.told(placed, line, found, expected))
    }

    fn told(&self, placed: &Placed<'_>, line: usize, found: Worth, expected: i128) -> Note {
        let Self { rule, sheet, .. } = self;
        let (row, column) = position(rule.axis, self.total, line);
        let code = |at: &usize| match rule.axis {
            Axis::Rows => sheet.section.rows[*at].code.as_str(),
            Axis::Columns => sheet.section.columns[*at].code.as_str(),
        };
        let terms = words::terms(
            &self.plus.iter().map(code).collect::<Vec<_>>(),
            &self.minus.iter().map(code).collect::<Vec<_>>(),
        );
        let kind = if rule.axis == Axis::Rows { "rows" } else { "columns" };
        let difference = found.weight() - expected;
        let sign = if difference > 0 { "+" } else { "−" };
        let signed = format!("{sign}{}", words::amount(Some(difference.abs())));
        let explanation = format!(
            "{}, {} is {}, but {kind} {terms} add up to {} ({signed}); {}",
            words::row(sheet, row),
            words::column(sheet, column),
            words::amount(found.value()),
            words::amount(Some(expected)),
            rule.rule.titles.ru,
        );
        placed
            .note_at(sheet, Some(row), Some(column), &rule.rule.id, rule.rule.severity, explanation)
            .comparing(Some(expected), found.value())
    }
}

const fn position(axis: Axis, operand: usize, line: usize) -> (usize, usize) {
    match axis {
        Axis::Rows => (operand, line),
        Axis::Columns => (line, operand),
    }
}

fn within(
    placed: &Placed<'_>,
    rule: &BoundRule<'_>,
    sheet: &Sheet<'_>,
    part: usize,
    whole: usize,
    line: usize,
) -> Option<Note> {
    let found = cell(rule.axis, sheet, part, line)?;
    let bound = cell(rule.axis, sheet, whole, line)?;
    if found.weight() <= bound.weight() {
        return None;
    }
    let (row, column) = position(rule.axis, part, line);
    let of = match rule.axis {
        Axis::Rows => words::row(sheet, whole),
        Axis::Columns => words::column(sheet, whole),
    };
    let explanation = format!(
        "{}, {} is {}, but {of}, of which it is a part, is {}; {}",
        words::row(sheet, row),
        words::column(sheet, column),
        words::amount(found.value()),
        words::amount(bound.value()),
        rule.rule.titles.ru,
    );
    let note = placed.note_at(sheet, Some(row), Some(column), &rule.rule.id, rule.rule.severity, explanation);
    Some(note.comparing(Some(bound.weight()), found.value()))
}
