//! Finds faults of the rules themselves: rules that can never be broken, rules about nothing, and rules that contradict
//! others. Without this check, a rule that is never applied looks like a form without faults.
//!
//! In come the templates; out come sentences. This module does not know figures.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    bound::{Axis, Bound, BoundRule, Relation},
    rule_feasibility::{can_hold, coefficients, smallest_conflict},
};
use domain::{
    ColumnCode, EditionTemplate, FormId, FormTemplate, Place, RowCode, Rule, RuleKind, SectionId, SectionTemplate,
};

/// The faults in the rules of all templates, one sentence for each; empty if the rules are sound.
#[must_use]
pub fn catalogue_faults(templates: &BTreeMap<FormId, FormTemplate>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids: BTreeMap<&str, &FormId> = BTreeMap::new();
    for (form, template) in templates {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for rule in &template.rules {
            if let Some(first) = ids.insert(&rule.id, form) {
                faults.push(format!("rule `{}` of form `{form}`: form `{first}` has a rule of this id too", rule.id));
            }
            let said = unused(rule, template, templates).or_else(|| always_true(rule, form)).or_else(|| repeats(rule));
            if let Some(said) = said {
                told.insert(&rule.id);
                faults.push(format!("rule `{}` of form `{form}` {said}", rule.id));
            }
        }
        // A rule with a fault of its own would only be reported a second time.
        let mut bound = Bound::new(template);
        bound.rules.retain(|rule| !told.contains(rule.rule.id.as_str()));
        faults.extend(contradictions(&bound).into_iter().map(|said| format!("form `{form}`: {said}")));
    }
    faults
}

/// Why a rule is never applied: a place does not exist, or no described edition prints it.
fn unused(rule: &Rule, template: &FormTemplate, templates: &BTreeMap<FormId, FormTemplate>) -> Option<String> {
    if let RuleKind::SamePlace { here, there } = &rule.kind {
        let Some(other) = templates.get(&there.form) else {
            return Some(format!("is never used: there is no form `{}`", there.form));
        };
        return absent(template, here).or_else(|| absent(other, &there.place));
    }
    let (id, rows, columns) = operands(rule)?;
    let Some(section) = template.section(id) else {
        return Some(format!("is never used: there is no section `{id}`"));
    };
    let lost = rows.iter().find(|r| section.row(r).is_none()).map(|r| format!("row `{r}`"));
    let lost = lost.or_else(|| columns.iter().find(|c| section.column(c).is_none()).map(|c| format!("column `{c}`")));
    if let Some(lost) = lost {
        return Some(format!("is never used: section `{id}` has no {lost}"));
    }
    let operands = section_operands(rule);
    let printed =
        |edition: &EditionTemplate| operands.iter().all(|line| line_printed(template, edition, section, line));
    let nowhere = !template.editions.is_empty() && !template.editions.iter().any(printed);
    nowhere.then(|| "is never used: no described edition prints all its lines".to_owned())
}

fn absent(template: &FormTemplate, place: &Place) -> Option<String> {
    let there = template
        .section(&place.section)
        .is_some_and(|s| s.row(&place.row).is_some() && s.column(&place.column).is_some());
    if !there {
        let Place { section, row, column } = place;
        let form = &template.form;
        return Some(format!(
            "is never used: form `{form}` has no section `{section}`, row `{row}`, column `{column}`"
        ));
    }
    let section = template.section(&place.section)?;
    let printed = |edition: &EditionTemplate| {
        line_printed(template, edition, section, &Line::Row(&place.row))
            && line_printed(template, edition, section, &Line::Column(&place.column))
    };
    let nowhere = !template.editions.is_empty() && !template.editions.iter().any(printed);
    nowhere.then(|| format!("is never used: no described edition of form `{}` prints its place", template.form))
}

enum Line<'a> {
    Row(&'a RowCode),
    Column(&'a ColumnCode),
}

fn line_printed(
    template: &FormTemplate,
    edition: &EditionTemplate,
    section: &SectionTemplate,
    line: &Line<'_>,
) -> bool {
    let gone = edition.sections.get(&section.id).is_some_and(|s| s.gone);
    !gone
        && match line {
            Line::Row(code) => template.printed_row(&edition.edition, &section.id, code).is_some(),
            Line::Column(code) => template.printed_column(&edition.edition, &section.id, code).is_some(),
        }
}

/// The section of a rule, and every row and column in it.
fn operands(rule: &Rule) -> Option<(&SectionId, Vec<&RowCode>, Vec<&ColumnCode>)> {
    match &rule.kind {
        RuleKind::Rows { section, total, plus, minus, columns } => {
            Some((section, [total].into_iter().chain(plus).chain(minus).collect(), columns.iter().collect()))
        }
        RuleKind::Columns { section, total, plus, minus, rows } => {
            Some((section, rows.iter().collect(), [total].into_iter().chain(plus).chain(minus).collect()))
        }
        RuleKind::RowWithin { section, part, whole, columns } => {
            Some((section, vec![part, whole], columns.iter().collect()))
        }
        RuleKind::ColumnWithin { section, part, whole, rows } => {
            Some((section, rows.iter().collect(), vec![part, whole]))
        }
        RuleKind::SamePlace { .. } => None,
    }
}

/// The lines that have to be printed together before the rule can be applied.
fn section_operands(rule: &Rule) -> Vec<Line<'_>> {
    match &rule.kind {
        RuleKind::Rows { total, plus, minus, .. } => {
            [total].into_iter().chain(plus).chain(minus).map(Line::Row).collect()
        }
        RuleKind::Columns { total, plus, minus, .. } => {
            [total].into_iter().chain(plus).chain(minus).map(Line::Column).collect()
        }
        RuleKind::RowWithin { part, whole, .. } => vec![Line::Row(part), Line::Row(whole)],
        RuleKind::ColumnWithin { part, whole, .. } => vec![Line::Column(part), Line::Column(whole)],
        RuleKind::SamePlace { .. } => Vec::new(),
    }
}

/// Why no figures can break a rule.
fn always_true(rule: &Rule, form: &FormId) -> Option<String> {
    let said = match &rule.kind {
        RuleKind::Rows { total, plus, minus, .. } => trivial(total, plus, minus),
        RuleKind::Columns { total, plus, minus, .. } => trivial(total, plus, minus),
        RuleKind::RowWithin { part, whole, .. } => (part == whole).then_some("compares a row with itself"),
        RuleKind::ColumnWithin { part, whole, .. } => (part == whole).then_some("compares a column with itself"),
        RuleKind::SamePlace { here, there } => {
            (there.form == *form && there.place == *here).then_some("compares a place with itself")
        }
    };
    said.map(|said| format!("is not a check: it {said}"))
}

fn trivial<C: Ord>(total: &C, plus: &[C], minus: &[C]) -> Option<&'static str> {
    if plus.is_empty() && minus.is_empty() {
        return Some("adds up nothing");
    }
    let mut weights: BTreeMap<&C, i32> = BTreeMap::from([(total, -1)]);
    for code in plus {
        *weights.entry(code).or_default() += 1;
    }
    for code in minus {
        *weights.entry(code).or_default() -= 1;
    }
    weights.values().all(|weight| *weight == 0).then_some("cancels itself out and is always true")
}

/// The line that occurs twice in one sum.
fn repeats(rule: &Rule) -> Option<String> {
    let twice = match &rule.kind {
        RuleKind::Rows { total, plus, minus, .. } => twice([total].into_iter().chain(plus).chain(minus)),
        RuleKind::Columns { total, plus, minus, .. } => twice([total].into_iter().chain(plus).chain(minus)),
        _ => None,
    };
    twice.map(|code| format!("names line `{code}` twice"))
}

fn twice<'c, C: Ord + ToString + 'c>(codes: impl Iterator<Item = &'c C>) -> Option<String> {
    let mut seen = BTreeSet::new();
    codes.into_iter().find(|code| !seen.insert(*code)).map(ToString::to_string)
}

/// The rules of one section that contradict each other, and rules that repeat another one.
fn contradictions(bound: &Bound<'_>) -> Vec<String> {
    let mut said = Vec::new();
    for (at, section) in bound.template.sections.iter().enumerate() {
        for axis in [Axis::Rows, Axis::Columns] {
            let rules: Vec<&BoundRule<'_>> = bound.rules.iter().filter(|r| r.section == at && r.axis == axis).collect();
            let (lines, across) = match axis {
                Axis::Rows => (section.rows.len(), section.columns.len()),
                Axis::Columns => (section.columns.len(), section.rows.len()),
            };
            said.extend(doubles(&rules, lines));
            let mut told: BTreeSet<Vec<usize>> = BTreeSet::new();
            let mut sets: BTreeSet<Vec<usize>> = BTreeSet::new();
            for line in 0..across.max(1) {
                let here = rules.iter().enumerate().filter(|(_, r)| r.lines.is_empty() || r.lines.contains(&line));
                sets.insert(here.map(|(at, _)| at).collect());
            }
            for set in sets.into_iter().filter(|set| !set.is_empty()) {
                let relations: Vec<&Relation> = set.iter().map(|at| &rules[*at].relation).collect();
                if can_hold(&relations, lines) {
                    continue;
                }
                let conflict: Vec<usize> = smallest_conflict(&relations, lines).into_iter().map(|at| set[at]).collect();
                if told.insert(conflict.clone()) {
                    said.push(conflicting(&conflict.iter().map(|at| rules[*at].rule.id.as_str()).collect::<Vec<_>>()));
                }
            }
        }
    }
    said
}

fn conflicting(ids: &[&str]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    match ids.as_slice() {
        [one] => format!("rule {one} can only hold where some of its figures are always zero"),
        ids => format!(
            "rules {} contradict each other: together they hold only where some figures are always zero",
            ids.join(" and ")
        ),
    }
}

fn doubles(rules: &[&BoundRule<'_>], lines: usize) -> Vec<String> {
    let mut said = Vec::new();
    let mut known: BTreeMap<(bool, Vec<i32>), Vec<&BoundRule<'_>>> = BTreeMap::new();
    for one in rules {
        // The coefficients are small whole numbers. As integers they can be sorted.
        let row = coefficients(&one.relation, lines).into_iter().map(|c| c as i32).collect();
        let alike = known.entry((matches!(one.relation, Relation::Sum { .. }), row)).or_default();
        let meets = |other: &&&BoundRule<'_>| {
            one.lines.is_empty() || other.lines.is_empty() || one.lines.iter().any(|l| other.lines.contains(l))
        };
        said.extend(
            alike.iter().filter(meets).map(|o| format!("rule `{}` is the same as rule `{}`", one.rule.id, o.rule.id)),
        );
        alike.push(one);
    }
    said
}
