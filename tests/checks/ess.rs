//! The report for the tools of other statisticians.

use serde_json::Value;
use zhinaq::validate::ess::{EssEvent, report};

use super::made_up::{cell, check, number, other, sound, templates};

/// Checks a record against the JSON schema of version 1.0.0.
fn fits_the_schema(record: &Value) {
    let text = |value: &Value| value.is_string();
    let texts = |value: &Value| value.as_array().is_some_and(|a| a.iter().all(Value::is_string));
    assert!(text(&record["id"]) && text(&record["event"]["time"]) && text(&record["event"]["actor"]), "{record:#}");
    assert!(texts(&record["data"]["source"]) && texts(&record["data"]["target"]), "{record:#}");
    match record["type"].as_str() {
        Some("validation") => {
            assert!(["0", "1", "NA"].contains(&record["value"].as_str().unwrap()));
            let rule = &record["rule"];
            assert!(["information", "warning", "error"].contains(&rule["severity"].as_str().unwrap()));
            assert!(text(&rule["language"]) && text(&rule["expression"]) && text(&rule["description"]));
        }
        Some("aggregation") => {
            assert!(
                text(&record["value"])
                    && text(&record["aggregate"]["language"])
                    && text(&record["aggregate"]["expression"])
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn findings_make_a_report_that_fits_the_schema() {
    let mut dataset = sound("2025-Q2", "1911", 1);
    *cell(&mut dataset, "R1", "4", "5") = number("13");
    let findings = check(&[&dataset, &other("2025-M06", "1911", 39)]);
    let time = "2025-07-14T05:00:00Z".parse().unwrap();
    let event = EssEvent { time, actor: "operator", agent: "zhinaq 0.1.0", trigger: "check" };
    let report = report(&findings, &templates(), &event);
    let records = report.as_array().unwrap();
    assert_eq!(records.len(), findings.len() + 3);
    records.iter().for_each(fits_the_schema);
    let ids: std::collections::BTreeSet<&str> = records.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), records.len(), "ids are unique");
    insta::assert_snapshot!(serde_json::to_string_pretty(&records[2]).unwrap());
    assert_eq!(records.last().unwrap()["value"], "0");
    assert_eq!(records[records.len() - 2]["value"], "3");
}
