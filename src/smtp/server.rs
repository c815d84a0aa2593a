//! The settings of a mail server: its address, encryption, login and time-outs.

use std::{fmt, path::PathBuf, time::Duration};

/// A mail server that accepts mails from the office.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// A PEM file with the authorities for the server's certificate; `None` means those of the system.
    pub authorities: Option<PathBuf>,
    pub credentials: Option<Credentials>,
    /// The most mails in a minute over all connections to the server.
    pub mails_a_minute: Option<u32>,
    pub timeouts: Timeouts,
}

/// How the connection is encrypted. Without encryption only a server on this machine is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain at first, then encrypted by STARTTLS (RFC 3207) before any mail or password is sent. A server that does
    /// not offer it is refused.
    StartTls,
    /// Encrypted from the first byte (RFC 8314).
    Implicit,
    /// Not encrypted; only for a server on this machine.
    None,
}

/// A user and password. `Debug` shows neither.
#[derive(Clone)]
pub struct Credentials {
    user: String,
    password: String,
}

/// How long each step may take (RFC 5321, 4.5.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    pub connect: Duration,
    /// The time for the greeting and for each reply to a command.
    pub command: Duration,
    /// The longest time in which no byte of a message leaves.
    pub block: Duration,
    /// The lowest speed for a whole message, in bytes per second. A slower server would block a run for days.
    pub slowest: u64,
    /// The time for the reply to the final dot. The server may be checking the mail, and giving up too early makes it
    /// uncertain.
    pub end: Duration,
}

impl SmtpServer {
    /// A server with the usual time-outs and without a login.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16, security: Security) -> Self {
        Self {
            host: host.into(),
            port,
            security,
            authorities: None,
            credentials: None,
            mails_a_minute: None,
            timeouts: Timeouts::default(),
        }
    }
}

impl Timeouts {
    /// The longest time for sending a message of so many bytes.
    pub(crate) fn longest(&self, bytes: u64) -> Duration {
        self.block + Duration::from_secs(bytes / self.slowest.max(1))
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(5),
            block: Duration::from_mins(3),
            // 16 kbit/s: a mail of 4 MB takes half an hour.
            slowest: 2048,
            end: Duration::from_mins(10),
        }
    }
}

impl Credentials {
    #[must_use]
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self { user: user.into(), password: password.into() }
    }

    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}
