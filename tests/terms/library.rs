//! Our calendar, compared day by day with one that others maintain: PyPI `holidays`, country KZ (see `expect.py`).

use std::{collections::BTreeMap, fs, path::Path};

use chrono::NaiveDate;

use super::{day, office, planned};

fn rows(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terms").join(name);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|l| !l.starts_with('#')).skip(1);
    lines.map(|l| l.split(',').map(ToOwned::to_owned).collect()).collect()
}

/// The days on which our calendar and the library differ with an explanation in the file: our value, then theirs.
fn explained() -> BTreeMap<NaiveDate, (String, String)> {
    let rows = rows("differences.csv").into_iter();
    rows.map(|r| {
        assert!(r.len() >= 4 && !r[3].is_empty(), "a difference without a reason: {r:?}");
        (day(&r[0]), (r[1].clone(), r[2].clone()))
    })
    .collect()
}

#[test]
fn every_day_of_nine_years_is_what_the_library_says() {
    let calendar = office().calendar;
    let library: BTreeMap<NaiveDate, bool> =
        rows("library-days.csv").iter().map(|r| (day(&r[0]), r[1] == "working")).collect();
    assert!(library.len() > 150);
    let mut differences = BTreeMap::new();
    let word = |working: bool| if working { "working" } else { "off" }.to_owned();
    for date in day("2019-01-01").iter_days().take_while(|d| *d <= day("2027-12-31")) {
        let ours = calendar.is_working(date);
        let theirs = library.get(&date).copied().unwrap_or(!zhinaq::domain::is_weekend(date));
        if ours != theirs {
            differences.insert(date, (word(ours), word(theirs)));
        }
    }
    assert_eq!(differences, explained());
}

#[test]
fn every_due_date_of_nine_years_is_what_the_library_says() {
    let library: BTreeMap<NaiveDate, NaiveDate> =
        rows("library-terms.csv").iter().map(|r| (day(&r[0]), day(&r[1]))).collect();
    let explained = explained();
    let dues = planned(&office(), "2019-01-01", "2027-12-31");
    assert!(dues.len() > 1_500, "{}", dues.len());
    for due in &dues {
        if !explained.keys().any(|d| (due.statutory..=due.due).contains(d)) {
            assert_eq!(Some(&due.due), library.get(&due.statutory), "{} {}", due.id(), due.period);
        }
    }
    // Conversely, something falls due on every day of the library.
    let planned: std::collections::BTreeSet<NaiveDate> = dues.iter().map(|d| d.statutory).collect();
    let monthly = |d: &&NaiveDate| ["05", "07", "09", "10", "12"].iter().any(|n| d.to_string().ends_with(n));
    assert!(library.keys().filter(monthly).all(|d| planned.contains(d)));
}
