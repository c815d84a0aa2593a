//! A finding with its place for sorting; the order of findings, and how many of one kind are listed.
//!
//! In come notes; out come findings in order. This module does not know the rules.

use std::{cmp::Ordering, collections::BTreeMap};

use domain::{Dataset, Finding, Number, Severity};

/// A finding, with the places of its section, row and column in the form.
#[derive(Debug, Clone)]
pub(super) struct Note {
    /// The places of section, row and column, from 1; 0 = the finding does not have this place.
    pub spot: [usize; 3],
    pub finding: Finding,
    /// Whether many findings of this kind in one section are shortened to the first ones and a count.
    pub countable: bool,
}

/// The most findings of one generic rule in one section that are listed one by one; further ones are only counted. A
/// statistician corrects a dozen cells by hand; hundreds mean that the whole section differs.
pub(super) const TOLD_ONE_BY_ONE: usize = 100;

impl Note {
    /// A finding about a dataset as a whole.
    pub fn about(dataset: &Dataset, rule: &str, severity: Severity, explanation: String) -> Self {
        let key = &dataset.key;
        let finding = Finding {
            period: Some(key.period),
            unit: Some(key.unit.clone()),
            agency: Some(key.agency.clone()),
            ..Finding::about(rule, severity, key.form.clone(), explanation)
        };
        Self { spot: [0; 3], finding, countable: false }
    }

    /// The same finding, with the figures that it compares, in thousandths.
    pub fn comparing(mut self, expected: Option<i128>, found: Option<i128>) -> Self {
        self.finding.expected = expected.and_then(number);
        self.finding.found = found.and_then(number);
        self.finding.difference = expected.and_then(|e| number(found.unwrap_or(0) - e));
        self
    }

    /// The same finding, as one of possibly many.
    pub fn countable(mut self) -> Self {
        self.countable = true;
        self
    }

    fn order(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.finding, &other.finding);
        (&a.form, a.period, &a.unit, &a.agency, self.spot, &a.rule)
            .cmp(&(&b.form, b.period, &b.unit, &b.agency, other.spot, &b.rule))
            .then_with(|| a.explanation.cmp(&b.explanation))
    }
}

/// A number from thousandths; `None` if it is too large for a figure.
pub(super) fn number(thousandths: i128) -> Option<Number> {
    i64::try_from(thousandths).ok().map(Number::thousandths)
}

/// The findings in their order. Equal findings are listed once, and long lists of one generic rule are shortened.
pub(super) fn in_order(mut notes: Vec<Note>) -> Vec<Finding> {
    notes.sort_by(Note::order);
    notes.dedup_by(|a, b| a.finding == b.finding);
    let mut totals: BTreeMap<Group, (usize, Finding)> = BTreeMap::new();
    let mut kept = Vec::with_capacity(notes.len());
    for note in notes {
        if note.countable {
            let total = totals.entry(group(&note)).or_insert_with(|| (0, note.finding.clone()));
            total.0 += 1;
            if total.0 > TOLD_ONE_BY_ONE {
                continue;
            }
        }
        kept.push(note);
    }
    for (group, (count, first)) in totals.into_iter().filter(|(_, (count, _))| *count > TOLD_ONE_BY_ONE) {
        let more = count - TOLD_ONE_BY_ONE;
        let section = first.section.as_ref().map_or_else(String::new, |s| format!(" of section {s}"));
        let explanation = format!(
            "{more} more places{section} break `{}`; so many suggest a fault of the whole document, so check the document",
            first.rule
        );
        let (row, column, expected, found, difference) = (None, None, None, None, None);
        let more = Some(more);
        let finding = Finding { row, column, expected, found, difference, explanation, more, ..first };
        // After the last row of the section, because it ends the list that it continues.
        kept.push(Note { spot: [group.4, usize::MAX, 0], finding, countable: false });
    }
    kept.sort_by(Note::order);
    kept.into_iter().map(|note| note.finding).collect()
}

type Group = (String, Option<domain::Period>, String, String, usize, String);

fn group(note: &Note) -> Group {
    let finding = &note.finding;
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    (
        finding.form.to_string(),
        finding.period,
        text(finding.unit.as_ref().map(domain::Unit::as_str)),
        text(finding.agency.as_ref().map(domain::Agency::as_str)),
        note.spot[0],
        // Errors are counted separately, so that warnings cannot take their places in the list.
        format!("{} {}", finding.severity, finding.rule),
    )
}
