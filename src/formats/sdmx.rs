//! Writes a book as SDMX-CSV 2.0, the CSV format of SDMX 3.0 (sdmx-twg, "SDMX-CSV field guide"): one record for each
//! figure. `sdmx_structure` writes the structure that the records refer to.
//!
//! The columns `STRUCTURE`, `STRUCTURE_ID`, `ACTION` come first, as the format requires; then come the dimensions, the
//! measure `OBS_VALUE`, and the attributes. Codes are those of forms. A character that SDMX does not allow in an
//! identifier (such as a Cyrillic letter or a full stop) is written as its Unicode number: `А` is `_u0410`. Periods are
//! those of the forms.
//!
//! The structure has a version of its own for each issue, `2025.6.0`: the year and the last month of the period, and the
//! number of the revision. Another issue may have other lines, so it never has the same version.

use super::{
    FileOfBook,
    csv::Records,
    issue_marks::{self, IssueState},
    records::{Record, records},
};
use assemble::{Book, Mark};
use domain::Periodicity;

/// The agency that maintains the structure.
pub const KEEPER: &str = "KZ_CLS";

/// The heads of the columns, in order.
pub const COLUMNS: [&str; 25] = [
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
    "STATE",
    "REVISION",
    "LINE",
    "HEAD",
];

/// The columns of the dimensions among them; the measure follows them, then the attributes.
pub const DIMENSIONS: std::ops::Range<usize> = 3..14;

/// Writes all figures of a book; the file is the same in every language.
#[must_use]
pub fn sdmx_csv(book: &Book) -> FileOfBook {
    let mut written = Records::new();
    written.add(&COLUMNS.map(ToOwned::to_owned));
    let about = AboutIssue::of(book);
    for record in records(book) {
        written.add(&fields(&record, &about));
    }
    FileOfBook { name: format!("{}.sdmx.csv", book.collection), bytes: written.into_bytes() }
}

/// The id of the structure of a book, which is also that of its dataflow.
pub fn structure_id(book: &Book) -> String {
    let id = id(&book.collection.as_str().to_uppercase());
    if book.supplement == 0 { id } else { format!("{id}_S{}", book.supplement) }
}

/// The version of the structure of a book.
pub fn version(book: &Book) -> String {
    format!("{}.{}.{}", book.period.year(), book.period.last_month(), book.revision)
}

/// What is the same in every record of a book.
pub struct AboutIssue {
    structure: String,
    origin: String,
    state: String,
    revision: String,
}

impl AboutIssue {
    pub fn of(book: &Book) -> Self {
        Self {
            structure: format!("{KEEPER}:{}({})", structure_id(book), version(book)),
            origin: upper(&issue_marks::origin(book)),
            state: upper(IssueState::of(book).code()),
            revision: book.revision.to_string(),
        }
    }
}

/// A word of ours as an SDMX code: `SAMPLE DATA` is `SAMPLE_DATA`.
pub fn upper(word: &str) -> String {
    word.to_uppercase().replace([' ', '-'], "_")
}

/// The fields of a record, in the order of [`COLUMNS`].
pub fn fields(record: &Record<'_>, about: &AboutIssue) -> [String; 25] {
    let key = &record.key;
    let units: Vec<&str> = record.units().collect();
    let (unit, multiplier) = record.unit_of_measure();
    let (status, confidential) = match record.mark {
        Some(Mark::X) => ("O", "F"),
        Some(Mark::Z) => ("M", "F"),
        Some(Mark::C) => ("Q", "C"),
        Some(Mark::P) => ("P", "F"),
        Some(Mark::B) => ("B", "F"),
        Some(Mark::R) | None => ("A", "F"),
    };
    let table = id(&record.table.id);
    [
        "dataflow".to_owned(),
        about.structure.clone(),
        "I".to_owned(),
        frequency(record.period.periodicity()).to_owned(),
        table.clone(),
        id(key.form.as_str()),
        id(key.place.section.as_str()),
        id(key.place.row.as_str()),
        id(key.place.column.as_str()),
        units.join("_"),
        id(key.agency.as_str()),
        record.span().to_owned(),
        record.metric.code().to_owned(),
        record.period.to_string(),
        record.value.clone().unwrap_or_default(),
        unit.to_owned(),
        multiplier.to_owned(),
        status.to_owned(),
        confidential.to_owned(),
        record.mark_code().to_owned(),
        about.origin.clone(),
        about.state.clone(),
        about.revision.clone(),
        // Lines and columns are counted from 1, as a person counts them.
        format!("{table}_L{}", record.line + 1),
        if record.is_crossed() { format!("{table}_C{}", record.column + 1) } else { String::new() },
    ]
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
pub fn id(code: &str) -> String {
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
