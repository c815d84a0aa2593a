//! Two clerks at once get numbers without a gap, on SQLite and on PostgreSQL.

use chrono::{DateTime, Utc};
use zhinaq::{
    domain::{Actor, Event, Fact, Language, RequesterKind, Sha256, TakenRequest},
    ledger::{Filter, Ledger},
};

use crate::support::postgres::Postgres;

const KINDS: [&str; 1] = ["request-taken"];
const EACH: u32 = 20;

fn next(events: &[Event], document: &str) -> Vec<Fact> {
    let place = u32::try_from(events.len()).unwrap() + 1;
    let request = TakenRequest {
        number: format!("З-2026-{place:06}").parse().unwrap(),
        year: 2026,
        place,
        received: "2026-03-02".parse().unwrap(),
        hour: None,
        from: RequesterKind::Person,
        channel: "electronic-appeals".into(),
        language: Language::RU,
        document: Sha256::of(document.as_bytes()),
    };
    vec![Fact::RequestTaken { request }]
}

async fn clerk(ledger: Ledger, name: &'static str) {
    for n in 0..EACH {
        let at: DateTime<Utc> = "2026-03-02T05:00:00Z".parse().unwrap();
        let document = format!("{name} {n}");
        let taken = ledger.append_after(&KINDS, name, &Actor::named(name), at, |events| next(events, &document)).await;
        assert_eq!(taken.unwrap().len(), 1);
    }
}

async fn take_in_at_once(url: &str) {
    let (one, other) = (Ledger::open(url).await.unwrap(), Ledger::open(url).await.unwrap());
    let both = (tokio::spawn(clerk(one, "one")), tokio::spawn(clerk(other, "other")));
    both.0.await.unwrap();
    both.1.await.unwrap();
    let ledger = Ledger::open(url).await.unwrap();
    let events = ledger.events(&Filter::default().kinds(&KINDS)).await.unwrap();
    let places = events.iter().map(|event| match &event.fact {
        Fact::RequestTaken { request } => request.place,
        other => panic!("{other:?}"),
    });
    assert!(places.eq(1..=2 * EACH), "the order of numbers is the order of the journal");
    let none = ledger.append_after(&KINDS, "r", &Actor::named("x"), Utc::now(), |_| Vec::new()).await.unwrap();
    assert!(none.is_empty());
    assert_eq!(ledger.events(&Filter::default().kinds(&KINDS)).await.unwrap().len(), events.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_clerks_at_once_leave_no_gap_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    take_in_at_once(&format!("sqlite:{}/ledger.sqlite", folder.path().display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_clerks_at_once_leave_no_gap_on_postgresql() {
    let Some(server) = Postgres::start() else { return };
    take_in_at_once(&server.url()).await;
}
