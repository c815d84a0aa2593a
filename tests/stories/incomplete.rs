//! Days on which something did not come.

use serde_json::Value;

use crate::support::program::{Ended, Office};

/// Runs the small office; the program soon gives up a silent source.
fn run(office: &Office, faults: &str) -> Ended {
    let mut words = vec!["run", "--sample", "--period", "2025-Q2", "--format", "json"];
    if !faults.is_empty() {
        words.extend(["--faults", faults]);
    }
    office.zhinaq(&words)
}

fn impatient() -> Office {
    let office = Office::small();
    office.edit("zhinaq.toml", |text| {
        let quick = text.replacen("attempts = 4", "attempts = 1", 1);
        assert_ne!(quick, text);
        let at = quick.find("answer_seconds").unwrap();
        let end = at + quick[at..].find('\n').unwrap();
        format!("{}answer_seconds = 1{}", &quick[..at], &quick[end..])
    });
    office
}

fn collection<'a>(report: &'a Value, id: &str) -> &'a Value {
    report["collections"].as_array().unwrap().iter().find(|c| c["id"] == id).unwrap()
}

fn status(office: &Office) -> Value {
    office.zhinaq(&["status", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json()
}

fn form<'a>(status: &'a Value, id: &str) -> &'a Value {
    status["forms"].as_array().unwrap().iter().find(|f| f["form"] == id).unwrap()
}

#[test]
fn a_form_without_one_region_is_incomplete_everywhere_and_a_supplement_follows() {
    let office = impatient();
    let report = run(&office, "missing:1-ad:1971").exits(2).json();
    assert_eq!(collection(&report, "corruption")["incomplete"], serde_json::json!(["1-ad"]));
    assert_eq!(collection(&report, "narcotics")["incomplete"], serde_json::json!([]));
    assert_eq!(report["supplements"], serde_json::json!([]));
    let now = status(&office);
    let late = form(&now, "1-ad");
    assert_eq!((late["state"].as_str(), late["expected"].as_u64()), (Some("late"), Some(20)));
    assert_eq!(late["lacking"]["regions"], serde_json::json!(["1971"]));
    let notices = now["notices"].to_string();
    assert!(notices.contains("is late since 2025-07-21 in part: without 1 of 20 regions (1971)"), "{notices}");
    let checked =
        office.zhinaq(&["check", "--sample", "--period", "2025-Q2", "--form", "1-ad", "--format", "json"]).json();
    let rules: Vec<&Value> = checked.as_array().unwrap().iter().map(|f| &f["rule"]).collect();
    assert!(rules.iter().any(|rule| *rule == "missing.region"), "{rules:?}");

    // The region comes: one supplement is made, as for a form that was late as a whole.
    let report = run(&office, "").exits(0).json();
    let [supplement] = report["supplements"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((supplement["id"].as_str(), supplement["supplement"].as_u64()), (Some("corruption"), Some(1)));
    assert_eq!(report["troubles"], serde_json::json!([]));
    let again = run(&office, "").exits(0).json();
    assert_eq!(again["supplements"].as_array().unwrap().len(), 1);
}

#[test]
fn a_comparison_that_was_not_answered_is_told_and_asked_for_again() {
    let office = impatient();
    let report = run(&office, "comparison-503:3-k").exits(2).json();
    let troubles = report["troubles"].to_string();
    assert!(troubles.contains("for comparison: form `3-k` for `2024-M06`"), "{troubles}");
    let notices = report["notices"].to_string();
    assert!(notices.contains("for comparison: form") && notices.contains("its source did not answer"), "{notices}");
    let absent = report["comparisons"].as_array().unwrap();
    assert!(absent.iter().all(|a| a["form"] == "3-k" && a["absence"] == "no-answer"), "{absent:?}");
    let checked =
        office.zhinaq(&["check", "--sample", "--period", "2025-Q2", "--form", "3-k", "--format", "json"]).json();
    let of_rule = |f: &&Value| f["rule"] == "missing.comparison" && f["severity"] == "warning";
    assert!(checked.as_array().unwrap().iter().filter(of_rule).count() >= 1, "{checked}");

    // What has come since is reported; the numbered copies stay as they are until a person makes a revision.
    let report = run(&office, "").json();
    assert_eq!(report["comparisons"], Value::Null);
    assert!(report["troubles"].to_string().contains("figures changed since the copies were numbered"), "{report}");
}

#[test]
fn a_silent_service_is_late_by_itself() {
    let office = impatient();
    let report = run(&office, "slow-service:1-n").exits(2).json();
    assert_eq!(collection(&report, "corruption")["incomplete"], serde_json::json!([]));
    assert_eq!(collection(&report, "narcotics")["incomplete"], serde_json::json!(["1-n"]));
    let absent = report["comparisons"].as_array().unwrap();
    assert!(!absent.is_empty() && absent.iter().all(|a| a["form"] == "1-n"), "{absent:?}");
}

#[test]
fn a_comparison_is_waited_for_where_the_office_holds_for_its_form() {
    let office = impatient();
    office.edit("schedules/order-25-2019/collections.toml", |text| {
        let mut table: toml::Table = text.parse().unwrap();
        let collections = table.get_mut("collection").unwrap().as_array_mut().unwrap();
        let corruption = collections.iter_mut().find(|c| c["id"].as_str() == Some("corruption")).unwrap();
        corruption.as_table_mut().unwrap().insert("late_form".into(), "hold".into());
        toml::to_string(&table).unwrap()
    });
    let report = run(&office, "comparison-503:3-k").exits(3).json();
    assert_eq!(collection(&report, "corruption")["parcels"]["handed"], 0);
    let report = run(&office, "").exits(0).json();
    let corruption = collection(&report, "corruption");
    assert_eq!(corruption["parcels"]["handed"], corruption["parcels"]["expected"]);
}

#[test]
fn before_its_cut_off_a_collection_waits_for_its_comparison_and_then_it_goes_marked() {
    let office = impatient();
    let run_at = |at: &str| {
        let words = ["run", "--sample", "--period", "2025-Q2", "--format", "json", "--as-of", at];
        office.zhinaq(&[&words[..], &["--faults", "comparison-503:3-k"]].concat()).exits(2).json()
    };
    let morning = run_at("2025-07-14T11:00");
    assert_eq!(collection(&morning, "corruption")["parcels"]["handed"], 0);
    assert!(morning["troubles"].to_string().contains("waits until its cut-off"), "{morning}");
    let evening = run_at("2025-07-14T20:30");
    let corruption = collection(&evening, "corruption");
    assert_eq!(corruption["parcels"]["handed"], corruption["parcels"]["expected"]);
}

#[test]
fn errors_in_a_document_that_is_compared_with_are_told_where_its_figures_are_shown() {
    let office = impatient();
    let doubtful = || {
        let words = ["check", "--sample", "--period", "2025-Q2", "--form", "3-k", "--format", "json"];
        let checked = office.zhinaq(&words).json();
        let all = checked.as_array().unwrap().iter();
        all.filter(|f| f["rule"] == "comparison.doubtful").cloned().collect::<Vec<Value>>()
    };
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--form", "3-k"]).exits(0);
    assert_eq!(doubtful(), Vec::<Value>::new());
    // Last year's documents come again, in an edition whose columns moved: errors of their own period.
    office.zhinaq(&["pull", "--sample", "--period", "2024-Q2", "--form", "3-k", "--faults", "edition:3-k"]);
    let words = ["check", "--sample", "--period", "2024-Q2", "--form", "3-k", "--format", "json"];
    let errors =
        office.zhinaq(&words).exits(3).json().as_array().unwrap().iter().filter(|f| f["severity"] == "error").count();
    assert!(errors > 0);
    let told = doubtful();
    assert!(
        !told.is_empty() && told.iter().all(|f| f["severity"] == "warning" && f["period"] == "2024-M06"),
        "{told:?}"
    );
    assert!(
        told[0]["explanation"].as_str().unwrap().contains("form `3-k` for `2024-M06` (comparison only) has"),
        "{told:?}"
    );
    let built = ["build", "--sample", "--period", "2025-Q2", "--collection", "corruption", "--formats", "json-stat"];
    office.zhinaq(&built).exits(0);
    let text = texts_below(&office.path().join("output/sample/2025-Q2/corruption/r0"));
    assert!(text.contains("Сравнение ненадежно: в сведениях за январь–июнь 2024 года найдены ошибки"), "no note");
}

/// The texts of all JSON files below a folder.
fn texts_below(folder: &std::path::Path) -> String {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: std::path::PathBuf| match path.extension() {
        _ if path.is_dir() => texts_below(&path),
        Some(ending) if ending == "json" => std::fs::read_to_string(&path).unwrap(),
        _ => String::new(),
    };
    paths.map(text).collect()
}
