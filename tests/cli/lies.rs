//! Each fault of the sample office that falsifies figures, for each form: the document is held or refused, or an error
//! holds the form back.

use crate::support::program::Office;

/// Pulls a form from an office with a fault; returns the exit code and the messages of `pull`, and the errors of
/// `check`.
fn outcome(office: &Office, fault: &str, form: &str, period: &str) -> (i32, String, Vec<String>) {
    let faults = format!("{fault}:{form}");
    let words = ["pull", "--sample", "--form", form, "--period", period, "--faults", &faults];
    let pulled = office.zhinaq(&words);
    let checked = office.zhinaq(&["check", "--sample", "--form", form, "--period", period, "--format", "json"]);
    let findings = checked.json();
    let errors = findings.as_array().unwrap().iter().filter(|f| f["severity"] == "error");
    let errors = errors.map(|f| f["rule"].as_str().unwrap().to_owned()).collect();
    (pulled.code, format!("{}{}", pulled.out, pulled.err), errors)
}

#[test]
fn no_lie_about_figures_passes() {
    for (fault, form) in [
        ("stale-answer", "1-n"),
        ("stale-answer", "3-k"),
        ("half-rows", "1-n"),
        ("half-rows", "3-k"),
        ("unit-twice", "1-n"),
        ("failure-word", "1-n"),
        ("zeros", "1-n"),
        ("zeros", "3-k"),
    ] {
        let office = Office::small();
        if fault == "stale-answer" && form == "3-k" {
            // For a workbook the month before has to be stored; for a service the program requests it.
            office.zhinaq(&["pull", "--sample", "--form", form, "--period", "2025-M05"]).exits(0);
        }
        let period = if form == "3-k" { "2025-M06" } else { "2025-Q2" };
        let (code, said, errors) = outcome(&office, fault, form, period);
        let stopped = code != 0 || said.contains("held: ") || !errors.is_empty();
        assert!(stopped, "{fault}:{form}\n{said}");
    }
}

#[test]
fn without_lies_nothing_is_held() {
    let office = Office::small();
    for (form, period) in [("1-n", "2025-Q2"), ("3-k", "2025-M06")] {
        let pulled = office.zhinaq(&["pull", "--sample", "--form", form, "--period", period]).exits(0);
        assert!(!pulled.err.contains("held: ") && !pulled.out.contains("held: "), "{}", pulled.err);
        office.zhinaq(&["check", "--sample", "--form", form, "--period", period]).exits(0);
    }
}
