//! What changed between revisions, and drafts of templates from workbooks.

use std::path::PathBuf;

use crate::support::program::Office;

fn pull(office: &Office, faults: &[&str]) {
    let words = ["pull", "--sample", "--period", "2025-M06", "--form", "3-k"];
    office.zhinaq(&[words.as_slice(), faults].concat()).exits(0);
}

#[test]
fn an_amended_document_is_told_cell_by_cell() {
    let office = Office::empty();
    pull(&office, &[]);
    let words = ["diff", "--sample", "--form", "3-k", "--period", "2025-M06", "--agency", "all"];
    let first = office.zhinaq(&words).exits(0);
    assert!(first.out.contains("revision 0 is the first"), "{}", first.out);
    pull(&office, &["--faults", "sum:3-k"]);

    let told = office.zhinaq(&[&words, ["--format", "json"].as_slice()].concat()).exits(0).json();
    let [compared] = told["compared"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((compared["from"].as_u64(), compared["to"].as_u64()), (Some(0), Some(1)));
    assert_eq!((compared["amendments"].as_u64(), compared["titles"].as_u64()), (Some(1), Some(0)));
    let change = &told["changes"][0];
    assert_eq!((change["kind"].as_str(), change["difference"].as_i64()), (Some("amendment"), Some(1)));
    assert_eq!(change["after"].as_i64().unwrap() - change["before"].as_i64().unwrap(), 1);

    let back = ["--from", "1", "--to", "0", "--format", "csv"];
    let csv = office.zhinaq(&[words.as_slice(), &back].concat()).exits(0).out;
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert!(csv.lines().nth(1).unwrap().starts_with("amendment,3-k,2025-M06,19,all,1,0,"), "{csv}");
    let wrong = office.zhinaq(&[words.as_slice(), &["--to", "7"]].concat()).exits(1);
    assert!(wrong.err.contains("there are revisions 0 to 1"), "{}", wrong.err);
}

#[test]
fn a_form_that_never_came_has_no_changes_to_tell() {
    let ended = Office::empty().zhinaq(&["diff", "--sample", "--form", "3-k", "--period", "2025-M06"]).exits(1);
    assert!(ended.err.contains("`zhinaq pull --sample --period 2025-M06 --form 3-k` brings it"), "{}", ended.err);
}

/// The one stored document of a new sample office.
fn document(office: &Office, faults: &str) -> PathBuf {
    let words = ["pull", "--sample", "--period", "2025-M06", "--form", "3-k", "--faults", faults];
    let _ = office.zhinaq(&words);
    let snapshots = std::fs::read_dir(office.path().join("output/sample/snapshots")).unwrap();
    let mut files: Vec<PathBuf> = snapshots.map(|e| e.unwrap().path()).filter(|p| p.extension().is_none()).collect();
    files.sort();
    files.remove(0)
}

#[test]
fn a_workbook_of_an_unknown_edition_teaches_what_moved() {
    let office = Office::empty();
    let file = document(&office, "edition:3-k");
    let learned = office.zhinaq(&["form", "learn", file.to_str().unwrap(), "--form", "3-k"]).exits(0);
    assert!(learned.out.contains("[[edition]]") && learned.out.contains("\"2\" = false"), "{}", learned.out);
    assert!(learned.out.contains("# R1: columns gone: `2`"), "{}", learned.out);
    office.zhinaq(&["init", "office"]).exits(0);
    let template = office.path().join("office/templates/forms/3-k.toml");
    let text = std::fs::read_to_string(&template).unwrap();
    let at = text.find("[[rule]]").unwrap();
    std::fs::write(&template, format!("{}{}\n{}", &text[..at], learned.out, &text[at..])).unwrap();
    office.zhinaq(&["--home", "office", "doctor"]).exits(0);
    let words = ["--home", "office", "form", "learn", file.to_str().unwrap(), "--form", "3-k"];
    let again = office.zhinaq(&words).exits(1);
    assert!(again.err.contains("contains nothing new"), "{}", again.err);
}

#[test]
fn a_whole_template_is_drafted_into_a_file_that_was_not_there() {
    let office = Office::empty();
    let file = document(&office, "slow:1-m");
    let words = ["form", "learn", file.to_str().unwrap(), "--form", "3-k", "--whole", "--out", "3-k.toml"];
    office.zhinaq(&words).exits(0);
    let draft = std::fs::read_to_string(office.path().join("3-k.toml")).unwrap();
    let template = zhinaq::config::parse_form("3-k.toml", &draft).unwrap_or_else(|faults| panic!("{faults}"));
    assert!(template.sections.len() > 1);
    std::fs::write(office.path().join("3-k.toml"), "mine").unwrap();
    let refused = office.zhinaq(&words).exits(1);
    assert!(refused.err.contains("3-k.toml"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(office.path().join("3-k.toml")).unwrap(), "mine");
}
