//! Backup, restore and prune, as an exercise: everything is lost, and comes back.

use std::{fs, path::Path};

use crate::support::program::Office;

const AT: &str = "2025-07-16T12:00";

fn sample(office: &Office, words: &[&str]) -> crate::support::program::Ended {
    office.zhinaq(&[words, &["--sample", "--as-of", AT]].concat())
}

/// Every file below a folder with its bytes.
fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                walk(root, &entry.path(), found);
            } else {
                let name = entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read(entry.path()).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found.sort();
    found
}

#[test]
fn all_is_lost_and_comes_back() {
    let office = Office::small();
    sample(&office, &["run", "--period", "2025-Q2"]).exits(0);
    let register = sample(&office, &["register", "--period", "2025-Q2", "--format", "json"]).exits(0).out;
    let copies = files(&office.path().join("output/sample/2025-Q2"));
    let made = sample(&office, &["backup", "backup", "--format", "json"]).exits(0).json();
    assert!(made["files"].as_u64().unwrap() > 50 && made["troubles"] == serde_json::json!([]), "{made}");
    assert!(office.path().join("backup/office/zhinaq.toml").is_file());
    assert!(!office.path().join("backup/output/data").exists() && !office.path().join("backup/output/outbox").exists());
    let again = sample(&office, &["backup", "backup"]).exits(1);
    assert!(again.err.contains("a backup never replaces one"), "{}", again.err);

    // The disk is lost: output, ledger and settings. The witness lies elsewhere.
    fs::rename(office.path().join("backup"), office.path().join("safe")).unwrap();
    for lost in ["output", "schedules", "templates"] {
        fs::remove_dir_all(office.path().join(lost)).unwrap();
    }
    fs::remove_file(office.path().join("zhinaq.toml")).unwrap();
    let checked = sample(&office, &["restore", "safe", "--dry-run"]).exits(0);
    assert!(checked.out.contains("the backup is whole"), "{}", checked.out);
    assert!(!office.path().join("output").exists());
    let back = sample(&office, &["restore", "safe"]).exits(0);
    assert!(back.out.contains("restored"), "{}", back.out);
    // The witness agrees: no question, and the operator reads how far it goes.
    assert!(!back.err.contains("warning"), "{}", back.err);
    assert!(back.out.contains("whose last sending is of 2025-07-16 12:"), "{}", back.out);

    assert_eq!(files(&office.path().join("output/sample/2025-Q2")), copies);
    assert_eq!(sample(&office, &["register", "--period", "2025-Q2", "--format", "json"]).exits(0).out, register);
    let journal = sample(&office, &["journal", "--kind", "run-started", "--format", "json"]).exits(0).json();
    assert_eq!(journal.as_array().unwrap().last().unwrap()["fact"]["command"], "restore");
    // Nothing is sent twice, and figures are read again from their snapshots.
    let report = sample(&office, &["run", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(report["totals"]["copies"]["handed_now"], 0);
    let figures = ["query", "--form", "1-n", "--period", "2025-Q2", "--unit", "19", "--format", "csv"];
    assert!(sample(&office, &figures).exits(0).out.lines().count() > 5);
}

#[test]
fn a_backup_that_is_older_than_what_was_sent_stops_the_sending() {
    let office = Office::small();
    sample(&office, &["run", "--period", "2025-Q2", "--no-send"]).exits(0);
    sample(&office, &["backup", "before"]).exits(0);
    sample(&office, &["send", "--period", "2025-Q2"]).exits(0);
    let ledger = office.path().join("output/sample/ledger.sqlite");
    let newer = fs::read(&ledger).unwrap();

    let refused = sample(&office, &["restore", "before"]).exits(1);
    assert!(refused.err.contains("would be replaced") && refused.err.contains("--yes"), "{}", refused.err);
    assert_eq!(fs::read(&ledger).unwrap(), newer, "nothing was changed");

    let back = sample(&office, &["restore", "before", "--yes"]).exits(4);
    assert!(back.err.contains("zhinaq reconcile"), "{}", back.err);
    let aside = files(&office.path().join("output/sample"));
    assert!(aside.iter().any(|(name, bytes)| name.contains("ledger.sqlite.before-restore-") && *bytes == newer));
    let stopped = sample(&office, &["send", "--period", "2025-Q2"]).exits(1);
    assert!(stopped.err.contains("reconcile"), "{}", stopped.err);
    sample(&office, &["reconcile", "--reason", "the disk was lost"]).exits(0);
    let report = sample(&office, &["run", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(
        (&report["totals"]["copies"]["handed_now"], report["totals"]["copies"]["handed"].as_u64() > Some(0)),
        (&0.into(), true)
    );
}

#[test]
fn a_backup_that_was_changed_is_refused() {
    let office = Office::small();
    sample(&office, &["pull", "--period", "2025-Q2", "--form", "1-n"]).exits(0);
    sample(&office, &["backup", "good"]).exits(0);
    let snapshot = fs::read_dir(office.path().join("good/output/snapshots")).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&snapshot).unwrap();
    let refused = |said: &str| {
        let ended = sample(&office, &["restore", "good", "--yes"]).exits(1);
        assert!(ended.err.contains(said), "{said}: {}", ended.err);
    };
    fs::write(&snapshot, [&bytes[..], b" "].concat()).unwrap();
    refused("was changed");
    fs::remove_file(&snapshot).unwrap();
    refused("No such file");
    fs::write(&snapshot, &bytes).unwrap();
    let added = office.path().join("good/output/added.txt");
    fs::write(&added, "x").unwrap();
    refused("`output/added.txt` was added");
    fs::remove_file(added).unwrap();
    let manifest = office.path().join("good/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"path\": \"output/", "\"path\": \"../output/", 1)).unwrap();
    refused("leads out of the backup");
    fs::write(&manifest, text.replace("\"form\": 1", "\"form\": 99")).unwrap();
    refused("newer program");
    fs::write(&manifest, text.replace("zhinaq-backup", "other")).unwrap();
    refused("it is one of zhinaq-backup");
    fs::write(&manifest, "{").unwrap();
    refused("is not a backup");
    fs::write(&manifest, &text).unwrap();
    sample(&office, &["restore", "good", "--yes"]).exits(0);
    let nothing = Office::small();
    let ended = sample(&nothing, &["backup", "none"]).exits(1);
    assert!(ended.err.contains("does not exist, so there is nothing to back up"), "{}", ended.err);
    assert!(!nothing.path().join("none").exists());
}

#[test]
fn prune_removes_only_what_can_be_made_again() {
    let office = Office::small();
    sample(&office, &["run", "--period", "2025-Q2"]).exits(0);
    sample(&office, &["build", "--period", "2025-Q2", "--formats", "csv,sdmx-csv"]).exits(0);
    sample(&office, &["preview", "--period", "2025-Q2", "--collection", "narcotics"]).exits(0);
    let before = files(&office.path().join("output/sample"));
    // Without a term everything is kept.
    let kept = sample(&office, &["prune"]).exits(0);
    assert!(kept.err.contains("everything is kept"), "{}", kept.err);
    office.edit("zhinaq.toml", |text| {
        let text = text.replace("#trials_days = 30", "trials_days = 30");
        text.replace("#formats_days = 365", "formats_days = 30").replace("#data_days = 1_100", "data_days = 30")
    });
    // The files are new: no term is over. As of a later year each is.
    let young = office.zhinaq(&["prune", "--sample", "--format", "json"]).exits(0).json();
    assert!(young["kinds"].as_array().unwrap().iter().all(|kind| kind["over"] == 0), "{young}");
    let later = |words: &[&str]| office.zhinaq(&[words, &["--sample", "--as-of", "2099-01-01"]].concat());
    let would = later(&["prune", "--format", "json"]).exits(0).json();
    let over = |keep: &str| {
        let kinds = would["kinds"].as_array().unwrap();
        kinds.iter().find(|kind| kind["keep"] == keep).unwrap()["over"].as_u64().unwrap()
    };
    assert!(over("trials_days") > 0 && over("formats_days") > 0 && over("data_days") > 0, "{would}");
    assert_eq!(over("alerts_days"), 0);
    // SQLite keeps two files beside a ledger that is open, also for reading.
    let is_kept = |name: &&String| !name.ends_with("ledger.sqlite-shm") && !name.ends_with("ledger.sqlite-wal");
    let names = |found: &[(String, Vec<u8>)]| {
        found.iter().map(|(name, _)| name).filter(is_kept).cloned().collect::<Vec<String>>()
    };
    assert_eq!(names(&files(&office.path().join("output/sample"))), names(&before), "only shown");

    let done = later(&["prune", "--yes"]).exits(0);
    assert!(done.err.contains("removed"), "{}", done.err);
    let after = files(&office.path().join("output/sample"));
    let is_evidence = |name: &str| {
        name.starts_with("snapshots/")
            || name.contains("/copies/")
            || name.contains("/master-")
            || name.starts_with("outbox/")
    };
    let evidence =
        |found: &[(String, Vec<u8>)]| found.iter().filter(|(n, _)| is_evidence(n)).cloned().collect::<Vec<_>>();
    assert_eq!(evidence(&after), evidence(&before));
    assert!(
        !after.iter().any(|(name, _)| name.starts_with("data/") || name.starts_with("preview/")),
        "{:?}",
        names(&after)
    );
    // Figures come back from their snapshots, and nothing is sent or changed.
    let report = sample(&office, &["run", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(report["totals"]["copies"]["handed_now"], 0);
    assert!(files(&office.path().join("output/sample")).iter().any(|(name, _)| name.starts_with("data/")));
}
