//! Hands parcels over by mail (RFC 5321), step by step. Each mail goes to one organ.
//!
//! The steps that can be undone come first: connecting, encrypting, logging in, the size, sender and recipients. Then
//! the intent is recorded and the program checks that it may still send. Only then the message is sent. If the
//! connection is lost before the final dot, the attempt has failed; if it is lost after the dot, the attempt is
//! uncertain (RFC 1047).

use std::sync::{Arc, Mutex, PoisonError, atomic::AtomicBool};

use futures::{FutureExt as _, future::BoxFuture};

use super::{
    Attempt, AttemptLog, Connection, Enclosure, Mail, MailSender, Notice, Outcome, Parcel, Transport,
    message::{envelope_address, message_id},
    split::split,
};
use domain::{Channel, Origin};
use smtp::{MailRecipient, Rate, Session, SmtpClient, SmtpFailure, StreamedMail};

/// Why the transport cannot be set up, or a notice was not taken.
#[derive(Debug, thiserror::Error)]
#[error("mail cannot be sent: {0}")]
pub struct SmtpError(pub(super) String);

/// A transport that hands parcels over to one mail server.
#[derive(Debug)]
pub struct Smtp {
    pub(super) sender: Arc<MailSender>,
    client: SmtpClient,
    pub(super) only_loopback: bool,
    rate: Rate,
    /// Why the server cannot be used in this run, if so; then the waiting parcels are not tried one by one.
    down: Mutex<Option<SmtpFailure>>,
}

/// The connection of one worker, which it keeps from parcel to parcel.
#[derive(Default)]
struct Line {
    session: Option<Session>,
    /// Set when the final dot of the current message has left.
    dot: Arc<AtomicBool>,
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
    fn send<'a>(&'a mut self, parcel: &'a Arc<Parcel>, log: &'a AttemptLog) -> BoxFuture<'a, Outcome> {
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
    /// A transport to a server on any machine.
    ///
    /// # Errors
    /// When encryption cannot be set up.
    pub fn new(sender: MailSender) -> Result<Self, SmtpError> {
        let client = SmtpClient::new(sender.server.clone(), sender.from.domain());
        let client = client.map_err(|error| SmtpError(error.to_string()))?;
        let rate = Rate::new(sender.server.mails_a_minute);
        Ok(Self { sender: Arc::new(sender), client, only_loopback: false, rate, down: Mutex::default() })
    }

    /// A transport that uses only a server on this machine, for sample data.
    ///
    /// # Errors
    /// When encryption cannot be set up.
    pub fn on_this_machine(sender: MailSender) -> Result<Self, SmtpError> {
        Ok(Self { only_loopback: true, ..Self::new(sender)? })
    }

    /// Hands over the mails of a parcel one by one, and stops at the first that is not taken.
    async fn send(&self, parcel: &Arc<Parcel>, line: &mut Line, log: &AttemptLog) -> Outcome {
        let down = self.down.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(down) = down {
            let outcome = Outcome::failed(format!("not tried: {}", down.words), down.transient);
            return log.without_intent(parcel.numbers(), Channel::Smtp, outcome).await;
        }
        let numbers = parcel.numbers();
        loop {
            if let Err(failure) = self.connect(parcel, line).await {
                let outcome = self.not_sent(log, numbers.clone(), &failure).await;
                if failure.transient && log.wait().await {
                    continue;
                }
                self.give_up(&failure);
                return outcome;
            }
            break;
        }
        let announced = line.session.as_ref().and_then(|s| s.size_limit);
        let limit = [announced, self.sender.max_message_bytes, parcel.max_message_bytes].into_iter().flatten().min();
        let copies: Vec<(u32, u64)> = parcel.copies.iter().map(|c| (c.record.number, c.length())).collect();
        let mails = match split(&copies, parcel.letter_bytes(), limit) {
            Ok(mails) => mails,
            Err(error) => {
                let outcome = Outcome::failed(error.to_string(), false);
                return log.without_intent(numbers, Channel::Smtp, outcome).await;
            }
        };
        let mut words = Vec::with_capacity(mails.len());
        for (index, numbers) in mails.iter().enumerate() {
            let outcome = self.send_mail(parcel, numbers, (index + 1, mails.len()), line, log).await;
            if !outcome.state.is_handed() {
                return outcome;
            }
            words.push(outcome.words);
        }
        Outcome::handed(words.join("; "))
    }

    /// Sends one mail. After a transient failure it is tried again while retries are left.
    async fn send_mail(
        &self,
        parcel: &Arc<Parcel>,
        numbers: &[u32],
        part: (usize, usize),
        line: &mut Line,
        log: &AttemptLog,
    ) -> Outcome {
        let (mail, message_id) = match self.write(parcel, numbers, part).await {
            Ok(written) => written,
            Err(words) => {
                let outcome = Outcome::failed(words, false);
                return log.without_intent(numbers.to_vec(), Channel::Smtp, outcome).await;
            }
        };
        loop {
            let attempt = Attempt {
                parcel: parcel.id.clone(),
                number: log.next_number(),
                channel: Channel::Smtp,
                message_id: Some(message_id.clone()),
                copies: numbers.to_vec(),
            };
            self.rate.wait().await;
            let offered = match self.offer(parcel, mail.length(), line).await {
                Ok(offered) => offered,
                Err(failure) => {
                    let outcome = self.not_sent(log, numbers.to_vec(), &failure).await;
                    if failure.transient && log.wait().await {
                        continue;
                    }
                    if failure.is_of_server {
                        self.give_up(&failure);
                    }
                    return outcome;
                }
            };
            if let Err(outcome) = log.intend(&attempt).await {
                line.session = None;
                return outcome;
            }
            let outcome = self.deliver(&mail, line, &offered).await;
            let outcome = log.ended(&attempt, outcome).await;
            if outcome.state.is_handed() || !outcome.transient || !log.wait().await {
                return outcome;
            }
        }
    }

    /// Writes the mail, and returns it with its id. Reading and hashing megabytes takes long, so it runs on a thread
    /// that does not serve the network.
    async fn write(
        &self,
        parcel: &Arc<Parcel>,
        numbers: &[u32],
        part: (usize, usize),
    ) -> Result<(StreamedMail, String), String> {
        let (parcel, sender, numbers) = (Arc::clone(parcel), Arc::clone(&self.sender), numbers.to_vec());
        let written = tokio::task::spawn_blocking(move || {
            let copies: Vec<&Enclosure> = parcel.copies.iter().filter(|c| numbers.contains(&c.record.number)).collect();
            let id = message_id(&parcel.id, &copies, &sender.from);
            let from_name = sender.from_name.as_deref();
            let mail = Mail { parcel: &parcel, copies, part, from: &sender.from, from_name };
            sender.outgoing(&mail).map(|mail| (mail, id)).map_err(|error| error.to_string())
        });
        written.await.map_err(|_| String::from("the mail could not be written: a fault of the program"))?
    }

    async fn connect(&self, parcel: &Parcel, line: &mut Line) -> Result<(), SmtpFailure> {
        if line.session.is_some() {
            return Ok(());
        }
        let only_loopback = self.only_loopback || parcel.origin == Origin::Sample;
        line.session = Some(self.open(only_loopback, Arc::clone(&line.dot)).await?);
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

    /// Offers sender and recipients over the open connection or a new one. A server may have closed an idle connection,
    /// which is not a failure.
    async fn offer(&self, parcel: &Parcel, size: u64, line: &mut Line) -> Result<Vec<String>, SmtpFailure> {
        let address = |a| envelope_address(a).map_err(|e| SmtpFailure::of_mail(e.to_string()));
        let from = address(&self.sender.from)?;
        let mut to = Vec::with_capacity(parcel.to.len());
        for recipient in &parcel.to {
            to.push(MailRecipient { address: address(recipient)?, shown: recipient.masked() });
        }
        let archive = self.sender.archive.as_ref().map(address).transpose()?;
        loop {
            let was_used = line.session.as_ref().is_some_and(|s| s.is_used);
            self.connect(parcel, line).await?;
            let Some(session) = line.session.as_mut() else {
                return Err(SmtpFailure::of_mail("no connection".into()));
            };
            match session.offer(from.clone(), &to, archive.clone(), size).await {
                Ok(refused) => return Ok(refused),
                Err(failure) if failure.is_lost => {
                    line.session = None;
                    if !was_used {
                        return Err(failure);
                    }
                }
                Err(failure) => {
                    if session.take_back().await.is_err() {
                        line.session = None;
                    }
                    return Err(failure);
                }
            }
        }
    }

    /// Sends the message itself.
    async fn deliver(&self, mail: &StreamedMail, line: &mut Line, refused: &[String]) -> Outcome {
        let Some(mut session) = line.session.take() else {
            return Outcome::failed("no connection", true);
        };
        if let Err(failure) = session.begin().await {
            if !failure.is_lost && session.take_back().await.is_ok() {
                line.session = Some(session);
            }
            return Outcome::failed(failure.words, failure.transient);
        }
        match session.message(mail).await {
            Ok(words) => {
                line.session = Some(session);
                let mut words = format!("accepted by the mail server: {words}");
                for refused in refused {
                    words = format!("{words}; {refused}");
                }
                Outcome::handed(words)
            }
            Err(failure) if !failure.is_answer && session.dot_has_left() => {
                Outcome::uncertain(format!("{}; the message had left", failure.words))
            }
            Err(failure) => {
                if !failure.is_lost {
                    line.session = Some(session);
                }
                Outcome::failed(failure.words, failure.transient)
            }
        }
    }

    async fn not_sent(&self, log: &AttemptLog, copies: Vec<u32>, failure: &SmtpFailure) -> Outcome {
        let outcome = Outcome::failed(failure.words.clone(), failure.transient);
        log.without_intent(copies, Channel::Smtp, outcome).await
    }

    fn give_up(&self, failure: &SmtpFailure) {
        if failure.is_of_server {
            *self.down.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
        }
    }
}

impl Line {
    /// Closes the session, if one is open.
    async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }
}
