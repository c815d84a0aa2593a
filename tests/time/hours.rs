//! `run` and `send` keep the hours of the office, as the daemon does.

use std::fs;

use serde_json::Value;

use crate::support::program::{Ended, Office};

fn sample(office: &Office, words: &str, at: &str) -> Ended {
    let words: Vec<&str> = words.split(' ').chain(["--sample", "--period", "2025-Q2", "--as-of", at]).collect();
    office.zhinaq(&words)
}

/// Parcels handed over, and expected.
fn parcels(report: &Value) -> (u64, u64) {
    let of = |which: &str| report["totals"]["parcels"][which].as_u64().unwrap();
    (of("handed"), of("expected"))
}

fn numbered(office: &Office) -> usize {
    let register = office.zhinaq(&["register", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    register.as_array().unwrap().len()
}

#[test]
fn before_the_cut_off_nothing_is_numbered_or_handed_over_and_nothing_is_wrong() {
    let office = Office::small();
    let early = "2025-07-04T12:00";
    let ended = sample(&office, "run", early).exits(0);
    assert!(ended.out.contains("is expected until 2025-07-"), "{}", ended.out);
    assert!(ended.out.contains("is handed over before 2025-07-14 20:00 +05"), "{}", ended.out);
    assert!(
        ended.err.contains("`zhinaq run --sample --as-of 2025-07-04T12:00 --period 2025-Q2 --now --reason …`"),
        "{}",
        ended.err
    );
    let report = sample(&office, "run --format json", early).exits(0).json();
    assert_eq!(parcels(&report).0, 0);
    assert_eq!(report["waits"].as_array().unwrap().len(), 2, "{}", report["waits"]);
    assert_eq!((&report["waits"][0]["gate"], numbered(&office)), (&"early".into(), 0));
    let sent = sample(&office, "send", early).exits(0);
    assert!(sent.out.contains("is handed over before 2025-07-14 20:00 +05"), "{}", sent.out);
    let status = sample(&office, "status", early).exits(0).out;
    assert!(!status.contains("zhinaq run"), "nothing is advised that would only wait: {status}");
    assert!(status.contains("is handed over before 2025-07-14 20:00 +05"), "{status}");

    // On its day, before the hour of sending and after it.
    assert_eq!(parcels(&sample(&office, "run --format json", "2025-07-14T09:30").exits(0).json()).0, 0);
    let all = sample(&office, "run --format json", "2025-07-14T20:30").exits(0).json();
    let (handed, expected) = parcels(&all);
    assert!(handed == expected && handed > 0, "{all}");
    assert!(all["waits"].is_null(), "{all}");
}

#[test]
fn the_daemon_and_a_run_decide_alike() {
    for at in ["2025-07-04T12:00", "2025-07-14T09:59", "2025-07-14T10:30", "2025-07-14T20:30"] {
        let (by_hand, by_schedule) = (Office::small(), Office::small());
        let report = sample(&by_hand, "run --format json", at).json();
        let once = ["schedule", "--once", "--sample", "--since", "2025-07-01", "--as-of", at];
        by_schedule.zhinaq(&once);
        let status = sample(&by_schedule, "status --format json", at).exits(0).json();
        assert_eq!(parcels(&report), parcels(&status), "{at}");
    }
}

#[test]
fn a_collection_without_any_of_its_forms_goes_by_no_machine_and_by_a_person_with_a_reason() {
    let office = Office::small();
    let late = "2025-07-16T12:00";
    let faulty = "run --faults missing:1-n --format json";
    let report = sample(&office, faulty, late).json();
    let collection = |report: &Value, id: &str| {
        let all = report["collections"].as_array().unwrap();
        all.iter().find(|c| c["id"] == id).unwrap()["parcels"]["handed"].as_u64().unwrap()
    };
    assert_eq!(collection(&report, "narcotics"), 0);
    assert!(collection(&report, "corruption") > 0);
    assert_eq!(report["waits"][0]["gate"], "empty");
    assert!(report["troubles"].to_string().contains("none of its forms is here"), "{}", report["troubles"]);

    let unreasoned = sample(&office, "run --now", late).exits(1);
    assert!(unreasoned.err.contains("--reason"), "{}", unreasoned.err);
    let words = ["run", "--sample", "--period", "2025-Q2", "--as-of", late, "--faults", "missing:1-n"];
    let told =
        [&words[..], &["--now", "--reason", "the ministry asked for the empty tables", "--format", "json"]].concat();
    let report = office.zhinaq(&told).json();
    assert!(collection(&report, "narcotics") > 0, "{report}");
    let kept = crate::acts::facts(&office, "hastened");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0].1["reason"], "the ministry asked for the empty tables");
    let own = zhinaq::pipeline::full_name(&zhinaq::pipeline::account_of_process());
    assert_eq!(kept[0].0, own.as_str());
}

#[test]
fn of_several_collections_without_forms_a_person_hands_over_the_one_that_is_meant() {
    let office = Office::small();
    let late = "2025-07-16T12:00";
    let faulty = "--faults missing:1-n,missing:3-k,missing:1-ad";
    sample(&office, &format!("run {faulty}"), late);
    let status = sample(&office, "status", late).exits(0).out;
    let both = "--collection corruption --collection narcotics --now --reason …";
    let flat = status.replace(" \\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(both), "{status}");
    let unknown = sample(&office, "run --collection narcotic --now --reason asked", late).exits(1);
    assert!(unknown.err.contains("did you mean `narcotics`?"), "{}", unknown.err);
    let one = format!("run {faulty} --collection narcotics --now --reason asked --format json");
    let report = sample(&office, &one, late).json();
    let handed = |id: &str| {
        let all = report["collections"].as_array().unwrap();
        all.iter().find(|c| c["id"] == id).unwrap()["parcels"]["handed"].as_u64().unwrap()
    };
    assert!(handed("narcotics") > 0 && handed("corruption") == 0, "{report}");
    assert_eq!(crate::acts::facts(&office, "hastened").len(), 1);
    // The forms of the other one come, and a dry run of the first shows none of its parcels.
    sample(&office, "pull", late);
    let dry = sample(&office, "run --dry-run --collection narcotics", late).out;
    assert!(dry.contains("2025-Q2/narcotics/s1/") && !dry.contains("2025-Q2/corruption/"), "{dry}");
}

#[test]
fn a_collection_that_was_numbered_without_any_figure_is_handed_over_by_no_machine() {
    let office = Office::small();
    let late = "2025-07-16T12:00";
    let outbox = office.path().join("output/sample/outbox");
    let (mia, lies) = (outbox.join("mia"), |office: &Office| {
        let r0 = office.path().join("output/sample/outbox/mia/2025-Q2/narcotics/r0");
        r0.is_dir()
    });
    // No form has come. A person sends the empty tables, and the folder of one organ cannot be written.
    fs::create_dir_all(&outbox).unwrap();
    fs::write(&mia, "in the way").unwrap();
    let now =
        ["run", "--sample", "--period", "2025-Q2", "--as-of", late, "--faults", "missing:1-n", "--now", "--reason"];
    let report = office.zhinaq(&[&now[..], &["the ministry asked", "--format", "json"]].concat()).json();
    let (handed, expected) = parcels(&report);
    assert!(handed > 0 && handed < expected, "{report}");
    fs::remove_file(&mia).unwrap();

    // Now the forms have come, so neither hours nor forms hold anything back. The numbered copies still contain no
    // figure.
    sample(&office, "pull", late).exits(0);
    let hint = format!(
        "`zhinaq send --sample --as-of {late} --period 2025-Q2 --collection narcotics --now --reason …` hands it over"
    );
    let status = sample(&office, "status", late).exits(0).out;
    let command = hint.split('`').nth(1).unwrap();
    assert!(status.contains("`narcotics`") && status.contains("contains no figures"), "{status}");
    assert!(status.split_whitespace().collect::<Vec<_>>().join(" ").contains(command), "{status}");
    assert!(!status.contains("what is built is not numbered yet"), "{status}");
    let sent = sample(&office, "send", late).exits(3);
    assert!(
        sent.err.contains("contains no figures, so it is not handed over") && sent.err.contains(&hint),
        "{}",
        sent.err
    );
    assert!(mia.join("2025-Q2/corruption/r0").is_dir(), "what has figures goes");
    let run = sample(&office, "run", late).exits(3);
    assert_eq!(run.err.matches("contains no figures").count(), 1, "{}", run.err);
    let dry = sample(&office, "run --dry-run", late).exits(3);
    assert!(dry.err.contains(&hint), "{}", dry.err);
    let once = ["schedule", "--once", "--sample", "--since", "2025-07-01", "--as-of", late, "--format", "json"];
    let done = office.zhinaq(&once).exits(3).json().to_string();
    assert!(done.contains("contains no figures, so it is not handed over"), "{done}");
    assert!(!lies(&office), "the empty copies left");

    let words = ["send", "--sample", "--period", "2025-Q2", "--as-of", late, "--collection", "narcotics", "--now"];
    office.zhinaq(&[&words[..], &["--reason", "it was promised to them"]].concat()).exits(0);
    assert!(lies(&office));
    let kept = crate::acts::facts(&office, "hastened");
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert_eq!(kept[1].1["reason"], "it was promised to them");
    // All parcels were handed over, so nothing waits and nothing is wrong any more.
    let quiet = sample(&office, "run", late).exits(0);
    assert!(!quiet.err.contains("contains no figures"), "{}", quiet.err);
}

#[test]
fn a_person_may_hand_over_early_and_the_rest_waits() {
    let office = Office::small();
    let words = ["run", "--sample", "--period", "2025-Q2", "--as-of", "2025-07-13T12:00"];
    let now = [&words[..], &["--now", "--reason", "asked for by the chief", "--format", "json"]].concat();
    let report = office.zhinaq(&now).json();
    let (handed, expected) = parcels(&report);
    assert!(handed > 0, "{report}");
    assert_eq!(crate::acts::facts(&office, "hastened").len(), 2);
    // A parcel that was handed over can be sent a second time at once: that is a separate decision of a person.
    if handed == expected {
        let again = ["resend", "--sample", "--parcel", "2025-Q2/narcotics/r0/mia", "--reason", "lost"];
        office.zhinaq(&[&again[..], &["--as-of", "2025-07-13T13:00"]].concat()).exits(0);
    }
}

#[test]
fn a_dry_run_shows_what_would_go_and_leaves_it() {
    let office = Office::small();
    let dry = sample(&office, "run --dry-run --format json", "2025-07-14T20:30").exits(0).json();
    let would = dry["would_send"].as_array().unwrap();
    assert_eq!(would.len() as u64, parcels(&dry).1);
    assert!(would.iter().all(|w| w["copies"].as_u64() > Some(0) && w["to"][0].is_string()), "{dry}");
    assert_eq!((parcels(&dry).0, numbered(&office)), (0, 0));
    assert!(!office.path().join("output/sample/outbox").exists());
    let early = sample(&office, "run --dry-run", "2025-07-04T12:00").exits(0).out;
    assert!(
        early.contains("would be sent now: 0 parcels, 0 copies") && early.contains("is handed over before"),
        "{early}"
    );

    let done = sample(&office, "run --format json", "2025-07-14T20:30").exits(0).json();
    let (handed, expected) = parcels(&done);
    assert_eq!((handed, would.len() as u64), (expected, handed));
    let nothing = sample(&office, "send --dry-run", "2025-07-14T20:30").exits(0);
    assert!(nothing.out.contains("would be sent now: 0 parcels") && nothing.err.contains("dry run"), "{}", nothing.err);
}

#[test]
fn a_mistyped_year_hands_nothing_over() {
    let office = Office::small();
    let ended = office.zhinaq(&["run", "--sample", "--period", "2010-Q1", "--format", "json"]);
    assert_ne!(ended.code, 0, "{}", ended.out);
    assert_eq!(parcels(&ended.json()).0, 0);
    assert!(fs::read_dir(office.path().join("output/sample/outbox")).is_err());
}
