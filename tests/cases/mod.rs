//! The inputs of `../shared/cases`, each with the value or the refusal that its README states. If the folder is
//! missing, each test prints "skipped". `reading`, `services`, `checks` and `acts` have made-up fixtures of the same
//! kinds.

mod books;
mod faults;
mod services;
mod workbooks;

use std::path::PathBuf;

use serde_json::Value;

use crate::support::program::{Ended, Office};

/// Prints a line for the person who runs the tests.
#[expect(clippy::print_stdout, reason = "a test says that it was skipped, or what it saw")]
fn aloud(text: &str) {
    println!("{text}");
}

/// The folder of a case; `None`, with a printed line, if the cases are not here.
fn case(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/cases").join(name);
    if folder.is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    aloud(&format!("skipped: ../shared/cases/{name} is not here"));
    None
}

/// A figure in use, as JSON; `None` if no document of that key is in use.
fn figure(office: &Office, form: &str, period: &str, unit: &str, place: [&str; 3]) -> Option<Value> {
    let [section, row, column] = place;
    let words = [
        "query",
        "--form",
        form,
        "--period",
        period,
        "--unit",
        unit,
        "--agency",
        "all",
        "--section",
        section,
        "--row",
        row,
        "--column",
        column,
        "--format",
        "json",
    ];
    let ended = office.zhinaq(&words);
    // A section, row or column that no document has is refused by name.
    if ended.err.contains("\"unknown-id\"") {
        return None;
    }
    ended.exits(0).json().as_array().unwrap().first().map(|answer| answer["value"].clone())
}

fn check(office: &Office, form: &str, period: &str) -> Ended {
    office.zhinaq(&["check", "--period", period, "--form", form, "--format", "json"])
}

/// The findings of a severity whose explanation or rule contains a word.
fn findings(checked: &Ended, severity: &str, word: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(&checked.out).unwrap_or_default();
    let is_it =
        |finding: &&Value| finding["severity"] == severity && (finding.to_string().contains(word) || word.is_empty());
    all.as_array().into_iter().flatten().filter(is_it).cloned().collect()
}
