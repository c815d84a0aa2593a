//! The template of a form, with its rules bound to places: codes are looked up once, not once for each figure.
//!
//! In comes a template; out come rules whose operands are places in it. This module does not know documents.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use domain::{FormIndex, FormTemplate, Rule, RuleKind, SectionId, SectionTemplate};

pub(super) struct Bound<'a> {
    pub template: &'a FormTemplate,
    pub index: Arc<FormIndex<'a>>,
    /// The rules within one section. A rule about a place that the template does not have is left out;
    /// [`super::catalogue_faults`] reports it.
    pub rules: Vec<BoundRule<'a>>,
}

/// Whether the operands of a rule are rows or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Rows,
    Columns,
}

/// A rule within a section. Every number is a place in the section's template.
pub(super) struct BoundRule<'a> {
    pub rule: &'a Rule,
    pub section: usize,
    pub axis: Axis,
    pub relation: Relation,
    /// The lines of the other axis in which the rule applies; empty = every line.
    pub lines: Vec<usize>,
}

pub(super) enum Relation {
    Sum { total: usize, plus: Vec<usize>, minus: Vec<usize> },
    Within { part: usize, whole: usize },
}

impl<'a> Bound<'a> {
    pub fn new(template: &'a FormTemplate) -> Self {
        let lookups: HashMap<&SectionId, Lookup<'_>> =
            template.sections.iter().enumerate().map(|(at, s)| (&s.id, Lookup::new(at, s))).collect();
        let rules = template.rules.iter().filter_map(|rule| bind(rule, &lookups)).collect();
        Self { template, index: Arc::new(FormIndex::new(template)), rules }
    }
}

struct Lookup<'a> {
    section: usize,
    rows: HashMap<&'a str, usize>,
    columns: HashMap<&'a str, usize>,
}

impl<'a> Lookup<'a> {
    fn new(section: usize, template: &'a SectionTemplate) -> Self {
        Self {
            section,
            rows: template.rows.iter().enumerate().map(|(at, r)| (r.code.as_str(), at)).collect(),
            columns: template.columns.iter().enumerate().map(|(at, c)| (c.code.as_str(), at)).collect(),
        }
    }
}

fn bind<'a>(rule: &'a Rule, lookups: &HashMap<&SectionId, Lookup<'_>>) -> Option<BoundRule<'a>> {
    let (section, axis, relation, lines) = match &rule.kind {
        RuleKind::Rows { section, total, plus, minus, columns } => {
            let there = lookups.get(section)?;
            let relation = sum(&there.rows, total.as_str(), texts(plus), texts(minus))?;
            (there.section, Axis::Rows, relation, all(&there.columns, texts(columns))?)
        }
        RuleKind::Columns { section, total, plus, minus, rows } => {
            let there = lookups.get(section)?;
            let relation = sum(&there.columns, total.as_str(), texts(plus), texts(minus))?;
            (there.section, Axis::Columns, relation, all(&there.rows, texts(rows))?)
        }
        RuleKind::RowWithin { section, part, whole, columns } => {
            let there = lookups.get(section)?;
            let relation = within(&there.rows, part.as_str(), whole.as_str())?;
            (there.section, Axis::Rows, relation, all(&there.columns, texts(columns))?)
        }
        RuleKind::ColumnWithin { section, part, whole, rows } => {
            let there = lookups.get(section)?;
            let relation = within(&there.columns, part.as_str(), whole.as_str())?;
            (there.section, Axis::Columns, relation, all(&there.rows, texts(rows))?)
        }
        RuleKind::SamePlace { .. } => return None,
    };
    Some(BoundRule { rule, section, axis, relation, lines })
}

fn texts<C: AsRef<str> + Eq + Hash>(codes: &[C]) -> impl Iterator<Item = &str> {
    codes.iter().map(AsRef::as_ref)
}

fn all<'c>(known: &HashMap<&str, usize>, codes: impl Iterator<Item = &'c str>) -> Option<Vec<usize>> {
    codes.map(|code| known.get(code).copied()).collect()
}

fn sum<'c>(
    known: &HashMap<&str, usize>,
    total: &str,
    plus: impl Iterator<Item = &'c str>,
    minus: impl Iterator<Item = &'c str>,
) -> Option<Relation> {
    let total = known.get(total).copied()?;
    Some(Relation::Sum { total, plus: all(known, plus)?, minus: all(known, minus)? })
}

fn within(known: &HashMap<&str, usize>, part: &str, whole: &str) -> Option<Relation> {
    Some(Relation::Within { part: known.get(part).copied()?, whole: known.get(whole).copied()? })
}
