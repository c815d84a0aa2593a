//! The ways by which parcels travel: what [`hand_over`](crate::hand_over()) asks of one, and nothing else.
//!
//! A transport knows how bytes reach an organ. The order of parcels, how many go at once, retries and receipts are
//! decided elsewhere. A transport that takes a parcel in one step implements [`OneStep`]; one whose steps fail in
//! different ways implements [`Transport`] and [`Connection`].

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
};

use futures::{FutureExt as _, future::BoxFuture};

use super::{Attempt, AttemptLog, Notice, Outcome, Parcel, SmtpError};
use domain::Channel;

/// A way by which parcels travel.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// How the ledger writes this way.
    fn channel(&self) -> Channel;

    /// Whether parcels go to mail addresses: then copies for different addresses go in parcels of their own.
    fn is_addressed(&self) -> bool {
        false
    }

    /// What one worker sends its parcels over, one after the other. Opens nothing yet.
    fn connection(self: Arc<Self>) -> Box<dyn Connection>;

    /// Sends a notice to the office itself, without a journal, and returns the words of whoever took it; `None` where this
    /// way carries no notices.
    fn notify<'a>(&'a self, _notice: &'a Notice) -> BoxFuture<'a, Result<Option<String>, SmtpError>> {
        futures::future::ready(Ok(None)).boxed()
    }
}

/// How the sending of a parcel over a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// With an outcome, which the journal has.
    Ended(Outcome),
    /// The server takes no further connection; nothing of the parcel was taken. Another connection may carry it.
    Retired,
    /// It is larger than the server takes, and goes another way; nothing of it was taken.
    TooLarge(String),
}

/// What one worker keeps from parcel to parcel.
pub trait Connection: Send {
    /// Hands a parcel over, or tries to. Asks `log` before each step that cannot be undone, and tells it what came of it.
    fn send<'a>(&'a mut self, parcel: &'a Arc<Parcel>, log: &'a AttemptLog) -> BoxFuture<'a, Carried>;

    /// Raised while the other side may own what is under way: a fault of the program is then uncertain, not failed.
    fn may_be_taken(&self) -> Arc<AtomicBool>;

    /// Called after the last parcel.
    fn close(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// A way on which a parcel is taken as a whole or not at all, in one step that may wait for the disk.
pub trait OneStep: fmt::Debug + Send + Sync + 'static {
    /// As [`Transport::channel`].
    fn channel(&self) -> Channel;

    /// As [`Transport::is_addressed`].
    fn is_addressed(&self) -> bool {
        false
    }

    /// Takes a parcel. The journal knows the attempt already.
    fn take(&self, parcel: &Parcel, attempt: &Attempt) -> Outcome;
}

impl<T: OneStep> Transport for T {
    fn channel(&self) -> Channel {
        OneStep::channel(self)
    }

    fn is_addressed(&self) -> bool {
        OneStep::is_addressed(self)
    }

    fn connection(self: Arc<Self>) -> Box<dyn Connection> {
        Box::new(Direct(self))
    }
}

/// The connection of a one-step transport: there is nothing to connect.
struct Direct<T>(Arc<T>);

impl<T: OneStep> Connection for Direct<T> {
    fn send<'a>(&'a mut self, parcel: &'a Arc<Parcel>, log: &'a AttemptLog) -> BoxFuture<'a, Carried> {
        at_once(&self.0, parcel, log).map(Carried::Ended).boxed()
    }

    fn may_be_taken(&self) -> Arc<AtomicBool> {
        Arc::default()
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        futures::future::ready(()).boxed()
    }
}

/// Hands over a parcel in one step, on a thread that may wait for the disk.
async fn at_once<T: OneStep>(transport: &Arc<T>, parcel: &Arc<Parcel>, log: &AttemptLog) -> Outcome {
    let channel = OneStep::channel(transport.as_ref());
    let attempt = Attempt {
        parcel: parcel.id.clone(),
        number: log.next_number(),
        channel,
        message_id: None,
        copies: parcel.numbers(),
        mail: None,
    };
    if let Err(outcome) = log.intend(&attempt).await {
        return outcome;
    }
    let taken = tokio::task::spawn_blocking({
        let (transport, parcel, attempt) = (Arc::clone(transport), Arc::clone(parcel), attempt.clone());
        move || transport.take(&parcel, &attempt)
    });
    let outcome = taken.await.unwrap_or_else(|error| {
        // What is there already is recognised in a folder; elsewhere nobody knows whether it was taken.
        let words = fault(&error);
        if channel.can_be_repeated() { Outcome::failed(words, true) } else { Outcome::uncertain(words) }
    });
    log.ended(&attempt, outcome).await
}

/// The words for a panic.
pub(super) fn fault(error: &tokio::task::JoinError) -> String {
    format!("a fault of the program while handing over: {error}")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{CopyContent, Enclosure, Folder, Journal, JournalError, Letter, Memory, Pace, Repetition, hand_over};
    use domain::{CopyRecord, Language, Origin, ParcelState, Sha256};

    /// Keeps what it is told, one word a step.
    #[derive(Default)]
    struct Steps(Mutex<Vec<String>>);

    impl Steps {
        fn said(&self, word: &str) {
            self.0.lock().unwrap().push(word.to_owned());
        }
    }

    impl Journal for Steps {
        async fn intent(&self, _: &Attempt) -> Result<(), JournalError> {
            self.said("intent");
            Ok(())
        }

        async fn may_send(&self, _: &Attempt) -> Result<bool, JournalError> {
            self.said("leave");
            Ok(true)
        }

        async fn outcome(&self, _: &Attempt, outcome: &Outcome) -> Result<(), JournalError> {
            self.said(&outcome.state.to_string());
            Ok(())
        }
    }

    /// A way with a fault of the program in it.
    #[derive(Debug)]
    struct Broken(Channel);

    impl OneStep for Broken {
        fn channel(&self) -> Channel {
            self.0
        }

        fn take(&self, _: &Parcel, _: &Attempt) -> Outcome {
            panic!("a fault")
        }
    }

    fn parcel() -> Parcel {
        let record = CopyRecord { number: 1, of: 1, file: "a.xlsx".into(), sha256: Sha256::of(b"x"), language: None };
        Parcel {
            id: "2025-Q2/crime/r0/mia".parse().unwrap(),
            language: Language::RU,
            origin: Origin::Sample,
            to: Vec::new(),
            letter: Letter::new("subject", "text", None).unwrap(),
            copies: vec![Enclosure { record, content: CopyContent::Bytes(b"x"[..].into()) }],
            date: chrono::DateTime::from_timestamp(0, 0).unwrap(),
            attempts: 0,
            max_message_bytes: None,
            by_folder_if_large: false,
            sending: Repetition::default(),
            settings: String::new(),
        }
    }

    async fn sent(transport: Arc<dyn Transport>) -> (ParcelState, Vec<String>) {
        let journal = Arc::new(Steps::default());
        let receipts = hand_over(transport, Arc::clone(&journal), vec![parcel()], Pace::default()).await;
        let steps = journal.0.lock().unwrap().clone();
        (receipts[0].outcome.state, steps)
    }

    #[tokio::test]
    async fn each_way_tells_the_journal_before_and_after() {
        let outbox = tempfile::tempdir().unwrap();
        let memory = Arc::new(Memory::default());
        let ways: [Arc<dyn Transport>; 2] = [memory.clone(), Arc::new(Folder::new(outbox.path()))];
        for transport in ways {
            let (state, steps) = sent(transport).await;
            assert_eq!(state, ParcelState::Handed);
            assert_eq!(steps, ["intent", "leave", "handed"]);
        }
        assert_eq!(memory.taken().len(), 1);
        assert!(outbox.path().join("mia/2025-Q2/crime/r0/manifest.json").exists());
    }

    #[tokio::test]
    async fn after_a_fault_only_what_can_be_repeated_has_failed() {
        let folder = sent(Arc::new(Broken(Channel::Folder))).await;
        assert_eq!((folder.0, folder.1.last().unwrap().as_str()), (ParcelState::Failed, "failed"));
        let mail = sent(Arc::new(Broken(Channel::Smtp))).await;
        assert_eq!((mail.0, mail.1.last().unwrap().as_str()), (ParcelState::Uncertain, "uncertain"));
    }

    #[tokio::test]
    async fn a_folder_carries_no_notices() {
        let to = "office@example.org".parse().unwrap();
        let date = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let notice = Notice { to, subject: "s".into(), text: "t".into(), date, id: "1".into() };
        let transport: Arc<dyn Transport> = Arc::new(Memory::default());
        assert_eq!(transport.notify(&notice).await.unwrap(), None);
    }
}
