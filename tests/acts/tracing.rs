//! Every number on every sheet can be traced to its sources, and the sources yield the number: in the six books of a
//! half-year, in a book whose figures a person corrected, in a revision, in a supplement.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{by, run, staffed};
use crate::support::program::Office;

/// A figure in thousandths.
fn thousandths(number: &Value) -> i128 {
    (number.as_f64().unwrap_or_else(|| panic!("{number} is not a number")) * 1000.0).round() as i128
}

/// The signed sum of the parts with a name, in thousandths.
fn sum(cell: &Value, name: &str) -> i128 {
    let parts = cell["parts"].as_array().unwrap().iter().filter(|p| name.is_empty() || p["part"] == name);
    let signed = |p: &Value| thousandths(&p["value"]) * if p["sign"] == "-" { -1 } else { 1 };
    parts.map(signed).sum()
}

/// A quotient with so many decimals, rounded half away from zero.
fn rounded(numerator: i128, denominator: i128, places: u32) -> f64 {
    let one = 10_i128.pow(places);
    let (n, d) = (numerator * one * denominator.signum(), denominator.abs());
    ((n.abs() * 2 + d) / (2 * d) * n.signum()) as f64 / one as f64
}

fn tenths(numerator: i128, denominator: i128) -> f64 {
    rounded(numerator, denominator, 1)
}

/// A level with the decimals of its column, one to three. The shown number leaves out zeros at the end, so the nearest
/// of the three is taken.
fn level(cell: &Value) -> f64 {
    let (figure, persons) = (sum(cell, "figure") * 10, persons(cell, None));
    let shown: f64 = cell["shown"].as_str().unwrap().parse().unwrap();
    let told = (1..=3).map(|places| rounded(figure, persons, places));
    told.min_by(|a, b| (a - shown).abs().total_cmp(&(b - shown).abs())).unwrap()
}

fn persons(cell: &Value, unit: Option<&str>) -> i128 {
    let counted = cell["inhabitants"].as_array().unwrap().iter();
    counted.filter(|c| unit.is_none_or(|u| c["unit"] == u)).map(|c| i128::from(c["persons"].as_u64().unwrap())).sum()
}

/// The rank: one more than the number of regions above, by level where inhabitants are given, else by figure.
fn rank(cell: &Value) -> f64 {
    let mut figures: BTreeMap<(bool, &str), i128> = BTreeMap::new();
    for part in cell["parts"].as_array().unwrap() {
        *figures.entry((part["part"] == "figure", part["unit"].as_str().unwrap())).or_default() +=
            thousandths(&part["value"]);
    }
    let by_level = !cell["inhabitants"].as_array().unwrap().is_empty();
    let level = |(_, unit): &(bool, &str)| if by_level { persons(cell, Some(unit)) } else { 1 };
    let (own, value) = figures.iter().find(|((own, _), _)| *own).unwrap();
    figures.iter().filter(|(other, of)| *of * level(own) > value * level(other)).count() as f64 + 1.0
}

/// The class: of the most even divisions of the regions' values, that with the smallest highest classes.
fn class(cell: &Value) -> f64 {
    let mut figures: BTreeMap<&str, i128> = BTreeMap::new();
    for part in cell["parts"].as_array().unwrap() {
        *figures.entry(part["unit"].as_str().unwrap()).or_default() += thousandths(&part["value"]);
    }
    let own =
        cell["parts"].as_array().unwrap().iter().find(|p| p["part"] == "figure").unwrap()["unit"].as_str().unwrap();
    let by_level = !cell["inhabitants"].as_array().unwrap().is_empty();
    // Values are compared as they are printed: levels below ten have more decimals.
    let level = |unit: &str, places: u32| rounded(figures[unit] * 10, persons(cell, Some(unit)), places);
    let highest = figures.keys().filter(|_| by_level).map(|unit| level(unit, 3)).fold(0.0, f64::max);
    let places = if highest >= 10.0 { 1 } else { 2 + u32::from(highest < 1.0) };
    let value = |unit: &str| if by_level { (level(unit, places) * 1000.0).round() as i128 } else { figures[unit] };
    let mut counts: BTreeMap<i128, usize> = BTreeMap::new();
    for unit in figures.keys() {
        *counts.entry(value(unit)).or_default() += 1;
    }
    let sizes: Vec<usize> = counts.values().copied().collect();
    let mut best: Option<(usize, Vec<usize>, Vec<usize>)> = None;
    for ends in divisions(sizes.len(), sizes.len().min(5)) {
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let of_class = begins.zip(&ends).map(|(from, to)| sizes[from..*to].iter().sum::<usize>());
        let of_class: Vec<usize> = of_class.collect();
        let cost = of_class.iter().map(|size| size * size).sum::<usize>();
        let highest_first: Vec<usize> = of_class.into_iter().rev().collect();
        let found = (cost, highest_first, ends);
        if best.as_ref().is_none_or(|known| (found.0, &found.1) < (known.0, &known.1)) {
            best = Some(found);
        }
    }
    let place = counts.keys().position(|known| *known == value(own)).unwrap();
    best.unwrap().2.iter().filter(|end| **end <= place).count() as f64 + 1.0
}

/// Every division of a row of values into so many classes: the places where the classes end.
fn divisions(values: usize, classes: usize) -> Vec<Vec<usize>> {
    if classes <= 1 {
        return vec![vec![values]];
    }
    let shorter = |last: usize| divisions(last, classes - 1).into_iter().map(move |ends| [ends, vec![values]].concat());
    (classes - 1..values).flat_map(shorter).collect()
}

/// The number that the traced parts yield.
fn evaluated(cell: &Value) -> f64 {
    let [figure, ago, whole, whole_ago] =
        ["figure", "year-before", "whole", "whole-year-before"].map(|name| sum(cell, name));
    match cell["kind"].as_str().unwrap() {
        "value" => figure as f64 / 1000.0,
        "change" => (figure - ago) as f64 / 1000.0,
        "growth" => tenths((figure - ago) * 100, ago),
        "share" => tenths(figure * 100, whole),
        "points" => tenths((figure * whole_ago - ago * whole) * 100, whole * whole_ago),
        "rate" => level(cell),
        "rank" => rank(cell),
        "class" => class(cell),
        "sum" | "difference" => sum(cell, "") as f64 / 1000.0,
        "count" => cell["cells"].as_array().unwrap().len() as f64,
        kind => panic!("{kind}"),
    }
}

/// Traces every number of a workbook; returns how many there are of each kind.
fn traced(office: &Office, file: &Path) -> BTreeMap<String, usize> {
    let cells = office.zhinaq(&["trace", file.to_str().unwrap(), "--format", "json"]).exits(0).json();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for cell in cells.as_array().unwrap() {
        let place = format!("{} {} {}", file.display(), cell["sheet"], cell["cell"]);
        let shown: f64 = cell["shown"].as_str().unwrap().parse().unwrap();
        for part in cell["parts"].as_array().unwrap() {
            let named = ["form", "section", "row", "column", "unit", "agency", "period"];
            assert!(named.iter().all(|name| !part[*name].as_str().unwrap().is_empty()), "{place}: {part}");
            assert!(part["revision"].is_u64() && part["snapshot"].as_str().unwrap().len() == 64, "{place}: {part}");
        }
        let kind = cell["kind"].as_str().unwrap();
        *kinds.entry(kind.to_owned()).or_default() += 1;
        if kind == "finding" {
            let told = ["expected", "found", "difference"].map(|name| cell["finding"][name].as_f64());
            assert!(told.contains(&Some(shown)), "{place}: {cell}");
            continue;
        }
        // The count and the sum of a table without figures are zero, without cells.
        let of_nothing =
            matches!(kind, "count" | "sum") && shown == 0.0 && cell["cells"].as_array().unwrap().is_empty();
        assert!(of_nothing || !cell["parts"].as_array().unwrap().is_empty(), "{place}: {cell}");
        let derived = !matches!(kind, "difference") || cell["cells"].as_array().unwrap().len() == 1;
        assert!(derived && (evaluated(cell) - shown).abs() < 1e-6, "{place} shows {shown}: {cell}");
    }
    kinds
}

#[test]
fn every_number_on_every_sheet_of_the_six_books_follows_from_what_its_trace_names() {
    let office = Office::empty();
    office.zhinaq(&["pull", "--sample", "--period", "2025-Q2", "--quiet"]).exits(0);
    let built = office.zhinaq(&["build", "--sample", "--period", "2025-Q2", "--format", "json"]).exits(0).json();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let collections = built["collections"].as_array().unwrap();
    assert_eq!(collections.len(), 6);
    for collection in collections {
        let file = office.path().join("output/sample").join(collection["files"][0].as_str().unwrap());
        for (kind, count) in traced(&office, &file) {
            *kinds.entry(kind).or_default() += count;
        }
    }
    for kind in ["value", "change", "growth", "share", "points", "rate", "rank", "sum", "count"] {
        assert!(kinds.get(kind) > Some(&50), "{kind}: {kinds:?}");
    }
    assert!(kinds.get("class") > Some(&19), "{kinds:?}");
    assert!(kinds.values().sum::<usize>() > 6_000, "{kinds:?}");
    println!("{kinds:?}");
}

const CELL: &str = "--form 1-n --period 2025-Q2 --section R1 --row 1 --column 1";

/// The copies in an organ's part of the outbox.
fn copies(office: &Office, parcel: &str) -> Vec<std::path::PathBuf> {
    let folder = office.path().join("output/sample/outbox").join(parcel);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "xlsx"));
    files.sort();
    files
}

#[test]
fn a_corrected_number_is_told_with_who_and_why_in_the_first_issue_and_in_a_revision() {
    let office = staffed();
    let correct = |change: i64, reason: &str| {
        let words = format!("query {CELL} --unit 19 --format json");
        let old = by(&office, "op", &words).exits(0).json()[0]["value"].as_i64().unwrap();
        let new = old + change;
        by(&office, "stat", &format!("correct {CELL} --unit 19 --old {old} --new {new} --reason \"{reason}\""))
            .exits(0);
        (old, new)
    };
    by(&office, "op", "pull --period 2025-Q2").exits(0);
    let (document, first) = correct(5, "counted twice");
    run(&office, "op", "2025-Q2");
    let copy = copies(&office, "mia/2025-Q2/narcotics/r0").remove(0);
    let is_corrected = |file: &Path, value: i64, reason: &str| {
        let cells = office.zhinaq(&["trace", file.to_str().unwrap(), "--format", "json"]).exits(0).json();
        let told: Vec<&Value> = cells.as_array().unwrap().iter().flat_map(|c| c["parts"].as_array().unwrap()).collect();
        let corrected: Vec<&&Value> =
            told.iter().filter(|p| p["corrected"].is_object() && p["value"].as_i64() == Some(value)).collect();
        assert!(corrected.len() > 3, "{}", corrected.len());
        for part in corrected {
            assert_eq!(part["corrected"]["document"].as_i64(), Some(document), "{part}");
            assert_eq!(
                (&part["corrected"]["by"], &part["corrected"]["reason"]),
                (&"Statistician".into(), &reason.into())
            );
        }
    };
    traced(&office, &copy);
    is_corrected(&copy, first, "counted twice");

    let (_, second) = correct(7, "a late case");
    let rebuild = "rebuild --period 2025-Q2 --collection narcotics --reason \"a late case\" --format json";
    by(&office, "stat", rebuild).exits(0);
    by(&office, "op", "send --period 2025-Q2 --revision 1").exits(0);
    let revised = copies(&office, "mia/2025-Q2/narcotics/r1").remove(0);
    let kinds = traced(&office, &revised);
    assert!(kinds.get("difference") > Some(&0), "{kinds:?}");
    is_corrected(&revised, second, "a late case");
    // The trace of a copy that was handed out before still gives the figures of that copy.
    traced(&office, &copy);
    is_corrected(&copy, first, "counted twice");
    let told = office.zhinaq(&["trace", revised.to_str().unwrap(), "Изменения"]).exits(0);
    assert!(told.out.contains(&format!("{document} in the document; by Statistician: a late case")), "{}", told.out);
}

#[test]
fn the_numbers_of_a_supplement_are_traced_to_the_form_that_came_late() {
    let office = staffed();
    for day in ["2025-10-14T21:00", "2025-10-21"] {
        by(&office, "op", &format!("run --period 2025-Q3 --as-of {day} --format json"));
    }
    let kinds = traced(&office, &copies(&office, "mia/2025-Q3/corruption/s1")[0]);
    assert!(kinds.get("value") > Some(&10), "{kinds:?}");
    // The collection itself was handed out without that form, and the trace of its numbers says so.
    traced(&office, &copies(&office, "mia/2025-Q3/corruption/r0")[0]);
}
