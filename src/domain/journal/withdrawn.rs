//! Acts that were withdrawn.
//!
//! In: a journal. Out: the events that are in force. Read the journal through `in_force` to derive a state from acts of
//! people, so that an act and its withdrawal are handled in one place. This module does not know whether an act may be
//! withdrawn.

use std::collections::BTreeSet;

use crate::{Event, Fact};

/// The places in the journal of the acts that were withdrawn.
#[must_use]
pub fn withdrawn(events: &[Event]) -> BTreeSet<i64> {
    let act = |event: &Event| match &event.fact {
        Fact::Withdrawn { act, .. } => Some(*act),
        _ => None,
    };
    events.iter().filter_map(act).collect()
}

/// The events of a journal without the acts that were withdrawn, oldest first.
pub fn in_force(events: &[Event]) -> impl DoubleEndedIterator<Item = &Event> {
    let withdrawn = withdrawn(events);
    events.iter().filter(move |event| !withdrawn.contains(&event.seq))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Actor, Sha256};

    #[test]
    fn an_act_that_was_taken_back_is_not_in_force_and_stays_in_the_journal() {
        let period = "2025-Q2".parse().unwrap();
        let closed = |register: &[u8]| Fact::Closed {
            period,
            parcels: 1,
            copies: 1,
            register: Sha256::of(register),
            reason: None,
        };
        let event = |seq, fact| Event {
            seq,
            at: chrono::DateTime::UNIX_EPOCH,
            run: "r".into(),
            actor: Actor::named("Operator"),
            fact,
        };
        let back = Fact::Withdrawn { act: 4, fact: Box::new(closed(b"a")), reason: "one mail came back".into() };
        assert_eq!(back.period(), Some(period));
        let events = [event(4, closed(b"a")), event(5, back), event(9, closed(b"b"))];
        assert_eq!(in_force(&events).map(|e| e.seq).collect::<Vec<_>>(), [5, 9]);
        let read: Fact = serde_json::from_value(serde_json::to_value(&events[1].fact).unwrap()).unwrap();
        assert_eq!(read, events[1].fact);
    }
}
