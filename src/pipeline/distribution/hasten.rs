//! Handing over before the hour has come, or what has no form or figure in it: a named person's decision, with its reason
//! in the journal.

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
use domain::{Event, Fact, Issue, Role};

/// The reason of a person who wants no waiting, fit for the journal; nothing where nobody does.
///
/// # Errors
/// When it is no person who asks, the person may not, or the reason is none.
pub fn reason(context: &Context, now: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(reason) = now else { return Ok(None) };
    context.person(Role::Operator)?;
    permissions::reason(reason).map(Some)
}

/// Writes down that these issues go although they would have to wait.
///
/// # Errors
/// When the ledger fails.
pub async fn record(context: &Context, issues: impl Iterator<Item = &Issue>, reason: &str) -> Result<(), Failure> {
    let fact = |issue: &Issue| Fact::Hastened { issue: issue.clone(), reason: reason.to_owned() };
    context.record(&issues.map(fact).collect::<Vec<_>>()).await
}

/// The same for a hand-over: of the issues whose parcels go, those that would wait and that no run has written down just now.
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
