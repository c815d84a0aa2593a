//! Every fault of the sample office, on each form of the small act: none changes a figure in silence.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use zhinaq::sample::FaultKind;

use crate::support::program::{Ended, Office};

/// Each form with the minute at which it was due and its books are handed over.
const FORMS: [(&str, &str); 3] =
    [("3-k", "2025-07-14T20:30"), ("1-n", "2025-07-14T20:30"), ("1-ad", "2025-07-21T20:30")];

/// What came of a run.
struct Outcome {
    ran: Ended,
    report: Value,
    /// The content id of each book; equal ids are equal figures.
    books: BTreeMap<String, String>,
    /// The tables of each book as CSV, written by `build`.
    tables: BTreeMap<PathBuf, Vec<u8>>,
}

impl Outcome {
    /// A run of the small office with these faults, and its books as CSV where nothing was said.
    fn of(faults: &str, as_of: &str) -> Self {
        let office = Office::small();
        office.edit("zhinaq.toml", |text| {
            let short =
                text.replace("answer_seconds = 60", "answer_seconds = 2").replace("attempts = 4", "attempts = 3");
            short.replace("longest_pause_seconds = 30", "longest_pause_seconds = 2")
        });
        let words = ["run", "--sample", "--period", "2025-Q2", "--as-of", as_of, "--faults", faults];
        let ran = office.zhinaq(&[&words[..], &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap_or_default();
        let collections = report["collections"].as_array().cloned().unwrap_or_default();
        let book = |c: &Value| (c["id"].to_string(), c["content_id"].to_string());
        let mut outcome = Self { ran, report, books: collections.iter().map(book).collect(), tables: BTreeMap::new() };
        if !outcome.is_told() {
            let words = ["build", "--sample", "--period", "2025-Q2", "--as-of", as_of, "--formats", "csv"];
            office.zhinaq(&[&words[..], &["--faults", faults]].concat()).exits(0);
            let books = office.path().join("output/sample/2025-Q2");
            tables_below(&books, &books, &mut outcome.tables);
            assert!(!outcome.tables.is_empty(), "`build --formats csv` wrote no table");
        }
        outcome
    }

    fn findings(&self, severity: &str) -> u64 {
        self.report["findings"][severity].as_u64().unwrap_or(0)
    }

    fn held(&self) -> u64 {
        self.report["forms"].as_array().into_iter().flatten().filter_map(|form| form["held"].as_u64()).sum()
    }

    /// Whether whoever ran it is told that something is wrong.
    fn is_told(&self) -> bool {
        self.ran.code != 0 || self.findings("error") + self.findings("warning") + self.held() > 0
    }

    fn handed(&self) -> u64 {
        self.report["totals"]["copies"]["handed"].as_u64().unwrap_or(0)
    }

    fn has_figures_of(&self, other: &Self) -> bool {
        self.books == other.books && (self.tables.is_empty() || self.tables == other.tables)
    }

    /// A line of the table.
    fn line(&self, fault: &str, plain: &Self) -> String {
        format!(
            "{fault:24} exit {} | {:>3} errors {:>3} warnings {:>2} held | {:>2} of {} copies | {}",
            self.ran.code,
            self.findings("error"),
            self.findings("warning"),
            self.held(),
            self.handed(),
            plain.handed(),
            if self.has_figures_of(plain) { "equal figures" } else { "other figures, or [x]" },
        )
    }
}

fn tables_below(top: &Path, folder: &Path, tables: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for path in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            tables_below(top, &path, tables);
        } else if path.extension().is_some_and(|e| e == "csv") {
            tables.insert(path.strip_prefix(top).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

/// Tries these faults on these forms and prints a line for each.
fn try_all(forms: &[(&str, &str)], kinds: &[FaultKind]) {
    let mut silent = Vec::new();
    for &(form, as_of) in forms {
        let plain = Outcome::of("", as_of);
        assert!(!plain.is_told() && plain.handed() > 0, "without a fault: {}\n{}", plain.ran.out, plain.ran.err);
        for kind in kinds {
            let fault = format!("{}:{form}", kind.name());
            let outcome = Outcome::of(&fault, as_of);
            super::aloud(&outcome.line(&fault, &plain));
            if !outcome.is_told() && !outcome.has_figures_of(&plain) {
                silent.push(fault);
            }
        }
    }
    assert!(silent.is_empty(), "other figures without a word: {}", silent.join(", "));
}

#[test]
fn faults_of_figures_are_never_silent() {
    try_all(&FORMS[..1], &[FaultKind::Edition, FaultKind::StaleAnswer, FaultKind::TwoFiles]);
}

#[test]
#[ignore = "every fault on every form: about ten minutes"]
fn no_fault_is_silent() {
    try_all(&FORMS, &FaultKind::all().collect::<Vec<_>>());
}
