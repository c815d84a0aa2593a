//! The ledger on a real SQLite file and on a real PostgreSQL server.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection as _, Executor as _};
use zhinaq::{
    domain::{Actor, Channel, Fact, Period, Sha256},
    ledger::{
        AccessAct, AccessChange, AccessSubject, EntryFault, Filter, KeptSecrets, Ledger, LedgerError, LedgerLimits,
        NewSession, SessionRules,
    },
};

use crate::support::{postgres::Postgres, skipped};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 123_456_789).unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn fetched(number: u64, period: &str) -> Fact {
    Fact::FetchFailed {
        form: "1-m".parse().unwrap(),
        period: self::period(period),
        url: format!("http://127.0.0.1/{number}"),
        why: "қате: нет ответа".into(),
        absence: Some(zhinaq::domain::Absence::NoAnswer),
        unit: None,
        agency: None,
    }
}

fn person() -> Actor {
    Actor::named("operator")
}

fn sqlite() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/out put/жинақ 100%?.sqlite", folder.path().display());
    (folder, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_keeps_its_word_on_sqlite() {
    let (_folder, url) = sqlite();
    let ledger = Ledger::open(&url).await.unwrap();
    keeps_events(&ledger).await;
    gives_claims(&ledger).await;
    lets_two_write(&ledger, &Ledger::open(&url).await.unwrap()).await;
    is_append_only(&ledger, &format!("sqlite://{}?mode=rw", driver_path(&url))).await;
    keeps_sessions(&ledger, &Ledger::open(&url).await.unwrap()).await;
    is_chained(&ledger, &format!("sqlite://{}?mode=rw", driver_path(&url)), SQLITE_TRIGGERS).await;
    knows_its_successor(&url, &format!("sqlite://{}?mode=rw", driver_path(&url))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_keeps_its_word_on_postgresql() {
    let Some(server) = Postgres::start() else { return };
    let url = server.url();
    // Two programs start at the same time on an empty database.
    let (ledger, other) = tokio::join!(Ledger::open(&url), Ledger::open(&url));
    let (ledger, other) = (ledger.unwrap(), other.unwrap());
    keeps_events(&ledger).await;
    judges_leases_by_its_own_clock(&ledger, &other).await;
    lets_two_write(&ledger, &other).await;
    is_append_only(&ledger, &url).await;
    keeps_sessions(&ledger, &other).await;
    is_chained(&ledger, &url, POSTGRES_TRIGGERS).await;
    let backup = ledger.backup("x.dump".as_ref()).await.unwrap_err();
    assert!(backup.to_string().contains("pg_dump"), "{backup}");
    knows_its_successor(&url, &url).await;
}

fn driver_path(url: &str) -> String {
    url.trim_start_matches("sqlite:").replace('%', "%25").replace('?', "%3F")
}

async fn keeps_events(ledger: &Ledger) {
    assert_eq!(ledger.append("run-1", &person(), at(0), &[]).await.unwrap(), Vec::<i64>::new());
    assert_eq!(ledger.first_run().await.unwrap(), None, "an empty ledger was begun by nobody");
    let facts: Vec<Fact> = (0..600).map(|i| fetched(i, if i % 2 == 0 { "2025-M06" } else { "2025-M03" })).collect();
    let seqs = ledger.append("run-1", &person(), at(0), &facts).await.unwrap();
    assert_eq!(seqs, (1..=600).collect::<Vec<i64>>());
    let sending = Fact::Sending {
        parcel: "2025-Q2/crime/r0/mia".parse().unwrap(),
        attempt: 1,
        message_id: Some("<a@b>".into()),
        transport: Channel::Smtp,
        copies: vec![1, 2],
        mail: None,
    };
    assert_eq!(ledger.append("run-2", &Actor::Schedule, at(1), std::slice::from_ref(&sending)).await.unwrap(), [601]);

    assert_eq!(ledger.first_run().await.unwrap().as_deref(), Some("run-1"));
    let all = ledger.events(&Filter::default()).await.unwrap();
    assert_eq!(all.iter().map(|e| e.fact.clone()).collect::<Vec<_>>(), [facts, vec![sending.clone()]].concat());
    assert_eq!((all[0].seq, all[0].at, all[0].run.as_str(), &all[0].actor), (1, at(0), "run-1", &person()));
    assert_eq!((all[600].seq, all[600].run.as_str(), &all[600].actor), (601, "run-2", &Actor::Schedule));

    let june = ledger.events(&Filter::of_periods([period("2025-M06")])).await.unwrap();
    assert_eq!(june.len(), 300);
    let filter = Filter::of_periods([period("2025-M06"), period("2025-Q2")]).kinds(&["sending"]);
    let found = ledger.events(&filter).await.unwrap();
    assert_eq!(found.iter().map(|e| &e.fact).collect::<Vec<_>>(), [&sending]);
    let after = ledger.events(&Filter { after_seq: 600, ..Filter::default() }).await.unwrap();
    assert_eq!(after.len(), 1);
}

async fn gives_claims(ledger: &Ledger) {
    let minute = TimeDelta::minutes(1);
    let first = ledger.claim("send 2025-Q2", "run-1", at(0), minute).await.unwrap().unwrap();
    assert!(ledger.claim("send 2025-Q2", "run-2", at(59), minute).await.unwrap().is_none());
    let holder = ledger.holder("send 2025-Q2", at(59)).await.unwrap().unwrap();
    assert_eq!((holder.holder.as_str(), holder.until.timestamp()), ("run-1", at(60).timestamp()));
    assert!(ledger.renew(&first, at(59), minute).await.unwrap());
    assert!(ledger.still_holds(&first, at(100)).await.unwrap());
    assert!(!ledger.still_holds(&first, at(120)).await.unwrap(), "its time is up");

    let second = ledger.claim("send 2025-Q2", "run-2", at(120), minute).await.unwrap().unwrap();
    assert!(second.fence > first.fence);
    assert!(!ledger.still_holds(&first, at(121)).await.unwrap());
    assert!(!ledger.renew(&first, at(121), minute).await.unwrap());
    let facts = [fetched(0, "2023-M01")];
    let refused = ledger.append_holding(&first, at(121), "run-1", &person(), at(0), &facts).await.unwrap();
    assert_eq!(refused, None, "its successor may have sent already");
    assert!(ledger.append_holding(&second, at(121), "run-2", &person(), at(0), &facts).await.unwrap().is_some());
    assert_eq!(ledger.events(&Filter::of_periods([period("2023-M01")])).await.unwrap().len(), 1);
    ledger.release(&first).await.unwrap();
    assert!(ledger.still_holds(&second, at(121)).await.unwrap(), "the one before releases nothing of its successor");
    ledger.release(&second).await.unwrap();
    assert_eq!(ledger.holder("send 2025-Q2", at(121)).await.unwrap(), None);
    let third = ledger.claim("send 2025-Q2", "run-3", at(122), minute).await.unwrap().unwrap();
    assert!(third.fence > second.fence);

    let race = (0..8).map(|i| async move {
        let holder = format!("run-{i}");
        ledger.claim("race", &holder, at(0), minute).await.unwrap()
    });
    assert_eq!(futures::future::join_all(race).await.into_iter().flatten().count(), 1);
}

/// The clocks of two machines differ by months; the server's clock decides.
async fn judges_leases_by_its_own_clock(ledger: &Ledger, other: &Ledger) {
    let (minute, over, month) = (TimeDelta::minutes(1), TimeDelta::zero(), 30 * 86_400);
    let first = ledger.claim("run", "one", at(0), minute).await.unwrap().unwrap();
    assert_eq!(other.claim("run", "two", at(month), minute).await.unwrap(), None, "its clock is ahead");
    assert!(ledger.still_holds(&first, at(-month)).await.unwrap());
    let facts = [fetched(0, "2023-M01")];
    let written = ledger.append_holding(&first, at(month), "one", &person(), at(0), &facts).await.unwrap();
    assert!(written.is_some(), "a clock that is ahead does not end its own lease");
    let standing = other.holder("run", at(month)).await.unwrap().unwrap();
    assert_eq!(standing.holder, "one");
    assert!((standing.until - Utc::now()).abs() < minute * 2, "{standing:?}");

    // Its last renewal ends at once by the server's clock.
    assert!(ledger.renew(&first, at(month), over).await.unwrap());
    assert_eq!(other.holder("run", at(-month)).await.unwrap(), None);
    let second = other.claim("run", "two", at(-month), minute).await.unwrap().unwrap();
    assert!(second.fence > first.fence);
    let refused = ledger.append_holding(&first, at(-month), "one", &person(), at(0), &facts).await.unwrap();
    assert_eq!(refused, None, "its successor may have sent already");
    other.release(&second).await.unwrap();

    // A heartbeat is an instant of the program that beats.
    ledger.mark("heartbeat", "one", at(month)).await.unwrap();
    ledger.mark("heartbeat", "one", at(0)).await.unwrap();
    let beat = other.marked("heartbeat").await.unwrap().unwrap();
    assert_eq!((beat.holder.as_str(), beat.until.timestamp()), ("one", at(0).timestamp()));
}

async fn lets_two_write(one: &Ledger, other: &Ledger) {
    let before = one.events(&Filter::default()).await.unwrap().len();
    let write = |ledger: Ledger, run: &'static str| {
        tokio::spawn(async move {
            for i in 0..40 {
                let facts = [fetched(i, "2024-M01"), fetched(i, "2024-M02")];
                ledger.append(run, &Actor::Schedule, at(2), &facts).await.unwrap();
            }
        })
    };
    let (left, right) = tokio::join!(write(one.clone(), "left"), write(other.clone(), "right"));
    left.unwrap();
    right.unwrap();
    let events = other.events(&Filter::default()).await.unwrap();
    assert_eq!(events.len(), before + 160);
    assert!(events.iter().zip(1..).all(|(e, seq)| e.seq == seq), "no gaps, nothing twice");
}

async fn is_append_only(ledger: &Ledger, url: &str) {
    let before = ledger.events(&Filter::default()).await.unwrap();
    let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
    for statement in ["DELETE FROM events WHERE seq = 1", "UPDATE events SET run = 'x' WHERE seq = 1"] {
        let error = connection.execute(statement).await.unwrap_err();
        assert!(error.to_string().contains("events are append-only"), "{error}");
    }
    assert_eq!(ledger.events(&Filter::default()).await.unwrap(), before);
}

const SQLITE_TRIGGERS: &[&str] = &["DROP TRIGGER events_are_not_changed"];
const POSTGRES_TRIGGERS: &[&str] = &["DROP TRIGGER events_are_kept ON events"];

/// The chain is whole after all that was written, by several writers too; an entry that somebody changes is found, and a
/// program that does not chain cannot write.
async fn is_chained(ledger: &Ledger, driver: &str, triggers: &[&'static str]) {
    let whole = ledger.verify_journal(&[]).await.unwrap().unwrap();
    let head = ledger.journal_head().await.unwrap().unwrap();
    assert_eq!((whole.broken, whole.older, whole.head, whole.entries), (None, 0, head, head.seq));
    let mut connection = sqlx::AnyConnection::connect(driver).await.unwrap();
    let older = "INSERT INTO events (seq, at, run, actor, kind, period, body)
        SELECT 90000, at, run, actor, kind, period, body FROM events WHERE seq = 1";
    let refused = connection.execute(older).await.unwrap_err();
    assert!(
        refused.to_string().contains("events_are_chained") || refused.to_string().contains("events are chained"),
        "{refused}"
    );
    for trigger in triggers {
        connection.execute(*trigger).await.unwrap();
    }
    connection.execute("UPDATE events SET run = 'x' WHERE seq = 7").await.unwrap();
    let broken = ledger.verify_journal(&[head]).await.unwrap().unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.fault), (7, EntryFault::Changed));
    connection.execute("UPDATE events SET run = 'run-1' WHERE seq = 7").await.unwrap();
    assert_eq!(ledger.verify_journal(&[head]).await.unwrap().unwrap().broken, None);
}

/// Sessions begin and end with the facts about them; a code is taken once, whoever is faster.
async fn keeps_sessions(ledger: &Ledger, other: &Ledger) {
    let rules = SessionRules { idle: TimeDelta::minutes(30), lifetime: TimeDelta::hours(10), per_person: 3 };
    let token = |name: &str| Sha256::of(name.as_bytes());
    let new = |name: &str| {
        let (account, network, agent) = ("aliya".into(), "10.0.0.9".into(), "Browser".into());
        AccessChange::Begin(NewSession { token: token(name), account, network, agent })
    };
    let act = async |facts: Vec<Fact>, changes: Vec<AccessChange>| {
        let subject = AccessSubject { account: "aliya", link: None, rules };
        let by = person();
        let decided =
            ledger.decide_access(&[], subject, ("run-9", &by, at(0)), |_| Ok::<_, ()>(AccessAct { facts, changes }));
        decided.await.unwrap().unwrap()
    };
    let recovery = vec![token("one"), token("two")];
    let kept = KeptSecrets { password: "hash".into(), seed: "sealed".into(), step: None, recovery };
    act(vec![], vec![new("a"), new("b"), new("c"), new("d")]).await;
    act(vec![], vec![AccessChange::Keep { account: "aliya".into(), kept: kept.clone() }]).await;
    assert_eq!(other.secrets("aliya").await.unwrap(), Some(kept));
    assert!(other.session(&token("a"), at(0), rules).await.unwrap().is_none(), "three sessions of one person");
    assert_eq!(other.session(&token("d"), at(0), rules).await.unwrap().unwrap().account, "aliya");
    let one = token("one");
    let taken = tokio::join!(
        ledger.take_step("aliya", 8),
        other.take_step("aliya", 8),
        ledger.take_recovery("aliya", &one),
        other.take_recovery("aliya", &one)
    );
    let taken = [taken.0.unwrap(), taken.1.unwrap(), taken.2.unwrap(), taken.3.unwrap()];
    assert!((taken[0] ^ taken[1]) && (taken[2] ^ taken[3]), "{taken:?}");
    let blocked = Fact::AccessBlocked { account: "aliya".into(), reason: "left".into() };
    let forgets = vec![AccessChange::EndAllOf("aliya".into()), AccessChange::Forget("aliya".into())];
    assert_eq!(act(vec![blocked], forgets).await.len(), 1);
    assert!(other.session(&token("d"), at(0), rules).await.unwrap().is_none());
    assert_eq!(other.secrets("aliya").await.unwrap(), None);
    for failures in 0..3 {
        let before = ledger.count_attempt(["pair"], at(0), TimeDelta::hours(1), |before, _| {
            (true, before[0].map_or(0, |before| before.failures))
        });
        assert_eq!(before.await.unwrap(), failures);
    }
}

async fn knows_its_successor(url: &str, driver: &str) {
    let mut connection = sqlx::AnyConnection::connect(driver).await.unwrap();
    connection
        .execute(
            "INSERT INTO events (seq, at, run, actor, kind, period, body, chain) VALUES (100000, '2026-01-01T00:00:00Z', 'r',
             '{\"kind\":\"schedule\"}', 'teleported', NULL, '{\"kind\":\"teleported\"}', '')",
        )
        .await
        .unwrap();
    let ledger = Ledger::open(url).await.unwrap();
    let error = ledger.events(&Filter::default()).await.unwrap_err();
    assert!(matches!(&error, LedgerError::NewerFact { kind, seq: 100_000 } if kind == "teleported"), "{error}");
    connection.execute("UPDATE zhinaq_schema SET version = 99").await.unwrap();
    let error = Ledger::open(url).await.unwrap_err();
    assert!(error.to_string().starts_with("the ledger has schema 99, and this program reads up to 3"), "{error}");
}

#[tokio::test]
async fn thousands_of_facts_are_one_quick_transaction() {
    let (_folder, url) = sqlite();
    let ledger = Ledger::open(&url).await.unwrap();
    let facts: Vec<Fact> = (0..4000).map(|i| fetched(i, "2025-M06")).collect();
    ledger.append("run-1", &person(), at(0), &facts[..1]).await.unwrap();
    let time = async |facts: &[Fact]| {
        let started = Instant::now();
        ledger.append("run-1", &person(), at(0), facts).await.unwrap();
        started.elapsed()
    };
    let (one, all) = (time(&facts[..1]).await, time(&facts).await);
    eprintln!("4000 facts appended in {all:?}, one in {one:?}");
    assert!(all < Duration::from_secs(2), "{all:?}");
    assert_eq!(ledger.events(&Filter::default()).await.unwrap().len(), 4002);
}

#[tokio::test]
async fn a_ledger_locked_by_another_program_says_so() {
    let (_folder, url) = sqlite();
    let hasty = LedgerLimits { lock: Duration::from_millis(30), ..LedgerLimits::default() };
    let ledger = Ledger::open_with(&url, hasty).await.unwrap();
    let mut other = sqlx::AnyConnection::connect(&format!("sqlite://{}?mode=rw", driver_path(&url))).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let error = ledger.append("run-1", &person(), at(0), &[fetched(1, "2025-M06")]).await.unwrap_err();
    assert!(error.to_string().starts_with("the ledger is locked by another run;"), "{error}");
    assert!(error.is_transient());
    let error = Ledger::open_with(&url, hasty).await.unwrap_err();
    assert!(matches!(error, LedgerError::Locked), "{error}");
    assert_eq!(ledger.events(&Filter::default()).await.unwrap(), [], "reading goes on");
    other.execute("ROLLBACK").await.unwrap();
    ledger.append("run-1", &person(), at(0), &[fetched(1, "2025-M06")]).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_ledger_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    fs::write(&path, "Не реестр. ".repeat(100)).unwrap();
    let error = Ledger::open(&format!("sqlite:{}", path.display())).await.unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
    assert!(error.to_string().contains("letter.txt"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "Не реестр. ".repeat(100));
    let error = Ledger::open_to_read(&format!("sqlite:{}/none.sqlite", folder.path().display())).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_backup_is_whole_and_never_replaces_a_file() {
    let (folder, url) = sqlite();
    let ledger = Ledger::open(&url).await.unwrap();
    ledger.append("run-1", &person(), at(0), &[fetched(1, "2025-M06")]).await.unwrap();
    let to = folder.path().join("backup.sqlite");
    ledger.backup(&to).await.unwrap();
    let copy = Ledger::open_to_read(&format!("sqlite:{}", to.display())).await.unwrap();
    assert_eq!(copy.events(&Filter::default()).await.unwrap(), ledger.events(&Filter::default()).await.unwrap());
    assert!(matches!(
        copy.append("run-1", &person(), at(0), &[fetched(1, "2025-M06")]).await.unwrap_err(),
        LedgerError::ReadOnly
    ));
    assert!(matches!(ledger.backup(&to).await.unwrap_err(), LedgerError::BackupExists { .. }));
    assert!(fs::read_dir(folder.path()).unwrap().flatten().all(|e| !e.file_name().to_string_lossy().starts_with('.')));
}

/// Appends until it is killed; the next test runs it as a program of its own.
#[tokio::test]
#[ignore = "the child of `what_was_appended_survives_a_kill`"]
async fn child_that_appends_until_killed() {
    let Ok(url) = std::env::var("ZHINAQ_TEST_LEDGER") else { return };
    let ledger = Ledger::open(&url).await.unwrap();
    for i in 0.. {
        let facts: Vec<Fact> = (0..5).map(|_| fetched(i, "2025-M06")).collect();
        let seqs = ledger.append("child", &Actor::Schedule, at(0), &facts).await.unwrap();
        println!("\nappended {}", seqs[4]);
    }
}

#[tokio::test]
async fn what_was_appended_survives_a_kill() {
    let (_folder, url) = sqlite();
    let mut known = 0;
    for kill_after in [1, 7, 20] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "post::ledger::child_that_appends_until_killed", "--ignored", "--nocapture"])
            .env("ZHINAQ_TEST_LEDGER", &url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        known = lines.filter_map(|l| l.strip_prefix("appended ")?.parse::<usize>().ok()).nth(kill_after).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let events = Ledger::open(&url).await.unwrap().events(&Filter::default()).await.unwrap();
        assert!(events.len() >= known, "{} of {known} acknowledged", events.len());
        assert_eq!(events.len() % 5, 0, "a half-written transaction");
        assert!(events.iter().zip(1..).all(|(e, seq)| e.seq == seq));
    }
    assert!(known > 100);
}

pub struct SmallDisk(pub tempfile::TempDir);

impl SmallDisk {
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|s| s.success()) {
            return Some(Self(folder));
        }
        skipped("a small disk cannot be mounted here (needs root)");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_can_still_be_read() {
    let Some(disk) = SmallDisk::mount() else { return };
    let url = format!("sqlite:{}/ledger.sqlite", disk.0.path().display());
    let mut written = 0;
    let ledger = Ledger::open(&url).await.unwrap();
    let error = loop {
        let facts: Vec<Fact> = (0..50).map(|i| fetched(i, "2025-M06")).collect();
        match ledger.append("run-1", &person(), at(0), &facts).await {
            Ok(_) => written += 50,
            Err(error) => break error,
        }
    };
    assert!(error.to_string().starts_with("the disk of the ledger is full"), "{error}");
    assert_eq!(ledger.events(&Filter::default()).await.unwrap().len(), written);
    // Another program opens it with the disk filled to the last byte, while the first is still open and afterwards.
    let _ = fs::write(disk.0.path().join("filler"), vec![0; 600 * 1024]);
    for _ in 0..2 {
        let other = Ledger::open_to_read(&url).await.unwrap();
        assert_eq!(other.events(&Filter::default()).await.unwrap().len(), written);
        other.close().await;
        ledger.close().await;
    }
    fs::remove_file(disk.0.path().join("filler")).unwrap();
    assert_eq!(Ledger::open(&url).await.unwrap().events(&Filter::default()).await.unwrap().len(), written);
}
