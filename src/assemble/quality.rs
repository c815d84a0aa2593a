//! The quality page: what the checks had to say about the forms of this collection.

use super::{
    book::{Quality, QualityLine},
    material::Material,
    notes::form_name,
    prose::each,
    words,
};
use crate::domain::{Finding, Language, Severity, Tally, Titles};

/// Findings printed; beyond these only their number, for nobody reads on.
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
    // Stable: within one weight the order of the checks.
    concerned.sort_by_key(|f| weight(f.severity));
    let tally: Tally = concerned.iter().copied().collect();
    let unprinted = concerned.len().saturating_sub(MOST_FINDINGS);
    let findings = concerned.into_iter().take(MOST_FINDINGS).map(|finding| QualityLine {
        finding: finding.clone(),
        form: form_name(material, &finding.form),
        unit: unit(material, finding),
        rule: rule(material, finding),
    });
    Quality { tally, findings: findings.collect(), unprinted, overrides: material.overrides.clone() }
}

fn unit(material: &Material<'_>, finding: &Finding) -> Titles {
    let Some(unit) = &finding.unit else { return each(|_| "—".to_owned()) };
    if unit.is_republic() {
        return words::REPUBLIC.titles();
    }
    let region = material.regions.iter().find(|r| r.unit == *unit);
    region.map_or_else(|| each(|_| unit.to_string()), |r| r.titles.clone())
}

/// What the rule says, in the words of the form's template; for rules of every form in common words, with the finding's
/// own explanation, which is English and quotes the document.
fn rule(material: &Material<'_>, finding: &Finding) -> Titles {
    let templates = material.form_templates.values();
    let known = templates.flat_map(|t| &t.rules).find(|rule| rule.id == finding.rule);
    if let Some(rule) = known {
        return rule.titles.clone();
    }
    let common = words::common_rule(&finding.rule);
    each(|language| match (language, common) {
        (Language::En, _) | (_, None) => finding.explanation.clone(),
        (language, Some(common)) => format!("{} [en: {}]", common.of(language), finding.explanation),
    })
}
