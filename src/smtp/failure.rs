//! Why a step of a conversation failed, told apart by what was seen of it.

use lettre::transport::smtp::Error;

use crate::wire::Wire;

/// Why a step failed. Its text is `words`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct SmtpFailure {
    pub words: String,
    /// Whether the same may succeed later without anyone doing anything.
    pub transient: bool,
    /// Whether these are the server's own words: then it is certain that it took nothing.
    pub is_answer: bool,
    /// Whether the connection is of no more use.
    pub is_lost: bool,
    /// Whether the server as such is the trouble, and not this mail.
    pub is_of_server: bool,
    /// Whether the server is another machine and the settings ask for no encryption.
    pub needs_encryption: bool,
}

impl SmtpFailure {
    /// A mail that cannot be offered as it is: nothing was sent, and the session can go on.
    #[must_use]
    pub const fn of_mail(words: String) -> Self {
        refused(words)
    }
}

/// What the library's error means at a step.
pub fn failure(error: &Error, wire: &Wire, what: &str) -> SmtpFailure {
    let words = wire.words();
    if error.is_permanent() || error.is_transient() {
        // A reply that came together with the one before it was read by then; and after a refused EHLO the library says
        // goodbye, so that the last words are the answer to that.
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
        };
    }
    if error.is_client() {
        return SmtpFailure { is_lost: true, ..refused(error.to_string()) };
    }
    broken(wire, what)
}

/// The server spoke before the message's end: a refusal is one; nothing else can be an answer to what was not whole.
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
            }
        }
        Some(_) => lost(format!("the mail server spoke before the message ended: {words}")),
        None => broken(wire, "the message"),
    }
}

/// The connection was lost at a step.
pub fn broken(wire: &Wire, what: &str) -> SmtpFailure {
    match wire.words().as_str() {
        "" => lost(format!("the connection was lost at {what}")),
        words => lost(format!("the connection was lost at {what}, after `{words}`")),
    }
}

/// Nothing was sent, and the connection is as good as before.
pub const fn refused(words: String) -> SmtpFailure {
    SmtpFailure {
        words,
        transient: false,
        is_answer: false,
        is_lost: false,
        is_of_server: false,
        needs_encryption: false,
    }
}

/// The connection is of no more use; the same may succeed over another.
pub const fn lost(words: String) -> SmtpFailure {
    SmtpFailure {
        words,
        transient: true,
        is_answer: false,
        is_lost: true,
        is_of_server: false,
        needs_encryption: false,
    }
}

/// The server as such is the trouble.
pub const fn of_server(words: String, transient: bool) -> SmtpFailure {
    SmtpFailure { words, transient, is_answer: false, is_lost: true, is_of_server: true, needs_encryption: false }
}

/// A failure that no other mail would escape.
pub fn of_the_server(failure: SmtpFailure) -> SmtpFailure {
    SmtpFailure { is_lost: true, is_of_server: true, ..failure }
}
