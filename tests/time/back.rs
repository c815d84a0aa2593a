//! The clock is set back between two runs: the order of the journal counts, and nothing is sent twice.

use serde_json::Value;

use crate::support::program::Office;

fn at(office: &Office, words: &str, instant: &str, code: i32) -> Value {
    let mut all: Vec<&str> = words.split(' ').collect();
    all.extend(["--sample", "--by", "op", "--as-of", instant, "--format", "json"]);
    office.zhinaq(&all).exits(code).json()
}

fn copies(report: &Value, which: &str) -> u64 {
    report["totals"]["copies"][which].as_u64().unwrap()
}

/// How often each copy was tried, by its place in the register.
fn attempts(office: &Office) -> Vec<u64> {
    let rows = at(office, "register --period 2025-Q2", "2025-07-01T09:00", 0);
    rows.as_array().unwrap().iter().map(|row| row["attempts"].as_u64().unwrap()).collect()
}

#[test]
fn a_run_by_an_earlier_clock_finds_everything_done() {
    let office = Office::small();
    let run = "run --period 2025-Q2";
    let first = at(&office, run, "2025-08-20T10:00", 0);
    let expected = copies(&first, "expected");
    assert_eq!(copies(&first, "handed_now"), expected);
    for earlier in ["2025-07-20T10:00", "2025-07-14T08:00", "2025-08-20T09:59"] {
        let again = at(&office, run, earlier, 0);
        assert_eq!((copies(&again, "handed"), copies(&again, "handed_now")), (expected, 0), "{earlier}");
    }
    // An act of a person at the earlier time comes after the acts of the later time.
    at(&office, "resend --parcel 2025-Q2/narcotics/r0/mia --reason lost", "2025-07-20T11:00", 0);
    let counts = attempts(&office);
    assert_eq!((counts.iter().filter(|n| **n == 2).count(), counts.iter().filter(|n| **n > 2).count()), (1, 0));
    at(&office, "close --period 2025-Q2 --yes", "2025-07-19T11:00", 0);
    assert!(at(&office, "status --period 2025-Q2", "2025-07-18T11:00", 0)["closed"].is_string());
    office.zhinaq(&["pack", "--sample", "--period", "2025-Q2", "--out", "q2.zip"]).exits(0);
    assert_eq!(office.zhinaq(&["verify", "q2.zip", "--format", "json"]).exits(0).json()["intact"], true);
}

#[test]
fn a_schedule_whose_clock_jumps_back_repeats_nothing() {
    let office = Office::small();
    let look = |instant: &str| {
        let words = ["schedule", "--once", "--sample", "--since", "2025-07-01", "--as-of", instant, "--format", "json"];
        office.zhinaq(&words).exits(0).json()
    };
    look("2025-07-14T20:00");
    let counts = attempts(&office);
    assert!(!counts.is_empty() && counts.iter().all(|n| *n == 1), "{counts:?}");
    for instant in ["2025-07-10T09:00", "2025-07-14T19:00", "2025-07-14T20:30"] {
        look(instant);
        assert_eq!(attempts(&office), counts, "{instant}");
    }
}
