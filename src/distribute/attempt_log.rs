//! The log of the hand-over of one parcel: what a transport records in the journal, and what is known after a fault.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use futures::{FutureExt as _, future::BoxFuture};

use super::{Attempt, Journal, JournalError, Outcome, Pace, Parcel, Receipt, transport::fault};
use domain::{Channel, ParcelId};

/// A [`Journal`] as a trait object.
pub(super) trait AnyJournal: Send + Sync {
    fn intent<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<(), JournalError>>;
    fn may_send<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<bool, JournalError>>;
    fn outcome<'a>(&'a self, attempt: &'a Attempt, outcome: &'a Outcome) -> BoxFuture<'a, Result<(), JournalError>>;
}

impl<J: Journal> AnyJournal for J {
    fn intent<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<(), JournalError>> {
        Journal::intent(self, attempt).boxed()
    }

    fn may_send<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<bool, JournalError>> {
        Journal::may_send(self, attempt).boxed()
    }

    fn outcome<'a>(&'a self, attempt: &'a Attempt, outcome: &'a Outcome) -> BoxFuture<'a, Result<(), JournalError>> {
        Journal::outcome(self, attempt, outcome).boxed()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The journal for the hand-over of one parcel, with what was recorded and how many retries are left. It lies outside
/// the task of the parcel, so it survives a panic.
pub struct AttemptLog {
    journal: Arc<dyn AnyJournal>,
    parcel: ParcelId,
    patience: Mutex<ExponentialBackoff>,
    before: u32,
    attempts: AtomicU32,
    /// The attempt whose intent is in the journal without an outcome.
    open: Mutex<Option<Attempt>>,
    copies: Vec<u32>,
    handed: Mutex<Vec<u32>>,
    unrecorded: AtomicBool,
    stop: AtomicBool,
}

/// How often the program tries to record an outcome, so that a short trouble does not lose it.
const RECORD_TRIES: u32 = 3;
const RECORD_PAUSE: Duration = Duration::from_millis(500);

impl AttemptLog {
    pub(super) fn new(journal: Arc<dyn AnyJournal>, parcel: &Parcel, pace: Pace) -> Self {
        let patience = ExponentialBuilder::default()
            .with_min_delay(pace.first_pause)
            .with_max_delay(pace.longest_pause)
            .with_max_times(pace.retries as usize)
            .with_jitter();
        Self {
            journal,
            parcel: parcel.id.clone(),
            patience: Mutex::new(patience.build()),
            before: parcel.attempts,
            attempts: AtomicU32::new(0),
            open: Mutex::default(),
            copies: parcel.numbers(),
            handed: Mutex::default(),
            unrecorded: AtomicBool::new(false),
            stop: AtomicBool::new(false),
        }
    }

    /// The number of the next attempt.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.before + self.attempts.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Records the intent, and checks that this program may still send.
    ///
    /// # Errors
    /// When nothing may be sent; the error is the outcome.
    pub async fn intend(&self, attempt: &Attempt) -> Result<(), Outcome> {
        if let Err(error) = self.journal.intent(attempt).await {
            self.stop.store(true, Ordering::SeqCst);
            return Err(Outcome::queued(format!(
                "nothing was sent: the journal could not be written: {}",
                words(&error)
            )));
        }
        *locked(&self.open) = Some(attempt.clone());
        let why = match self.journal.may_send(attempt).await {
            Ok(true) => return Ok(()),
            Ok(false) => String::from("nothing was sent: another run has taken over"),
            Err(error) => format!("nothing was sent: the journal could not be read: {}", words(&error)),
        };
        self.stop.store(true, Ordering::SeqCst);
        Err(self.ended(attempt, Outcome::queued(why)).await)
    }

    /// Records an outcome.
    pub async fn ended(&self, attempt: &Attempt, mut outcome: Outcome) -> Outcome {
        if outcome.state.is_handed() {
            locked(&self.handed).extend(&attempt.copies);
        }
        let mut tries = 1;
        while let Err(error) = self.journal.outcome(attempt, &outcome).await {
            if tries < RECORD_TRIES {
                tries += 1;
                tokio::time::sleep(RECORD_PAUSE).await;
                continue;
            }
            self.unrecorded.store(true, Ordering::SeqCst);
            self.stop.store(true, Ordering::SeqCst);
            outcome.words = format!("{}; this could not be recorded: {}", outcome.words, words(&error));
            break;
        }
        *locked(&self.open) = None;
        outcome
    }

    /// Records the outcome of steps that could still be undone, and so needed no intent.
    pub async fn without_intent(&self, copies: Vec<u32>, channel: Channel, outcome: Outcome) -> Outcome {
        let attempt =
            Attempt { parcel: self.parcel.clone(), number: self.next_number(), channel, message_id: None, copies };
        self.ended(&attempt, outcome).await
    }

    /// Records that the task ended with a panic. The outcome is uncertain if an attempt is open and the other side may
    /// have taken it. Otherwise nothing was taken.
    pub(super) async fn broke_off(
        &self,
        channel: Channel,
        error: &tokio::task::JoinError,
        may_be_taken: bool,
    ) -> Outcome {
        let open = locked(&self.open).clone();
        if let Some(attempt) = open {
            let outcome = if may_be_taken && !channel.can_be_repeated() {
                Outcome::uncertain(fault(error))
            } else {
                Outcome::failed(fault(error), true)
            };
            return self.ended(&attempt, outcome).await;
        }
        let handed = locked(&self.handed).clone();
        let left = self.copies.iter().copied().filter(|n| !handed.contains(n)).collect();
        self.without_intent(left, channel, Outcome::failed(fault(error), true)).await
    }

    /// Waits before a retry; `false` when no retries are left.
    pub async fn wait(&self) -> bool {
        let Some(pause) = locked(&self.patience).next() else { return false };
        tokio::time::sleep(pause).await;
        true
    }

    pub(super) fn has_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub(super) fn receipt(&self, outcome: Outcome) -> Receipt {
        let mut handed = locked(&self.handed).clone();
        handed.sort_unstable();
        Receipt {
            parcel: self.parcel.clone(),
            outcome,
            handed,
            attempts: self.attempts.load(Ordering::SeqCst),
            recorded: !self.unrecorded.load(Ordering::SeqCst),
        }
    }
}

fn words(error: &JournalError) -> String {
    error.to_string()
}

impl fmt::Debug for AttemptLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptLog").field("parcel", &self.parcel).finish_non_exhaustive()
    }
}
