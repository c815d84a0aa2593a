//! What a transport tells the journal while it hands over one parcel, and what is known of it after a fault.

use std::{
    fmt,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use futures::{FutureExt as _, future::BoxFuture};

use super::{Attempt, Journal, JournalError, Outcome, Pace, Parcel, Receipt, Stop, transport::fault};
use domain::{Channel, ParcelId};

/// A [`Journal`] of any type.
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

/// The journal as the hand-over of one parcel sees it, with what was told to it and what patience is left. Kept where a
/// panic cannot take it along.
pub struct AttemptLog {
    journal: Arc<dyn AnyJournal>,
    parcel: ParcelId,
    patience: Mutex<ExponentialBackoff>,
    before: u32,
    attempts: AtomicU32,
    /// The attempt whose intent stands in the journal without an outcome.
    open: Mutex<Option<Attempt>>,
    copies: Vec<u32>,
    handed: Mutex<Vec<u32>>,
    unrecorded: AtomicBool,
    /// Whether nothing more may be sent, because the journal fails or another program has taken over.
    closed: AtomicBool,
    stop: Stop,
    stop_bound: Duration,
}

/// The words for what was not begun because the program ends.
const STOPPED: &str = "not tried: the program was asked to stop";

/// How often an outcome is tried to be recorded: it is known, and must not be lost to a moment's trouble.
const RECORD_TRIES: u32 = 3;
const RECORD_PAUSE: Duration = Duration::from_millis(500);

impl AttemptLog {
    pub(super) fn new(journal: Arc<dyn AnyJournal>, parcel: &Parcel, pace: Pace, stop: &Stop) -> Self {
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
            closed: AtomicBool::new(false),
            stop: stop.clone(),
            stop_bound: pace.stop_bound,
        }
    }

    /// The number of the next attempt.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.before + self.attempts.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Records the intent, and asks the journal whether the copies may still be sent.
    ///
    /// # Errors
    /// With the outcome, when nothing may be sent.
    pub async fn intend(&self, attempt: &Attempt) -> Result<(), Outcome> {
        if self.stop.is_asked() {
            return Err(Self::stopped());
        }
        if let Err(error) = self.journal.intent(attempt).await {
            self.closed.store(true, Ordering::SeqCst);
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
        self.closed.store(true, Ordering::SeqCst);
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
            self.closed.store(true, Ordering::SeqCst);
            outcome.words = format!("{}; this could not be recorded: {}", outcome.words, words(&error));
            break;
        }
        *locked(&self.open) = None;
        outcome
    }

    /// Records an outcome of something that could still be taken back, so no intent was needed.
    pub async fn without_intent(&self, copies: Vec<u32>, channel: Channel, outcome: Outcome) -> Outcome {
        let (parcel, number) = (self.parcel.clone(), self.next_number());
        let attempt = Attempt { parcel, number, channel, message_id: None, copies, mail: None };
        self.ended(&attempt, outcome).await
    }

    /// The task ended by a panic. With an open attempt that the other side may own nobody knows; else nothing was taken.
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

    /// Waits before a retry; `false` when there is no patience left.
    pub async fn wait(&self) -> bool {
        let Some(pause) = locked(&self.patience).next() else { return false };
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            _ = self.stop.asked() => false,
        }
    }

    /// Does a step that can be taken back. If the program is asked to stop, the step is given up.
    ///
    /// # Errors
    /// With the outcome, when the program was asked to stop.
    pub async fn unless_stopped<T>(&self, step: impl Future<Output = T>) -> Result<T, Outcome> {
        tokio::select! {
            biased;
            _ = self.stop.asked() => Err(Self::stopped()),
            done = step => Ok(done),
        }
    }

    /// Waits until the program was asked to stop, and the bound for what is under way has passed.
    pub async fn overdue(&self) {
        self.stop.overdue(self.stop_bound).await;
    }

    fn stopped() -> Outcome {
        Outcome::queued(STOPPED)
    }

    /// Whether a copy of the parcel was taken.
    #[must_use]
    pub fn has_handed(&self) -> bool {
        !locked(&self.handed).is_empty()
    }

    /// The number of the last attempt.
    pub(super) fn last_number(&self) -> u32 {
        self.before + self.attempts.load(Ordering::SeqCst)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(super) fn receipt(&self, outcome: Outcome) -> Receipt {
        let mut handed = locked(&self.handed).clone();
        handed.sort_unstable();
        handed.dedup();
        Receipt {
            parcel: self.parcel.clone(),
            outcome,
            handed,
            attempts: self.attempts.load(Ordering::SeqCst),
            recorded: !self.unrecorded.load(Ordering::SeqCst),
            is_too_large: false,
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
