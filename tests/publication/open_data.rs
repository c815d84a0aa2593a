//! Data sets for the open-data portal: their keys, their sizes, what is not written, and what lies there afterwards.

use std::{fs, net::Ipv4Addr, path::PathBuf, sync::mpsc, thread};

use axum::{Router, extract::State, http::Uri};
use serde_json::Value;

use super::sample;
use crate::support::program::Office;

const FORMS: &str = "--form court-6-k --form 1-n";

/// An office with two forms on its site: one whose keys are published, and one whose keys are lost.
fn placed() -> Office {
    let office = Office::fresh();
    sample(&office, &format!("pull --period 2025-Q2 {FORMS}")).exits(0);
    sample(&office, &format!("place --period 2025-Q2 {FORMS}")).exits(0);
    office
}

/// Plays the portal with a description and records, on a port of its own.
fn portal(meta: Value, records: Vec<Value>) -> String {
    async fn answer(State((meta, records)): State<(Value, Vec<Value>)>, uri: Uri) -> String {
        if uri.path().starts_with("/meta/") {
            return meta.to_string();
        }
        // `{"from":N,"size":M}`, percent-encoded but for its digits, colons and commas.
        let query = uri.query().unwrap_or_default();
        let number = |name: &str| -> usize {
            let after = query.split(name).nth(1).unwrap().trim_start_matches("%22:");
            after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
        };
        let page: Vec<Value> = records.iter().skip(number("from")).take(number("size")).cloned().collect();
        Value::Array(page).to_string()
    }
    let (said, address) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            said.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            let router = Router::new().fallback(answer).with_state((meta, records));
            axum::serve(listener, router).await.unwrap();
        });
    });
    address.recv().unwrap()
}

#[test]
fn a_data_set_has_the_published_keys_and_one_without_keys_is_not_written() {
    let office = placed();
    let report = sample(&office, &format!("place --period 2025-Q2 --open-data {FORMS} --format json")).exits(3).json();
    let report = &report["open_data"];
    let written = report["written"].as_array().unwrap();
    assert_eq!((written.len(), &written[0]["dataset"]), (1, &Value::from("gp_od_service_6k1")), "{report}");
    assert_eq!(report["lacking"][0]["form"], "1-n", "{report}");
    assert!(!report["lacking"][0]["columns"].as_array().unwrap().is_empty());

    let folder = office.path().join(PathBuf::from(written[0]["folder"].as_str().unwrap()));
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap() };
    for file in fs::read_dir(&folder).unwrap() {
        assert!(file.unwrap().metadata().unwrap().len() < 10_000_000);
    }
    let (meta, data) = (read("meta.json"), read("data.json"));
    let keys = [
        "Chislo liz, v otnoshenii kotorih prigovori rassmotreni",
        "Chislo liz, v otnoshenii kotorih prigovori ostavleny bez rassmotrenia",
        "Vsego otmeneno prigovorov",
    ];
    let wanted = sample(&office, "query --form court-6-k --period 2025-Q2 --unit 19 --row 1 --column 1 --format json");
    let wanted = wanted.exits(0).json();
    let republic = data.as_array().unwrap().iter().find(|record| record["region"] == "19").unwrap();
    assert_eq!(republic[keys[0]], wanted[0]["value"]);
    for key in keys {
        assert!(republic.get(key).is_some(), "{key}");
        for label in ["labelKk", "labelRu", "labelEn"] {
            assert!(!meta["fields"][key][label].as_str().unwrap().is_empty(), "{key} {label}");
        }
    }
    let early = sample(&office, "place --period 2025-Q1 --open-data --form court-6-k --format json").exits(3).json();
    assert!(early["open_data"]["refused"][0]["why"].as_str().unwrap().contains("not on the site"), "{early}");
}

#[test]
fn an_upload_is_confirmed_only_if_what_lies_there_is_what_was_written() {
    let office = placed();
    let report = sample(&office, "place --period 2025-Q2 --open-data --form court-6-k --format json").exits(0).json();
    let folder = office.path().join(report["open_data"]["written"][0]["folder"].as_str().unwrap());
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap() };
    let (meta, data) = (read("meta.json"), read("data.json"));
    let records = data.as_array().unwrap().clone();
    let confirm = |address: &str| {
        let words = format!("place --period 2025-Q2 --confirm gp_od_service_6k1 --address {address} --evidence seen");
        sample(&office, &words)
    };
    let mut other = records.clone();
    other[1]["region"] = "1999".into();
    let refused = confirm(&portal(meta.clone(), other)).exits(1);
    assert!(refused.err.contains("record 2 is the first that differs"), "{}", refused.err);
    let short = confirm(&portal(meta.clone(), records[1..].to_vec())).exits(1);
    assert!(short.err.contains("were written"), "{}", short.err);
    confirm(&portal(meta, records)).exits(0);
    let facts = sample(&office, "journal --kind placed-by-person --format json").exits(0).json();
    assert_eq!(facts.as_array().unwrap().len(), 1, "{facts}");
    let unknown = sample(&office, "place --period 2025-Q2 --confirm nothing --address http://127.0.0.1:1 --evidence x");
    assert!(unknown.exits(1).err.contains("is unknown"));
}
