//! One session with a mail server, step by step. Each step has its time-out, and a failure says in which step it
//! happened.

use std::{
    future::Future,
    net::IpAddr,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials as Login, Mechanism},
    client::AsyncSmtpConnection,
    commands::{Data, Quit, Rset, Starttls},
    extension::ClientId,
};
use tokio::{net::TcpStream, time::timeout};

use crate::{
    client::SmtpClient,
    failure::{SmtpFailure, failure, lost, of_server, of_the_server, silent},
    server::{Security, SmtpServer},
    tls::Tls,
    wire::Wire,
};

/// An open session, encrypted and logged in if the settings want it.
pub struct Session {
    pub(crate) connection: AsyncSmtpConnection,
    pub(crate) wire: Wire,
    pub(crate) server: Arc<SmtpServer>,
    /// The largest mail that the server takes, in bytes, if it says so (SIZE, RFC 1870).
    pub size_limit: Option<u64>,
    /// The certificate of the server (DER), if the connection is encrypted.
    pub certificate: Option<Vec<u8>>,
    pub(crate) takes_any_script: bool,
    /// Whether a mail was sent over it; the server may have closed it since.
    pub is_used: bool,
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
        let mut certificate = None;
        if server.security == Security::Implicit {
            certificate = encrypt(&wire, tls, timeouts.connect).await?;
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
            certificate = encrypt(&wire, tls, timeouts.connect).await?;
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
        let mut session = Self { connection, wire, server, size_limit, certificate, takes_any_script, is_used: false };
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
        Err(_) => Err(silent(of_server(format!("the mail server {place} does not answer"), true))),
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

/// Encrypts the connection; returns the server's certificate.
async fn encrypt(wire: &Wire, tls: Option<&Tls>, wait: Duration) -> Result<Option<Vec<u8>>, SmtpFailure> {
    let (Some(tls), Some(stream)) = (tls, wire.take_plain()) else {
        return Err(of_server("encryption is not set up".into(), false));
    };
    match timeout(wait, tls.encrypt(stream)).await {
        Ok(Ok(stream)) => {
            let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| Some(chain.first()?.to_vec()));
            wire.put_tls(stream);
            Ok(certificate)
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
    match wire.within(server.timeouts.command, connecting).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(of_the_server(failure(&error, wire, "the greeting"))),
        Err(_) => Err(silent(of_server("the mail server did not greet in time".into(), true))),
    }
}

pub(crate) async fn step<T>(
    wire: &Wire,
    wait: Duration,
    what: &str,
    command: impl Future<Output = Result<T, Error>>,
) -> Result<(), SmtpFailure> {
    match wire.within(wait, command).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error, wire, what)),
        Err(_) => Err(silent(lost(format!("no reply to {what} within {} s", wait.as_secs_f32())))),
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
