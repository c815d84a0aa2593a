//! JSON services: shapes of answers, regions, keys, and the errors of wrong answers.

use std::fmt::Write as _;

use zhinaq::{
    config,
    domain::{Figure, Finding},
    read::{self, Document, ReadError, Reading},
};

use super::made_up::{regions, wanted};

const TEMPLATE: &str = r#"
form = "1-x"
designations = ["1-Х"]
known_from = "made up"

[[section]]
id = "R1"
title = { ru = "Движение дел" }
rows = [ { code = "1", ru = "Всего" } ]
columns = [
  { code = "1", ru = "Остаток", course = "opening", key = "ostatok na nachalo" },
  { code = "2", ru = "Поступило дел", kk = "Келіп түскен істер", key = "Vsego postupilo" },
  { code = "3", ru = "Окончено дел", kk = "Аяқталған істер" },
]
"#;

fn read_text(text: impl AsRef<[u8]>) -> Result<Reading, ReadError> {
    let template = config::parse_form("1-x.toml", TEMPLATE).unwrap();
    let document = Document { name: "answer.json", bytes: text.as_ref() };
    read::read(&template, &std::collections::BTreeMap::new(), &regions(), &[], &wanted("2022-Q4"), &document)
}

fn row(region: &str, rest: &str) -> String {
    format!(r#"{{"region":"{region}","ostatok na nachalo":"1","Vsego postupilo":2,"3":"1 234"{rest}}}"#)
}

fn whole() -> String {
    format!("[{},{},{}]", row("г.Астана", ""), row("Алматы қаласы", ""), row("Almaty region", ""))
}

/// The findings, except those about units that these small answers lack.
fn odd(reading: &Reading) -> Vec<&Finding> {
    reading.findings.iter().filter(|f| f.rule != "service.region-absent").collect()
}

fn found<'a>(reading: &'a Reading, rule: &str) -> Vec<&'a Finding> {
    reading.findings.iter().filter(|f| f.rule == rule).collect()
}

#[test]
fn a_bare_array_and_data_are_read_alike() {
    let bare = read_text(whole()).unwrap();
    let wrapped = read_text(format!("{{\"data\":{}}}", whole())).unwrap();
    assert_eq!(bare.datasets, wrapped.datasets);
    assert!(odd(&bare).is_empty(), "{:?}", odd(&bare));
    let units: Vec<&str> = bare.datasets.iter().map(|d| d.key.unit.as_str()).collect();
    assert_eq!(units, ["1919", "1971", "1975"]);
    let section = &bare.datasets[0].sections[0];
    let figures: Vec<String> = section.figures.iter().map(|f| f.number().unwrap().to_string()).collect();
    assert_eq!(figures, ["1", "2", "1234"]);
    assert_eq!(bare.datasets[0].edition.as_str(), "service");
}

#[test]
fn a_lost_key_is_found_by_the_title_of_its_column() {
    let text = whole().replace("\"3\"", "\"аякталған  iстер\"").replace("аякталған", "Аяқталған");
    let reading = read_text(text).unwrap();
    assert!(odd(&reading).is_empty(), "{:?}", odd(&reading));
    assert_eq!(reading.datasets[0].sections[0].figures[2].number().unwrap().to_string(), "1234");
}

#[test]
fn unknown_keys_and_regions_are_findings() {
    let text = format!("[{},{},{}]", row("Астана", ",\"new key\":5"), row("Алматы", ""), row("Атлантида", ""));
    let reading = read_text(text).unwrap();
    assert!(found(&reading, "service.key-unknown")[0].explanation.contains("`new key`"));
    assert!(found(&reading, "service.region-unknown")[0].explanation.contains("Атлантида"));
    assert!(found(&reading, "service.region-absent")[0].explanation.contains("1919"));
    assert_eq!(reading.datasets.len(), 2);
}

#[test]
fn a_failure_with_status_200_is_a_failure() {
    let error = read_text(r#"{"code":"403","message":"apiKey не найден"}"#).unwrap_err();
    assert!(error.is_transient());
    assert!(error.to_string().contains("code `403`, \"apiKey не найден\""), "{error}");
    let error = read_text(r#"{"success":true}"#).unwrap_err();
    assert!(error.to_string().contains("without `data`, with `success`"), "{error}");
}

#[test]
fn a_page_with_status_200_is_named_by_its_title() {
    let error = read_text("<!doctype html><html><title>Вход</title>").unwrap_err();
    assert!(error.to_string().contains("an HTML page titled `Вход`"), "{error}");
}

#[test]
fn encodings_are_named() {
    let reading = read_text(format!("\u{feff}{}", whole())).unwrap();
    assert_eq!(found(&reading, "service.bom").len(), 1);
    let error = read_text(b"[{\"region\":\"\xC0\xF1\xF2\xE0\xED\xE0\"}]").unwrap_err();
    assert!(error.to_string().contains("windows-1251"), "{error}");
}

#[test]
fn a_key_that_stands_twice_gives_neither_value_and_is_an_error() {
    let text = format!("[{},{}]", row("Астана", ",\"Vsego postupilo\":7"), row("Алматы", ""));
    let reading = read_text(text).unwrap();
    let twice = found(&reading, "service.key-twice");
    assert!(twice[0].explanation.contains("Поступило дел") && twice[0].explanation.contains("Астана"));
    assert_eq!(reading.datasets[0].sections[0].figures[1], Figure::Text("2 | 7".into()));
    let reading = read_text(format!("[{},{}]", row("Астана", ""), row("Astana", ""))).unwrap();
    assert_eq!(found(&reading, "service.region-twice").len(), 1);
}

#[test]
fn impossible_numbers_are_named_with_their_place() {
    for odd in
        ["1e400", "NaN", "\"NaN\"", "18446744073709551616", "9007199254740993", "0.12345", "true", "[1]", "{\"a\":1}"]
    {
        let reading = read_text(whole().replacen(":2,", &format!(":{odd},"), 1)).unwrap();
        let astana = reading.datasets.iter().find(|d| d.key.unit.as_str() == "1971").unwrap();
        assert!(matches!(astana.sections[0].figures[1], Figure::Text(_)), "{odd}");
        let finding = reading.findings.iter().find(|f| f.rule.starts_with("figure.")).unwrap();
        assert_eq!(finding.unit.as_ref().unwrap().as_str(), "1971", "{odd}");
    }
    let reading = read_text(whole().replacen(":2,", ":null,", 1)).unwrap();
    assert!(odd(&reading).is_empty(), "{:?}", odd(&reading));
}

#[test]
fn a_cut_off_or_deep_answer_is_refused() {
    let text = whole();
    let error = read_text(&text[..text.len() - 20]).unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = read_text(&deep).unwrap_err();
    assert!(error.to_string().contains("refused"), "{error}");
    let error = read_text(whole().replacen(":2,", &format!(":{deep},"), 1)).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
    let error = read_text("[1,2]").unwrap_err();
    assert!(error.to_string().contains("each element is a number"), "{error}");
}

#[test]
fn more_rows_than_any_service_has_are_refused() {
    let mut text = String::from("[");
    for _ in 0..100_002 {
        let _ = write!(text, "{{}},");
    }
    let error = read_text(text + "{}]").unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}
