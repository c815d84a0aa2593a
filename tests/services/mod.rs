//! JSON services as they really answer: what is read, what is reported, what is refused.

mod bytes;
mod figures;
mod places;
mod refusals;

use zhinaq::{
    config::parse_form,
    domain::{Agency, Figure, FormTemplate, Language, Origin, Region, Titles},
    read::service::{self, Asked, ServiceError, ServiceReading},
};

/// A form of two sections with keys that are known, lost, and alike.
fn template() -> FormTemplate {
    let text = r#"
form = "court-1"
designations = ["№ 1"]
known_from = "Made up for tests."
[[section]]
id = "R1"
title = { ru = "Раздел 1. Движение дел" }
rows = [ { code = "1", ru = "Всего" }, { code = "2", ru = "Всего / тяжкие", part_of = "1" } ]
columns = [
  { code = "1", ru = "Остаток на начало", key = "ostatok na nachalo" },
  { code = "2", ru = "Поступило", key = "Vsego postupilo" },
  { code = "3", ru = "Направлено по подсудности" },
]
[[section]]
id = "R2"
title = { ru = "Раздел 2. Суммы" }
rows = [ { code = "1", ru = "Всего" } ]
columns = [
  { code = "1", ru = "Сумма", measure = "thousand-tenge", key = "symma" },
  { code = "2", ru = "Возвращено" },
]
"#;
    parse_form("templates/forms/court-1.toml", text).unwrap()
}

fn regions() -> Vec<Region> {
    let region = |unit: &str, kato: &str, ru: &str, kk: &str, since: Option<&str>| Region {
        unit: unit.parse().unwrap(),
        kato: kato.into(),
        iso: format!("KZ-{kato}"),
        titles: Titles::ru(ru).with(Language::KK, kk),
        since: since.map(|day| day.parse().unwrap()),
        split_from: None,
        population: Vec::new(),
    };
    vec![
        region("1910", "10", "область Абай", "Абай облысы", Some("2022-06-08")),
        region("1919", "19", "Алматинская область", "Алматы облысы", None),
        region("1971", "71", "г. Астана", "Астана қ.", None),
        region("1975", "75", "г. Алматы", "Алматы қ.", None),
    ]
}

fn asked() -> Asked<'static> {
    Asked {
        form: "court-1".parse().unwrap(),
        period: "2022-Q4".parse().unwrap(),
        unit: None,
        agency: Agency::all(),
        origin: Origin::Sample,
        region_field: None,
    }
}

fn read(body: impl AsRef<[u8]>) -> Result<ServiceReading, ServiceError> {
    service::read(&template(), &regions(), &asked(), body.as_ref())
}

/// The members of a row that has every column, for a region.
fn full(region: &str) -> String {
    format!(
        r#""region": "{region}", "ostatok na nachalo": 1, "Vsego postupilo": 2, "R1.3": 3, "symma": "4.5", "R2.2": 5"#
    )
}

fn refusal(body: impl AsRef<[u8]>) -> String {
    read(body).unwrap_err().to_string()
}

/// The figure of a unit at `section.column`, as text.
fn figure(reading: &ServiceReading, unit: &str, place: &str) -> String {
    let dataset = reading.datasets.iter().find(|d| d.key.unit.as_str() == unit).unwrap();
    let (section, column) = place.split_once('.').unwrap();
    let row = "1".parse().unwrap();
    match dataset.figure(&section.parse().unwrap(), &row, &column.parse().unwrap()).unwrap() {
        Figure::Blank => "blank".to_owned(),
        Figure::Number(number) => number.to_string(),
        Figure::Text(text) => format!("text `{text}`"),
    }
}

/// Findings as `severity rule unit place: explanation`, except those about regions that these small answers lack.
fn findings(reading: &ServiceReading) -> Vec<String> {
    let shown = reading.findings.iter().filter(|f| f.rule != "service.region-absent").map(|f| {
        let unit = f.unit.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let place = f.column.as_ref().map_or_else(String::new, |c| format!(" {}.{c}", f.section.as_ref().unwrap()));
        format!("{} {} {unit}{place}: {}", f.severity, f.rule, f.explanation)
    });
    shown.collect()
}

fn units(reading: &ServiceReading) -> Vec<&str> {
    reading.datasets.iter().map(|d| d.key.unit.as_str()).collect()
}
