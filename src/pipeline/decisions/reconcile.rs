//! Reconciles the ledger with its witnesses: a person takes in what was handed over and is missing in the ledger.
//!
//! In: the differences between the ledger and its witnesses ([`witnesses`]), and the mailbox that gets a copy of each
//! mail, if the person gives it. Out: the same facts in the ledger, with the time and the run of their origin, and one
//! fact about who took them in and why. Nothing is sent, and nothing is removed from the ledger.

use std::{collections::BTreeSet, path::PathBuf};

use serde::Serialize;

use crate::{
    Context, Failure,
    context::{claimed::claiming, permissions},
    distribution::receipts,
    status::witnesses::{self, UnknownParcel, WitnessComparison},
};
use chrono::{DateTime, Utc};
use distribute::ArchivedMail;
use domain::{Channel, Event, Fact, Origin, Piece, Role, WITNESSED};
use ledger::Filter;

/// The result of a reconciliation.
#[derive(Debug, Clone, Serialize)]
pub struct Reconciliation {
    #[serde(flatten)]
    pub comparison: WitnessComparison,
    /// Whether the difference was taken in; if not, it was only shown.
    pub taken: bool,
}

/// Compares the ledger with all its witnesses. With a reason, what the ledger lacks is taken in.
///
/// # Errors
/// When a reason is given and the person does not have the role, or when the ledger or a witness cannot be read or
/// written.
pub async fn reconcile(
    context: &Context,
    archives: &[PathBuf],
    reason: Option<&str>,
) -> Result<Reconciliation, Failure> {
    let Some(reason) = reason else {
        return Ok(Reconciliation { comparison: compared(context, archives).await?, taken: false });
    };
    context.person(Role::Operator)?;
    let reason = permissions::reason(reason)?;
    // Nobody else sends meanwhile: what a witness has and the ledger lacks is then nobody's work under way.
    claiming(context, [Piece::Office], async |_| take_in(context, archives, reason).await).await
}

async fn take_in(context: &Context, archives: &[PathBuf], reason: String) -> Result<Reconciliation, Failure> {
    let comparison = compared(context, archives).await?;
    let failed = |error| Failure::ours("the ledger could not be written", error);
    for written in comparison.unknown.iter().flat_map(|unknown| &unknown.facts) {
        let fact = std::slice::from_ref(&written.fact);
        context.ledger.append(&written.run, &written.actor, written.at, fact).await.map_err(failed)?;
    }
    // What is unclear is recorded too: the person has looked at it, and the ledger is no longer empty.
    let witnesses: BTreeSet<String> = comparison.unknown.iter().map(|unknown| unknown.witness.clone()).collect();
    let parcels = comparison.unknown.iter().map(|unknown| unknown.parcel.clone()).collect();
    let fact = Fact::Reconciled {
        parcels,
        witnesses: witnesses.into_iter().collect(),
        unclear: comparison.unclear.clone(),
        reason,
    };
    context.record(&[fact]).await?;
    // The journal of sendings gets what only other witnesses contained.
    context.sendings.note(&witnesses::compared(context).await?.unwritten)?;
    Ok(Reconciliation { comparison, taken: true })
}

/// More sendings of one parcel than anybody requests; a header may contain any number.
const MOST_SENDINGS: usize = 20;

const fn attempt(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::Sending { attempt, .. } | Fact::Outcome { attempt, .. } => Some(*attempt),
        _ => None,
    }
}

async fn compared(context: &Context, archives: &[PathBuf]) -> Result<WitnessComparison, Failure> {
    let mut comparison = witnesses::compared(context).await?;
    let events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    for folder in archives {
        for path in receipts::maildir(folder)? {
            let name = format!("`{}`", path.display());
            match receipts::mail_bytes(&path) {
                Ok(bytes) => archived(context.origin, context.now(), &events, &name, &bytes, &mut comparison),
                Err(why) => comparison.unclear.push(format!("{name} {why}")),
            }
        }
    }
    Ok(comparison)
}

/// Adds a mail in the archive that neither the ledger nor another witness contains.
fn archived(
    origin: Origin,
    now: DateTime<Utc>,
    events: &[Event],
    name: &str,
    bytes: &[u8],
    comparison: &mut WitnessComparison,
) {
    let Some(mail) = ArchivedMail::read(bytes) else { return };
    let is_it = |fact: &Fact| matches!(fact, Fact::Sending { message_id: Some(id), .. } if *id == mail.message_id);
    let is_known = events.iter().any(|event| is_it(&event.fact))
        || comparison.unknown.iter().flat_map(|unknown| &unknown.facts).any(|written| is_it(&written.fact));
    if mail.origin != origin || is_known {
        return;
    }
    let at = mail.at.unwrap_or(now);
    let numbered = |number: u32| {
        let has = |fact: &Fact| {
            matches!(fact, Fact::Queued { parcel, copies }
                if *parcel == mail.parcel && copies.iter().any(|copy| copy.number == number))
        };
        events.iter().any(|event| has(&event.fact))
            || comparison.unknown.iter().flat_map(|unknown| &unknown.facts).any(|written| has(&written.fact))
    };
    let missing: Vec<u32> = mail.copies.iter().copied().filter(|number| !numbered(*number)).collect();
    let found: Vec<_> = mail.attached.iter().filter(|copy| missing.contains(&copy.number)).cloned().collect();
    if found.len() < missing.len() {
        comparison.unclear.push(format!(
            "{name} carried {} of `{}`, which the ledger has not numbered and which cannot be read from the mail",
            witnesses::numbers(&missing).are().trim_end_matches(" is").trim_end_matches(" are"),
            mail.parcel
        ));
        return;
    }
    let mut facts = Vec::new();
    if !found.is_empty() {
        facts.push(Fact::Queued { parcel: mail.parcel.clone(), copies: found });
    }
    let evidence = "a copy of the mail lies in the archive's mailbox";
    // The attempts of a later sending come after the request for it.
    let known = || {
        let unknown = comparison.unknown.iter().flat_map(|unknown| &unknown.facts).map(|written| &written.fact);
        events.iter().map(|event| &event.fact).chain(unknown).filter(|fact| fact.witnessed() == Some(&mail.parcel))
    };
    let requested = known().filter(|fact| matches!(fact, Fact::Resend { .. })).count();
    let missing = (mail.sending as usize).saturating_sub(1 + requested);
    let request = Fact::Resend { parcel: mail.parcel.clone(), reason: format!("{name} is sending {}", mail.sending) };
    facts.extend(std::iter::repeat_n(request, missing.min(MOST_SENDINGS)));
    let attempt = if mail.sending > 1 { known().filter_map(attempt).max().unwrap_or_default() + 1 } else { 1 };
    facts.extend(witnesses::went(
        &mail.parcel,
        Channel::Smtp,
        Some(mail.message_id),
        (attempt, &mail.copies),
        evidence,
    ));
    let facts = facts.into_iter().map(|fact| witnesses::taken_from_outside(at, fact)).collect();
    let unknown: Vec<UnknownParcel> = witnesses::by_parcel(facts, name);
    comparison.unknown.extend(unknown);
}
