//! The findings about a period. In: the figures in use. Out: findings, what they hold back, and who let them pass. Nothing
//! is recorded: `check` does that. Unknown here: how a finding is found.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Context, Failure,
    figures::{LoadedDatasets, check::findings as found},
    status::requirements,
};
use domain::{CollectionId, Fact, Finding, FormId, Issue, Period, Severity, Tally, in_force};
use ledger::Filter;

/// The findings about a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingsView {
    /// A quarter, or a month between quarters.
    pub period: Period,
    /// The last entry of the journal that it is made from.
    pub seq: i64,
    /// How many datasets were looked at.
    pub datasets: usize,
    pub tally: Tally,
    pub findings: Vec<Finding>,
    /// The rules whose errors hold a collection back, unless they were overridden.
    pub holds: Vec<RuleHold>,
    /// What people let pass.
    pub overrides: Vec<OverrideLine>,
}

/// A rule with error findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleHold {
    pub rule: String,
    pub findings: usize,
    pub forms: Vec<FormId>,
    /// The collections with these forms.
    pub collections: Vec<CollectionId>,
}

/// A rule whose errors a person let pass for an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverrideLine {
    /// Its place in the journal, to take it back.
    pub seq: i64,
    pub issue: Issue,
    pub rule: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// The findings about a period, as they are with the figures of now.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn findings(context: &Context, period: Period) -> Result<FindingsView, Failure> {
    let period = requirements::quarter(period).unwrap_or(period);
    let regulation = context.office.regulation();
    let seq = context.last_seq().await?;
    let catalogue = context.catalogue().await?;
    let needed = requirements::forms(regulation, period, &[])?;
    let forms: Vec<(FormId, Period)> = needed.iter().map(|needed| (needed.term.id.clone(), needed.period)).collect();
    let mut loaded = LoadedDatasets::default();
    let findings = found(context, &catalogue, &forms, &mut loaded)?;
    let is_of_now = |form: &FormId, of: Period| forms.iter().any(|(f, p)| f == form && *p == of);
    let datasets = loaded.datasets().filter(|(dataset, _)| is_of_now(&dataset.key.form, dataset.key.period)).count();
    Ok(FindingsView {
        period,
        seq,
        datasets,
        tally: findings.iter().collect(),
        holds: holds(context, period, &findings),
        overrides: overrides(context, period).await?,
        findings,
    })
}

/// The place of the last entry about overridden rules, and about acts that were taken back; 0 if there is none.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn last_override(context: &Context) -> Result<i64, Failure> {
    let events = context.events(&Filter::default().kinds(&["overridden", "withdrawn"])).await?;
    Ok(events.last().map_or(0, |event| event.seq))
}

fn holds(context: &Context, period: Period, findings: &[Finding]) -> Vec<RuleHold> {
    let due = requirements::collections(context.office.regulation(), period);
    let mut rules: BTreeMap<&str, RuleHold> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        let hold = rules.entry(&finding.rule).or_insert_with(|| RuleHold {
            rule: finding.rule.clone(),
            findings: 0,
            forms: Vec::new(),
            collections: Vec::new(),
        });
        hold.findings += 1;
        if !hold.forms.contains(&finding.form) {
            hold.forms.push(finding.form.clone());
        }
        let with_form = due.iter().filter(|due| due.term.forms.contains(&finding.form)).map(|due| &due.term.id);
        for collection in with_form {
            if !hold.collections.contains(collection) {
                hold.collections.push(collection.clone());
            }
        }
    }
    rules.into_values().collect()
}

async fn overrides(context: &Context, period: Period) -> Result<Vec<OverrideLine>, Failure> {
    let events = context.events(&Filter::default().kinds(&["overridden", "withdrawn"])).await?;
    let of_period = |issue: &Issue| requirements::quarter(issue.period).is_ok_and(|quarter| quarter == period);
    let line = |event: &domain::Event| match &event.fact {
        Fact::Overridden { issue, rule, reason } if of_period(issue) => Some(OverrideLine {
            seq: event.seq,
            issue: issue.clone(),
            rule: rule.clone(),
            by: event.actor.to_string(),
            at: event.at,
            reason: reason.clone(),
        }),
        _ => None,
    };
    Ok(in_force(&events).filter_map(line).collect())
}
