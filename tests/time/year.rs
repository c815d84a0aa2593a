//! Simulated years: outages, late and repeated forms, clock jumps, kills.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use zhinaq::{
    domain::{Duty, Fact, Obligation, Subject},
    schedule::{Agenda, Script, State, World, simulate},
};

use super::{OFFICE, day};

/// An agenda for each year.
static AGENDAS: LazyLock<BTreeMap<i32, Agenda>> = LazyLock::new(|| {
    let agenda =
        |year| Agenda::new(&OFFICE, day(&format!("{year}-01-01")), day(&format!("{year}-12-31"))).in_one_document();
    (2021..=2026).map(|year| (year, agenda(year))).collect()
});

fn start(year: i32) -> DateTime<Utc> {
    format!("{year}-01-01T00:00:00Z").parse().unwrap()
}

fn is_form(owed: &Obligation) -> bool {
    matches!(owed.duty.subject, Subject::Form(_))
}

/// Arrivals at which each form comes at noon of the day before its last day.
fn punctual(agenda: &Agenda) -> BTreeMap<Duty, Vec<DateTime<Utc>>> {
    let arrival = |o: &Obligation| (o.duty.clone(), vec![o.deadline - TimeDelta::hours(30)]);
    agenda.owed.iter().filter(|o| is_form(o)).map(arrival).collect()
}

struct Ended {
    agenda: &'static Agenda,
    state: State,
    world: World,
}

fn run(year: i32, script: Script) -> Ended {
    let agenda = &AGENDAS[&year];
    let world = World::new(&OFFICE, agenda, script, start(year));
    let state = simulate(&world, agenda, day(&format!("{year}-01-01")), start(year + 1) + TimeDelta::days(20)).unwrap();
    Ended { agenda, state, world }
}

impl Ended {
    fn owed(&self) -> impl Iterator<Item = &Obligation> {
        self.agenda.owed.iter()
    }

    /// Checks what holds in every simulated year.
    fn holds(&self, script: &Script) -> Result<(), TestCaseError> {
        let journal = self.world.journal();
        let (mut met, mut overdue) = (BTreeSet::new(), BTreeSet::new());
        for event in &journal {
            match &event.fact {
                Fact::Met { duty, late } => {
                    prop_assert!(met.insert(duty.clone()), "{duty} is done twice");
                    prop_assert!(late.as_ref().is_none_or(|cause| !cause.is_empty()));
                }
                Fact::Overdue { duty, cause } => {
                    prop_assert!(overdue.insert(duty.clone()), "{duty} is late twice");
                    prop_assert!(!cause.is_empty(), "{duty} is late without a cause");
                }
                _ => {}
            }
        }
        for owed in self.owed() {
            // A collection of which no form came is never handed over by the program.
            let never_comes = |duty: &Duty| script.arrivals.get(duty).is_none_or(Vec::is_empty);
            let inputs = self.agenda.inputs(&owed.duty);
            let without_forms = !inputs.is_empty() && inputs.iter().all(|input| never_comes(&input.duty));
            let never = if is_form(owed) { never_comes(&owed.duty) } else { without_forms };
            prop_assert_eq!(
                met.contains(&owed.duty),
                !never,
                "{} is {}",
                &owed.duty,
                if never { "done" } else { "not done" }
            );
            prop_assert!(!never || overdue.contains(&owed.duty), "{} is neither done nor late", &owed.duty);
            if overdue.contains(&owed.duty) && !never {
                prop_assert!(self.state.met[&owed.duty].late.is_some(), "{} was late, and is done in time", &owed.duty);
            }
        }
        for (parcel, times) in self.world.arrived.borrow().iter() {
            prop_assert_eq!(*times, 1, "{} arrived {} times", parcel, times);
        }
        let mut again = State::default();
        again.follow(&journal);
        prop_assert!(again == self.state, "the journal tells another story");
        Ok(())
    }
}

#[test]
fn a_punctual_year_is_done_in_time_and_calm() {
    for year in 2021..=2026 {
        let agenda = &AGENDAS[&year];
        let script = Script { arrivals: punctual(agenda), ..Script::default() };
        let ended = run(year, script.clone());
        ended.holds(&script).unwrap();
        let late: Vec<_> = ended.state.met.iter().filter(|(_, met)| met.late.is_some()).collect();
        assert!(late.is_empty(), "{late:?}");
        // The parcels of four quarters and two half-years.
        assert_eq!(ended.world.arrived.borrow().len(), 4 * 96 + 2 * 19, "{year}");
        let told = ended.world.told.borrow();
        let days: BTreeSet<_> = ended.owed().map(|o| o.due.due).collect();
        let calm: BTreeSet<_> = told.iter().filter(|a| a.subject.contains("calm")).map(|a| a.day).collect();
        assert_eq!(calm, days, "{year}");
        assert!(told.iter().all(|a| a.subject.contains("calm")), "{told:?}");
    }
}

#[test]
fn a_form_that_is_never_asked_twice_for_nothing_is_asked_for_more_and_more_rarely() {
    let agenda = &AGENDAS[&2025];
    let mut arrivals = punctual(agenda);
    let never = agenda.owed.iter().find(|o| o.duty.to_string() == "form `3-k` for `2025-M03`").unwrap().clone();
    arrivals.insert(never.duty.clone(), Vec::new());
    let ended = run(2025, Script { arrivals, ..Script::default() });
    let times = &ended.state.tries(&never.duty).unwrap().times;
    let of_day = |text: &str| times.iter().filter(|t| agenda.say(**t).starts_with(text)).count();
    assert_eq!(agenda.say(times[0]), "2025-04-01 09:00");
    assert!(of_day("2025-04-03") < 6, "{}", of_day("2025-04-03"));
    // On its last day it is requested at every time of the cron expression: from 07:00 to 18:00, each half-hour.
    let last = never.due.due.to_string();
    assert!((20..=30).contains(&of_day(&last)), "{last}: {}", of_day(&last));
    assert_eq!(of_day("2025-05-20"), 1);
    let cause = &ended.state.overdue[&never.duty];
    assert!(cause.contains("asked") && cause.contains("is not there (status 404)"), "{cause}");
}

#[test]
fn after_an_outage_each_missed_obligation_is_done_once_the_oldest_first_and_marked_late() {
    let agenda = &AGENDAS[&2025];
    let (from, until) = ("2025-07-03T00:00:00Z".parse().unwrap(), "2025-07-18T22:10:00Z".parse().unwrap());
    let script = Script { arrivals: punctual(agenda), outages: vec![(from, until)], ..Script::default() };
    let ended = run(2025, script.clone());
    ended.holds(&script).unwrap();
    let journal = ended.world.journal();
    let after: Vec<_> = journal.iter().filter(|e| e.at >= until).collect();
    let deadline = |duty: &Duty| agenda.owed.iter().find(|o| o.duty == *duty).unwrap().deadline;
    let late: Vec<_> = after
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Overdue { duty, cause } => Some((deadline(duty), cause)),
            _ => None,
        })
        .collect();
    assert!(late.len() > 25, "{}", late.len());
    assert!(late.iter().take(25).is_sorted_by_key(|(at, _)| *at), "the oldest deadline first");
    assert!(late[0].1.contains("the program did not run from 2025-07-03 05:00 to 2025-07-19 03:10"), "{}", late[0].1);
    // The program does not wait for the next time of the cron expression; 03:10 is not one.
    let caught_up = after.iter().filter(|e| matches!(e.fact, Fact::Outcome { .. })).map(|e| e.at).max().unwrap();
    assert!(caught_up > until, "{caught_up}");
    let first_parcel = after.iter().find(|e| matches!(e.fact, Fact::Outcome { .. })).unwrap().at;
    assert_eq!(agenda.say(first_parcel), "2025-07-19 03:10");
}

#[test]
fn a_program_killed_before_its_first_line_begins_anew() {
    let script = Script { arrivals: punctual(&AGENDAS[&2021]), kills: vec![0, 0, 1], ..Script::default() };
    run(2021, script.clone()).holds(&script).unwrap();
}

/// One year of a random office.
fn years() -> impl Strategy<Value = (i32, Script)> {
    let seeds = (2021..=2026_i32, any::<u64>(), 0..4_usize, 0..3_usize, 0..3_usize, 0..12_usize);
    let post = (any::<bool>(), 0..6_u32);
    (seeds, post).prop_map(|((year, seed, outages, silences, jumps, kills), (by_mail, flaky))| {
        let mut dice = Dice(seed | 1);
        let agenda = &AGENDAS[&year];
        let mut arrivals = BTreeMap::new();
        for owed in agenda.owed.iter().filter(|o| is_form(o)) {
            let first = match dice.below(20) {
                0 => None,
                1 | 2 => Some(owed.deadline + TimeDelta::minutes(dice.below(20_000) as i64)),
                3 => Some(owed.deadline - TimeDelta::seconds(1)),
                _ => Some(owed.deadline - TimeDelta::minutes(dice.below(7_000) as i64)),
            };
            let mut times: Vec<DateTime<Utc>> = first.into_iter().collect();
            while !times.is_empty() && dice.below(5) == 0 {
                times.push(times[times.len() - 1] + TimeDelta::minutes(dice.below(10_000) as i64));
            }
            // A form that is late in December may come after the simulation has ended.
            if times.first().is_some_and(|t| *t > start(year + 1) + TimeDelta::days(15)) {
                times.clear();
            }
            arrivals.insert(owed.duty.clone(), times);
        }
        let mut stretch = |longest: usize| {
            let from = start(year) + TimeDelta::minutes(dice.below(360 * 24 * 60) as i64);
            (from, from + TimeDelta::minutes(1 + dice.below(longest) as i64))
        };
        let outages = (0..outages).map(|_| stretch(15 * 24 * 60)).collect();
        let silence = (0..silences).map(|_| stretch(3 * 24 * 60)).collect();
        let mut jumped: Vec<(DateTime<Utc>, TimeDelta)> = Vec::new();
        for _ in 0..jumps {
            let (from, until) = stretch(3 * 24 * 60);
            let by = TimeDelta::minutes((until - from).num_minutes() - 36 * 60);
            jumped.push((from, by));
            jumped.push((until, TimeDelta::zero()));
        }
        jumped.sort();
        let kills = (0..kills).map(|_| dice.below(120)).collect();
        (year, Script { arrivals, outages, silence, jumps: jumped, kills, flaky, by_mail })
    })
}

/// Random numbers from a seed (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// The number of simulated years: `PROPTEST_CASES`, for example thousands, or 200.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_obligation_is_done_once_or_late_with_a_cause((year, script) in years()) {
        run(year, script.clone()).holds(&script)?;
    }
}
