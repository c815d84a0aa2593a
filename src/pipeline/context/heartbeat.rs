//! The heartbeat of the scheduler: the time at which it last looked.
//!
//! In: the ledger, the time. Out: the last heartbeat, and who wrote it. Unknown here: what the scheduler does, and how
//! old a heartbeat may be.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use ledger::Ledger;

const BEAT: &str = "heartbeat";

/// Writes a heartbeat: the time, in the table of claims, because a heartbeat has no history.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn beat(ledger: &Ledger, holder: &str, now: DateTime<Utc>) -> Result<(), Failure> {
    if ledger.claim(BEAT, holder, now, TimeDelta::zero()).await.map_err(unwritten)?.is_none() {
        // The last beat lies in the future: the clock was set back.
        if let Some(last) = last_beat(ledger).await? {
            ledger.take_over(BEAT, &last.1, holder, now, TimeDelta::zero()).await.map_err(unwritten)?;
        }
    }
    Ok(())
}

/// The last heartbeat, and who wrote it; `None` before the first.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn last_beat(ledger: &Ledger) -> Result<Option<(DateTime<Utc>, String)>, Failure> {
    let ever = DateTime::<Utc>::UNIX_EPOCH;
    let found = ledger.holder(BEAT, ever).await;
    let found = found.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    Ok(found.map(|beat| (beat.until, beat.holder)))
}

fn unwritten(error: ledger::LedgerError) -> Failure {
    Failure::ours("the ledger could not be written", error)
}
