//! What lasted longer than an hour: the journal of emergencies.
//!
//! A trouble is counted from the first act that met it. While it is younger than an hour only this program knows of it;
//! after that it stands in the journal, and a program that starts anew goes on counting from there.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{decide::Action, state::State};
use crate::domain::{Door, Fact, Incident};

/// From this long on a trouble is an emergency.
pub const EMERGENCY: TimeDelta = TimeDelta::hours(1);

/// What a turn saw of the outside: a trouble with words, or `None` for a door that was open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doors(BTreeMap<Door, Option<String>>);

impl Doors {
    /// Takes in what an act met. One open door does not outweigh a trouble of the same turn.
    pub fn saw(&mut self, action: &Action, trouble: Option<(Door, String)>) {
        let usual = match action {
            Action::Probe(_) => Some(Door::Sources),
            Action::Deliver(_) => Some(Door::Post),
            _ => None,
        };
        match (trouble, usual) {
            (Some((door, words)), _) => drop(self.0.insert(door, Some(words))),
            (None, Some(door)) => drop(self.0.entry(door).or_insert(None)),
            (None, None) => {}
        }
    }

    /// Says that a door met trouble.
    pub fn met(&mut self, door: Door, words: String) {
        self.0.insert(door, Some(words));
    }

    /// Takes in what another turn saw.
    pub fn extend(&mut self, more: Self) {
        for (door, trouble) in more.0 {
            match trouble {
                Some(words) => self.met(door, words),
                None => self.open(door),
            }
        }
    }

    /// Says that a door was open.
    pub fn open(&mut self, door: Door) {
        self.0.entry(door).or_insert(None);
    }
}

/// Troubles that last.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    since: BTreeMap<Door, DateTime<Utc>>,
}

impl Watch {
    /// The lines that the journal of emergencies gets after a turn.
    pub fn lines(&mut self, doors: &Doors, state: &State, now: DateTime<Utc>) -> Vec<Fact> {
        let mut lines = Vec::new();
        for (door, trouble) in &doors.0 {
            let lasting = state.lasting(*door);
            match trouble {
                Some(words) => {
                    let since = *self.since.entry(*door).or_insert_with(|| lasting.map_or(now, |i| i.since));
                    if lasting.is_none() && now - since >= EMERGENCY {
                        lines.push(line(*door, since, None, words.clone()));
                    }
                }
                None => {
                    self.since.remove(door);
                    lines.extend(lasting.map(|i| line(*door, i.since, Some(now), i.cause.clone())));
                }
            }
        }
        lines
    }
}

/// The line of a stretch in which the program did not run; `None` when it was no emergency, or the clock was set back.
#[must_use]
pub fn outage(last_beat: DateTime<Utc>, now: DateTime<Utc>, cause: &str) -> Option<Fact> {
    (now - last_beat >= EMERGENCY).then(|| line(Door::Program, last_beat, Some(now), cause.into()))
}

fn line(door: Door, since: DateTime<Utc>, until: Option<DateTime<Utc>>, cause: String) -> Fact {
    let measures = match door {
        Door::Program => "each missed obligation is done once, the oldest deadline first, and marked late",
        Door::Sources => "forms are asked for again at their hours; what is late is marked with the answer",
        Door::Post => "parcels that were not taken are tried again; nothing is sent twice",
        Door::House => "the schedule looks again every few minutes",
    };
    Fact::Emergency { incident: Incident { door, since, until, cause, measures: measures.into() } }
}
