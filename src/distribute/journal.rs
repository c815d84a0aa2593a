//! The journal that a hand-over is given: what is about to happen, whether it still may, what became of it.

use std::future::Future;

use domain::{AddressOutcome, Channel, Fact, MailSent, ParcelId, ParcelState};

/// One try to hand over a parcel, or those of its copies that go in one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub parcel: ParcelId,
    /// From 1, counting the attempts of earlier runs.
    pub number: u32,
    pub channel: Channel,
    pub message_id: Option<String>,
    /// The numbers of the copies.
    pub copies: Vec<u32>,
    /// What proves the mail later; `None` for other channels, and before anything was accepted.
    pub mail: Option<Box<MailSent>>,
}

/// What became of an attempt, in the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `handed`, `failed`, `uncertain`, or `queued` when nothing was tried.
    pub state: ParcelState,
    pub words: String,
    /// Whether the same may succeed later without anyone doing anything.
    pub transient: bool,
    /// The outcome for each address; `None` for other channels.
    pub addresses: Option<Box<AddressOutcome>>,
}

/// Why a journal could not be written.
pub type JournalError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps what a hand-over must not forget. Each call returns when what it says is safe from a power cut.
pub trait Journal: Send + Sync + 'static {
    /// Before the step that cannot be undone. With an error nothing is sent.
    fn intent(&self, attempt: &Attempt) -> impl Future<Output = Result<(), JournalError>> + Send;

    /// Asked last of all before the bytes leave: does this program still hold its claim?
    fn may_send(&self, attempt: &Attempt) -> impl Future<Output = Result<bool, JournalError>> + Send;

    /// What became of it.
    fn outcome(&self, attempt: &Attempt, outcome: &Outcome) -> impl Future<Output = Result<(), JournalError>> + Send;
}

impl Attempt {
    /// The fact of the intent.
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

    /// The fact of an outcome.
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

impl Outcome {
    /// It was taken.
    pub fn handed(words: impl Into<String>) -> Self {
        Self { state: ParcelState::Handed, words: words.into(), transient: false, addresses: None }
    }

    /// It was certainly not taken.
    pub fn failed(words: impl Into<String>, transient: bool) -> Self {
        Self { state: ParcelState::Failed, words: words.into(), transient, addresses: None }
    }

    /// Nobody knows whether it was taken.
    pub fn uncertain(words: impl Into<String>) -> Self {
        Self { state: ParcelState::Uncertain, words: words.into(), transient: false, addresses: None }
    }

    /// Nothing was tried.
    pub fn queued(words: impl Into<String>) -> Self {
        Self { state: ParcelState::Queued, words: words.into(), transient: true, addresses: None }
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

    /// Whether the same call may succeed later without anyone doing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.transient
    }
}
