//! A mail server, and how long to wait for it.

use std::{fmt, path::PathBuf, time::Duration};

/// A mail server that takes mails from us.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// A PEM file with the authorities that may have signed the server's certificate; the system's when there is none.
    pub authorities: Option<PathBuf>,
    pub credentials: Option<Credentials>,
    /// Over all connections to it.
    pub mails_a_minute: Option<u32>,
    pub timeouts: Timeouts,
}

/// How the connection is kept from others' eyes. Without encryption only a server on this machine is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain at first, encrypted by STARTTLS (RFC 3207) before anything is said; refused when the server cannot.
    StartTls,
    /// Encrypted from the first byte (RFC 8314).
    Implicit,
    /// Only to this machine.
    None,
}

/// A user and password. Shows neither.
#[derive(Clone)]
pub struct Credentials {
    user: String,
    password: String,
}

/// How long each step may take (RFC 5321, 4.5.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    pub connect: Duration,
    /// For the greeting and for each reply to a command.
    pub command: Duration,
    /// Without any byte of a message leaving.
    pub block: Duration,
    /// Bytes of a message in a second, over all of it: a server that takes fewer would hold a run up for days.
    pub slowest: u64,
    /// For the reply to the final dot: the server may be checking the mail, and giving up early makes it uncertain.
    pub end: Duration,
}

impl SmtpServer {
    /// A server with the usual time-outs, to which one does not log in.
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
    /// How long a message of so many bytes may take to leave.
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
