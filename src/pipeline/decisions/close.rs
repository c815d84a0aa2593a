//! Closes a period: the register contains what the matrix says, and every copy was handed over.
//!
//! In: a period. Out: the totals and the hash of its register, or what is missing. Unknown here: how copies are handed
//! over.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::{
    Context, Failure,
    collections::{
        changes_since,
        revisions::{self, Held},
    },
    context::{claimed::claiming, permissions},
    status::{
        entitlements::{Registered, entitlements},
        report, requirements,
    },
};
use chrono::NaiveDate;
use config::Office;
use domain::{
    CollectionId, Event, Fact, FormId, Issue, ParcelId, ParcelRecord, ParcelState, Period, Piece, Right, Sha256,
    counted, in_force, issues, overtaken_by, parcels, register_hash,
};

/// How many lines of what is missing are printed.
const TOLD: usize = 20;

/// A closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CloseReport {
    pub period: Period,
    pub parcels: usize,
    pub copies: usize,
    /// The hash of the whole register, including later issues.
    pub register: Sha256,
    /// The supplements that are still owed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<OwedSupplement>,
}

/// A collection that was handed over without forms that have not come since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwedSupplement {
    pub collection: CollectionId,
    pub period: Period,
    pub forms: Vec<FormId>,
}

impl fmt::Display for OwedSupplement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let forms: Vec<String> = self.forms.iter().map(|form| format!("`{form}`")).collect();
        write!(f, "`{}` went without form {}", self.collection, forms.join(", "))
    }
}

/// Closes a period. A register that matches the matrix is reason enough; a person may add a reason. Closing the period
/// again writes nothing if nothing changed, and neither does a dry run. While a supplement is owed, a person is asked.
///
/// # Errors
/// When the person does not have the role, the register does not match the matrix (the error lists what is missing), or a
/// supplement is owed and nobody agrees to close all the same.
pub async fn close(
    context: &Context,
    period: Period,
    reason: Option<&str>,
    dry_run: bool,
) -> Result<CloseReport, Failure> {
    context.person(Right::Close).await?;
    let reason = reason.map(permissions::reason).transpose()?;
    let quarter = requirements::quarter(period)?;
    // Nobody works on a piece of the quarter meanwhile, so the register stays what it is.
    claiming(context, [Piece::Close(quarter)], async |claimed| {
        let events = report::events_of(context, quarter).await?;
        let records = parcels(&events);
        let missing = missing(&context.office, context.today(), quarter, &records);
        if !missing.is_empty() {
            let mut lines: Vec<&str> = missing.iter().take(TOLD).map(String::as_str).collect();
            let more = format!("and {} more", missing.len().saturating_sub(TOLD));
            if missing.len() > TOLD {
                lines.push(&more);
            }
            return Err(Failure::usage(format!(
                "`{quarter}` cannot be closed, the register is not the matrix:\n{}",
                lines.join("\n")
            )));
        }
        let owed = owed(context, quarter, &events, &records).await?;
        let counts = |r: &&ParcelRecord| r.parcel.issue.is_first() && r.state.counts();
        let first = || records.values().filter(counts);
        let report = CloseReport {
            period: quarter,
            parcels: first().count(),
            copies: first().map(|r| r.counted().count()).sum(),
            register: register_hash(records.values()),
            owed,
        };
        let closed = in_force(&events).rev().find_map(|e| match &e.fact {
            Fact::Closed { period, register, .. } if *period == quarter => Some(*register),
            _ => None,
        });
        if closed != Some(report.register) && !dry_run {
            agreed(context, quarter, &report.owed)?;
            let CloseReport { period, parcels, copies, register, .. } = report;
            context.record_holding(&[claimed], &[Fact::Closed { period, parcels, copies, register, reason }]).await?;
        }
        Ok(report)
    })
    .await
}

/// Asks whether a period is closed although supplements to it are owed.
fn agreed(context: &Context, quarter: Period, owed: &[OwedSupplement]) -> Result<(), Failure> {
    if owed.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = owed.iter().map(ToString::to_string).collect();
    let what = format!("{} of `{quarter}` owed ({})", counted(owed.len(), "supplement"), list.join("; "));
    if tokio::task::block_in_place(|| context.consent.agrees(&format!("{what}; close all the same"))) {
        return Ok(());
    }
    let how = context.call.command("close").option("--period", quarter).flag("--yes");
    Err(Failure::usage(format!(
        "`{quarter}` is not closed: {what}; a supplement follows when the form comes, and {how} closes all the same"
    )))
}

/// The supplements of a quarter that are owed: its collections were numbered without forms that no supplement brought.
async fn owed(
    context: &Context,
    quarter: Period,
    events: &[Event],
    records: &BTreeMap<ParcelId, ParcelRecord>,
) -> Result<Vec<OwedSupplement>, Failure> {
    let (facts, issues) = (context.dataset_events().await?, issues(events));
    let mut owed = Vec::new();
    for due in requirements::collections(context.office.regulation(), quarter) {
        let first = Issue::first(due.term.id.clone(), due.period);
        let Some(revision) = revisions::issued(&first, records) else { continue };
        let newest = Held { revision, supplements: revisions::supplements(&first, records) };
        let Some(then) = changes_since::held(context, &facts, &issues, &first, &newest) else { continue };
        if !then.missing.is_empty() {
            owed.push(OwedSupplement { collection: first.collection, period: first.period, forms: then.missing });
        }
    }
    Ok(owed)
}

/// Where the register does not match the matrix: missing parcels, copies that were not handed over, organs that the
/// matrix does not list. A parcel of a later issue has to be handed over too, unless a still later revision overtook
/// it.
#[must_use]
pub fn missing(
    office: &Office,
    today: NaiveDate,
    quarter: Period,
    records: &BTreeMap<ParcelId, ParcelRecord>,
) -> Vec<String> {
    let mut missing = Vec::new();
    for due in requirements::collections(office.regulation(), quarter) {
        let issue = Issue::first(due.term.id.clone(), due.period);
        let ours = records.values().filter(|r| r.parcel.issue == issue && r.state.counts());
        let shares = entitlements(office, &due.term.id, &Registered::of(&issue, records), today).shares;
        for share in &shares {
            let parcel = ParcelId { issue: issue.clone(), organ: share.recipient.id.clone() };
            let of = records.get(&parcel);
            let numbered = of.map_or(0, |r| r.counted().count());
            if numbered != share.copies as usize {
                missing.push(format!("`{parcel}`: {numbered} of {} numbered", domain::counted(share.copies, "copy")));
            }
        }
        let unlisted = ours.filter(|r| !shares.iter().any(|s| s.recipient.id == r.parcel.organ));
        missing.extend(unlisted.map(|r| format!("`{}`: the matrix does not list the organ", r.parcel)));
    }
    // The queued copies of an overtaken revision no longer go. Its uncertain copies still have to be settled.
    let is_void =
        |r: &&ParcelRecord| r.state == ParcelState::Queued && overtaken_by(&r.parcel.issue, records).is_some();
    let is_open = |r: &&ParcelRecord| !r.state.is_handed() && r.state.counts();
    let open = records.values().filter(|r| is_open(r) && !is_void(r));
    missing.extend(open.map(|r| {
        let (handed, copies) = (r.copies.iter().filter(|c| c.state.is_handed()).count(), r.counted().count());
        format!("`{}`: {handed} of {} handed over, {}", r.parcel, domain::counted(copies, "copy"), r.state)
    }));
    missing
}
