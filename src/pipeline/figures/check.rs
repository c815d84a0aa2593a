//! Checking: what the readers found, and what the rules find.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    config::CheckSetting,
    domain::{DatasetKey, Fact, Finding, FormId, Period, Tally},
    pipeline::{
        Catalogue, Desk, Failure,
        desk::{corrections, progress::Step},
        figures::{Shelf, absent},
        intake::kept,
        standing::needs,
    },
    validate::{Scope, ess, joined, validate},
};

/// What the checks found in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    pub findings: Vec<Finding>,
    pub tally: Tally,
}

/// Checks the forms of a period and records the tally.
///
/// # Errors
/// When a form is unknown, or the store or ledger fails. Bad figures are findings.
pub async fn check(desk: &Desk, period: Period, asked: &[FormId]) -> Result<CheckReport, Failure> {
    let needed = needs::forms(desk.office.regulation(), period, asked)?;
    let catalogue = desk.catalogue().await?;
    let forms: Vec<(FormId, Period)> = needed.iter().map(|n| (n.term.id.clone(), n.period)).collect();
    let findings = findings(desk, &catalogue, &forms, &mut Shelf::default())?;
    let tally = findings.iter().collect();
    if asked.is_empty() {
        let mut by_form: BTreeMap<FormId, Vec<&Finding>> = BTreeMap::new();
        for finding in &findings {
            by_form.entry(finding.form.clone()).or_default().push(finding);
        }
        let forms = by_form.into_iter().map(|(form, found)| (form, found.into_iter().collect())).collect();
        desk.record(&[Fact::Checked { period, findings: tally, forms }]).await?;
    }
    Ok(CheckReport { findings, tally })
}

/// The findings as a validation report of the European Statistical System.
#[must_use]
pub fn ess_report(desk: &Desk, report: &CheckReport) -> serde_json::Value {
    let actor = desk.actor.to_string();
    let agent = concat!("zhinaq ", env!("CARGO_PKG_VERSION"));
    let event = ess::Event { time: desk.now(), actor: &actor, agent, trigger: "check" };
    ess::report(&report.findings, &desk.office.forms, &event)
}

/// The findings about every form that a quarter's run reads. What has to be read for them is put on the shelf.
///
/// # Errors
/// When the store fails.
pub fn of_quarter(
    desk: &Desk,
    catalogue: &Catalogue,
    quarter: Period,
    shelf: &mut Shelf,
) -> Result<Vec<Finding>, Failure> {
    let needed = needs::forms(desk.office.regulation(), quarter, &[])?;
    let forms: Vec<(FormId, Period)> = needed.iter().map(|n| (n.term.id.clone(), n.period)).collect();
    findings(desk, catalogue, &forms, shelf)
}

/// The findings about forms for their periods. What has to be read for them is put on the shelf.
///
/// # Errors
/// When the store fails.
pub fn findings(
    desk: &Desk,
    catalogue: &Catalogue,
    forms: &[(FormId, Period)],
    shelf: &mut Shelf,
) -> Result<Vec<Finding>, Failure> {
    desk.progress.begin(Step::Check, 2);
    let current = of_desk(desk, catalogue, |key| forms.iter().any(|(f, p)| *f == key.form && *p == key.period));
    let compared = of_desk(desk, catalogue, |key| {
        forms.iter().any(|(f, p)| *f == key.form && (key.period == p.year_before() || is_earlier(key.period, *p)))
    });
    let mut findings = Vec::new();
    for key in &current {
        if let Some(edition) = catalogue.current(key) {
            let told = kept::told(desk, edition.snapshot, key)?;
            findings.extend(told.findings.into_iter().filter(|f| is_about(f, key)));
            findings.extend(corrections::findings(catalogue, key));
        }
    }
    findings.extend(absent::findings(desk, catalogue, forms));
    shelf.add(desk, catalogue, &current)?;
    shelf.add(desk, catalogue, &compared)?;
    desk.progress.advance(Step::Check);
    let (now, before) = (shelf.only(&current), shelf.only(&compared));
    let scope = Scope {
        datasets: now.datasets().map(|(dataset, _)| dataset).collect(),
        earlier: before.datasets().map(|(dataset, _)| dataset).collect(),
        templates: &desk.office.forms,
        regions: &desk.office.regions,
    };
    let checked = tokio::task::block_in_place(|| validate(&scope));
    desk.progress.end(Step::Check);
    Ok(weighed(joined(findings, checked), &desk.office.settings.checks))
}

/// Findings as the office weighs them.
fn weighed(findings: Vec<Finding>, checks: &BTreeMap<String, CheckSetting>) -> Vec<Finding> {
    let weigh = |finding: Finding| {
        let setting = checks.get(&finding.rule);
        match setting.filter(|s| s.forms.is_empty() || s.forms.contains(&finding.form)) {
            Some(setting) => setting.severity.map(|severity| Finding { severity, ..finding }),
            None => Some(finding),
        }
    };
    findings.into_iter().filter_map(weigh).collect()
}

fn of_desk(desk: &Desk, catalogue: &Catalogue, wanted: impl Fn(&DatasetKey) -> bool) -> Vec<DatasetKey> {
    let keys = catalogue.all().map(|(key, _)| key);
    keys.filter(|key| key.origin == desk.origin && wanted(key)).cloned().collect()
}

/// Whether a period ends earlier in the same year.
fn is_earlier(period: Period, than: Period) -> bool {
    period.year() == than.year() && period < than
}

/// Whether a finding of a document with several datasets is about one of them, or about the document as a whole.
fn is_about(finding: &Finding, key: &DatasetKey) -> bool {
    finding.unit.as_ref().is_none_or(|u| *u == key.unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Severity;

    #[test]
    fn an_office_weighs_a_rule_for_the_forms_that_it_names() {
        let finding = |rule: &str, form: &str| Finding::about(rule, Severity::Warning, form.parse().unwrap(), "x");
        let told = vec![finding("continuity.flow", "3-k"), finding("continuity.flow", "1-m"), finding("twins", "1-m")];
        let scoped = CheckSetting { severity: Some(Severity::Info), forms: vec!["3-k".parse().unwrap()] };
        let off = CheckSetting { severity: None, forms: vec![] };
        let checks = BTreeMap::from([("continuity.flow".to_owned(), scoped), ("twins".to_owned(), off)]);
        let weights: Vec<Severity> = weighed(told.clone(), &checks).iter().map(|f| f.severity).collect();
        assert_eq!(weights, [Severity::Info, Severity::Warning]);
        assert_eq!(weighed(told.clone(), &BTreeMap::new()), told);
    }
}
