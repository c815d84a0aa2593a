//! What people decide about placements: a second person approves figures, or takes a release back.
//!
//! In: a form for a period, and a reason. Out: a fact. Unknown here: the site, which the next placement builds anew.

use serde::Serialize;

use super::{
    place::{placement_events, recover, settings},
    releases::Reading,
};
use crate::{
    Context, Failure,
    context::{claimed::ClaimedPieces, permissions},
    status::requirements,
};
use domain::{Event, Fact, FormId, Period, Piece, Right, Sha256, releases};

/// How many digits of a hash tell which figures a person saw.
const DIGITS: usize = 12;

/// Figures that a second person approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseApproval {
    pub form: FormId,
    pub period: Period,
    pub revision: u32,
    pub content: Sha256,
}

/// A release that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseWithdrawal {
    pub form: FormId,
    pub period: Period,
    pub revisions: usize,
}

/// Approves the public figures of a form as they are now. `hash`: of the figures as the person saw them, or its first
/// digits.
///
/// # Errors
/// When the person does not have the role, corrected one of the figures, the form is not public or not here, or the
/// figures are not those that the person saw.
pub async fn approve_placement(
    context: &Context,
    form: &FormId,
    period: Period,
    hash: Option<&str>,
    reason: &str,
) -> Result<ReleaseApproval, Failure> {
    context.second_person(Right::ApprovePlacement).await?;
    let reason = permissions::reason(reason)?;
    let period = requirements::form(context.office.regulation(), period, form)?.period;
    let claimed = ClaimedPieces::take(context, [Piece::Place]).await?;
    let done = async {
        let site = settings(context, false);
        if site.public(form).is_none() {
            let message = "is not public: `templates/site/site.toml` keeps it back, and a statistician decides that";
            return Err(Failure::usage(format!("form `{form}` {message}")));
        }
        let events = context.dataset_events().await?;
        refuse_author(context, &events, form, period)?;
        let mut reading = Reading::new(context, &site, events);
        let records = releases(&placement_events(context).await?);
        let record = records.get(&(form.clone(), period));
        let Some(read) = reading.in_use((form, period), record)? else {
            return Err(Failure::usage(format!("no figure of form `{form}` for `{period}` is here")));
        };
        let content = read.figures.content();
        if let Some(hash) = hash.filter(|hash| hash.len() < DIGITS || !content.to_string().starts_with(hash)) {
            return Err(Failure::usage(format!(
                "`{hash}` is not the hash of the public figures of form `{form}` for `{period}`, which is `{content}`: look again at what is to be placed"
            )));
        }
        let revision = record.map_or(0, |record| record.revision_of(&content));
        let fact = Fact::PlacementApproved { form: form.clone(), period, revision, content, reason };
        context.record_holding(&[&claimed], &[fact]).await?;
        Ok(ReleaseApproval { form: form.clone(), period, revision, content })
    }
    .await;
    claimed.after(done).await
}

/// Takes a placed release back. Its figures leave the site with the next placement or `site build`, and its address
/// stays and says so.
///
/// # Errors
/// When the person does not have the role, corrected one of the figures, or the release was not placed.
pub async fn withdraw_placement(
    context: &Context,
    form: &FormId,
    period: Period,
    reason: &str,
) -> Result<ReleaseWithdrawal, Failure> {
    context.person(Right::WithdrawPlacement).await?;
    let reason = permissions::reason(reason)?;
    let period = requirements::form(context.office.regulation(), period, form)?.period;
    let claimed = ClaimedPieces::take(context, [Piece::Place]).await?;
    let done = async {
        recover(context, &claimed).await?;
        refuse_author(context, &context.dataset_events().await?, form, period)?;
        let records = releases(&placement_events(context).await?);
        let record = records.get(&(form.clone(), period)).filter(|record| record.newest().is_some());
        let Some(record) = record else {
            return Err(Failure::usage(format!("form `{form}` for `{period}` was not placed")));
        };
        if let Some((_, why)) = &record.withdrawn {
            return Err(Failure::usage(format!("form `{form}` for `{period}` was taken back already: {why}")));
        }
        let fact = Fact::PlacementWithdrawn { form: form.clone(), period, reason };
        context.record_holding(&[&claimed], &[fact]).await?;
        Ok(ReleaseWithdrawal { form: form.clone(), period, revisions: record.revisions.len() })
    }
    .await;
    claimed.after(done).await
}

/// Refuses a person who corrected or accepted figures of the release: another person decides about them.
fn refuse_author(context: &Context, events: &[Event], form: &FormId, period: Period) -> Result<(), Failure> {
    let is_ours = |event: &&Event| match &event.fact {
        Fact::Corrected { key, .. } | Fact::Accepted { key, .. } => key.form == *form && key.period == period,
        _ => false,
    };
    let mut authors = events.iter().filter(is_ours).map(|event| &event.actor);
    if authors.any(|author| context.is_same_person(author, &context.actor)) {
        return Err(Failure::usage(format!(
            "figures of form `{form}` for `{period}` were decided by `{}`: a second person has to decide about their placement",
            context.actor
        )));
    }
    Ok(())
}
