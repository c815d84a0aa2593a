//! A ledger in which handed-over parcels are missing: nothing is sent twice, and a person enters what the witnesses
//! prove.

use std::{fs, path::Path};

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
    fs::remove_file(office.journal_of_sendings()).unwrap();
    nothing_leaves(&office, || files(&sample.join("outbox")));
    let seen = zhinaq(&office, &["reconcile", "--format", "json"]).exits(4).json();
    assert_eq!((seen["unknown"].as_array().unwrap().len(), &seen["doubt"]["why"]), (36, &json!("no-witness")));
    // The outbox shows what lies in it, and not that this is all.
    let taken = zhinaq(&office, &["reconcile", "--reason", "the outbox is here"]).exits(4);
    assert!(taken.err.contains("36 parcels added to the ledger") && taken.err.contains("--complete"), "{}", taken.err);
    assert_eq!(totals(&office), sent);
    nothing_leaves(&office, || files(&sample.join("outbox")));
    zhinaq(&office, &["reconcile", "--complete", "--reason", "nothing goes but into the outbox"]).exits(0);
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    assert_eq!(totals(&office), sent);
}

#[test]
fn a_new_office_and_a_new_period_start_without_a_question() {
    let office = Office::small();
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    zhinaq(&office, &["run", "--period", "2025-Q3"]).exits(0);
    assert_eq!(sendings(&office), 72);
}

/// How many intents to send the journal of sendings contains.
fn sendings(office: &Office) -> usize {
    let written = fs::read_to_string(office.journal_of_sendings()).unwrap();
    written.lines().filter(|line| line.contains("\"sending\"")).count()
}

/// Checks that nothing leaves while the witnesses cannot show what was handed over, and that each place says why.
fn nothing_leaves_in_doubt(office: &Office, why: &str) {
    nothing_leaves(office, || files(&office.path().join("output/sample/outbox")));
    let refused = zhinaq(office, &["send", "--period", "2025-Q2"]).exits(1);
    assert!(refused.err.contains(why) && refused.err.contains("nothing was sent"), "{}", refused.err);
    let status = zhinaq(office, &["status", "--period", "2025-Q2"]).exits(0).out;
    let flat = status.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(why) && flat.contains("zhinaq reconcile"), "{status}");
    let shown = zhinaq(office, &["reconcile"]).exits(4);
    assert!(shown.err.contains(why) && shown.err.contains("--complete"), "{}", shown.err);
}

fn complete(office: &Office) {
    let ended = zhinaq(office, &["reconcile", "--complete", "--reason", "each organ was asked"]).exits(0);
    assert!(ended.err.contains("counts as complete"), "{}", ended.err);
    assert!(zhinaq(office, &["reconcile"]).exits(0).err.contains("contains all"));
}

#[test]
fn a_ledger_without_its_journal_of_sendings_asks_before_anything_goes_again() {
    let office = Office::small();
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    zhinaq(&office, &["run", "--period", "2025-Q3"]).exits(0);
    let outbox = office.path().join("output/sample/outbox");
    fs::remove_file(office.journal_of_sendings()).unwrap();
    fs::remove_dir_all(&outbox).unwrap();
    nothing_leaves_in_doubt(&office, "no journal of sendings of this ledger is here");
    // What an act writes meanwhile makes no journal that goes back to the beginning.
    let folder = outbox.join("mia/2025-Q2/narcotics/r0");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("received.ack"), "17").unwrap();
    zhinaq(&office, &["receipts"]).exits(0);
    assert_eq!((sendings(&office), office.journal_of_sendings().exists()), (0, true));
    nothing_leaves_in_doubt(&office, "no journal of sendings of this ledger is here");
    complete(&office);
    // The new journal is written from the ledger.
    assert_eq!(sendings(&office), 72);
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    assert_eq!(files(&outbox), 1, "nothing but the note of the organ");
}

#[test]
fn an_older_ledger_that_was_copied_into_an_empty_folder_asks_too() {
    let office = Office::small();
    zhinaq(&office, &["pull", "--period", "2025-Q2"]).exits(0);
    // Nothing was numbered yet, so nothing in the ledger is about a copy.
    let elsewhere = Office::small();
    copy_ledger(&office.path().join("output/sample"), &elsewhere.path().join("output/sample"));
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    nothing_leaves_in_doubt(&elsewhere, "no journal of sendings of this ledger is here");
    // The journal of the other folder shows what went.
    fs::copy(office.journal_of_sendings(), elsewhere.journal_of_sendings()).unwrap();
    reconciled(&elsewhere, 36);
    assert_eq!(totals(&elsewhere), totals(&office));
    zhinaq(&elsewhere, &["run", "--period", "2025-Q2"]);
    assert_eq!(files(&elsewhere.path().join("output/sample/outbox")), 0);
}

#[test]
fn a_journal_of_sendings_that_is_older_than_the_ledger_is_no_witness() {
    let office = Office::small();
    zhinaq(&office, &["pull", "--period", "2025-Q2"]).exits(0);
    let old = fs::read(office.journal_of_sendings()).unwrap();
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    zhinaq(&office, &["run", "--period", "2025-Q3"]).exits(0);
    fs::write(office.journal_of_sendings(), old).unwrap();
    nothing_leaves_in_doubt(&office, "the journal of sendings here is older than the ledger");
    complete(&office);
    assert_eq!(sendings(&office), 72);
}

#[test]
fn what_one_interrupted_run_did_not_write_into_the_journal_is_no_doubt() {
    let office = Office::small();
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    zhinaq(&office, &["run", "--period", "2025-Q3"]).exits(0);
    let written = fs::read_to_string(office.journal_of_sendings()).unwrap();
    let (before, _) = written.trim_end().rsplit_once('\n').unwrap();
    fs::write(office.journal_of_sendings(), format!("{before}\n")).unwrap();
    zhinaq(&office, &["send", "--period", "2025-Q2"]).exits(0);
    let after = fs::read_to_string(office.journal_of_sendings()).unwrap();
    assert_eq!(after.lines().count(), written.lines().count(), "it was brought up to date");
}

#[test]
fn the_journal_of_another_office_is_never_taken_in() {
    let (office, other) = (Office::small(), Office::small());
    zhinaq(&other, &["run", "--period", "2025-Q2"]).exits(0);
    zhinaq(&office, &["pull", "--period", "2025-Q2"]).exits(0);
    fs::copy(other.journal_of_sendings(), office.journal_of_sendings()).unwrap();
    nothing_leaves_in_doubt(&office, "the journal of sendings here belongs to another ledger");
    let seen = zhinaq(&office, &["reconcile", "--format", "json"]).exits(4).json();
    assert_eq!((&seen["unknown"], &seen["doubt"]["why"]), (&json!([]), &json!("other-ledger")));
    let refused = zhinaq(&office, &["reconcile", "--complete", "--reason", "x"]).exits(1);
    assert!(refused.err.contains("belongs to another ledger") && refused.err.contains("witness"), "{}", refused.err);
    assert_eq!(totals(&office), json!([0, 0]));
    fs::remove_file(office.journal_of_sendings()).unwrap();
    complete(&office);
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    assert_eq!(totals(&office), totals(&other));
}

#[test]
fn a_journal_without_a_label_belongs_to_the_ledger_with_the_same_hand_overs() {
    let office = Office::small();
    zhinaq(&office, &["run", "--period", "2025-Q2"]).exits(0);
    // As a program of before wrote it.
    let written = fs::read_to_string(office.journal_of_sendings()).unwrap();
    let old: Vec<&str> = written.lines().filter(|line| !line.contains("\"run-started\"")).collect();
    assert!(old.len() < written.lines().count());
    fs::write(office.journal_of_sendings(), old.join("\n") + "\n").unwrap();
    zhinaq(&office, &["send", "--period", "2025-Q2"]).exits(0);
    let labelled = fs::read_to_string(office.journal_of_sendings()).unwrap();
    assert_eq!(labelled.lines().filter(|line| line.contains("\"run-started\"")).count(), 1);

    let other = Office::small();
    zhinaq(&other, &["run", "--period", "2025-Q3"]).exits(0);
    fs::write(other.journal_of_sendings(), old.join("\n") + "\n").unwrap();
    let refused = zhinaq(&other, &["send", "--period", "2025-Q3"]).exits(1);
    assert!(refused.err.contains("belongs to another ledger"), "{}", refused.err);
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
        fs::remove_file(office.journal_of_sendings()).unwrap();
        // Neither the ledger nor the journal contains it; only the mailbox of the archive does.
        let archive = office.path().join("archive/new");
        fs::create_dir_all(&archive).unwrap();
        for (number, mail) in fake.kept().iter().enumerate() {
            fs::write(archive.join(number.to_string()), &mail.message).unwrap();
        }
        let alone = zhinaq(&office, &["reconcile"]).exits(4);
        assert!(alone.out.is_empty() && alone.err.contains("no journal of sendings"), "{}{}", alone.out, alone.err);
        let seen = zhinaq(&office, &["reconcile", "--maildir", "archive"]).exits(4);
        assert!(seen.out.contains("archive/new/"), "{}", seen.out);
        let words = ["reconcile", "--maildir", "archive", "--complete", "--reason", "the journal was lost too"];
        zhinaq(&office, &words).exits(0);
        assert_eq!(totals(&office), sent);
        let before = fake.kept().len();
        zhinaq(&office, &["send", "--period", "2025-Q2"]);
        assert_eq!(fake.kept().len(), before);
    });
}
