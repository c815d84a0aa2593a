//! Delivers a parcel by mail over a connection, step by step. One organ a mail.
//!
//! What can be taken back comes first: connecting, encrypting, logging in, the size, sender and recipients. Then the
//! journal is told the intent and asked for leave, and only then the message goes. Lost before the final dot, it has
//! failed; lost after it, it is uncertain (RFC 1047).
//!
//! Each address has an outcome of its own. Those that the server accepts get the mail once. Those that it does not take
//! now (4xx) get it in a further transaction (RFC 5321, 4.5.3.1.10); those that it refuses for good (5xx) wait for a
//! person or for other settings.

use std::sync::Arc;

use super::{
    Attempt, AttemptLog, Carried, Enclosure, Mail, Outcome, Parcel, Smtp,
    mail_addresses::{Accepted, Addresses, merge},
    mail_transport::Line,
    message::{envelope_address, message_id},
    split::{is_one_mail, split},
};
use domain::{AddressOutcome, Channel, MailSent, ParcelState, Sha256};
use smtp::{SmtpFailure, SmtpOffer, StreamedMail};

/// A mail that is ready to go.
struct Written {
    mail: StreamedMail,
    message_id: String,
    subject: String,
}

impl Smtp {
    /// Hands over a parcel's mails, until one is not taken.
    pub(super) async fn send(&self, parcel: &Arc<Parcel>, line: &mut Line, log: &AttemptLog) -> Carried {
        let numbers = parcel.numbers();
        if let Some(down) = self.down() {
            let outcome = Outcome::failed(format!("not tried: {}", down.words), down.transient);
            return Carried::Ended(log.without_intent(numbers, Channel::Smtp, outcome).await);
        }
        loop {
            match log.unless_stopped(self.connect(parcel, line)).await {
                Ok(Ok(())) => break,
                Err(stopped) => return Carried::Ended(stopped),
                Ok(Err(failure)) if is_of_connection(&failure) && self.others_speak() => return Carried::Retired,
                Ok(Err(failure)) => {
                    let outcome = not_sent(log, numbers.clone(), &failure).await;
                    if failure.transient && log.wait().await {
                        continue;
                    }
                    self.give_up(&failure);
                    return Carried::Ended(outcome);
                }
            }
        }
        let announced = line.session.as_mut().and_then(|s| s.session()?.size_limit);
        let limit = [announced, self.sender.max_message_bytes, parcel.max_message_bytes].into_iter().flatten().min();
        let copies: Vec<(u32, u64)> = parcel.copies.iter().map(|c| (c.record.number, c.length())).collect();
        let split = split(&copies, parcel.letter_bytes(), limit);
        if parcel.by_folder_if_large && !is_one_mail(&copies, parcel.letter_bytes(), limit) {
            return Carried::TooLarge("is larger than the largest mail that is taken".into());
        }
        let mails = match split {
            Ok(mails) => mails,
            Err(error) => {
                let outcome = for_good(parcel, Outcome::failed(error.to_string(), false));
                return Carried::Ended(log.without_intent(numbers, Channel::Smtp, outcome).await);
            }
        };
        let mut whole = Outcome::handed(String::new());
        let mut addresses = AddressOutcome::default();
        for (index, numbers) in mails.iter().enumerate() {
            match self.send_mail(parcel, numbers, (index + 1, mails.len()), line, log).await {
                Carried::Ended(outcome) if outcome.state.is_handed() => {
                    let between = if index == 0 { "" } else { "; " };
                    whole.words = format!("{}{between}{}", whole.words, outcome.words);
                    merge(&mut addresses, outcome.addresses.as_deref());
                }
                other => return other,
            }
        }
        Carried::Ended(whole.for_addresses(addresses))
    }

    /// One mail to all of its addresses, tried again while failures are transient and there is patience left.
    async fn send_mail(
        &self,
        parcel: &Arc<Parcel>,
        numbers: &[u32],
        part: (usize, usize),
        line: &mut Line,
        log: &AttemptLog,
    ) -> Carried {
        let written = match self.write(parcel, numbers, part).await {
            Ok(written) => written,
            Err(words) => {
                let outcome = Outcome::failed(words, false);
                return Carried::Ended(log.without_intent(numbers.to_vec(), Channel::Smtp, outcome).await);
            }
        };
        let mut addresses = Addresses::of(parcel);
        loop {
            let size = written.mail.length();
            let offer = async {
                self.rate.wait().await;
                self.offer(parcel, &addresses, size, line).await
            };
            let offered = match log.unless_stopped(offer).await {
                Ok(offered) => offered,
                Err(stopped) => {
                    // A transaction may be open on it.
                    line.session = None;
                    return Carried::Ended(addresses.ended(parcel, stopped));
                }
            };
            let accepted = match offered {
                Ok(offer) => addresses.answered(offer, self.sender.archive.as_ref()),
                Err(failure) if is_of_connection(&failure) && !log.has_handed() && self.retires(line) => {
                    return Carried::Retired;
                }
                Err(failure) if parcel.by_folder_if_large && !log.has_handed() && is_too_large(&failure) => {
                    return Carried::TooLarge(format!("was refused for its size: {}", failure.words));
                }
                Err(failure) => {
                    let outcome = addresses.known(parcel, not_offered(parcel, &failure));
                    let outcome = log.without_intent(numbers.to_vec(), Channel::Smtp, outcome).await;
                    if failure.transient && log.wait().await {
                        continue;
                    }
                    self.give_up(&failure);
                    return Carried::Ended(addresses.ended(parcel, outcome));
                }
            };
            let outcome = match accepted {
                None => {
                    let refusal = addresses.known(parcel, addresses.refusal());
                    log.without_intent(numbers.to_vec(), Channel::Smtp, refusal).await
                }
                Some(accepted) => {
                    let attempt = self.attempt(parcel, numbers, &written, &accepted, line, log.next_number());
                    if let Err(outcome) = log.intend(&attempt).await {
                        line.session = None;
                        return Carried::Ended(addresses.ended(parcel, outcome));
                    }
                    let outcome = self.deliver(&written.mail, line, log).await;
                    if outcome.state.is_handed() {
                        addresses.taken(accepted);
                    }
                    let is_too_large = parcel.by_folder_if_large && !log.has_handed() && is_size_refusal(&outcome);
                    let outcome = addresses.known(parcel, lasting(parcel, outcome));
                    let outcome = log.ended(&attempt, outcome).await;
                    if outcome.state.is_handed() {
                        addresses.words.push(outcome.words.clone());
                    }
                    if is_too_large {
                        return Carried::TooLarge(format!("was refused for its size: {}", outcome.words));
                    }
                    outcome
                }
            };
            let may_repeat = if outcome.state.is_handed() { !addresses.open.is_empty() } else { outcome.transient };
            // A server that takes no more recipients in one transaction takes them in the next.
            let at_once = outcome.state.is_handed() && addresses.were_too_many();
            if log.is_closed() || !may_repeat || !(at_once || log.wait().await) {
                return Carried::Ended(addresses.ended(parcel, outcome));
            }
        }
    }

    /// Whether the connection retires: it was lost or refused, and another one speaks with the server.
    fn retires(&self, line: &mut Line) -> bool {
        line.session = None;
        self.others_speak()
    }

    fn attempt(
        &self,
        parcel: &Parcel,
        numbers: &[u32],
        written: &Written,
        accepted: &Accepted,
        line: &mut Line,
        number: u32,
    ) -> Attempt {
        let certificate = line.session.as_mut().and_then(|s| s.session()?.certificate.as_deref().map(Sha256::of));
        let server = &self.sender.server;
        let mail = MailSent {
            to: accepted.to.clone(),
            archive: accepted.archive.clone(),
            subject: written.subject.clone(),
            bytes: written.mail.length(),
            server: format!("{}:{}", server.host, server.port),
            certificate,
            resend_of: parcel.sending.of.clone(),
        };
        Attempt {
            parcel: parcel.id.clone(),
            number,
            channel: Channel::Smtp,
            message_id: Some(written.message_id.clone()),
            copies: numbers.to_vec(),
            mail: Some(Box::new(mail)),
        }
    }

    /// The mail, its id and its subject. Reading and hashing megabytes takes long enough to be kept off the threads that
    /// wait for the network.
    async fn write(&self, parcel: &Arc<Parcel>, numbers: &[u32], part: (usize, usize)) -> Result<Written, String> {
        let (parcel, sender, numbers) = (Arc::clone(parcel), Arc::clone(&self.sender), numbers.to_vec());
        let written = tokio::task::spawn_blocking(move || {
            let copies: Vec<&Enclosure> = parcel.copies.iter().filter(|c| numbers.contains(&c.record.number)).collect();
            let message_id = message_id(&parcel.id, &copies, parcel.sending.number, &sender.from);
            let from_name = sender.from_name.as_deref();
            let mail = Mail { parcel: &parcel, copies, part, from: &sender.from, from_name };
            let subject = mail.subject();
            let mail = sender.outgoing(&mail).map_err(|error| error.to_string())?;
            Ok(Written { mail, message_id, subject })
        });
        written.await.map_err(|_| String::from("the mail could not be written: a fault of the program"))?
    }

    /// Sender and recipients, over the connection there is or a new one: a server closes a connection that has been
    /// idle, and that is no failure.
    async fn offer(
        &self,
        parcel: &Parcel,
        addresses: &Addresses,
        size: u64,
        line: &mut Line,
    ) -> Result<SmtpOffer, SmtpFailure> {
        let address = |a| envelope_address(a).map_err(|e| SmtpFailure::of_mail(e.to_string()));
        let from = address(&self.sender.from)?;
        let to = addresses.open.iter().map(address).collect::<Result<Vec<_>, _>>()?;
        let archive = self.sender.archive.as_ref().filter(|_| !addresses.is_archived).map(address).transpose()?;
        loop {
            let was_used = line.session.as_mut().is_some_and(|s| s.session().is_some_and(|s| s.is_used));
            self.connect(parcel, line).await?;
            let Some(session) = line.session.as_mut().and_then(|s| s.session()) else {
                return Err(SmtpFailure::of_mail("no connection".into()));
            };
            match session.offer(from.clone(), &to, archive.clone(), size).await {
                Ok(offer) if offer.is_accepted() => return Ok(offer),
                Ok(offer) => {
                    if session.take_back().await.is_err() {
                        line.session = None;
                    }
                    return Ok(offer);
                }
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

    /// The message itself. After the program was asked to stop, it has only the time that is left.
    async fn deliver(&self, mail: &StreamedMail, line: &mut Line, log: &AttemptLog) -> Outcome {
        let Some(mut line_session) = line.session.take() else {
            return Outcome::failed("no connection", true);
        };
        let Some(session) = line_session.session() else {
            return Outcome::failed("no connection", true);
        };
        let overdue = || SmtpFailure::of_line("the program was stopped while the mail was under way".into());
        let begun = tokio::select! {
            begun = session.begin() => begun,
            () = log.overdue() => Err(overdue()),
        };
        if let Err(failure) = begun {
            if !failure.is_lost && session.take_back().await.is_ok() {
                line.session = Some(line_session);
            }
            return Outcome::failed(failure.words, failure.transient);
        }
        let taken = tokio::select! {
            taken = session.message(mail) => taken,
            () = log.overdue() => Err(overdue()),
        };
        match taken {
            Ok(words) => {
                line.session = Some(line_session);
                Outcome::handed(format!("accepted by the mail server: {words}"))
            }
            Err(failure) if !failure.is_answer && session.dot_has_left() => {
                Outcome::uncertain(format!("{}; the message had left", failure.words))
            }
            Err(failure) => {
                if !failure.is_lost {
                    line.session = Some(line_session);
                }
                Outcome::failed(failure.words, failure.transient)
            }
        }
    }
}

/// Marks a failure as a refusal for good, for the settings by which the parcel goes.
fn for_good(parcel: &Parcel, outcome: Outcome) -> Outcome {
    outcome.for_addresses(AddressOutcome { settings: Some(parcel.settings.clone()), ..AddressOutcome::default() })
}

/// As [`for_good`], if it is a failure that will not pass.
fn lasting(parcel: &Parcel, outcome: Outcome) -> Outcome {
    let lasts = outcome.state == ParcelState::Failed && !outcome.transient;
    if lasts { for_good(parcel, outcome) } else { outcome }
}

/// The outcome of a mail whose sender the server did not accept, or whose connection was lost. What concerns the whole
/// server is no refusal of this parcel.
fn not_offered(parcel: &Parcel, failure: &SmtpFailure) -> Outcome {
    let outcome = Outcome::failed(failure.words.clone(), failure.transient);
    if failure.is_of_server { outcome } else { lasting(parcel, outcome) }
}

/// Whether a failure may concern this connection only: the server refused or closed it, or took no sender over it. A
/// server that is silent is silent to all.
const fn is_of_connection(failure: &SmtpFailure) -> bool {
    failure.transient && !failure.is_silent
}

fn is_too_large(failure: &SmtpFailure) -> bool {
    failure.words.starts_with("552")
}

/// Whether an outcome says that the mail is too large for the server, and not that a mailbox is full (RFC 3463, 3.4).
fn is_size_refusal(outcome: &Outcome) -> bool {
    let words = &outcome.words;
    outcome.state == ParcelState::Failed
        && words.starts_with("552")
        && (words.contains("5.3.4") || words.contains("5.2.3"))
}

async fn not_sent(log: &AttemptLog, copies: Vec<u32>, failure: &SmtpFailure) -> Outcome {
    let outcome = Outcome::failed(failure.words.clone(), failure.transient);
    log.without_intent(copies, Channel::Smtp, outcome).await
}
