//! States of parcels and of their copies. In: the events of a journal. Out: a record for each parcel. This module does
//! not know how a parcel is sent.
//!
//! A parcel that is split for size goes in several mails, each with its own outcome. So facts are about copies, and the
//! state of a parcel follows from theirs: it is handed when all of its copies are.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{CopyNumbers, CopyRecord, CopyStanding, Event, Fact, OrganId, ParcelId, ParcelState, RefusedAddress};

/// One parcel, as it follows from the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelRecord {
    pub parcel: ParcelId,
    /// Follows from the copies: the state that needs attention most.
    pub state: ParcelState,
    /// The state of the second sending of its copies, if a person requested one and it is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<ParcelState>,
    pub copies: Vec<CopyStanding>,
    pub attempts: u32,
    /// The words of the last outcome: the server's, or a person's.
    pub words: String,
    /// Whether the last failure was transient: another attempt may succeed.
    pub transient: bool,
    /// The copies that were withdrawn, and the organ that gets as many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readdressed: Vec<Readdressed>,
}

/// Copies that were withdrawn because their organ ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readdressed {
    /// The organ that gets as many; `None` if the ended organ has no successor.
    pub to: Option<OrganId>,
    pub copies: Vec<u32>,
}

impl ParcelRecord {
    /// The copies that count: all but those that were withdrawn.
    pub fn counted(&self) -> impl Iterator<Item = &CopyStanding> {
        self.copies.iter().filter(|c| c.state.counts())
    }

    /// Whether a run handed over any of the copies.
    #[must_use]
    pub fn was_handed_by(&self, run: &str) -> bool {
        self.copies.iter().any(|c| c.handed_by.as_deref() == Some(run))
    }

    /// The copies that a run may hand over without a person: those that wait, and those that failed. Handed copies are
    /// never sent again unless a person decides so. Uncertain copies wait for a person, and bounced copies for another
    /// address.
    pub fn to_send(&self) -> impl Iterator<Item = &CopyStanding> {
        self.copies.iter().filter(|c| matches!(c.open(), ParcelState::Queued | ParcelState::Failed))
    }

    /// As [`Self::to_send`], without what the server refused for good under these settings.
    pub fn ready<'a>(&'a self, settings: &'a str) -> impl Iterator<Item = &'a CopyStanding> {
        self.to_send().filter(move |copy| !copy.is_refused(settings))
    }

    /// The copies that wait for a person or for other settings, because the server refused them for good.
    pub fn refused<'a>(&'a self, settings: &'a str) -> impl Iterator<Item = &'a CopyStanding> {
        self.to_send().filter(move |copy| copy.is_refused(settings))
    }

    /// The addresses that got nothing of the last sending, each once.
    #[must_use]
    pub fn refused_addresses(&self) -> Vec<&RefusedAddress> {
        let mut found: Vec<&RefusedAddress> = Vec::new();
        for refused in self.copies.iter().filter(|c| c.open() == ParcelState::Failed).flat_map(|c| &c.sending().refused)
        {
            if !found.iter().any(|known| known.address == refused.address) {
                found.push(refused);
            }
        }
        found
    }

    /// Whether a later sending is open, which a person requested. If not, what is open are further addresses.
    #[must_use]
    pub fn is_sent_again(&self) -> bool {
        self.copies.iter().any(|c| c.again.is_some() && !c.sending().state.is_handed())
    }

    /// The uncertain copies, grouped by the mail in which they were sent.
    #[must_use]
    pub fn uncertain(&self) -> Vec<CopyNumbers> {
        let mut mails: BTreeMap<(u32, Option<&str>), Vec<u32>> = BTreeMap::new();
        for copy in self.copies.iter().filter(|c| c.open() == ParcelState::Uncertain) {
            mails.entry((copy.attempt, copy.message_id.as_deref())).or_default().push(copy.record.number);
        }
        let mut mails: Vec<CopyNumbers> = mails.into_values().map(|numbers| numbers.into_iter().collect()).collect();
        mails.sort_by(|one, other| one.as_slice().cmp(other.as_slice()));
        mails
    }

    /// Changes the record as if a person had requested another hand-over. The effect can be checked before anything is
    /// written.
    pub fn queue_again(&mut self, at: DateTime<Utc>) {
        let from = self.attempts + 1;
        self.change(&[], |copy| copy.queue_again(from, at));
    }

    fn empty(parcel: &ParcelId) -> Self {
        Self {
            parcel: parcel.clone(),
            state: ParcelState::Queued,
            again: None,
            copies: Vec::new(),
            attempts: 0,
            words: String::new(),
            transient: false,
            readdressed: Vec::new(),
        }
    }

    /// Adds copies. A number that exists already keeps its copy.
    fn number(&mut self, copies: &[CopyRecord]) {
        let known: Vec<u32> = self.copies.iter().map(|c| c.record.number).collect();
        let new = copies.iter().filter(|copy| !known.contains(&copy.number));
        self.copies.extend(new.cloned().map(CopyStanding::queued));
        self.change(&[], |_| {});
    }

    fn change(&mut self, numbers: &[u32], mut change: impl FnMut(&mut CopyStanding)) {
        for copy in &mut self.copies {
            if numbers.is_empty() || numbers.contains(&copy.record.number) {
                change(copy);
            }
        }
        self.state = worst(self.copies.iter().map(|c| c.state)).unwrap_or(ParcelState::Queued);
        self.again = worst(self.copies.iter().filter_map(|c| c.again));
    }

    fn apply(&mut self, event: &Event) {
        match &event.fact {
            Fact::Sending { attempt, transport, message_id, copies, mail, .. } => {
                self.attempts = self.attempts.max(*attempt);
                self.change(copies, |c| c.begin_attempt(*attempt, *transport, message_id.as_deref(), mail.as_deref()));
            }
            Fact::Outcome { attempt, state, words, transient, copies, addresses, .. } => {
                self.attempts = self.attempts.max(*attempt);
                self.transient = *transient;
                self.words.clone_from(words);
                self.change(copies, |c| c.end_attempt(*attempt, *state, addresses.as_deref(), event));
            }
            Fact::Sealed { copies, .. } => {
                for copy in &mut self.copies {
                    // A sealed copy keeps its archive, so the same bytes are sent each time.
                    let sealed = copies.iter().find(|s| s.number == copy.record.number);
                    copy.sealed = copy.sealed.take().or_else(|| sealed.cloned());
                }
            }
            Fact::Settled { state, evidence, copies, .. } => {
                self.words.clone_from(evidence);
                let is_open = |c: &CopyStanding| c.open() == ParcelState::Uncertain;
                self.change(copies, |c| {
                    if is_open(c) {
                        c.settle(*state, event);
                    }
                });
            }
            Fact::Resend { reason, .. } => {
                self.words.clone_from(reason);
                self.queue_again(event.at);
            }
            Fact::Readdressed { to, copies, reason, .. } => {
                self.words.clone_from(reason);
                let is_meant = |c: &CopyStanding| copies.contains(&c.record.number) || c.state.is_handed();
                self.change(&[], |c| {
                    if is_meant(c) {
                        c.withdraw();
                    }
                });
                self.readdressed.push(Readdressed { to: to.clone(), copies: copies.clone() });
            }
            _ => {}
        }
    }
}

/// The state of a parcel: the state of its copies that needs attention most.
fn worst(states: impl Iterator<Item = ParcelState>) -> Option<ParcelState> {
    use ParcelState::{Acknowledged, Bounced, Failed, Handed, Queued, Sending, Uncertain, Withdrawn};
    let order = [Uncertain, Bounced, Failed, Sending, Queued, Handed, Acknowledged, Withdrawn];
    let place = |state: ParcelState| order.iter().position(|of| *of == state).unwrap_or(order.len());
    states.min_by_key(|state| place(*state))
}

/// The parcels of a journal, by id.
#[must_use]
pub fn parcels(events: &[Event]) -> BTreeMap<ParcelId, ParcelRecord> {
    let mut records: BTreeMap<ParcelId, ParcelRecord> = BTreeMap::new();
    for event in events {
        follow(&mut records, event);
    }
    records
}

/// Applies one more event.
pub fn follow(records: &mut BTreeMap<ParcelId, ParcelRecord>, event: &Event) {
    match &event.fact {
        Fact::Queued { parcel, copies } => {
            records.entry(parcel.clone()).or_insert_with(|| ParcelRecord::empty(parcel)).number(copies);
        }
        Fact::Sealed { parcel, .. }
        | Fact::Sending { parcel, .. }
        | Fact::Outcome { parcel, .. }
        | Fact::Settled { parcel, .. }
        | Fact::Resend { parcel, .. }
        | Fact::Readdressed { parcel, .. } => {
            if let Some(record) = records.get_mut(parcel) {
                record.apply(event);
            }
        }
        _ => {}
    }
}

/// The outcomes of attempts whose program ended between the intent and the outcome.
///
/// Call it only if no program is sending: the caller holds the claim, or has seen that nobody holds it. Copies that can
/// be handed over again without danger are queued again. For any other copy it is not known whether the server took it,
/// so a person decides.
#[must_use]
pub fn interrupted(events: &[Event]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for record in parcels(events).values() {
        for repeatable in [true, false] {
            let is_open = |c: &&CopyStanding| {
                c.open() == ParcelState::Sending && c.channel.is_some_and(|w| w.can_be_repeated() == repeatable)
            };
            let copies: Vec<u32> = record.copies.iter().filter(is_open).map(|c| c.record.number).collect();
            if copies.is_empty() {
                continue;
            }
            let (state, words) = if repeatable {
                (ParcelState::Queued, "the program ended while writing; what is there is recognised by its hash")
            } else {
                (ParcelState::Uncertain, "the program ended before the server's word was recorded")
            };
            facts.push(Fact::Outcome {
                parcel: record.parcel.clone(),
                attempt: record.attempts,
                state,
                words: words.into(),
                transient: repeatable,
                copies,
                addresses: None,
            });
        }
    }
    facts
}
