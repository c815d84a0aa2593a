//! Handing over: what is queued and not held back goes to its organs.
//!
//! In: a scope, and the claim on the office. Out: [`SendReport`]. Unknown here: how a transport works.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Context, Exit, Failure, Trouble, chain,
    collections::{build::build, masters},
    context::{progress::Step, unrecorded},
    distribution::{
        dry_run::WouldSend,
        encrypt::{self, Sealed},
        hasten, impossible,
        ledger_journal::{self, LedgerJournal},
        outgoing::{self, Outgoing},
        queue::{Waiting, waiting},
        repair, revisions,
        told::tell,
        transport_setup,
        unnumbered::unnumbered,
    },
    status::{
        entitlements,
        gate::{self, Gate, Waits},
        known, report, requirements,
        witnesses::{self, Cleared},
    },
};
use config::TransportSettings;
use distribute::{Letters, Parcel, Receipt, Transport, hand_over_until};
use domain::{
    CollectionId, CollectionStatus, Event, Fact, Issue, IssueRecord, OrganId, ParcelId, ParcelRecord, Period, Role,
    WITNESSED, interrupted, issues, parcels,
};
use ledger::Filter;

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
/// When the person does not have the role, another run works here, the ledger lacks what a witness contains, the
/// transport is not set up, or the ledger fails. A parcel that was not taken is not an error: the report says so.
pub async fn send(context: &Context, period: Period, scope: &SendScope) -> Result<SendReport, Failure> {
    context.permit(Role::Operator)?;
    let reason = hasten::reason(context, scope.now.as_deref())?;
    let scope = &SendScope { now: reason, ..scope.clone() };
    let cleared = Cleared::claim(context).await?;
    let report = match scope.revision {
        Some(revision) => send_revision(context, period, scope, revision, &cleared).await,
        None => first_issues(context, period, scope, &cleared).await,
    };
    cleared.alone.after(report).await
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
    let mut report = send_claimed(context, period, scope, cleared).await?;
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
    context.person(Role::Operator)?;
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
    let sent = send_claimed(context, period, &SendScope { parcels, revision: None, ..scope.clone() }, cleared).await?;
    report.handed += sent.handed;
    report.troubles.extend(sent.troubles);
    report.exit = report.exit.or(sent.exit);
    Ok(report)
}

/// As [`send`], for a run that has claimed the office and compared the witnesses.
///
/// # Errors
/// As [`send`].
pub async fn send_claimed(
    context: &Context,
    period: Period,
    scope: &SendScope,
    cleared: &Cleared,
) -> Result<SendReport, Failure> {
    context.permit(Role::Operator)?;
    context.agreed()?;
    let quarter = requirements::quarter(period)?;
    end_interrupted(context, quarter).await?;
    let events = report::events_of(context, quarter).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let mut report = SendReport::default();
    let closed = gate::waiting(context, quarter).await?;
    let queue = waiting(context, period, (&events, &records, &issues), (scope, &closed), &mut report)?;
    let before = queue.len();
    masters_again(context, quarter, &queue).await;
    let queue = tokio::task::block_in_place(|| repair::restored(context, queue, &mut report.troubles));
    let (queue, sealed) = encrypt::sealed(context, queue, scope.dry_run, &mut report.troubles).await?;
    if queue.len() < before {
        report.exit = report.exit.or(Exit::Short);
    }
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
    if scope.dry_run {
        let would = |one: &Waiting<'_>| WouldSend::of(context, &one.record.parcel, one.record.to_send().count());
        report.would_send = queue.iter().map(would).collect();
    }
    if !queue.is_empty() {
        let receipts = carry(context, (queue, &sealed), &events, scope, cleared, &mut report).await?;
        tell(context, &receipts, &mut report);
    }
    if !scope.dry_run {
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
        if short && scope.organs.is_empty() && scope.parcels.is_empty() {
            report.exit = report.exit.or(Exit::Short);
        }
    }
    let by_name = !scope.organs.is_empty() || !scope.parcels.is_empty();
    let left = |record: &ParcelRecord| scope.takes(&record.parcel) && record.again.is_some();
    let is_left = by_name && !scope.dry_run && parcels(&report::events_of(context, quarter).await?).values().any(left);
    if (by_name && !report.troubles.is_empty()) || is_left {
        // Something did not go that was requested by name.
        report.exit = report.exit.or(Exit::Short);
    }
    Ok(report)
}

/// Makes lost masters of waiting parcels again, so that lost copies can be made out of them. What cannot be made again
/// is reported when its copies are looked at.
async fn masters_again(context: &Context, quarter: Period, queue: &[Waiting<'_>]) {
    let of_first = |w: &&Waiting<'_>| w.record.parcel.issue.revision == 0 && w.record.parcel.issue.supplement == 0;
    let mut issues: BTreeMap<&Issue, &IssueRecord> = BTreeMap::new();
    issues.extend(queue.iter().filter(of_first).map(|w| (&w.record.parcel.issue, w.built)));
    issues.retain(|issue, built| !masters::lost(&context.artifacts, issue, built).is_empty());
    let lost: Vec<CollectionId> = issues.keys().map(|issue| issue.collection.clone()).collect();
    if lost.is_empty() {
        return;
    }
    if let Err(failure) = build(context, quarter, &lost).await {
        tracing::warn!(error = %chain(&failure), "lost masters cannot be made again");
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

/// Checks that the ledger contains everything that was sent, and records what became of attempts whose program died.
/// Called while nobody else can be sending, by acts that send nothing themselves.
///
/// # Errors
/// When the ledger fails, or lacks what a witness contains.
pub async fn mend(context: &Context, quarter: Period) -> Result<(), Failure> {
    witnesses::assured(context).await?;
    end_interrupted(context, quarter).await
}

/// Records what became of attempts whose program died; called while nobody else can be sending.
///
/// # Errors
/// When the ledger fails.
pub async fn end_interrupted(context: &Context, quarter: Period) -> Result<(), Failure> {
    take_in_unrecorded(context).await?;
    let open = interrupted(&report::events_of(context, quarter).await?);
    context.record(&open).await
}

/// Enters into the ledger the outcomes that it did not take when they were known.
async fn take_in_unrecorded(context: &Context) -> Result<(), Failure> {
    let kept = context.unrecorded.all()?;
    if kept.is_empty() {
        return Ok(());
    }
    let events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    for written in unrecorded::still_open(&events, kept) {
        let fact = std::slice::from_ref(&written.fact);
        let appended = context.ledger.append(&written.run, &written.actor, written.at, fact).await;
        appended.map_err(|error| Failure::ours("the ledger could not be written", error))?;
        context.sendings.note(std::slice::from_ref(&written))?;
        if let Fact::Outcome { parcel, state, words, .. } = &written.fact {
            context.progress.say(&format!(
                "parcel `{parcel}`: recorded now, which the ledger did not take before: {state}: {words}"
            ));
        }
    }
    context.unrecorded.clear()
}

async fn carry(
    context: &Context,
    (queue, sealed): (Vec<Waiting<'_>>, &Sealed),
    events: &[Event],
    scope: &SendScope,
    cleared: &Cleared,
    report: &mut SendReport,
) -> Result<Vec<Receipt>, Failure> {
    let letters = Letters::load(&context.office.home, context.office.words.languages())
        .map_err(|faults| Failure::usage(format!("the letters' templates have faults:\n{faults}")))?;
    let transport = transport_setup::transport(context, scope.dry_run)?;
    let by_mail = transport.is_addressed();
    let mut ready = Vec::new();
    let tried: Vec<ParcelId> = queue.iter().map(|waiting| waiting.record.parcel.clone()).collect();
    for waiting in queue {
        let Outgoing { parcels, done } =
            outgoing::parcels_of(context, &letters, (&waiting, sealed), events, (&*transport, scope.refused))?;
        ready.extend(parcels);
        if !scope.dry_run {
            context.record(&done).await?;
        }
    }
    context.progress.begin(Step::HandOver, ready.len());
    let (mut large, ready): (Vec<Parcel>, Vec<Parcel>) =
        ready.into_iter().partition(|parcel| by_mail && transport_setup::goes_by_folder(&context.office, parcel));
    let mut receipts = Vec::new();
    // A parcel that turns out to be too large for the mail server goes by folder after the others.
    let kept: Vec<Option<Parcel>> = ready.iter().map(|p| p.by_folder_if_large.then(|| p.clone())).collect();
    for (receipt, kept) in over(context, transport, ready, scope, cleared).await.into_iter().zip(kept) {
        match kept {
            Some(parcel) if receipt.is_too_large => {
                large.push(Parcel { attempts: parcel.attempts + receipt.attempts, ..parcel });
            }
            _ => receipts.push(receipt),
        }
    }
    if !large.is_empty() {
        for would in report.would_send.iter_mut().filter(|would| large.iter().any(|p| p.id == would.parcel)) {
            would.to = vec![transport_setup::outbox_of(context, &would.organ)];
        }
        let folder = transport_setup::folder(context, scope.dry_run);
        receipts.extend(over(context, folder, large, scope, cleared).await);
    }
    context.progress.end(Step::HandOver);
    if by_mail && !scope.dry_run {
        // What was handed over is known; a ledger that fails now must not hide it, and the next sending forgets too.
        if let Err(failure) = forget_addresses(context, &tried, scope.refused).await {
            tracing::warn!(error = %chain(&failure), "addresses that organs no longer have are not forgotten yet");
        }
    }
    Ok(receipts)
}

/// Ends what only addresses kept open that the organs of these parcels no longer have.
async fn forget_addresses(context: &Context, tried: &[ParcelId], refused: bool) -> Result<(), Failure> {
    let Some(first) = tried.first() else { return Ok(()) };
    let events = report::events_of(context, requirements::quarter(first.issue.period)?).await?;
    let records = parcels(&events);
    let records = tried.iter().filter_map(|parcel| records.get(parcel));
    let left = records.filter_map(|record| outgoing::nothing_left_after(context, record, refused));
    context.record(&left.collect::<Vec<_>>()).await
}

/// Hands parcels over by one way.
async fn over(
    context: &Context,
    transport: Arc<dyn Transport>,
    parcels: Vec<Parcel>,
    scope: &SendScope,
    cleared: &Cleared,
) -> Vec<Receipt> {
    let pace = transport_setup::pace(&context.office);
    if scope.dry_run {
        return hand_over_until(transport, Arc::new(ledger_journal::DryRun), parcels, pace, &context.stop).await;
    }
    let journal = LedgerJournal {
        ledger: context.ledger.clone(),
        run: context.run.clone(),
        actor: context.actor.clone(),
        clock: context.clock.clone(),
        claim: cleared.alone.claim.clone(),
        sendings: context.sendings.clone(),
        unrecorded: context.unrecorded.clone(),
    };
    hand_over_until(transport, Arc::new(journal), parcels, pace, &context.stop).await
}
