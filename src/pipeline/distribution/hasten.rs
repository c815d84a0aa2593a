//! Handing over before the hour has come, or without a form or figure: the decision of a named person, with the reason
//! in the journal.
//!
//! In: issues and a reason. Out: facts. Unknown here: what an issue waits for, which `status::ready` decides.

use std::collections::BTreeSet;

use crate::{
    Context, Failure,
    context::permissions,
    distribution::queue::Waiting,
    status::{
        gate::Waits,
        ready::{gate_of, is_hastened},
    },
};
use domain::{Event, Fact, Issue, Right};

/// The reason of a person who decides not to wait, fit for the journal; `None` if nobody does.
///
/// # Errors
/// When the actor is not a person, the person does not have the role, or the reason is not fit for the journal.
pub async fn reason(context: &Context, now: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(reason) = now else { return Ok(None) };
    context.person(Right::Send).await?;
    permissions::reason(reason).map(Some)
}

/// Records that these issues go although they would have to wait.
///
/// # Errors
/// When the ledger fails.
pub async fn record(context: &Context, issues: impl Iterator<Item = &Issue>, reason: &str) -> Result<(), Failure> {
    let fact = |issue: &Issue| Fact::Hastened { issue: issue.clone(), reason: reason.to_owned() };
    context.record(&issues.map(fact).collect::<Vec<_>>()).await
}

/// As [`record`], for a hand-over: records the issues in the queue that would wait and that this run has not recorded
/// yet.
///
/// # Errors
/// When the ledger fails.
pub async fn unless_recorded(
    context: &Context,
    events: &[Event],
    queue: &[Waiting<'_>],
    waits: &[Waits],
    reason: &str,
) -> Result<(), Failure> {
    let is_known = |issue: &Issue| {
        events.iter().filter(|event| event.run == context.run).any(|event| match &event.fact {
            Fact::Hastened { issue: known, .. } => known == issue,
            _ => false,
        })
    };
    let would_wait = |w: &&Waiting<'_>| is_hastened(w.built.into(), gate_of(waits, &w.record.parcel.issue));
    let going: BTreeSet<&Issue> = queue.iter().filter(would_wait).map(|w| &w.record.parcel.issue).collect();
    record(context, going.into_iter().filter(|issue| !is_known(issue)), reason).await
}
