//! The real documents met by the whole program.

use serde_json::Value;

use super::real;
use crate::support::program::Office;

fn count(report: &Value, what: &str) -> usize {
    report[what].as_array().unwrap().len()
}

#[test]
fn the_months_of_3_k_stand_the_same_when_they_come_again() {
    let Some(folder) = real() else { return };
    let folder = folder.join("3-K").canonicalize().unwrap();
    let office = Office::empty();
    let words = ["pull", "--from-file", folder.to_str().unwrap(), "--format", "json"];
    let first = office.zhinaq(&words).exits(2).json();
    assert_eq!((first["taken"].as_u64(), count(&first, "held"), count(&first, "refused")), (Some(148), 6, 2));
    let missing = first["missing"].to_string();
    assert!(missing.contains("nothing for 2024-M02, 2024-M03, 2024-M04, 2024-M05"), "{missing}");
    let again = office.zhinaq(&words).exits(2).json();
    assert_eq!((again["taken"].as_u64(), again["unchanged"].as_u64()), (Some(0), Some(148)));
    assert_eq!((&again["held"], &again["refused"]), (&first["held"], &first["refused"]));
}
