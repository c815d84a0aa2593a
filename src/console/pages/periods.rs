//! Periods: what `status` says of one, its checklist, its findings.

use axum::extract::Path;
use serde::Serialize;

use super::{Answered, Query, part};
use crate::{answer::Refused, asked::Asked};
use domain::{Finding, FormId, Period, Severity};
use pipeline::{
    Failure, PastAct, StatusReport, WithdrawScope, acts_in_force, period_status,
    views::{self, FindingsView, KnownPeriod},
};

/// How many findings a page lists.
const LISTED: usize = 200;

#[derive(Serialize)]
struct PeriodsPage {
    periods: Vec<KnownPeriod>,
    /// The quarter that ended last.
    newest: Period,
}

/// The periods of which something is here.
pub async fn list(asked: Asked) -> Answered {
    let page = asked
        .read(async |served| {
            let context = &served.context;
            Ok(PeriodsPage { periods: views::known_periods(context).await?, newest: newest(context)? })
        })
        .await?;
    asked.page("periods.html", &page)
}

/// The quarter that ended last.
///
/// # Errors
/// Never before the year 1991.
pub fn newest(context: &pipeline::Context) -> Result<Period, Failure> {
    let now = Period::containing(context.today(), domain::Periodicity::Quarter);
    Ok(now.ok_or_else(|| Failure::usage("today is in no quarter"))?.before())
}

#[derive(Serialize)]
struct PeriodPage {
    #[serde(flatten)]
    standing: StatusReport,
    /// What people decided in it.
    acts: Vec<PastAct>,
    before: Period,
    after: Period,
}

/// What `status` says of a period.
pub async fn period(asked: Asked, Path(period): Path<String>) -> Answered {
    let period: Period = part(&period)?;
    let page = asked
        .read(async move |served| {
            let context = &served.context;
            let standing = period_status(context, period).await?;
            let period = standing.status.period;
            let scope = WithdrawScope { period: Some(period), ..WithdrawScope::default() };
            let acts = acts_in_force(context, &scope).await?;
            Ok(PeriodPage { standing, acts, before: period.before(), after: period.after() })
        })
        .await?;
    asked.page("period.html", &page)
}

/// What has to be done for a period, in order.
pub async fn checklist(asked: Asked, Path(period): Path<String>) -> Answered {
    let period: Period = part(&period)?;
    let page = asked.read(async move |served| views::checklist(&served.context, period).await).await?;
    asked.page("checklist.html", &page)
}

#[derive(Serialize)]
struct FindingsPage {
    #[serde(flatten)]
    view: FindingsView,
    /// The findings that are chosen and listed.
    listed: Vec<Finding>,
    chosen: usize,
    severity: Option<Severity>,
    form: Option<FormId>,
    rule: Option<String>,
    forms: Vec<FormId>,
    rules: Vec<String>,
    page: usize,
    pages: usize,
}

fn severity(text: &str) -> Result<Severity, Refused> {
    match text {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        "info" => Ok(Severity::Info),
        _ => Err(Refused::form("a finding is an error, a warning or an information")),
    }
}

/// The findings about a period.
pub async fn findings(asked: Asked, Path(period): Path<String>, query: Query) -> Answered {
    let period: Period = part(&period)?;
    let severity = query.one("severity").map(severity).transpose()?;
    let form: Option<FormId> = query.maybe("form")?;
    let rule = query.one("rule").map(str::to_owned);
    let page: usize = query.maybe("page")?.unwrap_or(1).max(1);
    let view = asked.findings(period).await?;
    let is_meant = |finding: &&Finding| {
        severity.is_none_or(|severity| severity == finding.severity)
            && form.as_ref().is_none_or(|form| *form == finding.form)
            && rule.as_ref().is_none_or(|rule| *rule == finding.rule)
    };
    let meant: Vec<&Finding> = view.findings.iter().filter(is_meant).collect();
    let mut forms: Vec<FormId> = view.findings.iter().map(|finding| finding.form.clone()).collect();
    forms.sort();
    forms.dedup();
    let mut rules: Vec<String> = view.findings.iter().map(|finding| finding.rule.clone()).collect();
    rules.sort();
    rules.dedup();
    let shown = FindingsPage {
        listed: meant.iter().skip((page - 1) * LISTED).take(LISTED).map(|finding| (*finding).clone()).collect(),
        chosen: meant.len(),
        pages: meant.len().div_ceil(LISTED).max(1),
        page,
        severity,
        form,
        rule,
        forms,
        rules,
        view: (*view).clone(),
    };
    asked.page("findings.html", &shown)
}
