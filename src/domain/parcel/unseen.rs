//! What witnesses cannot show after a ledger was brought back.
//!
//! In: events of the ledger. Out: whether a restore left a doubt that no person has ended. This module does not know
//! where witnesses are kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Event, Fact};

/// Why the witnesses of a ledger cannot show whether copies were handed over that the ledger lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// No journal of sendings that was kept beside this ledger is in its place.
    NoWitness,
    /// The journal of sendings was kept beside another ledger.
    OtherLedger,
    /// The journal of sendings lacks hand-overs that the ledger contains, so it may lack later ones too.
    OlderWitness,
    /// The journal of sendings is not the file that this program wrote but a copy, which may lack what came later.
    CopiedWitness,
}

impl Unseen {
    /// What is so now, as the beginning of a sentence.
    #[must_use]
    pub const fn now(self) -> &'static str {
        match self {
            Self::NoWitness => "no journal of sendings of this ledger is here",
            Self::OtherLedger => "the journal of sendings here belongs to another ledger",
            Self::OlderWitness => "the journal of sendings here is older than the ledger",
            Self::CopiedWitness => "the journal of sendings here is a copy, and may not be the last",
        }
    }

    /// What was so when a backup was brought back.
    #[must_use]
    pub const fn then(self) -> &'static str {
        match self {
            Self::NoWitness => "no journal of sendings of this ledger was there",
            Self::OtherLedger => "the journal of sendings there belonged to another ledger",
            Self::OlderWitness => "the journal of sendings there was older than the backup",
            Self::CopiedWitness => "the journal of sendings there was a copy, and may not have been the last",
        }
    }
}

/// The restore that left it unseen whether copies were handed over after the backup: why, and when the backup was made.
/// `None` if every restore was seen, or a person has found out since that the ledger is complete. Of several restores
/// the first one counts: what is unseen began with its backup.
#[must_use]
pub fn unseen_since(events: &[Event]) -> Option<(Unseen, DateTime<Utc>)> {
    let mut unseen: Option<(Unseen, DateTime<Utc>)> = None;
    for event in events {
        match &event.fact {
            Fact::Restored { made, unseen: Some(why), .. } => {
                unseen = unseen.or(Some((*why, *made)));
            }
            Fact::Reconciled { complete: true, .. } => unseen = None,
            _ => {}
        }
    }
    unseen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Actor;

    fn restored(day: u32, unseen: Option<Unseen>) -> Fact {
        let made = DateTime::from_timestamp(i64::from(day) * 86_400, 0).unwrap();
        Fact::Restored { made, last_fact: 1, unseen }
    }

    fn reconciled(complete: bool) -> Fact {
        Fact::Reconciled {
            parcels: Vec::new(),
            witnesses: Vec::new(),
            unclear: Vec::new(),
            reason: "asked".into(),
            complete,
        }
    }

    fn unseen(facts: &[Fact]) -> Option<(Unseen, i64)> {
        let event = |fact: &Fact| Event {
            seq: 1,
            at: DateTime::UNIX_EPOCH,
            run: "r".into(),
            actor: Actor::Schedule,
            fact: fact.clone(),
        };
        let events: Vec<Event> = facts.iter().map(event).collect();
        unseen_since(&events).map(|(why, made)| (why, made.timestamp() / 86_400))
    }

    #[test]
    fn a_restore_without_a_witness_is_a_doubt_until_a_person_calls_the_ledger_complete() {
        let alone = restored(3, Some(Unseen::NoWitness));
        assert_eq!(unseen(&[]), None);
        assert_eq!(unseen(&[restored(3, None)]), None);
        assert_eq!(unseen(std::slice::from_ref(&alone)), Some((Unseen::NoWitness, 3)));
        assert_eq!(unseen(&[alone.clone(), reconciled(false)]), Some((Unseen::NoWitness, 3)));
        assert_eq!(unseen(&[alone.clone(), reconciled(true)]), None);
        assert_eq!(unseen(&[reconciled(true), alone]), Some((Unseen::NoWitness, 3)));
    }

    #[test]
    fn of_two_restores_the_backup_of_the_first_is_where_the_doubt_begins() {
        let first = restored(3, Some(Unseen::CopiedWitness));
        assert_eq!(unseen(&[first.clone(), restored(5, Some(Unseen::NoWitness))]), Some((Unseen::CopiedWitness, 3)));
        assert_eq!(unseen(&[first, restored(5, None)]), Some((Unseen::CopiedWitness, 3)));
    }

    #[test]
    fn each_reason_has_words_of_its_own() {
        let all = [Unseen::NoWitness, Unseen::OtherLedger, Unseen::OlderWitness, Unseen::CopiedWitness];
        let words: std::collections::BTreeSet<&str> = all.iter().flat_map(|why| [why.now(), why.then()]).collect();
        assert_eq!(words.len(), 8);
    }
}
