//! What follows the first issue: revisions that a person rebuilds, and supplements that a run makes by itself.

use std::path::PathBuf;

use calamine::{Reader as _, Xlsx, open_workbook};
use serde_json::Value;

use super::{by, facts, run, staffed, totals};
use crate::support::program::Office;

const CELL: &str = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1";

/// The workbooks in an organ's part of the outbox.
fn copies(office: &Office, parcel: &str) -> Vec<PathBuf> {
    let folder = office.path().join("output/sample/outbox").join(parcel);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "xlsx"));
    files.sort();
    files
}

fn correct(office: &Office, change: i64) -> (i64, i64) {
    let words = format!("query {CELL} --unit 19 --format json");
    let old = by(office, "op", &words).exits(0).json()[0]["value"].as_i64().unwrap();
    let (old, new) = (old, old + change);
    by(office, "stat", &format!("correct {CELL} --unit 19 --old {old} --new {new} --reason \"a late case\"")).exits(0);
    (old, new)
}

fn later<'a>(report: &'a Value, kind: &str) -> &'a Vec<Value> {
    report[kind].as_array().unwrap()
}

#[test]
fn a_corrected_figure_becomes_a_revision_that_tells_each_organ_what_changed() {
    let office = staffed();
    let first = run(&office, "op", "2025-Q2");
    let [parcels, handed, ..] = totals(&first);
    let of_narcotics = first["collections"].as_array().unwrap().iter().find(|c| c["id"] == "narcotics").unwrap();
    let organs = of_narcotics["parcels"]["expected"].as_u64().unwrap();
    let nothing = by(&office, "stat", "rebuild --period 2025-Q2 --reason look --format json").exits(0).json();
    assert_eq!(later(&nothing, "candidates").len(), 0, "{nothing}");
    assert!(nothing["troubles"][0]["why"].as_str().unwrap().contains("no change"));

    let (old, new) = correct(&office, 7);
    let again = run(&office, "op", "2025-Q2");
    assert_eq!(totals(&again), [parcels, handed, 0, 0], "the numbered copies stay as they are");
    let told = again["troubles"].as_array().unwrap().iter().find(|t| t["what"] == "collection `narcotics`").unwrap();
    assert!(told["why"].as_str().unwrap().contains("`zhinaq rebuild --sample --period 2025-Q2"), "{told}");

    let rebuild = "rebuild --period 2025-Q2 --reason \"a late case\" --format json";
    let rebuilt = by(&office, "stat", rebuild).exits(0).json();
    let [candidate] = later(&rebuilt, "candidates").as_slice() else { panic!("{rebuilt}") };
    assert_eq!(
        (candidate["issue"]["collection"].as_str(), candidate["issue"]["revision"].as_u64()),
        (Some("narcotics"), Some(1))
    );
    assert_eq!(later(candidate, "would_get").len() as u64, organs);
    assert!(later(candidate, "would_get").iter().all(|w| w["held"] == 0 && w["changes"].as_u64() > Some(0)));
    let cell = later(candidate, "changes").iter().find(|c| c["derived"] == false).unwrap();
    let digits = |v: &Value| v.as_str().unwrap().chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!((digits(&cell["was"]), digits(&cell["is"])), (old.to_string(), new.to_string()));
    let untouched = rebuilt["troubles"][0]["what"].as_str().unwrap();
    assert_eq!(untouched, "collection `corruption`");

    let sent = by(&office, "op", "send --period 2025-Q2 --format json").exits(0).json();
    assert!(sent["revisions"][0]["candidate"].as_bool().unwrap(), "sending a candidate is an act of its own");
    assert!(copies(&office, "mia/2025-Q2/narcotics/r1").is_empty());
    assert!(by(&office, "op", "send --period 2025-Q2 --revision 4").exits(1).err.contains("there is no revision 4"));
    let sent = by(&office, "op", "send --period 2025-Q2 --revision 1 --format json").exits(0).json();
    assert_eq!(sent["revisions"][0]["parcels"]["handed"].as_u64(), Some(organs));
    assert_eq!(totals(&sent)[..2], [parcels, handed], "totals speak of revision 0");
    let copy = copies(&office, "mia/2025-Q2/narcotics/r1").remove(0);
    assert!(copies(&office, "mia/2025-Q2/corruption/r1").is_empty(), "what did not change is not mailed");
    let mut workbook: Xlsx<_> = open_workbook(copy).unwrap();
    let sheet = workbook.sheet_names().into_iter().find(|name| {
        let text = name.to_lowercase();
        text.contains("измен")
    });
    let range = workbook.worksheet_range(&sheet.expect("no sheet of changes")).unwrap();
    let numbers: Vec<i64> = range
        .used_cells()
        .filter_map(|(_, _, cell)| match cell {
            calamine::Data::Float(number) => Some(*number as i64),
            calamine::Data::Int(number) => Some(*number),
            _ => None,
        })
        .collect();
    assert!(numbers.contains(&old) && numbers.contains(&new), "{numbers:?}");
    let marked = workbook.worksheets().iter().any(|(_, range)| range.used_cells().any(|(_, _, cell)| *cell == "[r]"));
    assert!(marked, "the corrected figure is marked where it stands");

    let quiet = run(&office, "op", "2025-Q2");
    assert!(later(&quiet, "troubles").is_empty(), "{quiet}");
    // The next revision lists what changed since the one before.
    let (_, newer) = correct(&office, 2);
    let second = by(&office, "stat", rebuild).exits(0).json();
    let cell = later(&second["candidates"][0], "changes").iter().find(|c| c["derived"] == false).unwrap();
    assert_eq!((digits(&cell["was"]), digits(&cell["is"])), (new.to_string(), newer.to_string()));
    assert!(later(&second["candidates"][0], "would_get").iter().all(|w| w["held"] == 1));
    assert!(facts(&office, "built").iter().any(|(who, fact)| who == "Statistician" && fact["held"] == 1));
}

#[test]
fn a_form_that_comes_after_its_collection_goes_as_a_supplement_once() {
    let office = staffed();
    let run_on = |day: &str| by(&office, "op", &format!("run --period 2025-Q3 --as-of {day} --format json"));
    let first = run_on("2025-10-14T21:00").json();
    let [parcels, handed, ..] = totals(&first);
    assert!(parcels > 0 && later(&first, "supplements").is_empty(), "{first}");
    let corruption = first["collections"].as_array().unwrap().iter().find(|c| c["id"] == "corruption").unwrap();
    assert_eq!(corruption["incomplete"], serde_json::json!(["1-ad"]));
    let organs = corruption["parcels"]["expected"].clone();
    assert!(later(&run_on("2025-10-15").json(), "supplements").is_empty(), "the form is not there yet");

    let second = run_on("2025-10-21").exits(0).json();
    let [supplement] = later(&second, "supplements").as_slice() else { panic!("{second}") };
    assert_eq!((supplement["id"].as_str(), supplement["supplement"].as_u64()), (Some("corruption"), Some(1)));
    assert_eq!((&supplement["parcels"]["handed"], &supplement["parcels"]["expected"]), (&organs, &organs));
    assert_eq!(totals(&second), [parcels, handed, 0, 0], "a supplement is in no total");
    let told = later(&second, "troubles").iter().any(|t| t["why"].as_str().unwrap().contains("figures changed"));
    assert!(!told, "{second}");
    let files = copies(&office, "mia/2025-Q3/corruption/s1");
    assert!(!files.is_empty());
    assert!(files[0].to_string_lossy().contains("corruption_2025-Q3_s1_mia_copy-1-of-"), "{files:?}");
    let known = by(&office, "op", &format!("identify {} --format json", files[0].display())).exits(0).json();
    assert_eq!(
        (&known["organ"], &known["collection"], &known["supplement"], &known["intact"]),
        (&"mia".into(), &"corruption".into(), &1.into(), &true.into()),
        "{known}"
    );
    let told = by(&office, "op", &format!("identify {}", files[0].display())).exits(0).out;
    assert!(told.contains("`corruption` 2025-Q3, supplement 1"), "{told}");
    let mut workbook: Xlsx<_> = open_workbook(&files[0]).unwrap();
    let cover = workbook.worksheet_range_at(0).unwrap().unwrap();
    assert!(cover.used_cells().any(|(_, _, cell)| cell.to_string().contains("Дополнение № 1")));

    let third = run_on("2025-10-22").exits(0).json();
    assert_eq!(later(&third, "supplements"), later(&second, "supplements"));
    assert_eq!(
        facts(&office, "queued").iter().filter(|(_, f)| f["parcel"].as_str().unwrap().contains("/s1/")).count() as u64,
        organs.as_u64().unwrap()
    );
    let rebuilt = by(&office, "stat", "rebuild --period 2025-Q3 --reason look --format json").exits(0).json();
    assert!(later(&rebuilt, "candidates").is_empty(), "who has the supplement has everything: {rebuilt}");

    let rows = by(&office, "op", "register --period 2025-Q3 --collection corruption --format json").exits(0).json();
    let of_supplement = rows.as_array().unwrap().iter().filter(|r| r["supplement"] == 1);
    assert!(
        of_supplement.clone().count() > 0
            && of_supplement.clone().all(|r| r["state"] == "handed" && r["handed_at"].is_string())
    );
    let csv = by(&office, "op", "register --period 2025-Q3 --format csv").exits(0).out;
    assert_eq!(csv.lines().count(), 1 + facts_of_copies(&office), "a line a copy");
    let closed = by(&office, "op", "close --period 2025-Q3 --yes").exits(0);
    assert!(closed.out.contains(&format!("{parcels} parcels, {handed} copies")), "{}", closed.out);
    let status = by(&office, "op", "status --period 2025-Q3").exits(0).out;
    assert!(status.contains("supplement 1 to `corruption`:") && status.contains("closed on "), "{status}");
}

fn facts_of_copies(office: &Office) -> usize {
    facts(office, "queued").iter().map(|(_, fact)| fact["copies"].as_array().unwrap().len()).sum()
}

#[test]
fn an_organ_that_ended_is_refused_with_its_successor_which_gets_its_copies() {
    let office = staffed();
    office.edit("schedules/order-25-2019/recipients.toml", |text| {
        text.replacen("id = \"mia\"\n", "id = \"mia\"\nvalid_until = 2025-01-01\nsuccessor = \"knb\"\n", 1)
    });
    let asked = by(&office, "op", "send --period 2025-Q1 --organ mia").exits(1);
    assert!(asked.err.contains("receives no copies since 2025-01-01: its successor is `knb`"), "{}", asked.err);
    let unknown = by(&office, "op", "send --period 2025-Q1 --organ miaa").exits(1);
    assert!(unknown.err.contains("did you mean `mia`?"), "{}", unknown.err);
    let report = run(&office, "op", "2025-Q1");
    let notices = report["notices"].to_string();
    assert!(notices.contains("organ `mia`") && notices.contains("successor is `knb`"), "{notices}");
    assert!(copies(&office, "mia/2025-Q1/narcotics/r0").is_empty());
    let own = 1;
    assert!(copies(&office, "knb/2025-Q1/narcotics/r0").len() > own, "its own and those of the organ that ended");
    assert_eq!(report["totals"]["parcels"]["handed"], report["totals"]["parcels"]["expected"]);
    by(&office, "op", "close --period 2025-Q1 --yes").exits(0);
}

#[test]
fn organs_that_hold_different_revisions_each_get_what_changed_for_them() {
    let office = staffed();
    let first = run(&office, "op", "2025-Q2");
    let of_narcotics = first["collections"].as_array().unwrap().iter().find(|c| c["id"] == "narcotics").unwrap();
    let organs = of_narcotics["parcels"]["expected"].as_u64().unwrap();
    let rebuild = || {
        let words = "rebuild --period 2025-Q2 --collection narcotics --reason \"a late case\" --format json";
        by(&office, "stat", words).exits(0).json()["candidates"][0].clone()
    };
    let got = |candidate: &Value| -> Vec<(String, Value)> {
        let organ = |w: &Value| (w["organ"].as_str().unwrap().to_owned(), w["held"].clone());
        later(candidate, "would_get").iter().map(organ).collect()
    };
    let was = |candidate: &Value, held: u64| -> i64 {
        let cells = later(candidate, "changes").iter();
        let mut cells = cells.filter(|c| c["derived"] == false && c["held"].as_u64() == Some(held));
        let text = cells.next().unwrap_or_else(|| panic!("{candidate}"))["was"].as_str().unwrap().to_owned();
        text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };

    // The first correction is sent to one organ only.
    let (figure, more) = correct(&office, 7);
    assert_eq!(got(&rebuild()).len() as u64, organs);
    by(&office, "op", "send --period 2025-Q2 --revision 1 --organ mia").exits(0);
    assert_eq!(copies(&office, "mia/2025-Q2/narcotics/r1").len(), copies(&office, "mia/2025-Q2/narcotics/r0").len());
    assert!(copies(&office, "moj/2025-Q2/narcotics/r1").is_empty());

    // The correction is withdrawn. An organ that never had it gets no mail about it, now or later.
    correct(&office, -7);
    let second = rebuild();
    assert_eq!(got(&second), [("mia".to_owned(), 1.into())], "{second}");
    assert_eq!(was(&second, 1), more);
    assert_eq!(later(&second, "untouched").len() as u64, organs - 1);
    by(&office, "op", "send --period 2025-Q2 --revision 2").exits(0);
    by(&office, "op", "send --period 2025-Q2");
    assert!(!copies(&office, "mia/2025-Q2/narcotics/r2").is_empty());
    for label in ["r1", "r2"] {
        assert!(copies(&office, &format!("moj/2025-Q2/narcotics/{label}")).is_empty(), "{label}");
    }

    // The third change concerns all organs. Each gets the difference from the issue that it holds.
    let (_, last) = correct(&office, 11);
    let third = rebuild();
    let held = got(&third);
    assert_eq!(held.len() as u64, organs);
    for (organ, held) in &held {
        assert_eq!(held.as_u64(), Some(if organ == "mia" { 2 } else { 0 }), "{organ}");
    }
    assert_eq!((was(&third, 0), was(&third, 2), last), (figure, figure, figure + 11));
    by(&office, "op", "send --period 2025-Q2 --revision 3").exits(0);
    for organ in ["mia", "moj"] {
        let files = copies(&office, &format!("{organ}/2025-Q2/narcotics/r3"));
        let known = by(&office, "op", &format!("identify {} --format json", files[0].display())).exits(0).json();
        assert_eq!((&known["organ"], &known["revision"]), (&organ.into(), &3.into()), "{known}");
    }
    assert!(copies(&office, "mia/2025-Q2/corruption/r1").is_empty(), "what did not change is not mailed");
}

#[test]
fn what_waited_of_a_revision_goes_no_more_when_a_later_one_is_issued() {
    let office = staffed();
    run(&office, "op", "2025-Q2");
    let rebuild = "rebuild --period 2025-Q2 --collection narcotics --reason \"a late case\"";
    correct(&office, 7);
    by(&office, "stat", rebuild).exits(0);
    let unknown = by(&office, "op", "send --period 2025-Q2 --revision 1 --organ miaa").exits(1);
    assert!(unknown.err.contains("did you mean `mia`?"), "{}", unknown.err);
    let numbered = |office: &Office| {
        facts(office, "queued").iter().filter(|(_, f)| f["parcel"].as_str().unwrap().contains("/r1/")).count()
    };
    assert_eq!(numbered(&office), 0, "no copy is numbered for an order that is refused");
    by(&office, "op", "send --period 2025-Q2 --revision 1 --organ mia").exits(0);
    correct(&office, 5);
    by(&office, "stat", rebuild).exits(0);
    by(&office, "op", "send --period 2025-Q2 --revision 2").exits(0);
    let again = by(&office, "op", "send --period 2025-Q2 --revision 1").exits(4);
    assert!(again.err.contains("`2025-Q2/narcotics/r2` was registered later"), "{}", again.err);
    let handed = by(&office, "op", "resend --parcel 2025-Q2/narcotics/r1/mia --reason lost").exits(1);
    assert!(handed.err.contains("`2025-Q2/narcotics/r2` was registered later"), "{}", handed.err);
    let status = by(&office, "op", "status --period 2025-Q2 --format json").exits(0).json();
    let [first, second] = later(&status, "revisions").as_slice() else { panic!("{status}") };
    assert_eq!((&first["overtaken_by"], &first["parcels"]["handed"]), (&2.into(), &1.into()), "{first}");
    assert!(second["overtaken_by"].is_null(), "{second}");
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
}

#[test]
fn where_nothing_was_numbered_there_is_nothing_to_revise() {
    let office = staffed();
    let refused = by(&office, "stat", "rebuild --period 2025-Q2 --reason \"a late case\"").exits(1);
    for words in ["no copy of it has been numbered", "`zhinaq run --sample --period 2025-Q2`"] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
    assert!(facts(&office, "built").is_empty() && facts(&office, "queued").is_empty());
}

#[test]
fn on_a_fresh_office_a_rebuild_makes_a_candidate_and_the_next_run_goes_on() {
    let office = Office::empty();
    let zhinaq = |words: &str| office.zhinaq(&words.split_whitespace().collect::<Vec<_>>());
    zhinaq("init . --use sample").exits(0);
    let before = zhinaq("rebuild --sample --period 2025-Q2 --reason late").exits(1);
    assert!(before.err.contains("no copy of it has been numbered"), "{}", before.err);
    let first = zhinaq("run --sample --period 2025-Q2 --format json").exits(0).json();
    let all = totals(&first);
    assert_eq!(all, [115, 176, 115, 176]);

    let query = format!("query {CELL} --unit 19 --sample --format json");
    let old = zhinaq(&query).exits(0).json()[0]["value"].as_i64().unwrap();
    zhinaq(&format!("correct {CELL} --unit 19 --old {old} --new {} --reason late --sample", old + 7)).exits(0);
    let rebuilt = zhinaq("rebuild --sample --period 2025-Q2 --reason late --format json").exits(0).json();
    let candidates = later(&rebuilt, "candidates");
    assert!(!candidates.is_empty() && candidates.iter().all(|c| c["issue"]["revision"] == 1), "{rebuilt}");
    assert!(candidates.iter().any(|c| c["issue"]["collection"] == "narcotics"), "{rebuilt}");
    assert!(facts(&office, "queued").iter().all(|(_, f)| f["parcel"].as_str().unwrap().contains("/r0/")));

    // The command that cron starts.
    let again = zhinaq("run --sample --period 2025-Q2 --format json").exits(0).json();
    assert_eq!(totals(&again), [115, 176, 0, 0]);
    let how = "zhinaq send --sample --period 2025-Q2 --collection narcotics --revision 1";
    let waits = |notice: &Value| notice["kind"] == "candidate" && notice["command"] == how;
    assert!(later(&again, "notices").iter().any(waits), "{}", again["notices"]);
    assert!(copies(&office, "mia/2025-Q2/narcotics/r1").is_empty(), "no candidate goes by itself");
}

#[test]
fn a_run_after_a_rebuild_goes_on_sends_nothing_twice_and_says_what_waits() {
    let office = Office::small();
    let zhinaq = |words: &str| office.zhinaq(&words.split_whitespace().collect::<Vec<_>>());
    let first = zhinaq("run --period 2025-Q2 --format json").exits(0).json();
    let [parcels, handed, now, _] = totals(&first);
    assert!(parcels > 0 && now == parcels);
    let outbox = || {
        let (mut folders, mut files) = (vec![office.path().join("output/sample/outbox")], Vec::new());
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    };
    let before = outbox();

    let old = zhinaq(&format!("query {CELL} --unit 19 --format json")).exits(0).json()[0]["value"].as_i64().unwrap();
    zhinaq(&format!("correct {CELL} --unit 19 --old {old} --new {} --reason late", old + 7)).exits(0);
    let rebuilt = zhinaq("rebuild --period 2025-Q2 --reason late --format json").exits(0).json();
    let [candidate] = later(&rebuilt, "candidates").as_slice() else { panic!("{rebuilt}") };
    assert_eq!(
        (candidate["issue"]["collection"].as_str(), candidate["issue"]["revision"].as_u64()),
        (Some("narcotics"), Some(1))
    );
    assert_eq!(outbox(), before, "a rebuild sends nothing");

    // The command that cron starts, once as text and once as JSON.
    let said = zhinaq("run --period 2025-Q2").exits(0);
    let said = said.out + &said.err;
    assert!(said.contains("revision 1 of `narcotics`: a candidate, not sent (late)"), "{said}");
    let again = zhinaq("run --period 2025-Q2 --format json").exits(0).json();
    assert_eq!(totals(&again), [parcels, handed, 0, 0]);
    assert_eq!(outbox(), before, "nothing goes twice, and no candidate by itself");
    let sent = zhinaq("send --period 2025-Q2 --collection narcotics --revision 1 --format json").exits(0).json();
    assert!(sent["revisions"][0]["parcels"]["handed"].as_u64() > Some(0), "{sent}");
    assert!(outbox().len() > before.len());
}
