//! Simulates the schedule in memory: what would happen if forms came and the program ran as a script says.
//!
//! In: an office, an agenda and a [`Script`]. Out: a journal and the mails that the organs got. It runs the same
//! [`crate::decide()`] and [`crate::run_cycle()`] as the daemon; only the executor is made up. This executor writes the
//! same facts as the real one, in the same order, so a simulated program can be killed between any two facts.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::FutureExt as _;

use crate::{ActTrouble, Acted, Agenda, Alert, Executor, State, first_issue, outage, run_cycle};
use config::Office;
use domain::{
    Actor, Agency, Channel, DatasetKey, Door, Duty, Event, Fact, Issue, Language, Origin, ParcelId, ParcelRecord,
    ParcelState, Sha256, Subject, Unit, follow, interrupted,
};

/// What happens in a simulated world.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// When each form comes, and when it comes again with other figures. A form without an instant never comes.
    pub arrivals: BTreeMap<Duty, Vec<DateTime<Utc>>>,
    /// When the program does not run.
    pub outages: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// When the sources cannot be reached.
    pub silence: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// From each instant on, the clock is wrong by the given time.
    pub jumps: Vec<(DateTime<Utc>, TimeDelta)>,
    /// After how many facts the program is killed, once for each number.
    pub kills: Vec<usize>,
    /// About one parcel in so many is refused at its first attempt; 0 means that all are taken.
    pub flaky: u32,
    pub by_mail: bool,
}

/// Why a simulated program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    #[error("the simulated program was killed")]
    Killed,
    #[error("a simulated act had to wait")]
    Waited,
}

/// A simulated world: its journal, its parcels and its time.
#[derive(Debug)]
pub struct World {
    /// The time that the program's clock shows; it can be wrong.
    shown: Cell<DateTime<Utc>>,
    now: Cell<DateTime<Utc>>,
    script: Script,
    journal: RefCell<Vec<Event>>,
    parcels: RefCell<BTreeMap<Issue, BTreeMap<ParcelId, ParcelRecord>>>,
    /// How often each parcel arrived at its organ.
    pub arrived: RefCell<BTreeMap<ParcelId, usize>>,
    pub told: RefCell<Vec<Alert>>,
    read: RefCell<BTreeMap<Duty, usize>>,
    kills: RefCell<Vec<usize>>,
    written: Cell<usize>,
    killed: Cell<bool>,
    organs: BTreeMap<domain::CollectionId, Vec<domain::OrganId>>,
    inputs: BTreeMap<Duty, Vec<Duty>>,
}

impl World {
    /// A world before anything has happened.
    #[must_use]
    pub fn new(office: &Office, agenda: &Agenda, script: Script, start: DateTime<Utc>) -> Self {
        let regulation = office.regulation();
        let entitled = |id| {
            let organs = regulation.matrix.of_collection(id).filter(|(_, e)| e.copies() > 0);
            organs.map(|(organ, _)| organ.clone()).collect()
        };
        let inputs = |duty: &Duty| agenda.inputs(duty).iter().map(|i| i.duty.clone()).collect();
        let collections = agenda.owed.iter().filter(|o| matches!(o.duty.subject, Subject::Collection(_)));
        let mut kills = script.kills.clone();
        kills.reverse();
        Self {
            shown: Cell::new(start),
            now: Cell::new(start),
            journal: RefCell::default(),
            parcels: RefCell::default(),
            arrived: RefCell::default(),
            told: RefCell::default(),
            read: RefCell::default(),
            kills: RefCell::new(kills),
            written: Cell::new(0),
            killed: Cell::new(false),
            organs: regulation.collections.iter().map(|c| (c.id.clone(), entitled(&c.id))).collect(),
            inputs: collections.map(|o| (o.duty.clone(), inputs(&o.duty))).collect(),
            script,
        }
    }

    /// The journal as it is now.
    #[must_use]
    pub fn journal(&self) -> Vec<Event> {
        self.journal.borrow().clone()
    }

    /// Moves the world to an instant. The program's clock may show another one.
    pub fn go_to(&self, now: DateTime<Utc>) {
        self.now.set(now);
        let jump = self.script.jumps.iter().rev().find(|(at, _)| *at <= now);
        self.shown.set(now + jump.map_or(TimeDelta::zero(), |(_, by)| *by));
    }

    /// Writes one fact; `false` when the program is killed before it is written.
    fn write(&self, fact: Fact) -> bool {
        if self.killed.get() {
            return false;
        }
        let due = self.kills.borrow().last().copied();
        if due == Some(self.written.get()) {
            self.kills.borrow_mut().pop();
            self.written.set(0);
            self.killed.set(true);
            return false;
        }
        self.written.set(self.written.get() + 1);
        let mut journal = self.journal.borrow_mut();
        let event = Event {
            seq: journal.len() as i64 + 1,
            at: self.shown.get(),
            run: "simulation".into(),
            actor: Actor::Schedule,
            fact,
        };
        if let Fact::Queued { parcel, .. }
        | Fact::Sending { parcel, .. }
        | Fact::Outcome { parcel, .. }
        | Fact::Settled { parcel, .. } = &event.fact
        {
            follow(self.parcels.borrow_mut().entry(parcel.issue.clone()).or_default(), &event);
        }
        journal.push(event);
        true
    }

    fn is_silent(&self) -> bool {
        self.script.silence.iter().any(|(from, until)| (*from..*until).contains(&self.now.get()))
    }

    /// Reads what has come of a form by now. Returns the answer, or `None` when the program was killed.
    fn ask(&self, duty: &Duty) -> Option<String> {
        if self.is_silent() {
            return Some("could not be reached".into());
        }
        let there = self.script.arrivals.get(duty).map_or(0, |a| a.iter().filter(|at| **at <= self.now.get()).count());
        let read = self.read.borrow().get(duty).copied().unwrap_or_default();
        if there == 0 {
            return Some("is not there (status 404)".into());
        }
        let Subject::Form(form) = &duty.subject else { return Some("is not a form".into()) };
        for revision in read..there {
            let key = DatasetKey {
                form: form.clone(),
                period: duty.period,
                unit: Unit::republic(),
                agency: Agency::all(),
                origin: Origin::Sample,
            };
            let snapshot = Sha256::of(format!("{duty} {revision}").as_bytes());
            let edition = "service".parse().ok()?;
            let fact = Fact::DatasetRead {
                key,
                revision: revision as u32,
                snapshot,
                edition,
                figures: 1,
                held: None,
                rivals: Vec::new(),
            };
            if !self.write(fact) {
                return None;
            }
            self.read.borrow_mut().insert(duty.clone(), revision + 1);
        }
        Some(if there > read { format!("came, revision {}", there - 1) } else { "unchanged".into() })
    }

    fn issue(&self, duty: &Duty) -> Option<String> {
        let issue = first_issue(duty)?;
        let inputs = self.inputs.get(duty)?;
        for input in inputs {
            self.ask(input)?;
        }
        let is_known = self.parcels.borrow().contains_key(&issue);
        let missing = |d: &&Duty| !self.read.borrow().contains_key(*d);
        let incomplete = inputs.iter().filter(missing).filter_map(|d| match &d.subject {
            Subject::Form(form) => Some(form.clone()),
            Subject::Collection(_) => None,
        });
        if !is_known {
            let content_id = Sha256::of(issue.to_string().as_bytes());
            let built = Fact::Built {
                issue: issue.clone(),
                language: Language::RU,
                content_id,
                master: content_id,
                draft: false,
                incomplete: incomplete.collect(),
                reason: None,
                held: None,
                without_figures: false,
                comment: None,
            };
            self.write(built).then_some(())?;
        }
        Some("built".into())
    }

    fn hand_over(&self, duty: &Duty) -> Option<String> {
        let issue = first_issue(duty)?;
        let open = interrupted(&self.journal.borrow());
        for fact in open {
            self.write(fact).then_some(())?;
        }
        for organ in self.organs.get(&issue.collection)? {
            let parcel = ParcelId { issue: issue.clone(), organ: organ.clone() };
            let is_known = self.parcels.borrow().get(&issue).is_some_and(|p| p.contains_key(&parcel));
            if !is_known {
                let sha256 = Sha256::of(parcel.to_string().as_bytes());
                let copy = domain::CopyRecord { number: 1, of: 1, file: "1.xlsx".into(), sha256, language: None };
                self.write(Fact::Queued { parcel, copies: vec![copy] }).then_some(())?;
            }
        }
        let waiting: Vec<(ParcelId, u32)> = {
            let parcels = self.parcels.borrow();
            let records = parcels.get(&issue).into_iter().flat_map(BTreeMap::values);
            records.filter(|r| r.to_send().next().is_some()).map(|r| (r.parcel.clone(), r.attempts + 1)).collect()
        };
        let (mut handed, mut failed) = (0, 0);
        let transport = if self.script.by_mail { Channel::Smtp } else { Channel::Folder };
        for (parcel, attempt) in waiting {
            let sending = Fact::Sending {
                parcel: parcel.clone(),
                attempt,
                message_id: None,
                transport,
                copies: Vec::new(),
                mail: None,
            };
            self.write(sending).then_some(())?;
            let is_refused = self.script.flaky > 0 && attempt == 1 && chance(&parcel).is_multiple_of(self.script.flaky);
            let (state, words) = if is_refused {
                failed += 1;
                (ParcelState::Failed, "451 try again later")
            } else {
                handed += 1;
                // A file that was delivered before is recognised; a mail is not.
                let mut arrived = self.arrived.borrow_mut();
                let times = arrived.entry(parcel.clone()).or_default();
                *times = if self.script.by_mail { *times + 1 } else { 1 };
                (ParcelState::Handed, "taken")
            };
            let outcome = Fact::Outcome {
                parcel,
                attempt,
                state,
                words: words.into(),
                transient: true,
                copies: Vec::new(),
                addresses: None,
            };
            self.write(outcome).then_some(())?;
        }
        Some(format!("{} handed over, {failed} not taken", domain::counted(handed, "parcel")))
    }

    /// A person looks into the mailboxes and settles the uncertain parcels.
    fn settle(&self) {
        let open: Vec<ParcelId> = {
            let parcels = self.parcels.borrow();
            let all = parcels.values().flat_map(BTreeMap::values);
            all.filter(|r| r.state == ParcelState::Uncertain).map(|r| r.parcel.clone()).collect()
        };
        for parcel in open {
            let arrived = self.arrived.borrow().contains_key(&parcel);
            let state = if arrived { ParcelState::Handed } else { ParcelState::Failed };
            let _ =
                self.write(Fact::Settled { parcel, state, evidence: "seen in the mailbox".into(), copies: Vec::new() });
        }
    }

    fn act(&self, duties: &[Duty], act: impl Fn(&Duty) -> Option<String>) -> Acted {
        let answers: Option<Vec<String>> = duties.iter().map(act).collect();
        let trouble = self.is_silent().then(|| ActTrouble::of(Door::Sources, "could not be reached".to_owned()));
        answers.map_or_else(|| Acted::Busy("killed".into()), |answers| Acted::Done { answers, trouble })
    }
}

impl Executor for World {
    type Error = SimulationError;

    fn now(&self) -> DateTime<Utc> {
        self.shown.get()
    }

    async fn events(&self, after: i64) -> Result<Vec<Event>, SimulationError> {
        Ok(self.journal.borrow().get(after as usize..).unwrap_or_default().to_vec())
    }

    async fn note(&self, facts: &[Fact]) -> Result<bool, SimulationError> {
        // The real journal takes all facts or none. Here a kill may come between two facts, which is a harder test.
        if facts.iter().all(|fact| self.write(fact.clone())) {
            return Ok(true);
        }
        Err(SimulationError::Killed)
    }

    async fn probe(&self, forms: &[Duty]) -> Acted {
        self.act(forms, |duty| self.ask(duty))
    }

    async fn prepare(&self, collections: &[Duty]) -> Acted {
        self.act(collections, |duty| self.issue(duty))
    }

    async fn deliver(&self, collections: &[Duty]) -> Acted {
        self.act(collections, |duty| {
            self.issue(duty)?;
            self.hand_over(duty)
        })
    }

    async fn supplement(&self, collections: &[Duty]) -> Acted {
        self.act(collections, |_| Some("a supplement goes to the organs that hold it".into()))
    }

    async fn tell(&self, alert: &Alert) -> bool {
        self.told.borrow_mut().push(alert.clone());
        true
    }
}

/// Runs the schedule of an agenda in a simulated world until `end`. `since` is the first day that counts.
///
/// # Errors
/// When an act had to wait; in memory that must not happen.
pub fn simulate(
    world: &World,
    agenda: &Agenda,
    since: NaiveDate,
    end: DateTime<Utc>,
) -> Result<State, SimulationError> {
    let mut state = State::default();
    // A program that is killed before its first fact writes it at its next start.
    while !world.write(Fact::Scheduled { since }) {
        world.killed.set(false);
    }
    let mut settled = world.now.get();
    while world.now.get() < end {
        let shown = world.shown.get();
        let ended = run_cycle(world, agenda, &mut state).now_or_never().ok_or(SimulationError::Waited)?;
        if world.killed.replace(false) {
            // The next program starts at once, and has only the journal.
            state = State::default();
            continue;
        }
        let wake = ended?.wake;
        let slept = (wake - shown).max(TimeDelta::seconds(1));
        let mut next = world.now.get() + slept;
        next =
            world.script.jumps.iter().map(|(at, _)| *at).filter(|at| *at > world.now.get()).fold(next, DateTime::min);
        if let Some((from, until)) = world.script.outages.iter().find(|(from, until)| (*from..*until).contains(&next)) {
            next = *until;
            state = State::default();
            world.go_to(next);
            if let Some(line) = outage(*from, *until, "the program was not running") {
                world.write(line);
            }
        }
        world.go_to(next);
        if next - settled >= TimeDelta::days(1) {
            world.settle();
            settled = next;
        }
    }
    state.follow(&world.journal.borrow()[state.seq as usize..]);
    Ok(state)
}

/// A number that depends only on the parcel's id.
fn chance(parcel: &ParcelId) -> u32 {
    let hash = Sha256::of(parcel.to_string().as_bytes());
    let bytes = hash.as_bytes();
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// July 2025 in a world in which each form comes the time `ahead` before its deadline; if negative, after it.
    fn july(ahead: TimeDelta, change: impl Fn(&mut Script)) -> (World, Agenda, State) {
        let office = Office::embedded().unwrap();
        let agenda = Agenda::new(&office, day("2025-07-01"), day("2025-07-31")).in_one_document();
        let arrivals = agenda.owed.iter().map(|o| (o.duty.clone(), vec![o.deadline - ahead])).collect();
        let mut script = Script { arrivals, by_mail: true, ..Script::default() };
        change(&mut script);
        let start = agenda.owed.iter().map(|o| o.opens).min().unwrap();
        let end = agenda.owed.iter().map(|o| o.deadline).max().unwrap() + TimeDelta::days(3);
        let world = World::new(&office, &agenda, script, start);
        let state = simulate(&world, &agenda, day("2025-07-01"), end).unwrap();
        (world, agenda, state)
    }

    #[test]
    fn what_comes_in_time_is_done_in_time_and_once() {
        let (world, agenda, state) = july(TimeDelta::hours(20), |_| {});
        let owed: Vec<_> = agenda.owed.iter().filter(|o| agenda.counts(o, day("2025-07-01"))).collect();
        assert!(owed.len() > 10 && owed.iter().all(|o| state.met.get(&o.duty).is_some_and(|met| met.late.is_none())));
        assert!(!world.arrived.borrow().is_empty() && world.arrived.borrow().values().all(|times| *times == 1));
        let mut again = State::default();
        again.follow(&world.journal());
        assert_eq!(again, state, "the journal read anew says the same");
    }

    #[test]
    fn what_comes_late_is_late_with_its_cause() {
        let (_, _, state) = july(TimeDelta::days(-1), |_| {});
        let forms = state.met.iter().filter(|(duty, _)| matches!(duty.subject, Subject::Form(_)));
        let causes: Vec<_> = forms.map(|(_, met)| met.late.clone().unwrap()).collect();
        assert!(!causes.is_empty() && causes.iter().all(|cause| cause.contains("is not there")), "{causes:?}");
    }

    #[test]
    fn a_program_that_is_killed_again_and_again_sends_no_mail_twice() {
        let (world, _, state) = july(TimeDelta::hours(20), |script| script.kills = vec![3, 40, 41, 100, 7]);
        assert!(world.arrived.borrow().values().all(|times| *times == 1));
        assert!(state.met.keys().any(|duty| matches!(duty.subject, Subject::Collection(_))));
    }
}
