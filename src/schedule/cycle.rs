//! One cycle of the schedule: follow the journal, decide, act, write down what came of it, until nothing is left to do.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Acted, Action, Agenda, Doors, Executor, State, decide};
use domain::{Duty, Fact};

/// More acts than any cycle has: each act leaves a line in the journal after which it is not due again, and this bound
/// only keeps a broken rule from running hot.
const MOST: usize = 2_000;
/// When to look again where another run was in the way.
const SOON: TimeDelta = TimeDelta::minutes(1);
/// When to tell the office again what it could not be told.
const TELL_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// How a cycle ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleReport {
    /// When to look again.
    pub wake: DateTime<Utc>,
    /// What was done, for people who watch.
    pub done: Vec<String>,
    /// Whether another daemon leads.
    pub deposed: bool,
    /// What was out of reach, by door, and the doors that were open.
    pub troubles: Doors,
    /// Whether it was ended with work left, for there was more than a cycle can have: a broken rule.
    pub overran: bool,
}

/// Does what is to be done at `now`; the clock is asked again before each act, for acts take their time.
///
/// # Errors
/// When the journal cannot be read or written. That an act fails is no error: it is written down and tried again.
pub async fn run_cycle<E: Executor>(executor: &E, agenda: &Agenda, state: &mut State) -> Result<CycleReport, E::Error> {
    let wake = executor.now();
    let mut report = CycleReport { wake, done: Vec::new(), deposed: false, troubles: Doors::default(), overran: false };
    let mut untold = false;
    for _ in 0..MOST {
        state.follow(&executor.events(state.seq).await?);
        if executor.is_stopping() {
            return Ok(report);
        }
        let now = executor.now();
        let decision = decide(agenda, state, now);
        report.wake = if untold { decision.wake.min(now + TELL_AGAIN) } else { decision.wake };
        let notes: Vec<Fact> = decision.actions.iter().filter_map(note).cloned().collect();
        if !notes.is_empty() {
            if !executor.note(&notes).await? {
                report.deposed = true;
                return Ok(report);
            }
            report.done.extend(notes.iter().filter_map(words));
            continue;
        }
        let next = decision.actions.iter().find(|a| !(untold && matches!(a, Action::Tell(_))));
        let Some(action) = next else { return Ok(report) };
        if let Action::Tell(alert) = action {
            if executor.tell(alert).await {
                let words = alert.subject.clone();
                report.done.push(format!("told the office: {words}"));
                let told = Fact::Alerted { day: alert.day, moment: alert.moment, words };
                if !executor.note(&[told]).await? {
                    report.deposed = true;
                    return Ok(report);
                }
            } else {
                untold = true;
            }
            continue;
        }
        let (duties, acted) = act(executor, action).await;
        match acted {
            Acted::Busy(words) => {
                report.done.push(words);
                report.wake = now + SOON;
                return Ok(report);
            }
            Acted::Done { answers, trouble } => {
                report.troubles.saw(action, trouble);
                let pairs = duties.iter().zip(answers);
                let facts: Vec<Fact> = pairs.map(|(duty, answer)| Fact::Tried { duty: duty.clone(), answer }).collect();
                report.done.extend(facts.iter().filter_map(words));
                if !executor.note(&facts).await? {
                    report.deposed = true;
                    return Ok(report);
                }
            }
        }
    }
    report.overran = true;
    report.wake = executor.now() + SOON;
    Ok(report)
}

const fn note(action: &Action) -> Option<&Fact> {
    match action {
        Action::Note(fact) => Some(fact),
        _ => None,
    }
}

async fn act<'a, E: Executor>(executor: &E, action: &'a Action) -> (&'a [Duty], Acted) {
    match action {
        Action::Probe(forms) => (forms, executor.probe(forms).await),
        Action::Prepare(collections) => (collections, executor.prepare(collections).await),
        Action::Deliver(collections) => (collections, executor.deliver(collections).await),
        Action::Supplement(collections) => (collections, executor.supplement(collections).await),
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
