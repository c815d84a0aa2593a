//! Readdresses parcels: what waits for an organ that has ended is withdrawn, and its successor gets as many copies.
//!
//! A numbered copy contains the name of its organ, so it cannot go to another organ. It stays in the register under its
//! number as withdrawn, with the successor. The successor's new copies are numbered after those that it has.
//!
//! In: a parcel or an organ, and a reason. Out: the withdrawn copies, and the copies of the successor. Unknown here:
//! how parcels are sent.

use std::collections::BTreeSet;

use serde::Serialize;

use super::settle::unknown;
use crate::{
    Context, Failure,
    context::{
        claimed::{ClaimedPieces, claiming},
        permissions,
    },
    distribution::{
        interrupted,
        number_copies::{CopyBatch, PrintedCopy, numbered},
        repair,
    },
    status::{
        entitlements::{self, Share},
        report, requirements,
    },
};
use domain::{
    CopyStanding, Fact, Language, OrganId, ParcelId, ParcelRecord, Period, Piece, Recipient, Right, Sha256, issues,
    overtaken_by, parcels,
};
use store::ArtifactKey;

/// Which parcels are meant: one, or all that wait for an organ.
#[derive(Debug, Clone)]
pub enum ReaddressScope {
    Parcel(ParcelId),
    Organ { period: Period, organ: OrganId },
}

/// A parcel that was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readdressing {
    pub parcel: ParcelId,
    /// The copies that no longer go.
    pub withdrawn: Vec<u32>,
    /// The successor's parcel; `None` if there is no successor.
    pub to: Option<ParcelId>,
    /// The copies that were numbered for it.
    pub copies: Vec<u32>,
}

/// Withdraws what waits for an organ that has ended, and numbers as many copies for its successor. Hands nothing
/// over. A dry run changes nothing, and shows the numbers that the copies would get.
///
/// # Errors
/// When the person does not have the role, the organ has not ended, nothing waits for it, a copy of it is uncertain, or
/// the master of the copies is missing.
pub async fn readdress(
    context: &Context,
    scope: &ReaddressScope,
    reason: &str,
    dry_run: bool,
) -> Result<Vec<Readdressing>, Failure> {
    context.person(Right::Readdress).await?;
    let reason = permissions::reason(reason)?;
    let (period, organ) = match scope {
        ReaddressScope::Parcel(parcel) => (parcel.issue.period, &parcel.organ),
        ReaddressScope::Organ { period, organ } => (*period, organ),
    };
    let quarter = requirements::quarter(period)?;
    let successor = entitlements::successor(context.office.regulation(), organ, context.today())?;
    if !dry_run {
        interrupted::mend(context, quarter).await?;
    }
    let waiting = meant(context, quarter, scope).await?;
    let touched: BTreeSet<Piece> =
        if dry_run { BTreeSet::new() } else { waiting.iter().flat_map(|parcel| touched(parcel, successor)).collect() };
    claiming(context, touched, async |claimed| {
        if meant(context, quarter, scope).await? != waiting {
            let why = format!("what waits for organ `{organ}` changed just now: give the command again");
            return Err(Failure::usage(why).coded("busy"));
        }
        let mut done = Vec::new();
        for parcel in &waiting {
            done.push(move_on(context, quarter, (parcel, successor), (&reason, dry_run), claimed).await?);
        }
        Ok(done)
    })
    .await
}

/// The pieces that a move touches: the parcel, that of the successor, and the register that gets its new copies.
fn touched(parcel: &ParcelId, successor: Option<&Recipient>) -> Vec<Piece> {
    let issue = &parcel.issue;
    let mut pieces = vec![Piece::Hand(parcel.clone()), Piece::Stamp(issue.clone())];
    let to = successor.map(|recipient| ParcelId { issue: issue.clone(), organ: recipient.id.clone() });
    pieces.extend(to.map(Piece::Hand));
    pieces
}

async fn meant(context: &Context, quarter: Period, scope: &ReaddressScope) -> Result<Vec<ParcelId>, Failure> {
    let records = parcels(&report::events_of(context, quarter).await?);
    let chosen: Vec<&ParcelRecord> = match scope {
        ReaddressScope::Parcel(parcel) => vec![records.get(parcel).ok_or_else(|| unknown(&context.call, parcel))?],
        ReaddressScope::Organ { organ, .. } => records.values().filter(|r| r.parcel.organ == *organ).collect(),
    };
    if let Some(first) = chosen.iter().find(|r| !r.uncertain().is_empty()) {
        return Err(Failure::usage(format!(
            "parcel `{}` is uncertain: settle it first with {}, or --not-handed, for what was taken is not withdrawn",
            first.parcel,
            context.call.command("settle").option("--parcel", &first.parcel).flag("--handed").asked("--evidence")
        )));
    }
    let waits = |r: &&&ParcelRecord| {
        let is_open = r.again.is_some() || waiting(r).next().is_some();
        is_open && overtaken_by(&r.parcel.issue, &records).is_none()
    };
    let meant: Vec<ParcelId> = chosen.iter().filter(waits).map(|r| r.parcel.clone()).collect();
    match (meant.is_empty(), scope) {
        (false, _) => Ok(meant),
        (true, ReaddressScope::Parcel(parcel)) => {
            Err(Failure::usage(format!("no copy of parcel `{parcel}` waits; its state is `{}`", chosen[0].state)))
        }
        (true, ReaddressScope::Organ { organ, .. }) => {
            Err(Failure::usage(format!("no parcel waits for organ `{organ}` in `{quarter}`")))
        }
    }
}

/// The copies that were not handed over.
fn waiting(record: &ParcelRecord) -> impl Iterator<Item = &CopyStanding> {
    record.counted().filter(|copy| !copy.state.is_handed())
}

async fn move_on(
    context: &Context,
    quarter: Period,
    (parcel, successor): (&ParcelId, Option<&Recipient>),
    (reason, dry_run): (&str, bool),
    claimed: &ClaimedPieces,
) -> Result<Readdressing, Failure> {
    let events = report::events_of(context, quarter).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let record = records.get(parcel).ok_or_else(|| unknown(&context.call, parcel))?;
    let open: Vec<&CopyStanding> = waiting(record).collect();
    let withdrawn: Vec<u32> = open.iter().map(|copy| copy.record.number).collect();
    let organ = successor.map(|recipient| recipient.id.clone());
    let to = organ.clone().map(|organ| ParcelId { issue: parcel.issue.clone(), organ });
    let mut facts = Vec::new();
    if let (Some(recipient), Some(to), Some(first)) = (successor, &to, open.first()) {
        let built = issues.get(&parcel.issue).ok_or_else(|| unknown(&context.call, parcel))?;
        let origin = origin(context, parcel, first, built.content_id)?;
        let language = context.office.settings.language_of(&recipient.id);
        let language = if built.masters.contains_key(&(language, origin.held)) { language } else { origin.language };
        let share = Share { recipient, copies: open.len() as u32, language };
        let after = records.get(to).and_then(|r| r.copies.iter().map(|c| c.record.number).max()).unwrap_or_default();
        if dry_run {
            let copies = (after + 1..=after + share.copies).collect();
            return Ok(Readdressing { parcel: parcel.clone(), to: Some(to.clone()), withdrawn, copies });
        }
        let print = PrintedCopy { issue: &parcel.issue, content_id: built.content_id, profile: &origin.profile };
        facts.extend(numbered(context, &print, &[CopyBatch { share, held: origin.held, after }])?);
    }
    let copies = facts.iter().flat_map(|fact| match fact {
        Fact::Queued { copies, .. } => copies.iter().map(|copy| copy.number).collect(),
        _ => Vec::new(),
    });
    let copies = copies.collect();
    if dry_run {
        return Ok(Readdressing {
            parcel: parcel.clone(),
            to: to.filter(|_| !withdrawn.is_empty()),
            withdrawn,
            copies,
        });
    }
    facts.push(Fact::Readdressed {
        parcel: parcel.clone(),
        to: organ.filter(|_| !withdrawn.is_empty()),
        copies: withdrawn.clone(),
        reason: reason.to_owned(),
    });
    context.record_holding(&[claimed], &facts).await?;
    Ok(Readdressing { parcel: parcel.clone(), to: to.filter(|_| !withdrawn.is_empty()), withdrawn, copies })
}

/// The master that a copy was stamped from.
struct OriginOf {
    language: Language,
    profile: String,
    held: Option<u32>,
}

fn origin(context: &Context, parcel: &ParcelId, copy: &CopyStanding, content_id: Sha256) -> Result<OriginOf, Failure> {
    let language = copy.record.language().unwrap_or_else(|| context.office.settings.language_of(&parcel.organ));
    match tokio::task::block_in_place(|| repair::again(context, parcel, &copy.record, language, content_id)) {
        Some((ArtifactKey::Master { language, profile, held, .. }, _)) => Ok(OriginOf { language, profile, held }),
        _ => Err(Failure::usage(format!(
            "the master of `{}` in the output is missing or was changed; restore it from a backup, then readdress again",
            parcel.issue
        ))),
    }
}
