//! A real run that is killed at each kind of step: the next start finishes it.

use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use zhinaq::{
    domain::{Fact, ParcelId},
    ledger::{Filter, Ledger},
};

use crate::support::program::Office;

/// The steps at which a run is killed: the n-th fact of a kind.
const STEPS: [(&str, usize); 10] = [
    ("run-started", 1),
    ("fetched", 1),
    ("dataset-read", 1),
    ("checked", 1),
    ("built", 1),
    ("queued", 1),
    ("sending", 1),
    ("outcome", 1),
    ("sending", 20),
    ("outcome", 40),
];

/// The n-th event of a kind in the office's ledger after a place.
fn seen(office: &Office, after: i64, (kind, nth): (&'static str, usize)) -> Option<i64> {
    let path = office.path().join("output/sample/ledger.sqlite");
    if !path.exists() {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ledger = Ledger::open_to_read(&format!("sqlite:{}", path.display())).await.ok()?;
        let filter = Filter { after_seq: after, ..Filter::default() }.kinds(&[kind]);
        let events = ledger.events(&filter).await.ok()?;
        ledger.close().await;
        events.get(nth - 1).map(|e| e.seq)
    })
}

#[test]
fn a_run_that_is_killed_at_each_kind_of_step_is_finished_by_the_next() {
    let office = Office::empty();
    let mut after = 0;
    for step in STEPS {
        // This step is written in one transaction with the step before, so no run can be killed between them.
        if seen(&office, after, step).is_some() {
            continue;
        }
        let mut run = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
            .args(["run", "--sample", "--period", "2025-Q2", "--quiet"])
            .current_dir(office.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let limit = Instant::now() + Duration::from_mins(5);
        loop {
            if let Some(seq) = seen(&office, after, step) {
                after = after.max(seq);
                break;
            }
            assert!(run.try_wait().unwrap().is_none(), "the run ended before {step:?}");
            assert!(Instant::now() < limit, "{step:?} never came");
            std::thread::yield_now();
        }
        run.kill().unwrap();
        run.wait().unwrap();
    }
    // The status shows the true state of interrupted parcels before anything repairs them.
    let status = office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    for collection in status["collections"].as_array().unwrap() {
        assert_eq!(collection["parcels"]["sending"], 0, "{collection}");
    }
    let report = office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    assert_eq!(report["totals"]["parcels"]["handed"], 115);
    assert_eq!(report["totals"]["copies"]["handed"], 176);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let handed: BTreeMap<ParcelId, usize> = runtime.block_on(async {
        let path = office.path().join("output/sample/ledger.sqlite");
        let ledger = Ledger::open_to_read(&format!("sqlite:{}", path.display())).await.unwrap();
        let mut handed = BTreeMap::new();
        for event in ledger.events(&Filter::default().kinds(&["outcome"])).await.unwrap() {
            if let Fact::Outcome { parcel, state, .. } = event.fact
                && state.is_handed()
            {
                *handed.entry(parcel).or_default() += 1;
            }
        }
        handed
    });
    assert_eq!(handed.len(), 115);
    assert!(handed.values().all(|times| *times == 1), "a parcel was handed over twice");
    let mut files = 0;
    let mut folders = vec![office.path().join("output/sample/outbox")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += usize::from(path.extension().is_some_and(|e| e == "xlsx"));
            }
        }
    }
    assert_eq!(files, 176);
}
