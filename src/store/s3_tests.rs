//! The store on S3 against a server that fails.

use std::{fs, path::Path, time::Duration};

use super::{ArtifactKey, Artifacts, SnapshotMeta, StoreError, StorePlace};
use domain::Sha256;

#[path = "../../tests/support/s3.rs"]
mod s3;

use s3::{S3, S3Fault};

fn place(s3: &S3) -> StorePlace {
    StorePlace {
        bucket: "zhinaq".into(),
        prefix: "karaganda".into(),
        endpoint: Some(s3.address.clone()),
        region: "kz-1".into(),
        key: "key-of-office".into(),
        secret: "secret-of-office".into(),
        connect: Duration::from_secs(1),
        answer: Duration::from_millis(600),
        attempts: 3,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
    }
}

fn store(s3: &S3, cache: &Path) -> Artifacts {
    Artifacts::on_s3(place(s3), cache).unwrap()
}

fn key(name: &str) -> ArtifactKey {
    ArtifactKey::Named(name.into())
}

#[test]
fn an_object_is_created_once_and_read_on_another_machine() {
    let (s3, one, two) = (S3::start(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (store(&s3, one.path()), store(&s3, two.path()));
    let sha = first.put(&key("2025-Q2/a.xlsx"), b"bytes").unwrap();
    assert_eq!(s3.names(), ["zhinaq/karaganda/2025-Q2/a.xlsx"]);
    assert_eq!(s3.requests().1, 0, "each request is signed");
    assert_eq!(second.fetch_as(&key("2025-Q2/a.xlsx"), &sha).unwrap(), b"bytes");
    assert_eq!(fs::read(two.path().join("2025-Q2/a.xlsx")).unwrap(), b"bytes");
    // The cache is enough for what has a known hash; an altered cache is not believed.
    let before = s3.requests().0;
    second.fetch_as(&key("2025-Q2/a.xlsx"), &sha).unwrap();
    assert_eq!(s3.requests().0, before);
    fs::write(two.path().join("2025-Q2/a.xlsx"), b"altered").unwrap();
    assert_eq!(second.fetch_as(&key("2025-Q2/a.xlsx"), &sha).unwrap(), b"bytes");
    assert_eq!(fs::read(two.path().join("2025-Q2/a.xlsx")).unwrap(), b"bytes");
    // The same bytes again are a success, others are refused and change nothing.
    second.put(&key("2025-Q2/a.xlsx"), b"bytes").unwrap();
    let refused = second.put(&key("2025-Q2/a.xlsx"), b"other").unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
    assert_eq!(s3.bytes("zhinaq/karaganda/2025-Q2/a.xlsx").unwrap(), b"bytes");
    assert!(first.fetch(&key("2025-Q2/b.xlsx")).unwrap_err().is_missing());
    assert!(!first.holds(&key("2025-Q2/b.xlsx")) && first.holds(&key("2025-Q2/a.xlsx")));
}

#[test]
fn a_batch_and_snapshots_come_into_the_store() {
    let (s3, one, two) = (S3::start(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (store(&s3, one.path()), store(&s3, two.path()));
    let batch = first.batch();
    for number in 0..20 {
        batch.put(&key(&format!("2025-Q2/copies/{number}.xlsx")), &[b"copy ", &[number]]).unwrap();
    }
    assert!(s3.names().is_empty(), "nothing is there before the batch is published");
    batch.publish().unwrap();
    assert_eq!((s3.names().len(), first.in_store("2025-Q2").unwrap().len()), (20, 20));
    assert_eq!(first.in_store("").unwrap()[0], "2025-Q2/copies/0.xlsx");
    let meta = SnapshotMeta {
        url: "http://127.0.0.1/a".into(),
        name: "a.xlsx".into(),
        headers: vec![],
        received: chrono::DateTime::default(),
    };
    let sha = first.put_snapshot(b"as received", &meta).unwrap();
    assert_eq!(second.put_snapshot(b"as received", &meta).unwrap(), sha);
    assert_eq!(second.snapshot(&sha).unwrap(), b"as received");
    assert_eq!(second.receipts(&sha).unwrap().len(), 1);
    let stored = second.stored(&key("2025-Q2/copies/3.xlsx")).unwrap();
    assert_eq!((stored.length(), stored.read().unwrap()), (6, b"copy \x03".to_vec()));
}

#[test]
fn what_passes_is_tried_again() {
    let s3 = S3::start();
    for (number, fault) in [
        S3Fault::Status(500),
        S3Fault::Status(503),
        S3Fault::Hangs,
        S3Fault::LosesReply,
        S3Fault::Truncates,
        S3Fault::OtherBytes,
        S3Fault::Slow,
    ]
    .into_iter()
    .enumerate()
    {
        let cache = tempfile::tempdir().unwrap();
        let artifacts = store(&s3, cache.path());
        let name = key(&format!("{number}.xlsx"));
        s3.fail(fault, 2);
        let sha = artifacts.put(&name, b"the bytes").unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        s3.recover();
        fs::remove_dir_all(cache.path()).unwrap();
        s3.fail(fault, 2);
        assert_eq!(artifacts.fetch_as(&name, &sha).unwrap(), b"the bytes", "{fault:?}");
        s3.recover();
        assert_eq!(s3.bytes(&format!("zhinaq/karaganda/{number}.xlsx")).unwrap(), b"the bytes");
    }
}

#[test]
fn what_lasts_is_an_error_that_contains_the_object_and_no_key() {
    let s3 = S3::start();
    for (fault, wanted) in [
        (S3Fault::Status(500), "out of reach"),
        (S3Fault::Status(503), "out of reach"),
        (S3Fault::Status(403), "refused the keys"),
        (S3Fault::Hangs, "out of reach"),
        (S3Fault::Truncates, "out of reach"),
        (S3Fault::OtherBytes, "does not give back what was written"),
        (S3Fault::WrongKey, "does not give back what was written"),
    ] {
        let cache = tempfile::tempdir().unwrap();
        let artifacts = store(&s3, cache.path());
        s3.fail(fault, usize::MAX);
        let name = format!("{}.xlsx", Sha256::of(format!("{fault:?}").as_bytes()));
        let error = artifacts.put(&key(&name), b"bytes that are longer than a word").unwrap_err();
        s3.recover();
        let text = format!("{error} {error:?} {artifacts:?}");
        assert!(error.to_string().contains(wanted) && text.contains(&name), "{fault:?}: {error}");
        assert!(!text.contains("key-of-office") && !text.contains("secret-of-office"), "{text}");
        assert!(!cache.path().join(&name).exists(), "{fault:?}: what the store does not have is not in the cache");
    }
}

#[test]
fn nothing_counts_as_lost_while_the_store_is_out_of_reach() {
    let (s3, cache) = (S3::start(), tempfile::tempdir().unwrap());
    let artifacts = store(&s3, cache.path());
    s3.fail(S3Fault::Status(503), usize::MAX);
    assert!(artifacts.reach().is_err() && artifacts.holds(&key("a.xlsx")));
    let error = artifacts.fetch(&key("a.xlsx")).unwrap_err();
    assert!(!error.is_missing() && !error.is_damaged(), "{error}");
    // After one limit of time the store is not asked again for each object.
    let before = s3.requests().0;
    assert!((0..50).all(|_| artifacts.fetch(&key("a.xlsx")).is_err()));
    assert_eq!(s3.requests().0, before);
}

#[test]
fn a_store_that_lets_several_win_is_found_out() {
    let (s3, cache) = (S3::start(), tempfile::tempdir().unwrap());
    let artifacts = store(&s3, cache.path());
    let fight = artifacts.fight("one").unwrap().unwrap();
    assert!(fight.is_fair() && fight.winners == 1, "{fight:?}");
    assert!(s3.names().is_empty(), "the object of the fight is removed");
    s3.fail(S3Fault::IgnoresCondition, usize::MAX);
    let fight = artifacts.fight("two").unwrap().unwrap();
    assert!(!fight.is_fair() && fight.winners > 1 && !fight.is_second_refused, "{fight:?}");
}

#[test]
fn an_altered_object_is_named_and_set_aside() {
    let (s3, cache) = (S3::start(), tempfile::tempdir().unwrap());
    let artifacts = store(&s3, cache.path());
    let sha = artifacts.put(&key("a.xlsx"), b"bytes").unwrap();
    s3.alter("zhinaq/karaganda/a.xlsx", b"altered");
    artifacts.fetch_as(&key("a.xlsx"), &sha).unwrap();
    let error = artifacts.prove(&key("a.xlsx"), &sha).unwrap_err();
    assert!(error.is_damaged() && error.to_string().contains("s3://zhinaq/karaganda/a.xlsx"), "{error}");
    artifacts.set_aside(&key("a.xlsx"));
    assert_eq!(s3.names(), ["zhinaq/karaganda/a.altered"]);
    artifacts.put(&key("a.xlsx"), b"bytes").unwrap();
    artifacts.prove(&key("a.xlsx"), &sha).unwrap();
}

#[tokio::test]
async fn a_runtime_with_one_thread_may_wait_for_the_store() {
    let (s3, cache) = (S3::start(), tempfile::tempdir().unwrap());
    let artifacts = store(&s3, cache.path());
    artifacts.put(&key("a.xlsx"), b"bytes").unwrap();
    assert!(artifacts.reach().is_ok());
    drop(artifacts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn other_tasks_go_on_while_the_store_is_waited_for() {
    let (s3, cache) = (S3::start(), tempfile::tempdir().unwrap());
    let artifacts = store(&s3, cache.path());
    s3.fail(S3Fault::Slow, 2);
    let waits = tokio::spawn(async move { artifacts.put(&key("a.xlsx"), b"bytes").map(drop) });
    let other = tokio::spawn(async { tokio::time::sleep(Duration::from_millis(50)).await });
    other.await.unwrap();
    assert!(!waits.is_finished(), "the put takes at least 400 ms");
    waits.await.unwrap().unwrap();
}
