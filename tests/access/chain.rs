//! The chain of the journal, as an administrator checks it.

use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use zhinaq::domain::Sha256;

use crate::support::program::Office;

fn verify(office: &Office, options: &[&str]) -> crate::support::program::Ended {
    office.zhinaq(&[&["journal", "verify", "--sample"][..], options].concat())
}

fn change(office: &Office, statements: &[&'static str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let path = office.path().join("output/sample/ledger.sqlite");
        let mut database = sqlx::AnyConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        for statement in statements {
            database.execute(*statement).await.unwrap();
        }
        database.close().await.unwrap();
    });
}

#[test]
fn an_entry_that_was_changed_is_named_and_a_chain_made_anew_differs_from_a_head_that_was_noted() {
    let office = Office::small();
    office.zhinaq(&["run", "--sample", "--period", "2025-Q2", "--no-send", "--as-of", "2025-07-21"]).exits(0);
    let whole = verify(&office, &[]).exits(0).out;
    assert!(whole.starts_with("the journal is whole: "), "{whole}");
    let status = ["status", "--sample", "--period", "2025-Q2", "--format", "json"];
    let head = office.zhinaq(&status).json()["journal"].clone();
    let noted = format!("{}:{}", head["seq"], head["hash"].as_str().unwrap());
    assert_eq!(whole.lines().last().unwrap(), format!("head: {noted}"));
    let pack = ["pack", "--sample", "--period", "2025-Q2", "--out", "evidence.zip"];
    office.zhinaq(&pack).exits(0);
    let packed = office.zhinaq(&["verify", "evidence.zip", "--format", "json"]).exits(0).json();
    assert_eq!(packed["manifest"]["journal"], head);
    verify(&office, &["--head", &noted]).exits(0);

    let of_other = format!("3:{}", "0".repeat(64));
    let foreign = verify(&office, &["--head", &noted, "--head", &of_other]).exits(3).out;
    assert!(foreign.starts_with("entry 3 has another hash than the one that was noted"), "{foreign}");
    let cut_off = format!("999999:{}", "0".repeat(64));
    assert!(verify(&office, &["--head", &cut_off]).exits(3).out.contains(" is missing\n"));
    let wrong = verify(&office, &["--head", "7"]).exits(1).err;
    assert!(wrong.contains("the number of an entry, a colon"), "{wrong}");

    // A year that is over, in a file that is checked without the ledger.
    let archive = ["journal", "archive", "--sample", "--year", "2025", "--out", "2025.jsonl"];
    let early = [&archive[..], &["--as-of", "2025-12-31"]].concat();
    assert!(office.zhinaq(&early).exits(1).err.contains("the year 2025 is not over"));
    let written = [&archive[..], &["--as-of", "2026-01-10", "--format", "json"]].concat();
    let written = office.zhinaq(&written).exits(0).json();
    let text = std::fs::read_to_string(office.path().join("2025.jsonl")).unwrap();
    assert_eq!(written["sha256"], Sha256::of(text.as_bytes()).to_string());
    assert_eq!((&written["first"], &written["head"]), (&json!(1), &head));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut hash: Sha256 = lines[0]["before"]["hash"].as_str().unwrap().parse().unwrap();
    for line in &lines[1..] {
        let mut bytes = hash.as_bytes().to_vec();
        let seq = line["seq"].to_string();
        let texts = ["at", "run", "actor", "kind", "period", "body"].map(|key| line[key].as_str());
        for field in std::iter::once(Some(seq.as_str())).chain(texts) {
            bytes.extend(field.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
            bytes.extend(field.unwrap_or_default().as_bytes());
        }
        hash = Sha256::of(&bytes);
        assert_eq!(line["hash"], hash.to_string());
    }
    assert_eq!(head["hash"], hash.to_string());

    change(&office, &["DROP TRIGGER events_are_not_changed", "UPDATE events SET run = 'x' WHERE seq = 2"]);
    let broken = verify(&office, &["--format", "json"]).exits(3).json();
    assert_eq!((&broken["is_whole"], &broken["broken"]["seq"]), (&json!(false), &json!(2)));
    assert_eq!((&broken["broken"]["fault"], &broken["head"]["seq"]), (&json!("changed"), &json!(1)));
    assert!(verify(&office, &[]).exits(3).out.starts_with("entry 2 is not as it was written\n"));
    // The journal lists as before.
    office.zhinaq(&["journal", "--sample", "--kind", "built"]).exits(0);
}
