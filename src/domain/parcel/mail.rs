//! What the journal keeps of a mail: where it went, what proves it, and what became of each address. In: nothing. Out:
//! plain records. This module does not know how a mail is sent.

use serde::{Deserialize, Serialize};

use crate::{EmailAddress, Sha256};

/// A mail of an attempt, as far as it proves the sending later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSent {
    /// The addresses of the organ that the server accepted for this mail.
    pub to: Vec<EmailAddress>,
    /// The archive, if the server accepted it in the same transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<EmailAddress>,
    pub subject: String,
    /// The size of the mail in bytes, as in the SIZE parameter (RFC 1870).
    pub bytes: u64,
    /// Host and port of the mail server.
    pub server: String,
    /// The hash of the server's certificate, if the connection was encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Sha256>,
    /// The Message-ID of the mail that this one repeats, if a person requested it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend_of: Option<String>,
}

/// What became of the addresses of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AddressOutcome {
    /// The addresses for which the server took the mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_by: Vec<EmailAddress>,
    /// The addresses of the organ that got nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedAddress>,
    /// The archive, if the server refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<RefusedAddress>,
    /// If something was refused for good: the mark of the settings for which this holds. While they are the same, no
    /// machine tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
}

/// An address that the server refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedAddress {
    pub address: EmailAddress,
    /// The server's words, without the address.
    pub words: String,
    /// Whether another attempt may succeed (4xx).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transient: bool,
}

impl RefusedAddress {
    /// The refusal for people, with the whole address.
    #[must_use]
    pub fn told(&self) -> String {
        format!("`{}` was refused: {}", self.address.as_str(), self.words)
    }
}
