//! Why an obligation is late, in words that say who or what caused it.

use chrono::{DateTime, Utc};

use crate::{Agenda, State, first_issue, inputs::missing};
use domain::{LateForm, Obligation, ParcelState, Subject};

/// The cause of a delay as it follows from the journal; never empty.
#[must_use]
pub fn cause(agenda: &Agenda, state: &State, owed: &Obligation, now: DateTime<Utc>) -> String {
    let mut causes = Vec::new();
    if let Some(outage) = state.outage(owed.opens, owed.deadline) {
        let end = outage.until.unwrap_or(now);
        let (from, until) = (agenda.say(outage.since), agenda.say(end));
        causes.push(format!("the program did not run from {from} to {until}"));
    }
    match &owed.duty.subject {
        Subject::Form(_) => causes.extend(of_form(agenda, state, owed)),
        Subject::Collection(_) => causes.extend(of_collection(agenda, state, owed)),
    }
    if let Some(since) = state.since.filter(|since| *since > owed.due.due) {
        causes.push(format!("the schedule was begun on {since}, after the deadline"));
    }
    if causes.is_empty() {
        causes.push(format!("no action is recorded before {}", agenda.say(owed.deadline)));
    }
    causes.join("; ")
}

fn of_form(agenda: &Agenda, state: &State, owed: &Obligation) -> Option<String> {
    let tries = state.tries(&owed.duty)?;
    let (first, last) = (tries.times.first()?, tries.times.last()?);
    let times = match tries.times.len() {
        1 => format!("asked once, {}", agenda.say(*first)),
        n => format!("asked {n} times from {} to {}", agenda.say(*first), agenda.say(*last)),
    };
    Some(format!("{times}: {}", tries.answer))
}

fn of_collection(agenda: &Agenda, state: &State, owed: &Obligation) -> Vec<String> {
    let mut causes = Vec::new();
    let missing = missing(agenda, state, &owed.duty);
    let held: Vec<&str> = missing.iter().filter(|i| i.policy == LateForm::Hold).map(|i| i.form.as_str()).collect();
    if !held.is_empty() {
        causes.push(format!("it waits for {} (late-form policy `hold`)", held.join(", ")));
    }
    let Some(issue) = first_issue(&owed.duty) else { return causes };
    if let Some(handing) = state.handing(&issue) {
        if handing.draft && handing.records.is_empty() {
            causes.push("error findings hold it back as a DRAFT".into());
        }
        for state in [ParcelState::Uncertain, ParcelState::Bounced, ParcelState::Failed] {
            let of_state: Vec<_> = handing.records.values().filter(|r| r.state == state).collect();
            if let Some(first) = of_state.first() {
                causes.push(format!("{} {state}: {}", domain::counted(of_state.len(), "parcel"), first.words));
            }
        }
    }
    if let Some(tries) = state.tries(&owed.duty).filter(|_| causes.is_empty()) {
        causes.push(tries.answer.clone());
    }
    causes
}
