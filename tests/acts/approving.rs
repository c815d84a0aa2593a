//! Approval of an issue by a second person.

use std::{
    fs,
    path::{Path, PathBuf},
};

use zhinaq::pipeline::{self, Context};

use super::{by, by_another, facts, run, run_by_another, staffed, totals};

#[test]
fn nothing_goes_before_a_second_person_approved_what_is_to_go() {
    let office = staffed();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    office.edit("schedules/people.toml", |text| {
        text.replace(
            "\"operator\"]\n[[person]]\naccount = \"chief\"",
            "\"operator\", \"approver\"]\n[[person]]\naccount = \"chief\"",
        )
    });
    run_by_another(&office, "2025-Q1");
    let waiting = by(&office, "stat", "send --period 2025-Q1").exits(4);
    let why = waiting.err.clone();
    let waiting = by(&office, "stat", "status --period 2025-Q1 --format json").exits(0).json();
    assert_eq!(totals(&waiting)[0], 0);
    assert!(why.contains("waits for a second person: `zhinaq approve --sample"), "{why}");
    let hash = why.split("--hash ").nth(1).unwrap().split(' ').next().unwrap().to_owned();

    let one = "approve --period 2025-Q1 --collection corruption";
    let refused = by(&office, "op", &format!("{one} --reason seen")).exits(1);
    assert!(refused.err.contains("`Operator` is not an approver"), "{}", refused.err);
    let claimed = by(&office, "op", &format!("{one} --by chief --reason seen")).exits(1);
    assert!(claimed.err.contains("`Operator` is not an approver"), "{}", claimed.err);
    let stranger = by(&office, "nobody", &format!("{one} --by chief --reason seen")).exits(1);
    assert!(stranger.err.contains("is not in schedules/people.toml"), "{}", stranger.err);
    let other = by(&office, "chief", &format!("{one} --hash 000000000000 --reason seen")).exits(1);
    assert!(other.err.contains("is not the register"), "{}", other.err);
    assert!(facts(&office, "approved").is_empty());

    let approved =
        by(&office, "chief", &format!("{one} --hash {hash} --reason \"looked at\" --format json")).exits(0).json();
    assert!(approved[0]["register"].as_str().unwrap().starts_with(&hash));
    let fact = &facts(&office, "approved")[0];
    assert_eq!((&fact.0, &fact.1["register"]), (&"Approver".into(), &approved[0]["register"]));
    let half = by(&office, "op", "send --period 2025-Q1 --format json").exits(4).json();
    let handed = |report: &serde_json::Value, id: &str| {
        let collections = report["collections"].as_array().unwrap();
        let found = collections.iter().find(|c| c["id"] == id).unwrap();
        (found["parcels"]["handed"].as_u64().unwrap(), found["parcels"]["expected"].as_u64().unwrap())
    };
    let (sent, expected) = handed(&half, "corruption");
    assert!(sent == expected && sent > 0);
    assert_eq!(handed(&half, "narcotics").0, 0, "only what was approved");

    by(&office, "chief", "approve --period 2025-Q1 --reason \"looked at\"").exits(0);
    let again = by(&office, "chief", "approve --period 2025-Q1 --reason \"looked at\"").exits(1);
    assert!(again.err.contains("no copy of `2025-Q1` waits for approval"), "{}", again.err);
    let rest = run(&office, "op", "2025-Q1");
    assert_eq!(rest["totals"]["parcels"]["handed"], rest["totals"]["parcels"]["expected"]);
}

/// Changes one byte of a file.
fn alter(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn files_of(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.to_string_lossy().ends_with(ending)).collect();
    files.sort();
    files
}

#[test]
fn what_was_changed_after_it_was_approved_does_not_go() {
    let office = staffed();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    run_by_another(&office, "2025-Q1");
    by(&office, "chief", "approve --period 2025-Q1 --reason seen").exits(0);
    let issue = office.path().join("output/sample/2025-Q1/narcotics/r0");
    let copies = files_of(&issue.join("copies"), ".xlsx");
    let approved = fs::read(&copies[0]).unwrap();
    // An intact master yields the approved copy again, and intact figures yield the master. Without them nothing does.
    alter(&copies[0]);
    let one = by(&office, "op", "send --period 2025-Q1 --collection narcotics").exits(0);
    assert!(one.err.contains("made again from its master"), "{}", one.err);
    assert_eq!(fs::read(&copies[0]).unwrap(), approved);
    let issue = office.path().join("output/sample/2025-Q1/corruption/r0");
    alter(&files_of(&issue.join("copies"), ".xlsx")[0]);
    for master in files_of(&issue, ".xlsx") {
        alter(&master);
    }
    for what in ["data", "snapshots"] {
        fs::remove_dir_all(office.path().join("output/sample").join(what)).unwrap();
    }
    let ended = by(&office, "op", "send --period 2025-Q1").exits(4);
    assert!(ended.err.contains("is not the one in the register"), "{}", ended.err);
}

#[test]
fn whoever_built_it_is_an_author_also_when_another_built_the_same_again() {
    let office = staffed();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    office.edit("schedules/people.toml", |text| {
        text.replace("[\"approver\", \"operator\"]", "[\"approver\", \"operator\", \"statistician\"]")
    });
    run_by_another(&office, "2025-Q2");
    by(&office, "chief", "approve --period 2025-Q2 --reason seen").exits(0);
    by(&office, "stat", "send --period 2025-Q2").exits(0);
    let words = "query --form 1-n --period 2025-Q2 --section R1 --row 1 --column 1 --unit 19 --format json";
    let old = by(&office, "op", words).exits(0).json()[0]["value"].as_i64().unwrap();
    let cell = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1 --unit 19";
    by(&office, "chief", &format!("correct {cell} --old {old} --new {} --reason late", old + 1)).exits(0);
    let rebuild = "rebuild --period 2025-Q2 --collection narcotics --reason late";
    by(&office, "chief", rebuild).exits(0);
    by_another(&office, async |context: &Context| {
        let (period, collection) = ("2025-Q2".parse().unwrap(), "narcotics".parse().unwrap());
        pipeline::rebuild(context, period, &[collection], "late", false).await.map(drop).unwrap();
    });
    by(&office, "op", "send --period 2025-Q2 --revision 1").exits(4);
    let author = by(&office, "chief", "approve --period 2025-Q2 --revision 1 --reason seen").exits(1);
    assert!(author.err.contains("a second person has to approve it"), "{}", author.err);
}

#[test]
fn the_account_that_built_it_is_no_second_person_whatever_it_says() {
    let office = staffed();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    by(&office, "stat", "run --period 2025-Q1").exits(4);
    let one = "approve --period 2025-Q1 --collection corruption --reason seen";
    for words in [one.to_owned(), format!("{one} --by Operator"), format!("{one} --by chief")] {
        let author = by(&office, "chief", &words).exits(1);
        assert!(author.err.contains("a second person has to approve it"), "{words}: {}", author.err);
    }
    // The environment is not a second person either: it may contain any name.
    let words = ["approve", "--sample", "--period", "2025-Q1", "--reason", "seen"];
    let author = office.zhinaq_with(&words, &[("USER", "op"), ("LOGNAME", "op")]).exits(1);
    assert!(author.err.contains("a second person has to approve it"), "{}", author.err);
    assert!(facts(&office, "approved").is_empty());
}
