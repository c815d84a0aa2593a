//! Wrong and odd inputs: each is refused, in our words, and nothing else happens.

use std::fs;

use crate::support::program::Office;

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn an_error_has_no_control_characters_and_no_numbers_of_the_system() {
    let office = Office::fresh();
    let odd = "\u{1b}[2J\u{7}";
    for line in [&["accept", "--document", odd, "--reason", "x"][..], &["explain", odd], &["status", "--period", odd]] {
        let ended = office.zhinaq(line).exits(1);
        assert!(!ended.err.contains(['\u{1b}', '\u{7}']), "{line:?}: {:?}", ended.err);
    }
    for line in ["trace no.xlsx", "identify no.xlsx", "accessibility no.xlsx", "verify no.zip", "restore no --yes"] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains("No such file") && !ended.err.contains("os error"), "{line}: {}", ended.err);
    }
    let json = office.zhinaq(&words("trace no.xlsx --format json")).exits(1);
    assert!(json.err.contains("\"code\"") && !json.err.contains("os error"), "{}", json.err);
}

#[test]
fn a_long_value_is_cut_in_the_error() {
    let long = "x".repeat(50_000);
    let office = Office::fresh();
    for line in [&["status", "--period", &long][..], &["close", "--home", &long, "--period", "2025-Q2"]] {
        let ended = office.zhinaq(line).exits(1);
        assert!(ended.err.len() < 1_000 && ended.err.contains("xxx…"), "{}", ended.err);
    }
}

#[test]
fn files_are_not_written_into_folders_that_do_not_exist() {
    let office = Office::small();
    for line in [
        "pack --sample --period 2025-Q2 --out no/such/q.zip",
        "schedule --once --sample --metrics no/such/m.prom",
        "backup --sample no/such/b",
        "form learn zhinaq.toml --out no/such/x.toml",
    ] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains("the folder `no/such` does not exist; make it first"), "{line}: {}", ended.err);
        assert!(!office.path().join("no").exists(), "{line}");
    }
    let ended = office.zhinaq(&words("schedule --once --sample --metrics .")).exits(1);
    assert!(ended.err.contains("`.` is a folder; write the path of a file"), "{}", ended.err);
}

#[test]
fn what_would_do_nothing_is_refused() {
    let office = Office::small();
    for (line, said) in [
        ("status --sample --faults late:zzz", "form `zzz` is unknown"),
        ("sample serve --faults late:zzz", "form `zzz` is unknown"),
        ("schedule --once --late 1-ad:3", "cannot be used with"),
        ("schedule --once --outage 2025-07-01/2025-07-03", "cannot be used with"),
        ("receipts --sample --log .", "the log `.` cannot be read: it is a folder"),
        ("status --as-of 9999-12-31", "is not an instant from 1991 to 2099"),
        ("status --as-of 0001-01-01T00:00:00Z", "is not an instant from 1991 to 2099"),
        ("plan --to 9999-12-31", "is not a day"),
        ("incidents --measures x --from abc", "no emergency began at `abc`"),
        ("resend --organ mia --reason x", "--period <PERIOD>"),
        ("init zhinaq.toml", "cannot make an office in `zhinaq.toml`: it is, or is below, a file"),
        ("init zhinaq.toml/x", "cannot make an office in `zhinaq.toml/x`: it is, or is below, a file"),
    ] {
        let ended = office.zhinaq(&words(line)).exits(1);
        assert!(ended.err.contains(said), "{line}: {}", ended.err);
    }
    // One of two ways is missing: the error is about the way that was chosen.
    let resend = office.zhinaq(&words("resend --organ mia --reason x"));
    assert!(!resend.err.contains("--parcel"), "{}", resend.err);
    assert!(fs::metadata(office.path().join("zhinaq.toml")).unwrap().is_file());
}
