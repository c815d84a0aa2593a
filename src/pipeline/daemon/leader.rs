//! One leader among several daemons on one ledger.
//!
//! A lease in the ledger decides who leads. Each takeover gets a larger fence number, and a fact of the schedule is
//! written only while the fence is valid. On one machine a file lock decides sooner: the operating system releases it
//! the moment a process dies.
//!
//! In: the ledger, a lock file, the real time. Out: a claim with its fence. Unknown here: what the leader does.

use std::{fs::File, path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use ledger::{Ledger, RunClaim};

const WHAT: &str = "schedule";
/// How long a lease lasts without being renewed.
pub const LEASE: TimeDelta = TimeDelta::seconds(90);

/// One of the daemons.
#[derive(Debug)]
pub struct Leader {
    ledger: Ledger,
    holder: String,
    /// The lock of this machine; `None`: the lease alone decides.
    lock: Option<PathBuf>,
    locked: Option<File>,
    claim: Option<Arc<RunClaim>>,
}

impl Leader {
    /// A daemon that does not lead yet. `holder` is its name: `machine/run`.
    #[must_use]
    pub fn new(ledger: Ledger, holder: String, lock: Option<PathBuf>) -> Self {
        Self { ledger, holder, lock, locked: None, claim: None }
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
            if self.ledger.renew(claim, now, LEASE).await.map_err(unwritten)? {
                return Ok(self.claim.clone());
            }
            self.claim = None;
        }
        let mut taken = None;
        if let Some(standing) = self.ledger.holder(WHAT, now).await.map_err(unwritten)? {
            // We hold this machine's lock, so a holder of this machine is dead. A lease that ends so far ahead comes
            // from a wrong clock.
            let machine = self.holder.split('/').next().unwrap_or_default();
            let is_dead = self.lock.is_some() && standing.holder.split('/').next() == Some(machine);
            if is_dead || standing.until - now > LEASE * 2 {
                let dead = &standing.holder;
                taken = self.ledger.take_over(WHAT, dead, &self.holder, now, LEASE).await.map_err(unwritten)?;
            }
        }
        if taken.is_none() {
            taken = self.ledger.claim(WHAT, &self.holder, now, LEASE).await.map_err(unwritten)?;
        }
        self.claim = taken.map(Arc::new);
        Ok(self.claim.clone())
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
        if self.locked.is_some() {
            return Ok(true);
        }
        let failed = |error| Failure::ours(format!("`{}` could not be opened", path.display()), error);
        let file = File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
        match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => self.locked = Some(file),
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(false),
            Err(error) => return Err(failed(error.into())),
        }
        Ok(true)
    }
}

fn unwritten(error: ledger::LedgerError) -> Failure {
    Failure::ours("the ledger could not be written", error)
}
