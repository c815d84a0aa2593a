//! The pieces of work that this program has claimed.
//!
//! A step claims the pieces that it touches, all or none, reads the journal, works, and releases them. Its lease is
//! renewed meanwhile, and its facts are written only while it is held. A program that lost a claim stops before the next
//! step that cannot be undone.
//!
//! Who has pieces waits for further ones in this order only: `hand` before `build`, `fetch` before `judge`, and any piece
//! before `witness`. So no two programs wait for each other.
//!
//! In: a context and pieces. Out: the claim ([`ClaimedPieces`]), or who holds them. Unknown here: what is done with them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;

use super::{
    folder_lock,
    worker::{self, Worker},
};
use crate::{Context, Failure, chain};
use clock::Clock;
use config::Office;
use domain::{Fact, Piece};
use ledger::{HeldPiece, Ledger, PieceClaims};

/// The pause before a lease is renewed again that could not be renewed.
const SOON: Duration = Duration::from_secs(2);
/// The pause before pieces that others hold are looked at again.
const LOOK: Duration = Duration::from_millis(500);
/// How long a person's act waits for what is held for an instant only, such as the judgement of documents.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pieces that this program has until they are released.
#[must_use]
pub struct ClaimedPieces {
    ledger: Ledger,
    /// `None` if it has no piece.
    worker: Option<Arc<Worker>>,
    pub claims: Arc<PieceClaims>,
    heartbeat: Option<JoinHandle<()>>,
}

impl ClaimedPieces {
    /// Claims pieces for an act of a person: all, or an error that says who works on them.
    ///
    /// # Errors
    /// When others hold one of them, or the ledger fails.
    pub async fn take(context: &Context, pieces: impl IntoIterator<Item = Piece>) -> Result<Self, Failure> {
        let pieces: BTreeSet<Piece> = pieces.into_iter().collect();
        let begun = tokio::time::Instant::now();
        loop {
            let (claimed, held) = claim(context, &pieces, false).await?;
            let Some(first) = held.first() else { return Ok(claimed) };
            let is_brief = |piece: &HeldPiece| piece.what.parse().is_ok_and(|piece: Piece| piece.is_brief());
            if begun.elapsed() > PATIENCE || !held.iter().all(is_brief) {
                return Err(busy(context, first));
            }
            pause(context).await?;
        }
    }

    /// Claims pieces, and waits until they are free.
    ///
    /// # Errors
    /// When the program is asked to stop, an older version works on the ledger, or the ledger fails.
    pub async fn wait(context: &Context, pieces: impl IntoIterator<Item = Piece>) -> Result<Self, Failure> {
        let pieces: BTreeSet<Piece> = pieces.into_iter().collect();
        Self::waiting(context, &pieces, false).await
    }

    /// Claims those of the pieces that are free, and waits until one of them is.
    ///
    /// # Errors
    /// As [`ClaimedPieces::wait`].
    pub async fn some(context: &Context, pieces: impl IntoIterator<Item = Piece>) -> Result<Self, Failure> {
        let pieces: BTreeSet<Piece> = pieces.into_iter().collect();
        Self::waiting(context, &pieces, true).await
    }

    /// Claims those of the pieces that are free now; maybe none.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn free(context: &Context, pieces: impl IntoIterator<Item = Piece>) -> Result<Self, Failure> {
        let pieces: BTreeSet<Piece> = pieces.into_iter().collect();
        Ok(claim(context, &pieces, true).await?.0)
    }

    async fn waiting(context: &Context, pieces: &BTreeSet<Piece>, in_part: bool) -> Result<Self, Failure> {
        let mut is_told = false;
        loop {
            let (claimed, held) = claim(context, pieces, in_part).await?;
            let Some(first) = held.first().filter(|_| claimed.claims.pieces.is_empty()) else { return Ok(claimed) };
            if first.since.is_none() {
                // An older version keeps the whole ledger for as long as it runs.
                return Err(busy(context, first));
            }
            if !std::mem::replace(&mut is_told, true) {
                context.progress.say(&waits(context, first));
            }
            pause(context).await?;
        }
    }

    fn of(context: &Context, worker: Option<Arc<Worker>>, claims: PieceClaims) -> Self {
        let claims = Arc::new(claims);
        let heartbeat = (!claims.pieces.is_empty()).then(|| heartbeat(context, claims.clone()));
        Self { ledger: context.ledger.clone(), worker, claims, heartbeat }
    }

    fn leave_proof(&self) {
        if let Some(worker) = &self.worker {
            worker.leave_proof();
        }
    }

    #[must_use]
    pub fn holds(&self, piece: &Piece) -> bool {
        self.claims.pieces.contains(piece)
    }

    /// Releases the pieces.
    ///
    /// # Errors
    /// When the ledger cannot be written; the lease then ends by itself.
    pub async fn release(mut self) -> Result<(), Failure> {
        let Some(heartbeat) = self.heartbeat.take() else { return Ok(()) };
        heartbeat.abort();
        let released = self.ledger.release_pieces(&self.claims).await;
        released.map_err(|error| {
            self.leave_proof();
            Failure::ours("the ledger could not be written", error)
        })
    }

    /// Releases the pieces after a step, and returns what the step did or why it failed. Pieces that cannot be released
    /// change nothing about that: their lease ends by itself.
    ///
    /// # Errors
    /// The failure of the step.
    pub async fn after<T>(self, step: Result<T, Failure>) -> Result<T, Failure> {
        if let Err(failure) = self.release().await {
            tracing::warn!(error = %chain(&failure), "claimed work could not be released; its lease ends by itself");
        }
        step
    }
}

impl Drop for ClaimedPieces {
    fn drop(&mut self) {
        // A step that was broken off: others need not wait for the end of the lease.
        let Some(heartbeat) = self.heartbeat.take() else { return };
        heartbeat.abort();
        self.leave_proof();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (ledger, claims) = (self.ledger.clone(), self.claims.clone());
            runtime.spawn(async move { ledger.release_pieces(&claims).await });
        }
    }
}

impl Context {
    /// As [`Context::record`], while pieces are held: all facts or none, in one transaction with the look at the claims.
    ///
    /// # Errors
    /// When one of the pieces was lost, or as [`Context::record`].
    pub async fn record_holding(&self, claimed: &[&ClaimedPieces], facts: &[Fact]) -> Result<(), Failure> {
        let claims: Vec<&PieceClaims> = claimed.iter().map(|one| &*one.claims).collect();
        let (now, at) = (now(), self.now());
        if facts.is_empty() {
            return Ok(());
        }
        let written = self.ledger.append_holding_pieces(&claims, now, &self.run, &self.actor, at, facts).await;
        match written.map_err(|error| self.not_written(error))? {
            Some(_) => self.witness(at, facts),
            None => Err(lost(&claims)),
        }
    }
}

/// Does an act of a person that touches pieces, so that nobody else works on them at the same time.
///
/// # Errors
/// When others hold one of the pieces, or as the act.
pub async fn claiming<T>(
    context: &Context,
    pieces: impl IntoIterator<Item = Piece>,
    act: impl AsyncFnOnce(&ClaimedPieces) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let claimed = ClaimedPieces::take(context, pieces).await?;
    let done = act(&claimed).await;
    claimed.after(done).await
}

/// What is held of the work on the ledger of a context. What a program held that has ended is left out, if it is known
/// to have ended.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn at_work(context: &Context) -> Result<Vec<HeldPiece>, Failure> {
    let held = context.ledger.held_pieces(now()).await;
    let mut held = held.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    held.retain(|piece| !worker::has_ended(&context.output, &piece.holder));
    Ok(held)
}

/// As [`at_work`], without what this program holds.
///
/// # Errors
/// As [`at_work`].
pub async fn others_at_work(context: &Context) -> Result<Vec<HeldPiece>, Failure> {
    let own = context.worker_begun();
    let mut held = at_work(context).await?;
    held.retain(|piece| own.as_ref().is_none_or(|own| own.claimant.holder != piece.holder));
    Ok(held)
}

/// The refusal of an act because somebody works on a piece of it.
#[must_use]
pub fn busy(context: &Context, held: &HeldPiece) -> Failure {
    let status = context.call.command("status");
    let Some(since) = held.since else {
        return Failure::usage(format!(
            "an older zhinaq works on this ledger: `{}`; its claim lasts until {} and is renewed while it works; wait until it ends",
            folder_lock::shown(&held.holder),
            at(&context.office, held.until)
        ))
        .coded("busy");
    };
    let (host, process) = worker::place(&held.holder);
    Failure::usage(format!(
        "process {process} on `{host}` (account `{}`) has worked on `{}` since {}; wait until it ends ({status} may be asked meanwhile)",
        held.account,
        held.what,
        at(&context.office, since)
    ))
    .coded("busy")
}

/// What a person reads while this program waits for another.
fn waits(context: &Context, held: &HeldPiece) -> String {
    let (host, process) = worker::place(&held.holder);
    format!(
        "waits for process {process} on `{host}` (account `{}`), which has worked on `{}` since {}",
        held.account,
        held.what,
        at(&context.office, held.since.unwrap_or(held.until))
    )
}

/// An instant as a person reads it.
#[must_use]
pub fn at(office: &Office, instant: DateTime<Utc>) -> String {
    instant.with_timezone(&office.zone).format("%Y-%m-%d %H:%M:%S %Z").to_string()
}

fn lost(claims: &[&PieceClaims]) -> Failure {
    let first = claims.iter().flat_map(|claims| &claims.pieces).next();
    let first = first.map(ToString::to_string).unwrap_or_default();
    Failure::usage(format!(
        "the claim on `{first}` was not renewed in time, and another program may work on it now; nothing was written: give the command again"
    ))
    .coded("busy")
}

/// Claims pieces, all or none, or those that are free. Programs of this output folder that have ended keep nothing.
async fn claim(
    context: &Context,
    pieces: &BTreeSet<Piece>,
    in_part: bool,
) -> Result<(ClaimedPieces, Vec<HeldPiece>), Failure> {
    if pieces.is_empty() {
        // Also of who may only read.
        return Ok((ClaimedPieces::of(context, None, PieceClaims::none("")), Vec::new()));
    }
    let worker = context.worker()?;
    let (ledger, claimant, lasts) = (&context.ledger, &worker.claimant, lasts(&context.office));
    let failed = |error| Failure::ours("the ledger could not be written", error);
    let mut looked = false;
    loop {
        let (claims, held) = if in_part {
            ledger.claim_free_pieces(pieces, claimant, now(), lasts).await.map_err(failed)?
        } else {
            match ledger.claim_pieces(pieces, claimant, now(), lasts).await.map_err(failed)? {
                Ok(claims) => (claims, Vec::new()),
                Err(held) => (PieceClaims::none(&claimant.holder), held),
            }
        };
        let claimed = ClaimedPieces::of(context, Some(worker.clone()), claims);
        if held.is_empty() || std::mem::replace(&mut looked, true) || !worker::end_dead(context, &held).await? {
            return Ok((claimed, held));
        }
        claimed.release().await?;
    }
}

/// Waits a little before others' pieces are looked at again.
async fn pause(context: &Context) -> Result<(), Failure> {
    tokio::select! {
        () = tokio::time::sleep(LOOK) => Ok(()),
        _ = context.stop.asked() => Err(Failure::stopped()),
    }
}

/// How long a lease lasts without being renewed.
fn lasts(office: &Office) -> TimeDelta {
    TimeDelta::from_std(office.settings.ledger_waits.lease).unwrap_or(TimeDelta::MAX)
}

/// The real time: leases use it even when a person acts as of another day.
fn now() -> DateTime<Utc> {
    Clock::System.now()
}

fn heartbeat(context: &Context, claims: Arc<PieceClaims>) -> JoinHandle<()> {
    let (ledger, lasts) = (context.ledger.clone(), lasts(&context.office));
    let renewal = context.office.settings.ledger_waits.lease / 3;
    tokio::spawn(async move {
        let mut pause = renewal;
        loop {
            tokio::time::sleep(pause).await;
            pause = renewal;
            match ledger.renew_pieces(&claims, now(), lasts).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!("a claim was not renewed in time; what is left of this work is not done here");
                    break;
                }
                Err(error) => {
                    tracing::warn!(%error, "the lease could not be renewed");
                    pause = SOON;
                }
            }
        }
    })
}
