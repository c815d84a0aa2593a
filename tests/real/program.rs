//! The whole program with the real documents.

use serde_json::Value;

use super::real;
use crate::support::program::{Ended, Office};

fn count(report: &Value, what: &str) -> usize {
    report[what].as_array().unwrap().len()
}

#[test]
fn the_months_of_3_k_stand_the_same_when_they_come_again() {
    let Some(folder) = real() else { return };
    let folder = folder.join("3-K").canonicalize().unwrap();
    let office = Office::real();
    let words = ["pull", "--from-file", folder.to_str().unwrap(), "--format", "json"];
    let first = office.zhinaq(&words).exits(2).json();
    assert_eq!((first["taken"].as_u64(), count(&first, "held"), count(&first, "refused")), (Some(148), 6, 2));
    let missing = first["missing"].to_string();
    assert!(missing.contains("nothing for 2024-M02, 2024-M03, 2024-M04, 2024-M05"), "{missing}");
    let again = office.zhinaq(&words).exits(2).json();
    assert_eq!(
        (again["taken"].as_u64(), again["unchanged"].as_u64()),
        (Some(0), Some(154)),
        "those that wait came before too"
    );
    assert_eq!((&again["held"], &again["refused"]), (&first["held"], &first["refused"]));
}

/// Runs the program as some user.
fn acted(office: &Office, words: &[&str]) -> Ended {
    office.zhinaq_with(words, &[("USER", "tester")])
}

#[test]
fn a_stale_document_is_accepted_by_name_and_hides_nobody() {
    let Some(folder) = real() else { return };
    let folder = folder.join("3-K").canonicalize().unwrap();
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    let [all, prosecution] = ["202308_3k_00000___ru.XLSX", "202308_3k_00100___ru.XLSX"];
    let figure = |agency: &str| {
        let place = ["--unit", "19", "--agency", agency, "--section", "R1", "--row", "1", "--column", "1"];
        let words = [&["query", "--form", "3-k", "--period", "2023-M08", "--format", "json"][..], &place].concat();
        office.zhinaq(&words).exits(0).json().as_array().unwrap().first().and_then(|f| f["value"].as_i64())
    };
    let paths = [all, prosecution].map(|name| folder.join(name).to_str().unwrap().to_owned());
    for order in [[0, 1], [1, 0]] {
        office.zhinaq(&["pull", "--from-file", &paths[order[0]], &paths[order[1]]]).exits(3);
    }
    assert_eq!(office.zhinaq(&["held", "--format", "json"]).exits(0).json().as_array().unwrap().len(), 2);
    let either = acted(&office, &["accept", "--form", "3-k", "--period", "2023-M08", "--reason", "trial"]).exits(1);
    assert!(either.err.contains("2 documents are held") && either.err.contains(prosecution), "{}", either.err);
    let accept = |name: &str, agency: &str| {
        let identity = ["--as-unit", "19", "--as-agency", agency];
        acted(&office, &[&["accept", "--document", name, "--reason", "trial"][..], &identity].concat())
    };
    accept(all, "all").exits(0);
    assert_eq!((figure("all"), figure("01")), (Some(1700), None));
    let over = accept(prosecution, "all").exits(1);
    assert!(over.out.contains("1700") && over.out.contains("50"), "{}", over.out);
    accept(prosecution, "01").exits(0);
    assert_eq!((figure("all"), figure("01")), (Some(1700), Some(50)));
    acted(&office, &["withdraw", "--accept", prosecution, "--reason", "trial"]).exits(0);
    assert_eq!((figure("all"), figure("01")), (Some(1700), None));
}

#[test]
fn a_slip_of_the_period_is_put_away_and_harms_nobody() {
    let Some(folder) = real() else { return };
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    let path = |form: &str| folder.join(form).canonicalize().unwrap().to_str().unwrap().to_owned();
    let pull = |form: &str, period: &str| {
        office.zhinaq(&["pull", "--from-file", &path(form), "--period", period, "--format", "json"])
    };
    let in_use = || {
        let words = ["query", "--form", "cis-1", "--period", "2022-Q4", "--unit", "1971", "--format", "json"];
        !office.zhinaq(&words).exits(0).json().as_array().unwrap().is_empty()
    };
    pull("CIS-1", "2022-Q4").exits(0);
    let slip = pull("1-M", "2022-M11").exits(3).json();
    assert_eq!(count(&slip, "held"), 20);
    let reject = ["reject", "--form", "1-m", "--period", "2022-M11", "--reason", "M12 was meant"];
    acted(&office, &reject).exits(1);
    acted(&office, &[&reject[..], &["--yes"]].concat()).exits(0);
    assert!(in_use(), "what was held because of the slip is in use again");
    assert_eq!(pull("1-M", "2022-M12").exits(0).json()["taken"].as_u64(), Some(20));
    assert!(office.zhinaq(&["held", "--format", "json"]).exits(0).json().as_array().unwrap().is_empty());
}
