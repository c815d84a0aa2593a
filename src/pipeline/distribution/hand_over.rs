//! Hands waiting parcels over, some at a time, and shares them with other programs that hand over.
//!
//! A program claims some parcels, looks into the journal once more whether they may go, and hands these over. What
//! others have in their hands is left to them; afterwards it is looked at again, because another program may have ended.
//!
//! In: parcels that wait. Out: receipts. Unknown here: how a transport works.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Context, Exit, Failure, SendReport, SendScope, Trouble, chain,
    collections::{build::build, masters},
    context::claimed::ClaimedPieces,
    distribution::{
        dry_run::WouldSend,
        encrypt::{self, Sealed},
        ledger_journal::{self, LedgerJournal},
        outgoing::{self, Outgoing},
        queue::{Waiting, waiting},
        repair, transport_setup,
    },
    status::{gate::Waits, report},
};
use distribute::{Letters, Outcome, Parcel, Receipt, Transport, hand_over_until};
use domain::{
    CollectionId, Event, Issue, IssueRecord, ParcelId, ParcelRecord, ParcelState, Period, Piece, issues, parcels,
};

/// At least so many parcels are claimed together. A mail server sees new connections for each lot.
const LOT: usize = 64;
/// Into so many lots the parcels are divided at most, because the journal is looked at for each.
const LOTS: usize = 16;

/// A hand-over under way.
pub struct HandOver<'a> {
    context: &'a Context,
    period: Period,
    quarter: Period,
    scope: &'a SendScope,
    /// The collections that may not go now.
    closed: Vec<Waits>,
    /// The facts of the quarter, read on as they grow.
    events: Vec<Event>,
    letters: Letters,
    transport: Arc<dyn Transport>,
    pub receipts: Vec<Receipt>,
}

impl<'a> HandOver<'a> {
    /// Begins a hand-over in a quarter whose facts are known.
    ///
    /// # Errors
    /// When the templates of letters have faults, or the transport is not set up.
    pub fn begin(
        context: &'a Context,
        (period, quarter): (Period, Period),
        (scope, closed): (&'a SendScope, Vec<Waits>),
        events: Vec<Event>,
    ) -> Result<Self, Failure> {
        let letters = Letters::load(&context.office.home, context.office.words.languages())
            .map_err(|faults| Failure::usage(format!("the letters' templates have faults:\n{faults}")))?;
        let transport = transport_setup::transport(context, scope.dry_run)?;
        Ok(Self { context, period, quarter, scope, closed, events, letters, transport, receipts: Vec::new() })
    }

    /// Hands parcels over lot by lot, first those that nobody else has.
    ///
    /// # Errors
    /// When the ledger or the store fails before anything was handed over. A failure after that is a trouble of the
    /// report, so that the receipts are not lost.
    pub async fn shared(&mut self, meant: Vec<ParcelId>, report: &mut SendReport) -> Result<(), Failure> {
        let size = LOT.max(meant.len().div_ceil(LOTS));
        let (mut left, mut of_others) = (meant, Vec::new());
        while !left.is_empty() || !of_others.is_empty() {
            let waits = left.is_empty();
            let lot: Vec<ParcelId> =
                if waits { std::mem::take(&mut of_others) } else { left.drain(..size.min(left.len())).collect() };
            match self.lot(lot, waits, report).await {
                Ok((held, None)) => of_others.extend(held),
                Ok((held, Some(why))) => {
                    let rest = held.into_iter().chain(left.drain(..)).chain(of_others.drain(..));
                    self.receipts.extend(rest.map(|parcel| not_tried(parcel, &why)));
                }
                Err(failure) if self.receipts.is_empty() => return Err(failure),
                Err(failure) => {
                    report.troubles.push(Trouble::new("the rest of the hand-over", chain(&failure)));
                    report.exit = report.exit.or(failure.exit);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Hands over those of a lot that nobody else has; with `waits` it waits until that is true of some. Returns those
    /// that others have, and why nothing more may be tried.
    async fn lot(
        &mut self,
        lot: Vec<ParcelId>,
        waits: bool,
        report: &mut SendReport,
    ) -> Result<(Vec<ParcelId>, Option<String>), Failure> {
        let pieces = lot.iter().cloned().map(Piece::Hand);
        let claimed = if waits && !self.context.stop.is_asked() {
            ClaimedPieces::some(self.context, pieces).await
        } else {
            ClaimedPieces::free(self.context, pieces).await
        };
        let claimed = match claimed {
            Err(_) if self.context.stop.is_asked() => return Ok((lot, Some(STOPPED.to_owned()))),
            claimed => claimed?,
        };
        let (ours, of_others): (Vec<ParcelId>, Vec<ParcelId>) =
            lot.into_iter().partition(|parcel| claimed.holds(&Piece::Hand(parcel.clone())));
        if waits && ours.is_empty() {
            return Ok((of_others, Some(STOPPED.to_owned())));
        }
        let handed = if ours.is_empty() { Ok(None) } else { self.claimed(ours, Some(&claimed), report).await };
        Ok((of_others, claimed.after(handed).await?))
    }

    /// Hands over parcels that nobody else has, as far as they may still go. Returns why nothing more may be tried. A dry
    /// run claims nothing.
    ///
    /// # Errors
    /// When the ledger or the store fails.
    pub async fn claimed(
        &mut self,
        ours: Vec<ParcelId>,
        claimed: Option<&ClaimedPieces>,
        report: &mut SendReport,
    ) -> Result<Option<String>, Failure> {
        let (context, scope) = (self.context, self.scope);
        self.read_on().await?;
        let (records, issues) = (parcels(&self.events), issues(&self.events));
        let only = SendScope { parcels: ours, ..scope.clone() };
        let mut looked = SendReport::default();
        let facts = (&self.events[..], &records, &issues);
        let queue = waiting(context, self.period, facts, (&only, &self.closed), &mut looked)?;
        if queue.len() < only.parcels.len() {
            looked.troubles.retain(|trouble| !report.troubles.contains(trouble));
            report.troubles.extend(looked.troubles);
            report.exit = report.exit.or(looked.exit);
        }
        let before = queue.len();
        masters_again(context, self.quarter, &queue).await;
        let queue = tokio::task::block_in_place(|| repair::restored(context, queue, &mut report.troubles));
        let (queue, sealed) = encrypt::sealed(context, queue, claimed, &mut report.troubles).await?;
        if queue.len() < before {
            report.exit = report.exit.or(Exit::Short);
        }
        if scope.dry_run {
            let would = |one: &Waiting<'_>| WouldSend::of(context, &one.record.parcel, one.record.to_send().count());
            report.would_send = queue.iter().map(would).collect();
        }
        if queue.is_empty() {
            return Ok(None);
        }
        let tried: BTreeSet<ParcelId> = queue.iter().map(|waiting| waiting.record.parcel.clone()).collect();
        let receipts = self.carry((queue, &sealed), claimed, report).await?;
        let why = why_to_stop(&receipts);
        self.receipts.extend(receipts);
        if let (true, Some(claimed)) = (self.transport.is_addressed(), claimed) {
            // What was handed over is known; a ledger that fails now must not hide it, and the next sending forgets too.
            if let Err(failure) = self.forget_addresses(&tried, claimed).await {
                tracing::warn!(error = %chain(&failure), "addresses that organs no longer have are not forgotten yet");
            }
        }
        Ok(why)
    }

    async fn read_on(&mut self) -> Result<(), Failure> {
        let seq = self.events.last().map_or(0, |event| event.seq);
        self.events.extend(report::events_after(self.context, self.quarter, seq).await?);
        Ok(())
    }

    async fn carry(
        &self,
        (queue, sealed): (Vec<Waiting<'_>>, &Sealed),
        claimed: Option<&ClaimedPieces>,
        report: &mut SendReport,
    ) -> Result<Vec<Receipt>, Failure> {
        let (context, scope, by_mail) = (self.context, self.scope, self.transport.is_addressed());
        let mut ready = Vec::new();
        for waiting in queue {
            let Outgoing { parcels, done } = outgoing::parcels_of(
                context,
                &self.letters,
                (&waiting, sealed),
                &self.events,
                (&*self.transport, scope.refused),
            )?;
            ready.extend(parcels);
            if let Some(claimed) = claimed {
                context.record_holding(&[claimed], &done).await?;
            }
        }
        let (mut large, ready): (Vec<Parcel>, Vec<Parcel>) =
            ready.into_iter().partition(|parcel| by_mail && transport_setup::goes_by_folder(&context.office, parcel));
        let mut receipts = Vec::new();
        // A parcel that turns out to be too large for the mail server goes by folder after the others.
        let kept: Vec<Option<Parcel>> = ready.iter().map(|p| p.by_folder_if_large.then(|| p.clone())).collect();
        for (receipt, kept) in self.over(self.transport.clone(), ready, claimed).await.into_iter().zip(kept) {
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
            receipts.extend(self.over(folder, large, claimed).await);
        }
        Ok(receipts)
    }

    /// Hands parcels over by one way.
    async fn over(
        &self,
        transport: Arc<dyn Transport>,
        parcels: Vec<Parcel>,
        claimed: Option<&ClaimedPieces>,
    ) -> Vec<Receipt> {
        let context = self.context;
        let pace = transport_setup::pace(&context.office);
        let Some(claimed) = claimed else {
            return hand_over_until(transport, Arc::new(ledger_journal::DryRun), parcels, pace, &context.stop).await;
        };
        let journal = LedgerJournal {
            ledger: context.ledger.clone(),
            run: context.run.clone(),
            actor: context.actor.clone(),
            clock: context.clock.clone(),
            claims: claimed.claims.clone(),
            sendings: context.sendings.clone(),
            unrecorded: context.unrecorded.clone(),
        };
        hand_over_until(transport, Arc::new(journal), parcels, pace, &context.stop).await
    }

    /// Ends what only addresses kept open that the organs of these parcels no longer have.
    async fn forget_addresses(&mut self, tried: &BTreeSet<ParcelId>, claimed: &ClaimedPieces) -> Result<(), Failure> {
        self.read_on().await?;
        let records = parcels(&self.events);
        let records: Vec<&ParcelRecord> = tried.iter().filter_map(|parcel| records.get(parcel)).collect();
        let left =
            records.into_iter().filter_map(|r| outgoing::nothing_left_after(self.context, r, self.scope.refused));
        self.context.record_holding(&[claimed], &left.collect::<Vec<_>>()).await
    }
}

/// The words for what was not begun because the program ends.
const STOPPED: &str = "not tried: the program was asked to stop";

/// Why the parcels that are left must not be tried: something kept a parcel of this lot from being tried, or its outcome
/// is not in the journal.
fn why_to_stop(receipts: &[Receipt]) -> Option<String> {
    if receipts.iter().any(|receipt| !receipt.recorded) {
        return Some("not tried: an earlier parcel could not be recorded".to_owned());
    }
    let waits = receipts.iter().rfind(|receipt| receipt.outcome.state == ParcelState::Queued)?;
    Some(waits.outcome.words.clone())
}

/// The receipt of a parcel that was not begun.
fn not_tried(parcel: ParcelId, why: &str) -> Receipt {
    let outcome = Outcome::queued(why);
    Receipt { parcel, outcome, handed: Vec::new(), attempts: 0, recorded: true, is_too_large: false }
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
