//! One turn of the schedule: follow the journal, decide, act, write down what came of it, until nothing is left to do.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Agenda, State,
    decide::{Action, decide},
    hands::{Acted, Hands},
};
use crate::{Failure, chain};
use domain::{Duty, Fact};

/// More acts than any turn has: each act leaves a line in the journal after which it is not due again, and this bound
/// only keeps a broken rule from running hot.
const MOST: usize = 2_000;
/// When to look again where another run was in the way.
const SOON: TimeDelta = TimeDelta::minutes(1);

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// When to look again.
    pub wake: DateTime<Utc>,
    /// What was done, for people who watch.
    pub done: Vec<String>,
    /// Whether another daemon leads.
    pub deposed: bool,
    /// What was out of reach, by door, and the doors that were open.
    pub troubles: super::incidents::Doors,
}

/// Does what is to be done at `now`; the clock is asked again before each act, for acts take their time.
///
/// # Errors
/// When the journal cannot be read or written. That an act fails is no error: it is written down and tried again.
pub async fn turn<H: Hands>(
    hands: &H,
    agenda: &Agenda,
    state: &mut State,
    clock: &clock::Clock,
) -> Result<Turned, Failure> {
    let mut turned =
        Turned { wake: clock.now(), done: Vec::new(), deposed: false, troubles: super::incidents::Doors::default() };
    let mut untold = false;
    for _ in 0..MOST {
        state.follow(&hands.events(state.seq).await?);
        if hands.is_stopping() {
            return Ok(turned);
        }
        let now = clock.now();
        let decision = decide(agenda, state, now);
        turned.wake = decision.wake;
        let notes: Vec<Fact> = decision.actions.iter().filter_map(note).cloned().collect();
        if !notes.is_empty() {
            if !hands.note(&notes).await? {
                turned.deposed = true;
                return Ok(turned);
            }
            turned.done.extend(notes.iter().filter_map(words));
            continue;
        }
        let next = decision.actions.iter().find(|a| !(untold && matches!(a, Action::Tell(_))));
        let Some(action) = next else { return Ok(turned) };
        if let Action::Tell(alert) = action {
            match hands.tell(alert).await {
                Ok(()) => {
                    let words = alert.subject.clone();
                    turned.done.push(format!("told the office: {words}"));
                    let told = Fact::Alerted { day: alert.day, moment: alert.moment, words };
                    if !hands.note(&[told]).await? {
                        turned.deposed = true;
                        return Ok(turned);
                    }
                }
                Err(failure) => {
                    tracing::warn!(error = %chain(&failure), "the office could not be told");
                    untold = true;
                    turned.wake = turned.wake.min(now + TimeDelta::minutes(10));
                }
            }
            continue;
        }
        let (duties, acted) = act(hands, action).await;
        match acted {
            Acted::Busy(words) => {
                turned.done.push(words);
                turned.wake = now + SOON;
                return Ok(turned);
            }
            Acted::Done { answers, trouble } => {
                turned.troubles.saw(action, trouble);
                let pairs = duties.iter().zip(answers);
                let facts: Vec<Fact> = pairs.map(|(duty, answer)| Fact::Tried { duty: duty.clone(), answer }).collect();
                turned.done.extend(facts.iter().filter_map(words));
                if !hands.note(&facts).await? {
                    turned.deposed = true;
                    return Ok(turned);
                }
            }
        }
    }
    tracing::error!("the schedule had more to do in one turn than it should; it looks again in a minute");
    turned.wake = clock.now() + SOON;
    Ok(turned)
}

const fn note(action: &Action) -> Option<&Fact> {
    match action {
        Action::Note(fact) => Some(fact),
        _ => None,
    }
}

async fn act<'a, H: Hands>(hands: &H, action: &'a Action) -> (&'a [Duty], Acted) {
    match action {
        Action::Probe(forms) => (forms, hands.probe(forms).await),
        Action::Prepare(collections) => (collections, hands.prepare(collections).await),
        Action::Deliver(collections) => (collections, hands.deliver(collections).await),
        Action::Supplement(collections) => (collections, hands.supplement(collections).await),
        Action::Note(_) | Action::Tell(_) => (&[], Acted::Done { answers: Vec::new(), trouble: None }),
    }
}

fn words(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Tried { duty, answer } => Some(format!("{duty}: {answer}")),
        Fact::Met { duty, late: None } => Some(format!("{duty}: done")),
        Fact::Met { duty, late: Some(cause) } => Some(format!("{duty}: done late: {cause}")),
        Fact::Overdue { duty, cause } => Some(format!("{duty}: LATE: {cause}")),
        _ => None,
    }
}
