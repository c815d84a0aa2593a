//! A ledger in which handed-over parcels are missing: nothing is sent twice, and a person enters what the witnesses
//! prove.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::program::moved;
use crate::support::{
    fake_smtp::{Act, FakeSmtp},
    program::{Ended, Office},
};

const SENDING: [&[&str]; 3] = [
    &["send", "--period", "2025-Q2"],
    &["run", "--period", "2025-Q2"],
    &["resend", "--parcel", "2025-Q2/narcotics/r0/mia", "--reason", "lost"],
];

fn zhinaq(office: &Office, words: &[&str]) -> Ended {
    office.zhinaq(&[words, &["--sample", "--by", "op"]].concat())
}

fn totals(office: &Office) -> Value {
    let status = zhinaq(office, &["status", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    json!([status["totals"]["parcels"]["handed"], status["totals"]["copies"]["handed"]])
}

/// Copies the files of the ledger from one folder to another, except those that do not exist.
fn copy_ledger(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = fs::remove_file(to.join(name));
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}

/// Checks that every command that sends refuses, gives the reason, and sends nothing.
fn nothing_leaves(office: &Office, mails: impl Fn() -> usize) {
    let before = mails();
    for words in SENDING {
        let refused = zhinaq(office, words).exits(1);
        assert!(refused.err.contains("zhinaq reconcile"), "{words:?}: {}", refused.err);
    }
    let daemon = zhinaq(office, &["schedule", "--once", "--since", "2025-07-01", "--as-of", "2025-07-14T20:30"]);
    assert_ne!(daemon.code, 0, "{}", daemon.err);
    assert_eq!(mails(), before, "something left");
}

fn reconciled(office: &Office, parcels: usize) {
    let seen = zhinaq(office, &["reconcile", "--format", "json"]).exits(4).json();
    assert_eq!((seen["unknown"].as_array().unwrap().len(), &seen["taken"]), (parcels, &json!(false)));
    let taken = zhinaq(office, &["reconcile", "--reason", "the backup was older"]).exits(0);
    assert!(taken.err.contains(&format!("{parcels} parcels added to the ledger")), "{}", taken.err);
    assert!(zhinaq(office, &["reconcile"]).exits(0).err.contains("contains all"));
}

/// The journal of sendings: that of an office that `init` made is apart from the output, else it is beside the sample's
/// ledger.
fn journal(office: &Office) -> PathBuf {
    let apart = office.path().join(".zhinaq/sendings-sample.jsonl");
    if apart.exists() { apart } else { office.path().join("output/sample/sendings.jsonl") }
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|e| if e.path().is_dir() { files(&e.path()) } else { 1 }).sum()
}

#[test]
fn a_ledger_put_back_from_a_copy_sends_nothing_by_folder() {
    let office = Office::small();
    let sample = office.path().join("output/sample");
    let kept = office.path().join("kept");
    // Pulled and built: the ledger that is kept contains no copy yet.
    zhinaq(&office, &["pull", "--period", "2025-Q2"]).exits(0);
    copy_ledger(&sample, &kept);
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    let sent = totals(&office);
    copy_ledger(&kept, &sample);
    nothing_leaves(&office, || files(&sample.join("outbox")));
    let notices = zhinaq(&office, &["status", "--period", "2025-Q2"]).exits(0).out;
    assert!(notices.contains("handed-over parcels are missing in the ledger: 36 parcels"), "{notices}");

    reconciled(&office, 36);
    assert_eq!(totals(&office), sent);
    let before = files(&sample.join("outbox"));
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    assert_eq!(files(&sample.join("outbox")), before);
}

#[test]
fn a_ledger_that_was_deleted_or_is_not_mounted_is_not_begun_anew() {
    let office = Office::small();
    let sample = office.path().join("output/sample");
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    let sent = totals(&office);
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        let _ = fs::remove_file(sample.join(name));
    }
    nothing_leaves(&office, || files(&sample.join("outbox")));
    assert!(!sample.join("ledger.sqlite").exists(), "a new ledger was begun");
    // The volume is not mounted, so nothing that was written is found.
    fs::rename(office.path().join("output"), office.path().join("elsewhere")).unwrap();
    nothing_leaves(&office, || files(&sample.join("outbox")));
    let _ = fs::remove_dir_all(office.path().join("output"));
    fs::rename(office.path().join("elsewhere"), office.path().join("output")).unwrap();

    zhinaq(&office, &["reconcile", "--reason", "the disk was replaced"]).exits(0);
    assert_eq!(totals(&office), sent);
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    assert_eq!(totals(&office), sent);
}

#[test]
fn the_outbox_alone_is_a_witness() {
    let office = Office::small();
    let sample = office.path().join("output/sample");
    zhinaq(&office, &["pull", "--period", "2025-Q2"]).exits(0);
    let kept = office.path().join("kept");
    copy_ledger(&sample, &kept);
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    let sent = totals(&office);
    copy_ledger(&kept, &sample);
    fs::remove_file(journal(&office)).unwrap();
    nothing_leaves(&office, || files(&sample.join("outbox")));
    reconciled(&office, 36);
    assert_eq!(totals(&office), sent);
}

#[test]
fn a_new_office_and_a_new_period_start_without_a_question() {
    let office = Office::small();
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    zhinaq(&office, &["run", "--period", "2025-Q3"]).exits(0);
    // The ledger is from the time before the journal of sendings existed: the journal is written from it.
    fs::remove_file(journal(&office)).unwrap();
    zhinaq(&office, &["send", "--period", "2025-Q2"]).exits(0);
    let written = fs::read_to_string(journal(&office)).unwrap();
    assert_eq!(written.lines().filter(|line| line.contains("\"sending\"")).count(), 72);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_put_back_from_a_copy_sends_nothing_by_mail() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        let sample = office.path().join("output/sample");
        let kept = office.path().join("kept");
        copy_ledger(&sample, &kept);
        zhinaq(&office, &["send", "--period", "2025-Q2"]);
        let (sent, mails) = (totals(&office), fake.kept().len());
        assert!(mails > 0);
        copy_ledger(&kept, &sample);
        nothing_leaves(&office, || fake.kept().len());
        zhinaq(&office, &["reconcile", "--reason", "an older backup"]).exits(0);
        assert_eq!(totals(&office), sent);
        zhinaq(&office, &["send", "--period", "2025-Q2"]);
        assert_eq!(fake.kept().len(), mails);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mailbox_of_the_archive_is_a_witness() {
    let fake = FakeSmtp::start(|_, _, _| Act::Well).await;
    let port = fake.address.port();
    tokio::task::block_in_place(|| {
        let office = moved(port);
        let sample = office.path().join("output/sample");
        let kept = office.path().join("kept");
        copy_ledger(&sample, &kept);
        zhinaq(&office, &["send", "--period", "2025-Q2"]);
        let sent = totals(&office);
        copy_ledger(&kept, &sample);
        fs::remove_file(journal(&office)).unwrap();
        // Neither the ledger nor the journal contains it; only the mailbox of the archive does.
        let archive = office.path().join("archive/new");
        fs::create_dir_all(&archive).unwrap();
        for (number, mail) in fake.kept().iter().enumerate() {
            fs::write(archive.join(number.to_string()), &mail.message).unwrap();
        }
        zhinaq(&office, &["reconcile"]).exits(0);
        let seen = zhinaq(&office, &["reconcile", "--maildir", "archive"]).exits(4);
        assert!(seen.out.contains("archive/new/"), "{}", seen.out);
        zhinaq(&office, &["reconcile", "--maildir", "archive", "--reason", "the journal was lost too"]).exits(0);
        assert_eq!(totals(&office), sent);
    });
}
