//! The chain of the journal, sessions, secrets and attempts, with a real database.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tempfile::TempDir;

use super::*;
use domain::{Actor, Fact, JournalHead, Sha256};

const RULES: SessionRules =
    SessionRules { idle: TimeDelta::minutes(30), lifetime: TimeDelta::hours(10), per_person: 3 };
const TABLE_OF_FIRST: &str = "CREATE TABLE events (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, run TEXT NOT NULL,
    actor TEXT NOT NULL, kind TEXT NOT NULL, period TEXT, body TEXT NOT NULL) STRICT;
    CREATE TABLE claims (what TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL,
    expires INTEGER NOT NULL) STRICT;
    CREATE TABLE zhinaq_schema (version BIGINT NOT NULL);
    INSERT INTO zhinaq_schema VALUES (1)";

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_782_000_000 + minutes * 60, 0).unwrap()
}

fn fact(command: &str) -> Fact {
    Fact::RunStarted { command: command.into(), period: "2025-Q2".parse().ok() }
}

async fn open(folder: &TempDir) -> Ledger {
    Ledger::open(&url(folder)).await.unwrap()
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("ledger.sqlite").display())
}

async fn database(folder: &TempDir) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("ledger.sqlite").display());
    AnyConnection::connect(&url).await.unwrap()
}

async fn append(ledger: &Ledger, commands: &[&str]) {
    let facts: Vec<Fact> = commands.iter().map(|command| fact(command)).collect();
    ledger.append("run-1", &Actor::named("A"), at(0), &facts).await.unwrap();
}

async fn broken(ledger: &Ledger, known: &[JournalHead]) -> Option<(i64, EntryFault)> {
    let check = ledger.verify_journal(known).await.unwrap().unwrap();
    check.broken.map(|broken| (broken.seq, broken.fault))
}

/// Changes the database as somebody who removed the triggers can.
async fn tamper(folder: &TempDir, statement: &'static str) {
    let mut database = database(folder).await;
    for trigger in ["events_are_not_changed", "events_are_not_deleted", "events_are_chained"] {
        let drop = format!("DROP TRIGGER IF EXISTS {trigger}");
        database.execute(sqlx::AssertSqlSafe(drop)).await.unwrap();
    }
    database.execute(statement).await.unwrap();
}

#[tokio::test]
async fn the_first_entry_that_was_changed_removed_or_inserted_is_found() {
    for (statement, found) in [
        ("UPDATE events SET body = replace(body, 'three', 'third') WHERE seq = 3", (3, EntryFault::Changed)),
        ("UPDATE events SET actor = '{\"kind\":\"schedule\"}' WHERE seq = 2", (2, EntryFault::Changed)),
        ("UPDATE events SET period = NULL WHERE seq = 4", (4, EntryFault::Changed)),
        ("UPDATE events SET at = '2026-01-01T00:00:00Z' WHERE seq = 1", (1, EntryFault::Changed)),
        ("UPDATE events SET chain = (SELECT chain FROM events WHERE seq = 1) WHERE seq = 3", (3, EntryFault::Changed)),
        ("DELETE FROM events WHERE seq = 2", (2, EntryFault::Missing)),
        (
            "INSERT INTO events SELECT 5, at, run, actor, kind, period, body, NULL FROM events WHERE seq = 1",
            (5, EntryFault::Unchained),
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let ledger = open(&folder).await;
        append(&ledger, &["one", "two"]).await;
        append(&ledger, &["three", "four"]).await;
        assert_eq!(broken(&ledger, &[]).await, None);
        tamper(&folder, statement).await;
        assert_eq!(broken(&ledger, &[]).await, Some(found), "{statement}");
    }
}

#[tokio::test]
async fn a_chain_that_was_computed_anew_or_cut_off_differs_from_a_head_that_was_noted() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (ledger, anew) = (open(&folder).await, open(&other).await);
    assert_eq!(ledger.journal_head().await.unwrap().unwrap().seq, 0);
    append(&ledger, &["one", "two", "three"]).await;
    append(&anew, &["one", "zwei", "three"]).await;
    let noted = ledger.journal_head().await.unwrap().unwrap();
    assert_eq!(noted.seq, 3);
    assert_eq!(broken(&ledger, &[noted]).await, None);
    assert_eq!(broken(&anew, &[]).await, None, "it is whole in itself");
    assert_eq!(broken(&anew, &[noted]).await, Some((3, EntryFault::Foreign)));
    tamper(&folder, "DELETE FROM events WHERE seq = 3").await;
    assert_eq!(broken(&ledger, &[]).await, None);
    assert_eq!(broken(&ledger, &[noted]).await, Some((3, EntryFault::Missing)));
    append(&ledger, &["four"]).await;
    assert_eq!(broken(&ledger, &[noted]).await, Some((3, EntryFault::Foreign)));
}

#[tokio::test]
async fn entries_older_than_the_chain_have_one_hash_together() {
    let folder = TempDir::new().unwrap();
    let mut older = database(&folder).await;
    older.execute(TABLE_OF_FIRST).await.unwrap();
    for seq in 1..=2 {
        let insert = format!(
            "INSERT INTO events VALUES ({seq}, '2025-07-14T00:00:00Z', 'run-0', '{{\"kind\":\"schedule\"}}', 'run-started', NULL,
            '{{\"kind\":\"run-started\",\"command\":\"run\",\"period\":null}}')"
        );
        older.execute(sqlx::AssertSqlSafe(insert)).await.unwrap();
    }
    let reading = Ledger::open_to_read(&url(&folder)).await.unwrap();
    assert_eq!(reading.journal_head().await.unwrap(), None);
    assert_eq!(reading.verify_journal(&[]).await.unwrap(), None);
    let ledger = open(&folder).await;
    assert_eq!(ledger.journal_head().await.unwrap().unwrap().seq, 2);
    append(&ledger, &["three"]).await;
    let check = ledger.verify_journal(&[]).await.unwrap().unwrap();
    assert_eq!((check.entries, check.older, check.head.seq, check.broken), (3, 2, 3, None));
    // A program of an older version that is still running cannot write behind the chain.
    let old =
        "INSERT INTO events (seq, at, run, actor, kind, period, body) SELECT 4, at, run, actor, kind, period, body
        FROM events WHERE seq = 1";
    assert!(older.execute(old).await.unwrap_err().to_string().contains("a newer zhinaq works on this ledger"));
    // With the first one opened again, nothing begins anew.
    drop(open(&folder).await);
    assert_eq!(broken(&ledger, &[]).await, None);
    tamper(&folder, "UPDATE events SET run = 'run-x' WHERE seq = 1").await;
    assert_eq!(broken(&ledger, &[]).await, Some((2, EntryFault::Older)));
}

#[tokio::test]
async fn several_writers_make_one_chain() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (open(&folder).await, open(&folder).await);
    let write = async |ledger: &Ledger| {
        for _ in 0..20 {
            append(ledger, &["a", "b"]).await;
        }
    };
    tokio::join!(write(&one), write(&other), write(&one));
    let check = one.verify_journal(&[]).await.unwrap().unwrap();
    assert_eq!((check.entries, check.broken), (120, None));
}

fn token(name: &str) -> Sha256 {
    Sha256::of(name.as_bytes())
}

fn new(name: &str, account: &str) -> AccessChange {
    let (account, network, agent) = (account.into(), "10.0.0.9".into(), "Browser".into());
    AccessChange::Begin(NewSession { token: token(name), account, network, agent })
}

async fn act(ledger: &Ledger, minutes: i64, account: &str, facts: Vec<Fact>, changes: Vec<AccessChange>) {
    let subject = AccessSubject { account, link: None, rules: RULES };
    let by = Actor::named("Head");
    let done = ledger
        .decide_access(&[], subject, ("run-1", &by, at(minutes)), |_| Ok::<_, ()>(AccessAct { facts, changes }))
        .await;
    done.unwrap().unwrap();
}

async fn is_open(ledger: &Ledger, name: &str, minutes: i64) -> bool {
    ledger.session(&token(name), at(minutes), RULES).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_ends_unused_after_its_lifetime_or_as_the_oldest_of_too_many() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder).await;
    act(&ledger, 0, "aliya", vec![], vec![new("a", "aliya")]).await;
    assert!(is_open(&ledger, "a", 29).await, "a use within half an hour");
    assert!(is_open(&ledger, "a", 58).await && !is_open(&ledger, "a", 88).await);
    assert!(!is_open(&ledger, "b", 0).await);
    act(&ledger, 100, "aliya", vec![], vec![new("c", "aliya")]).await;
    for minutes in (120..=690).step_by(20) {
        assert!(is_open(&ledger, "c", minutes).await, "{minutes}");
    }
    assert!(!is_open(&ledger, "c", 701).await, "ten hours");
    for (minutes, name) in ["d", "e", "f", "g"].into_iter().enumerate() {
        act(&ledger, 800 + minutes as i64, "aliya", vec![], vec![new(name, "aliya")]).await;
    }
    assert!(!is_open(&ledger, "d", 804).await && is_open(&ledger, "e", 804).await && is_open(&ledger, "g", 804).await);
    let listed = ledger.sessions(Some("aliya"), at(804), RULES).await.unwrap();
    assert_eq!(listed.iter().filter(|session| session.is_open).count(), 3);
    assert_eq!((listed.len(), listed[0].used, listed[0].network.as_str()), (6, at(804), "10.0.0.9"));
    assert_eq!(ledger.sessions(Some("erlan"), at(804), RULES).await.unwrap(), []);
    assert_eq!(ledger.forget_networks(at(800)).await.unwrap(), 2);
}

#[tokio::test]
async fn a_block_ends_all_sessions_of_a_person_with_its_entry_or_nothing_happens() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder).await;
    act(&ledger, 0, "aliya", vec![], vec![new("a", "aliya"), new("b", "aliya"), new("c", "erlan")]).await;
    let block = Fact::AccessBlocked { account: "aliya".into(), reason: "left".into() };
    let subject = AccessSubject { account: "aliya", link: None, rules: RULES };
    let by = Actor::named("Head");
    let refused: Result<Vec<i64>, &str> = ledger
        .decide_access(&["access-blocked"], subject, ("run-1", &by, at(1)), |view| {
            assert_eq!((view.events.len(), view.sessions.len(), view.invited.clone()), (0, 2, None));
            Err("no")
        })
        .await
        .unwrap();
    assert_eq!(refused, Err("no"));
    assert!(is_open(&ledger, "a", 1).await);
    act(&ledger, 1, "aliya", vec![block], vec![AccessChange::EndAllOf("aliya".into())]).await;
    assert!(!is_open(&ledger, "a", 1).await && !is_open(&ledger, "b", 1).await && is_open(&ledger, "c", 1).await);
    let events = ledger.events(&Filter::default()).await.unwrap();
    assert_eq!(events.iter().map(|event| event.fact.kind()).collect::<Vec<_>>(), ["access-blocked"]);
    assert_eq!(broken(&ledger, &[]).await, None);
}

fn kept(recovery: &[Sha256]) -> KeptSecrets {
    KeptSecrets { password: "hash".into(), seed: "sealed".into(), step: Some(7), recovery: recovery.to_vec() }
}

#[tokio::test]
async fn a_link_is_used_up_and_codes_are_taken_once() {
    let folder = TempDir::new().unwrap();
    let ledger = open(&folder).await;
    let link = token("link");
    let invite = || AccessChange::Invite { account: "aliya".into(), link, until: at(60) };
    act(&ledger, 0, "aliya", vec![], vec![invite()]).await;
    assert_eq!(ledger.invited(&link, at(59)).await.unwrap().as_deref(), Some("aliya"));
    assert_eq!(ledger.invited(&link, at(60)).await.unwrap(), None);
    assert_eq!((ledger.secrets("aliya").await.unwrap(), ledger.proved_accounts().await.unwrap()), (None, vec![]));
    let codes = [token("one"), token("two")];
    act(&ledger, 1, "aliya", vec![], vec![AccessChange::Keep { account: "aliya".into(), kept: kept(&codes) }]).await;
    assert_eq!(ledger.invited(&link, at(1)).await.unwrap(), None);
    assert_eq!(ledger.secrets("aliya").await.unwrap(), Some(kept(&codes)));
    assert_eq!(ledger.proved_accounts().await.unwrap(), ["aliya"]);
    // However many try it at the same time, one is let in.
    let other = open(&folder).await;
    let taken = tokio::join!(
        ledger.take_step("aliya", 8),
        other.take_step("aliya", 8),
        ledger.take_recovery("aliya", &codes[0]),
        other.take_recovery("aliya", &codes[0])
    );
    let taken = [taken.0, taken.1, taken.2, taken.3].map(Result::unwrap);
    assert!((taken[0] ^ taken[1]) && (taken[2] ^ taken[3]), "{taken:?}");
    // After a restore nobody is signed in, and no link of another day works.
    act(&ledger, 1, "erlan", vec![], vec![new("r", "erlan")]).await;
    act(&ledger, 1, "erlan", vec![], vec![AccessChange::Invite { account: "erlan".into(), link, until: at(60) }]).await;
    ledger.end_all_sessions(at(1)).await.unwrap();
    assert!(!is_open(&ledger, "r", 1).await && ledger.invited(&link, at(1)).await.unwrap().is_none());
    assert!(!ledger.take_step("aliya", 7).await.unwrap() && !ledger.take_step("erlan", 9).await.unwrap());
    assert_eq!(ledger.secrets("aliya").await.unwrap().unwrap().recovery, codes[1..]);
    // A new link makes what was set before void.
    act(&ledger, 2, "aliya", vec![], vec![invite()]).await;
    assert_eq!(ledger.secrets("aliya").await.unwrap(), None);
    act(&ledger, 3, "aliya", vec![], vec![AccessChange::Forget("aliya".into())]).await;
    assert_eq!(ledger.invited(&link, at(3)).await.unwrap(), None);
}

#[tokio::test]
async fn attempts_are_counted_before_they_end_and_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let hour = TimeDelta::hours(1);
    let failures = async |ledger: &Ledger, minutes: i64, takes: bool| {
        let numbers = |before: [Option<FailedAttempts>; 2]| before.map(|b| b.map_or(0, |b| b.failures));
        ledger.count_attempt(["pair", "network"], at(minutes), hour, |b, _| (takes, numbers(b))).await.unwrap()
    };
    let ledger = open(&folder).await;
    assert_eq!(failures(&ledger, 0, true).await, [0, 0]);
    assert_eq!(failures(&ledger, 1, false).await, [1, 1]);
    assert_eq!(failures(&ledger, 1, true).await, [1, 1], "what was not taken is not counted");
    ledger.close().await;
    let again = open(&folder).await;
    assert_eq!(failures(&again, 2, true).await, [2, 2]);
    again.attempt_succeeded("pair", &["network"]).await.unwrap();
    assert_eq!(failures(&again, 3, false).await, [0, 2]);
    assert_eq!(failures(&again, 62, true).await, [0, 0], "an hour without a failure");
    assert_eq!(failures(&again, 63, false).await, [1, 1]);
}
