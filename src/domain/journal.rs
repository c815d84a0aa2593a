//! What became of each parcel and of each of its copies, as the journal tells it.
//!
//! A parcel that is split for size goes in several mails, each with its own outcome. So the journal speaks of copies,
//! and a parcel's state follows from theirs: it is handed when all of its copies are.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Channel, CopyRecord, Event, Fact, ParcelId, ParcelState, SealedCopy};

/// One parcel as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelRecord {
    pub parcel: ParcelId,
    /// Follows from the copies: the one that needs attention most.
    pub state: ParcelState,
    pub copies: Vec<CopyStanding>,
    pub attempts: u32,
    /// The words of the last outcome: the server's, or a person's.
    pub words: String,
    /// Whether the last failure may pass by itself.
    pub transient: bool,
}

/// One copy of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyStanding {
    #[serde(flatten)]
    pub record: CopyRecord,
    pub state: ParcelState,
    /// The way by which it went last.
    pub channel: Option<Channel>,
    /// The number of its last attempt; 0 before the first.
    pub attempt: u32,
    /// The run that handed it over.
    pub handed_by: Option<String>,
    /// The archive that it goes in, where it is encrypted for its organ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedCopy>,
}

impl ParcelRecord {
    /// Whether a run handed over any of the copies.
    #[must_use]
    pub fn was_handed_by(&self, run: &str) -> bool {
        self.copies.iter().any(|c| c.handed_by.as_deref() == Some(run))
    }

    /// The copies that a run may hand over without asking anyone: those that wait, and those that were not taken.
    /// What was handed is never sent again unless a person says so, what is uncertain waits for a person, and what
    /// bounced waits for another address.
    pub fn to_send(&self) -> impl Iterator<Item = &CopyStanding> {
        self.copies.iter().filter(|c| matches!(c.state, ParcelState::Queued | ParcelState::Failed))
    }

    /// As if a person had asked for it again: what would follow from that can be looked at before anything is written.
    pub fn queue_again(&mut self) {
        self.change(&[], |c| c.enter(ParcelState::Queued, ""));
    }

    fn change(&mut self, numbers: &[u32], mut change: impl FnMut(&mut CopyStanding)) {
        for copy in &mut self.copies {
            if numbers.is_empty() || numbers.contains(&copy.record.number) {
                change(copy);
            }
        }
        self.state = state_of(&self.copies);
    }

    fn apply(&mut self, event: &Event) {
        let run = &event.run;
        match &event.fact {
            Fact::Sending { attempt, transport, copies, .. } => {
                self.attempts = self.attempts.max(*attempt);
                self.change(copies, |c| {
                    c.state = ParcelState::Sending;
                    c.channel = Some(*transport);
                    c.attempt = *attempt;
                });
            }
            Fact::Outcome { attempt, state, words, transient, copies, .. } => {
                self.attempts = self.attempts.max(*attempt);
                self.transient = *transient;
                self.words.clone_from(words);
                self.change(copies, |c| c.end_attempt(*attempt, *state, run));
            }
            Fact::Sealed { copies, .. } => {
                for copy in &mut self.copies {
                    // What was sealed once stays so: the same bytes go each time.
                    let sealed = copies.iter().find(|s| s.number == copy.record.number);
                    copy.sealed = copy.sealed.take().or_else(|| sealed.cloned());
                }
            }
            Fact::Settled { state, evidence, .. } => {
                let asked = |c: &CopyStanding| c.state == ParcelState::Uncertain;
                let open: Vec<u32> = self.copies.iter().filter(|c| asked(c)).map(|c| c.record.number).collect();
                self.words.clone_from(evidence);
                self.change(&open, |c| c.enter(*state, run));
            }
            Fact::Resend { reason, .. } => {
                self.words.clone_from(reason);
                self.change(&[], |c| c.enter(ParcelState::Queued, run));
            }
            _ => {}
        }
    }
}

impl CopyStanding {
    /// A sender that was thought dead may speak up after another has tried again. Of what it says only this counts:
    /// that the copy was taken, and that it may have been.
    fn end_attempt(&mut self, attempt: u32, state: ParcelState, run: &str) {
        let is_late = attempt < self.attempt;
        let is_news = state.is_handed() || (state == ParcelState::Uncertain && !self.state.is_handed());
        if !is_late || is_news {
            self.enter(state, run);
        }
    }

    fn enter(&mut self, state: ParcelState, run: &str) {
        let was_handed = self.state.is_handed();
        self.state = state;
        if !state.is_handed() {
            self.handed_by = None;
        } else if !was_handed {
            self.handed_by = Some(run.to_owned());
        }
    }
}

/// The state of a parcel: of its copies' states the first in this order.
fn state_of(copies: &[CopyStanding]) -> ParcelState {
    use ParcelState::{Acknowledged, Bounced, Failed, Handed, Queued, Sending, Uncertain};
    [Uncertain, Bounced, Failed, Sending, Queued, Handed, Acknowledged]
        .into_iter()
        .find(|state| copies.iter().any(|c| c.state == *state))
        .unwrap_or(Queued)
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

/// Takes one more event in.
pub fn follow(records: &mut BTreeMap<ParcelId, ParcelRecord>, event: &Event) {
    match &event.fact {
        Fact::Queued { parcel, copies } => {
            records.entry(parcel.clone()).or_insert_with(|| queued(parcel, copies));
        }
        Fact::Sealed { parcel, .. }
        | Fact::Sending { parcel, .. }
        | Fact::Outcome { parcel, .. }
        | Fact::Settled { parcel, .. }
        | Fact::Resend { parcel, .. } => {
            if let Some(record) = records.get_mut(parcel) {
                record.apply(event);
            }
        }
        _ => {}
    }
}

fn queued(parcel: &ParcelId, copies: &[CopyRecord]) -> ParcelRecord {
    let standing = |record: &CopyRecord| CopyStanding {
        record: record.clone(),
        state: ParcelState::Queued,
        channel: None,
        attempt: 0,
        handed_by: None,
        sealed: None,
    };
    ParcelRecord {
        parcel: parcel.clone(),
        state: ParcelState::Queued,
        copies: copies.iter().map(standing).collect(),
        attempts: 0,
        words: String::new(),
        transient: false,
    }
}

/// The outcomes of attempts whose sender is gone: it died between the intent and the outcome.
///
/// To be asked only by whoever knows that nobody is sending (it holds the claim, or saw that nobody does). What can
/// be repeated without danger is queued again; of anything else nobody knows whether it was taken, so a person
/// decides.
#[must_use]
pub fn interrupted(events: &[Event]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for record in parcels(events).values() {
        for repeatable in [true, false] {
            let is_open = |c: &&CopyStanding| {
                c.state == ParcelState::Sending && c.channel.is_some_and(|w| w.can_be_repeated() == repeatable)
            };
            let copies: Vec<u32> = record.copies.iter().filter(is_open).map(|c| c.record.number).collect();
            if copies.is_empty() {
                continue;
            }
            let (state, words) = if repeatable {
                (ParcelState::Queued, "the program ended while writing; what is there is recognised by its hash")
            } else {
                (ParcelState::Uncertain, "the program ended before the server's word was recorded; see `zhinaq settle`")
            };
            facts.push(Fact::Outcome {
                parcel: record.parcel.clone(),
                attempt: record.attempts,
                state,
                words: words.into(),
                transient: repeatable,
                copies,
            });
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, Sha256};

    fn id() -> ParcelId {
        "2025-Q2/crime/r0/gp-leadership".parse().unwrap()
    }

    fn events(facts: Vec<Fact>) -> Vec<Event> {
        let at = chrono::DateTime::from_timestamp(0, 0).unwrap();
        let event = |(i, fact)| Event { seq: i as i64 + 1, at, run: format!("run-{i}"), actor: Actor::Schedule, fact };
        facts.into_iter().enumerate().map(event).collect()
    }

    fn queued(of: u32) -> Fact {
        let copy =
            |number| CopyRecord { number, of, file: format!("{number}.xlsx"), sha256: Sha256::of(&[number as u8]) };
        Fact::Queued { parcel: id(), copies: (1..=of).map(copy).collect() }
    }

    fn sending(transport: Channel, copies: &[u32]) -> Fact {
        Fact::Sending { parcel: id(), attempt: 1, message_id: None, transport, copies: copies.to_vec() }
    }

    fn outcome(state: ParcelState, copies: &[u32]) -> Fact {
        let (words, copies) = (state.to_string(), copies.to_vec());
        Fact::Outcome { parcel: id(), attempt: 1, state, words, transient: false, copies }
    }

    fn state(facts: Vec<Fact>) -> ParcelState {
        parcels(&events(facts))[&id()].state
    }

    #[test]
    fn a_split_parcel_is_handed_when_its_last_mail_is() {
        use Channel::Smtp;
        use ParcelState::Handed;
        let first = vec![queued(3), sending(Smtp, &[1, 2]), outcome(Handed, &[1, 2])];
        assert_eq!(state(first.clone()), ParcelState::Queued);
        let record = &parcels(&events(first.clone()))[&id()];
        assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [3]);
        let all = [first, vec![sending(Smtp, &[3]), outcome(Handed, &[3])]].concat();
        assert_eq!(state(all.clone()), Handed);
        assert!(parcels(&events(all.clone()))[&id()].was_handed_by("run-4"));
        assert_eq!(parcels(&events(all))[&id()].to_send().count(), 0);
    }

    #[test]
    fn an_interrupted_mail_is_uncertain_and_an_interrupted_folder_is_queued() {
        for (channel, wanted) in [(Channel::Smtp, ParcelState::Uncertain), (Channel::Folder, ParcelState::Queued)] {
            let mut facts = vec![queued(2), sending(channel, &[])];
            assert_eq!(state(facts.clone()), ParcelState::Sending);
            facts.extend(interrupted(&events(facts.clone())));
            assert_eq!(state(facts.clone()), wanted);
            assert!(interrupted(&events(facts)).is_empty());
        }
    }

    #[test]
    fn a_sender_that_speaks_up_late_cannot_undo_what_was_handed() {
        let second = |state| Fact::Outcome {
            parcel: id(),
            attempt: 2,
            state,
            words: String::new(),
            transient: false,
            copies: Vec::new(),
        };
        let again =
            Fact::Sending { parcel: id(), attempt: 2, message_id: None, transport: Channel::Smtp, copies: Vec::new() };
        let tried = vec![queued(1), sending(Channel::Smtp, &[]), again];
        for late in [ParcelState::Queued, ParcelState::Failed, ParcelState::Uncertain] {
            let facts = [tried.clone(), vec![second(ParcelState::Handed), outcome(late, &[])]].concat();
            assert_eq!(state(facts), ParcelState::Handed);
        }
        let facts = [tried, vec![second(ParcelState::Failed), outcome(ParcelState::Handed, &[])]].concat();
        assert_eq!(state(facts), ParcelState::Handed);
    }

    #[test]
    fn a_person_settles_only_what_is_uncertain() {
        let mut facts = vec![queued(2), outcome(ParcelState::Handed, &[1]), outcome(ParcelState::Uncertain, &[2])];
        assert_eq!(state(facts.clone()), ParcelState::Uncertain);
        facts.push(Fact::Settled { parcel: id(), state: ParcelState::Failed, evidence: "not in the archive".into() });
        let record = &parcels(&events(facts))[&id()];
        assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn what_was_handed_stays_so_until_a_person_asks_again() {
        let mut facts = vec![queued(1), outcome(ParcelState::Handed, &[])];
        assert_eq!(parcels(&events(facts.clone()))[&id()].to_send().count(), 0);
        facts.push(Fact::Resend { parcel: id(), reason: "the organ lost it".into() });
        assert_eq!(parcels(&events(facts))[&id()].to_send().count(), 1);
    }

    #[test]
    fn the_kind_of_a_fact_is_the_word_in_its_json() {
        for fact in [queued(1), sending(Channel::Smtp, &[1]), outcome(ParcelState::Handed, &[])] {
            assert_eq!(serde_json::to_value(&fact).unwrap()["kind"], fact.kind());
        }
    }
}
