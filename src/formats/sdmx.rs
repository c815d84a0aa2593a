//! Writes a book as SDMX-CSV 2.0, the CSV format of SDMX 3.0 (sdmx-twg, "SDMX-CSV field guide"): one record for each
//! figure.
//!
//! The columns `STRUCTURE`, `STRUCTURE_ID`, `ACTION` come first, as the format requires; then come the dimensions, the
//! measure `OBS_VALUE`, and the attributes. Codes are those of forms. A character that SDMX does not allow in an
//! identifier (such as a Cyrillic letter or a full stop) is written as its Unicode number: `А` is `_u0410`. Periods are
//! those of the forms.

use super::{
    FileOfBook,
    csv::Records,
    observed::{Metric, Observation, observations},
};
use assemble::{Book, LineKey, Mark, Table};
use domain::{Measure, Periodicity};

/// The agency that maintains the structure, and the version of the structure.
const KEEPER: &str = "KZ_CLS";
const VERSION: &str = "1.0.0";

/// The heads of the columns, in order.
pub const COLUMNS: [&str; 21] = [
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    "TABLE_ID",
    "FORM",
    "SECTION",
    "ROW",
    "COLUMN",
    "REF_AREA",
    "AGENCY",
    "SPAN",
    "INDICATOR",
    "TIME_PERIOD",
    "OBS_VALUE",
    "UNIT_MEASURE",
    "UNIT_MULT",
    "OBS_STATUS",
    "CONF_STATUS",
    "MARK",
    "ORIGIN",
];

/// Writes all figures of a book; the file is the same in every language.
#[must_use]
pub fn sdmx_csv(book: &Book) -> FileOfBook {
    let structure = format!("{KEEPER}:{}({VERSION})", id(&book.collection.as_str().to_uppercase()));
    let origin = book.origin.to_string();
    let mut records = Records::new();
    records.add(&COLUMNS.map(ToOwned::to_owned));
    for table in book.tables() {
        for one in observations(table) {
            let line = &table.lines[one.line];
            let Some(key) = &line.key else { continue };
            let column = &table.columns[one.column];
            let (key, measure) = (key.in_column(column.across.as_ref()), column.measure(line.measure));
            records.add(&record(&structure, table, &key, measure, &one, &origin));
        }
    }
    FileOfBook { name: format!("{}.sdmx.csv", book.collection), bytes: records.into_bytes() }
}

fn record(
    structure: &str,
    table: &Table,
    key: &LineKey,
    measure: Measure,
    one: &Observation,
    origin: &str,
) -> [String; 21] {
    // The line's own form may have another periodicity than the collection.
    let years = super::observed::newest(table).map_or(0, |newest| newest.year() - one.period.year());
    let period = key.period.years_before(years);
    let units: Vec<&str> = key.units[0].iter().map(domain::Unit::as_str).collect();
    let (unit, multiplier) = unit(one.metric, measure);
    let (status, confidential) = match one.mark {
        Some(Mark::X) => ("O", "F"),
        Some(Mark::Z) => ("M", "F"),
        Some(Mark::C) => ("Q", "C"),
        Some(Mark::P) => ("P", "F"),
        Some(Mark::B) => ("B", "F"),
        Some(Mark::R) | None => ("A", "F"),
    };
    let mark = one.mark.map(|m| m.text().trim_matches(['[', ']']).to_owned()).unwrap_or_default();
    [
        "dataflow".to_owned(),
        structure.to_owned(),
        "I".to_owned(),
        frequency(period.periodicity()).to_owned(),
        id(&table.id),
        id(key.form.as_str()),
        id(key.place.section.as_str()),
        id(key.place.row.as_str()),
        id(key.place.column.as_str()),
        units.join("_"),
        id(key.agency.as_str()),
        if key.quarter { "QUARTER" } else { "CUMULATIVE" }.to_owned(),
        one.metric.code().to_owned(),
        period.to_string(),
        one.value.clone().unwrap_or_default(),
        unit.to_owned(),
        multiplier.to_owned(),
        status.to_owned(),
        confidential.to_owned(),
        mark,
        origin.to_owned(),
    ]
}

/// The unit of measure and the power of ten (`CL_UNIT_MULT`).
const fn unit(metric: Metric, measure: Measure) -> (&'static str, &'static str) {
    match (metric, measure) {
        (Metric::Value | Metric::Change, Measure::Count) => ("PURE_NUMB", "0"),
        (Metric::Value | Metric::Change, Measure::Persons) => ("PS", "0"),
        (Metric::Value | Metric::Change, Measure::ThousandTenge) => ("KZT", "3"),
        (Metric::Value | Metric::Change, Measure::Days) => ("DAYS", "0"),
        (Metric::Growth | Metric::Share, _) => ("PC", "0"),
        (Metric::Points, _) => ("PP", "0"),
        (Metric::Rate, _) => ("PER_10T_POP", "0"),
        (Metric::Rank, _) => ("RANK", "0"),
    }
}

const fn frequency(periodicity: Periodicity) -> &'static str {
    match periodicity {
        Periodicity::Month => "M",
        Periodicity::Quarter => "Q",
        Periodicity::HalfYear => "S",
        Periodicity::Year => "A",
    }
}

/// A code as an SDMX identifier: letters, digits, `_`, `@`, `$`, `-`. It never begins with a character that a
/// spreadsheet program takes for the beginning of a formula.
fn id(code: &str) -> String {
    let mut id = String::new();
    for c in code.chars() {
        let sign = matches!(c, '@' | '-') && id.is_empty();
        if c.is_ascii_alphanumeric() || (matches!(c, '_' | '@' | '$' | '-') && !sign) {
            id.push(c);
        } else {
            id.push_str(&format!("_u{:04X}", c as u32));
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_an_identifier_that_sdmx_allows() {
        assert_eq!(id("R1-1"), "R1-1");
        assert_eq!(id("А"), "_u0410");
        assert_eq!(id("46+1"), "46_u002B1");
        assert_eq!((id("-1").as_str(), id("@SUM").as_str(), id("2-a").as_str()), ("_u002D1", "_u0040SUM", "2-a"));
    }
}
