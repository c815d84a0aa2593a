//! What became of each parcel and of each of its copies, as the journal tells it.
//!
//! A parcel that is split for size goes in several mails, each with its own outcome. So the journal speaks of copies,
//! and a parcel's state follows from theirs: it is handed when all of its copies are.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{CopyNumbers, CopyRecord, CopyStanding, Event, Fact, ParcelId, ParcelState};

/// One parcel as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelRecord {
    pub parcel: ParcelId,
    /// Follows from the copies: the one that needs attention most.
    pub state: ParcelState,
    /// How far the second sending of its copies is, where a person asked for one and it is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<ParcelState>,
    pub copies: Vec<CopyStanding>,
    pub attempts: u32,
    /// The words of the last outcome: the server's, or a person's.
    pub words: String,
    /// Whether the last failure may pass by itself.
    pub transient: bool,
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
        self.copies.iter().filter(|c| matches!(c.open(), ParcelState::Queued | ParcelState::Failed))
    }

    /// The copies of which nobody knows whether they were taken, by the mail that they went in.
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

    /// As if a person had asked for it again: what would follow from that can be looked at before anything is written.
    pub fn queue_again(&mut self) {
        self.change(&[], CopyStanding::queue_again);
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
            Fact::Sending { attempt, transport, message_id, copies, .. } => {
                self.attempts = self.attempts.max(*attempt);
                self.change(copies, |c| c.begin_attempt(*attempt, *transport, message_id.as_deref()));
            }
            Fact::Outcome { attempt, state, words, transient, copies, .. } => {
                self.attempts = self.attempts.max(*attempt);
                self.transient = *transient;
                self.words.clone_from(words);
                self.change(copies, |c| c.end_attempt(*attempt, *state, event));
            }
            Fact::Sealed { copies, .. } => {
                for copy in &mut self.copies {
                    // What was sealed once stays so: the same bytes go each time.
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
                self.queue_again();
            }
            _ => {}
        }
    }
}

/// Of the states of copies the one that needs attention most: that of the parcel.
fn worst(states: impl Iterator<Item = ParcelState> + Clone) -> Option<ParcelState> {
    use ParcelState::{Acknowledged, Bounced, Failed, Handed, Queued, Sending, Uncertain};
    let order = [Uncertain, Bounced, Failed, Sending, Queued, Handed, Acknowledged];
    order.into_iter().find(|state| states.clone().any(|of| of == *state))
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
    ParcelRecord {
        parcel: parcel.clone(),
        state: ParcelState::Queued,
        again: None,
        copies: copies.iter().cloned().map(CopyStanding::queued).collect(),
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
                c.open() == ParcelState::Sending && c.channel.is_some_and(|w| w.can_be_repeated() == repeatable)
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
    use crate::domain::{Actor, Channel, Sha256};

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
        facts.push(settled(ParcelState::Failed, &[]));
        let record = &parcels(&events(facts))[&id()];
        assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [2]);
    }

    fn settled(state: ParcelState, copies: &[u32]) -> Fact {
        Fact::Settled { parcel: id(), state, evidence: "not in the archive".into(), copies: copies.to_vec() }
    }

    #[test]
    fn two_uncertain_mails_are_settled_each_by_itself() {
        let mail = |id: &str, copies: &[u32]| Fact::Sending {
            parcel: self::id(),
            attempt: 1,
            message_id: Some(id.into()),
            transport: Channel::Smtp,
            copies: copies.to_vec(),
        };
        let lost = |copies| outcome(ParcelState::Uncertain, copies);
        let facts = vec![queued(3), mail("<a@x>", &[1, 3]), mail("<b@x>", &[2]), lost(&[1, 3]), lost(&[2])];
        let mails = |facts: &[Fact]| {
            let records = parcels(&events(facts.to_vec()));
            records[&id()].uncertain().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(mails(&facts), ["1, 3", "2"]);
        let one = [&facts[..], &[settled(ParcelState::Handed, &[1, 3])]].concat();
        assert_eq!((mails(&one), state(one.clone())), (vec!["2".to_owned()], ParcelState::Uncertain));
        let both = [&one[..], &[settled(ParcelState::Queued, &[2])]].concat();
        let record = &parcels(&events(both))[&id()];
        assert_eq!(record.to_send().map(|c| c.record.number).collect::<Vec<_>>(), [2]);
        // A journal from before facts named copies means all that were uncertain.
        let older = r#"{"kind":"settled","parcel":"2025-Q2/crime/r0/gp-leadership","state":"handed","evidence":"log"}"#;
        let all = [&facts[..], &[serde_json::from_str(older).unwrap()]].concat();
        assert_eq!(state(all), ParcelState::Handed);
    }

    #[test]
    fn what_was_handed_once_stays_so_whatever_becomes_of_a_second_sending() {
        use ParcelState::{Acknowledged, Bounced, Failed, Handed, Queued, Uncertain};
        let mut facts = vec![queued(1), sending(Channel::Smtp, &[]), outcome(Handed, &[])];
        assert_eq!(parcels(&events(facts.clone()))[&id()].to_send().count(), 0);
        facts.push(Fact::Resend { parcel: id(), reason: "the organ lost it".into() });
        let second = |state: ParcelState| {
            let mut facts = [&facts[..], &[sending(Channel::Smtp, &[]), outcome(state, &[])]].concat();
            for fact in &mut facts[4..] {
                if let Fact::Sending { attempt, .. } | Fact::Outcome { attempt, .. } = fact {
                    *attempt = 2;
                }
            }
            facts
        };
        let stands = |facts: Vec<Fact>| {
            let record = parcels(&events(facts)).remove(&id()).unwrap();
            (
                record.state,
                record.again,
                record.to_send().count(),
                record.copies[0].handed_by.clone().unwrap_or_default(),
            )
        };
        assert_eq!(stands(facts.clone()), (Handed, Some(Queued), 1, "run-2".into()));
        assert_eq!(stands(second(Failed)), (Handed, Some(Failed), 1, "run-2".into()));
        assert_eq!(stands(second(Uncertain)), (Handed, Some(Uncertain), 0, "run-2".into()));
        assert_eq!(stands(second(Handed)), (Handed, None, 0, "run-5".into()));
        let found = [second(Uncertain), vec![settled(Handed, &[])]].concat();
        assert_eq!(stands(found), (Handed, None, 0, "run-6".into()));
        let lost = [second(Uncertain), vec![settled(Queued, &[])]].concat();
        assert_eq!(stands(lost), (Handed, Some(Queued), 1, "run-2".into()));
        // The answer to the first takes nothing from the second; that the first came back leaves only the second.
        let answered = [second(Failed), vec![outcome(Acknowledged, &[])]].concat();
        assert_eq!(stands(answered), (Acknowledged, Some(Failed), 1, "run-2".into()));
        let bounced = [second(Failed), vec![outcome(Bounced, &[])]].concat();
        assert_eq!(stands(bounced), (Failed, None, 1, String::new()));
        // Whoever was sending when the program died did so for the second time.
        let dead = second(Handed)[..5].to_vec();
        let open = interrupted(&events(dead.clone()));
        assert_eq!(stands([dead, open].concat()), (Handed, Some(Uncertain), 0, "run-2".into()));
    }

    #[test]
    fn the_kind_of_a_fact_is_the_word_in_its_json() {
        for fact in [queued(1), sending(Channel::Smtp, &[1]), outcome(ParcelState::Handed, &[])] {
            assert_eq!(serde_json::to_value(&fact).unwrap()["kind"], fact.kind());
        }
    }
}
