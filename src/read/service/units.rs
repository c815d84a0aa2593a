//! Decides the unit of each row, and which rows cannot be used.
//!
//! In come the rows of an answer and the request; out comes the unit of each row that is used, and findings about the
//! others. A figure under a wrong unit is worse than no figure. So a row is left out if it contradicts itself, another
//! row or the requested period, and the finding names both sides. This module does not know figures, except to compare
//! two rows.

use std::collections::HashMap;

use super::{
    Asked, ServiceReader,
    answer::{Answer, SentRow},
    place::Said,
    remarks::{Remarks, quoted},
};
use domain::{Severity, Unit};

/// The unit of each row; `None` for a row that is left out.
pub(super) fn settle(
    reader: &ServiceReader<'_>,
    asked: &Asked<'_>,
    answer: &Answer<'_>,
    remarks: &mut Remarks<'_>,
) -> Vec<Option<Unit>> {
    let mut met: HashMap<&str, Said> = HashMap::new();
    let said: Vec<Option<Said>> = answer
        .rows
        .iter()
        .map(|row| {
            let name = row.region.as_deref()?;
            Some(met.entry(name).or_insert_with(|| reader.places.unit(name)).clone())
        })
        .collect();
    let nineteen = nineteen(&said);
    let alone = answer.rows.len() == 1;
    let mut units = Vec::with_capacity(said.len());
    for (row, said) in answer.rows.iter().zip(said) {
        let unit = match said {
            Some(Said::Unit(unit) | Said::Short(unit)) => Some(unit),
            Some(Said::Nineteen) => nineteen.clone().or_else(|| {
                ambiguous_nineteen(row, remarks);
                None
            }),
            Some(Said::Unknown { nearest }) => {
                unknown(row, nearest.as_deref(), remarks);
                None
            }
            // A single row without a region is of the requested unit, if one unit was requested.
            None if alone && asked.unit.is_some() => asked.unit.clone(),
            None => {
                let text =
                    format!("row {} has no region in field `{}`; it was left out", row.number, reader.region_field);
                remarks.add("service.region-missing", Severity::Error, text);
                None
            }
        };
        units.push(unit.filter(|unit| is_sound(row, unit, asked, remarks)));
    }
    leave_out_doubles(answer, &mut units, remarks);
    units
}

/// What `19` means beside the other rows: the republic in the Committee's codes, unless the other rows use the two
/// digits of the classifier of territories. `None` = it is not certain.
fn nineteen(said: &[Option<Said>]) -> Option<Unit> {
    let almaty_region: Option<Unit> = "1919".parse().ok();
    let names = |unit: &Unit| said.iter().flatten().any(|s| matches!(s, Said::Unit(u) | Said::Short(u) if u == unit));
    let speaks_short = said.iter().flatten().any(|s| matches!(s, Said::Short(_)));
    let republic = Unit::republic();
    if !speaks_short || almaty_region.as_ref().is_some_and(names) {
        return Some(republic);
    }
    if names(&republic) { almaty_region } else { None }
}

fn ambiguous_nineteen(row: &SentRow<'_>, remarks: &mut Remarks<'_>) {
    let text = format!(
        "row {} has the region code `19`, which can mean the republic (codes of the Committee) or unit `1919` (the classifier of territories, which the other rows use); the row was left out",
        row.number
    );
    remarks.add("service.region-ambiguous", Severity::Error, text);
}

fn unknown(row: &SentRow<'_>, nearest: Option<&str>, remarks: &mut Remarks<'_>) {
    let near = nearest.map_or_else(String::new, |near| format!("; the nearest known name is `{near}`"));
    let name = quoted(row.region.as_deref().unwrap_or_default());
    let text = format!("row {} is of {name}, which is not a region known here{near}; it was left out", row.number);
    remarks.add("service.region-unknown", Severity::Error, text);
}

/// Whether a row agrees with itself and with the period.
fn is_sound(row: &SentRow<'_>, unit: &Unit, asked: &Asked<'_>, remarks: &mut Remarks<'_>) -> bool {
    if let Some((field, said)) = &row.other_period {
        let text = format!(
            "row {} is of another period: field `{field}` is `{said}`, `{}` was requested; it was left out",
            row.number, asked.period
        );
        remarks.of_unit("service.period", Severity::Error, unit, text);
        return false;
    }
    if let Some((field, said)) = &row.failure {
        let text = format!("row {} reports a failure: field `{field}` is `{said}`; it was left out", row.number);
        remarks.of_unit("service.row-failure", Severity::Error, unit, text);
        return false;
    }
    if let Some(other) = &row.other_region {
        let first = quoted(row.region.as_deref().unwrap_or_default());
        let text = format!("row {} names two regions, {first} and {}; it was left out", row.number, quoted(other));
        remarks.of_unit("service.region-twice", Severity::Error, unit, text);
        return false;
    }
    true
}

/// Removes rows with the same unit. Of rows that differ none is used; of equal rows the first is used.
fn leave_out_doubles(answer: &Answer<'_>, units: &mut [Option<Unit>], remarks: &mut Remarks<'_>) {
    let mut rows_of: HashMap<Unit, Vec<usize>> = HashMap::new();
    for (place, unit) in units.iter().enumerate() {
        if let Some(unit) = unit {
            rows_of.entry(unit.clone()).or_default().push(place);
        }
    }
    let mut doubles: Vec<(Unit, Vec<usize>)> = rows_of.into_iter().filter(|(_, rows)| rows.len() > 1).collect();
    doubles.sort();
    for (unit, places) in doubles {
        let first = &answer.rows[places[0]];
        let alike = places.iter().all(|place| answer.rows[*place].figures == first.figures);
        let mut numbers: Vec<String> = places.iter().take(10).map(|p| answer.rows[*p].number.to_string()).collect();
        if places.len() > numbers.len() {
            numbers.push("…".to_owned());
        }
        let numbers = numbers.join(", ");
        let (severity, text) = if alike {
            (Severity::Warning, format!("rows {numbers} are the same row of unit `{unit}`; it was taken once"))
        } else {
            (Severity::Error, format!("rows {numbers} are all of unit `{unit}` and differ; none was used"))
        };
        remarks.of_unit("service.region-twice", severity, &unit, text);
        for place in places.into_iter().skip(usize::from(alike)) {
            units[place] = None;
        }
    }
}
