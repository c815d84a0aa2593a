//! Handing parcels over: a few workers, each parcel in a task of its own, every step told to the journal.

use std::{
    collections::VecDeque,
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use super::{
    Attempt, Drawer, Folder, Journal, JournalError, MailSender, Memory, Outcome, Parcel, Smtp, mail_transport::Line,
};
use domain::{Channel, ParcelId, ParcelState};

/// The way by which parcels travel.
#[derive(Debug)]
pub enum Transport {
    Folder(Folder),
    Smtp(Smtp),
    Memory(Memory),
    /// A dry run by mail.
    Drawer(Drawer),
}

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
}

impl Default for Pace {
    fn default() -> Self {
        Self { workers: 4, retries: 3, first_pause: Duration::from_secs(2), longest_pause: Duration::from_mins(1) }
    }
}

impl Transport {
    /// Parcels into folders below an outbox.
    #[must_use]
    pub fn folder(outbox: impl Into<PathBuf>) -> Self {
        Self::Folder(Folder::new(outbox))
    }

    /// Mails into files below a folder, as they would go to a server; nothing is sent.
    #[must_use]
    pub fn drawer(root: impl Into<PathBuf>, sender: MailSender) -> Self {
        Self::Drawer(Drawer::new(root, sender))
    }

    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Folder(_) | Self::Drawer(_) => Channel::Folder,
            Self::Smtp(_) => Channel::Smtp,
            Self::Memory(_) => Channel::Memory,
        }
    }
}

/// Hands parcels over and answers a receipt for each, in their order. Needs a tokio runtime.
///
/// When the journal cannot be written, or another program has taken the claim over, nothing more is sent and the
/// parcels that are left stay queued.
pub async fn hand_over<J: Journal>(
    transport: Arc<Transport>,
    journal: Arc<J>,
    parcels: Vec<Parcel>,
    pace: Pace,
) -> Vec<Receipt> {
    let queue: VecDeque<(usize, Parcel)> = parcels.into_iter().enumerate().collect();
    let count = pace.workers.clamp(1, queue.len().max(1));
    let shared =
        Arc::new(Shared { queue: Mutex::new(queue), receipts: Mutex::default(), stop: AtomicBool::new(false) });
    let workers = (0..count).map(|_| {
        let (shared, transport, journal) = (Arc::clone(&shared), Arc::clone(&transport), Arc::clone(&journal));
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

async fn work<J: Journal>(shared: &Shared, transport: &Arc<Transport>, journal: &Arc<J>, pace: Pace) {
    let mut line = Line::default();
    loop {
        let next = locked(&shared.queue).pop_front();
        let Some((index, parcel)) = next else { break };
        let sent = Arc::new(Sent::new(&parcel));
        let outcome = if shared.stop.load(Ordering::SeqCst) {
            Outcome::queued("not tried: an earlier parcel could not be recorded")
        } else {
            carry(transport, journal, Arc::new(parcel), &mut line, &sent, pace).await
        };
        if sent.has_stopped() {
            shared.stop.store(true, Ordering::SeqCst);
        }
        locked(&shared.receipts).push((index, sent.receipt(outcome)));
    }
    line.close().await;
}

/// One parcel in a task of its own, so that a fault of the program in it is a recorded failure and the others go on.
async fn carry<J: Journal>(
    transport: &Arc<Transport>,
    journal: &Arc<J>,
    parcel: Arc<Parcel>,
    line: &mut Line,
    sent: &Arc<Sent>,
    pace: Pace,
) -> Outcome {
    let dot = Arc::clone(&line.dot);
    let mut own = std::mem::take(line);
    let task = tokio::spawn({
        let (transport, journal, sent) = (Arc::clone(transport), Arc::clone(journal), Arc::clone(sent));
        async move {
            let outcome = match transport.as_ref() {
                Transport::Smtp(smtp) => {
                    let mut pause = Pause::new(pace);
                    smtp.send(journal.as_ref(), &parcel, &mut own, &mut pause, &sent).await
                }
                Transport::Folder(_) | Transport::Memory(_) | Transport::Drawer(_) => {
                    at_once(&transport, journal.as_ref(), parcel, &sent).await
                }
            };
            (own, outcome)
        }
    });
    match task.await {
        Ok((own, outcome)) => {
            *line = own;
            outcome
        }
        Err(error) => sent.broke_off(journal.as_ref(), transport.channel(), &error, dot.load(Ordering::SeqCst)).await,
    }
}

/// A parcel that goes in one step, on a thread that may wait for the disk.
async fn at_once<J: Journal>(transport: &Arc<Transport>, journal: &J, parcel: Arc<Parcel>, sent: &Sent) -> Outcome {
    let attempt = Attempt {
        parcel: parcel.id.clone(),
        number: sent.next_number(),
        channel: transport.channel(),
        message_id: None,
        copies: parcel.numbers(),
    };
    if let Err(outcome) = sent.intend(journal, &attempt).await {
        return outcome;
    }
    let taken = tokio::task::spawn_blocking({
        let (transport, attempt) = (Arc::clone(transport), attempt.clone());
        move || match transport.as_ref() {
            Transport::Folder(folder) => folder.take(&parcel),
            Transport::Drawer(drawer) => drawer.take(&parcel),
            Transport::Memory(memory) => memory.take(&parcel, &attempt),
            Transport::Smtp(_) => Outcome::queued("mail goes step by step"),
        }
    });
    let channel = transport.channel();
    let outcome = taken.await.unwrap_or_else(|error| {
        // What is there already is recognised in a folder; elsewhere nobody knows whether it was taken.
        let words = fault(&error);
        if channel.can_be_repeated() { Outcome::failed(words, true) } else { Outcome::uncertain(words) }
    });
    sent.ended(journal, &attempt, outcome).await
}

fn fault(error: &tokio::task::JoinError) -> String {
    format!("a fault of the program while handing over: {error}")
}

/// What one parcel's hand-over has told the journal, kept where a panic cannot take it along.
pub struct Sent {
    parcel: ParcelId,
    before: u32,
    attempts: AtomicU32,
    /// The attempt whose intent stands in the journal without an outcome.
    open: Mutex<Option<Attempt>>,
    copies: Vec<u32>,
    handed: Mutex<Vec<u32>>,
    unrecorded: AtomicBool,
    stop: AtomicBool,
}

/// How often an outcome is tried to be recorded: it is known, and must not be lost to a moment's trouble.
const RECORD_TRIES: u32 = 3;
const RECORD_PAUSE: Duration = Duration::from_millis(500);

impl Sent {
    fn new(parcel: &Parcel) -> Self {
        Self {
            parcel: parcel.id.clone(),
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
    pub fn next_number(&self) -> u32 {
        self.before + self.attempts.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Records the intent and asks for leave; the error is the outcome when nothing may be sent.
    pub async fn intend<J: Journal>(&self, journal: &J, attempt: &Attempt) -> Result<(), Outcome> {
        if let Err(error) = journal.intent(attempt).await {
            self.stop.store(true, Ordering::SeqCst);
            return Err(Outcome::queued(format!(
                "nothing was sent: the journal could not be written: {}",
                words(&error)
            )));
        }
        *locked(&self.open) = Some(attempt.clone());
        let why = match journal.may_send(attempt).await {
            Ok(true) => return Ok(()),
            Ok(false) => String::from("nothing was sent: another run has taken over"),
            Err(error) => format!("nothing was sent: the journal could not be read: {}", words(&error)),
        };
        self.stop.store(true, Ordering::SeqCst);
        Err(self.ended(journal, attempt, Outcome::queued(why)).await)
    }

    /// Records an outcome.
    pub async fn ended<J: Journal>(&self, journal: &J, attempt: &Attempt, mut outcome: Outcome) -> Outcome {
        if outcome.state.is_handed() {
            locked(&self.handed).extend(&attempt.copies);
        }
        let mut tries = 1;
        while let Err(error) = journal.outcome(attempt, &outcome).await {
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

    /// Records an outcome of something that could still be taken back, so no intent was needed.
    pub async fn without_intent<J: Journal>(
        &self,
        journal: &J,
        copies: Vec<u32>,
        channel: Channel,
        outcome: Outcome,
    ) -> Outcome {
        let attempt =
            Attempt { parcel: self.parcel.clone(), number: self.next_number(), channel, message_id: None, copies };
        self.ended(journal, &attempt, outcome).await
    }

    /// The task ended by a panic. With an open attempt by mail and the dot gone nobody knows; else nothing was taken.
    async fn broke_off<J: Journal>(
        &self,
        journal: &J,
        channel: Channel,
        error: &tokio::task::JoinError,
        dot_has_left: bool,
    ) -> Outcome {
        let open = locked(&self.open).clone();
        if let Some(attempt) = open {
            let outcome = if dot_has_left && !channel.can_be_repeated() {
                Outcome::uncertain(fault(error))
            } else {
                Outcome::failed(fault(error), true)
            };
            return self.ended(journal, &attempt, outcome).await;
        }
        let handed = locked(&self.handed).clone();
        let left = self.copies.iter().copied().filter(|n| !handed.contains(n)).collect();
        self.without_intent(journal, left, channel, Outcome::failed(fault(error), true)).await
    }

    fn has_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn receipt(&self, outcome: Outcome) -> Receipt {
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

/// The patience of one parcel.
pub struct Pause(ExponentialBackoff);

impl Pause {
    fn new(pace: Pace) -> Self {
        let builder = ExponentialBuilder::default()
            .with_min_delay(pace.first_pause)
            .with_max_delay(pace.longest_pause)
            .with_max_times(pace.retries as usize)
            .with_jitter();
        Self(builder.build())
    }

    /// Waits before a retry; `false` when there is no patience left.
    pub async fn wait(&mut self) -> bool {
        let Some(pause) = self.0.next() else { return false };
        tokio::time::sleep(pause).await;
        true
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
