//! Organs that end while parcels wait for them.

use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};

use super::{by, facts, run_by_another, staffed, totals};
use crate::support::program::Office;

const RECIPIENTS: &str = "schedules/order-25-2019/recipients.toml";

/// An office whose parcels to one organ wait: its copies have to be encrypted, and no passphrase is set.
fn waiting_for(organ: &str) -> (Office, Value) {
    let office = staffed();
    office.edit("zhinaq.toml", |text| format!("{text}\n[delivery.{organ}]\nencrypt = true\n"));
    let report = by(&office, "op", "run --period 2025-Q2 --format json").exits(4).json();
    (office, report)
}

fn ends(office: &Office, organ: &str, more: &str) {
    office.edit(RECIPIENTS, |text| {
        text.replacen(&format!("id = \"{organ}\"\n"), &format!("id = \"{organ}\"\nvalid_until = 2025-01-01\n{more}"), 1)
    });
}

fn rows(office: &Office, parcel: &str) -> Vec<(u64, u64, String)> {
    let all = by(office, "op", "register --period 2025-Q2 --format json").exits(0).json();
    let ours = all.as_array().unwrap().iter().filter(|row| row["parcel"] == parcel);
    let row =
        |r: &Value| (r["copy"].as_u64().unwrap(), r["of"].as_u64().unwrap(), r["state"].as_str().unwrap().to_owned());
    ours.map(row).collect()
}

fn expected(report: &Value) -> [u64; 2] {
    ["parcels", "copies"].map(|what| report["totals"][what]["expected"].as_u64().unwrap())
}

fn status(office: &Office) -> Value {
    by(office, "op", "status --period 2025-Q2 --format json").exits(0).json()
}

/// An organ that receives copies only later has no successor: its parcels wait, and nothing is withdrawn.
#[test]
fn what_waits_for_an_organ_that_begins_later_is_not_readdressed() {
    let (office, _) = waiting_for("mia");
    office.edit(RECIPIENTS, |text| text.replacen("id = \"mia\"\n", "id = \"mia\"\nvalid_from = 2099-01-01\n", 1));
    let why = "organ `mia`, which receives only from 2099-01-01 on";
    let correct = "correct `valid_from` in `schedules/order-25-2019/recipients.toml`";
    let told = by(&office, "op", "status --period 2025-Q2").exits(0).out;
    assert!(told.contains("2 parcels not sent (") && told.contains(why) && told.contains(correct), "{told}");
    let sent = by(&office, "op", "send --period 2025-Q2").exits(4).err;
    assert!(sent.contains(why) && sent.contains(correct), "{sent}");
    let resent = by(&office, "op", "resend --parcel 2025-Q2/narcotics/r0/mia --reason lost").exits(1).err;
    for text in [told, sent, resent] {
        assert!(!text.contains("readdress"), "{text}");
    }
}

#[test]
fn what_waits_for_an_organ_that_ended_goes_to_its_successor_and_on_to_the_next() {
    let (office, first) = waiting_for("mia");
    let [parcels, copies] = expected(&first);
    let handed = totals(&first);
    assert_eq!(handed[0], parcels - 2);
    let readdress = "readdress --period 2025-Q2 --organ mia --reason \"joined to another\"";
    let early = by(&office, "op", readdress).exits(1);
    assert!(early.err.contains("organ `mia` has not ended"), "{}", early.err);

    ends(&office, "mia", "successor = \"knb\"\n");
    let sent = by(&office, "op", "send --period 2025-Q2").exits(4);
    assert!(
        sent.err.contains("`zhinaq readdress --sample --parcel 2025-Q2/narcotics/r0/mia --reason …`"),
        "{}",
        sent.err
    );
    assert!(by(&office, "op", "close --period 2025-Q2").exits(1).err.contains("/mia`"));
    for (person, words, why) in [
        ("stat ", readdress.replace("joined to another", " "), "the reason is missing"),
        ("op", readdress.replace("--organ mia", "--organ moj"), "organ `moj` has not ended"),
    ] {
        let refused = by(&office, person.trim(), &words).exits(1);
        assert!(refused.err.contains(why), "{why}: {}", refused.err);
    }
    assert!(facts(&office, "readdressed").is_empty(), "nothing of that was written");

    let done = by(&office, "op", &format!("{readdress} --format json")).exits(0).json();
    assert_eq!(done.as_array().unwrap().len(), 2, "{done}");
    let own = rows(&office, "2025-Q2/narcotics/r0/mia").len() as u64;
    let knb = rows(&office, "2025-Q2/narcotics/r0/knb");
    let new = knb.iter().filter(|(_, _, state)| state == "queued").count() as u64;
    assert_eq!(new, own, "as many as the organ had");
    let last = knb.last().unwrap();
    assert_eq!((last.0, last.1), (knb.len() as u64, knb.len() as u64), "numbers go on: {knb:?}");
    assert!(rows(&office, "2025-Q2/narcotics/r0/mia").iter().all(|(_, _, state)| state == "withdrawn"));
    let now = status(&office);
    assert_eq!(expected(&now), [parcels - 2, copies], "fewer parcels, as many copies");
    assert_eq!(totals(&now)[1], handed[1]);
    let kept = facts(&office, "readdressed");
    assert_eq!(
        (&kept[0].0, &kept[0].1["reason"], &kept[0].1["to"]),
        (&"Operator".into(), &"joined to another".into(), &"knb".into())
    );
    let again = by(&office, "op", readdress).exits(1);
    assert!(again.err.contains("no parcel waits for organ `mia`"), "{}", again.err);

    // The successor ends too. It keeps what it has.
    ends(&office, "knb", "successor = \"supreme-court\"\n");
    let on = by(&office, "op", "readdress --parcel 2025-Q2/narcotics/r0/knb --reason \"joined too\"").exits(0);
    assert!(on.out.contains("is withdrawn; `2025-Q2/narcotics/r0/supreme-court`: copy"), "{}", on.out);
    by(&office, "op", "readdress --period 2025-Q2 --organ knb --reason \"joined too\"").exits(0);
    by(&office, "op", "send --period 2025-Q2").exits(0);
    let standing = by(&office, "op", "run --period 2025-Q2 --format json").exits(0).json();
    assert_eq!(
        (totals(&standing)[1], totals(&standing)[2]),
        (copies, 0),
        "every copy of the matrix was handed over, once"
    );
    assert_eq!(expected(&standing), [parcels - 2, copies]);
    let table = by(&office, "op", "status --period 2025-Q2").exits(0).out;
    assert!(table.contains("handed, 1 withdrawn"), "{table}");
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);

    let outbox = office.path().join("output/sample/outbox/supreme-court/2025-Q2/narcotics/r0");
    let manifests = std::fs::read_dir(outbox).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    assert_eq!(manifests.filter(|name| name.ends_with(".json")).count(), 2, "one for its own, one for what came later");
    let resend = "resend --parcel 2025-Q2/narcotics/r0/supreme-court --reason lost";
    by(&office, "op", resend).exits(0);
    is_accounted_for(&office);
}

/// Checks what an auditor looks at: the list, a withdrawn copy that turns up, the evidence.
fn is_accounted_for(office: &Office) {
    let list = office.zhinaq_bytes(&["register", "--sample", "--period", "2025-Q2", "--format", "xlsx"]);
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(list)).unwrap();
    let sheet = book.worksheet_range("narcotics r0").unwrap();
    let line = |with: &str| {
        let has = |row: &&[Data]| row.iter().any(|cell| cell.to_string().starts_with(with));
        sheet.rows().find(has).unwrap_or_else(|| panic!("{with}")).to_vec()
    };
    let withdrawn = line("отозвано → knb");
    assert_eq!(withdrawn[2], Data::Float(0.0), "it counts in no total: {withdrawn:?}");
    let all: f64 = by(office, "op", "register --period 2025-Q2 --collection narcotics --format json")
        .json()
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["state"] != "withdrawn")
        .count() as f64;
    assert_eq!(line("Итого")[2], Data::Float(all));

    let copies = office.path().join("output/sample/2025-Q2/narcotics/r0/copies");
    let mut files = std::fs::read_dir(copies).unwrap().map(|e| e.unwrap().path());
    let copy = files.find(|path| path.to_string_lossy().contains("-mia-copy-1-")).unwrap();
    let found = office.zhinaq(&["identify", copy.to_str().unwrap(), "--sample", "--format", "json"]).exits(0).json();
    assert_eq!((&found["organ"], &found["state"]), (&json!("mia"), &json!("withdrawn")));

    office.zhinaq(&["pack", "--sample", "--period", "2025-Q2", "--with-copies", "--out", "q2.zip"]).exits(0);
    let verified = office.zhinaq(&["verify", "q2.zip", "--format", "json"]).exits(0).json();
    assert_eq!(verified["intact"], true);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(office.path().join("q2.zip")).unwrap()).unwrap();
    let acts: Value = serde_json::from_reader(zip.by_name("approvals.json").unwrap()).unwrap();
    let readdressed = acts.as_array().unwrap().iter().filter(|act| act["fact"]["kind"] == "readdressed").count();
    assert_eq!(readdressed, 4, "two parcels, twice");
}

#[test]
fn without_a_successor_copies_are_withdrawn_and_the_period_can_be_closed() {
    let (office, first) = waiting_for("mia");
    let [parcels, copies] = expected(&first);
    ends(&office, "mia", "");
    let mine = rows(&office, "2025-Q2/narcotics/r0/mia").len() + rows(&office, "2025-Q2/corruption/r0/mia").len();
    let done = by(&office, "op", "readdress --period 2025-Q2 --organ mia --reason gone --format json").exits(0).json();
    assert!(done.as_array().unwrap().iter().all(|d| d["to"].is_null() && d["copies"] == json!([])), "{done}");
    assert_eq!(expected(&status(&office)), [parcels - 2, copies - mine as u64]);
    by(&office, "op", "run --period 2025-Q2").exits(0);
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
    assert_eq!(
        rows(&office, "2025-Q2/narcotics/r0/mia").len() + rows(&office, "2025-Q2/corruption/r0/mia").len(),
        mine
    );
}

#[test]
fn a_successor_that_begins_later_gets_nothing_yet() {
    let (office, _) = waiting_for("mia");
    ends(&office, "mia", "successor = \"knb\"\n");
    office.edit(RECIPIENTS, |text| text.replacen("id = \"knb\"\n", "id = \"knb\"\nvalid_from = 2999-01-01\n", 1));
    let refused = by(&office, "op", "readdress --period 2025-Q2 --organ mia --reason gone").exits(1);
    assert!(refused.err.contains("its successor `knb` receives no copy on"), "{}", refused.err);
    assert!(facts(&office, "readdressed").is_empty());
}

#[test]
fn what_a_second_person_approved_is_approved_again_after_readdressing() {
    let office = staffed();
    office.edit("zhinaq.toml", |text| text.replace("required = false", "required = true"));
    run_by_another(&office, "2025-Q2");
    let approve = "approve --period 2025-Q2 --reason seen";
    by(&office, "chief", approve).exits(0);
    ends(&office, "mia", "successor = \"knb\"\n");
    by(&office, "op", "readdress --period 2025-Q2 --organ mia --reason gone").exits(0);
    let held = by(&office, "op", "send --period 2025-Q2").exits(4);
    assert!(held.err.contains("is not what was approved"), "{}", held.err);
    by(&office, "chief", approve).exits(0);
    by(&office, "op", "send --period 2025-Q2").exits(0);
    by(&office, "op", "close --period 2025-Q2 --yes").exits(0);
}
