//! Pieces of work, claimed all or none, on a real SQLite file and on a real PostgreSQL server.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection as _, Executor as _};
use zhinaq::{
    domain::{Actor, Fact, Piece},
    ledger::{Claimant, Filter, HeldPiece, Ledger, PieceClaims},
};

use crate::support::postgres::Postgres;

/// A real instant: PostgreSQL's own clock judges.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

const MINUTE: TimeDelta = TimeDelta::minutes(1);

fn pieces(names: &[&str]) -> BTreeSet<Piece> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn claimant(name: &str) -> Claimant {
    Claimant { holder: format!("almaty/20250714T000000000Z-{name}#0.1"), account: format!("account-{name}") }
}

fn names(held: &[HeldPiece]) -> Vec<&str> {
    held.iter().map(|piece| piece.what.as_str()).collect()
}

async fn claim(ledger: &Ledger, who: &str, names: &[&str]) -> Result<PieceClaims, Vec<HeldPiece>> {
    ledger.claim_pieces(&pieces(names), &claimant(who), now(), MINUTE).await.unwrap()
}

fn sqlite() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/ledger.sqlite", folder.path().display());
    (folder, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_are_claimed_all_or_none_on_sqlite() {
    let (_folder, url) = sqlite();
    let (ledger, other) = (Ledger::open(&url).await.unwrap(), Ledger::open(&url).await.unwrap());
    gives_all_or_none(&ledger, &other).await;
    gives_what_is_free(&ledger, &other).await;
    keeps_a_closing_alone(&ledger, &other).await;
    gives_each_piece_to_one(&ledger, &other).await;
    writes_only_while_all_are_held(&ledger, &other).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_are_claimed_all_or_none_on_postgresql() {
    let Some(server) = Postgres::start() else { return };
    let url = server.url();
    let (ledger, other) = (Ledger::open(&url).await.unwrap(), Ledger::open(&url).await.unwrap());
    gives_all_or_none(&ledger, &other).await;
    gives_what_is_free(&ledger, &other).await;
    keeps_a_closing_alone(&ledger, &other).await;
    gives_each_piece_to_one(&ledger, &other).await;
    writes_only_while_all_are_held(&ledger, &other).await;
}

async fn gives_all_or_none(ledger: &Ledger, other: &Ledger) {
    let (stamp, hand) = ("stamp/2025-Q2/crime/r0", "hand/2025-Q2/crime/r0/mia");
    let first = claim(ledger, "1", &[stamp, hand]).await.unwrap();
    assert_eq!((first.pieces.len(), first.holder.as_str()), (2, claimant("1").holder.as_str()));
    let held = claim(other, "2", &["build/2025-Q2/crime/r0", hand]).await.unwrap_err();
    assert_eq!((names(&held), held[0].account.as_str()), (vec![hand], "account-1"));
    assert!(held[0].since.is_some_and(|since| since < held[0].until));
    assert_eq!(names(&other.held_pieces(now()).await.unwrap()), [hand, stamp], "nothing of the second was claimed");
    // Another issue, form or parcel is another piece.
    let beside = claim(other, "2", &["build/2025-Q2/crime/r0", "hand/2025-Q2/crime/r0/moj"]).await.unwrap();
    assert!(beside.fence > first.fence);
    ledger.release_pieces(&first).await.unwrap();
    let again = claim(other, "2", &[hand]).await.unwrap();
    assert!(again.fence > beside.fence, "a piece that left the table does not begin anew");
    ledger.release_pieces(&first).await.unwrap();
    assert!(other.still_holds(&again.of(&hand.parse().unwrap()).unwrap(), now()).await.unwrap());
    // A program that is known to be dead keeps nothing.
    other.release_dead(&claimant("2").holder).await.unwrap();
    assert_eq!(ledger.held_pieces(now()).await.unwrap(), []);
    assert_eq!(claim(ledger, "1", &[]).await.unwrap().pieces, BTreeSet::new());
}

async fn gives_what_is_free(ledger: &Ledger, other: &Ledger) {
    let all = ["fetch/1-m/2025-M05", "fetch/1-m/2025-M06", "fetch/1-n/2025-Q2"];
    let first = claim(ledger, "1", &all[..1]).await.unwrap();
    let (rest, held) = other.claim_free_pieces(&pieces(&all), &claimant("2"), now(), MINUTE).await.unwrap();
    assert_eq!((rest.pieces, names(&held)), (pieces(&all[1..]), vec![all[0]]));
    let (none, held) = other.claim_free_pieces(&pieces(&all[..1]), &claimant("3"), now(), MINUTE).await.unwrap();
    assert_eq!((none.pieces.len(), names(&held)), (0, vec![all[0]]));
    for dead in ["1", "2"] {
        ledger.release_dead(&claimant(dead).holder).await.unwrap();
    }
    assert_eq!(first.pieces.len(), 1);
}

async fn keeps_a_closing_alone(ledger: &Ledger, other: &Ledger) {
    let close = claim(ledger, "1", &["close/2025-Q2"]).await.unwrap();
    for excluded in ["fetch/1-m/2025-M05", "stamp/2025-S1/prosecution-bodies/r0", "office"] {
        assert_eq!(names(&claim(other, "2", &[excluded]).await.unwrap_err()), ["close/2025-Q2"], "{excluded}");
    }
    let elsewhere = claim(other, "2", &["fetch/1-m/2025-M07", "judge"]).await.unwrap();
    ledger.release_pieces(&close).await.unwrap();
    let held = claim(ledger, "1", &["office"]).await.unwrap_err();
    assert_eq!(names(&held), ["fetch/1-m/2025-M07", "judge"]);
    other.release_pieces(&elsewhere).await.unwrap();
    let office = claim(ledger, "1", &["office"]).await.unwrap();
    assert_eq!(names(&claim(other, "2", &["witness"]).await.unwrap_err()), ["office"]);
    ledger.release_pieces(&office).await.unwrap();
}

async fn gives_each_piece_to_one(ledger: &Ledger, other: &Ledger) {
    let all: Vec<String> = (0..20).map(|n| format!("hand/2025-Q2/crime/r0/organ-{n}")).collect();
    let take = |ledger: Ledger, who: &'static str, first: usize| {
        let all: Vec<Piece> = all.iter().cycle().skip(first).take(20).map(|name| name.parse().unwrap()).collect();
        tokio::spawn(async move {
            let mut got = Vec::new();
            for some in all.chunks(3) {
                let some = some.iter().cloned().collect();
                let (claims, _) = ledger.claim_free_pieces(&some, &claimant(who), now(), MINUTE).await.unwrap();
                got.extend(claims.pieces);
            }
            got
        })
    };
    let both = [take(ledger.clone(), "1", 0), take(other.clone(), "2", 7), take(other.clone(), "3", 14)];
    let mut got = Vec::new();
    for taken in both {
        got.extend(taken.await.unwrap());
    }
    assert_eq!((got.len(), got.into_iter().collect::<BTreeSet<_>>().len()), (20, 20));
    for dead in ["1", "2", "3"] {
        ledger.release_dead(&claimant(dead).holder).await.unwrap();
    }
}

async fn writes_only_while_all_are_held(ledger: &Ledger, other: &Ledger) {
    let fact = [Fact::RunStarted { command: "trial".into(), period: None }];
    let (fetch, judge) = (&["fetch/1-m/2025-M06"], &["judge"]);
    let (one, two) = (claim(ledger, "1", fetch).await.unwrap(), claim(ledger, "1", judge).await.unwrap());
    let write = async |claims: &[&PieceClaims]| {
        let written = ledger.append_holding_pieces(claims, now(), "run-1", &Actor::Schedule, now(), &fact).await;
        written.unwrap()
    };
    assert!(write(&[&one, &two]).await.is_some());
    ledger.release_pieces(&two).await.unwrap();
    let theirs = claim(other, "2", judge).await.unwrap();
    assert_eq!(write(&[&one, &two]).await, None, "another program has one of them");
    assert!(write(&[&one]).await.is_some());
    other.release_pieces(&theirs).await.unwrap();
    ledger.release_pieces(&one).await.unwrap();
    let written = ledger.events(&Filter::default().kinds(&["run-started"])).await.unwrap();
    assert_eq!(written.len(), 2);
}

#[tokio::test]
async fn a_lease_that_has_ended_is_never_renewed_and_keeps_nobody_out() {
    let (_folder, url) = sqlite();
    let (ledger, other) = (Ledger::open(&url).await.unwrap(), Ledger::open(&url).await.unwrap());
    let hand = "hand/2025-Q2/crime/r0/mia";
    let first = claim(&ledger, "1", &[hand]).await.unwrap();
    assert!(ledger.renew_pieces(&first, at(59), MINUTE).await.unwrap());
    assert_eq!(names(&other.held_pieces(at(118)).await.unwrap()), [hand]);
    assert_eq!(other.held_pieces(at(119)).await.unwrap(), []);
    // Somebody closes the quarter, which nobody holds a piece of. The sleeper wakes up, and its piece is lost.
    let close =
        other.claim_pieces(&pieces(&["close/2025-Q2"]), &claimant("2"), at(120), MINUTE).await.unwrap().unwrap();
    assert!(!ledger.renew_pieces(&first, at(121), MINUTE).await.unwrap());
    let own = first.of(&hand.parse().unwrap()).unwrap();
    assert!(!ledger.still_holds(&own, at(121)).await.unwrap());
    let fact = [Fact::RunStarted { command: "late".into(), period: None }];
    let refused = ledger.append_holding(&own, at(121), "run-1", &Actor::Schedule, at(121), &fact).await.unwrap();
    assert_eq!(refused, None);
    ledger.release_pieces(&first).await.unwrap();
    assert!(
        other.renew_pieces(&close, at(121), MINUTE).await.unwrap(),
        "the sleeper released nothing of its successor"
    );
}

/// The tables of the first schema.
const FIRST: &str = "CREATE TABLE events (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, run TEXT NOT NULL, \
    actor TEXT NOT NULL, kind TEXT NOT NULL, period TEXT, body TEXT NOT NULL) STRICT;
    CREATE TABLE claims (what TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, \
    expires INTEGER NOT NULL) STRICT;
    CREATE TABLE zhinaq_schema (version BIGINT NOT NULL);
    INSERT INTO zhinaq_schema VALUES (1);
    INSERT INTO events VALUES (1, '2025-07-14T00:00:00Z', 'run-0', '{\"kind\":\"schedule\"}', 'run-started', NULL, \
    '{\"kind\":\"run-started\",\"command\":\"run\",\"period\":null}')";

#[tokio::test]
async fn an_older_ledger_is_read_as_it_is_and_migrated_when_it_is_written() {
    let (folder, url) = sqlite();
    let driver = format!("sqlite://{}/ledger.sqlite?mode=rwc", folder.path().display());
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(&driver).await.unwrap();
    connection.execute(FIRST).await.unwrap();
    let busy = format!("INSERT INTO claims VALUES ('run', 'host/run-1#0.1', 7, {})", at(60).timestamp_millis());
    connection.execute(sqlx::AssertSqlSafe(busy)).await.unwrap();

    let reading = Ledger::open_to_read(&url).await.unwrap();
    assert_eq!(reading.events(&Filter::default()).await.unwrap().len(), 1);
    let held = reading.held_pieces(now()).await.unwrap();
    assert_eq!((names(&held), held[0].since), (vec!["run"], None), "an older version works on the whole ledger");
    assert_eq!(reading.held_pieces(at(60)).await.unwrap(), []);

    // While the older version works, no piece is given; afterwards it never claims the ledger again.
    let ledger = Ledger::open(&url).await.unwrap();
    assert_eq!(ledger.events(&Filter::default()).await.unwrap().len(), 1);
    assert_eq!(names(&claim(&ledger, "1", &["judge"]).await.unwrap_err()), ["run"]);
    let claimed = ledger.claim_pieces(&pieces(&["judge"]), &claimant("1"), at(60), MINUTE).await.unwrap().unwrap();
    assert_eq!(ledger.claim("run", "host/run-2", at(60) + TimeDelta::days(36_500), MINUTE).await.unwrap(), None);
    assert_eq!(names(&ledger.held_pieces(at(61)).await.unwrap()), ["judge"]);
    ledger.release_pieces(&claimed).await.unwrap();
    // A killed older version: its lock proves it.
    connection.execute("UPDATE claims SET holder = 'host/run-1#0.1' WHERE what = 'run'").await.unwrap();
    assert_eq!(names(&claim(&ledger, "1", &["judge"]).await.unwrap_err()), ["run"]);
    ledger.release_dead("host/run-1#0.1").await.unwrap();
    assert!(claim(&ledger, "1", &["judge"]).await.is_ok());
}
