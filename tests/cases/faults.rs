//! Faults of the sample office, on forms of the small act: none changes a figure silently. `tests/faults-by-forms.py`
//! prints the whole table, each fault on each of the 26 forms.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::support::program::{Ended, Office};

/// The minute at which the books of the small act are handed over, form 1-ad's as a supplement.
const HANDED_OVER: &str = "2025-07-21T20:30";

/// The outcome of a run.
struct Outcome {
    ran: Ended,
    report: Value,
    /// The content id of each book. Equal ids mean equal figures.
    books: BTreeMap<String, String>,
    /// The tables of each book as CSV, written by `build`.
    tables: BTreeMap<PathBuf, Vec<u8>>,
}

impl Outcome {
    /// Runs the small office with these faults; writes its books as CSV if nothing was reported.
    fn of(faults: &str) -> Self {
        let office = Office::small();
        let words = ["run", "--sample", "--period", "2025-Q2", "--as-of", HANDED_OVER, "--faults", faults];
        let ran = office.zhinaq(&[&words[..], &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap_or_default();
        let collections = report["collections"].as_array().cloned().unwrap_or_default();
        let book = |c: &Value| (c["id"].to_string(), c["content_id"].to_string());
        let mut outcome = Self { ran, report, books: collections.iter().map(book).collect(), tables: BTreeMap::new() };
        if !outcome.is_told() {
            let words = ["build", "--sample", "--period", "2025-Q2", "--as-of", HANDED_OVER, "--formats", "csv"];
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

    /// Whether the run reported that something is wrong.
    fn is_told(&self) -> bool {
        self.ran.code != 0 || self.findings("error") + self.findings("warning") + self.held() > 0
    }

    fn handed(&self) -> u64 {
        self.report["totals"]["copies"]["handed"].as_u64().unwrap_or(0)
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

#[test]
fn faults_of_figures_are_never_silent() {
    let plain = Outcome::of("");
    assert!(!plain.is_told() && plain.handed() > 0, "without a fault: {}\n{}", plain.ran.out, plain.ran.err);
    for fault in ["two-files:3-k", "stale-answer:3-k", "twins:1-ad,twins:1-n"] {
        let outcome = Outcome::of(fault);
        assert!(outcome.is_told(), "other figures without a word: {fault}");
        assert!(!outcome.ran.err.contains("has no effect"), "{fault}: {}", outcome.ran.err);
    }
    let idle = Outcome::of("half-rows:1-ad");
    let said = "warning: fault `half-rows:1-ad` has no effect: no section of form `1-ad` has more than one row";
    assert!(idle.ran.err.contains(said), "{}", idle.ran.err);
    assert!(!idle.is_told());
    assert_eq!((&idle.books, &idle.tables), (&plain.books, &plain.tables));
}
