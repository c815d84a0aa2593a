//! The transport for parcels by mail (RFC 5321): its connections to one mail server.
//!
//! In: how the office sends mails. Out: connections for the workers of a hand-over. What goes over them is in
//! `mail_delivery`. A server may allow fewer connections than there are workers: a connection that is refused while
//! another one speaks with the server retires, and the server counts as down only if no connection speaks with it.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use futures::{FutureExt as _, future::BoxFuture};

use super::{AttemptLog, Carried, Connection, MailSender, Notice, Parcel, Transport};
use domain::{Channel, Origin};
use smtp::{Rate, Session, SmtpClient, SmtpFailure};

/// Why the transport cannot be set up, or did not take a notice.
#[derive(Debug, thiserror::Error)]
#[error("mail cannot be sent: {0}")]
pub struct SmtpError(pub(super) String);

/// Hands parcels to one mail server.
#[derive(Debug)]
pub struct Smtp {
    pub(super) sender: Arc<MailSender>,
    client: SmtpClient,
    pub(super) only_loopback: bool,
    pub(super) rate: Rate,
    /// How many connections speak with the server.
    speaking: Arc<AtomicUsize>,
    /// Why the server is of no use in this run; then the parcels that wait are not tried one by one.
    down: Mutex<Option<SmtpFailure>>,
}

/// What one of the workers keeps from parcel to parcel: its connection.
#[derive(Default)]
pub(super) struct Line {
    pub(super) session: Option<Speaking>,
    /// Raised when the final dot of the message under way has left.
    dot: Arc<AtomicBool>,
}

/// A session that is counted while it is open.
pub(super) struct Speaking {
    session: Option<Session>,
    count: Arc<AtomicUsize>,
}

/// A worker's connection to the mail server.
struct SmtpConnection {
    smtp: Arc<Smtp>,
    line: Line,
}

impl Transport for Smtp {
    fn channel(&self) -> Channel {
        Channel::Smtp
    }

    fn is_addressed(&self) -> bool {
        true
    }

    fn connection(self: Arc<Self>) -> Box<dyn Connection> {
        Box::new(SmtpConnection { smtp: self, line: Line::default() })
    }

    fn notify<'a>(&'a self, notice: &'a Notice) -> BoxFuture<'a, Result<Option<String>, SmtpError>> {
        self.send_notice(notice).map(|words| words.map(Some)).boxed()
    }
}

impl Connection for SmtpConnection {
    fn send<'a>(&'a mut self, parcel: &'a Arc<Parcel>, log: &'a AttemptLog) -> BoxFuture<'a, Carried> {
        self.smtp.send(parcel, &mut self.line, log).boxed()
    }

    fn may_be_taken(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.line.dot)
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        self.line.close().boxed()
    }
}

impl Smtp {
    /// A transport to a server anywhere.
    ///
    /// # Errors
    /// When encryption cannot be set up.
    pub fn new(sender: MailSender) -> Result<Self, SmtpError> {
        let client = SmtpClient::new(sender.server.clone(), sender.from.domain());
        let client = client.map_err(|error| SmtpError(error.to_string()))?;
        let rate = Rate::new(sender.server.mails_a_minute);
        Ok(Self {
            sender: Arc::new(sender),
            client,
            only_loopback: false,
            rate,
            speaking: Arc::default(),
            down: Mutex::default(),
        })
    }

    /// A transport that speaks only to a server on this machine, for sample data.
    ///
    /// # Errors
    /// When encryption cannot be set up.
    pub fn on_this_machine(sender: MailSender) -> Result<Self, SmtpError> {
        Ok(Self { only_loopback: true, ..Self::new(sender)? })
    }

    /// Why the server is of no use in this run.
    pub(super) fn down(&self) -> Option<SmtpFailure> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether another connection speaks with the server. Then trouble of a connection is not trouble of the server: it
    /// may allow fewer connections. Call it without a session of one's own.
    pub(super) fn others_speak(&self) -> bool {
        self.speaking.load(Ordering::SeqCst) > 0
    }

    pub(super) async fn connect(&self, parcel: &Parcel, line: &mut Line) -> Result<(), SmtpFailure> {
        if line.session.is_some() {
            return Ok(());
        }
        let only_loopback = self.only_loopback || parcel.origin == Origin::Sample;
        let session = self.open(only_loopback, Arc::clone(&line.dot)).await?;
        line.session = Some(Speaking::new(session, &self.speaking));
        Ok(())
    }

    pub(super) async fn open(&self, only_loopback: bool, dot: Arc<AtomicBool>) -> Result<Session, SmtpFailure> {
        let only_here = only_loopback.then_some("sample data never leaves this machine");
        self.client.open(only_here, dot).await.map_err(|failure| {
            if failure.needs_encryption {
                let words = format!("{}; set `tls` in `zhinaq.toml`", failure.words);
                return SmtpFailure { words, ..failure };
            }
            failure
        })
    }

    /// Gives the server up for this run, unless another connection speaks with it.
    pub(super) fn give_up(&self, failure: &SmtpFailure) {
        if failure.is_of_server && !self.others_speak() {
            *self.down.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
        }
    }
}

impl Line {
    /// Says goodbye to the server.
    async fn close(self) {
        if let Some(session) = self.session {
            session.end().await;
        }
    }
}

impl Speaking {
    fn new(session: Session, count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self { session: Some(session), count: Arc::clone(count) }
    }

    /// Says goodbye to the server.
    async fn end(mut self) {
        if let Some(session) = self.session.take() {
            session.close().await;
        }
    }

    /// The session itself; only `end` takes it out.
    pub(super) const fn session(&mut self) -> Option<&mut Session> {
        self.session.as_mut()
    }
}

impl Drop for Speaking {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
    }
}
