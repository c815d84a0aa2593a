//! Forty made-up requests, and a search for planted names.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use crate::support::program::{Ended, Office};

/// Number, who, channel, language, receipt, the check with "no", what follows, state, due day of the working term, clause.
const FORTY: &str = include_str!("forty.csv");
const CHECKS: [&str; 10] =
    ["channel", "written", "signed", "unit", "period", "indicators", "not-open", "no-copies", "not-restricted", "ours"];
const AT: &str = "2026-12-01T10:00";
const NAME: &str = "Плантованов";
const ADDRESS: &str = "planted@test.invalid";

fn desk(office: &Office, at: &str, words: &[&str]) -> Ended {
    office.zhinaq(&[&["request"][..], words, &["--sample", "--as-of", at]].concat())
}

#[test]
fn forty_requests_have_the_state_the_day_and_the_draft_of_the_table() {
    let office = Office::fresh();
    let rows: Vec<Vec<&str>> = FORTY.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 40);
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let text = format!("request {} of the table", row[0]);
            json!({"from": row[1], "channel": row[2], "language": row[3], "received": row[4], "text": text}).to_string()
        })
        .collect();
    let file = office.path().join("requests.jsonl");
    fs::write(&file, lines.join("\n")).unwrap();
    let file = file.to_str().unwrap();
    let taken = desk(&office, AT, &["register", file, "--format", "json"]).exits(0).json();
    let numbers: Vec<&str> =
        taken["requests"].as_array().unwrap().iter().map(|r| r["number"].as_str().unwrap()).collect();
    let expected: Vec<String> = (1..=40).map(|n| format!("З-2026-{n:06}")).collect();
    assert_eq!(numbers, expected);
    let again = desk(&office, AT, &["register", file, "--format", "json"]).exits(0).json();
    assert!(again["requests"].as_array().unwrap().iter().all(|r| r["is_new"] == false));

    for (row, number) in rows.iter().zip(&expected) {
        let &[n, from, _, _, _, no, follow, state, due, clause] = row.as_slice() else { panic!("{row:?}") };
        let mut words = vec!["check", number.as_str(), "--format", "json"];
        for check in CHECKS {
            // What the program finds out by itself: the channel.
            if check != "channel" {
                words.extend([if check == no { "--no" } else { "--yes" }, check]);
            }
        }
        let proposal = desk(&office, AT, &words).exits(0).json();
        assert_eq!(proposal["follow"], follow, "{n} {from} {no}");
        let reason = ["--ground", no, "--reason", "as the table has it"];
        match follow {
            "leave" => drop(desk(&office, AT, &[&["left", number.as_str()][..], &reason[..]].concat()).exits(0)),
            "refuse" => drop(desk(&office, AT, &[&["refuse", number.as_str()][..], &reason[..]].concat()).exits(0)),
            "clarify" => drop(desk(&office, AT, &["clarify", number]).exits(0)),
            "forward" => drop(desk(&office, AT, &["forward", number, "--to", "another body"]).exits(0)),
            _ => {}
        }
        let shown = desk(&office, AT, &["show", number, "--format", "json"]).exits(0).json();
        assert_eq!(shown["state"], state, "{n}");
        assert_eq!(shown["clock"]["terms"][0]["due"]["day"], due, "{n}: {}", shown["clock"]);
        let draft = shown["draft"]["text"].as_str().unwrap();
        assert!(draft.contains(clause) && draft.contains(number.as_str()), "{n}: {draft}");
    }
    let wrong = desk(&office, AT, &["close", &expected[0]]).exits(1);
    assert!(wrong.err.contains("cannot follow"), "{}", wrong.err);
}

#[test]
fn a_different_decision_and_a_longer_extension_need_more() {
    let office = Office::fresh();
    let number = registered(&office);
    let at = |words: &[&str]| desk(&office, AT, words);
    let open = at(&["check", &number, "--yes", "unit"]).exits(1);
    assert!(open.err.contains("these checks have no answer"), "{}", open.err);
    let other = at(&["check", &number, "--no", "unit", "--decide", "refuse"]).exits(1);
    assert!(other.err.contains("needs a reason"), "{}", other.err);
    let named =
        at(&["check", &number, "--no", "unit", "--decide", "refuse", "--reason", "так просил плантованов"]).exits(1);
    assert!(named.err.contains("name or the address") && !named.err.to_lowercase().contains("плантованов"));
    at(&["check", &number, "--no", "unit"]).exits(0);
    let long = at(&["extend", &number, "--until", "2027-06-01", "--reason", "many figures"]).exits(1);
    assert!(long.err.contains("at most"), "{}", long.err);
    at(&["extend", &number, "--until", "2027-01-29", "--reason", "many figures"]).exits(0);
    let shown = at(&["show", &number, "--format", "json"]).exits(0).json();
    assert_eq!((&shown["notice_due"], &shown["due"]["day"]), (&json!("2026-12-04"), &json!("2027-01-29")));
    at(&["noticed", &number]).exits(0);
    let shown = at(&["show", &number, "--format", "json"]).exits(0).json();
    assert_eq!(shown["notice_due"], Value::Null);
}

#[test]
fn nobody_finds_a_name_outside_the_files_of_the_desk() {
    let office = Office::fresh();
    let number = registered(&office);
    let mut said = String::new();
    let mut say = |ended: Ended| said.push_str(&(ended.out + &ended.err));
    say(desk(&office, AT, &["check", &number, "--no", "no-copies"]).exits(0));
    say(desk(&office, AT, &["left", &number, "--ground", "no-copies", "--reason", "asks for copies"]).exits(0));
    say(desk(&office, AT, &["close", &number]).exits(0));
    for format in ["table", "json", "csv"] {
        say(desk(&office, AT, &["list", "--format", format]).exits(0));
        say(desk(&office, AT, &["export", "--year", "2026", "--format", format]).exits(0));
    }
    say(desk(&office, AT, &["report", "--period", "2026-Q4"]).exits(0));
    say(office.zhinaq(&["journal", "--sample", "--format", "json"]).exits(0));
    // A wrong file is refused without what is in it.
    let wrong = office.path().join("wrong.json");
    fs::write(&wrong, format!(r#"{{"from":"{NAME}","text":"{ADDRESS}"}}"#)).unwrap();
    say(desk(&office, AT, &["register", wrong.to_str().unwrap(), "--received", "2026-12-01"]).exits(1));
    fs::remove_file(wrong).unwrap();
    assert!(!is_planted(said.as_bytes()), "{said}");

    assert!(found(office.path()).iter().all(|path| path.contains("/requests/")), "{:?}", found(office.path()));
    assert_eq!(found(office.path()).len(), 2, "the document and what was read from it");
    let kept = desk(&office, AT, &["erase", &number]).exits(1);
    assert!(kept.err.contains("kept until 2031-12-01"), "{}", kept.err);
    desk(&office, "2031-12-01T10:00", &["erase", &number]).exits(0);
    assert_eq!(found(office.path()), Vec::<String>::new());
    let shown = desk(&office, "2031-12-01T10:00", &["show", &number, "--format", "json"]).exits(0).json();
    assert_eq!((&shown["state"], &shown["asked"]), (&json!("closed"), &Value::Null));
}

#[test]
fn the_files_of_a_request_are_for_the_account_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::fresh();
    registered(&office);
    let mut modes = BTreeMap::new();
    for path in found(office.path()) {
        let path = Path::new(&path);
        modes.insert(path.metadata().unwrap().permissions().mode() & 0o7777, path.to_owned());
        modes.insert(path.parent().unwrap().metadata().unwrap().permissions().mode() & 0o7777, path.to_owned());
    }
    assert_eq!(modes.keys().copied().collect::<Vec<_>>(), [0o600, 0o700]);
}

#[test]
fn an_office_without_the_rules_goes_on_and_the_desk_says_what_is_missing() {
    let office = Office::fresh();
    fs::remove_file(office.path().join("schedules/requests.toml")).unwrap();
    office.zhinaq(&["doctor", "--sample"]).exits(0);
    let refused = desk(&office, AT, &["report", "--period", "2026-Q4"]);
    assert_eq!(refused.code, 0, "no request, so nothing is needed: {}", refused.err);
    let file = planted(&office);
    let refused = desk(&office, AT, &["register", &file]).exits(1);
    assert!(refused.err.contains("schedules/requests.toml"), "{}", refused.err);
}

fn planted(office: &Office) -> String {
    let file = office.path().join("request.json");
    let text = json!({
        "from": "person", "channel": "electronic-appeals", "language": "ru", "received": "2026-12-01",
        "name": NAME, "address": ADDRESS, "subject": format!("от {NAME}"), "text": format!("Прошу. {NAME}, {ADDRESS}"),
    });
    fs::write(&file, text.to_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

fn registered(office: &Office) -> String {
    let file = planted(office);
    let taken = desk(office, AT, &["register", &file, "--format", "json"]).exits(0).json();
    fs::remove_file(file).unwrap();
    taken["requests"][0]["number"].as_str().unwrap().to_owned()
}

fn is_planted(bytes: &[u8]) -> bool {
    [NAME, ADDRESS].iter().any(|planted| bytes.windows(planted.len()).any(|window| window == planted.as_bytes()))
}

/// The files below a folder that contain a planted name or address.
fn found(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(self::found(&path));
        } else if is_planted(&fs::read(&path).unwrap()) {
            found.push(path.to_str().unwrap().to_owned());
        }
    }
    found
}
