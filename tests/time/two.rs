//! Two daemons on one real ledger for a year: each thing is done by one of them.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use zhinaq::{
    domain::{Actor, Duty, Event, Fact, Subject},
    ledger::{Filter, Ledger, RunClaim},
    pipeline::{Failure, daemon::Leader},
    schedule::{Acted, Agenda, Alert, Executor, Script, State, World, run_cycle},
};

use super::{OFFICE, day};

/// The executor of one daemon: the outside is simulated and shared, the ledger is real.
struct Shared<'a> {
    world: &'a World,
    ledger: &'a Ledger,
    claim: Arc<RunClaim>,
    name: &'a str,
}

impl Shared<'_> {
    /// Copies the facts of an act from the simulated journal to the real one.
    async fn copied(&self, acted: Acted, before: usize) -> Acted {
        let facts: Vec<Fact> = self.world.journal().split_off(before).into_iter().map(|e| e.fact).collect();
        self.ledger.append(self.name, &Actor::Schedule, self.world.now(), &facts).await.unwrap();
        acted
    }
}

impl Executor for Shared<'_> {
    type Error = Failure;

    fn now(&self) -> DateTime<Utc> {
        self.world.now()
    }

    async fn events(&self, after: i64) -> Result<Vec<Event>, Failure> {
        Ok(self.ledger.events(&Filter { after_seq: after, ..Filter::default() }).await.unwrap())
    }

    async fn note(&self, facts: &[Fact]) -> Result<bool, Failure> {
        let now = self.world.now();
        let written = self.ledger.append_holding(&self.claim, now, self.name, &Actor::Schedule, now, facts).await;
        Ok(written.unwrap().is_some())
    }

    async fn probe(&self, forms: &[Duty]) -> Acted {
        let before = self.world.journal().len();
        self.copied(self.world.probe(forms).await, before).await
    }

    async fn prepare(&self, collections: &[Duty]) -> Acted {
        let before = self.world.journal().len();
        self.copied(self.world.prepare(collections).await, before).await
    }

    async fn deliver(&self, collections: &[Duty]) -> Acted {
        let before = self.world.journal().len();
        self.copied(self.world.deliver(collections).await, before).await
    }

    async fn supplement(&self, collections: &[Duty]) -> Acted {
        let before = self.world.journal().len();
        self.copied(self.world.supplement(collections).await, before).await
    }

    async fn tell(&self, alert: &Alert) -> bool {
        self.world.tell(alert).await
    }
}

struct Daemon {
    name: &'static str,
    leader: Leader,
    state: State,
    claim: Option<Arc<RunClaim>>,
}

#[test]
fn of_two_daemons_on_one_ledger_one_does_each_thing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(a_year_of_two());
}

async fn a_year_of_two() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&format!("sqlite:{}", folder.path().join("ledger.sqlite").display())).await.unwrap();
    let agenda = Agenda::new(&OFFICE, day("2025-01-01"), day("2025-12-31")).in_one_document();
    let forms = agenda.owed.iter().filter(|o| matches!(o.duty.subject, Subject::Form(_)));
    let arrivals: BTreeMap<Duty, Vec<DateTime<Utc>>> =
        forms.map(|o| (o.duty.clone(), vec![o.deadline - TimeDelta::hours(20)])).collect();
    let start: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    let world = World::new(&OFFICE, &agenda, Script { arrivals, by_mail: true, ..Script::default() }, start);
    let daemon = |name| Daemon {
        name,
        leader: Leader::new(ledger.clone(), format!("{name}/1"), None),
        state: State::default(),
        claim: None,
    };
    let mut daemons = [daemon("almaty"), daemon("astana")];
    ledger.append("first", &Actor::Schedule, start, &[Fact::Scheduled { since: day("2025-01-01") }]).await.unwrap();
    let (mut now, mut turns, mut deposed) = (start, 0, 0);
    while now < start + TimeDelta::days(370) {
        turns += 1;
        world.go_to(now);
        let daemon = &mut daemons[usize::from(turns % 7 >= 4)];
        // Now and then a daemon wakes up with its old claim, as if it still led.
        let claim = match daemon.claim.clone().filter(|_| turns % 5 == 0) {
            Some(old) => Some(old),
            None => daemon.leader.lead(now).await.unwrap(),
        };
        daemon.claim.clone_from(&claim);
        let Some(claim) = claim else {
            now += TimeDelta::seconds(40);
            continue;
        };
        let executor = Shared { world: &world, ledger: &ledger, claim, name: daemon.name };
        let turned = run_cycle(&executor, &agenda, &mut daemon.state).await.unwrap();
        deposed += usize::from(turned.deposed);
        now = if turned.deposed { now + TimeDelta::seconds(1) } else { turned.wake.max(now + TimeDelta::seconds(1)) };
        // The other daemon wakes up shortly before the lease of this one ends.
        if turns % 3 == 0 {
            now = now.min(world.now() + TimeDelta::seconds(50));
        }
    }
    let events = ledger.events(&Filter::default()).await.unwrap();
    let met: Vec<&Duty> = events
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Met { duty, late } => {
                assert_eq!(*late, None, "{duty}");
                Some(duty)
            }
            _ => None,
        })
        .collect();
    assert_eq!(met.len(), agenda.owed.len(), "each obligation once");
    let arrived = world.arrived.borrow();
    assert_eq!(arrived.len(), 4 * 96 + 2 * 19);
    assert!(arrived.values().all(|times| *times == 1), "a parcel arrived twice");
    for name in ["almaty", "astana"] {
        assert!(events.iter().filter(|e| e.run == name).count() > 100, "{name} did nothing");
    }
    assert!(deposed > 0, "no daemon ever woke up too late");
}
