//! Joins the reader's findings about documents and the checks' findings about figures into one list.
//!
//! In come both lists; out comes one list without repetitions. This module does not know documents.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Agency, ColumnCode, Finding, FormId, Period, RowCode, SectionId, Unit};

/// Rules of the reader whose findings the checks repeat for each place, with the rules of the checks.
const TOLD_AGAIN: [(&str, &[&str]); 8] = [
    ("shape.section-missing", &["shape.section"]),
    ("shape.section-unknown", &["shape.section"]),
    ("shape.edition-unknown", &["shape.edition"]),
    ("shape.columns", &["shape.column", "shape.edition"]),
    ("shape.rows", &["shape.row", "shape.edition"]),
    ("service.key-missing", &["shape.column"]),
    ("figure.text", &["shape.text"]),
    ("figure.more", &["shape.text"]),
];

/// Rules of the reader that say more about a cell than that it contains a text.
const TELLS_MORE: [&str; 3] = ["figure.kind", "figure.no-decimal", "figure.doubtful"];

type Place<'f> = (Document<'f>, Option<&'f SectionId>, Option<&'f RowCode>, Option<&'f ColumnCode>);

fn place(finding: &Finding) -> Place<'_> {
    (document(finding), finding.section.as_ref(), finding.row.as_ref(), finding.column.as_ref())
}

type Document<'f> = (&'f FormId, Option<Period>, Option<&'f Unit>, Option<&'f Agency>);

fn document(finding: &Finding) -> Document<'_> {
    (&finding.form, finding.period, finding.unit.as_ref(), finding.agency.as_ref())
}

/// Joins both lists, sorted by form, period, unit and agency, with the reader's findings first in each. If the checks
/// repeat a finding of the reader about a document or a section, only the findings of the checks are kept. About a cell
/// with an error value, a date or a number that no figure can hold, the reader's finding is kept, because only the
/// reader saw the value.
#[must_use]
pub fn joined(read: Vec<Finding>, checked: Vec<Finding>) -> Vec<Finding> {
    let mut told: BTreeMap<Document<'_>, BTreeSet<(&str, Option<&SectionId>)>> = BTreeMap::new();
    for finding in &checked {
        told.entry(document(finding)).or_default().insert((&finding.rule, finding.section.as_ref()));
    }
    let again = |finding: &Finding| {
        let rules = TOLD_AGAIN.iter().find(|(rule, _)| *rule == finding.rule).map_or(&[][..], |(_, rules)| *rules);
        let section = finding.section.as_ref();
        told.get(&document(finding)).is_some_and(|told| {
            // A finding of the checks about an edition as a whole is about every section.
            told.iter().any(|(rule, there)| {
                rules.contains(rule) && (section.is_none() || there.is_none() || section == *there)
            })
        })
    };
    let more: BTreeSet<Place<'_>> = read.iter().filter(|f| TELLS_MORE.contains(&f.rule.as_str())).map(place).collect();
    let once: Vec<bool> = checked.iter().map(|f| f.rule != "shape.text" || !more.contains(&place(f))).collect();
    let keep: Vec<bool> = read.iter().map(|finding| !again(finding)).collect();
    let read = read.into_iter().zip(keep).filter_map(|(finding, keep)| keep.then_some(finding));
    let mut all: Vec<Finding> = read.collect();
    all.extend(checked.into_iter().zip(once).filter_map(|(finding, once)| once.then_some(finding)));
    // The sort is stable: within a document each list keeps its order.
    all.sort_by(|a, b| document(a).cmp(&document(b)));
    all
}
