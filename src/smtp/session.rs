//! One session with a mail server, step by step. Each step has its time-out, and a failure says in which step it
//! happened.

use std::{
    future::Future,
    net::IpAddr,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials as Login, Mechanism},
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Quit, Rcpt, Rset, Starttls},
        extension::{ClientId, MailParameter},
        response::Response,
    },
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    StreamedMail,
    client::SmtpClient,
    failure::{SmtpFailure, broken, failure, lost, of_server, of_the_server, refused, spoke_early},
    server::{Security, SmtpServer},
    tls::Tls,
    wire::{self, Wire},
};

/// An open session, encrypted and logged in if the settings want it.
pub struct Session {
    connection: AsyncSmtpConnection,
    wire: Wire,
    server: Arc<SmtpServer>,
    /// The largest mail that the server takes, in bytes, if it says so (SIZE, RFC 1870).
    pub size_limit: Option<u64>,
    takes_any_script: bool,
    /// Whether a mail was sent over it; the server may have closed it since.
    pub is_used: bool,
}

/// How the sending of a message ended.
enum Ended {
    Answered(Result<Response, Error>),
    /// The server replied or closed the connection before the final dot, and the dot was not sent.
    Early,
    /// The message could not be written completely.
    Broken,
}

/// A recipient of a mail.
#[derive(Debug, Clone)]
pub struct MailRecipient {
    pub address: Address,
    /// The address as failures print it.
    pub shown: String,
}

impl Session {
    /// Connects, encrypts and logs in; see [`SmtpClient::open`].
    pub(crate) async fn open(
        client: &SmtpClient,
        only_here: Option<&str>,
        dot: Arc<AtomicBool>,
    ) -> Result<Self, SmtpFailure> {
        let (server, tls, name) = (Arc::clone(&client.server), client.tls.as_ref(), client.name.as_str());
        let timeouts = server.timeouts;
        let stream = connect(&server).await?;
        let wire = Wire::new(stream, dot).map_err(|e| of_server(e.to_string(), true))?;
        allowed(wire.peer().ip(), server.security, only_here)?;
        if server.security == Security::Implicit {
            encrypt(&wire, tls, timeouts.connect).await?;
        }
        let mut connection = converse(&wire, &server, name).await?;
        if server.security == Security::StartTls {
            if !wire.lines().iter().any(|l| l.eq_ignore_ascii_case("STARTTLS")) {
                return Err(of_server("the mail server does not offer STARTTLS; nothing was sent to it".into(), false));
            }
            step(&wire, timeouts.command, "STARTTLS", connection.command(Starttls)).await.map_err(of_the_server)?;
            if !wire.said_one_reply() {
                return Err(of_server("more than one reply came to STARTTLS; someone is in between".into(), false));
            }
            drop(connection);
            encrypt(&wire, tls, timeouts.connect).await?;
            wire.greet();
            connection = converse(&wire, &server, name).await?;
        }
        let lines = wire.lines();
        let parameter = |name: &str| {
            lines.iter().find_map(|line| {
                let mut words = line.split_ascii_whitespace();
                words.next().filter(|w| w.eq_ignore_ascii_case(name)).map(|_| words.next().map(str::to_owned))
            })
        };
        let size_limit = parameter("SIZE").flatten().and_then(|s| s.parse().ok()).filter(|limit| *limit > 0);
        let takes_any_script = parameter("SMTPUTF8").is_some();
        let mut session = Self { connection, wire, server, size_limit, takes_any_script, is_used: false };
        session.log_in().await?;
        Ok(session)
    }

    async fn log_in(&mut self) -> Result<(), SmtpFailure> {
        let Some(credentials) = &self.server.credentials else { return Ok(()) };
        let login = Login::new(credentials.user().to_owned(), credentials.password().to_owned());
        let auth = self.connection.auth(&[Mechanism::Plain, Mechanism::Login], &login);
        let done = step(&self.wire, self.server.timeouts.command, "AUTH", auth).await;
        done.map_err(|failure| {
            let words = format!("the mail server rejected the login: {}", failure.words);
            SmtpFailure { words, ..of_the_server(failure) }
        })
    }

    /// Offers a mail, with sender and recipients. A recipient that is refused permanently is left out if another one is
    /// accepted. A recipient that is refused temporarily holds the mail back for all. A refused `archive` does not hold
    /// it back. `size` is the size of the mail in bytes (RFC 1870). Returns the refused recipients, with the server's
    /// words.
    ///
    /// # Errors
    /// When the server refuses the mail, or no recipient is accepted.
    pub async fn offer(
        &mut self,
        from: Address,
        to: &[MailRecipient],
        archive: Option<Address>,
        size: u64,
    ) -> Result<Vec<String>, SmtpFailure> {
        let wait = self.server.timeouts.command;
        let mut parameters = Vec::new();
        if self.size_limit.is_some() {
            parameters.push(MailParameter::Size(size as usize));
        }
        let every = to.iter().map(|to| &to.address).chain([&from]).chain(&archive);
        if every.into_iter().any(|a| !AsRef::<str>::as_ref(a).is_ascii()) {
            if !self.takes_any_script {
                let words = "an address has letters that the mail server does not take (no SMTPUTF8)";
                return Err(refused(words.into()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        step(&self.wire, wait, "MAIL FROM", self.connection.command(Mail::new(Some(from), parameters))).await?;
        let mut left_out = Vec::new();
        let mut taken = 0;
        for MailRecipient { address, shown } in to {
            let rcpt = self.connection.command(Rcpt::new(address.clone(), Vec::new()));
            match step(&self.wire, wait, "RCPT TO", rcpt).await {
                Ok(()) => taken += 1,
                Err(failure) => {
                    let whole: &str = address.as_ref();
                    let words = format!("{shown} was refused: {}", failure.words.replace(whole, shown));
                    if failure.is_lost || failure.transient {
                        return Err(SmtpFailure { words, ..failure });
                    }
                    left_out.push(words);
                }
            }
        }
        if taken == 0 {
            let words = left_out.join("; ");
            return Err(refused(words));
        }
        if let Some(archive) = archive
            && let Err(failure) =
                step(&self.wire, wait, "RCPT TO", self.connection.command(Rcpt::new(archive, Vec::new()))).await
        {
            if failure.is_lost {
                return Err(failure);
            }
            left_out.push(format!("the archive was refused: {}", failure.words));
        }
        Ok(left_out)
    }

    /// Sends DATA. Up to here the mail can still be cancelled.
    ///
    /// # Errors
    /// When the server refuses, or its reply is not valid.
    pub async fn begin(&mut self) -> Result<(), SmtpFailure> {
        step(&self.wire, self.server.timeouts.command, "DATA", self.connection.command(Data)).await?;
        // The library also accepts a 2xx reply. And a second reply that has already come would be taken for the reply
        // to the message.
        match self.wire.words() {
            words if words.starts_with('3') && self.wire.said_one_reply() => Ok(()),
            words => Err(lost(format!("the reply to DATA is not valid: {words}"))),
        }
    }

    /// Sends the message, waits for the server's reply and returns it. After an error, [`Self::dot_has_left`] says
    /// whether the server may have taken the message.
    ///
    /// # Errors
    /// When the server did not take the message, or it is not known.
    pub async fn message(&mut self, message: &StreamedMail) -> Result<String, SmtpFailure> {
        self.is_used = true;
        self.wire.begin_message();
        let written = self.watched(message).await;
        self.wire.end_message();
        match written? {
            Ended::Answered(Ok(response)) if response.code().to_string().starts_with('2') => Ok(self.wire.words()),
            // 3xx is not a valid reply to a message.
            Ended::Answered(Ok(_)) => Err(lost(format!("the reply is not valid: {}", self.wire.words()))),
            Ended::Answered(Err(error)) => Err(failure(&error, &self.wire, "the message")),
            Ended::Early => Err(spoke_early(&self.wire)),
            Ended::Broken if !self.wire.dot_has_left() => {
                // A server that refuses in the middle sends the reason and closes the connection; writing only fails.
                if let Ok(Err(error)) = timeout(LAST_WORDS, self.connection.read_response()).await
                    && error.status().is_some()
                {
                    return Err(SmtpFailure { is_lost: true, ..failure(&error, &self.wire, "the message") });
                }
                Err(broken(&self.wire, "the message"))
            }
            Ended::Broken => Err(broken(&self.wire, "the message")),
        }
    }

    /// Writes the message and reads the reply, as long as bytes leave in time.
    ///
    /// # Errors
    /// When nothing happens within the time-outs, or the message takes too long.
    async fn watched(&mut self, message: &StreamedMail) -> Result<Ended, SmtpFailure> {
        let timeouts = self.server.timeouts;
        let (mut wire, connection) = (self.wire.clone(), &mut self.connection);
        let sending = async move {
            if wire::write_message(&mut wire, message).await.is_err() {
                return Ended::Broken;
            }
            // Before the dot is sent, a server that replies or closes the connection has not taken the message.
            if wire.has_spoken().await {
                return Ended::Early;
            }
            match wire::write_end(&mut wire, message).await {
                Ok(()) => Ended::Answered(connection.read_response().await),
                Err(_) => Ended::Broken,
            }
        };
        tokio::pin!(sending);
        let mut written = self.wire.written();
        let (begin, longest) = (Instant::now(), timeouts.longest(message.length()));
        loop {
            let wait = if self.wire.dot_has_left() { timeouts.end } else { timeouts.block };
            match timeout(wait, &mut sending).await {
                Ok(result) => return Ok(result),
                Err(_) if !self.wire.dot_has_left() && begin.elapsed() >= longest => {
                    let words = "the mail server takes the message too slowly: given up after";
                    return Err(lost(format!("{words} {} s", longest.as_secs_f32())));
                }
                Err(_) if self.wire.written() > written => written = self.wire.written(),
                Err(_) => {
                    let what =
                        if self.wire.dot_has_left() { "no reply to the end of the message" } else { "no progress" };
                    return Err(lost(format!("{what} within {} s", wait.as_secs_f32())));
                }
            }
        }
    }

    /// Whether the final dot of the last message has left, or may have.
    #[must_use]
    pub fn dot_has_left(&self) -> bool {
        self.wire.dot_has_left()
    }

    /// Cancels an offer (RSET), so that another mail can be offered.
    ///
    /// # Errors
    /// When the server refuses, or the connection is lost.
    pub async fn take_back(&mut self) -> Result<(), SmtpFailure> {
        step(&self.wire, self.server.timeouts.command, "RSET", self.connection.command(Rset)).await
    }

    /// Ends the session with QUIT; a failure does not matter.
    pub async fn close(mut self) {
        let _ = timeout(GOODBYE, self.connection.command(Quit)).await;
    }
}

/// How long to wait for the reason why the server closed the connection: mostly it has come already.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long to wait for the reply to QUIT; nothing depends on it.
const GOODBYE: Duration = Duration::from_secs(2);

async fn connect(server: &SmtpServer) -> Result<TcpStream, SmtpFailure> {
    let target = (server.host.as_str(), server.port);
    let place = format!("`{}` port {}", server.host, server.port);
    match timeout(server.timeouts.connect, TcpStream::connect(target)).await {
        Ok(Ok(stream)) => {
            // Commands are short and we wait for each reply, so delaying small packets only costs time.
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(error)) => Err(of_server(format!("the mail server {place} cannot be reached: {error}"), true)),
        Err(_) => Err(of_server(format!("the mail server {place} does not answer"), true)),
    }
}

/// Checks that mail may go to a server. It checks the address of the connection itself, so no host name and no setting
/// can lead it to another machine.
fn allowed(peer: IpAddr, security: Security, only_here: Option<&str>) -> Result<(), SmtpFailure> {
    if peer.to_canonical().is_loopback() {
        return Ok(());
    }
    if let Some(why) = only_here {
        return Err(of_server(format!("{why}, and the mail server is another one"), false));
    }
    if security == Security::None {
        let words = "the mail server is another machine, and mail to it must be encrypted";
        return Err(SmtpFailure { needs_encryption: true, ..of_server(words.into(), false) });
    }
    Ok(())
}

async fn encrypt(wire: &Wire, tls: Option<&Tls>, wait: Duration) -> Result<(), SmtpFailure> {
    let (Some(tls), Some(stream)) = (tls, wire.take_plain()) else {
        return Err(of_server("encryption is not set up".into(), false));
    };
    match timeout(wait, tls.encrypt(stream)).await {
        Ok(Ok(stream)) => {
            wire.put_tls(stream);
            Ok(())
        }
        Ok(Err(error)) => {
            // Another try does not make a certificate valid; a lost connection may come back.
            let transient = error.get_ref().is_none_or(|inner| !inner.is::<rustls::Error>());
            Err(of_server(format!("the connection could not be encrypted: {error}"), transient))
        }
        Err(_) => Err(of_server("the mail server did not agree on encryption in time".into(), true)),
    }
}

/// Reads the greeting and sends EHLO.
async fn converse(wire: &Wire, server: &SmtpServer, name: &str) -> Result<AsyncSmtpConnection, SmtpFailure> {
    let name = ClientId::Domain(name.to_owned());
    let connecting = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &name);
    match timeout(server.timeouts.command, connecting).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(of_the_server(failure(&error, wire, "the greeting"))),
        Err(_) => Err(of_server("the mail server did not greet in time".into(), true)),
    }
}

async fn step<T>(
    wire: &Wire,
    wait: Duration,
    what: &str,
    command: impl Future<Output = Result<T, Error>>,
) -> Result<(), SmtpFailure> {
    match timeout(wait, command).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error, wire, what)),
        Err(_) => Err(lost(format!("no reply to {what} within {} s", wait.as_secs_f32()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_gets_no_sample_data_and_nothing_in_the_clear() {
        for here in ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(allowed(here.parse().unwrap(), Security::None, Some("private")), Ok(()), "{here}");
        }
        for there in ["198.51.100.7", "10.0.0.1", "0.0.0.0", "::", "2001:db8::1", "::ffff:198.51.100.7"] {
            let there = there.parse().unwrap();
            assert!(allowed(there, Security::None, None).is_err());
            assert!(allowed(there, Security::Implicit, Some("private")).is_err());
            assert_eq!(allowed(there, Security::StartTls, None), Ok(()));
        }
    }
}
