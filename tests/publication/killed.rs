//! A placement that is killed between any two steps leaves the old site or the new one, whole; the next run finishes it.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{AT, files, folder, pulled, sample};

/// Whether the folder of the site contains an entry with this beginning or this ending.
fn has(site: &Path, is_it: impl Fn(&str) -> bool) -> bool {
    let entries = fs::read_dir(site).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| is_it(&entry.file_name().to_string_lossy()))
}

#[test]
fn a_killed_placement_leaves_a_whole_site_and_the_next_run_finishes_it() {
    type Step = (&'static str, fn(&Path) -> bool);
    let steps: [Step; 5] = [
        ("a part of the tree is written", |site| has(site, |name| name.starts_with(".part-"))),
        ("the tree is whole", |site| has(site, |name| name.len() == 64)),
        ("its facts lie beside it", |site| has(site, |name| name.ends_with(".placed.json"))),
        ("the link is switched", |site| site.join("current").exists()),
        ("nothing yet", |_| true),
    ];
    for (step, has_come) in steps {
        let office = pulled();
        let site = folder(&office);
        let mut place = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
            .args(["place", "--sample", "--as-of", AT, "--period", "2025-Q2", "--quiet"])
            .current_dir(office.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let limit = Instant::now() + Duration::from_mins(5);
        // A run that ends first was too fast for this step; then the whole site has to be there.
        while !has_come(&site) && place.try_wait().unwrap().is_none() {
            assert!(Instant::now() < limit, "{step} never came");
            std::thread::yield_now();
        }
        let _ = place.kill();
        place.wait().unwrap();
        if site.join("current").exists() {
            assert!(!files(&site.join("current")).is_empty(), "{step}");
        }
        let report = sample(&office, "place --period 2025-Q2 --format json").exits(0).json();
        let (placed, unchanged) = (report["placed"].as_array().unwrap().len(), report["unchanged"].as_u64().unwrap());
        assert_eq!(placed as u64 + unchanged, 3, "{step}: {report}");
        files(&site.join("current"));
        let facts = sample(&office, "journal --kind placed --format json").exits(0).json();
        assert_eq!(facts.as_array().unwrap().len(), 3, "{step}: each form is recorded once: {facts}");
        assert!(!has(&site, |name| name.starts_with(".part-")), "{step}: a part is left");
    }
}
