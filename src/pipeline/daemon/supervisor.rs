//! Messages to the supervisor of services: systemd, for a unit with `Type=notify`.
//!
//! In: `NOTIFY_SOCKET`, which the supervisor sets. Out: datagrams with `READY=1`, `WATCHDOG=1` and `STOPPING=1`, as
//! sd_notify(3) describes them. Unknown here: when the daemon is alive, and what the supervisor does with it.

use std::{env, os::unix::net::UnixDatagram, path::PathBuf};

/// The supervisor that started the program, if there is one.
#[derive(Debug, Clone, Default)]
pub struct Supervisor {
    socket: Option<PathBuf>,
}

impl Supervisor {
    /// The supervisor that the environment names. Only a socket with a path is known, as systemd makes it for a unit.
    pub fn of_environment() -> Self {
        Self { socket: env::var_os("NOTIFY_SOCKET").map(PathBuf::from).filter(|path| path.is_absolute()) }
    }

    /// The daemon has read its settings and opened its ledger.
    pub fn ready(&self) {
        self.tell("READY=1");
    }

    /// The daemon does not hang. A unit with `WatchdogSec` is started anew if this is not said in time.
    pub fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// The daemon ends because it was requested to.
    pub fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// A supervisor that does not listen must not stop the daemon; the log says it.
    fn tell(&self, words: &str) {
        let Some(socket) = &self.socket else { return };
        let told = UnixDatagram::unbound().and_then(|from| {
            from.set_nonblocking(true)?;
            from.send_to(words.as_bytes(), socket)
        });
        if let Err(error) = told {
            tracing::warn!(%error, "the supervisor of services at NOTIFY_SOCKET takes no message");
        }
    }
}
