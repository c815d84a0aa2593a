//! Notices about people: applications that wait for a decision, reviews that are due. In: a context. Out: notices. Unknown
//! here: who decides.

use chrono::TimeDelta;

use crate::{
    Context, Failure, review_state,
    status::notice::{NoticeKind, NoticeSubject, StatusNotice, named},
};
use domain::{Role, Severity, Standing, counted};

/// An application is decided within a day.
const DECIDED_WITHIN: TimeDelta = TimeDelta::hours(24);

/// What waits for an administrator or for the head.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) async fn of_people(context: &Context) -> Result<Vec<StatusNotice>, Failure> {
    let mut notices = Vec::new();
    let standings = context.standings().await?;
    let waiting: Vec<&Standing> = standings.values().filter(|standing| standing.asked.is_some()).collect();
    let first = waiting.iter().filter_map(|standing| Some(standing.asked.as_ref()?.at)).min();
    if let Some(first) = first {
        let is_late = context.now() - first > DECIDED_WITHIN;
        let who = named(waiting.iter().map(|standing| &standing.account));
        let waits = if waiting.len() == 1 { "waits" } else { "wait" };
        let late = if is_late { " for longer than a day" } else { "" };
        let text = format!("{} for access {waits}{late}: {who}", counted(waiting.len(), "application"));
        let severity = if is_late { Severity::Warning } else { Severity::Info };
        let subject = |standing: &&Standing| {
            let roles = standing.asked.as_ref().map_or_else(String::new, |asked| Role::list(&asked.roles));
            NoticeSubject::new(&standing.account, roles)
        };
        let subjects = waiting.iter().map(subject).collect();
        let notice = StatusNotice::of(NoticeKind::Access, severity, text).about(subjects).since(Some(first));
        notices.push(notice.with(context.call.command("person list")));
    }
    let review = review_state(context).await?;
    if let Some(from) = review.next_from.filter(|_| review.is_due) {
        let text =
            format!("the monthly review of what people did is due, from {from}: an auditor signs it in the console");
        notices.push(StatusNotice::info(NoticeKind::Access, text));
    }
    Ok(notices)
}
