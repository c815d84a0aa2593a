//! What is known of the addresses of one mail, over all of its transactions.
//!
//! In: the server's answers to offers. Out: who still has to get the mail, and the outcome of each address. It does not
//! know the session.

use super::{Outcome, Parcel};
use domain::{AddressOutcome, EmailAddress, ParcelState, RefusedAddress};
use smtp::SmtpOffer;

/// What is known of a mail's addresses, over all of its transactions.
pub(super) struct Addresses {
    /// Those that still have to get it.
    pub(super) open: Vec<EmailAddress>,
    pub(super) taken_by: Vec<EmailAddress>,
    pub(super) refused_for_good: Vec<RefusedAddress>,
    /// Those that the last offer did not take now.
    pub(super) refused_now: Vec<RefusedAddress>,
    pub(super) archive: Option<RefusedAddress>,
    /// Whether the archive has the mail, or does not get it.
    pub(super) is_archived: bool,
    pub(super) words: Vec<String>,
}

/// An offer that the server accepted for some addresses.
pub(super) struct Accepted {
    pub(super) to: Vec<EmailAddress>,
    pub(super) archive: Option<EmailAddress>,
}

impl Addresses {
    pub(super) fn of(parcel: &Parcel) -> Self {
        Self {
            open: parcel.to.clone(),
            taken_by: Vec::new(),
            refused_for_good: Vec::new(),
            refused_now: Vec::new(),
            archive: None,
            is_archived: parcel.sending.is_rest,
            words: Vec::new(),
        }
    }

    /// Takes the server's answer to an offer; returns what was accepted, if anything was.
    pub(super) fn answered(&mut self, offer: SmtpOffer, archive: Option<&EmailAddress>) -> Option<Accepted> {
        let is_accepted = offer.is_accepted();
        let mut accepted = Vec::new();
        self.refused_now.clear();
        for (address, refusal) in std::mem::take(&mut self.open).into_iter().zip(offer.refusals) {
            let Some(failure) = refusal else {
                accepted.push(address);
                continue;
            };
            let refused = RefusedAddress { address, words: failure.words, transient: failure.transient };
            if failure.transient { &mut self.refused_now } else { &mut self.refused_for_good }.push(refused);
        }
        self.open = accepted.iter().cloned().chain(self.refused_now.iter().map(|r| r.address.clone())).collect();
        let archive = archive.filter(|_| !self.is_archived && is_accepted);
        self.archive = offer.archive.zip(archive).map(|(failure, address)| RefusedAddress {
            address: address.clone(),
            words: failure.words,
            transient: failure.transient,
        });
        let archive = archive.filter(|_| self.archive.is_none()).cloned();
        is_accepted.then_some(Accepted { to: accepted, archive })
    }

    /// Takes into account that the server took the mail.
    pub(super) fn taken(&mut self, accepted: Accepted) {
        self.is_archived |= accepted.archive.is_some();
        self.open.retain(|address| !accepted.to.contains(address));
        self.taken_by.extend(accepted.to);
    }

    /// Whether the last offer had more recipients than the server takes in one transaction.
    pub(super) fn were_too_many(&self) -> bool {
        self.refused_now.iter().any(|refused| refused.words.starts_with("452"))
    }

    fn refused(&self) -> Vec<RefusedAddress> {
        [&self.refused_for_good[..], &self.refused_now[..]].concat()
    }

    /// The outcome when no address was accepted.
    pub(super) fn refusal(&self) -> Outcome {
        Outcome::failed(masked(&self.refused()), !self.refused_now.is_empty())
    }

    /// The outcome of a transaction, with what is known of each address, for the journal.
    pub(super) fn known(&self, parcel: &Parcel, outcome: Outcome) -> Outcome {
        let is_handed = outcome.state.is_handed();
        let for_good = outcome.addresses.as_ref().is_some_and(|a| a.settings.is_some());
        let for_good = for_good || !self.refused_for_good.is_empty();
        let mut outcome = outcome;
        if is_handed {
            for refused in self.refused().iter().chain(&self.archive) {
                let whom = if self.archive.as_ref() == Some(refused) {
                    "the archive".into()
                } else {
                    refused.address.masked()
                };
                outcome.words = format!("{}; {whom} was refused: {}", outcome.words, refused.words);
            }
        }
        self.with_addresses(parcel, outcome, for_good)
    }

    fn with_addresses(&self, parcel: &Parcel, outcome: Outcome, for_good: bool) -> Outcome {
        let is_handed = outcome.state.is_handed();
        outcome.for_addresses(AddressOutcome {
            taken_by: if is_handed { self.taken_by.clone() } else { Vec::new() },
            refused: self.refused(),
            archive: self.archive.clone(),
            settings: for_good.then(|| parcel.settings.clone()),
        })
    }

    /// The outcome of the whole mail: handed over if any address has it, unless it is uncertain whether others do.
    pub(super) fn ended(&self, parcel: &Parcel, last: Outcome) -> Outcome {
        if self.taken_by.is_empty() || last.state == ParcelState::Uncertain {
            return last;
        }
        let for_good = !self.refused_for_good.is_empty();
        self.with_addresses(parcel, Outcome::handed(self.words.join("; ")), for_good)
    }
}

/// Refusals for a log: the addresses are masked.
fn masked(refused: &[RefusedAddress]) -> String {
    let words = refused.iter().map(|r| format!("{} was refused: {}", r.address.masked(), r.words));
    words.collect::<Vec<_>>().join("; ")
}

/// Adds what is known of the addresses of another mail of the same parcel.
pub(super) fn merge(all: &mut AddressOutcome, more: Option<&AddressOutcome>) {
    let Some(more) = more else { return };
    all.taken_by.extend(more.taken_by.iter().filter(|a| !all.taken_by.contains(a)).cloned().collect::<Vec<_>>());
    all.refused.extend(more.refused.iter().filter(|r| !all.refused.contains(r)).cloned().collect::<Vec<_>>());
    all.archive = all.archive.take().or_else(|| more.archive.clone());
    all.settings = all.settings.take().or_else(|| more.settings.clone());
}
