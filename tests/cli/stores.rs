//! A store on S3, as an office uses it: it is proved before anything is written, and `status` goes on without it.

use crate::support::{
    program::{Ended, Office},
    s3::{S3, S3Fault},
};

const KEYS: [(&str, &str); 2] = [("ZHINAQ_S3_KEY", "key-of-office"), ("ZHINAQ_S3_SECRET", "secret-of-office")];

/// An office with real figures whose artifacts are in the store.
fn office(s3: &S3) -> Office {
    let office = Office::small_real();
    let store = format!("[store]\nurl = \"s3://zhinaq/karaganda\"\nendpoint = \"{}\"\n", s3.address);
    office.edit("zhinaq.toml", |text| {
        let text = text.replacen("attempts = 4", "attempts = 1", 1);
        format!("{text}\n{store}")
    });
    office
}

/// Runs the program with the keys of the store; no output may contain one.
fn run(office: &Office, words: &[&str]) -> Ended {
    let ended = office.zhinaq_with(words, &KEYS);
    for secret in ["key-of-office", "secret-of-office"] {
        assert!(!ended.out.contains(secret) && !ended.err.contains(secret), "{}\n{}", ended.out, ended.err);
    }
    ended
}

#[test]
fn a_store_is_proved_and_a_store_that_lets_several_win_is_refused() {
    let s3 = S3::start();
    let office = office(&s3);
    let proof = run(&office, &["store", "check", "--format", "json"]).exits(0).json();
    assert_eq!((&proof["winners"], &proof["good"]), (&1.into(), &true.into()), "{proof}");
    assert!(s3.names().is_empty(), "the probe is removed: {:?}", s3.names());
    let verified = run(&office, &["store", "verify", "--format", "json"]).exits(0).json();
    assert_eq!(verified["store"], "s3://zhinaq/karaganda/");

    s3.fail(S3Fault::IgnoresCondition, usize::MAX);
    let unfair = run(&office, &["store", "check"]).exits(1);
    assert!(unfair.out.contains("create one object"), "{}", unfair.out);
    let refused = run(&office, &["pull", "--period", "2025-Q2"]).exits(1);
    assert!(refused.err.contains("does not keep a name"), "{}", refused.err);
}

#[test]
fn status_goes_on_without_the_store_and_says_so() {
    let s3 = S3::start();
    let office = office(&s3);
    s3.fail(S3Fault::Status(503), usize::MAX);
    let status = run(&office, &["status", "--format", "json"]).exits(0).json();
    let notices = status["notices"].as_array().unwrap();
    assert!(notices.iter().any(|notice| notice["kind"] == "store"), "{status}");
    let refused = run(&office, &["pull", "--period", "2025-Q2"]).exits(1);
    assert!(refused.err.contains("out of reach"), "{}", refused.err);
    s3.fail(S3Fault::Status(403), usize::MAX);
    let refused = run(&office, &["store", "check"]).exits(1);
    assert!(refused.err.contains("refused the keys"), "{}", refused.err);
}

#[test]
fn without_its_keys_nothing_is_written() {
    let s3 = S3::start();
    let refused = office(&s3).zhinaq(&["pull", "--period", "2025-Q2"]).exits(1);
    assert!(refused.err.contains("`ZHINAQ_S3_KEY`") && s3.requests().0 == 0, "{}", refused.err);
}

#[test]
fn sample_work_never_touches_the_store() {
    let s3 = S3::start();
    let office = office(&s3);
    run(&office, &["pull", "--sample", "--period", "2025-Q2", "--as-of", "2025-07-16T12:00"]);
    assert!(office.path().join("output/sample/snapshots").is_dir());
    assert_eq!(s3.requests().0, 0);
    let none = run(&office, &["store", "check", "--sample"]).exits(1);
    assert!(none.err.contains("in the output folder"), "{}", none.err);
}
