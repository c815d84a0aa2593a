//! A folder into which people drop files, as the source of a form.

use std::{fs, os::unix::fs::symlink};

use crate::support::program::{Ended, Office};

const ANSWER: &str = r#"[{"region":"г. Астана","ostatok neokochennuh del na nachalo otchetnovo perioda":"3"}]"#;

/// An office whose form `court-1` comes from the folder `inbox`.
fn office() -> Office {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    office.edit("schedules/sources.toml", |text| {
        let (before, form) = text.split_once("id = \"court-1\"").unwrap();
        let form = form.replacen("# use = \"real\"", "use = \"real\"", 1);
        let form = form.replacen("real = \"service\"", "real = { folder = \"inbox\" }", 1);
        format!("{before}id = \"court-1\"{form}")
    });
    fs::create_dir(office.path().join("inbox")).unwrap();
    office
}

fn put(office: &Office, name: &str, text: &str) {
    fs::write(office.path().join("inbox").join(name), text).unwrap();
}

/// Pulls a quarter of the form; returns how it ended and the counts of the report.
fn pull(office: &Office, period: &str) -> (Ended, [u64; 5]) {
    let ended = office.zhinaq(&["pull", "--period", period, "--form", "court-1", "--format", "json"]);
    let form = ended.json()["forms"][0].clone();
    let count = |name: &str| match &form[name] {
        serde_json::Value::Array(troubles) => troubles.len() as u64,
        number => number.as_u64().unwrap_or_else(|| panic!("no `{name}` in {form}")),
    };
    let counts = ["asked", "taken", "unchanged", "refused", "failed"].map(count);
    (ended, counts)
}

#[test]
fn a_folder_gives_what_is_of_the_period_and_names_what_is_not() {
    let office = office();
    put(&office, "202506_1.json", ANSWER);
    put(&office, "202503_1.json", &ANSWER.replace("\"3\"", "\"7\""));
    put(&office, "the same.json", ANSWER);
    put(&office, "notes.txt", "hello");
    put(&office, "half.json.part", "[{");
    put(&office, ".hidden.json", ANSWER);
    fs::create_dir(office.path().join("inbox/older")).unwrap();
    fs::write(office.path().join("outside.json"), ANSWER).unwrap();
    symlink(office.path().join("outside.json"), office.path().join("inbox/link.json")).unwrap();
    let mut readable = fs::metadata(office.path().join("inbox")).unwrap().permissions();
    readable.set_readonly(true);
    fs::set_permissions(office.path().join("inbox"), readable.clone()).unwrap();

    let (ended, counts) = pull(&office, "2025-Q2");
    assert_eq!(counts, [4, 1, 1, 1, 1], "{}", ended.out);
    assert!(ended.out.contains("it is text that begins `hello`"), "{}", ended.out);
    assert!(ended.out.contains("is a link; only files themselves are taken"), "{}", ended.out);
    assert!(!ended.err.contains("for comparison"), "{}", ended.err);
    assert_eq!(ended.code, 2);
    let figures = office.zhinaq(&["query", "--form", "court-1", "--period", "2025-Q2", "--format", "json"]).json();
    let value = figures.as_array().unwrap().iter().find_map(|f| f["value"].as_i64());
    assert_eq!(value, Some(3));

    std::os::unix::fs::PermissionsExt::set_mode(&mut readable, 0o755);
    fs::set_permissions(office.path().join("inbox"), readable).unwrap();
}

#[test]
fn a_file_that_says_no_month_is_taken_for_one_period_only() {
    let office = office();
    put(&office, "from the court.json", ANSWER);
    assert_eq!(pull(&office, "2025-Q2").1, [1, 1, 0, 0, 0]);
    assert_eq!(pull(&office, "2025-Q2").1, [1, 0, 1, 0, 0]);
    // The file is still in the folder when the next quarter is requested, and when an earlier one is.
    assert_eq!(pull(&office, "2025-Q3").1, [1, 0, 1, 0, 0]);
    assert_eq!(pull(&office, "2024-Q4").1, [1, 0, 1, 0, 0]);
    put(&office, "from the court.json", &ANSWER.replace("\"3\"", "\"4\""));
    assert_eq!(pull(&office, "2025-Q3").1, [1, 1, 0, 0, 0]);
    let value = |period: &str| {
        let figures = office.zhinaq(&["query", "--form", "court-1", "--period", period, "--format", "json"]).json();
        figures.as_array().unwrap().iter().find_map(|f| f["value"].as_i64())
    };
    assert_eq!((value("2025-Q2"), value("2025-Q3")), (Some(3), Some(4)));
}

#[test]
fn a_folder_that_is_not_there_is_told_once() {
    let office = office();
    fs::remove_dir(office.path().join("inbox")).unwrap();
    let ended = office.zhinaq(&["pull", "--period", "2025-Q2", "--form", "court-1"]).exits(2);
    assert_eq!(ended.out.matches("cannot be looked into").count(), 1, "{}", ended.out);
    assert!(ended.err.matches("cannot be looked into").count() <= 1, "{}", ended.err);
}

/// A broken link, and a name with control characters, among the files that a person brings.
#[test]
fn one_bad_file_does_not_stop_a_folder() {
    let office = Office::real();
    let folder = office.path().join("brought");
    fs::create_dir_all(folder.join("older")).unwrap();
    symlink("nowhere.xlsx", folder.join("a broken link.xlsx")).unwrap();
    fs::write(folder.join("older/b.txt"), "hello").unwrap();
    fs::write(folder.join("c\u{1b}[2J\u{7}.txt"), "hello").unwrap();
    let ended = office.zhinaq(&["pull", "--from-file", "brought"]).exits(2);
    assert!(ended.out.starts_with("3 files: 0 new, 0 seen before, 0 held, 3 refused\n"), "{}", ended.out);
    assert!(ended.out.contains("a broken link.xlsx: cannot be read: No such file or directory\n"), "{}", ended.out);
    assert!(ended.out.contains("refused: c\\u{1b}[2J\\u{7}.txt: "), "{}", ended.out);
    assert!(!ended.out.contains(['\u{1b}', '\u{7}']), "{:?}", ended.out);
    let json = office.zhinaq(&["pull", "--from-file", "brought", "--format", "json"]).exits(2).json();
    assert_eq!(json["refused"].as_array().unwrap().len(), 3, "{json}");
    // A path that is given and does not exist is a slip.
    let slip = office.zhinaq(&["pull", "--from-file", "brought/no.xlsx"]).exits(1);
    assert!(slip.err.contains("`brought/no.xlsx` cannot be read"), "{}", slip.err);
}
