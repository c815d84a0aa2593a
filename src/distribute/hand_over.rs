//! Hands over parcels with a few workers. Each parcel has its own task, and every step is recorded in the journal.
//!
//! In: parcels, a transport and a journal. Out: a receipt for each parcel. It does not know how bytes reach an organ.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{AttemptLog, Connection, Journal, Outcome, Parcel, Transport, attempt_log::AnyJournal};
use domain::{ParcelId, ParcelState};

/// How many parcels are sent at once, and how often they are retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The number of parcels that are sent at once; for mail, the number of connections.
    pub workers: usize,
    /// How often a parcel is tried again after a transient failure, before it is left to the next run.
    pub retries: u32,
    /// The pause before the first retry; it doubles, with jitter.
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

/// The result of the hand-over of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub parcel: ParcelId,
    pub outcome: Outcome,
    /// The numbers of the copies that were taken; all if the outcome is `handed`.
    pub handed: Vec<u32>,
    /// The number of attempts in this run.
    pub attempts: u32,
    /// Whether the outcome was recorded in the journal. If not, no further parcel was sent.
    pub recorded: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { workers: 4, retries: 3, first_pause: Duration::from_secs(2), longest_pause: Duration::from_mins(1) }
    }
}

/// Hands over parcels, and returns a receipt for each, in their order. Needs a tokio runtime.
///
/// If the journal cannot be written, or another program has taken over the claim, nothing more is sent, and the
/// remaining parcels stay queued.
pub async fn hand_over<J: Journal>(
    transport: Arc<dyn Transport>,
    journal: Arc<J>,
    parcels: Vec<Parcel>,
    pace: Pace,
) -> Vec<Receipt> {
    let queue: VecDeque<(usize, Parcel)> = parcels.into_iter().enumerate().collect();
    let count = pace.workers.clamp(1, queue.len().max(1));
    let shared =
        Arc::new(Shared { queue: Mutex::new(queue), receipts: Mutex::default(), stop: AtomicBool::new(false) });
    let workers = (0..count).map(|_| {
        let (shared, transport) = (Arc::clone(&shared), Arc::clone(&transport));
        let journal: Arc<dyn AnyJournal> = journal.clone();
        async move { work(&shared, &transport, &journal, pace).await }
    });
    futures::future::join_all(workers).await;
    let mut receipts = std::mem::take(&mut *locked(&shared.receipts));
    receipts.sort_by_key(|(index, _)| *index);
    receipts.into_iter().map(|(_, receipt)| receipt).collect()
}

struct Shared {
    queue: Mutex<VecDeque<(usize, Parcel)>>,
    receipts: Mutex<Vec<(usize, Receipt)>>,
    stop: AtomicBool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn work(shared: &Shared, transport: &Arc<dyn Transport>, journal: &Arc<dyn AnyJournal>, pace: Pace) {
    let mut connection = Arc::clone(transport).connection();
    loop {
        let next = locked(&shared.queue).pop_front();
        let Some((index, parcel)) = next else { break };
        let log = Arc::new(AttemptLog::new(Arc::clone(journal), &parcel, pace));
        let outcome = if shared.stop.load(Ordering::SeqCst) {
            Outcome::queued("not tried: an earlier parcel could not be recorded")
        } else {
            carry(transport, Arc::new(parcel), &mut connection, &log).await
        };
        if log.has_stopped() {
            shared.stop.store(true, Ordering::SeqCst);
        }
        locked(&shared.receipts).push((index, log.receipt(outcome)));
    }
    connection.close().await;
}

/// Hands over one parcel in its own task. So a fault of the program in this task becomes a recorded failure, and the
/// other parcels go on, over a new connection.
async fn carry(
    transport: &Arc<dyn Transport>,
    parcel: Arc<Parcel>,
    connection: &mut Box<dyn Connection>,
    log: &Arc<AttemptLog>,
) -> Outcome {
    let may_be_taken = connection.may_be_taken();
    let mut own = std::mem::replace(connection, Arc::clone(transport).connection());
    let task = tokio::spawn({
        let log = Arc::clone(log);
        async move {
            let outcome = own.send(&parcel, &log).await;
            (own, outcome)
        }
    });
    match task.await {
        Ok((own, outcome)) => {
            *connection = own;
            outcome
        }
        Err(error) => log.broke_off(transport.channel(), &error, may_be_taken.load(Ordering::SeqCst)).await,
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.parcel, self.outcome.state)?;
        match self.outcome.state {
            ParcelState::Handed => Ok(()),
            _ => write!(f, " ({})", self.outcome.words),
        }
    }
}
