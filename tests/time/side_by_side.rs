//! Programs that work on one ledger at the same time: they share the work, and a person's act waits for nobody but who
//! works on the same piece.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Stdio},
};

use chrono::{TimeDelta, Utc};
use zhinaq::{
    domain::{Fact, ParcelId, Piece},
    ledger::{Claimant, Filter, Ledger, PieceClaims},
};

use crate::support::program::Office;

const RUN: [&str; 4] = ["run", "--sample", "--period", "2025-Q2"];

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn ledger_of(office: &Office) -> String {
    format!("sqlite:{}", office.path().join("output/sample/ledger.sqlite").display())
}

fn copies_below(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let count = |path: &Path| {
        if path.is_dir() { copies_below(path) } else { usize::from(path.extension().is_some_and(|e| e == "xlsx")) }
    };
    entries.map(|entry| count(&entry.unwrap().path())).sum()
}

#[test]
fn two_runs_side_by_side_do_each_thing_once() {
    let office = Office::small();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhinaq"));
        command.args(RUN).args(["--quiet"]).current_dir(office.path());
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for run in [start(), start(), start()] {
        let ended = run.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let report = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    let (parcels, copies) = (&report["totals"]["parcels"], &report["totals"]["copies"]);
    assert_eq!((&parcels["handed"], &copies["handed"]), (&parcels["expected"], &copies["expected"]), "{report}");
    assert_eq!(copies_below(&office.path().join("output/sample/outbox")) as u64, copies["handed"].as_u64().unwrap());

    let (mut queued, mut handed): (BTreeMap<ParcelId, usize>, BTreeMap<ParcelId, usize>) = Default::default();
    let mut revisions = BTreeSet::new();
    let events = runtime().block_on(async {
        let ledger = Ledger::open_to_read(&ledger_of(&office)).await.unwrap();
        assert_eq!(ledger.held_pieces(Utc::now()).await.unwrap(), [], "all pieces were released");
        ledger.events(&Filter::default()).await.unwrap()
    });
    for event in events {
        match event.fact {
            Fact::Queued { parcel, .. } => *queued.entry(parcel).or_default() += 1,
            Fact::Outcome { parcel, state, .. } if state.is_handed() => *handed.entry(parcel).or_default() += 1,
            Fact::DatasetRead { key, revision, .. } => {
                assert!(revisions.insert((key.clone(), revision)), "{key}: revision {revision} twice");
            }
            _ => {}
        }
    }
    assert!(
        queued.len() > 10 && queued.values().chain(handed.values()).all(|times| *times == 1),
        "{queued:?} {handed:?}"
    );
    assert_eq!(queued.len(), handed.len());
    let left = std::fs::read_dir(office.path().join("output/sample")).unwrap();
    let locks = left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".run-"));
    assert_eq!(locks.count(), 0, "a program that ended leaves no lock of its own");
}

/// Pieces that a program of another machine holds.
fn held_elsewhere(office: &Office, names: &[&str]) -> (Ledger, PieceClaims, tokio::runtime::Runtime) {
    let runtime = runtime();
    let ledger = runtime.block_on(Ledger::open(&ledger_of(office))).unwrap();
    let pieces: BTreeSet<Piece> = names.iter().map(|name| name.parse().unwrap()).collect();
    let elsewhere =
        Claimant { holder: "astana/20250714T000000000Z-4242#0123456789abcdef.1".into(), account: "aigul".into() };
    let claimed = ledger.claim_pieces(&pieces, &elsewhere, Utc::now(), TimeDelta::hours(1));
    let claimed = runtime.block_on(claimed).unwrap().unwrap();
    (ledger, claimed, runtime)
}

#[test]
fn an_act_is_refused_only_where_somebody_works_on_its_piece() {
    let office = Office::small();
    office.zhinaq(&RUN).exits(0);
    let (ledger, claimed, runtime) = held_elsewhere(&office, &["fetch/1-n/2025-Q2"]);
    let close = ["close", "--sample", "--period", "2025-Q2", "--yes"];
    let correct = |form: &str, old: &str| {
        let cell = ["--section", "R1", "--row", "1", "--column", "1", "--unit", "1971", "--old", old, "--new", "7"];
        let words = ["correct", "--sample", "--period", "2025-Q2", "--reason", "trial", "--form", form];
        office.zhinaq(&[&words[..], &cell[..]].concat())
    };
    let refused = correct("1-n", "0").exits(1);
    let who = "process 4242 on `astana` (account `aigul`) has worked on `fetch/1-n/2025-Q2` since ";
    assert!(refused.err.contains(who), "{}", refused.err);
    for words in [&close[..], &["prune", "--sample", "--yes"]] {
        let refused = office.zhinaq(words).exits(1);
        assert!(refused.err.contains(who), "{words:?}: {}", refused.err);
    }
    let coded = office.zhinaq(&[&close[..], &["--format", "json"]].concat()).exits(1);
    assert!(coded.err.contains("\"busy\""), "{}", coded.err);
    // Another form is another piece: what is wrong there is the figure.
    let other = correct("1-ad", "999999999").exits(1);
    assert!(!other.err.contains("4242"), "{}", other.err);
    // The status says who is at work, on what, and since when.
    let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--all"]).exits(0);
    assert!(status.out.contains("process 4242 on `astana` (account `aigul`) is at work"), "{}", status.out);
    // Nothing of another quarter is touched.
    runtime.block_on(ledger.release_pieces(&claimed)).unwrap();
    office.zhinaq(&close).exits(0);
    let (ledger, claimed, runtime) = held_elsewhere(&office, &["fetch/1-n/2025-Q1"]);
    let open = ["reopen", "--sample", "--period", "2025-Q2", "--reason", "trial"];
    office.zhinaq(&open).exits(0);
    runtime.block_on(ledger.release_pieces(&claimed)).unwrap();
}

#[test]
fn nobody_numbers_figures_that_changed_while_they_were_built() {
    let office = Office::small();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2"]).exits(0);
    // Somebody has the register of one collection; the run builds, and waits with numbering.
    let (ledger, claimed, runtime) = held_elsewhere(&office, &["stamp/2025-Q2/narcotics/r0"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhinaq"));
    command.args(RUN).current_dir(office.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let run = command.spawn().unwrap();
    let is_built = |fact: &Fact| matches!(fact, Fact::Built { issue, .. } if issue.collection.as_str() == "narcotics");
    let limit = std::time::Instant::now() + std::time::Duration::from_mins(5);
    loop {
        let events = runtime.block_on(ledger.events(&Filter::default().kinds(&["built"]))).unwrap();
        if events.iter().any(|event| is_built(&event.fact)) {
            break;
        }
        assert!(std::time::Instant::now() < limit, "the collection was never built");
        std::thread::yield_now();
    }
    let query = ["query", "--sample", "--form", "1-n", "--period", "2025-Q2", "--section", "R1", "--row", "1"];
    let query = [&query[..], &["--column", "1", "--unit", "1971", "--format", "json"]].concat();
    let figure = office.zhinaq(&query).exits(0).json()[0]["value"].as_i64().unwrap();
    let (old, new) = (figure.to_string(), (figure + 1).to_string());
    let correct = ["correct", "--sample", "--form", "1-n", "--period", "2025-Q2", "--section", "R1", "--row", "1"];
    let rest = ["--column", "1", "--unit", "1971", "--old", &old, "--new", &new, "--reason", "trial"];
    office.zhinaq(&[&correct[..], &rest[..]].concat()).exits(0);
    runtime.block_on(ledger.release_pieces(&claimed)).unwrap();
    let ended = run.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains("waits for process 4242 on `astana`") && said.contains("changed while it was built"),
        "{said}"
    );
    let numbered = runtime.block_on(ledger.events(&Filter::default().kinds(&["queued"]))).unwrap();
    let of_it = |fact: &Fact| fact.witnessed().is_some_and(|parcel| parcel.issue.collection.as_str() == "narcotics");
    assert!(numbered.iter().all(|event| !of_it(&event.fact)), "figures that a person corrected were numbered");
}
