//! Hand-overs that the ledger lacks.
//!
//! In: events of the ledger, and the same facts as a witness outside the ledger has them. Out: the facts that one has
//! and the other lacks. This module does not know where a witness is kept, nor who compares.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, Event, Fact, ParcelId};

/// A fact about copies, as a witness outside the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witnessed {
    pub at: DateTime<Utc>,
    pub run: String,
    pub actor: Actor,
    pub fact: Fact,
}

/// The kinds of facts that a witness keeps: which copies exist, where they went, and what happened to them.
pub const WITNESSED: [&str; 7] = ["queued", "sealed", "sending", "outcome", "settled", "resend", "readdressed"];

impl Fact {
    /// The parcel of a fact that witnesses keep; `None` for every other fact.
    #[must_use]
    pub const fn witnessed(&self) -> Option<&ParcelId> {
        match self {
            Self::Queued { parcel, .. }
            | Self::Sealed { parcel, .. }
            | Self::Sending { parcel, .. }
            | Self::Outcome { parcel, .. }
            | Self::Settled { parcel, .. }
            | Self::Resend { parcel, .. }
            | Self::Readdressed { parcel, .. } => Some(parcel),
            _ => None,
        }
    }

    /// Whether a ledger without this fact would hand copies over a second time. Numbering and sealing are not decisive:
    /// they are done again in the same way for copies that were never sent.
    const fn is_decisive(&self) -> bool {
        !matches!(self, Self::Queued { .. } | Self::Sealed { .. })
    }
}

impl From<&Event> for Witnessed {
    fn from(event: &Event) -> Self {
        Self { at: event.at, run: event.run.clone(), actor: event.actor.clone(), fact: event.fact.clone() }
    }
}

/// The facts that a witness has and the ledger lacks, in the order of the witness. Empty if the ledger lacks nothing
/// decisive: then no copy is sent twice because a fact is missing.
///
/// A fact that the witness has twice has to be in the ledger twice. If a decisive fact of a parcel is missing, the
/// result contains all facts of this parcel that the ledger lacks, its numbering too.
#[must_use]
pub fn unknown_to(ledger: &[Event], witness: &[Witnessed]) -> Vec<Witnessed> {
    let lacking = surplus(witness.iter().map(|w| &w.fact), ledger.iter().map(|e| &e.fact));
    let decisive: Vec<&ParcelId> =
        lacking.iter().map(|at| &witness[*at].fact).filter(|f| f.is_decisive()).filter_map(Fact::witnessed).collect();
    let concerned: std::collections::HashSet<&ParcelId> = decisive.into_iter().collect();
    let of_concern = |at: &usize| witness[*at].fact.witnessed().is_some_and(|parcel| concerned.contains(parcel));
    lacking.into_iter().filter(of_concern).map(|at| witness[at].clone()).collect()
}

/// The events of the ledger that a witness lacks, and that have to be written to it.
#[must_use]
pub fn unknown_to_witness(ledger: &[Event], witness: &[Witnessed]) -> Vec<Witnessed> {
    let kept: Vec<&Event> = ledger.iter().filter(|event| event.fact.witnessed().is_some()).collect();
    let lacking = surplus(kept.iter().map(|e| &e.fact), witness.iter().map(|w| &w.fact));
    lacking.into_iter().map(|at| Witnessed::from(kept[at])).collect()
}

/// The runs whose decisive facts are among these: those that handed copies over, or decided about such copies.
#[must_use]
pub fn runs_that_sent(facts: &[Witnessed]) -> BTreeSet<&str> {
    facts.iter().filter(|written| written.fact.is_decisive()).map(|written| written.run.as_str()).collect()
}

/// The places in `these` that have no equal in `those`. Each of `those` matches one of `these`.
fn surplus<'a>(these: impl Iterator<Item = &'a Fact>, those: impl Iterator<Item = &'a Fact>) -> Vec<usize> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for fact in those.filter(|fact| fact.witnessed().is_some()) {
        *known.entry(likeness(fact)).or_default() += 1;
    }
    let mut lacking = Vec::new();
    for (at, fact) in these.enumerate() {
        match known.get_mut(&likeness(fact)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => lacking.push(at),
        }
    }
    lacking
}

/// Two facts are alike if the ledger writes them alike. `Debug` masks addresses.
fn likeness(fact: &Fact) -> String {
    serde_json::to_string(fact).unwrap_or_else(|_| format!("{fact:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Channel, CopyRecord, ParcelState, Sha256};

    fn parcel(organ: &str) -> ParcelId {
        format!("2025-Q2/crime/r0/{organ}").parse().unwrap()
    }

    fn queued(organ: &str) -> Fact {
        let copy = CopyRecord { number: 1, of: 1, file: "crime.xlsx".into(), sha256: Sha256::of(b"1"), language: None };
        Fact::Queued { parcel: parcel(organ), copies: vec![copy] }
    }

    fn sending(organ: &str, attempt: u32) -> Fact {
        Fact::Sending {
            parcel: parcel(organ),
            attempt,
            message_id: None,
            transport: Channel::Folder,
            copies: Vec::new(),
            mail: None,
        }
    }

    fn handed(organ: &str) -> Fact {
        Fact::Outcome {
            parcel: parcel(organ),
            attempt: 1,
            state: ParcelState::Handed,
            words: "written".into(),
            transient: false,
            copies: vec![1],
            addresses: None,
        }
    }

    fn event(fact: Fact) -> Event {
        Event { seq: 1, at: DateTime::UNIX_EPOCH, run: "r".into(), actor: Actor::Schedule, fact }
    }

    fn events(facts: &[Fact]) -> Vec<Event> {
        facts.iter().cloned().map(event).collect()
    }

    fn witness(facts: &[Fact]) -> Vec<Witnessed> {
        events(facts).iter().map(Witnessed::from).collect()
    }

    #[test]
    fn a_ledger_that_knows_as_much_or_more_lacks_nothing() {
        let facts = [queued("mia"), sending("mia", 1), handed("mia")];
        assert_eq!(unknown_to(&events(&facts), &witness(&facts)), []);
        assert_eq!(unknown_to(&events(&facts), &witness(&facts[..2])), []);
        assert_eq!(unknown_to_witness(&events(&facts), &witness(&facts[..2])), witness(&facts[2..]));
    }

    #[test]
    fn a_restored_ledger_lacks_what_was_sent_since() {
        let facts = [queued("mia"), sending("mia", 1), handed("mia")];
        assert_eq!(unknown_to(&events(&facts[..1]), &witness(&facts)), witness(&facts[1..]));
        assert_eq!(unknown_to(&[], &witness(&facts)), witness(&facts));
    }

    #[test]
    fn numbering_that_was_lost_before_anything_left_is_no_difference() {
        assert_eq!(unknown_to(&[], &witness(&[queued("mia"), queued("moj")])), []);
        let sent = [queued("mia"), queued("moj"), sending("moj", 1)];
        assert_eq!(unknown_to(&[], &witness(&sent)), witness(&sent[1..]));
    }

    #[test]
    fn the_runs_that_sent_are_those_with_decisive_facts() {
        let mut facts = witness(&[queued("mia"), sending("mia", 1), handed("mia"), queued("moj")]);
        assert_eq!(runs_that_sent(&facts), BTreeSet::from(["r"]));
        facts[3].run = "numbered only".into();
        facts[2].run = "later".into();
        assert_eq!(runs_that_sent(&facts), BTreeSet::from(["later", "r"]));
        assert!(runs_that_sent(&facts[3..]).is_empty());
    }

    #[test]
    fn what_was_done_twice_has_to_be_known_twice() {
        let again = Fact::Resend { parcel: parcel("mia"), reason: "lost".into() };
        let facts = [queued("mia"), sending("mia", 1), handed("mia"), again.clone(), again.clone()];
        assert_eq!(unknown_to(&events(&facts[..4]), &witness(&facts)), witness(&[again]));
    }
}
