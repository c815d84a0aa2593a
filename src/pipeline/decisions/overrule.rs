//! Overrules a rule: its error findings no longer hold a collection back, because a named person says so.
//!
//! In: a collection, a rule, and a reason. Out: the findings that pass, and the rules that still hold it back. Unknown
//! here: what a rule checks.

use serde::Serialize;

use crate::{
    Context, Failure,
    collections::{build, inputs, revisions},
    context::{claimed::claiming, permissions},
    figures::{LoadedDatasets, check},
    status::{report, requirements},
};
use domain::{CollectionId, Fact, Finding, Issue, Period, Piece, Right, Severity, parcels};

/// What overruling a rule lets pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverruleReport {
    /// The issue that is worked on: the first, or the next revision.
    pub issue: Issue,
    pub rule: String,
    /// How many findings pass.
    pub findings: usize,
    /// How many of them are about one cell each; the others are about a whole row, column, section or document.
    pub cells: usize,
    /// The findings themselves.
    pub passed: Vec<Finding>,
    /// The rules whose errors still hold the collection back.
    pub left: Vec<String>,
}

/// Lets the error findings of a rule pass for a collection's issue and those after it. The next build removes the mark
/// DRAFT if no error is left.
///
/// # Errors
/// When the person does not have the role, the rule has no error finding, or the rule is overruled already.
pub async fn overrule(
    context: &Context,
    period: Period,
    collection: &CollectionId,
    rule: &str,
    reason: &str,
) -> Result<OverruleReport, Failure> {
    context.person(Right::Override).await?;
    let reason = permissions::reason(reason)?;
    let quarter = requirements::quarter(period)?;
    let due = build::chosen(context, period, std::slice::from_ref(collection))?;
    let due = due.first().ok_or_else(|| Failure::usage(format!("collection `{collection}` is not due")))?;
    let first = Issue::first(collection.clone(), due.period);
    let issue = revisions::worked_on(&first, &parcels(&report::events_of(context, quarter).await?));
    claiming(context, [Piece::Build(issue.clone())], async |claimed| {
        let events = report::events_of(context, quarter).await?;
        revisions::is_still_worked_on(&issue, &parcels(&events))?;
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
        let fact = Fact::Overridden { issue: issue.clone(), rule: rule.to_owned(), reason };
        context.record_holding(&[claimed], &[fact]).await?;
        Ok(OverruleReport { issue, rule: rule.to_owned(), findings: let_pass, cells, passed, left })
    })
    .await
}
