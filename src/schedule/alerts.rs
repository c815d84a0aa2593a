//! The alerts for the office: before a deadline, at it and after it. If all is done, the alert at the deadline says so.
//!
//! In: the agenda, the state and the time. Out: the alerts that are due. An alert is recorded after it was sent, so one
//! that could not be sent is sent at the next tick. It does not know how an alert is sent.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{Agenda, Handing, State, first_issue, inputs::missing};
use domain::{Moment, Obligation, Subject};

/// An alert older than this is not sent any more; `status` and the journal contain the facts.
const STALE: TimeDelta = TimeDelta::days(3);

/// One mail to the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub day: NaiveDate,
    pub moment: Moment,
    pub subject: String,
    pub lines: Vec<String>,
    /// What it is about, where a day and a moment do not tell one alert from another: the beginning of an emergency.
    pub about: Option<String>,
}

/// The alerts that are due and not yet sent, and the next instant at which one may be due.
#[must_use]
pub fn due(agenda: &Agenda, state: &State, now: DateTime<Utc>) -> (Vec<Alert>, DateTime<Utc>) {
    let mut wake = DateTime::<Utc>::MAX_UTC;
    let mut alerts = Vec::new();
    let Some(since) = state.since else { return (alerts, wake) };
    let open = |day: NaiveDate, moment| !state.alerted.contains(&(day, moment));
    let first = (now - STALE - TimeDelta::days(3)).date_naive().max(since);
    for term in agenda.days_from(first) {
        let [before, at, after] = term.hours;
        wake = term.hours.iter().filter(|at| **at > now).min().map_or(wake, |at| wake.min(*at));
        if now < before {
            break;
        }
        if now >= after + STALE {
            continue;
        }
        let (day, owed) = (term.day, agenda.owed_on(term));
        if now < at {
            if open(day, Moment::Before) {
                alerts.extend(morning(agenda, state, day, &owed));
            }
        } else if now < after {
            if open(day, Moment::At) {
                alerts.push(evening(state, day, &owed));
            }
        } else if open(day, Moment::After) {
            alerts.extend(next_morning(state, day, &owed));
        }
    }
    for incident in state.incidents.iter().filter(|i| now - i.until.unwrap_or(now) < STALE) {
        let day = incident.since.with_timezone(&agenda.zone).date_naive();
        let about = format!("emergency {} {}", incident.door.word(), incident.since.to_rfc3339());
        // Two emergencies may begin on one day.
        if !state.told.contains_key(&about) {
            let until = incident.until.map_or_else(|| "and lasts".into(), |end| format!("to {}", agenda.say(end)));
            alerts.push(Alert {
                day,
                moment: Moment::Emergency,
                subject: format!("emergency ({}) since {}", incident.door.word(), agenda.say(incident.since)),
                lines: vec![
                    format!("from {} {until}: {}", agenda.say(incident.since), incident.cause),
                    format!("measures: {}", incident.measures),
                ],
                about: Some(about),
            });
        }
    }
    (alerts, wake)
}

fn is_open(state: &State, owed: &Obligation) -> bool {
    !state.met.contains_key(&owed.duty)
}

fn morning(agenda: &Agenda, state: &State, day: NaiveDate, owed: &[&Obligation]) -> Option<Alert> {
    let mut lines = Vec::new();
    for owed in owed.iter().filter(|o| is_open(state, o)) {
        match &owed.duty.subject {
            Subject::Form(_) => {
                let answer = state.tries(&owed.duty).map_or("not asked for yet", |t| t.answer.as_str());
                lines.push(format!("{}: is not here: {answer}", owed.duty));
            }
            Subject::Collection(_) => {
                let missing = missing(agenda, state, &owed.duty);
                let waited: Vec<&str> = missing.iter().filter(|i| i.waited).map(|i| i.form.as_str()).collect();
                if !waited.is_empty() {
                    lines.push(format!("{}: waits for {}", owed.duty, waited.join(", ")));
                }
            }
        }
    }
    let subject = format!("{day}: {} due today and not complete", lines.len());
    (!lines.is_empty()).then_some(Alert { day, moment: Moment::Before, subject, lines, about: None })
}

fn evening(state: &State, day: NaiveDate, owed: &[&Obligation]) -> Alert {
    let lines = open_lines(state, owed);
    if !lines.is_empty() {
        let subject = format!("{day}: {} late of {} due", lines.len(), owed.len());
        return Alert { day, moment: Moment::At, subject, lines, about: None };
    }
    let forms = owed.iter().filter(|o| matches!(o.duty.subject, Subject::Form(_))).count();
    let parcels: usize = owed.iter().filter_map(|o| state.handing(&first_issue(&o.duty)?)).map(Handing::handed).sum();
    let late = owed.iter().filter(|o| state.met.get(&o.duty).is_some_and(|m| m.late.is_some())).count();
    let mut line = format!(
        "{} came, {} handed over",
        domain::counted(forms, "form"),
        domain::counted(owed.len() - forms, "collection")
    );
    if parcels > 0 {
        line = format!("{line} in {}", domain::counted(parcels, "parcel"));
    }
    if late > 0 {
        line = format!("{line}; {late} of them late");
    }
    Alert {
        day,
        moment: Moment::At,
        subject: format!("{day}: calm, all {} due are done", owed.len()),
        lines: vec![line],
        about: None,
    }
}

fn next_morning(state: &State, day: NaiveDate, owed: &[&Obligation]) -> Option<Alert> {
    let lines = open_lines(state, owed);
    let subject = format!("{} of the terms of {day} are still open", lines.len());
    (!lines.is_empty()).then_some(Alert { day, moment: Moment::After, subject, lines, about: None })
}

fn open_lines(state: &State, owed: &[&Obligation]) -> Vec<String> {
    let line = |o: &&&Obligation| {
        let answer = state.tries(&o.duty).map(|t| t.answer.as_str());
        let why = state.overdue.get(&o.duty).map(String::as_str).or(answer).unwrap_or("no answer is recorded");
        format!("{}: {why}", o.duty)
    };
    owed.iter().filter(|o| is_open(state, o)).map(|o| line(&o)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::Office;
    use domain::{Door, Incident};

    #[test]
    fn each_emergency_of_a_day_is_told_once() {
        let office = Office::embedded().unwrap();
        let day = |text: &str| text.parse().unwrap();
        let agenda = Agenda::new(&office, day("2025-07-03"), day("2025-07-31")).in_one_document();
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let incident = |since: &str| Incident {
            door: Door::Post,
            since: at(since),
            until: None,
            cause: "no answer".into(),
            measures: String::new(),
        };
        let mut state = State::default();
        state.since = Some(day("2025-07-03"));
        state.incidents = vec![incident("2025-07-08T02:00:00Z"), incident("2025-07-08T06:00:00Z")];
        let now = at("2025-07-08T08:00:00Z");
        let told = |state: &State| -> Vec<Alert> {
            due(&agenda, state, now).0.into_iter().filter(|alert| alert.moment == Moment::Emergency).collect()
        };
        let [first, second] = &told(&state)[..] else { panic!("{:?}", told(&state)) };
        state.told.insert(first.about.clone().unwrap(), now);
        assert_eq!(told(&state), std::slice::from_ref(second));
        state.told.insert(second.about.clone().unwrap(), now);
        assert_eq!(told(&state), []);
    }
}
