//! One leader among several daemons on one ledger.
//!
//! A lease in the ledger decides who leads. Each takeover gets a larger fence number, and a fact of the schedule is
//! written only while the fence is valid. In one output folder a file lock decides sooner: the operating system
//! releases it the moment a process dies. A lease that is renewed is alive, whoever holds it. A lease that was not
//! renewed for its whole length is dead, whatever a clock says.
//!
//! In: the ledger, a lock file, the real time. Out: a claim with its fence. Unknown here: what the leader does.

use std::{path::PathBuf, sync::Arc, time::Instant};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Failure, context::folder_lock::FolderLock};
use ledger::{Holder, Ledger, RunClaim};

const WHAT: &str = "schedule";
/// How long a lease lasts without being renewed, at least: three sleeps of the daemon.
pub const LEASE: TimeDelta = TimeDelta::seconds(90);

/// One of the daemons.
#[derive(Debug)]
pub struct Leader {
    ledger: Ledger,
    holder: String,
    /// The lock of this output folder; `None`: the lease alone decides.
    lock: Option<PathBuf>,
    locked: Option<FolderLock>,
    lease: TimeDelta,
    claim: Option<Arc<RunClaim>>,
    /// The lease of another daemon, and since when it has looked the same.
    seen: Option<(Holder, Instant)>,
}

impl Leader {
    /// A daemon that does not lead yet. `holder` is its name: `machine/run`.
    #[must_use]
    pub fn new(ledger: Ledger, holder: String, lock: Option<PathBuf>) -> Self {
        Self { ledger, holder, lock, locked: None, lease: LEASE, claim: None, seen: None }
    }

    /// The same daemon with a lease of this length, if it is longer than the usual one.
    #[must_use]
    pub fn lasting(self, lease: TimeDelta) -> Self {
        Self { lease: lease.max(LEASE), ..self }
    }

    /// How long a lease lasts without being renewed.
    #[must_use]
    pub const fn lease(&self) -> TimeDelta {
        self.lease
    }

    /// Takes or keeps the lead; `None` when another daemon has it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn lead(&mut self, now: DateTime<Utc>) -> Result<Option<Arc<RunClaim>>, Failure> {
        if !self.has_lock()? {
            return Ok(None);
        }
        if let Some(claim) = &self.claim {
            if self.ledger.renew(claim, now, self.lease).await.map_err(unwritten)? {
                return Ok(self.claim.clone());
            }
            self.claim = None;
        }
        let holder = self.locked.as_ref().map_or_else(|| self.holder.clone(), |lock| lock.holder(&self.holder));
        let mut taken = None;
        if let Some(standing) = self.ledger.holder(WHAT, now).await.map_err(unwritten)? {
            let had_our_lock = self.locked.as_ref().is_some_and(|lock| lock.was_of(&standing.holder));
            if had_our_lock || self.is_unrenewed(&standing) {
                let dead = &standing.holder;
                taken = self.ledger.take_over(WHAT, dead, &holder, now, self.lease).await.map_err(unwritten)?;
            }
        }
        if taken.is_none() {
            taken = self.ledger.claim(WHAT, &holder, now, self.lease).await.map_err(unwritten)?;
        }
        if taken.is_some() {
            self.seen = None;
        }
        self.claim = taken.map(Arc::new);
        Ok(self.claim.clone())
    }

    /// Whether a lease has looked the same for longer than a lease lasts: its end lies far ahead because a clock was
    /// wrong, and nobody renews it.
    fn is_unrenewed(&mut self, standing: &Holder) -> bool {
        match &self.seen {
            Some((seen, since)) if seen == standing => self.lease.to_std().is_ok_and(|lease| since.elapsed() > lease),
            _ => {
                self.seen = Some((standing.clone(), Instant::now()));
                false
            }
        }
    }

    /// Gives the lead back.
    ///
    /// # Errors
    /// When the ledger cannot be written; the lease then ends by itself.
    pub async fn resign(&mut self) -> Result<(), Failure> {
        if let Some(claim) = self.claim.take() {
            self.ledger.release(&claim).await.map_err(unwritten)?;
        }
        self.locked = None;
        Ok(())
    }

    fn has_lock(&mut self) -> Result<bool, Failure> {
        let Some(path) = &self.lock else { return Ok(true) };
        if self.locked.is_none() {
            let taken = FolderLock::take(path);
            self.locked =
                taken.map_err(|error| Failure::ours(format!("`{}` could not be opened", path.display()), error))?;
        }
        Ok(self.locked.is_some())
    }
}

fn unwritten(error: ledger::LedgerError) -> Failure {
    Failure::ours("the ledger could not be written", error)
}
