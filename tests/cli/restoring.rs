//! A backup that is brought back where nothing shows what was handed over after it: nothing goes a second time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::support::program::{Ended, Office};

const AT: &str = "2025-07-16T12:00";
const PERIOD: &str = "2025-Q2";
const NOW: [&str; 6] = ["run", "--period", PERIOD, "--now", "--reason", "asked for"];

fn sample(office: &Office, words: &[&str]) -> Ended {
    office.zhinaq(&[words, &["--sample", "--as-of", AT]].concat())
}

/// An office with a backup from before its copies were handed over, and one from after that.
struct Told {
    office: Office,
    backups: tempfile::TempDir,
}

impl Told {
    fn new() -> Self {
        let told = Self { office: Office::small(), backups: tempfile::tempdir().unwrap() };
        sample(&told.office, &["run", "--period", PERIOD, "--no-send"]).exits(0);
        sample(&told.office, &["backup", told.backup("before").to_str().unwrap()]).exits(0);
        fs::copy(told.office.journal_of_sendings(), told.backup("journal")).unwrap();
        sample(&told.office, &["send", "--period", PERIOD]).exits(0);
        sample(&told.office, &["backup", told.backup("after").to_str().unwrap()]).exits(0);
        told
    }

    fn backup(&self, name: &str) -> PathBuf {
        self.backups.path().join(name)
    }

    /// Brings a backup back into an empty folder. `journal`: what was put there first as the journal of sendings.
    fn restored(&self, name: &str, journal: Option<&Path>) -> (Office, Ended) {
        let office = Office::empty();
        if let Some(journal) = journal {
            put_back(&office, journal);
        }
        let ended = sample(&office, &["restore", self.backup(name).to_str().unwrap()]);
        (office, ended)
    }
}

fn put_back(office: &Office, journal: &Path) {
    fs::create_dir_all(office.path().join(".zhinaq")).unwrap();
    fs::copy(journal, office.journal_of_sendings()).unwrap();
}

fn outbox(office: &Office) -> usize {
    fn files(folder: &Path) -> usize {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|e| if e.path().is_dir() { files(&e.path()) } else { 1 }).sum()
    }
    files(&office.path().join("output/sample/outbox"))
}

/// Parcels that are handed over, and copies that this run handed over.
fn run(office: &Office) -> (Value, Value) {
    let report = sample(office, &["run", "--period", PERIOD, "--format", "json"]).exits(0).json();
    (report["totals"]["parcels"]["handed"].clone(), report["totals"]["copies"]["handed_now"].clone())
}

/// Checks that no path to an organ is open, and that each says why and how to go on.
#[track_caller]
fn nothing_goes(office: &Office, why: &str) {
    let before = outbox(office);
    let parcel = format!("{PERIOD}/narcotics/r0/mia");
    for words in [
        &NOW[..],
        &["run", "--period", PERIOD],
        &["number", "--period", PERIOD],
        &["send", "--period", PERIOD, "--now", "--reason", "asked for"],
        &["send", "--period", PERIOD, "--refused"],
        &["send", "--period", PERIOD, "--revision", "1"],
        &["resend", "--parcel", &parcel, "--reason", "lost"],
        &["settle", "--parcel", &parcel, "--handed", "--evidence", "a call"],
    ] {
        let refused = sample(office, words).exits(1);
        assert!(refused.err.contains(why), "{words:?}: {}", refused.err);
        assert!(refused.err.contains("zhinaq reconcile --sample --as-of"), "{words:?}: {}", refused.err);
    }
    assert_ne!(office.zhinaq(&["schedule", "--sample", "--once", "--as-of", "2025-07-16T20:30"]).code, 0);
    assert_eq!(outbox(office), before, "something left");
    let status = sample(office, &["status", "--period", PERIOD, "--format", "json"]).exits(0).json();
    let notices = status["notices"].as_array().unwrap();
    let notice = notices.iter().find(|notice| notice["kind"] == "ledger-incomplete").unwrap();
    assert!(notice["text"].as_str().unwrap().contains(why), "{notice}");
    assert!(notice["command"].as_str().unwrap().starts_with("zhinaq reconcile --sample"), "{notice}");
}

#[test]
fn without_the_witness_nothing_goes_again_and_the_witness_ends_the_doubt() {
    let told = Told::new();
    let (office, ended) = told.restored("before", None);
    let why = "no journal of sendings of this ledger was there";
    let ended = ended.exits(4);
    assert!(ended.err.contains(why) && ended.err.contains("zhinaq reconcile"), "{}", ended.err);
    assert!(ended.err.contains("the backup of 2025-07-16 12:"), "{}", ended.err);
    assert!(!ended.out.contains("contains all") && !ended.err.contains("contains all"), "{}{}", ended.out, ended.err);
    nothing_goes(&office, why);

    // A reason alone is no answer to what nobody can see.
    let shown = sample(&office, &["reconcile"]).exits(4);
    assert!(shown.err.contains(why) && shown.err.contains("--complete"), "{}", shown.err);
    sample(&office, &["reconcile", "--reason", "the disk was lost"]).exits(4);
    nothing_goes(&office, why);

    put_back(&office, &told.office.journal_of_sendings());
    let shown = sample(&office, &["reconcile", "--format", "json"]).exits(4).json();
    assert_eq!(shown["unknown"].as_array().unwrap().len(), 36, "{shown}");
    assert_eq!(shown["doubt"]["why"], "no-witness");
    let words = ["reconcile", "--complete", "--reason", "the journal of the old machine", "--format", "json"];
    let decided = sample(&office, &words).exits(0).json();
    assert_eq!((&decided["taken"], &decided["complete"]), (&json!(true), &json!(true)));
    assert_eq!(run(&office), (json!(36), json!(0)));
    assert_eq!(outbox(&office), 0, "no copy went a second time");

    let journal = sample(&office, &["journal", "--format", "json"]).exits(0).json();
    let of_kind = |kind: &str| journal.as_array().unwrap().iter().rfind(|line| line["kind"] == kind).unwrap().clone();
    assert_eq!(of_kind("restored")["fact"]["unseen"], "no-witness");
    let act = of_kind("reconciled");
    assert_eq!((&act["fact"]["complete"], &act["by"]["kind"]), (&json!(true), &json!("person")));
    assert_eq!(act["fact"]["reason"], "the journal of the old machine");
    // It is an office as before: the next quarter asks nothing.
    sample(&office, &["send", "--period", PERIOD]).exits(0);
}

#[test]
fn what_a_person_found_out_is_entered_and_only_the_rest_goes() {
    let told = Told::new();
    let (office, ended) = told.restored("before", None);
    ended.exits(4);
    let unknown = sample(&office, &["reconcile", "--sent", "2024-Q4", "--reason", "x"]).exits(1);
    assert!(unknown.err.contains("no numbered copy of `2024-Q4` waits"), "{}", unknown.err);
    let unfounded = sample(&office, &["reconcile", "--sent", PERIOD]).exits(1);
    assert!(unfounded.err.contains("--reason"), "{}", unfounded.err);
    let narcotics = format!("{PERIOD}/narcotics");
    let words = ["reconcile", "--sent", &narcotics, "--complete", "--reason", "each organ was asked"];
    let decided = sample(&office, &words).exits(0);
    assert!(decided.err.contains("added to the ledger"), "{}", decided.err);
    let register = sample(&office, &["register", "--period", PERIOD, "--format", "json"]).exits(0).json();
    let entered = register.as_array().unwrap().iter().filter(|row| row["state"] == "handed");
    let entered: Vec<&str> = entered.map(|row| row["parcel"].as_str().unwrap()).collect();
    assert!(!entered.is_empty() && entered.iter().all(|parcel| parcel.starts_with(&narcotics)), "{entered:?}");
    let (handed, now) = run(&office);
    assert_eq!(handed, 36);
    assert!(now.as_u64() > Some(0));
    let sent = fs::read_dir(office.path().join("output/sample/outbox/mia/2025-Q2")).unwrap();
    let sent: Vec<_> = sent.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(sent, ["corruption"], "the copies that a person entered did not go again");
}

#[test]
fn a_backup_of_after_the_hand_over_asks_too() {
    let told = Told::new();
    let (office, ended) = told.restored("after", None);
    ended.exits(4);
    nothing_goes(&office, "no journal of sendings of this ledger was there");
    sample(&office, &["reconcile", "--complete", "--reason", "nothing was sent since"]).exits(0);
    assert_eq!(run(&office), (json!(36), json!(0)));
    assert_eq!(outbox(&office), 0);
}

/// A dry run in an empty folder warns of what the restore there will warn of, and writes nothing.
#[test]
fn a_dry_run_without_an_office_says_that_no_witness_is_there() {
    let told = Told::new();
    let before = told.backup("before");
    let words = ["restore", before.to_str().unwrap(), "--dry-run"];
    let office = Office::empty();
    let tried = sample(&office, &words).exits(0);
    let why = "no journal of sendings of this ledger is here";
    assert!(tried.out.contains("the backup is whole") && tried.out.contains("would be restored"), "{}", tried.out);
    assert!(tried.err.contains("the office's files would be written into"), "{}", tried.err);
    assert!(tried.err.contains(why) && tried.err.contains("zhinaq reconcile --sample"), "{}", tried.err);
    assert!(!tried.err.contains("differ from the backup"), "{}", tried.err);
    let json = sample(&office, &[&words[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!((&json["dry_run"], &json["unseen"]), (&json!(true), &json!("no-witness")));
    assert_eq!(json["other_settings"], json!([]));
    assert_eq!(fs::read_dir(office.path()).unwrap().count(), 0, "a dry run wrote something");

    // With the journal as it was, there is nothing to warn of; a folder that is not there yet is as good as an empty one.
    fs::create_dir(office.path().join(".zhinaq")).unwrap();
    fs::hard_link(told.office.journal_of_sendings(), office.path().join(".zhinaq/sendings-sample.jsonl")).unwrap();
    let tried = sample(&office, &words).exits(0);
    assert!(!tried.err.contains("warning") && tried.out.contains("would be restored"), "{}{}", tried.out, tried.err);
    let elsewhere = sample(&office, &[&words[..], &["--home", "not-there"]].concat()).exits(0);
    assert!(elsewhere.err.contains(why) && !office.path().join("not-there").exists(), "{}", elsewhere.err);
}

#[test]
fn a_copy_of_the_witness_from_the_day_of_the_backup_shows_nothing() {
    let told = Told::new();
    let (office, ended) = told.restored("before", Some(&told.backup("journal")));
    let why = "the journal of sendings there was a copy, and may not have been the last";
    assert!(ended.exits(4).err.contains(why));
    nothing_goes(&office, why);
    // A later copy shows more; whether it shows all, a person has to know.
    put_back(&office, &told.office.journal_of_sendings());
    sample(&office, &["reconcile", "--reason", "copied from the old disk"]).exits(4);
    sample(&office, &["reconcile", "--complete", "--reason", "the old disk was read after the last mail"]).exits(0);
    assert_eq!(run(&office), (json!(36), json!(0)));
}

#[test]
fn a_witness_that_is_older_than_the_backup_shows_nothing() {
    let told = Told::new();
    let journal = told.office.journal_of_sendings();
    let newest = fs::read(&journal).unwrap();
    fs::write(&journal, fs::read(told.backup("journal")).unwrap()).unwrap();
    let after = told.backup("after");
    let after = after.to_str().unwrap();
    let tried = sample(&told.office, &["restore", after, "--dry-run"]).exits(0);
    assert!(tried.err.contains("the journal of sendings here is older than the ledger"), "{}", tried.err);
    let ended = sample(&told.office, &["restore", after, "--yes", "--format", "json"]).exits(4);
    assert_eq!(ended.json()["unseen"], "older-witness");
    assert_eq!(ended.json()["comparison"]["doubt"]["why"], "older-witness");
    nothing_goes(&told.office, "the journal of sendings there was older than the backup");
    fs::write(&journal, newest).unwrap();
    let seen = sample(&told.office, &["restore", after, "--yes"]).exits(0);
    assert!(!seen.err.contains("warning"), "{}", seen.err);
}

#[test]
fn the_witness_of_another_office_is_not_taken_for_the_own_one() {
    let (told, other) = (Told::new(), Office::small());
    sample(&other, &["run", "--period", PERIOD]).exits(0);
    let (office, ended) = told.restored("before", Some(&other.journal_of_sendings()));
    let why = "the journal of sendings there belonged to another ledger";
    assert!(ended.exits(4).err.contains(why));
    nothing_goes(&office, why);
    let refused = sample(&office, &["reconcile", "--complete", "--reason", "x"]).exits(1);
    assert!(refused.err.contains("belongs to another ledger"), "{}", refused.err);
    put_back(&office, &told.office.journal_of_sendings());
    sample(&office, &["reconcile", "--complete", "--reason", "the right journal is back"]).exits(0);
    assert_eq!(run(&office), (json!(36), json!(0)));
    assert_eq!(outbox(&office), 0);
}

#[test]
fn a_restore_twice_in_doubt_asks_once_and_begins_with_the_first_backup() {
    let told = Told::new();
    let (office, ended) = told.restored("before", None);
    ended.exits(4);
    // A backup of a ledger in doubt is in doubt too.
    let again = told.backup("again");
    sample(&office, &["backup", again.to_str().unwrap()]).exits(0);
    sample(&office, &["restore", again.to_str().unwrap(), "--yes"]).exits(4);
    nothing_goes(&office, "no journal of sendings of this ledger was there");
    sample(&office, &["reconcile", "--complete", "--reason", "nothing was sent since"]).exits(0);
    assert!(run(&office).1.as_u64() > Some(0), "a person said that these copies did not go");
}
