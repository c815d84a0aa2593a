//! The error findings of a rule no longer hold a collection back, because a named person says so.

use serde::Serialize;

use super::alone;
use crate::{
    Context, Failure,
    collections::{build, inputs, revisions},
    context::permissions,
    figures::{LoadedDatasets, check},
    status::{report, requirements},
};
use domain::{CollectionId, Fact, Finding, Issue, Period, Role, Severity, parcels};

/// What was let pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverruleReport {
    /// The issue that is worked on: the first, or the revision that comes next.
    pub issue: Issue,
    pub rule: String,
    /// How many findings that lets pass.
    pub findings: usize,
    /// How many of them are about one cell each; the others are about a whole row, column, section or document.
    pub cells: usize,
    /// The findings themselves.
    pub passed: Vec<Finding>,
    /// The rules whose errors still hold the collection back.
    pub left: Vec<String>,
}

/// Lets the error findings of a rule pass for a collection's issue and those after it. The next build takes the mark DRAFT
/// away when no error is left.
///
/// # Errors
/// When the person may not, or no error finding of that rule stands.
pub async fn overrule(
    context: &Context,
    period: Period,
    collection: &CollectionId,
    rule: &str,
    reason: &str,
) -> Result<OverruleReport, Failure> {
    context.person(Role::Approver)?;
    let reason = permissions::reason(reason)?;
    let quarter = requirements::quarter(period)?;
    let due = build::chosen(context, period, std::slice::from_ref(collection))?;
    let due = due.first().ok_or_else(|| Failure::usage(format!("collection `{collection}` is not due")))?;
    alone(context, async {
        let events = report::events_of(context, quarter).await?;
        let first = Issue::first(collection.clone(), due.period);
        let issue = revisions::worked_on(&first, &parcels(&events));
        let findings =
            check::of_quarter(context, &context.catalogue().await?, quarter, &mut LoadedDatasets::default())?;
        let errors: Vec<&Finding> =
            findings.iter().filter(|f| f.severity == Severity::Error && due.term.forms.contains(&f.form)).collect();
        let passed: Vec<Finding> = errors.iter().filter(|f| f.rule == rule).map(|f| (*f).clone()).collect();
        let let_pass = passed.len();
        let cells = passed.iter().filter(|f| f.row.is_some() && f.column.is_some()).count();
        let overridden = inputs::overridden(&events, &issue);
        let mut left: Vec<String> =
            errors.iter().map(|f| f.rule.clone()).filter(|r| r != rule && !overridden.contains(r)).collect();
        left.sort();
        left.dedup();
        if let_pass == 0 {
            let standing =
                if left.is_empty() { "no rule does".into() } else { format!("these rules do: {}", left.join(", ")) };
            return Err(Failure::usage(format!(
                "no error of rule `{rule}` holds `{issue}` back; {standing}; see {}",
                context.call.command("check").option("--period", period)
            )));
        }
        if overridden.contains(rule) {
            return Err(Failure::usage(format!("rule `{rule}` is already overridden for `{issue}`")));
        }
        context.record(&[Fact::Overridden { issue: issue.clone(), rule: rule.to_owned(), reason }]).await?;
        Ok(OverruleReport { issue, rule: rule.to_owned(), findings: let_pass, cells, passed, left })
    })
    .await
}
