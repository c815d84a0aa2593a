//! Documents that wait until a person decides, each by itself, whatever its key; and each act with its inverse.

use std::fs;

use serde_json::Value;

use super::{PEOPLE, by, facts, run, staffed, totals};
use crate::evidence::alter::rewritten;
use crate::support::program::{Ended, Office};

const ANSWER: &str = r#"[{"region":"г. Астана","ostatok neokochennuh del na nachalo otchetnovo perioda":"14672"}]"#;

/// An office with every form, and a folder for incoming files.
pub fn office() -> Office {
    let office = Office::empty();
    office.zhinaq(&["init", "."]).exits(0);
    office.edit("schedules/people.toml", |_| PEOPLE.into());
    fs::create_dir(office.path().join("inbox")).unwrap();
    office
}

pub fn put(office: &Office, name: &str, figure: &str) {
    fs::write(office.path().join("inbox").join(name), ANSWER.replace("14672", figure)).unwrap();
}

fn pull(office: &Office) -> Ended {
    let words = "pull --from-file inbox --form court-1 --period 2025-Q2 --format json";
    by(office, "op", words)
}

/// How many documents were new, how many were seen before, and how many wait.
fn counts(report: &Value) -> (u64, u64, usize) {
    let number = |name: &str| report[name].as_u64().unwrap();
    (number("taken"), number("unchanged"), report["held"].as_array().unwrap().len())
}

/// The figure in use, with its revision.
fn figure(office: &Office) -> Option<(i64, u64)> {
    let words = "query --form court-1 --period 2025-Q2 --unit 1971 --format json";
    let figures = by(office, "op", words).exits(0).json();
    let found = figures.as_array().unwrap().iter().find(|f| f["value"].is_number())?;
    Some((found["value"].as_i64().unwrap(), found["revision"].as_u64().unwrap()))
}

fn held(office: &Office) -> Vec<Value> {
    by(office, "op", "held --format json").exits(0).json().as_array().unwrap().clone()
}

#[test]
fn two_documents_for_one_dataset_wait_whatever_their_names_until_a_person_chooses() {
    for (first, second) in [("a.json", "b.json"), ("b.json", "a.json")] {
        let office = office();
        put(&office, first, "14672");
        put(&office, second, "9999");
        let came = pull(&office).exits(3).json();
        assert_eq!(counts(&came), (0, 0, 2), "{came}");
        let why = came["held"].to_string();
        assert!(why.contains("a.json") && why.contains("b.json") && why.contains("14672"), "{why}");
        assert_eq!(counts(&pull(&office).exits(3).json()), (0, 2, 2), "nothing changed, so nothing changes");
        assert_eq!(figure(&office), None);
        assert_eq!(held(&office).len(), 2);

        let either = by(&office, "stat", "accept --form court-1 --period 2025-Q2 --reason \"it is newer\"").exits(1);
        assert!(either.err.contains("2 documents are held; choose one"), "{}", either.err);
        assert!(either.err.contains("zhinaq accept --sample --document"), "{}", either.err);
        let choose = format!("accept --document {second} --reason \"corrected by the region\" --format json");
        let dry = by(&office, "stat", &format!("{choose} --dry-run")).exits(0).json();
        assert_eq!((dry["accepted"].as_bool(), figure(&office)), (Some(false), None));
        let done = by(&office, "stat", &choose).exits(0).json();
        assert_eq!(done["put_away"], serde_json::json!([first]), "{done}");
        assert_eq!(figure(&office).map(|(value, _)| value), Some(9999));
        assert_eq!(counts(&pull(&office).exits(0).json()), (0, 2, 0), "the other one was seen before");
        assert_eq!(figure(&office).map(|(value, _)| value), Some(9999));

        let back = format!("withdraw --accept {second} --reason \"the region says otherwise\"");
        by(&office, "stat", &back).exits(0);
        assert_eq!((figure(&office), held(&office).len()), (None, 2), "as before the act");
        by(&office, "stat", &format!("reject --document {second} --reason \"an old copy\"")).exits(0);
        assert_eq!(counts(&pull(&office).exits(0).json()), (1, 1, 0), "the one that is left contradicts nobody");
        assert_eq!(figure(&office).map(|(value, _)| value), Some(14672));
    }
}

#[test]
fn a_second_document_beside_a_good_one_waits_and_the_good_one_stays_in_use() {
    let office = office();
    put(&office, "z.json", "14672");
    assert_eq!(counts(&pull(&office).exits(0).json()), (1, 0, 0));
    put(&office, "a.json", "9999");
    assert_eq!(counts(&pull(&office).exits(3).json()), (0, 1, 1));
    assert_eq!(figure(&office), Some((14672, 0)), "the held one hides nothing");
    let check = by(&office, "op", "check --period 2025-Q2 --form court-1 --format json").exits(3);
    assert!(
        check.out.contains("identity.conflict") && check.err.contains("1 document not checked, because held"),
        "{}",
        check.err
    );

    let replace = "accept --document a.json --reason \"the region corrected it\" --format json";
    let shown = by(&office, "stat", replace).exits(1);
    assert!(shown.err.contains("--yes"), "{}", shown.err);
    let change = &shown.json()["changes"][0];
    assert_eq!((change["before"].as_i64(), change["after"].as_i64()), (Some(14672), Some(9999)));
    assert_eq!(figure(&office), Some((14672, 0)), "nothing was done yet");
    by(&office, "stat", &format!("{replace} --yes")).exits(0);
    let accepted = figure(&office);
    assert_eq!(accepted.map(|(value, _)| value), Some(9999));
    assert_eq!(counts(&pull(&office).exits(0).json()), (0, 2, 0));
    assert_eq!(figure(&office), accepted, "what was decided does not come up again");

    // A file that replaces another one under the same name is the next revision.
    fs::remove_file(office.path().join("inbox/z.json")).unwrap();
    put(&office, "a.json", "10000");
    assert_eq!(counts(&pull(&office).exits(0).json()), (1, 0, 0));
    assert_eq!(figure(&office).map(|(value, _)| value), Some(10000));
}

#[test]
fn one_file_alone_does_not_settle_a_conflict_while_the_other_lies_there() {
    let office = office();
    put(&office, "a.json", "14672");
    let alone = |name: &str| {
        let words = format!("pull --from-file inbox/{name} --form court-1 --period 2025-Q2 --format json");
        by(&office, "op", &words)
    };
    assert_eq!(counts(&alone("a.json").exits(0).json()), (1, 0, 0));
    put(&office, "b.json", "9999");
    assert_eq!(counts(&alone("b.json").exits(3).json()), (0, 0, 1));
    assert_eq!(counts(&alone("b.json").exits(3).json()), (0, 1, 1));
    assert_eq!(figure(&office), Some((14672, 0)));
}

#[test]
fn documents_that_say_the_same_are_no_conflict() {
    let office = office();
    put(&office, "a.json", "14672");
    put(&office, "b.json", "14672");
    fs::write(office.path().join("inbox/c.json"), format!("{ANSWER}\n")).unwrap();
    assert_eq!(counts(&pull(&office).exits(0).json()), (1, 2, 0));
    assert_eq!(counts(&pull(&office).exits(0).json()), (0, 3, 0));
    assert_eq!(figure(&office), Some((14672, 0)));
}

#[test]
fn three_documents_of_which_one_differs_all_wait() {
    let office = office();
    for (name, figure) in [("a.json", "1"), ("b.json", "2"), ("c.json", "3")] {
        put(&office, name, figure);
    }
    let came = pull(&office).exits(3).json();
    assert_eq!(counts(&came), (0, 0, 3));
    let done = by(&office, "stat", "accept --document b.json --reason \"looked at\" --format json").exits(0).json();
    assert_eq!(done["put_away"], serde_json::json!(["a.json", "c.json"]));
    assert_eq!((figure(&office).map(|(value, _)| value), held(&office).len()), (Some(2), 0));
}

#[test]
fn two_files_of_the_sample_office_are_a_conflict() {
    let office = staffed();
    let words = "pull --period 2025-M06 --form 3-k --faults two-files:3-k --format json";
    let form = by(&office, "op", words).exits(3).json()["forms"][0].clone();
    assert_eq!((form["taken"].as_u64(), form["held"].as_array().unwrap().len() > 1), (Some(0), true), "{form}");
    let again = by(&office, "op", words).exits(3).json()["forms"][0].clone();
    assert_eq!(again["taken"].as_u64(), Some(0), "{again}");
}

#[test]
fn a_slip_of_many_documents_is_put_away_in_one_act_and_each_can_come_back() {
    let office = staffed();
    let words = "pull --period 2025-M06 --form 3-k --faults stale:3-k --format json";
    by(&office, "op", words).exits(3);
    // The documents of the comparison periods wait too, so only those of the month are counted.
    let of_month = |office: &Office| {
        let words = "held --form 3-k --period 2025-M06 --format json";
        by(office, "op", words).exits(0).json().as_array().unwrap().len()
    };
    let waiting = of_month(&office);
    assert!(waiting > 1);
    let check = by(&office, "op", "check --period 2025-M06 --form 3-k").exits(3);
    assert!(check.err.contains(&format!("{waiting} documents not checked, because held")), "{}", check.err);
    assert!(check.err.contains("no figures of `3-k` of 2025-M06 found"), "{}", check.err);

    let all = "reject --form 3-k --period 2025-M06 --reason \"the wrong month\"";
    let listed = by(&office, "stat", all).exits(1);
    assert_eq!(listed.out.matches("would be rejected").count(), waiting, "{}", listed.out);
    assert_eq!(of_month(&office), waiting);
    by(&office, "stat", &format!("{all} --yes")).exits(0);
    assert_eq!((of_month(&office), facts(&office, "rejected").len()), (0, waiting));
    // The documents of the comparison periods still wait, so the exit code is 3.
    let again = by(&office, "op", words).exits(3).json()["forms"][0].clone();
    assert_eq!((counts(&again).0, counts(&again).2), (0, 0), "what was rejected does not wait again");
    let nothing = by(&office, "stat", all).exits(1);
    assert!(nothing.err.contains("no document of it is held") || nothing.err.contains("no such"), "{}", nothing.err);

    let acts = by(&office, "op", "withdraw --format json").exits(0).json();
    let one = acts[0]["act"].as_i64().unwrap();
    by(&office, "stat", &format!("withdraw --act {one} --reason \"it was right\"")).exits(0);
    assert_eq!(of_month(&office), 1);
}

#[test]
fn a_period_without_anything_is_told_so() {
    let office = staffed();
    let check = by(&office, "op", "check --period 2099-Q1").exits(2);
    assert!(check.err.contains("no figures of 2099-Q1 found"), "{}", check.err);
}

#[test]
fn every_act_has_an_inverse_until_copies_are_out() {
    let office = staffed();
    let faulty = "run --period 2025-Q1 --faults twins:1-n,sum:1-n,edition:3-k --format json";
    by(&office, "op", faulty);
    let findings = by(&office, "op", "check --period 2025-Q1 --format json").json();
    let error = findings.as_array().unwrap().iter().find(|f| f["severity"] == "error").unwrap();
    let rule = error["rule"].as_str().unwrap().to_owned();
    let collection = if error["form"] == "1-n" { "narcotics" } else { "corruption" };
    let pass = format!("override --period 2025-Q1 --collection {collection} --rule {rule} --reason \"looked at\"");
    by(&office, "chief", &pass).exits(0);
    by(&office, "chief", &pass).exits(1);
    let back = format!("withdraw --override {rule} --period 2025-Q1 --reason \"too early\"");
    by(&office, "chief", &back).exits(0);
    by(&office, "chief", &back).exits(1);
    by(&office, "chief", &pass).exits(0);
    assert_eq!(facts(&office, "withdrawn").len(), 1, "the journal keeps what was taken back, and that it was");

    let office = staffed();
    run(&office, "op", "2025-Q2");
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
    let closed =
        |office: &Office| by(office, "op", "status --period 2025-Q2 --format json").exits(0).json()["closed"].clone();
    assert!(closed(&office).is_string());
    by(&office, "op", "reopen --period 2025-Q2 --reason \"a mail came back\"").exits(0);
    assert!(!closed(&office).is_string());
    let open = by(&office, "op", "reopen --period 2025-Q2 --reason again").exits(1);
    assert!(open.err.contains("is not closed"), "{}", open.err);
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
    assert!(closed(&office).is_string());
    let refused = by(&office, "op", "run --period 2025-Q2").exits(1);
    assert!(refused.err.contains("is closed since") && refused.err.contains("--yes"), "{}", refused.err);
    let [parcels, ..] = totals(&by(&office, "op", "run --period 2025-Q2 --yes --format json").exits(0).json());
    assert!(parcels > 0);
}

#[test]
fn a_correction_can_be_taken_back_before_it_is_handed_over_and_not_after() {
    let office = office();
    put(&office, "a.json", "14672");
    pull(&office).exits(0);
    let place = by(&office, "op", "query --form court-1 --period 2025-Q2 --unit 1971 --format json").json();
    let place = place.as_array().unwrap().iter().find(|f| f["value"].is_number()).unwrap().clone();
    let text = |name: &str| place[name].as_str().unwrap().to_owned();
    let correct = |old: i64, new: i64| {
        format!(
            "correct --form court-1 --period 2025-Q2 --unit 1971 --section {} --row {} --column {} --old {old} --new {new} --reason \"counted twice\"",
            text("section"),
            text("row"),
            text("column")
        )
    };
    by(&office, "stat", &correct(14672, 14670)).exits(0);
    by(&office, "stat", &correct(14670, 14660)).exits(0);
    let acts = by(&office, "op", "withdraw --format json").exits(0).json();
    let first = acts[0]["act"].as_i64().unwrap();
    let rests = by(&office, "stat", &format!("withdraw --act {first} --reason \"it was right\"")).exits(1);
    assert!(rests.err.contains("a later correction rests on it"), "{}", rests.err);
    let both = by(&office, "stat", "withdraw --correct court-1 --reason \"it was right\"").exits(1);
    assert!(both.err.contains("2 acts fit; choose one"), "{}", both.err);
    let last = acts[1]["act"].as_i64().unwrap();
    by(&office, "stat", &format!("withdraw --act {last} --reason \"it was right\"")).exits(0);
    assert_eq!(figure(&office), Some((14670, 1)));
    by(&office, "stat", "withdraw --correct court-1 --reason \"it was right\"").exits(0);
    assert_eq!(figure(&office), Some((14672, 0)));
    by(&office, "stat", &correct(14672, 14671)).exits(0);
    assert_eq!(figure(&office), Some((14671, 3)), "no number of a revision is given twice");
}

/// How many documents of a form wait, as `status` shows them.
fn waiting_in_status(office: &Office, form: &str) -> u64 {
    let status = by(office, "op", "status --period 2025-Q2 --format json").json();
    let forms = status["forms"].as_array().unwrap().clone();
    forms.iter().find(|one| one["form"] == form).unwrap()["held"].as_u64().unwrap()
}

#[test]
fn status_follows_every_decision_about_a_held_document() {
    let office = office();
    put(&office, "a.json", "14672");
    put(&office, "b.json", "9999");
    pull(&office).exits(3);
    assert_eq!(waiting_in_status(&office, "court-1"), 2);
    by(&office, "stat", "reject --document a.json --reason \"an old copy\"").exits(0);
    assert_eq!(waiting_in_status(&office, "court-1"), 1);
    by(&office, "stat", "withdraw --reject a.json --reason \"it was right\"").exits(0);
    assert_eq!(waiting_in_status(&office, "court-1"), 2);
    by(&office, "stat", "accept --document a.json --reason \"it is right\"").exits(0);
    assert_eq!(waiting_in_status(&office, "court-1"), 0);
    by(&office, "stat", "withdraw --accept a.json --reason \"it is not\"").exits(0);
    assert_eq!(waiting_in_status(&office, "court-1"), 2);
}

/// A document of March under the name and the release of June, with figures of March.
fn march_as_june(office: &Office) {
    by(office, "op", "pull --period 2025-M03 --form 1-ad").exits(0);
    let snapshots = office.path().join("output/sample/snapshots");
    let name = "202503_1ad_00000_1911_ru.XLSX";
    let is_it = |meta: &std::path::PathBuf| {
        meta.extension().is_some_and(|e| e == "json") && fs::read_to_string(meta).unwrap().contains(name)
    };
    let meta = fs::read_dir(snapshots).unwrap().map(|e| e.unwrap().path()).find(is_it).unwrap();
    let march = fs::read(meta.with_extension("")).unwrap();
    let june = rewritten(&march, |_, text| text.replace("90303;", "90306;"));
    assert_ne!(march, june);
    fs::create_dir(office.path().join("inbox")).unwrap();
    fs::write(office.path().join("inbox").join(name.replace("202503", "202506")), june).unwrap();
}

#[test]
fn a_document_that_repeats_another_period_waits_whatever_comes_or_is_decided_later() {
    let office = Office::empty();
    office.zhinaq(&["init", ".", "--use", "sample"]).exits(0);
    office.edit("schedules/people.toml", |_| PEOPLE.into());
    march_as_june(&office);
    let came = by(&office, "op", "pull --from-file inbox --form 1-ad --period 2025-Q2 --format json").exits(3).json();
    let why = came["held"].to_string();
    assert!(why.contains("every one of them"), "{why}");
    let waits = || {
        let held = held(&office);
        held.len() == 1 && held[0].to_string().contains("202506_1ad_00000_1911_ru.XLSX")
    };
    by(&office, "op", "pull --period 2025-Q2 --form court-1").exits(0);
    assert!(waits(), "another form came");
    by(&office, "op", "pull --period 2024-Q3 --form 1-ad").exits(0);
    assert!(waits(), "another period of the form came");
    put(&office, "a.json", "14672");
    put(&office, "b.json", "9999");
    by(&office, "op", "pull --from-file inbox/a.json inbox/b.json --form court-1 --period 2025-Q1").exits(3);
    by(&office, "stat", "reject --document a.json --reason \"an old copy\"").exits(0);
    by(&office, "stat", "reject --document b.json --reason \"an old copy\"").exits(0);
    assert!(waits(), "a person decided about other documents");
}
