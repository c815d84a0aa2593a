//! The journal of a hand-over, as a trait: the intent, whether the program may still send, and the outcome.

use std::future::Future;

use domain::{AddressOutcome, Channel, Fact, MailSent, ParcelId, ParcelState, plainly};

/// One attempt to hand over a parcel, or the copies of it that go in one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub parcel: ParcelId,
    /// Counted from 1, with the attempts of earlier runs.
    pub number: u32,
    pub channel: Channel,
    pub message_id: Option<String>,
    /// The numbers of the copies.
    pub copies: Vec<u32>,
    /// What proves the mail later; `None` for other channels, and before anything was accepted.
    pub mail: Option<Box<MailSent>>,
}

/// The outcome of an attempt, in the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `handed`, `failed`, `uncertain`, or `queued` if nothing was tried.
    pub state: ParcelState,
    pub words: String,
    /// Whether the same may succeed later without any action of a person.
    pub transient: bool,
    /// The outcome for each address; `None` for other channels.
    pub addresses: Option<Box<AddressOutcome>>,
}

/// Why a journal could not be written.
pub type JournalError = Box<dyn std::error::Error + Send + Sync>;

/// Records what must not be lost of a hand-over. Each call returns when its record is safe from a power cut.
pub trait Journal: Send + Sync + 'static {
    /// Records the intent before the step that cannot be undone. After an error nothing is sent.
    fn intent(&self, attempt: &Attempt) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Whether this program still holds its claim. This is the last check before the bytes leave.
    fn may_send(&self, attempt: &Attempt) -> impl Future<Output = Result<bool, JournalError>> + Send;

    /// Records the outcome of an attempt.
    fn outcome(&self, attempt: &Attempt, outcome: &Outcome) -> impl Future<Output = Result<(), JournalError>> + Send;
}

impl Attempt {
    /// The fact that records the intent.
    #[must_use]
    pub fn sending(&self) -> Fact {
        Fact::Sending {
            parcel: self.parcel.clone(),
            attempt: self.number,
            message_id: self.message_id.clone(),
            transport: self.channel,
            copies: self.copies.clone(),
            mail: self.mail.clone(),
        }
    }

    /// The fact that records an outcome.
    #[must_use]
    pub fn ended(&self, outcome: &Outcome) -> Fact {
        Fact::Outcome {
            parcel: self.parcel.clone(),
            attempt: self.number,
            state: outcome.state,
            words: outcome.words.clone(),
            transient: outcome.transient,
            copies: self.copies.clone(),
            addresses: outcome.addresses.clone(),
        }
    }
}

/// The words of an outcome are kept in the ledger and read by people, so they contain none of a library.
fn plain(words: impl Into<String>) -> String {
    plainly(&words.into()).into_owned()
}

impl Outcome {
    /// The attempt was taken.
    pub fn handed(words: impl Into<String>) -> Self {
        Self { state: ParcelState::Handed, words: plain(words), transient: false, addresses: None }
    }

    /// The attempt was certainly not taken.
    pub fn failed(words: impl Into<String>, transient: bool) -> Self {
        Self { state: ParcelState::Failed, words: plain(words), transient, addresses: None }
    }

    /// It is not known whether the attempt was taken.
    pub fn uncertain(words: impl Into<String>) -> Self {
        Self { state: ParcelState::Uncertain, words: plain(words), transient: false, addresses: None }
    }

    /// Nothing was tried.
    pub fn queued(words: impl Into<String>) -> Self {
        Self { state: ParcelState::Queued, words: plain(words), transient: true, addresses: None }
    }

    /// The same outcome, with what became of each address.
    #[must_use]
    pub fn for_addresses(self, addresses: AddressOutcome) -> Self {
        Self { addresses: Some(Box::new(addresses)), ..self }
    }

    /// The addresses of the organ that got nothing.
    #[must_use]
    pub fn refused(&self) -> &[domain::RefusedAddress] {
        self.addresses.as_ref().map_or(&[], |addresses| &addresses.refused)
    }

    /// Whether the same call may succeed later without any action of a person.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.transient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_keeps_no_words_of_a_library() {
        let words = "the mail server `mail` port 25 cannot be reached: Connection refused (os error 111)";
        let kept = "the mail server `mail` port 25 cannot be reached: Connection refused";
        for outcome in [Outcome::failed(words, true), Outcome::uncertain(words), Outcome::queued(words)] {
            assert_eq!(outcome.words, kept);
        }
    }
}
