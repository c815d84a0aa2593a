//! Hands a parcel over again, because a person says so: the same bytes under the same numbers, in a mail of its own, with
//! its own Message-ID and date, that says which mail it repeats.
//!
//! In: which parcels are meant, and a reason. Out: what was sent. Unknown here: how parcels are sent.

use serde::Serialize;

use super::settle::unknown;
use crate::{
    Context, Exit, Failure, SendReport, SendScope, Trouble,
    collections::build,
    context::{claimed::claiming, permissions},
    distribution::{dry_run::WouldSend, interrupted::end_interrupted, queue::waiting, send::send_cleared},
    status::{entitlements, report, requirements, witnesses::Cleared},
};
use domain::{
    CollectionId, Event, Fact, OrganId, ParcelId, ParcelRecord, Period, Piece, Right, counted, issues, parcels,
};

/// Which parcels go again: one, or those of a period to an organ, of a collection, or both.
#[derive(Debug, Clone)]
pub enum ResendScope {
    Parcel(ParcelId),
    Of { period: Period, organs: Vec<OrganId>, collections: Vec<CollectionId> },
}

/// The parcels that were to go again, and what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResendReport {
    pub parcels: Vec<ParcelId>,
    #[serde(skip)]
    pub sent: SendReport,
}

impl ResendReport {
    /// Parcels that did not go again, or would not, count as short.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let short = if self.sent.handed.max(self.sent.would_send.len()) < self.parcels.len() {
            Exit::Short
        } else {
            Exit::Done
        };
        self.sent.exit.or(short)
    }
}

/// Hands parcels over again. A dry run finds out which would go, and records and sends nothing.
///
/// # Errors
/// When the person does not have the role, or a parcel is unknown, was not handed over yet, or is uncertain (it has to
/// be settled first).
pub async fn resend(
    context: &Context,
    scope: &ResendScope,
    reason: &str,
    dry_run: bool,
) -> Result<ResendReport, Failure> {
    context.person(Right::Resend).await?;
    let reason = permissions::reason(reason)?;
    let cleared = Cleared::of(context).await?;
    let period = match scope {
        ResendScope::Parcel(parcel) => parcel.issue.period,
        ResendScope::Of { period, .. } => *period,
    };
    let quarter = requirements::quarter(period)?;
    if !dry_run {
        end_interrupted(context, quarter).await?;
    }
    let events = report::events_of(context, quarter).await?;
    let records = parcels(&events);
    let asked = meant(context, &records, scope)?;
    let (may_go, refused) = may_go(context, quarter, &events, &asked)?;
    if let (true, Some(first)) = (may_go.is_empty(), refused.first()) {
        return Err(Failure::usage(format!("{}: {}", first.what, first.why)));
    }
    let would = |parcel: &ParcelId| {
        let copies = records.get(parcel).map_or(0, |record| record.counted().count());
        WouldSend::of(context, parcel, copies)
    };
    let would_send: Vec<WouldSend> = may_go.iter().map(would).collect();
    if dry_run {
        let sent = SendReport { would_send, troubles: refused, ..SendReport::default() };
        return Ok(ResendReport { parcels: asked, sent });
    }
    let copies: usize = would_send.iter().map(|one| one.copies).sum();
    let (many, copies) = (counted(may_go.len(), "parcel"), counted(copies, "copy"));
    let question = format!("{many}, {copies} a second time: what is handed over cannot be taken back; send again");
    if !tokio::task::block_in_place(|| context.consent.agrees(&question)) {
        return Err(Failure::usage("nothing was sent again, because the answer was no"));
    }
    let touched = may_go.iter().cloned().map(Piece::Hand);
    claiming(context, touched, async |claimed| {
        let events = report::events_of(context, quarter).await?;
        if self::may_go(context, quarter, &events, &meant(context, &parcels(&events), scope)?)?.0 != may_go {
            let why = "the parcels changed just now: look again, then decide";
            return Err(Failure::usage(why).coded("busy"));
        }
        let facts = may_go.iter().map(|parcel| Fact::Resend { parcel: parcel.clone(), reason: reason.clone() });
        context.record_holding(&[claimed], &facts.collect::<Vec<_>>()).await
    })
    .await?;
    let only = SendScope { parcels: may_go, agreed: true, ..SendScope::default() };
    let mut sent = send_cleared(context, quarter, &only, &cleared).await?;
    sent.troubles.extend(refused);
    Ok(ResendReport { parcels: asked, sent })
}

/// Which of the parcels may go again now, and why others may not: their organ ended, a later revision overtook them, or
/// a second person has not approved. This is checked before anything is recorded, because a parcel that is to go again
/// and cannot go would count as not handed over.
fn may_go(
    context: &Context,
    quarter: Period,
    events: &[Event],
    asked: &[ParcelId],
) -> Result<(Vec<ParcelId>, Vec<Trouble>), Failure> {
    let mut records = parcels(events);
    for parcel in asked {
        records.entry(parcel.clone()).and_modify(|record| record.queue_again(context.now()));
    }
    let issues = issues(events);
    let mut report = SendReport::default();
    let scope = SendScope { parcels: asked.to_vec(), ..SendScope::default() };
    let queue = waiting(context, quarter, (events, &records, &issues), (&scope, &[]), &mut report)?;
    Ok((queue.iter().map(|waiting| waiting.record.parcel.clone()).collect(), report.troubles))
}

type Records = std::collections::BTreeMap<ParcelId, ParcelRecord>;

fn meant(context: &Context, records: &Records, scope: &ResendScope) -> Result<Vec<ParcelId>, Failure> {
    let regulation = context.office.regulation();
    let chosen: Vec<&ParcelRecord> = match scope {
        ResendScope::Parcel(parcel) => vec![records.get(parcel).ok_or_else(|| unknown(&context.call, parcel))?],
        ResendScope::Of { organs, collections, period } => {
            entitlements::known(regulation, organs, context.today())?;
            build::chosen(context, *period, collections)?;
            let is_in = |r: &&ParcelRecord| {
                (organs.is_empty() || organs.contains(&r.parcel.organ))
                    && (collections.is_empty() || collections.contains(&r.parcel.issue.collection))
            };
            records.values().filter(is_in).collect()
        }
    };
    let uncertain: Vec<&ParcelRecord> = chosen.iter().copied().filter(|r| !r.uncertain().is_empty()).collect();
    if let Some(first) = uncertain.first() {
        return Err(Failure::usage(format!(
            "parcel `{}` is uncertain: it is not known whether the server took it; find out, then {}, or --not-handed",
            first.parcel,
            context.call.command("settle").option("--parcel", &first.parcel).flag("--handed").asked("--evidence")
        )));
    }
    let went = |r: &&&ParcelRecord| r.copies.iter().any(|c| c.attempt > 0);
    let meant: Vec<ParcelId> = chosen.iter().filter(went).map(|r| r.parcel.clone()).collect();
    if meant.is_empty() {
        if let Some(first) = chosen.first() {
            return Err(Failure::usage(format!(
                "parcel `{}` waits for its first time: hand it over with {}",
                first.parcel,
                context.call.command("send").option("--period", first.parcel.issue.period)
            )));
        }
        let register = context.call.command("register");
        let how = match scope {
            ResendScope::Of { period, .. } => register.option("--period", period),
            ResendScope::Parcel(_) => register.asked("--period"),
        };
        return Err(Failure::usage(format!("the register has no such parcels: see {how}")));
    }
    Ok(meant)
}
