//! The meaning of `[console]`: where the staff console listens, and the rules of sessions. This module does not know how the
//! file is written.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// The settings of the staff console. They contain the places of secrets, never the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleSettings {
    pub listen: SocketAddr,
    /// How browsers reach it: scheme, host and port, without a slash at the end.
    pub public_url: String,
    /// `None`: another program encrypts, or only this machine is served.
    pub tls: Option<ConsoleTls>,
    /// Whether another program stands between the browsers and the console.
    pub is_behind_proxy: bool,
    /// The addresses of that program. Only from there the address of a browser is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub session: SessionSettings,
    /// The folder with the agreement in each language, such as `ru.md`; absolute, or below the home.
    pub agreement: PathBuf,
    /// The environment variable with the key that encrypts the seeds of second factors.
    pub key_env: String,
    /// Whether people may sign in with a password and a second factor of the office's own.
    pub local: bool,
}

/// The certificate of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleTls {
    /// A PEM file with the certificate and those of its authorities; absolute, or below the home.
    pub certificate: PathBuf,
    /// A PEM file that only its owner can read; absolute, or below the home.
    pub key_file: PathBuf,
}

/// The rules of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSettings {
    /// Without use for so long, a session ends.
    pub idle: Duration,
    /// After so long it ends whatever happens.
    pub lifetime: Duration,
    pub per_person: u32,
}

impl Default for SessionSettings {
    fn default() -> Self {
        // A person at work is not sent away; a working day is one session.
        Self { idle: Duration::from_mins(30), lifetime: Duration::from_hours(10), per_person: 3 }
    }
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            public_url: "http://127.0.0.1:8080".into(),
            tls: None,
            is_behind_proxy: false,
            trusted_proxies: Vec::new(),
            session: SessionSettings::default(),
            agreement: "templates/console/agreement".into(),
            key_env: "ZHINAQ_CONSOLE_KEY".into(),
            local: true,
        }
    }
}

impl ConsoleSettings {
    /// Whether browsers reach it encrypted: then its cookies are sent over https only.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether only this machine is served.
    #[must_use]
    pub fn is_local_only(&self) -> bool {
        self.listen.ip().is_loopback() && !self.is_behind_proxy
    }
}
