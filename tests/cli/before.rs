//! Before what cannot be undone: numbering without sending, dry runs, closed periods, unknown ids.

use crate::support::program::{Ended, Office};

const AT: &str = "2025-07-16T12:00";

fn sample(office: &Office, words: &[&str]) -> Ended {
    office.zhinaq(&[words, &["--sample", "--as-of", AT]].concat())
}

fn facts(office: &Office) -> usize {
    sample(office, &["journal", "--format", "json"]).exits(0).json().as_array().unwrap().len()
}

fn of_kind(office: &Office, kind: &str) -> usize {
    sample(office, &["journal", "--kind", kind, "--format", "json"]).exits(0).json().as_array().unwrap().len()
}

#[test]
fn copies_are_numbered_without_being_sent() {
    let office = Office::small();
    let run = sample(&office, &["run", "--period", "2025-Q2", "--no-send", "--format", "json"]).exits(0).json();
    assert!(run["numbered"].as_u64().unwrap() > 0, "{run}");
    assert_eq!(run["totals"]["copies"]["handed"], 0);
    assert_eq!((of_kind(&office, "sending"), of_kind(&office, "queued") > 0), (0, true));
    let again = sample(&office, &["run", "--period", "2025-Q2", "--no-send", "--format", "json"]).exits(0).json();
    assert_eq!(again["numbered"], 0);
    sample(&office, &["send", "--period", "2025-Q2"]).exits(0);
    assert!(of_kind(&office, "sending") > 0);
}

#[test]
fn build_number_send_goes_step_by_step_and_each_step_says_what_is_next() {
    let office = Office::small();
    sample(&office, &["pull", "--period", "2025-Q2"]).exits(0);
    let unbuilt = sample(&office, &["send", "--period", "2025-Q2"]).exits(4);
    assert!(unbuilt.err.contains("is not built") && unbuilt.err.contains("zhinaq run"), "{}", unbuilt.err);
    sample(&office, &["build", "--period", "2025-Q2"]).exits(0);
    let unnumbered = sample(&office, &["send", "--period", "2025-Q2", "--dry-run"]).exits(4);
    assert!(unnumbered.err.contains("no copy of it is numbered"), "{}", unnumbered.err);
    assert!(unnumbered.err.contains("zhinaq number"), "{}", unnumbered.err);
    let numbered = sample(&office, &["number", "--period", "2025-Q2", "--collection", "narcotics"]).exits(0);
    assert!(numbered.err.contains("nothing sent") && numbered.err.contains("zhinaq send"), "{}", numbered.err);
    assert_eq!(of_kind(&office, "sending"), 0);
    sample(&office, &["send", "--period", "2025-Q2", "--collection", "narcotics"]).exits(0);
    let rest = sample(&office, &["send", "--period", "2025-Q2"]).exits(4);
    assert!(rest.err.contains("collection `corruption`") && !rest.err.contains("`narcotics`"), "{}", rest.err);
}

#[test]
fn a_dry_run_changes_nothing() {
    let office = Office::small();
    sample(&office, &["run", "--period", "2025-Q2"]).exits(0);
    let before = facts(&office);
    for (words, said) in [
        (
            &["resend", "--period", "2025-Q2", "--organ", "mia", "--reason", "lost", "--dry-run"][..],
            "would be sent now: ",
        ),
        (&["close", "--period", "2025-Q2", "--dry-run"], "can be closed"),
        (&["send", "--period", "2025-Q2", "--dry-run"], "would be sent now: 0 parcels"),
    ] {
        let ended = sample(&office, words).exits(0);
        assert!(ended.out.contains(said), "{words:?}: {}", ended.out);
        assert_eq!(facts(&office), before, "{words:?}");
    }
    // A run says in the journal that it ran, a dry run too; it numbers and sends nothing.
    sample(&office, &["run", "--period", "2025-Q2", "--dry-run"]).exits(0);
    // A corrected figure gives a candidate only without --dry-run.
    let cell = sample(&office, &["query", "--form", "1-n", "--period", "2025-Q2", "--unit", "19", "--format", "json"]);
    let cell = cell.exits(0).json()[0].clone();
    let (value, of) = (cell["value"].as_i64().unwrap(), |key: &str| cell[key].as_str().unwrap().to_owned());
    let (section, row, column) = (of("section"), of("row"), of("column"));
    let (old, new) = (value.to_string(), (value + 1).to_string());
    let place = ["--section", &section, "--row", &row, "--column", &column, "--old", &old, "--new", &new];
    sample(&office, &[&["correct", "--form", "1-n", "--period", "2025-Q2", "--reason", "typo"], &place[..]].concat())
        .exits(0);
    let before = facts(&office);
    let rebuild = ["rebuild", "--period", "2025-Q2", "--collection", "narcotics", "--reason", "typo"];
    let shown = sample(&office, &[&rebuild[..], &["--dry-run"]].concat()).exits(0);
    assert!(
        shown.out.contains("candidate") && shown.err.contains("no candidate was kept"),
        "{}{}",
        shown.out,
        shown.err
    );
    assert_eq!(facts(&office), before);
    assert!(!office.path().join("output/sample/2025-Q2/narcotics/r1").exists());
    sample(&office, &rebuild).exits(0);
    assert!(facts(&office) > before && office.path().join("output/sample/2025-Q2/narcotics/r1").exists());
}

#[test]
fn an_act_in_a_closed_period_asks() {
    let office = Office::small();
    sample(&office, &["run", "--period", "2025-Q2"]).exits(0);
    sample(&office, &["close", "--period", "2025-Q2", "--yes"]).exits(0);
    let status = sample(&office, &["status", "--period", "2025-Q2"]).exits(0).out;
    assert!(status.contains("closed on 2025-07-16 12:00 (Asia/Almaty)") && !status.contains("UTC"), "{status}");
    for command in ["run", "number", "send"] {
        let ended = sample(&office, &[command, "--period", "2025-Q2"]).exits(1);
        assert!(ended.err.contains("is closed since 2025-07-16 12:00 (Asia/Almaty)"), "{command}: {}", ended.err);
        assert!(ended.err.contains("--yes") && ended.err.contains("zhinaq reopen"), "{command}: {}", ended.err);
        sample(&office, &[command, "--period", "2025-Q2", "--yes"]).exits(0);
    }
    // An act with a reason goes on, and says where it is.
    let again = sample(&office, &["resend", "--period", "2025-Q2", "--organ", "mia", "--reason", "lost"]).exits(0);
    assert!(again.err.contains("warning: 2025-Q2 is closed since"), "{}", again.err);
    sample(&office, &["run", "--period", "2025-Q2", "--dry-run"]).exits(0);
}

#[test]
fn every_command_refuses_an_unknown_id_with_the_nearest_known_one() {
    let office = Office::small();
    for (words, said) in [
        ("send --period 2025-Q2 --collection narcotic", "did you mean `narcotics`?"),
        ("send --period 2025-Q2 --organ mja", "organ `mja` is unknown"),
        ("number --period 2025-Q2 --collection narcotic", "did you mean `narcotics`?"),
        ("build --period 2025-Q2 --collection narcotic", "did you mean `narcotics`?"),
        ("register --period 2025-Q2 --collection narcotic", "did you mean `narcotics`?"),
        ("rebuild --period 2025-Q2 --collection narcotic --reason x", "did you mean `narcotics`?"),
        ("approve --period 2025-Q2 --collection narcotic --reason x", "did you mean `narcotics`?"),
        ("override --period 2025-Q2 --collection narcotic --rule twins --reason x", "did you mean `narcotics`?"),
        ("resend --period 2025-Q2 --organ mja --reason x", "organ `mja` is unknown"),
        ("readdress --period 2025-Q2 --organ mja --reason x", "organ `mja` is unknown"),
        ("query --form 1-nn", "did you mean `1-n`?"),
        ("query --form 1-n --unit 1999", "unit `1999` is unknown"),
        ("query --form 1-n --agency 99", "agency `99` is unknown"),
        ("pull --period 2025-Q2 --form 1-nn", "did you mean `1-n`?"),
        ("check --period 2025-Q2 --form 1-nn", "did you mean `1-n`?"),
        ("answers --period 2025-Q2 --form 1-nn", "did you mean `1-n`?"),
        ("held --form 1-nn", "did you mean `1-n`?"),
        ("held --unit 1999", "unit `1999` is unknown"),
        ("accept --form 1-nn --reason x", "did you mean `1-n`?"),
        ("reject --form 1-nn --reason x", "did you mean `1-n`?"),
        ("diff --form 1-nn --period 2025-Q2", "did you mean `1-n`?"),
        ("preview --period 2025-Q2 --collection narcotic", "did you mean `narcotics`?"),
        (
            "correct --form 1-nn --period 2025-Q2 --section R1 --row 1 --column 1 --old 1 --new 2 --reason x",
            "did you mean `1-n`?",
        ),
        ("withdraw --approve narcotic --collection narcotic --reason x", "did you mean `narcotics`?"),
        ("status --period 2025-QQ", "is not a period: write a month `2022-M12`"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let ended = sample(&office, &words).exits(1);
        assert!(ended.err.contains(said), "{words:?}: {}", ended.err);
    }
}
