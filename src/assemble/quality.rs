//! The quality page: what the checks found in the forms of this collection.

use std::collections::HashMap;

use super::{
    book::{Quality, QualityLine},
    material::Material,
    notes::{designation, form_name},
};
use domain::{Finding, Severity, Tally, Titles};
use words::texts;

/// Lines of findings that are printed; of further findings only the number is printed.
const MOST_FINDINGS: usize = 300;

/// The quality page, the weightiest findings first.
#[must_use]
pub fn quality(material: &Material<'_>) -> Quality {
    let forms = material.template.forms();
    let mut concerned: Vec<&Finding> = material.findings.iter().filter(|f| forms.contains(&&f.form)).collect();
    let weight = |severity: Severity| match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    };
    // The sort is stable: findings of one severity stay in the order of the checks.
    concerned.sort_by_key(|f| weight(f.severity));
    let tally: Tally = concerned.iter().copied().collect();
    let all = concerned.len();
    let mut alike = alike(concerned);
    alike.truncate(MOST_FINDINGS);
    let unprinted = all - alike.iter().map(|(_, times)| times).sum::<usize>();
    let findings = alike.into_iter().map(|(finding, times)| QualityLine {
        finding: finding.clone(),
        form: form_name(material, &finding.form),
        designation: designation(material, &finding.form),
        unit: unit(material, finding),
        rule: rule(material, finding, times),
    });
    Quality { tally, findings: findings.collect(), unprinted, overrides: material.overrides.clone() }
}

/// Findings that would print the same line become one line with their number: the page prints neither period nor
/// agency.
fn alike(findings: Vec<&Finding>) -> Vec<(&Finding, usize)> {
    let mut lines: Vec<(&Finding, usize)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let Finding { rule, severity, form, unit, section, row, column, expected, found, difference, .. } = finding;
        let place = (form, unit, section, row, column);
        let said = (rule, severity, place, (expected, found, difference), &finding.explanation);
        let at = *known.entry(format!("{said:?}")).or_insert(lines.len());
        match lines.get_mut(at) {
            Some((_, times)) => *times += 1,
            None => lines.push((finding, 1)),
        }
    }
    lines
}

fn unit(material: &Material<'_>, finding: &Finding) -> Titles {
    let Some(unit) = &finding.unit else { return material.words.each(|_| "—".to_owned()) };
    if unit.is_republic() {
        return texts::REPUBLIC.titles(material.words);
    }
    let region = material.regions.iter().find(|r| r.unit == *unit);
    region.map_or_else(|| material.words.each(|_| unit.to_string()), |r| r.titles.clone())
}

/// The text of a rule, from the form's template. A rule of every form has a common text, followed by the finding's own
/// explanation, which is in English and quotes the document.
fn rule(material: &Material<'_>, finding: &Finding, times: usize) -> Titles {
    let one = one_rule(material, finding);
    if times == 1 { one } else { one.map(|text| format!("×{times}. {text}")) }
}

fn one_rule(material: &Material<'_>, finding: &Finding) -> Titles {
    let templates = material.form_templates.values();
    let known = templates.flat_map(|t| &t.rules).find(|rule| rule.id == finding.rule);
    if let Some(rule) = known {
        return rule.titles.clone();
    }
    let common = texts::common_rule(&finding.rule);
    material.words.each(|l| match common.map_or("", |common| common.of(l)) {
        "" => finding.explanation.clone(),
        common => format!("{common} [en: {}]", finding.explanation),
    })
}
