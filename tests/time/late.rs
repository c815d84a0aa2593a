//! Forms that are late: `previous` and `hold`, by collection and form.

use std::fs;

use crate::support::program::Office;

/// An office whose corruption collection has this policy for form 1-ad.
fn office(policy: &str) -> Office {
    let office = Office::empty();
    let folder = office.path().join("schedules/order-25-2019");
    fs::create_dir_all(&folder).unwrap();
    let text = include_str!("../../schedules/order-25-2019/collections.toml");
    let changed = text.replace(
        "forms = [\"3-k\", \"1-ad\"]\n",
        &format!("forms = [\"3-k\", \"1-ad\"]\nlate = {{ \"1-ad\" = \"{policy}\" }}\n"),
    );
    assert_ne!(text, changed);
    fs::write(folder.join("collections.toml"), changed).unwrap();
    office
}

/// The corruption collection at its cut-off, six days before form 1-ad falls due.
fn built(policy: &str) -> (Office, serde_json::Value) {
    let office = office(policy);
    let day = ["--sample", "--period", "2025-Q3", "--as-of", "2025-10-14T20:00"];
    let words = |first: &[&'static str]| [first, &day[..]].concat();
    office.zhinaq(&words(&["pull", "--form", "3-k", "--form", "1-ad", "--quiet"]));
    let report = office.zhinaq(&words(&["build", "--collection", "corruption", "--format", "json"])).json();
    let corruption = report["collections"][0].clone();
    assert_eq!(corruption["incomplete"], serde_json::json!(["1-ad"]), "{corruption}");
    (office, corruption)
}

/// The text of all parts of a workbook.
fn words(path: &std::path::Path) -> String {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        if part.name().unwrap().ends_with(".xml") {
            part.read_to_string(&mut text).unwrap();
        }
    }
    text
}

#[test]
fn the_figures_of_the_period_before_stand_in_for_a_form_that_is_late() {
    let (office, corruption) = built("previous");
    assert_eq!(corruption["waits"], false);
    let path = office.path().join("output/sample").join(corruption["files"][0].as_str().unwrap());
    let with = words(&path);
    assert!(with.contains("[p]"), "no figure is marked");
    let (office, corruption) = built("omit");
    let path = office.path().join("output/sample").join(corruption["files"][0].as_str().unwrap());
    let without = words(&path);
    assert!(without.len() < with.len(), "the figures that stand in are not there");
}

#[test]
fn a_collection_waits_for_a_form_of_its_own_policy() {
    let (_, corruption) = built("hold");
    assert_eq!(corruption["waits"], true);
}
