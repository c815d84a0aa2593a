//! The journal of emergencies: troubles that last longer than an hour.
//!
//! In: what each turn found at the doors to the outside, the state, the time. Out: facts for the journal. A trouble is
//! counted from the first act that met it. During the first hour it is only in memory. After that it is in the journal,
//! and a restarted program continues from there.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Action, State};
use domain::{Door, Fact, Incident};

/// A trouble that lasts this long is an emergency.
pub const EMERGENCY: TimeDelta = TimeDelta::hours(1);

/// What a turn found at each door to the outside: the words of a trouble, or `None` for a door that was open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doors(BTreeMap<Door, Option<String>>);

impl Doors {
    /// Adds what an act found. A trouble at a door remains, even if a later act of the same turn finds the door open.
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

    /// Records a trouble at a door.
    pub fn met(&mut self, door: Door, words: String) {
        self.0.insert(door, Some(words));
    }

    /// Adds what another turn found.
    pub fn extend(&mut self, more: Self) {
        for (door, trouble) in more.0 {
            match trouble {
                Some(words) => self.met(door, words),
                None => self.open(door),
            }
        }
    }

    /// Records that something outside worked, unless a failure of it is recorded.
    pub fn open(&mut self, door: Door) {
        self.0.entry(door).or_insert(None);
    }
}

/// The troubles that last, each with its beginning.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    since: BTreeMap<Door, DateTime<Utc>>,
}

impl Watch {
    /// The facts that the journal of emergencies gets after a turn.
    pub fn lines(&mut self, doors: &Doors, state: &State, now: DateTime<Utc>) -> Vec<Fact> {
        let mut lines = Vec::new();
        for (door, trouble) in &doors.0 {
            let lasting = state.lasting(*door);
            if let Some(words) = trouble {
                let since = *self.since.entry(*door).or_insert_with(|| lasting.map_or(now, |i| i.since));
                if lasting.is_none() && now - since >= EMERGENCY {
                    lines.push(line(*door, since, None, words.clone()));
                }
            } else {
                self.since.remove(door);
                // The measures that people recorded remain part of the incident.
                let over = |i: &Incident| Incident { until: Some(now), ..i.clone() };
                lines.extend(lasting.map(|i| Fact::Emergency { incident: over(i) }));
            }
        }
        lines
    }
}

/// The fact about a time in which the program did not run; `None` when it was shorter than [`EMERGENCY`], or the clock
/// was set back.
#[must_use]
pub fn outage(last_beat: DateTime<Utc>, now: DateTime<Utc>, cause: &str) -> Option<Fact> {
    (now - last_beat >= EMERGENCY).then(|| line(Door::Program, last_beat, Some(now), cause.into()))
}

fn line(door: Door, since: DateTime<Utc>, until: Option<DateTime<Utc>>, cause: String) -> Fact {
    let measures = match door {
        Door::Program => "each missed obligation is done once, the oldest deadline first, and marked late",
        Door::Sources => "forms are asked for again at their hours; what is late is marked with the answer",
        Door::Post => "parcels that were not taken are tried again; no parcel is sent twice",
        Door::House => "the schedule looks again every few minutes",
    };
    Fact::Emergency { incident: Incident { door, since, until, cause, measures: measures.into() } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minutes * 60, 0).unwrap()
    }

    #[test]
    fn a_trouble_is_an_emergency_after_an_hour_and_ends_when_the_door_is_open() {
        let (mut watch, mut state) = (Watch::default(), State::default());
        let trouble = |words: &str| {
            let mut doors = Doors::default();
            doors.met(Door::Post, words.into());
            doors
        };
        assert_eq!(watch.lines(&trouble("no answer"), &state, at(0)), []);
        assert_eq!(watch.lines(&trouble("no answer"), &state, at(59)), []);
        let begun = watch.lines(&trouble("421 closed"), &state, at(61));
        let [Fact::Emergency { incident }] = &begun[..] else { panic!("{begun:?}") };
        assert_eq!((incident.since, incident.until, incident.cause.as_str()), (at(0), None, "421 closed"));
        state.incidents.push(incident.clone());
        // It is recorded once, even if the program is restarted.
        assert_eq!(Watch::default().lines(&trouble("421 closed"), &state, at(90)), []);
        let mut doors = Doors::default();
        doors.open(Door::Post);
        let ended = Watch::default().lines(&doors, &state, at(95));
        let [Fact::Emergency { incident }] = &ended[..] else { panic!("{ended:?}") };
        assert_eq!((incident.since, incident.until), (at(0), Some(at(95))));
        assert_eq!(watch.lines(&doors, &State::default(), at(96)), []);
    }
}
