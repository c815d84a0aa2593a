//! Why a use-case could not be done, and which exit code follows.
//!
//! In: messages, and the errors that caused them. Out: [`Failure`], [`Trouble`], [`Exit`]. Unknown here: how an edge
//! prints them.

use std::error::Error;

use serde::Serialize;

use domain::plainly;

/// How the program ends, for cron. If several apply, the first of the codes 5, 1, 3, 2, 4 counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exit {
    #[default]
    Done,
    /// Usage or configuration.
    Usage,
    /// Something could not be fetched.
    NotFetched,
    /// Findings hold a collection back.
    HeldBack,
    /// Fewer parcels were handed over than the matrix says.
    Short,
    /// Our own fault.
    Ours,
}

impl Exit {
    /// The exit code that the shell gets.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Usage => 1,
            Self::NotFetched => 2,
            Self::HeldBack => 3,
            Self::Short => 4,
            Self::Ours => 5,
        }
    }

    /// The graver of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let weight = |exit: Self| match exit {
            Self::Ours => 5,
            Self::Usage => 4,
            Self::HeldBack => 3,
            Self::NotFetched => 2,
            Self::Short => 1,
            Self::Done => 0,
        };
        if weight(other) > weight(self) { other } else { self }
    }
}

/// Something that did not go as requested, for the person who has to act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// What it is about: a form, a file, a parcel.
    pub what: String,
    pub why: String,
}

impl Trouble {
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into() }
    }
}

/// A use-case that ended early. The message is for the person who has to act.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub exit: Exit,
    /// A word for programs, finer than the exit code; docs/json/README.md lists them. It never changes its meaning.
    pub code: &'static str,
    pub message: String,
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// The request cannot be done.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, code: "usage", message: message.into(), source: None }
    }

    /// The program was asked to stop before the work was done.
    #[must_use]
    pub fn stopped() -> Self {
        let message = "stopped before anything was handed over; the same command goes on with what is left".into();
        Self { exit: Exit::Short, code: "usage", message, source: None }.coded("stopped")
    }

    /// Something on our side failed: the disk, the ledger, an invariant.
    pub fn ours(message: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit: Exit::Ours, code: "internal", message: message.into(), source: Some(source.into()) }
    }

    /// The same failure with a finer code.
    #[must_use]
    pub fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }
}

/// Every code of a failure, with what it means.
pub const FAILURE_CODES: [(&str, &str); 13] = [
    ("busy", "another program works on what the command needs"),
    ("closed-period", "the period is closed, and nobody said that the act is meant all the same"),
    ("command-line", "the command line cannot be read"),
    ("configuration", "the office's files have faults"),
    ("future-period", "the period has not ended"),
    ("internal", "the disk, the ledger or the program failed"),
    ("no-office", "the folder is not an office"),
    ("not-permitted", "people.toml does not give this account the role"),
    ("stopped", "a person or the system stopped the program before the work was done"),
    ("store", "the store of artifacts is out of reach, refuses the keys, or does not keep names"),
    ("unknown-id", "an id is not known to the office"),
    ("usage", "the request cannot be done for another reason"),
    ("witness", "the ledger lacks copies that were handed over, or it cannot be seen whether it does"),
];

/// An error and its causes, as one line, without words of libraries.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        next = cause.source();
    }
    plainly(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_causes_of_an_error_are_one_line_without_words_of_a_library() {
        let refused = std::io::Error::from_raw_os_error(111);
        let failure = Failure::ours("the mail server cannot be reached", refused);
        assert_eq!(chain(&failure), "the mail server cannot be reached: Connection refused");
    }

    #[test]
    fn of_several_exits_the_gravest_is_told() {
        assert_eq!(Exit::Short.or(Exit::NotFetched), Exit::NotFetched);
        assert_eq!(Exit::NotFetched.or(Exit::HeldBack), Exit::HeldBack);
        assert_eq!(Exit::HeldBack.or(Exit::Usage), Exit::Usage);
        assert_eq!(Exit::Usage.or(Exit::Ours), Exit::Ours);
        assert_eq!(Exit::Done.or(Exit::Done).code(), 0);
    }
}
