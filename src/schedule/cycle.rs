//! One cycle of the schedule: follow the journal, decide, act, and record the result, until nothing is left to do.
//!
//! In: an executor, the agenda and the state. Out: facts in the journal, and a report with the next wake-up. It does
//! not know how an action is carried out.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Acted, Action, Agenda, Doors, Executor, State, decide};
use domain::{Duty, Fact};

/// The most acts in one cycle. Each act leaves a fact in the journal, after which it is not due again; this limit only
/// stops a broken rule from looping for ever.
const MOST: usize = 2_000;
/// When to try again if another run blocked an act.
const SOON: TimeDelta = TimeDelta::minutes(1);
/// When to send an alert again that could not be sent.
const TELL_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// How a cycle ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleReport {
    /// When to run the next cycle.
    pub wake: DateTime<Utc>,
    /// What was done, in order.
    pub done: Vec<CycleStep>,
    /// Whether another daemon leads.
    pub deposed: bool,
    /// Which doors to the outside had trouble, and which were open.
    pub troubles: Doors,
    /// Whether the cycle reached its limit of acts with work left, which means that a rule is broken.
    pub overran: bool,
}

/// One thing that a cycle did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleStep {
    /// As a sentence.
    pub words: String,
    pub duty: Option<Duty>,
    /// Whether a person should know: an obligation is late, or an act met a trouble.
    pub wrong: bool,
}

impl CycleStep {
    fn about(duty: &Duty, words: &str, wrong: bool) -> Self {
        Self { words: format!("{duty}: {words}"), duty: Some(duty.clone()), wrong }
    }

    fn of_cycle(words: String, wrong: bool) -> Self {
        Self { words, duty: None, wrong }
    }
}

/// Does all that is due. The time is read again before each act, because acts take time.
///
/// # Errors
/// When the journal cannot be read or written. An act that fails is not an error: its result is recorded, and it is
/// tried again later.
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
            report.done.extend(notes.iter().filter_map(step));
            continue;
        }
        let next = decision.actions.iter().find(|a| !(untold && matches!(a, Action::Tell(_))));
        let Some(action) = next else { return Ok(report) };
        if let Action::Tell(alert) = action {
            if executor.tell(alert).await {
                let words = alert.subject.clone();
                report.done.push(CycleStep::of_cycle(format!("notified the office: {words}"), false));
                let subjects = alert.about.iter().cloned().collect();
                let told = Fact::Alerted { day: alert.day, moment: alert.moment, words, subjects };
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
                report.done.push(CycleStep::of_cycle(words, false));
                report.wake = now + SOON;
                return Ok(report);
            }
            Acted::Done { answers, trouble } => {
                let met = trouble.as_ref().map(|trouble| {
                    CycleStep::of_cycle(trouble.words.clone(), is_new(state, (duties, &answers), &trouble.cause))
                });
                report.troubles.saw(action, trouble.map(|trouble| (trouble.door, trouble.words)));
                let pairs = duties.iter().zip(answers);
                let facts: Vec<Fact> = pairs.map(|(duty, answer)| Fact::Tried { duty: duty.clone(), answer }).collect();
                report.done.extend(facts.iter().filter_map(step).chain(met));
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

/// Whether a trouble is new. One that each look meets anew is a warning once: cron mails what is printed. The answers may
/// differ from look to look, in a number or in what was built; a cause that an answer of the look before contains lasts.
fn is_new(state: &State, (duties, answers): (&[Duty], &[String]), cause: &str) -> bool {
    let before = |duty: &Duty| state.tries(duty).map(|tries| tries.answer.as_str());
    let lasts = duties.iter().filter_map(before).any(|answer| answer.contains(cause));
    !lasts && (duties.is_empty() || duties.iter().zip(answers).any(|(duty, answer)| before(duty) != Some(answer)))
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

fn step(fact: &Fact) -> Option<CycleStep> {
    match fact {
        Fact::Tried { duty, answer } => Some(CycleStep::about(duty, answer, false)),
        Fact::Met { duty, late: None } => Some(CycleStep::about(duty, "done", false)),
        Fact::Met { duty, late: Some(cause) } => Some(CycleStep::about(duty, &format!("done late: {cause}"), false)),
        Fact::Overdue { duty, cause } => Some(CycleStep::about(duty, &format!("LATE: {cause}"), true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use chrono::NaiveDate;
    use futures::FutureExt as _;

    use super::*;
    use crate::{ActTrouble, Alert};
    use config::Office;
    use domain::{Actor, Door, Event};

    /// An executor that records its calls and gives the same answer to each.
    struct Recorder {
        now: DateTime<Utc>,
        journal: RefCell<Vec<Event>>,
        answer: Option<&'static str>,
        trouble: Option<&'static str>,
        tells: bool,
        leads: Cell<bool>,
        stops: bool,
        asked: RefCell<Vec<String>>,
    }

    impl Recorder {
        fn act(&self, what: &str, duties: &[Duty]) -> Acted {
            self.asked.borrow_mut().push(format!("{what} {}", duties.len()));
            match self.answer {
                None => Acted::Busy("another run works here".into()),
                Some(answer) => Acted::Done {
                    answers: duties.iter().map(|_| answer.to_owned()).collect(),
                    trouble: self.trouble.map(|words| ActTrouble::of(Door::Post, words.to_owned())),
                },
            }
        }
    }

    impl Executor for Recorder {
        type Error = &'static str;

        fn now(&self) -> DateTime<Utc> {
            self.now
        }

        async fn events(&self, after: i64) -> Result<Vec<Event>, Self::Error> {
            Ok(self.journal.borrow()[after as usize..].to_vec())
        }

        async fn note(&self, facts: &[Fact]) -> Result<bool, Self::Error> {
            let mut journal = self.journal.borrow_mut();
            for fact in facts {
                let seq = journal.len() as i64 + 1;
                let fact = fact.clone();
                journal.push(Event { seq, at: self.now, run: "test".into(), actor: Actor::Schedule, fact });
            }
            Ok(self.leads.get())
        }

        async fn probe(&self, forms: &[Duty]) -> Acted {
            self.act("probe", forms)
        }

        async fn prepare(&self, collections: &[Duty]) -> Acted {
            self.act("prepare", collections)
        }

        async fn deliver(&self, collections: &[Duty]) -> Acted {
            self.act("deliver", collections)
        }

        async fn supplement(&self, collections: &[Duty]) -> Acted {
            self.act("supplement", collections)
        }

        fn is_stopping(&self) -> bool {
            self.stops
        }

        async fn tell(&self, _: &Alert) -> bool {
            self.asked.borrow_mut().push("tell".into());
            self.tells
        }
    }

    /// One hour before forms fall due, on the first day of the schedule, when nothing has come.
    fn morning() -> (Agenda, Recorder) {
        let office = Office::embedded().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let agenda = Agenda::new(&office, day("2025-07-03"), day("2025-07-31")).in_one_document();
        let scheduled = Event {
            seq: 1,
            at: agenda.at(day("2025-07-03"), chrono::NaiveTime::MIN),
            run: "test".into(),
            actor: Actor::Schedule,
            fact: Fact::Scheduled { since: day("2025-07-03") },
        };
        let now = agenda.owed_on(&agenda.days_from(day("2025-07-03"))[0])[0].deadline - TimeDelta::hours(1);
        let recorder = Recorder {
            now,
            journal: RefCell::new(vec![scheduled]),
            answer: Some("is not there"),
            trouble: None,
            tells: true,
            leads: Cell::new(true),
            stops: false,
            asked: RefCell::default(),
        };
        (agenda, recorder)
    }

    fn cycle(agenda: &Agenda, recorder: &Recorder) -> (CycleReport, State) {
        let mut state = State::default();
        let report = run_cycle(recorder, agenda, &mut state).now_or_never().unwrap().unwrap();
        (report, state)
    }

    #[test]
    fn a_cycle_asks_once_writes_the_answers_down_and_sleeps() {
        let (agenda, recorder) = morning();
        let (report, state) = cycle(&agenda, &recorder);
        let asked = recorder.asked.borrow().clone();
        assert!(asked.iter().any(|a| a.starts_with("probe ")) && asked.contains(&"tell".to_owned()), "{asked:?}");
        assert!(report.wake > recorder.now && !report.overran && !report.deposed, "{report:?}");
        let tried = state.tries(&agenda.owed_on(&agenda.days_from("2025-07-03".parse().unwrap())[0])[0].duty).unwrap();
        assert_eq!((tried.times.as_slice(), tried.answer.as_str()), (&[recorder.now][..], "is not there"));
        // Nothing is done twice at the same instant.
        recorder.asked.borrow_mut().clear();
        let (again, _) = cycle(&agenda, &recorder);
        assert!(recorder.asked.borrow().is_empty() && again.done.is_empty(), "{again:?}");
    }

    #[test]
    fn where_another_run_is_in_the_way_nothing_is_written_and_a_minute_is_waited() {
        let (agenda, recorder) = morning();
        let (report, state) = cycle(&agenda, &Recorder { answer: None, ..recorder });
        assert_eq!(report.wake, morning().1.now + SOON);
        assert!(
            state.met.is_empty() && report.done.iter().any(|step| step.words == "another run works here"),
            "{report:?}"
        );
    }

    #[test]
    fn an_office_that_could_not_be_told_is_told_again_soon() {
        let (agenda, recorder) = morning();
        let (report, state) = cycle(&agenda, &Recorder { tells: false, ..recorder });
        assert!(state.alerted.is_empty() && report.wake <= morning().1.now + TELL_AGAIN, "{report:?}");
    }

    #[test]
    fn a_trouble_that_lasts_is_told_once() {
        let (agenda, mut recorder) = morning();
        recorder.trouble = Some("the mail server does not answer");
        let told = |report: &CycleReport| report.done.iter().filter(|s| s.wrong && s.words.contains("mail")).count();
        assert_eq!(told(&cycle(&agenda, &recorder).0), 1);
        recorder.now += TimeDelta::minutes(50);
        let (later, _) = cycle(&agenda, &recorder);
        assert!(!recorder.asked.borrow().is_empty() && told(&later) == 0, "{later:?}");
        // Another answer is news.
        (recorder.answer, recorder.now) = (Some("is still not there"), recorder.now + TimeDelta::minutes(70));
        assert_eq!(told(&cycle(&agenda, &recorder).0), 1);
        // Another answer with the same cause is not.
        for answer in ["3 parcels: the mail server does not answer", "2 parcels: the mail server does not answer"] {
            (recorder.answer, recorder.now) = (Some(answer), recorder.now + TimeDelta::hours(3));
            let count = told(&cycle(&agenda, &recorder).0);
            assert_eq!(count, usize::from(answer.starts_with('3')), "{answer}");
        }
    }

    #[test]
    fn whoever_does_not_lead_stops_at_once() {
        let (agenda, recorder) = morning();
        recorder.leads.set(false);
        let (report, _) = cycle(&agenda, &recorder);
        assert!(report.deposed && recorder.asked.borrow().len() <= 1, "{:?}", recorder.asked.borrow());
    }

    #[test]
    fn a_program_that_is_asked_to_end_begins_nothing() {
        let (agenda, recorder) = morning();
        let recorder = Recorder { stops: true, ..recorder };
        cycle(&agenda, &recorder);
        assert!(recorder.asked.borrow().is_empty());
    }
}
