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
use crate::support::program::Office;

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

/// Two output folders share one ledger, and their machines have one name: neither takes the other for dead.
#[tokio::test]
async fn a_lease_that_is_renewed_is_alive_whoever_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&format!("sqlite:{}", folder.path().join("ledger.sqlite").display())).await.unwrap();
    let start: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    let leader =
        |lock: &str, run: &str| Leader::new(ledger.clone(), format!("zhinaq/{run}"), Some(folder.path().join(lock)));
    let (mut one, mut other) = (leader("one.lock", "1"), leader("other.lock", "2"));
    for minute in 0..20 {
        let now = start + TimeDelta::minutes(minute);
        assert!(one.lead(now).await.unwrap().is_some(), "minute {minute}");
        assert!(other.lead(now).await.unwrap().is_none(), "minute {minute}");
        // A clock that is behind sees the end of the lease far ahead.
        assert!(other.lead(now - TimeDelta::hours(5)).await.unwrap().is_none(), "minute {minute}");
    }
    let now = start + TimeDelta::minutes(19);
    // A daemon in the output folder of the dead one takes over at once, whatever the name of its machine is.
    drop(one);
    let mut successor = Leader::new(ledger.clone(), "renamed/3".into(), Some(folder.path().join("one.lock")));
    assert!(other.lead(now).await.unwrap().is_none());
    assert!(successor.lead(now).await.unwrap().is_some());
    assert!(other.lead(now + TimeDelta::seconds(60)).await.unwrap().is_none());
    // Nobody renews it any more: it ends by itself.
    assert!(other.lead(now + TimeDelta::seconds(91)).await.unwrap().is_some());
    assert!(successor.lead(now + TimeDelta::seconds(92)).await.unwrap().is_none());
}

#[test]
fn a_run_takes_nothing_over_from_an_older_version_that_works_elsewhere() {
    let office = Office::small();
    let url = format!("sqlite:{}", office.path().join("output/sample/ledger.sqlite").display());
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ledger = runtime.block_on(Ledger::open(&url)).unwrap();
    // A version without pieces claims the whole ledger. Its process is not listed here, as that of another container is
    // not.
    let holder = format!("{host}/20250714T000000000Z-4294967295#0123456789abcdef.1");
    let claimed = runtime.block_on(ledger.claim("run", &holder, Utc::now(), TimeDelta::minutes(1))).unwrap().unwrap();
    let run = ["run", "--sample", "--period", "2025-Q2"];
    let refused = office.zhinaq(&run).exits(1);
    assert!(refused.err.contains("an older zhinaq works on this ledger"), "{}", refused.err);
    assert!(refused.err.contains("4294967295`") && !refused.err.contains('#'), "{}", refused.err);
    assert!(runtime.block_on(ledger.still_holds(&claimed, Utc::now())).unwrap());
    runtime.block_on(ledger.release(&claimed)).unwrap();
    office.zhinaq(&run).exits(0);
    // An older version that has the ledger open never works here again.
    let late = runtime.block_on(ledger.claim("run", &holder, Utc::now(), TimeDelta::minutes(1))).unwrap();
    assert_eq!(late, None);
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
