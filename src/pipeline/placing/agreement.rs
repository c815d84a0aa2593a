//! Whether the same figure is the same on the site and in each collection.
//!
//! In: the public figures of forms, and the masters of the collections that end with the same month. Out: for each form
//! the figures that differ. Every cell of a table with the figures of one place is compared, as it lies in the workbook.
//! Unknown here: what a difference leads to.

use std::collections::BTreeMap;

use super::figures::PublicFigures;
use crate::{
    Context, Failure,
    collections::{
        masters,
        provenance::{self, TracedTable},
    },
};
use assemble::ColumnRole;
use domain::{CollectionId, Event, FormId, Issue, IssueRecord, Number, Period, Place, ReleaseKey, Unit, issues};
use ooxml::{address::address, numbers};
use site::{Tree, input::PlacedFigure};

/// How many differences of a form are kept: the first ones are enough to find the cause.
const KEPT: usize = 3;

/// The figures of forms that a collection shows otherwise than the site would.
///
/// # Errors
/// When a master or its trace cannot be read.
pub fn differences(
    context: &Context,
    events: &[Event],
    period: Period,
    figures: &BTreeMap<ReleaseKey, PublicFigures>,
) -> Result<BTreeMap<ReleaseKey, Vec<String>>, Failure> {
    let mut found: BTreeMap<ReleaseKey, Vec<String>> = BTreeMap::new();
    for (issue, record) in newest(events, period) {
        let Some((language, sha)) =
            record.masters.iter().find(|((_, held), _)| held.is_none()).map(|((language, _), sha)| (*language, sha))
        else {
            continue;
        };
        // A master that is lost is a notice of its own; what was handed over cannot be compared without it.
        let Some(bytes) = masters::places(&issue, language)
            .filter(|key| context.artifacts.holds(key))
            .find_map(|key| context.artifacts.fetch_as(&key, sha).ok())
        else {
            continue;
        };
        let trace = provenance::kept(context, &provenance::said(&bytes)?)?;
        let cells = numbers(&bytes).map_err(|error| Failure::usage(error.to_string()))?;
        let cells: BTreeMap<(String, String), String> =
            cells.into_iter().map(|(sheet, cell, number)| ((sheet, cell), number)).collect();
        for table in &trace.tables {
            compare(&issue, table, &cells, figures, &mut found);
        }
    }
    Ok(found)
}

/// The newest issue of each collection whose period ends with the same day.
fn newest(events: &[Event], period: Period) -> impl Iterator<Item = (Issue, IssueRecord)> {
    let mut newest: BTreeMap<CollectionId, (Issue, IssueRecord)> = BTreeMap::new();
    for (issue, record) in issues(events) {
        if issue.is_supplement() || issue.period.last_day() != period.last_day() {
            continue;
        }
        let is_later = newest.get(&issue.collection).is_none_or(|(known, _)| known.revision < issue.revision);
        if is_later {
            newest.insert(issue.collection.clone(), (issue, record));
        }
    }
    newest.into_values()
}

fn compare(
    issue: &Issue,
    table: &TracedTable,
    cells: &BTreeMap<(String, String), String>,
    figures: &BTreeMap<ReleaseKey, PublicFigures>,
    found: &mut BTreeMap<ReleaseKey, Vec<String>>,
) {
    let newest = table.columns.iter().filter_map(|column| value_of(column.role)).max();
    for (at, line) in table.lines.iter().enumerate() {
        let Some(key) = &line.key else { continue };
        for (place, column) in table.columns.iter().enumerate() {
            if value_of(column.role).is_none() || value_of(column.role) != newest {
                continue;
            }
            let key = key.in_column(column.across.as_ref());
            if key.quarter || !key.agency.is_all() {
                continue;
            }
            let release = (key.form.clone(), key.period);
            let Some(public) = figures.get(&release) else { continue };
            let Some(ours) = sum(public, &key.units[0], &key.place) else { continue };
            let cell = address(table.top + 1 + at as u32, place as u16);
            let Some(theirs) = cells.get(&(table.sheet.clone(), cell.clone())) else { continue };
            let differences = found.entry(release).or_default();
            if *theirs != ours.to_string() && differences.len() < KEPT {
                let Place { section, row, column } = &key.place;
                differences.push(format!(
                    "section `{section}`, row `{row}`, column `{column}` is {ours} on the site and {theirs} in `{issue}` ('{}'!{cell})",
                    table.sheet
                ));
            }
        }
    }
    found.retain(|_, differences| !differences.is_empty());
}

const fn value_of(role: ColumnRole) -> Option<Period> {
    if let ColumnRole::Value(period) = role { Some(period) } else { None }
}

/// The figure of the site for a line: that of its unit, or the sum of its units; `None` if one has no number.
fn sum(public: &PublicFigures, units: &[Unit], place: &Place) -> Option<Number> {
    if units.is_empty() {
        return None;
    }
    units.iter().try_fold(Number::ZERO, |sum, unit| match public.figure(unit, place)? {
        PlacedFigure::Number(number) => sum.plus(number),
        _ => None,
    })
}

/// Refuses a site whose files for programs have other figures than the form: the figures are read back from the tree.
///
/// # Errors
/// The first file that differs, or that is missing.
pub fn read_back(
    tree: &Tree,
    (form, period, revision): (&FormId, Period, u32),
    public: &PublicFigures,
) -> Result<(), Failure> {
    let folder = format!("files/{form}/{period}/r{revision}/");
    let wrong = |why: String| {
        let why = std::io::Error::other(why);
        Failure::ours(
            format!("the site would show other figures of form `{form}` for `{period}`, and was not placed"),
            why,
        )
    };
    let mut read: BTreeMap<String, serde_json::Value> = BTreeMap::new();
    for (path, bytes) in tree.files().filter(|(path, _)| path.starts_with(&folder) && path.ends_with(".json")) {
        let json: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| wrong(format!("`{path}` is not JSON: {error}")))?;
        let section = json["extension"]["section"].as_str().unwrap_or_default().to_owned();
        read.insert(section, json);
    }
    for section in &public.sections {
        let Some(json) = read.get(section.id.as_str()) else {
            return Err(wrong(format!("section `{}` has no file in `{folder}`", section.id)));
        };
        let values = json["value"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ours = section.figures.values().flatten();
        let is_equal = |(ours, theirs): (&PlacedFigure, &serde_json::Value)| match ours {
            PlacedFigure::Number(number) => theirs.to_string().parse() == Ok(*number),
            _ => theirs.is_null(),
        };
        if ours.clone().count() != values.len() || !ours.zip(values).all(is_equal) {
            return Err(wrong(format!("section `{}` differs in `{folder}`", section.id)));
        }
    }
    Ok(())
}
