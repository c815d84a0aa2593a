//! Whole days of an office.

mod advising;
mod incomplete;
mod mornings;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use zhinaq::domain::Sha256;

use crate::support::program::Office;

fn files(folder: &Path, ending: &str) -> BTreeMap<PathBuf, Sha256> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let hash = Sha256::of(&fs::read(&path).unwrap());
                found.insert(path, hash);
            }
        }
    }
    found
}

fn totals(report: &Value) -> (u64, u64, u64, u64) {
    let of = |what: &str, which: &str| report["totals"][what][which].as_u64().unwrap();
    (of("parcels", "handed"), of("copies", "handed"), of("parcels", "handed_now"), of("copies", "handed_now"))
}

#[test]
fn a_half_year_is_handed_over_once_and_only_once() {
    let office = Office::empty();
    let words = ["run", "--sample", "--period", "2025-Q2", "--format", "json"];
    let first = office.zhinaq(&words).exits(0).json();
    assert_eq!(totals(&first), (115, 176, 115, 176));
    assert_eq!(first["collections"].as_array().unwrap().len(), 6);
    let bodies = first["collections"].as_array().unwrap().iter().find(|c| c["id"] == "prosecution-bodies").unwrap();
    assert_eq!(bodies["period"], "2025-S1");
    assert_eq!(first["origin"], "sample");

    let output = office.path().join("output/sample");
    let outbox = files(&output.join("outbox"), ".xlsx");
    assert_eq!(outbox.len(), 176);
    let mut hashes: Vec<_> = outbox.values().collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 176, "two copies have equal bytes");
    let before = files(&output.join("2025-Q2"), ".xlsx");

    let again = office.zhinaq(&words).exits(0).json();
    assert_eq!(totals(&again), (115, 176, 0, 0));
    assert_eq!(files(&output.join("outbox"), ".xlsx"), outbox);
    assert_eq!(files(&output.join("2025-Q2"), ".xlsx"), before);
    let content = |report: &Value| {
        report["collections"].as_array().unwrap().iter().map(|c| c["content_id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(content(&first), content(&again));

    let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(totals(&status), (115, 176, 0, 0));

    let sum = [
        "query",
        "--sample",
        "--form",
        "cis-1",
        "--section",
        "R1",
        "--row",
        "1",
        "--column",
        "1",
        "--period",
        "2025-Q2",
        "--format",
        "json",
    ];
    let figures = office.zhinaq(&sum).exits(0).json();
    let value = |unit: &str| -> i64 {
        figures
            .as_array()
            .unwrap()
            .iter()
            .filter(|a| (a["unit"] == unit) == (unit == "19"))
            .map(|a| a["value"].as_i64().unwrap())
            .sum()
    };
    let regions: i64 =
        figures.as_array().unwrap().iter().filter(|a| a["unit"] != "19").map(|a| a["value"].as_i64().unwrap()).sum();
    assert_eq!(value("19"), regions);
}

#[test]
fn a_form_that_is_not_due_yet_leaves_its_chapter_out_and_says_so() {
    let office = Office::empty();
    let words = ["run", "--sample", "--period", "2025-Q3", "--as-of", "2025-10-14T21:00", "--format", "json"];
    let report = office.zhinaq(&words).json();
    let corruption = report["collections"].as_array().unwrap().iter().find(|c| c["id"] == "corruption").unwrap();
    assert_eq!(corruption["incomplete"], serde_json::json!(["1-ad"]));
    assert_eq!(totals(&report), (96, 147, 96, 147));
    assert_eq!(report["supplements"], serde_json::json!([]));

    // On the 20th the form comes: a supplement goes to the organs of that collection, and is counted in no total.
    let words = ["run", "--sample", "--period", "2025-Q3", "--as-of", "2025-10-21", "--format", "json"];
    let report = office.zhinaq(&words).exits(0).json();
    assert_eq!(totals(&report), (96, 147, 0, 0));
    let [supplement] = report["supplements"].as_array().unwrap().as_slice() else {
        panic!("{}", report["supplements"])
    };
    assert_eq!((supplement["id"].as_str(), supplement["supplement"].as_u64()), (Some("corruption"), Some(1)));
    assert_eq!(supplement["parcels"]["handed"], corruption["parcels"]["expected"]);
    assert_eq!(report["troubles"], serde_json::json!([]));
}

#[test]
fn while_a_backup_is_brought_back_or_an_older_version_works_a_run_is_refused() {
    let office = Office::empty();
    fs::create_dir_all(office.path().join("output/sample")).unwrap();
    let lock = fs::File::create(office.path().join("output/sample/.run.lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let ended = office.zhinaq(&["run", "--sample", "--period", "2025-Q2"]).exits(1);
    assert!(ended.err.contains("is locked: an older zhinaq works there"), "{}", ended.err);
}
