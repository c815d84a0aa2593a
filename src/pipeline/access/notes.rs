//! What else the journal of the console needs: the monthly review, planned works, downloads. In: who did what. Out: a fact, or
//! what follows from such facts. Unknown here: how it is shown.

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use serde::Serialize;

use super::{
    deciding::{decide, permit},
    session::SignedPerson,
};
use crate::{Context, Failure, context::permissions};
use domain::{Actor, Fact, Right, Sha256, SignedReview};
use ledger::{AccessAct, Filter};

/// Works on the system that people have to know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedWork {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub what: String,
    /// Who announced it.
    pub by: String,
}

/// Whether the head has looked through what people did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewState {
    /// The last day that was reviewed.
    pub reviewed_to: Option<NaiveDate>,
    /// The first day of the next review.
    pub next_from: Option<NaiveDate>,
    /// Whether a whole month has passed since the last day that was reviewed, or since the first entry of a person.
    pub is_due: bool,
}

/// Records that the head looked through what people did, from one day to another, both included.
///
/// # Errors
/// When the person is not an auditor, or the days are not a time that has passed.
pub async fn sign_review(
    context: &Context,
    by: &Actor,
    (from, to): (NaiveDate, NaiveDate),
    remark: Option<&str>,
) -> Result<(), Failure> {
    let remark = remark.map(str::trim).filter(|remark| !remark.is_empty()).map(permissions::reason).transpose()?;
    let today = context.today();
    if from > to || to >= today {
        return Err(Failure::usage(format!(
            "a review is about days that have passed: from {from} to {to} is not before {today}"
        )));
    }
    let upto = context.last_seq().await?;
    let account = by.account().map(|account| account.name.clone()).unwrap_or_default();
    decide(context, by, (&account, None), |seen| {
        permit(context, seen, by, Right::Review)?;
        Ok(AccessAct { facts: vec![Fact::ReviewSigned(SignedReview { from, to, upto, remark })], changes: Vec::new() })
    })
    .await?;
    Ok(())
}

/// How far the reviews are.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn review_state(context: &Context) -> Result<ReviewState, Failure> {
    let events = context.events(&Filter::default().kinds(&["review-signed", "signed-in"])).await?;
    let day = |at: DateTime<Utc>| at.with_timezone(&context.office.zone).date_naive();
    let reviewed_to = events.iter().filter_map(|event| match event.fact {
        Fact::ReviewSigned(SignedReview { to, .. }) => Some(to),
        _ => None,
    });
    let reviewed_to = reviewed_to.max();
    let first = events.iter().find(|event| matches!(event.fact, Fact::SignedIn { .. })).map(|event| day(event.at));
    let next_from = reviewed_to.and_then(|to| to.checked_add_days(Days::new(1))).or(first);
    let today = context.today();
    let is_due = next_from.and_then(|from| from.checked_add_months(Months::new(1))).is_some_and(|due| due <= today);
    Ok(ReviewState { reviewed_to, next_from, is_due })
}

/// Announces works on the system.
///
/// # Errors
/// When the person is not an operator, or the time is over or ends before it begins.
pub async fn plan_work(
    context: &Context,
    by: &Actor,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    what: &str,
) -> Result<(), Failure> {
    let what = permissions::reason(what)?;
    if from >= to || to <= context.now() {
        return Err(Failure::usage("planned works begin before they end, and end in the future"));
    }
    context.person_as(by, Right::PlanWork).await?;
    context.record_as(by, &[Fact::PlannedWork { from, to, what }]).await
}

/// The works that are planned or under way, the next ones first.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn planned_works(context: &Context) -> Result<Vec<PlannedWork>, Failure> {
    let now = context.now();
    let events = context.events(&Filter::default().kinds(&["planned-work"])).await?;
    let mut works: Vec<PlannedWork> = events
        .into_iter()
        .filter_map(|event| match event.fact {
            Fact::PlannedWork { from, to, what } if to > now => {
                Some(PlannedWork { from, to, what, by: event.actor.to_string() })
            }
            _ => None,
        })
        .collect();
    works.sort_by_key(|work| work.from);
    Ok(works)
}

/// Records that a person took a file out of the console.
///
/// # Errors
/// When the ledger cannot be written: then the file is not given out.
pub async fn note_download(
    context: &Context,
    person: &SignedPerson,
    what: &str,
    (file, bytes): (Sha256, u64),
) -> Result<(), Failure> {
    let what = permissions::reason(what)?;
    context.record_as(&person.actor, &[Fact::Downloaded { what, file, bytes }]).await
}
