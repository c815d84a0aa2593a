//! Handing over: what is queued and not held back goes to its organs.
//!
//! In: a scope. Out: [`SendReport`]. Unknown here: how a transport works, and who else hands over.

use std::collections::BTreeSet;

use crate::{
    Context, Exit, Failure, Trouble, chain,
    context::{claimed::ClaimedPieces, progress::Step},
    distribution::{
        dry_run::WouldSend,
        hand_over::HandOver,
        hasten, impossible,
        interrupted::end_interrupted,
        queue::{Waiting, waiting},
        revisions,
        told::tell,
        unnumbered::unnumbered,
    },
    status::{
        entitlements,
        gate::{self, Gate, Waits},
        known, report, requirements,
        witnesses::Cleared,
    },
};
use config::TransportSettings;
use domain::{
    CollectionId, CollectionStatus, OrganId, ParcelId, ParcelRecord, ParcelState, Period, Piece, Right, issues, parcels,
};

/// Which parcels are meant; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct SendScope {
    pub collections: Vec<CollectionId>,
    pub organs: Vec<OrganId>,
    pub parcels: Vec<ParcelId>,
    /// The candidate that becomes an issue; then only its parcels are meant.
    pub revision: Option<u32>,
    /// Do everything but the last step: write into a folder of the output instead.
    pub dry_run: bool,
    /// Try again what the mail server refused for good, because the cause is gone.
    pub refused: bool,
    /// Why parcels that have to wait go at once: the reason of a named person.
    pub now: Option<String>,
    /// The person was asked already whether these parcels go.
    pub agreed: bool,
}

impl SendScope {
    /// Whether parcels of a collection are meant.
    #[must_use]
    pub fn takes_collection(&self, collection: &CollectionId) -> bool {
        is_in(collection, &self.collections)
            && (self.parcels.is_empty() || self.parcels.iter().any(|p| p.issue.collection == *collection))
    }

    /// Whether a parcel is meant.
    #[must_use]
    pub fn takes(&self, parcel: &ParcelId) -> bool {
        self.takes_collection(&parcel.issue.collection)
            && is_in(&parcel.organ, &self.organs)
            && is_in(parcel, &self.parcels)
    }
}

/// The result of handing over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendReport {
    pub handed: usize,
    /// The parcels that a dry run left in its folder.
    pub would_send: Vec<WouldSend>,
    pub troubles: Vec<Trouble>,
    pub exit: Exit,
}

/// Hands over the queued parcels of a period.
///
/// # Errors
/// When the person does not have the role, the ledger lacks what a witness contains, the transport is not set up, or the ledger fails. A parcel that was not taken is not an error: the report says so.
pub async fn send(context: &Context, period: Period, scope: &SendScope) -> Result<SendReport, Failure> {
    context.permit(Right::Send).await?;
    let reason = hasten::reason(context, scope.now.as_deref()).await?;
    let scope = &SendScope { now: reason, ..scope.clone() };
    let cleared = Cleared::of(context).await?;
    match scope.revision {
        Some(revision) => send_revision(context, period, scope, revision, &cleared).await,
        None => first_issues(context, period, scope, &cleared).await,
    }
}

/// Hands over what is numbered, and says which collections are not.
async fn first_issues(
    context: &Context,
    period: Period,
    scope: &SendScope,
    cleared: &Cleared,
) -> Result<SendReport, Failure> {
    let quarter = requirements::quarter(period)?;
    known::collections(&context.office, &scope.collections)?;
    let events = report::events_of(context, quarter).await?;
    let waits = gate::waiting(context, quarter).await?;
    let left_out = unnumbered(context, quarter, (&parcels(&events), &issues(&events)), (scope, &waits));
    let mut report = send_cleared(context, period, scope, cleared).await?;
    if !left_out.is_empty() {
        report.exit = report.exit.or(Exit::Short);
    }
    report.troubles.extend(left_out);
    Ok(report)
}

/// Makes an issue of a candidate that a person rebuilt, and hands it over.
async fn send_revision(
    context: &Context,
    period: Period,
    scope: &SendScope,
    revision: u32,
    cleared: &Cleared,
) -> Result<SendReport, Failure> {
    context.person(Right::Send).await?;
    context.agreed()?;
    // Before any copy is numbered.
    impossible::refuse(&context.office, &context.call)?;
    entitlements::known(context.office.regulation(), &scope.organs, context.today())?;
    let mut report = SendReport::default();
    let by_person = scope.now.is_some();
    let parcels = revisions::issue(context, period, &scope.collections, revision, by_person, &mut report).await?;
    if parcels.is_empty() {
        return Ok(report);
    }
    let sent = send_cleared(context, period, &SendScope { parcels, revision: None, ..scope.clone() }, cleared).await?;
    report.handed += sent.handed;
    report.troubles.extend(sent.troubles);
    report.exit = report.exit.or(sent.exit);
    Ok(report)
}

/// As [`send`], for a run that has compared the witnesses.
///
/// # Errors
/// As [`send`].
pub async fn send_cleared(
    context: &Context,
    period: Period,
    scope: &SendScope,
    _: &Cleared,
) -> Result<SendReport, Failure> {
    context.permit(Right::Send).await?;
    context.agreed()?;
    let quarter = requirements::quarter(period)?;
    end_interrupted(context, quarter).await?;
    let events = report::events_of(context, quarter).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let mut report = SendReport::default();
    let closed = gate::waiting(context, quarter).await?;
    let queue = waiting(context, period, (&events, &records, &issues), (scope, &closed), &mut report)?;
    let is_refused = !queue.is_empty() && !scope.dry_run && !scope.agreed && !agreed(context, &queue);
    let queue = if is_refused { Vec::new() } else { queue };
    if is_refused {
        let how = context.call.command("send").option("--period", period);
        let why = format!("not sent, because the answer was no; the copies stay numbered, and {how} sends them");
        report.troubles.push(Trouble::new(format!("`{period}`"), why));
        report.exit = report.exit.or(Exit::Short);
    }
    if let (Some(reason), false) = (&scope.now, scope.dry_run) {
        hasten::unless_recorded(context, &events, &queue, &closed, reason).await?;
    }
    let meant: Vec<ParcelId> = queue.iter().map(|waiting| waiting.record.parcel.clone()).collect();
    drop(queue);
    let of_others: Vec<ParcelId> =
        records.values().filter(|r| is_under_way(scope, r)).map(|r| r.parcel.clone()).collect();
    if !meant.is_empty() {
        let mut hand_over = HandOver::begin(context, (period, quarter), (scope, closed.clone()), events)?;
        context.progress.begin(Step::HandOver, meant.len());
        let handed = if scope.dry_run {
            hand_over.claimed(meant, None, &mut report).await.map(drop)
        } else {
            hand_over.shared(meant, &mut report).await
        };
        context.progress.end(Step::HandOver);
        handed?;
        tell(context, &hand_over.receipts, &mut report);
    }
    let by_name = !scope.organs.is_empty() || !scope.parcels.is_empty();
    if by_name && !report.troubles.is_empty() {
        // Something did not go that was requested by name.
        report.exit = report.exit.or(Exit::Short);
    }
    if scope.dry_run {
        return Ok(report);
    }
    wait_for(context, of_others).await?;
    let events = match report::events_of(context, quarter).await {
        Ok(events) => events,
        // What was handed over is known, and is printed although the ledger fails now.
        Err(failure) if report.exit == Exit::Ours => {
            report.troubles.push(Trouble::new("the ledger", chain(&failure)));
            return Ok(report);
        }
        Err(failure) => return Err(failure),
    };
    let now = report::standing(context, quarter, &events);
    // A collection that only waits for its hour is not behind.
    let is_held = |w: &Waits| scope.now.is_none() && w.gate == Gate::Early;
    let early = |c: &CollectionStatus| closed.iter().any(|w| w.collection == c.id && is_held(w));
    let behind = |c: &CollectionStatus| (c.parcels.handed < c.parcels.expected && !early(c)) || c.parcels.again > 0;
    let short = now.status.collections.iter().any(|c| scope.takes_collection(&c.id) && behind(c));
    let left = |record: &ParcelRecord| scope.takes(&record.parcel) && record.again.is_some();
    let is_left = parcels(&events).values().any(left);
    if (short && !by_name) || (is_left && by_name) {
        report.exit = report.exit.or(Exit::Short);
    }
    Ok(report)
}

/// Whether another program has a parcel of the scope under way: what a dead one left is ended by now.
fn is_under_way(scope: &SendScope, record: &ParcelRecord) -> bool {
    scope.takes(&record.parcel) && record.copies.iter().any(|copy| copy.open() == ParcelState::Sending)
}

/// Waits until others have handed these parcels over, so that the report says what became of them.
async fn wait_for(context: &Context, parcels: Vec<ParcelId>) -> Result<(), Failure> {
    if parcels.is_empty() {
        return Ok(());
    }
    match ClaimedPieces::wait(context, parcels.into_iter().map(Piece::Hand)).await {
        Ok(claimed) => claimed.after(Ok(())).await,
        Err(_) if context.stop.is_asked() => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Asks whether a queue goes.
fn agreed(context: &Context, queue: &[Waiting<'_>]) -> bool {
    let copies: usize = queue.iter().map(|waiting| waiting.record.to_send().count()).sum();
    let organs: BTreeSet<&OrganId> = queue.iter().map(|waiting| &waiting.record.parcel.organ).collect();
    let way = match context.office.settings.transport {
        TransportSettings::Folder { .. } => "into the outbox",
        TransportSettings::Smtp(_) => "by mail",
    };
    let question = format!(
        "{}, {} for {} {way}: what is handed over cannot be taken back; send",
        domain::counted(queue.len(), "parcel"),
        domain::counted(copies, "copy"),
        domain::counted(organs.len(), "organ")
    );
    tokio::task::block_in_place(|| context.consent.agrees(&question))
}

fn is_in<T: PartialEq>(one: &T, list: &[T]) -> bool {
    list.is_empty() || list.contains(one)
}
