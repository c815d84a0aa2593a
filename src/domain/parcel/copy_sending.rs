//! One sending of one copy. In: the facts about it. Out: its state, and that of each address. This module does not know
//! the other sendings of the copy.
//!
//! The first sending begins when the copy is numbered; each later one because a person requested it. Every attempt
//! belongs to one sending, and so does what comes back about it. Attempts of one sending have one Message-ID, so that a
//! receiver can drop a repeat. A later sending has another one, so that a receiver does not drop it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{AddressOutcome, Channel, EmailAddress, Event, MailSent, ParcelState, RefusedAddress};

/// One sending of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopySending {
    /// From 1. Each later one was requested by a person.
    pub number: u32,
    /// When a person requested it; `None` for the first.
    pub requested_at: Option<DateTime<Utc>>,
    /// The number of its first possible attempt.
    #[serde(skip)]
    pub from: u32,
    /// Handed over if any address has taken it.
    pub state: ParcelState,
    /// The state for the addresses that have not taken it, after others have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<ParcelState>,
    /// The number of its last attempt; 0 before the first.
    pub attempt: u32,
    pub channel: Option<Channel>,
    /// The mail of its last attempt.
    pub message_id: Option<String>,
    pub handed_by: Option<String>,
    pub handed_at: Option<DateTime<Utc>>,
    /// The addresses of its last attempt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<EmailAddress>,
    /// The addresses that have taken it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_by: Vec<EmailAddress>,
    /// The addresses that got nothing, as of the last attempt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedAddress>,
    /// The mark of the settings under which something was refused for good.
    #[serde(skip)]
    pub settings: Option<String>,
}

impl CopySending {
    /// The first sending of a copy.
    pub(crate) const fn first() -> Self {
        Self {
            number: 1,
            requested_at: None,
            from: 0,
            state: ParcelState::Queued,
            rest: None,
            attempt: 0,
            channel: None,
            message_id: None,
            handed_by: None,
            handed_at: None,
            to: Vec::new(),
            taken_by: Vec::new(),
            refused: Vec::new(),
            settings: None,
        }
    }

    /// A sending that a person requested.
    pub(crate) fn requested(number: u32, from: u32, at: DateTime<Utc>) -> Self {
        Self { number, from, requested_at: Some(at), ..Self::first() }
    }

    /// Whether it is not known if an address has it.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.state == ParcelState::Uncertain || self.rest == Some(ParcelState::Uncertain)
    }

    /// Whether everything that is open was refused for good under these settings.
    #[must_use]
    pub fn is_refused(&self, settings: &str) -> bool {
        self.settings.as_deref() == Some(settings) && self.refused.iter().all(|refused| !refused.transient)
    }

    /// The addresses, of those that the copy should go to, that still have to get it. Those that were refused for good
    /// under these settings wait for a person.
    #[must_use]
    pub fn open_addresses(&self, all: Vec<EmailAddress>, settings: Option<&str>) -> Vec<EmailAddress> {
        let holds = settings.is_some() && self.settings.as_deref() == settings;
        let waits = |address: &EmailAddress| {
            holds && self.refused.iter().any(|refused| !refused.transient && refused.address == *address)
        };
        all.into_iter().filter(|address| !self.taken_by.contains(address) && !waits(address)).collect()
    }

    /// Queues what was certainly not taken; `false` if a mail may be out, so that a new sending is needed.
    pub(crate) fn queue_again(&mut self) -> bool {
        if !matches!(self.state, ParcelState::Queued | ParcelState::Failed) {
            return false;
        }
        (self.state, self.settings) = (ParcelState::Queued, None);
        true
    }

    pub(crate) fn begin_attempt(
        &mut self,
        attempt: u32,
        channel: Channel,
        message_id: Option<&str>,
        mail: Option<&MailSent>,
    ) {
        (self.attempt, self.channel) = (attempt, Some(channel));
        self.message_id = message_id.map(ToOwned::to_owned);
        self.to = mail.map(|mail| mail.to.clone()).unwrap_or_default();
        if self.state.is_handed() && self.rest.is_some() {
            self.rest = Some(ParcelState::Sending);
        } else {
            self.state = ParcelState::Sending;
        }
    }

    /// Ends an attempt. The outcome of an earlier attempt may come late, when a sender that was thought dead writes it
    /// after another has tried again. A late outcome counts only if the copy was handed over, or may have been.
    pub(crate) fn end_attempt(
        &mut self,
        attempt: u32,
        state: ParcelState,
        addresses: Option<&AddressOutcome>,
        event: &Event,
    ) {
        let is_late = attempt < self.attempt;
        let is_news = state.is_handed()
            || state == ParcelState::Bounced
            || (state == ParcelState::Uncertain && !self.state.is_handed());
        if is_late && !is_news {
            return;
        }
        let is_of_rest = self.state.is_handed()
            && self.rest.is_some()
            && !matches!(state, ParcelState::Bounced | ParcelState::Acknowledged);
        match addresses {
            Some(addresses) => self.learn(addresses),
            None => self.settings = None,
        }
        if state.is_handed() {
            self.reached(addresses);
        }
        if is_of_rest {
            self.rest = Some(state).filter(|state| !state.is_handed()).or_else(|| self.left());
            return;
        }
        self.enter(state, event);
        self.rest = if state == ParcelState::Handed { self.left() } else { self.rest.filter(|_| state.is_handed()) };
    }

    /// Sets the state that a person found out, if it was uncertain.
    pub(crate) fn settle(&mut self, state: ParcelState, event: &Event) {
        if !self.is_uncertain() {
            return;
        }
        if state.is_handed() {
            self.reached(None);
        }
        if self.state == ParcelState::Uncertain {
            self.enter(state, event);
            self.rest = if state.is_handed() { self.left() } else { None };
        } else {
            self.rest = Some(state).filter(|state| !state.is_handed()).or_else(|| self.left());
        }
    }

    /// Cancels what has not gone.
    pub(crate) fn withdraw(&mut self) {
        self.rest = None;
        if !self.state.is_handed() {
            self.state = ParcelState::Withdrawn;
        }
    }

    /// Takes the outcome of each address into account. An address that was refused for good before, and that this attempt
    /// did not try, stays refused. An outcome without any address says that nothing is left.
    fn learn(&mut self, outcome: &AddressOutcome) {
        let is_empty = outcome.taken_by.is_empty() && outcome.refused.is_empty();
        let is_tried = |address: &EmailAddress| {
            outcome.taken_by.contains(address) || outcome.refused.iter().any(|refused| refused.address == *address)
        };
        self.refused.retain(|refused| !is_empty && !refused.transient && !is_tried(&refused.address));
        let before = self.settings.take().filter(|_| !self.refused.is_empty());
        self.settings = outcome.settings.clone().or(before);
        self.refused.extend(outcome.refused.iter().cloned());
    }

    /// The addresses of the attempt have taken it.
    fn reached(&mut self, addresses: Option<&AddressOutcome>) {
        let taken = addresses.map_or(&self.to, |addresses| &addresses.taken_by).clone();
        self.refused.retain(|refused| !taken.contains(&refused.address));
        for address in taken {
            if !self.taken_by.contains(&address) {
                self.taken_by.push(address);
            }
        }
    }

    /// The state of the rest after an attempt: failed, if an address was refused.
    fn left(&self) -> Option<ParcelState> {
        (!self.refused.is_empty()).then_some(ParcelState::Failed)
    }

    fn enter(&mut self, state: ParcelState, event: &Event) {
        let was_handed = self.state.is_handed();
        self.state = state;
        if !state.is_handed() {
            self.handed_by = None;
        } else if !was_handed {
            self.handed_by = Some(event.run.clone());
            // An answer contradicts a bounce: the copy was handed over when the server took it.
            if state != ParcelState::Acknowledged || self.handed_at.is_none() {
                self.handed_at = Some(event.at);
            }
        }
    }
}
