//! A ledger that fails for a moment: a full disk, a server that does not answer, a connection that swallows a reply.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection as _, Executor as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, UnixStream},
};
use zhinaq::{
    domain::{Actor, Fact},
    ledger::{Filter, Ledger, LedgerError, LedgerLimits},
};

use super::{
    ledger::SmallDisk,
    program::{SEND, files, moved, narcotics},
};
use crate::support::{
    fake_smtp::{Act, FakeSmtp, Stage},
    postgres::Postgres,
    program::Office,
};

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn fact() -> Fact {
    Fact::RunStarted { command: "run".into(), period: "2025-Q2".parse().ok() }
}

async fn append(ledger: &Ledger) -> Result<Vec<i64>, LedgerError> {
    ledger.append("run-1", &Actor::Schedule, at(), &[fact()]).await
}

#[tokio::test]
async fn after_the_disk_was_full_the_same_process_writes_again() {
    let Some(disk) = SmallDisk::mount() else { return };
    let ledger = Ledger::open(&format!("sqlite:{}/ledger.sqlite", disk.0.path().display())).await.unwrap();
    let many: Vec<Fact> = (0..200).map(|_| fact()).collect();
    let mut written = 0;
    loop {
        match ledger.append("run-1", &Actor::Schedule, at(), &many).await {
            Ok(_) => written += many.len(),
            Err(error) => {
                assert!(matches!(error, LedgerError::DiskFull), "{error}");
                break;
            }
        }
    }
    let _ = fs::write(disk.0.path().join("filler"), vec![0; 600 * 1024]);
    // Each act of a writer fails with the cause, again and again, and never with what an earlier failure left behind.
    let minute = TimeDelta::minutes(1);
    for _ in 0..3 {
        for error in [
            ledger.append("run-1", &Actor::Schedule, at(), &many).await.unwrap_err(),
            ledger.append("run-1", &Actor::Schedule, at(), &many).await.unwrap_err(),
        ] {
            assert!(matches!(error, LedgerError::DiskFull | LedgerError::Unreachable { .. }), "{error}");
        }
    }
    fs::remove_file(disk.0.path().join("filler")).unwrap();
    let larger = std::process::Command::new("mount").args(["-o", "remount,size=8m"]).arg(disk.0.path()).status();
    assert!(larger.unwrap().success());
    append(&ledger).await.unwrap();
    let claim = ledger.claim("run", "one", at(), minute).await.unwrap().unwrap();
    assert!(ledger.renew(&claim, at(), minute).await.unwrap());
    assert_eq!(ledger.events(&Filter::default()).await.unwrap().len(), written + 1);
}

/// A connection to a server of PostgreSQL that goes silent: after the COMMIT with this number no answer comes, and the
/// connection stays open.
struct Swallowing {
    url: String,
    commits: Arc<AtomicUsize>,
    silent: Arc<AtomicBool>,
}

impl Swallowing {
    async fn before(server: &Postgres, at_commit: usize) -> Self {
        let socket = PathBuf::from(server.url().split_once("host=").unwrap().1).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://zhinaq@{}/postgres?sslmode=disable", listener.local_addr().unwrap());
        let (commits, silent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, all) = (Arc::clone(&commits), Arc::clone(&silent));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let swallows = Arc::new(AtomicBool::new(false));
                let (count, mute) = (Arc::clone(&count), Arc::clone(&swallows));
                tokio::spawn(async move {
                    let mut bytes = vec![0; 65_536];
                    while let Ok(length @ 1..) = from_client.read(&mut bytes).await {
                        let commits = bytes[..length].windows(7).any(|seven| seven == b"COMMIT\0");
                        if commits && count.fetch_add(1, Ordering::SeqCst) + 1 == at_commit {
                            mute.store(true, Ordering::SeqCst);
                        }
                        if to_server.write_all(&bytes[..length]).await.is_err() {
                            break;
                        }
                    }
                });
                let all = Arc::clone(&all);
                tokio::spawn(async move {
                    let mut bytes = vec![0; 65_536];
                    while let Ok(length @ 1..) = from_server.read(&mut bytes).await {
                        if swallows.load(Ordering::SeqCst) || all.load(Ordering::SeqCst) {
                            continue;
                        }
                        if to_client.write_all(&bytes[..length]).await.is_err() {
                            break;
                        }
                    }
                    // The client never learns that the connection ended.
                    std::future::pending::<()>().await;
                });
            }
        });
        Self { url, commits, silent }
    }
}

const HASTY: LedgerLimits = LedgerLimits {
    connect: Duration::from_secs(2),
    statement: Duration::from_millis(700),
    lock: Duration::from_millis(300),
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_swallowed_answer_to_commit_ends_in_time_and_nothing_is_written_twice() {
    let Some(server) = Postgres::start() else { return };
    // The schema is made before, so that the first COMMIT below is that of a fact.
    Ledger::open(&server.url()).await.unwrap().close().await;
    // The first COMMIT is that of the schema, which is looked at again.
    for at_commit in [2, 3, 5] {
        let proxy = Swallowing::before(&server, at_commit).await;
        let ledger = Ledger::open_with(&proxy.url, HASTY).await.unwrap();
        let before = ledger.events(&Filter::default()).await.unwrap().len();
        let begun = Instant::now();
        for _ in 0..5 {
            append(&ledger).await.unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
        assert!(proxy.commits.load(Ordering::SeqCst) >= 6, "the answer to COMMIT {at_commit} was never swallowed");
        let events = ledger.events(&Filter::default()).await.unwrap();
        assert_eq!(events.len(), before + 5, "COMMIT {at_commit}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_nothing_ends_each_wait_and_is_used_again_later() {
    let Some(server) = Postgres::start() else { return };
    let proxy = Swallowing::before(&server, usize::MAX).await;
    let ledger = Ledger::open_with(&proxy.url, HASTY).await.unwrap();
    let minute = TimeDelta::minutes(1);
    let claim = ledger.claim("run", "one", at(), minute).await.unwrap().unwrap();
    append(&ledger).await.unwrap();
    proxy.silent.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    let errors = [
        append(&ledger).await.unwrap_err(),
        ledger.renew(&claim, at(), minute).await.unwrap_err(),
        ledger.still_holds(&claim, at()).await.unwrap_err(),
        ledger.events(&Filter::default()).await.unwrap_err(),
        ledger.marked("heartbeat").await.unwrap_err(),
        Ledger::open_with(&proxy.url, HASTY).await.unwrap_err(),
        Ledger::open_to_read_with(&proxy.url, HASTY).await.unwrap_err(),
    ];
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    for error in errors {
        assert!(error.is_transient(), "{error}");
    }
    proxy.silent.store(false, Ordering::SeqCst);
    // The connections that were thrown away may take a moment.
    let mut later = append(&ledger).await;
    for _ in 0..20 {
        if later.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        later = append(&ledger).await;
    }
    later.unwrap();
    assert!(ledger.renew(&claim, at(), minute).await.unwrap());
    assert_eq!(ledger.events(&Filter::default()).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outcome_that_the_ledger_does_not_take_is_printed_kept_and_recorded_by_the_next_run() {
    sqlx::any::install_default_drivers();
    let place: Arc<std::sync::OnceLock<PathBuf>> = Arc::default();
    // At the first dot another program locks the ledger, and keeps it locked.
    let (found, lock) = (Arc::clone(&place), Arc::new(std::sync::Mutex::new(None::<sqlx::AnyConnection>)));
    let held = Arc::clone(&lock);
    let was_locked = AtomicBool::new(false);
    let fake = FakeSmtp::start(move |_, stage, _| {
        // Once: the run that follows finds the ledger free.
        if stage == Stage::Dot && !was_locked.swap(true, Ordering::SeqCst) {
            let url = format!("sqlite://{}?mode=rw", found.get().unwrap().display());
            let held = Arc::clone(&held);
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(async move {
                    let mut other = sqlx::AnyConnection::connect(&url).await.unwrap();
                    other.execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE").await.unwrap();
                    *held.lock().unwrap() = Some(other);
                });
            });
        }
        Act::Well
    })
    .await;
    let port = fake.address.port();
    let office = tokio::task::block_in_place(|| {
        let office = moved(port);
        office.edit("zhinaq.toml", |text| {
            let text = text.replacen("from = ", "connections = 1\nfrom = ", 1);
            format!("{text}\n[ledger]\nlock_seconds = 1\nstatement_seconds = 2\n")
        });
        office
    });
    place.set(office.path().join("output/sample/ledger.sqlite")).unwrap();
    let aloud: Vec<&str> = SEND.into_iter().filter(|word| *word != "--quiet").collect();
    let ended = tokio::task::block_in_place(|| office.zhinaq(&aloud)).exits(5);
    // The first cause is what a person reads, with the parcel and the server's words.
    assert!(ended.err.contains("handed: ") && ended.err.contains("queued as F00D"), "{}", ended.err);
    assert!(ended.err.contains("could not be recorded") && ended.err.contains("locked"), "{}", ended.err);
    assert_eq!(fake.kept().len(), 1);
    let kept = unrecorded(office.path());
    let text = fs::read_to_string(&kept).unwrap();
    assert!(text.contains("queued as F00D") && text.lines().count() == 1, "{text}");

    let mut other = lock.lock().unwrap().take().unwrap();
    other.execute("ROLLBACK").await.unwrap();
    other.close().await.unwrap();
    // Who only looks sees it too, and no person is asked about it.
    tokio::task::block_in_place(|| {
        let standing = narcotics(&office);
        assert_eq!((&standing["parcels"]["handed"], &standing["parcels"]["uncertain"]), (&1.into(), &0.into()));
        assert!(kept.exists(), "looking changes nothing");
        let ended = office.zhinaq(&aloud).exits(0);
        assert!(ended.err.contains("recorded now"), "{}", ended.err);
    });
    assert!(!kept.exists());
    let standing = tokio::task::block_in_place(|| narcotics(&office));
    assert_eq!(standing["parcels"]["handed"], standing["parcels"]["expected"]);
    assert_eq!(fake.kept().len() as u64, standing["parcels"]["expected"].as_u64().unwrap(), "each parcel once");
    assert!(!files(&office).is_empty());
}

fn unrecorded(office: &Path) -> PathBuf {
    let apart = office.join(".zhinaq/unrecorded-sample.jsonl");
    if apart.exists() { apart } else { office.join("output/sample/unrecorded.jsonl") }
}

#[test]
fn the_first_cause_is_told_when_the_disk_is_full() {
    let Some(disk) = SmallDisk::mount() else { return };
    let larger = std::process::Command::new("mount").args(["-o", "remount,size=24m"]).arg(disk.0.path()).status();
    assert!(larger.unwrap().success());
    let office = Office::small();
    let output = disk.0.path().display().to_string();
    office.edit("zhinaq.toml", |text| text.replacen("output = \"output\"", &format!("output = \"{output}\""), 1));
    let room = fs::File::create(disk.0.path().join("filler")).unwrap();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2"]).exits(0);
    let mut size = 0;
    while std::io::Write::write_all(&mut &room, &[0; 4096]).is_ok() {
        size += 4096;
    }
    assert!(size > 0);
    let ended = office.zhinaq(&["run", "--sample", "--period", "2025-Q2"]);
    assert_ne!(ended.code, 0);
    assert!(!ended.err.contains("transaction depth"), "{}", ended.err);
    assert!(ended.err.contains("full") || ended.err.contains("No space left"), "{}", ended.err);
    drop(room);
    fs::remove_file(disk.0.path().join("filler")).unwrap();
    office.zhinaq(&["run", "--sample", "--period", "2025-Q2"]).exits(0);
}
