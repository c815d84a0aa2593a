//! Figures that are placed, held, kept back, corrected and taken back.

use serde_json::Value;

use super::{files, folder, pulled, sample};
use crate::support::program::Office;

const CELL: &str = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1";

fn forms(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one["form"].as_str().unwrap().to_owned()).collect()
}

/// Corrects a figure of a region and of the republic, so that they still add up.
fn correct(office: &Office) {
    for unit in ["1971", "19"] {
        let answers = sample(office, &format!("query {CELL} --unit {unit} --format json")).exits(0).json();
        let old = answers[0]["value"].as_i64().unwrap();
        let new = old + 5;
        sample(office, &format!("correct {CELL} --unit {unit} --old {old} --new {new} --reason counted-twice"))
            .exits(0);
    }
}

#[test]
fn the_forms_of_a_quarter_are_placed_in_three_languages_and_again_nothing_changes() {
    let office = Office::fresh();
    sample(&office, "pull --period 2025-Q2").exits(0);
    let report = sample(&office, "place --period 2025-Q2 --format json").exits(0).json();
    assert_eq!(forms(&report["placed"]).len(), 26, "{report}");
    assert!(report["placed"].as_array().unwrap().iter().all(|one| one["revision"] == 0));
    let placed = files(&folder(&office).join("current"));
    for language in ["ru", "kk", "en"] {
        for form in forms(&report["placed"]) {
            let page = format!("{language}/forms/{form}/");
            assert!(placed.keys().any(|path| path.starts_with(&page)), "no page below {page}");
        }
    }
    let marked = placed.iter().filter(|(path, _)| path.ends_with(".html"));
    for (path, bytes) in marked {
        assert!(String::from_utf8_lossy(bytes).contains("SAMPLE DATA"), "{path} does not say whose figures these are");
    }
    let again = sample(&office, "place --period 2025-Q2 --format json").exits(0).json();
    assert_eq!((&again["unchanged"], &again["pages_changed"]), (&26.into(), &0.into()), "{again}");
    assert_eq!(again["site"], report["site"]);
    let status = sample(&office, "status --period 2025-Q2 --format json").exits(0).json();
    assert_eq!((&status["placements"]["expected"], &status["placements"]["placed"]), (&26.into(), &26.into()));
    assert_eq!(status["placements"]["seen"], 26, "{status}");
    sample(&office, "site check --format json").exits(0);
}

#[test]
fn as_shipped_no_figure_is_in_the_tree_and_every_placement_is_withheld() {
    let office = pulled();
    let report = sample(&office, "place --period 2025-Q2 --as-decided --format json").exits(0).json();
    assert_eq!((forms(&report["placed"]).len(), report["withheld"].as_array().unwrap().len()), (0, 3), "{report}");
    let mut figures: Vec<String> = Vec::new();
    for form in ["1-n", "1-ad", "3-k"] {
        let answers = sample(&office, &format!("query --form {form} --unit 19 --format json")).exits(0).json();
        let values = answers.as_array().unwrap().iter().filter_map(|answer| answer["value"].as_i64());
        // A year, or the code of a unit, is no figure that leaked.
        let is_figure = |value: &i64| *value >= 1_000 && !(1_900..=2_100).contains(value);
        figures.extend(values.filter(is_figure).map(|value| value.to_string()));
    }
    assert!(figures.len() > 3, "the sample has no large figure");
    for (path, bytes) in files(&folder(&office).join("current")).into_iter().filter(|(path, _)| path != "style.css") {
        // Figures are printed with blanks between thousands.
        let text = String::from_utf8_lossy(&bytes).replace(['\u{a0}', '\u{202f}'], "");
        let words: std::collections::BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let leaked = figures.iter().find(|figure| words.contains(figure.as_str()));
        assert_eq!(leaked, None, "{path}");
    }
    let status = sample(&office, "status --period 2025-Q2 --format json").exits(0).json();
    let expected = serde_json::json!({
        "expected": 3, "placed": 0, "seen": 0, "late": 0, "withheld": 3, "held": 0
    });
    assert_eq!(status["placements"], expected);
    assert!(!status["notices"].as_array().unwrap().iter().any(|notice| notice["kind"] == "placement"), "{status}");
}

#[test]
fn only_what_the_file_says_is_public() {
    let office = pulled();
    office.edit("templates/site/site.toml", |text| format!("{text}\n[[form]]\nid = \"1-n\"\npublic = [\"R1\"]\n"));
    let report = sample(&office, "place --period 2025-Q2 --as-decided --format json").exits(0).json();
    assert_eq!(forms(&report["placed"]), ["1-n"]);
    let placed = files(&folder(&office).join("current"));
    assert!(placed.keys().any(|path| path.contains("forms/1-n/2025-Q2/")));
    assert!(!placed.keys().any(|path| path.contains("forms/1-ad/2025-Q2/")), "{:?}", placed.keys());
    let plan = office.zhinaq(&["plan", "--sample", "--from", "2025-07-01", "--to", "2025-07-31", "--format", "json"]);
    let plan = plan.exits(0).json();
    let placements: Vec<&Value> = plan.as_array().unwrap().iter().filter(|due| due["kind"] == "placement").collect();
    assert_eq!(placements.len(), 1, "{plan}");
    assert_eq!(placements[0]["id"], "1-n");
}

#[test]
fn what_is_due_is_placed_from_the_hour_of_its_last_day_on() {
    let office = pulled();
    let due = |at: &str| {
        let words = ["place", "--due", "--sample", "--as-of", at, "--format", "json"];
        let report = office.zhinaq(&words).json();
        // Earlier periods that were fetched for comparison are long due.
        let of = |one: &Value| if one["period"] == "2025-Q2" { forms(&one["placed"]) } else { Vec::new() };
        report["due"].as_array().unwrap().iter().flat_map(of).collect::<Vec<String>>()
    };
    let plan = office.zhinaq(&["plan", "--sample", "--from", "2025-07-01", "--to", "2025-07-31", "--format", "json"]);
    let plan = plan.exits(0).json();
    let day =
        plan.as_array().unwrap().iter().find(|due| due["id"] == "1-n").unwrap()["due"].as_str().unwrap().to_owned();
    assert!(!due(&format!("{day}T09:59")).contains(&"1-n".to_owned()), "before its hour");
    assert!(due(&format!("{day}T10:00")).contains(&"1-n".to_owned()), "at its hour");
    assert!(due(&format!("{day}T11:00")).is_empty(), "once");
}

#[test]
fn a_correction_makes_a_revision_beside_the_first_one() {
    let office = pulled();
    sample(&office, "place --period 2025-Q2").exits(0);
    correct(&office);
    let report = sample(&office, "place --period 2025-Q2 --reason counted-twice --format json").exits(0).json();
    assert_eq!(forms(&report["placed"]), ["1-n"], "{report}");
    assert_eq!((&report["placed"][0]["revision"], &report["unchanged"]), (&1.into(), &2.into()));
    let placed = files(&folder(&office).join("current"));
    for revision in ["r0", "r1"] {
        let page = format!("ru/forms/1-n/2025-Q2/{revision}/");
        assert!(placed.keys().any(|path| path.starts_with(&page)), "no page below {page}");
    }
    let again = sample(&office, "place --period 2025-Q2 --format json").exits(0).json();
    assert_eq!((&again["unchanged"], &again["pages_changed"]), (&3.into(), &0.into()), "{again}");
}

#[test]
fn a_figure_that_a_collection_shows_otherwise_holds_the_placement() {
    let office = Office::small();
    sample(&office, "run --period 2025-Q2 --no-send").exits(0);
    sample(&office, "place --period 2025-Q2 --dry-run").exits(0);
    correct(&office);
    let report = sample(&office, "place --period 2025-Q2 --format json").exits(3).json();
    assert_eq!(forms(&report["held"]), ["1-n"], "{report}");
    let why = report["held"][0]["why"].as_str().unwrap();
    assert!(why.contains("on the site and") && why.contains("2025-Q2/narcotics/r0"), "{why}");
    assert_eq!(forms(&report["placed"]).len(), 2, "the other forms are placed");
}

#[test]
fn an_error_finding_holds_a_form_and_the_others_are_placed() {
    let office = pulled();
    let answers = sample(&office, &format!("query {CELL} --unit 1971 --format json")).exits(0).json();
    let old = answers[0]["value"].as_i64().unwrap();
    let new = old + 5;
    // The republic is below the sum of its regions now.
    sample(&office, &format!("correct {CELL} --unit 1971 --old {old} --new {new} --reason counted-twice")).exits(0);
    let report = sample(&office, "place --period 2025-Q2 --format json").exits(3).json();
    assert_eq!((forms(&report["held"]), forms(&report["placed"]).len()), (vec!["1-n".to_owned()], 2), "{report}");
    assert!(report["held"][0]["why"].as_str().unwrap().contains("--approve 1-n"), "{report}");
}

#[test]
fn a_form_that_has_not_come_is_missing_and_appears_when_it_comes() {
    let office = Office::small();
    sample(&office, "pull --period 2025-Q2 --faults late:1-ad");
    let report = sample(&office, "place --period 2025-Q2 --format json").exits(4).json();
    assert_eq!((forms(&report["late"]), forms(&report["placed"]).len()), (vec!["1-ad".to_owned()], 2), "{report}");
    sample(&office, "pull --period 2025-Q2").exits(0);
    let report = sample(&office, "place --period 2025-Q2 --format json").exits(0).json();
    assert_eq!(forms(&report["placed"]), ["1-ad"]);
}

#[test]
fn what_is_taken_back_leaves_the_site_and_is_not_placed_again_by_itself() {
    let office = pulled();
    sample(&office, "place --period 2025-Q2").exits(0);
    let unknown = sample(&office, "place --withdraw 1-n --period 2025-Q1 --reason wrong").exits(1);
    assert!(unknown.err.contains("was not placed"), "{}", unknown.err);
    sample(&office, "place --withdraw 1-n --period 2025-Q2 --reason wrong").exits(0);
    sample(&office, "site build").exits(0);
    let placed = files(&folder(&office).join("current"));
    let of_form = |path: &&String| path.contains("1-n/2025-Q2/");
    assert!(placed.keys().any(|path| of_form(&path) && path.ends_with(".html")), "its address does not answer");
    let data = placed.keys().find(|path| of_form(path) && (path.ends_with(".csv") || path.ends_with(".xlsx")));
    assert_eq!(data, None);
    let report = sample(&office, "place --period 2025-Q2 --format json").exits(3).json();
    assert_eq!(forms(&report["held"]), ["1-n"], "{report}");
    let status = sample(&office, "status --period 2025-Q2 --format json").exits(0).json();
    assert_eq!((&status["placements"]["placed"], &status["placements"]["held"]), (&2.into(), &1.into()));
}
