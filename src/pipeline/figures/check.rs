//! Checks figures: what the readers found, and what the rules find.
//!
//! In: forms with their periods, the catalogue. Out: findings with the weights of the office. Unknown here: which rules
//! a person overruled for an issue.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Catalogue, Context, Failure,
    context::{catalogue::Edition, corrections, progress::Step},
    figures::{LoadedDatasets, absent, compared as comparisons},
    intake::readings,
    status::requirements,
};
use config::CheckSetting;
use domain::{
    Agency, DatasetKey, Edition as FormEdition, Fact, Finding, FormId, Origin, Period, Severity, Sha256, Tally,
};
use store::Artifacts;
use validate::{Scope, ess, joined, validate};

/// The rule for a document that contradicts itself; once a person accepted the document, this is settled.
const DISAGREEMENT: &str = "identity.disagreement";

/// What the checks found in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    pub findings: Vec<Finding>,
    pub tally: Tally,
    /// How many datasets were checked.
    pub datasets: usize,
    /// Documents that wait for a person; they were not checked.
    pub held: usize,
}

/// Checks the forms of a period. Records the tally if every form is checked.
///
/// # Errors
/// When a form is unknown, or the store or ledger fails. Bad figures are findings.
pub async fn check(context: &Context, period: Period, asked: &[FormId]) -> Result<CheckReport, Failure> {
    let needed = requirements::forms(context.office.regulation(), period, asked)?;
    let catalogue = context.catalogue().await?;
    let forms: Vec<(FormId, Period)> = needed.iter().map(|n| (n.term.id.clone(), n.period)).collect();
    let findings = findings(context, &catalogue, &forms, &mut LoadedDatasets::default())?;
    let tally = findings.iter().collect();
    if asked.is_empty() {
        let mut by_form: BTreeMap<FormId, Vec<&Finding>> = BTreeMap::new();
        for finding in &findings {
            by_form.entry(finding.form.clone()).or_default().push(finding);
        }
        let forms = by_form.into_iter().map(|(form, found)| (form, found.into_iter().collect())).collect();
        context.record(&[Fact::Checked { period, findings: tally, forms }]).await?;
    }
    let of_forms = |key: &DatasetKey| forms.iter().any(|(f, p)| *f == key.form && *p == key.period);
    let datasets = of_desk(context.origin, &catalogue, of_forms).len();
    let held: BTreeSet<Sha256> = held(context, &catalogue, of_forms).map(|(_, document)| document.snapshot).collect();
    Ok(CheckReport { findings, tally, datasets, held: held.len() })
}

/// The findings as a validation report of the European Statistical System.
#[must_use]
pub fn ess_report(context: &Context, report: &CheckReport) -> serde_json::Value {
    let actor = context.actor.to_string();
    let agent = concat!("zhinaq ", env!("CARGO_PKG_VERSION"));
    let event = ess::EssEvent { time: context.now(), actor: &actor, agent, trigger: "check" };
    ess::report(&report.findings, &context.office.forms, &event)
}

/// The findings about every form that a quarter's run reads. Datasets that are read for them are added to `loaded`.
///
/// # Errors
/// When the store fails.
pub fn of_quarter(
    context: &Context,
    catalogue: &Catalogue,
    quarter: Period,
    loaded: &mut LoadedDatasets,
) -> Result<Vec<Finding>, Failure> {
    let needed = requirements::forms(context.office.regulation(), quarter, &[])?;
    let forms: Vec<(FormId, Period)> = needed.iter().map(|n| (n.term.id.clone(), n.period)).collect();
    findings(context, catalogue, &forms, loaded)
}

/// The findings about forms for their periods. Datasets that are read for them are added to `loaded`.
///
/// # Errors
/// When the store fails.
pub fn findings(
    context: &Context,
    catalogue: &Catalogue,
    forms: &[(FormId, Period)],
    loaded: &mut LoadedDatasets,
) -> Result<Vec<Finding>, Failure> {
    context.progress.begin(Step::Check, 2);
    let current =
        of_desk(context.origin, catalogue, |key| forms.iter().any(|(f, p)| *f == key.form && *p == key.period));
    let compared = of_desk(context.origin, catalogue, |key| {
        forms.iter().any(|(f, p)| *f == key.form && (key.period == p.year_before() || is_earlier(key.period, *p)))
    });
    let mut findings = of_readers(context, catalogue, &current)?;
    findings.extend(current.iter().flat_map(|key| corrections::findings(catalogue, key)));
    let wanted = |key: &DatasetKey| forms.iter().any(|(f, p)| *f == key.form && *p == key.period);
    findings.extend(
        held(context, catalogue, wanted).map(|(key, document)| waiting(&context.artifacts, catalogue, key, document)),
    );
    findings.extend(absent::findings(context, catalogue, forms));
    loaded.add(context, catalogue, &current)?;
    loaded.add(context, catalogue, &compared)?;
    let weigh = |findings| weighed(findings, &context.office.settings.checks);
    let doubtful = comparisons::findings(context, catalogue, forms, loaded, weigh)?;
    context.progress.advance(Step::Check);
    let (now, before) = (loaded.only(&current), loaded.only(&compared));
    let scope = Scope {
        datasets: now.datasets().map(|(dataset, _)| dataset).collect(),
        earlier: before.datasets().map(|(dataset, _)| dataset).collect(),
        templates: &context.office.forms,
        regions: &context.office.regions,
    };
    let checked = tokio::task::block_in_place(|| validate(&scope));
    context.progress.end(Step::Check);
    findings.extend(doubtful);
    Ok(weigh(joined(findings, checked)))
}

/// Findings with the severities that the office sets; a rule that is switched off gives none.
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

pub(super) fn of_desk(origin: Origin, catalogue: &Catalogue, wanted: impl Fn(&DatasetKey) -> bool) -> Vec<DatasetKey> {
    let keys = catalogue.all().map(|(key, _)| key);
    keys.filter(|key| key.origin == origin && wanted(key)).cloned().collect()
}

/// The documents of a context that wait for a person.
pub(super) fn held<'c>(
    context: &'c Context,
    catalogue: &'c Catalogue,
    wanted: impl Fn(&DatasetKey) -> bool + 'c,
) -> impl Iterator<Item = (&'c DatasetKey, &'c Edition)> {
    catalogue.held().filter(move |(key, _)| key.origin == context.origin && wanted(key))
}

/// The finding about a document that waits. A document that contradicts figures in use makes those doubtful.
pub(super) fn waiting(artifacts: &Artifacts, catalogue: &Catalogue, key: &DatasetKey, document: &Edition) -> Finding {
    let contradicts = catalogue.current(key).is_some_and(|e| document.rivals.contains(&e.snapshot));
    let (rule, severity) =
        if contradicts { ("identity.conflict", Severity::Error) } else { ("identity.held", Severity::Warning) };
    let name = artifacts.receipts(&document.snapshot).ok().and_then(|r| r.first().map(|r| r.meta.name.clone()));
    let name = name.unwrap_or_else(|| document.snapshot.short());
    let why = document.held.clone().unwrap_or_default();
    let words = format!("document `{name}` waits for a person and was not checked: {why}");
    Finding {
        period: Some(key.period),
        unit: Some(key.unit.clone()),
        agency: Some(key.agency.clone()),
        ..Finding::about(rule, severity, key.form.clone(), words)
    }
}

/// Whether a period ends earlier in the same year.
fn is_earlier(period: Period, than: Period) -> bool {
    period.year() == than.year() && period < than
}

/// What the readers found in the documents in use, each finding once. Findings about a unit without figures are
/// included.
///
/// An answer of a service is one document for many units, and a later answer may have replaced it for some of them
/// only. Findings about an answer as a whole, and about units without figures, count if they are of the latest answer.
/// Findings about a unit count if they are of the answer that its figures come from.
pub(super) fn of_readers(
    context: &Context,
    catalogue: &Catalogue,
    current: &[DatasetKey],
) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let mut answers: BTreeMap<(&FormId, Period, &Agency), BTreeMap<Sha256, Vec<&DatasetKey>>> = BTreeMap::new();
    for key in current {
        let Some(edition) = catalogue.current(key) else { continue };
        if edition.edition == FormEdition::service() {
            let documents = answers.entry((&key.form, key.period, &key.agency)).or_default();
            documents.entry(edition.snapshot).or_default().push(key);
        } else {
            let told = readings::told(context, edition.snapshot, key)?;
            let passed = |f: &Finding| edition.accepted && f.rule == DISAGREEMENT;
            findings.extend(told.findings.into_iter().filter(|f| is_about(f, key) && !passed(f)));
        }
    }
    for documents in answers.values() {
        let latest = documents.keys().max_by_key(|snapshot| received(&context.artifacts, snapshot)).copied();
        for (snapshot, keys) in documents {
            let Some(first) = keys.first() else { continue };
            let counts = |finding: &Finding| match &finding.unit {
                Some(unit) if keys.iter().any(|key| key.unit == *unit) => true,
                _ => latest == Some(*snapshot),
            };
            findings.extend(readings::told(context, *snapshot, first)?.findings.into_iter().filter(counts));
        }
    }
    Ok(findings)
}

/// When a document was received last.
fn received(artifacts: &Artifacts, snapshot: &Sha256) -> Option<DateTime<Utc>> {
    artifacts.receipts(snapshot).ok()?.iter().map(|receipt| receipt.meta.received).max()
}

/// Whether a finding in a document is about the dataset that was made from it.
fn is_about(finding: &Finding, key: &DatasetKey) -> bool {
    finding.unit.as_ref().is_none_or(|u| *u == key.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

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
