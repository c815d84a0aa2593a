//! Decides what to do now. The decision depends only on the agenda, the journal and the time.
//!
//! In: an agenda, a state and an instant. Out: actions and the next wake-up. It does not know how an action is done.
//!
//! The hours of cron expressions do not start jobs; at these hours a form may be requested. What remains to be done
//! follows from the journal. So an hour that was slept through, came twice, or was jumped over by the clock neither
//! skips nor repeats anything.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Agenda, GRACE, Gate, State, Tries,
    alerts::{self, Alert},
    delay_causes, first_issue,
    gate::{arrival, gate},
};
use domain::{Duty, Fact, FormId, Issue, Obligation, Subject};

/// The longest time to the next wake-up, so that facts which others write into the journal are seen.
const LONGEST_SLEEP: TimeDelta = TimeDelta::hours(12);
/// How long after its deadline an obligation is still pursued; after that a person must bring the form.
const GIVEN_UP: TimeDelta = TimeDelta::days(93);
/// Forms open on the day after their period, and fall due within this time after it.
const AHEAD: TimeDelta = TimeDelta::days(45);
/// How long after its deadline a form or collection is tried often; after that, once a day.
const PATIENCE: TimeDelta = TimeDelta::days(7);

/// One thing to do. The duties of one action are of one kind, and their periods end in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Record a fact that follows from the journal and the time.
    Note(Fact),
    /// Request forms.
    Probe(Vec<Duty>),
    /// Build collections that are complete before their hour.
    Prepare(Vec<Duty>),
    /// Build collections from the forms that have come, number the copies and hand them over.
    Deliver(Vec<Duty>),
    /// Make supplements with forms that came after their collections were handed over. They go to the organs that have
    /// these collections.
    Supplement(Vec<Duty>),
    /// Send an alert to the office.
    Tell(Alert),
}

/// What to do now, the oldest deadline first, and when to decide again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub actions: Vec<Action>,
    pub wake: DateTime<Utc>,
}

/// Decides what to do at `now`.
#[must_use]
pub fn decide(agenda: &Agenda, state: &State, now: DateTime<Utc>) -> Decision {
    let mut work = Work { agenda, state, now, notes: Vec::new(), acts: Vec::new(), wake: now + LONGEST_SLEEP };
    if let Some(since) = state.since {
        let near = agenda.owed_between(now - GIVEN_UP - TimeDelta::days(1), now + AHEAD);
        for owed in near.iter().filter(|o| agenda.counts(o, since)) {
            if state.met.contains_key(&owed.duty) {
                work.supplement(owed);
                work.rest(owed);
                continue;
            }
            match &owed.duty.subject {
                Subject::Form(form) => work.form(owed, form),
                Subject::Collection(_) => work.collection(owed),
            }
        }
    }
    let (alerts, wake) = alerts::due(agenda, state, now);
    let mut actions: Vec<Action> = work.notes.into_iter().map(Action::Note).collect();
    actions.extend(work.acts);
    actions.extend(alerts.into_iter().map(Action::Tell));
    Decision { actions, wake: work.wake.min(wake) }
}

struct Work<'a> {
    agenda: &'a Agenda,
    state: &'a State,
    now: DateTime<Utc>,
    notes: Vec<Fact>,
    acts: Vec<Action>,
    wake: DateTime<Utc>,
}

impl Work<'_> {
    fn wake_at(&mut self, at: DateTime<Utc>) {
        if at > self.now {
            self.wake = self.wake.min(at);
        }
    }

    fn note_met(&mut self, owed: &Obligation, in_time: bool) {
        let noted = self.state.overdue.get(&owed.duty).cloned();
        let late = (!in_time || noted.is_some())
            .then(|| noted.unwrap_or_else(|| delay_causes::cause(self.agenda, self.state, owed, self.now)));
        self.notes.push(Fact::Met { duty: owed.duty.clone(), late });
    }

    fn note_overdue(&mut self, owed: &Obligation, after: DateTime<Utc>) {
        if self.now <= after {
            self.wake_at(after + TimeDelta::seconds(1));
        } else if !self.state.overdue.contains_key(&owed.duty) {
            let cause = delay_causes::cause(self.agenda, self.state, owed, self.now);
            self.notes.push(Fact::Overdue { duty: owed.duty.clone(), cause });
        }
    }

    fn form(&mut self, owed: &Obligation, form: &FormId) {
        let (state, agenda, now) = (self.state, self.agenda, self.now);
        if let Some(came) = state.came(agenda, form, owed.duty.period) {
            return self.note_met(owed, came <= owed.deadline + GRACE);
        }
        self.note_overdue(owed, owed.deadline + GRACE);
        if now < owed.opens {
            return self.wake_at(owed.opens);
        }
        if now > owed.deadline + GIVEN_UP {
            return;
        }
        let tries = state.tries(&owed.duty);
        let earliest = match last_before(tries, now) {
            None => owed.opens,
            Some(last) => last + pause_of_form(owed, tries.map_or(0, |t| t.times.len()), now),
        };
        if agenda.asked_at(form, now).is_some_and(|hour| hour >= earliest) {
            self.act(Action::Probe(vec![owed.duty.clone()]));
        } else {
            let from = earliest.max(now + TimeDelta::milliseconds(1));
            if let Some(next) = agenda.asked_from(form, from) {
                self.wake_at(next);
            }
        }
    }

    /// Adds an action. Actions of one kind whose periods end in the same month become one action.
    fn act(&mut self, action: Action) {
        for known in &mut self.acts {
            match (known, &action) {
                (Action::Probe(group), Action::Probe(more))
                | (Action::Prepare(group), Action::Prepare(more))
                | (Action::Deliver(group), Action::Deliver(more))
                | (Action::Supplement(group), Action::Supplement(more))
                    if month(group) == month(more) =>
                {
                    return group.extend_from_slice(more);
                }
                _ => {}
            }
        }
        self.acts.push(action);
    }

    fn collection(&mut self, owed: &Obligation) {
        let (state, agenda, now) = (self.state, self.agenda, self.now);
        let Some(issue) = first_issue(&owed.duty) else { return };
        let handing = state.handing(&issue);
        let nothing = BTreeMap::new();
        let records = handing.map_or(&nothing, |handing| &handing.records);
        let expected = agenda.parcels(&issue, records, now.with_timezone(&agenda.zone).date_naive());
        if expected == 0 {
            return;
        }
        if handing.is_some_and(|h| h.handed() >= expected) {
            let last = handing.and_then(|h| h.last_handed).unwrap_or(now);
            return self.note_met(owed, last < owed.deadline);
        }
        self.note_overdue(owed, owed.deadline);
        if now > owed.deadline + GIVEN_UP {
            return;
        }
        let hour = gate(owed, agenda.inputs(&owed.duty), |input| arrival(agenda, state, input), now);
        let has_news = {
            let news = state.news(agenda, &owed.duty, &issue);
            state.tries(&owed.duty).is_none_or(|t| t.seq < news)
        };
        match hour.gate {
            Gate::Early => {
                if hour.complete && has_news {
                    self.act(Action::Prepare(vec![owed.duty.clone()]));
                }
                self.wake_at(hour.opens);
            }
            // No wake-up is set: when a form comes, the journal has news, and the next decision uses it.
            Gate::Held | Gate::Empty => {}
            Gate::Open => self.deliver(owed, &issue, expected, hour.opens, has_news),
        }
    }

    /// Makes a supplement if a form has come since a collection was handed over without it.
    fn supplement(&mut self, owed: &Obligation) {
        let Some(issue) = first_issue(&owed.duty) else { return };
        let Some(came) = self.state.came_after(self.agenda, &owed.duty, &issue) else { return };
        let tries = self.state.tries(&owed.duty);
        if tries.is_none_or(|t| t.seq < came) {
            return self.act(Action::Supplement(vec![owed.duty.clone()]));
        }
        if self.state.later_waits(self.agenda, &issue) {
            let last = last_before(tries, self.now).unwrap_or(self.now);
            let again = last + pause_of_collection(owed, tries.map_or(0, |t| t.times.len()), self.now);
            if again <= self.now {
                self.act(Action::Supplement(vec![owed.duty.clone()]));
            } else {
                self.wake_at(again);
            }
        }
    }

    /// Sends what is left of a collection that was handed over: a second sending that a person requested, or further
    /// addresses.
    fn rest(&mut self, owed: &Obligation) {
        let Some(handing) = first_issue(&owed.duty).and_then(|issue| self.state.handing(&issue)) else { return };
        if !handing.records.values().any(|r| r.again.is_some() && self.agenda.is_ready(r)) {
            return;
        }
        let tries = self.state.tries(&owed.duty);
        let last = last_before(tries, self.now).unwrap_or(self.now);
        let again = last + pause_of_collection(owed, tries.map_or(0, |t| t.times.len()), self.now);
        if again <= self.now {
            self.act(Action::Deliver(vec![owed.duty.clone()]));
        } else {
            self.wake_at(again);
        }
    }

    fn deliver(&mut self, owed: &Obligation, issue: &Issue, expected: usize, start: DateTime<Utc>, has_news: bool) {
        let tries = self.state.tries(&owed.duty);
        let since: Vec<DateTime<Utc>> =
            tries.iter().flat_map(|t| &t.times).filter(|t| **t >= start && **t <= self.now).copied().collect();
        let Some(last) = since.last() else {
            return self.act(Action::Deliver(vec![owed.duty.clone()]));
        };
        if has_news {
            return self.act(Action::Deliver(vec![owed.duty.clone()]));
        }
        if self.state.handing(issue).is_some_and(|h| h.waits_for_person(self.agenda, expected)) {
            return;
        }
        let again = *last + pause_of_collection(owed, since.len(), self.now);
        if again <= self.now {
            self.act(Action::Deliver(vec![owed.duty.clone()]));
        } else {
            self.wake_at(again);
        }
    }
}

fn month(duties: &[Duty]) -> Option<(i32, u32)> {
    duties.first().map(|d| (d.period.year(), d.period.last_month()))
}

/// The time of the last try; `None` if the clock has since been set back to before it.
fn last_before(tries: Option<&Tries>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    tries.and_then(|t| t.times.last()).copied().filter(|last| *last <= now)
}

/// How long to wait between two requests for a form. The pause doubles with each try, up to four hours. On the last day
/// of the form each request hour is used. When the form is late by more than [`PATIENCE`], the pause is a day. Each
/// pause is five minutes shorter than a whole step, because a request takes time.
fn pause_of_form(owed: &Obligation, tries: usize, now: DateTime<Utc>) -> TimeDelta {
    let breath = TimeDelta::minutes(5);
    if now > owed.deadline + PATIENCE {
        return TimeDelta::hours(24) - breath;
    }
    let is_last_day = now <= owed.deadline + GRACE && now >= owed.deadline - TimeDelta::hours(12);
    if is_last_day {
        return TimeDelta::seconds(1);
    }
    doubled(TimeDelta::minutes(30), tries, TimeDelta::hours(4)) - breath
}

fn pause_of_collection(owed: &Obligation, tries: usize, now: DateTime<Utc>) -> TimeDelta {
    if now > owed.deadline + PATIENCE {
        return TimeDelta::hours(24);
    }
    doubled(TimeDelta::minutes(10), tries, TimeDelta::hours(2))
}

fn doubled(first: TimeDelta, tries: usize, most: TimeDelta) -> TimeDelta {
    let times = tries.saturating_sub(1).min(16) as u32;
    first.checked_mul(1 << times).unwrap_or(most).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::Office;
    use domain::{Actor, Event};

    fn agenda() -> Agenda {
        let office = Office::embedded().unwrap();
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        Agenda::new(&office, day("2025-07-01"), day("2025-07-31")).in_one_document()
    }

    fn begun() -> State {
        let mut state = State::default();
        let fact = Fact::Scheduled { since: "2025-07-01".parse().unwrap() };
        let at = DateTime::UNIX_EPOCH;
        state.follow(&[Event { seq: 1, at, run: "test".into(), actor: Actor::Schedule, fact }]);
        state
    }

    fn form(agenda: &Agenda) -> &Obligation {
        agenda.owed.iter().find(|o| matches!(o.duty.subject, Subject::Form(_))).unwrap()
    }

    #[test]
    fn a_schedule_that_was_not_begun_owes_nothing() {
        let agenda = agenda();
        let now = form(&agenda).deadline + TimeDelta::hours(1);
        let decision = decide(&agenda, &State::default(), now);
        assert_eq!(decision, Decision { actions: Vec::new(), wake: now + LONGEST_SLEEP });
    }

    #[test]
    fn a_form_is_asked_for_at_its_hours_and_late_after_its_grace() {
        let (agenda, state) = (agenda(), begun());
        let owed = form(&agenda);
        let Subject::Form(id) = &owed.duty.subject else { unreachable!("a form") };
        let asks = |now| {
            let actions = decide(&agenda, &state, now).actions;
            actions.iter().any(|a| matches!(a, Action::Probe(forms) if forms.contains(&owed.duty)))
        };
        let late = |now| {
            let actions = decide(&agenda, &state, now).actions;
            actions.into_iter().find_map(|a| match a {
                Action::Note(Fact::Overdue { duty, cause }) if duty == owed.duty => Some(cause),
                _ => None,
            })
        };
        let hour = agenda.asked_from(id, owed.opens).unwrap();
        assert!(asks(hour) && !asks(owed.opens - TimeDelta::seconds(1)));
        assert_eq!(late(owed.deadline + GRACE), None);
        let cause = late(owed.deadline + GRACE + TimeDelta::seconds(1)).unwrap();
        assert!(cause.starts_with("no action is recorded before 2025-07-"), "{cause}");
        assert!(!asks(owed.deadline + GIVEN_UP + TimeDelta::seconds(1)), "after three months a person brings it");
    }

    #[test]
    fn questions_come_more_rarely_until_the_last_day() {
        let agenda = agenda();
        let owed = form(&agenda);
        let early = owed.deadline - TimeDelta::days(3);
        let pauses: Vec<i64> = (1..6).map(|tries| pause_of_form(owed, tries, early).num_minutes()).collect();
        assert_eq!(pauses, [25, 55, 115, 235, 235]);
        assert_eq!(pause_of_form(owed, 9, owed.deadline), TimeDelta::seconds(1));
        assert_eq!(pause_of_form(owed, 1, owed.deadline + TimeDelta::days(8)).num_minutes(), 24 * 60 - 5);
    }
}
