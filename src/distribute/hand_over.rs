//! Handing parcels over: a few workers, each parcel in a task of its own, every step told to the journal.

use std::{
    collections::VecDeque,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    AttemptLog, Carried, Connection, Journal, Outcome, Parcel, Stop, Transport, attempt_log::AnyJournal,
    trouble_row::TroubleRow,
};
use domain::{ParcelId, ParcelState};

/// How fast and how patiently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Parcels under way at once; for mail, connections.
    pub workers: usize,
    /// How often a transient failure is tried again before it is left to the next run.
    pub retries: u32,
    /// The pause before the first retry; it doubles, with jitter.
    pub first_pause: Duration,
    pub longest_pause: Duration,
    /// How long a mail under way may take after the program was asked to stop.
    pub stop_bound: Duration,
}

/// What became of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub parcel: ParcelId,
    pub outcome: Outcome,
    /// The numbers of the copies that were taken; all of them when the outcome is `handed`.
    pub handed: Vec<u32>,
    /// Attempts made now.
    pub attempts: u32,
    /// Whether the journal knows the outcome. If not, nothing more was sent after it.
    pub recorded: bool,
    /// Whether it is larger than the server takes, and has to go by folder.
    pub is_too_large: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            workers: 4,
            retries: 3,
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_mins(1),
            stop_bound: Duration::from_mins(5),
        }
    }
}

/// Hands parcels over and answers a receipt for each, in their order. Needs a tokio runtime.
///
/// Nothing more is sent, and the parcels that are left stay queued, when the journal cannot be written, another program
/// has taken the claim over, or the same trouble hits one parcel after the other.
pub async fn hand_over<J: Journal>(
    transport: Arc<dyn Transport>,
    journal: Arc<J>,
    parcels: Vec<Parcel>,
    pace: Pace,
) -> Vec<Receipt> {
    hand_over_until(transport, journal, parcels, pace, &Stop::default()).await
}

/// As [`hand_over`], until the program is asked to stop: then no parcel is begun, and what is under way ends within the
/// bound of the pace.
pub async fn hand_over_until<J: Journal>(
    transport: Arc<dyn Transport>,
    journal: Arc<J>,
    parcels: Vec<Parcel>,
    pace: Pace,
    stop: &Stop,
) -> Vec<Receipt> {
    let waiting: VecDeque<(usize, Parcel)> = parcels.into_iter().enumerate().collect();
    let count = pace.workers.clamp(1, waiting.len().max(1));
    let shared = Arc::new(Shared {
        queue: Mutex::new(Queue { waiting, workers: count }),
        receipts: Mutex::default(),
        closed: AtomicBool::new(false),
        troubles: TroubleRow::default(),
    });
    let workers = (0..count).map(|_| {
        let (shared, transport) = (Arc::clone(&shared), Arc::clone(&transport));
        let journal: Arc<dyn AnyJournal> = journal.clone();
        async move { work(&shared, &transport, &journal, pace, stop).await }
    });
    futures::future::join_all(workers).await;
    let mut receipts = std::mem::take(&mut *locked(&shared.receipts));
    receipts.sort_by_key(|(index, _)| *index);
    receipts.into_iter().map(|(_, receipt)| receipt).collect()
}

struct Shared {
    queue: Mutex<Queue>,
    receipts: Mutex<Vec<(usize, Receipt)>>,
    closed: AtomicBool,
    troubles: TroubleRow,
}

struct Queue {
    waiting: VecDeque<(usize, Parcel)>,
    /// The workers that will look into the queue again.
    workers: usize,
}

impl Shared {
    /// The next parcel; without one the worker ends.
    fn next(&self) -> Option<(usize, Parcel)> {
        let mut queue = locked(&self.queue);
        let next = queue.waiting.pop_front();
        queue.workers -= usize::from(next.is_none());
        next
    }

    /// Puts a parcel back; `true` if the worker may end, because another one will take the parcel.
    fn put_back(&self, index: usize, parcel: Parcel) -> bool {
        let mut queue = locked(&self.queue);
        queue.waiting.push_front((index, parcel));
        let may_end = queue.workers > 1;
        queue.workers -= usize::from(may_end);
        may_end
    }

    /// Why nothing more may be sent.
    fn closed(&self) -> Option<String> {
        if self.closed.load(Ordering::SeqCst) {
            return Some("not tried: an earlier parcel could not be recorded".into());
        }
        self.troubles.why_to_stop()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn work(shared: &Shared, transport: &Arc<dyn Transport>, journal: &Arc<dyn AnyJournal>, pace: Pace, stop: &Stop) {
    let mut connection = Arc::clone(transport).connection();
    while let Some((index, parcel)) = shared.next() {
        let log = Arc::new(AttemptLog::new(Arc::clone(journal), &parcel, pace, stop));
        let parcel = Arc::new(parcel);
        let carried = match shared.closed() {
            Some(why) => Carried::Ended(Outcome::queued(why)),
            None => match log.unless_stopped(std::future::ready(())).await {
                Ok(()) => carry(transport, &parcel, &mut connection, &log).await,
                Err(stopped) => Carried::Ended(stopped),
            },
        };
        if log.is_closed() {
            shared.closed.store(true, Ordering::SeqCst);
        }
        let receipt = match carried {
            Carried::Retired => {
                let attempts = log.last_number();
                let parcel = Parcel { attempts, ..Arc::unwrap_or_clone(parcel) };
                if shared.put_back(index, parcel) {
                    break;
                }
                // The other connections are just ending.
                tokio::time::sleep(pace.first_pause).await;
                continue;
            }
            Carried::TooLarge(words) => Receipt { is_too_large: true, ..log.receipt(Outcome::queued(words)) },
            Carried::Ended(outcome) => {
                shared.troubles.saw(&outcome);
                log.receipt(outcome)
            }
        };
        locked(&shared.receipts).push((index, receipt));
    }
    connection.close().await;
}

/// One parcel in a task of its own, so that a fault of the program in it is a recorded failure and the others go on, over
/// a new connection.
async fn carry(
    transport: &Arc<dyn Transport>,
    parcel: &Arc<Parcel>,
    connection: &mut Box<dyn Connection>,
    log: &Arc<AttemptLog>,
) -> Carried {
    let may_be_taken = connection.may_be_taken();
    let mut own = std::mem::replace(connection, Arc::clone(transport).connection());
    let task = tokio::spawn({
        let (log, parcel) = (Arc::clone(log), Arc::clone(parcel));
        async move {
            let carried = own.send(&parcel, &log).await;
            (own, carried)
        }
    });
    match task.await {
        Ok((own, carried)) => {
            *connection = own;
            carried
        }
        Err(error) => {
            let may_be_taken = may_be_taken.load(Ordering::SeqCst);
            Carried::Ended(log.broke_off(transport.channel(), &error, may_be_taken).await)
        }
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
