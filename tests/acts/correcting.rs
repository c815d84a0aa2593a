//! Corrected figures, held documents, findings that a person overrides.

use serde_json::Value;

use super::{by, facts, staffed, totals};
use crate::support::program::Office;

const CELL: &str = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1";

fn figure(office: &Office) -> (i64, u64) {
    let words = format!("query {CELL} --unit 1971 --format json");
    let answers = by(office, "op", &words).exits(0).json();
    (answers[0]["value"].as_i64().unwrap(), answers[0]["revision"].as_u64().unwrap())
}

fn correct(old: i64, new: i64) -> String {
    format!("correct {CELL} --unit 1971 --old {old} --new {new} --reason \"counted twice\"")
}

#[test]
fn a_corrected_figure_is_a_revision_of_the_same_document_and_survives_reading_again() {
    let office = staffed();
    let pull = "pull --period 2025-Q2 --form 1-n";
    by(&office, "op", pull).exits(0);
    let (old, revision) = figure(&office);
    assert_eq!(revision, 0);

    let refused = by(&office, "stat", &correct(old + 1, old + 5)).exits(1);
    assert!(refused.err.contains(&format!("the figure is `{old}`, not `{}`", old + 1)), "{}", refused.err);
    let blank = correct(old, old + 5).replace("counted twice", " ");
    assert!(by(&office, "stat", &blank).exits(1).err.contains("reason is missing"));
    let elsewhere = correct(old, old + 5).replace("--row 1 ", "--row 1x ");
    assert!(by(&office, "stat", &elsewhere).exits(1).err.contains("has no row `1x`"));
    for wrong in [format!("{old}.5"), format!("-{old}"), "1.2345".to_owned()] {
        let words = correct(old, old).replace(&format!("--new {old} "), &format!("--new {wrong} "));
        let refused = by(&office, "stat", &words).exits(1);
        let why = if wrong == "1.2345" { "more than three decimals" } else { "the measure of the column is `count`" };
        assert!(refused.err.contains(why), "{wrong}: {}", refused.err);
    }
    assert_eq!(figure(&office), (old, 0), "nothing of that was written");

    let done = by(&office, "stat", &format!("{} --format json", correct(old, old + 5))).exits(0).json();
    assert_eq!((done["revision"].as_u64(), done["new"].as_i64()), (Some(1), Some(old + 5)));
    assert_eq!(figure(&office), (old + 5, 1));
    let kept = facts(&office, "corrected");
    assert_eq!(kept[0].0, "Statistician");
    assert_eq!((&kept[0].1["reason"], &kept[0].1["snapshot"]), (&"counted twice".into(), &done["snapshot"]));

    // Datasets may be lost, because the document and the ledger are kept.
    std::fs::remove_dir_all(office.path().join("output/sample/data")).unwrap();
    assert_eq!(figure(&office), (old + 5, 1));
    by(&office, "op", pull).exits(0);
    assert_eq!(figure(&office), (old + 5, 1), "the same document again says nothing new");
    // Only one region was corrected, so the republic is below the sum of its regions.
    let told = by(&office, "op", "check --period 2025-Q2 --form 1-n --format json").exits(3).json();
    let errors = told.as_array().unwrap().iter().filter(|f| f["severity"] == "error");
    assert!(errors.clone().count() == 1 && errors.clone().all(|f| f["rule"] == "regions.sum"), "{told}");
    let finding = told.as_array().unwrap().iter().find(|f| f["rule"] == "1-n.corrected").unwrap();
    assert_eq!(finding["severity"], "info");
    assert!(finding["explanation"].as_str().unwrap().contains("Statistician: counted twice"), "{finding}");
    let diff = by(&office, "op", "diff --form 1-n --period 2025-Q2 --unit 1971 --format json").exits(0).json();
    assert_eq!(diff["changes"][0]["difference"].as_i64(), Some(5), "{diff}");
}

#[test]
fn a_held_document_is_used_only_after_a_statistician_accepted_it() {
    let office = staffed();
    by(&office, "op", "pull --period 2025-M06 --form 3-k --faults stale:3-k").exits(3);
    let count = |words: &str| by(&office, "op", words).exits(0).json().as_array().map_or(0, Vec::len);
    let all = "query --form 3-k --period 2025-M06 --agency all --format json";
    assert_eq!(count(all), 0, "held figures are not in use");

    let accept = "accept --form 3-k --period 2025-M06 --reason \"the series fits\"";
    let several = by(&office, "stat", accept).exits(1);
    assert!(several.err.contains("documents are held; choose one"), "{}", several.err);
    let one = format!("{accept} --agency all --format json");
    let accepted = by(&office, "stat", &one).exits(0).json();
    assert_eq!(accepted["datasets"].as_array().unwrap().len(), 1);
    assert!(count(all) > 0);
    assert_eq!(facts(&office, "accepted")[0].0, "Statistician");
    let again = by(&office, "stat", &one).exits(1);
    assert!(again.err.contains("no document of it is held"), "{}", again.err);
}

fn draft(report: &Value, collection: &str) -> bool {
    let collections = report["collections"].as_array().unwrap();
    collections.iter().find(|c| c["id"] == collection).unwrap()["draft"].as_bool().unwrap()
}

#[test]
fn an_error_holds_a_collection_back_until_an_approver_lets_its_rule_pass() {
    let office = staffed();
    let faulty = "run --period 2025-Q1 --faults twins:1-n,sum:1-n,edition:3-k --format json";
    let held = by(&office, "op", faulty).json();
    let Some(collection) = ["corruption", "narcotics"].into_iter().find(|c| draft(&held, c)) else {
        panic!("no fault of the sample office is an error any more: {held}")
    };
    let before = totals(&held)[0];
    let findings = by(&office, "op", "check --period 2025-Q1 --format json").json();
    let errors = findings.as_array().unwrap().iter().filter(|f| f["severity"] == "error");
    let mut rules: Vec<&str> = errors.map(|f| f["rule"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert!(!rules.is_empty());

    let words =
        |rule: &str| format!("override --period 2025-Q1 --collection {collection} --rule {rule} --reason \"seen\"");
    let unknown = by(&office, "chief", &words("1-n.no-such-rule")).exits(1);
    assert!(unknown.err.contains("no error of rule `1-n.no-such-rule` holds"), "{}", unknown.err);
    for rule in &rules {
        // A rule of the other collection's forms has no findings here, so this command may fail.
        let _ = by(&office, "chief", &words(rule));
    }
    let after = by(&office, "op", faulty).json();
    assert!(!draft(&after, collection), "{after}");
    assert!(totals(&after)[0] > before, "the collection goes once nothing holds it back");
    assert!(facts(&office, "overridden").iter().all(|(who, _)| who == "Approver"));
    let again = by(&office, "op", faulty).json();
    assert_eq!(again["totals"]["parcels"]["handed_now"], 0, "{again}");
}
