//! Why a step of a session failed.
//!
//! In: the library's error, and what was seen on the wire. Out: an [`SmtpFailure`]. It does not know which mail it was.

use lettre::transport::smtp::Error;

use crate::wire::Wire;

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct SmtpFailure {
    pub words: String,
    /// Whether the same may succeed later without any action of a person.
    pub transient: bool,
    /// Whether `words` is a reply of the server; then it is certain that the server took nothing.
    pub is_answer: bool,
    /// Whether the connection can no longer be used.
    pub is_lost: bool,
    /// Whether the failure concerns the server, and so every mail, and not only this one.
    pub is_of_server: bool,
    /// Whether the server is on another machine and the settings have no encryption.
    pub needs_encryption: bool,
    /// Whether the server did nothing until the time-out.
    pub is_silent: bool,
}

impl SmtpFailure {
    /// The failure of a mail that cannot be offered as it is. Nothing was sent, and the session can go on.
    #[must_use]
    pub const fn of_mail(words: String) -> Self {
        refused(words)
    }

    /// The failure of a connection that was given up; the same may succeed over another one.
    #[must_use]
    pub const fn of_line(words: String) -> Self {
        lost(words)
    }
}

/// The failure that a library error means at the step `what`.
pub fn failure(error: &Error, wire: &Wire, what: &str) -> SmtpFailure {
    let words = wire.words();
    if error.is_permanent() || error.is_transient() {
        // The words on the wire may belong to another reply: one that came together with the reply before, or, after a
        // refused EHLO, the reply to the library's QUIT. The status shows this.
        let is_said = error.status().is_some_and(|code| words.starts_with(&code.to_string()));
        let words = if is_said { words } else { error.to_string() };
        let transient = error.is_transient();
        // 421: the server closes the connection after it (RFC 5321, 3.8).
        let is_closing = error.status().is_some_and(|code| u16::from(code) == 421);
        return SmtpFailure {
            words,
            transient,
            is_answer: true,
            is_lost: is_closing,
            is_of_server: is_closing,
            needs_encryption: false,
            is_silent: false,
        };
    }
    if error.is_client() {
        return SmtpFailure { is_lost: true, ..refused(error.to_string()) };
    }
    broken(wire, what)
}

/// The failure when the server replied before the end of the message. A refusal counts as one; any other reply is not
/// valid, because the message was not complete.
pub fn spoke_early(wire: &Wire) -> SmtpFailure {
    let words = wire.words();
    match words.as_bytes().first() {
        Some(b'4' | b'5') => {
            let transient = words.starts_with('4');
            SmtpFailure {
                words,
                transient,
                is_answer: true,
                is_lost: true,
                is_of_server: false,
                needs_encryption: false,
                is_silent: false,
            }
        }
        Some(_) => lost(format!("the mail server spoke before the message ended: {words}")),
        None => broken(wire, "the message"),
    }
}

/// The failure when the connection was lost at the step `what`.
pub fn broken(wire: &Wire, what: &str) -> SmtpFailure {
    match wire.words().as_str() {
        "" => lost(format!("the connection was lost at {what}")),
        words => lost(format!("the connection was lost at {what}, after `{words}`")),
    }
}

/// A failure before anything was sent; the connection can still be used.
pub const fn refused(words: String) -> SmtpFailure {
    SmtpFailure {
        words,
        transient: false,
        is_answer: false,
        is_lost: false,
        is_of_server: false,
        needs_encryption: false,
        is_silent: false,
    }
}

/// A failure after which the connection cannot be used; the same may succeed over another one.
pub const fn lost(words: String) -> SmtpFailure {
    SmtpFailure {
        words,
        transient: true,
        is_answer: false,
        is_lost: true,
        is_of_server: false,
        needs_encryption: false,
        is_silent: false,
    }
}

/// A failure because the server did nothing until the time-out.
pub fn silent(failure: SmtpFailure) -> SmtpFailure {
    SmtpFailure { is_silent: true, ..failure }
}

/// A failure that concerns the server, and so every mail.
pub fn of_server(words: String, transient: bool) -> SmtpFailure {
    SmtpFailure { is_of_server: true, transient, ..lost(words) }
}

/// Turns a failure into one that concerns the server, and so every mail.
pub fn of_the_server(failure: SmtpFailure) -> SmtpFailure {
    SmtpFailure { is_lost: true, is_of_server: true, ..failure }
}
