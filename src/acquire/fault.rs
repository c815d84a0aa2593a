//! Why a document did not come, and who has to act.
//!
//! Each fault prints as the end of a sentence that begins with the address. This module does not know what the document
//! contains.

use std::{io, time::Duration};

use domain::{Absence, FormId, Period};

/// A document that did not come.
#[derive(Debug, thiserror::Error)]
#[error("form `{form}` for `{period}`: `{url}` {fault}{}{}", times(*.attempts), next(.fault))]
pub struct FetchError {
    pub form: FormId,
    pub period: Period,
    /// Its address, with secrets masked.
    pub url: String,
    /// How often it was requested.
    pub attempts: usize,
    pub fault: Box<FetchFault>,
}

/// Who has to act before the document can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoActs {
    /// No person: it is requested again.
    Nobody,
    /// The operator of the source.
    Source,
    /// The maintainer of this office's configuration.
    Office,
}

/// What went wrong, as the end of a sentence that begins with the address.
#[derive(Debug, thiserror::Error)]
pub enum FetchFault {
    #[error("could not be reached: {why}")]
    Unreachable { why: String },
    /// The connection was open, but it ended before an answer began.
    #[error("hung up without an answer: {why}")]
    HungUp { why: String },
    /// Not requested this time: the host, or the form's addresses on it, have just failed several times.
    #[error("was left alone for a while: {why}")]
    LeftAlone { why: &'static str },
    #[error("could not be reached safely: {why}")]
    Untrusted { why: String },
    #[error("did not {what} within {limit:?}")]
    Slow { what: &'static str, limit: Duration },
    #[error("is not there (status {status})")]
    NotThere { status: u16 },
    #[error("refused the question (status {status}): {}", if *.with_key { "the key was not accepted" } else { "it was asked without a key" })]
    Refused { status: u16, with_key: bool },
    #[error("answered with status {status}{}", wait(*.retry_after))]
    Failed { status: u16, retry_after: Option<Duration> },
    #[error("answered with status {status} ({meaning}), which is not a document")]
    NoDocument { status: u16, meaning: &'static str },
    #[error("sends to `{to}`, which is another host; it was not followed")]
    OtherHost { to: String },
    #[error("sends from one address to the next without end")]
    Circle,
    #[error("is larger than {limit} bytes{}", that_it_says(*.declared))]
    TooLarge { limit: u64, declared: Option<u64> },
    #[error("was cut off after {got} bytes: {why}")]
    Cut { got: u64, why: String },
    #[error("is packed as `{coding}`, which was not asked for")]
    Packed { coding: String },
    #[error("is not an address: {why}")]
    Address { why: String },
    #[error("is a link; only files themselves are taken")]
    Link,
    #[error("lies outside the folder that files are dropped into")]
    Outside,
    #[error("is not a file")]
    NoFile,
    #[error("is still being written")]
    Growing,
    #[error("could not be read: {0}")]
    File(io::Error),
}

impl FetchError {
    /// Whether another request may succeed without anyone acting.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.fault.is_transient()
    }

    /// Who has to act.
    #[must_use]
    pub fn who(&self) -> WhoActs {
        self.fault.who()
    }
}

impl FetchFault {
    /// Whether another request may succeed. The status codes are those of RFC 9110 for temporary conditions.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::HungUp { .. }
            | Self::LeftAlone { .. }
            | Self::Slow { .. }
            | Self::Cut { .. }
            | Self::Growing => true,
            Self::Failed { status, .. } => matches!(*status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// What the fault says about the document. A source without the document differs from a source that did not answer,
    /// and may answer later.
    #[must_use]
    pub const fn absence(&self) -> Absence {
        match self {
            Self::NotThere { .. } => Absence::NotThere,
            fault if fault.is_transient() => Absence::NoAnswer,
            _ => Absence::Denied,
        }
    }

    /// Who has to act.
    #[must_use]
    pub const fn who(&self) -> WhoActs {
        match self {
            // A form that is not yet published is requested again until its deadline.
            Self::NotThere { .. } => WhoActs::Nobody,
            Self::Refused { .. }
            | Self::Address { .. }
            | Self::Untrusted { .. }
            | Self::Link
            | Self::Outside
            | Self::NoFile
            | Self::File(_) => WhoActs::Office,
            fault if fault.is_transient() => WhoActs::Nobody,
            _ => WhoActs::Source,
        }
    }
}

fn times(attempts: usize) -> String {
    if attempts > 1 { format!("; asked {attempts} times") } else { String::new() }
}

/// The next step for the reader of the message.
const fn next(fault: &FetchFault) -> &'static str {
    match fault {
        FetchFault::Refused { with_key: false, .. } => {
            "; set the key's environment variable that `key_env` of `schedules/sources.toml` names"
        }
        FetchFault::Refused { .. } => "; ask the source for a valid key",
        FetchFault::OtherHost { .. } => {
            "; if the source has moved, write the new address into `schedules/sources.toml`"
        }
        FetchFault::TooLarge { .. } => "; if this is right, raise the limit of bytes in `zhinaq.toml`",
        FetchFault::Address { .. } | FetchFault::Untrusted { .. } => "; see `schedules/sources.toml`",
        FetchFault::Link | FetchFault::Outside | FetchFault::NoFile => "; put the file itself into the folder",
        FetchFault::NotThere { .. } => "; asked again at the next run",
        fault if fault.is_transient() => "; asked again at the next run",
        _ => "; report it to the operator of the source",
    }
}

fn wait(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(" and asks for a pause of {} s", wait.as_secs())).unwrap_or_default()
}

fn that_it_says(bytes: Option<u64>) -> String {
    bytes.map(|bytes| format!(" (declared: {bytes})")).unwrap_or_default()
}
