//! CSV for people, SDMX-CSV for programs, and the changed cells as CSV.
//!
//! CSV has a line for each unit and row, and a column for each column of the form. SDMX-CSV 2.0 has a line for each
//! figure. Codes are those of the form.

use std::fmt::Write as _;

use domain::{Language, Measure, Periodicity};
use formats::{CsvRecords, KEEPER, csv_text, sdmx_id};

use super::Placed;
use crate::{
    input::{PlacedFigure, PlacedSection},
    words::rfc3339,
};

/// A section in one language.
pub fn csv(placed: &Placed<'_>, section: &PlacedSection, language: Language) -> Vec<u8> {
    let mut records = CsvRecords::new();
    let words = placed.site.languages().find(|(of, _)| *of == language).map(|(_, words)| words);
    let word = |key: &str| words.map_or_else(|| key.to_owned(), |words| words.text(key));
    let mut heads = vec!["unit".to_owned(), word("unit"), "row".to_owned(), word("row")];
    let columns = section.columns.iter();
    heads.extend(columns.map(|column| csv_text(&format!("{} · {}", column.code, column.titles.of(language)))));
    heads.extend(["period", "revision", "placed", "origin"].map(ToOwned::to_owned));
    records.add(&assemble::labels::told_apart(heads.into_iter()));
    let about = [
        placed.release.period.to_string(),
        placed.revision.revision.to_string(),
        rfc3339(placed.revision.placed),
        placed.origin().to_owned(),
    ];
    for (unit, figures) in &section.figures {
        let name = csv_text(placed.site.unit(unit).of(language));
        for (row, figures) in section.rows.iter().zip(figures.chunks(section.columns.len().max(1))) {
            let front =
                [unit.to_string(), name.clone(), csv_text(row.code.as_str()), csv_text(row.titles.of(language))];
            let fields = front.into_iter().chain(figures.iter().map(|figure| figure.plain()));
            records.add(&fields.chain(about.iter().cloned()).collect::<Vec<_>>());
        }
    }
    records.into_bytes()
}

/// Every figure of a revision. A dataflow is a form; its version is the period and the revision.
pub fn sdmx_csv(placed: &Placed<'_>) -> Vec<u8> {
    let period = placed.release.period;
    let frequency = match period.periodicity() {
        Periodicity::Month => "M",
        Periodicity::Quarter => "Q",
        Periodicity::HalfYear => "S",
        Periodicity::Year => "A",
    };
    let form = sdmx_id(&placed.form.form.as_str().to_uppercase());
    let version = format!("{}.{}.{}", period.year(), period.last_month(), placed.revision.revision);
    let front = format!("dataflow,{KEEPER}:FORM_{form}({version}),I,{frequency}");
    let origin = if placed.site.is_sample() { "SAMPLE_DATA" } else { "REAL" };
    let mut text = String::from(
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,SECTION,ROW,COLUMN,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,UNIT_MULT,\
         OBS_STATUS,CONF_STATUS,ORIGIN\r\n",
    );
    for section in &placed.revision.sections {
        let id = sdmx_id(section.id.as_str());
        let rows: Vec<String> = section.rows.iter().map(|row| sdmx_id(row.code.as_str())).collect();
        let columns: Vec<(String, &str)> =
            section.columns.iter().map(|column| (sdmx_id(column.code.as_str()), measure(column.measure))).collect();
        for (unit, figures) in &section.figures {
            let mut figures = figures.iter();
            for row in &rows {
                for ((column, measure), figure) in columns.iter().zip(&mut figures) {
                    let (value, status) = match figure {
                        PlacedFigure::Number(number) => (number.to_string(), "A,F"),
                        PlacedFigure::NotAvailable => (String::new(), "O,F"),
                        PlacedFigure::Confidential => (String::new(), "Q,C"),
                        PlacedFigure::NotApplicable => (String::new(), "M,F"),
                    };
                    let _ = write!(
                        text,
                        "{front},{id},{row},{column},{unit},{period},{value},{measure},{status},{origin}\r\n"
                    );
                }
            }
        }
    }
    text.into_bytes()
}

/// The unit of measure and its multiplier, by the code lists of SDMX.
const fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::Count => "PURE_NUMB,0",
        Measure::Persons => "PS,0",
        Measure::ThousandTenge => "KZT,3",
        Measure::Days => "DAYS,0",
    }
}

/// The cells that a revision changed.
pub fn changes(placed: &Placed<'_>) -> Vec<u8> {
    let mut records = CsvRecords::new();
    records.add(
        &["section", "unit", "row", "column", "old", "new", "period", "revision", "origin"].map(ToOwned::to_owned),
    );
    for change in &placed.revision.changes {
        records.add(&[
            csv_text(change.section.as_str()),
            change.unit.to_string(),
            csv_text(change.row.as_str()),
            csv_text(change.column.as_str()),
            change.old.plain(),
            change.new.plain(),
            placed.release.period.to_string(),
            placed.revision.revision.to_string(),
            placed.origin().to_owned(),
        ]);
    }
    records.into_bytes()
}
