//! Whole sites from made-up input: `pages` reads their pages, `files` everything else.

mod files;
mod pages;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone as _, Utc};
use domain::{
    Language, MapLayout, MapTile, Measure, Number, Origin, Period, Periodicity, Region, Severity, Sha256, Titles, Unit,
};

use crate::{
    SiteInput, Tree, check,
    input::{
        AnalyticText, CellChange, DocumentNote, EditionNote, FindingNote, IndicatorSeries, LocalTime, PlacedColumn,
        PlacedFigure, PlacedForm, PlacedRow, PlacedSection, PlacementTerm, Redirect, Release, ReleaseRevision,
        SeriesPoint, TermState,
    },
};

fn titles(name: &str) -> Titles {
    Titles::ru(format!("{name} по-русски")).with(Language::KK, format!("{name} қазақша")).with(Language::EN, name)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn unit(code: &str) -> Unit {
    code.parse().unwrap()
}

fn at(day: u32, hour: u32) -> LocalTime {
    LocalTime { utc: Utc.with_ymd_and_hms(2025, 7, day, hour, 0, 0).unwrap(), ahead: 300 }
}

fn region(code: &str, name: &str, since: Option<&str>, split_from: Option<&str>) -> Region {
    Region {
        unit: unit(code),
        kato: String::new(),
        iso: String::new(),
        titles: titles(name),
        since: since.map(day),
        split_from: split_from.map(unit),
        population: Vec::new(),
    }
}

fn number(value: i64) -> PlacedFigure {
    PlacedFigure::Number(Number::count(value))
}

/// Two rows and two columns for each unit; a hostile label, an absent figure, and a label without translation.
fn section(shift: i64) -> PlacedSection {
    let row = |code: &str, titles: Titles, part_of: Option<&str>| PlacedRow {
        code: code.parse().unwrap(),
        titles,
        part_of: part_of.map(|code| code.parse().unwrap()),
        key: part_of.is_none(),
    };
    let column = |code: &str, titles: Titles, key| PlacedColumn {
        code: code.parse().unwrap(),
        titles,
        measure: Measure::Count,
        key,
    };
    let figures = |first: i64| vec![number(first + shift), number(7), PlacedFigure::Confidential, number(-3)];
    PlacedSection {
        id: "R1".parse().unwrap(),
        titles: titles("Section <one>"),
        page: true,
        columns: vec![column("1", titles("Registered"), true), column("2", Titles::ru("=Кража \"и\" & <b>"), false)],
        rows: vec![row("1", titles("All"), None), row("2", titles("… / Grave"), Some("1"))],
        figures: [("19", 1234), ("1910", 34), ("1971", 1200)]
            .into_iter()
            .map(|(code, first)| (unit(code), figures(first)))
            .collect(),
    }
}

fn revision(number: u32, sections: Vec<PlacedSection>) -> ReleaseRevision {
    ReleaseRevision {
        revision: number,
        placed: at(5 + number, 5),
        content: Sha256::of(&[number as u8]),
        edition: Some("50119".to_owned()),
        sections,
        changes: Vec::new(),
        why: None,
        findings: Vec::new(),
        documents: vec![DocumentNote {
            unit: unit("19"),
            sha256: Sha256::of(b"document"),
            received: at(4, 3),
            release_number: Some("28327".to_owned()),
        }],
    }
}

/// One form with two revisions, one form that missed its term, one series across the split of 2022.
fn input() -> SiteInput {
    let mut second = revision(1, vec![section(1)]);
    second.changes.push(CellChange {
        section: "R1".parse().unwrap(),
        unit: unit("1971"),
        row: "1".parse().unwrap(),
        column: "1".parse().unwrap(),
        old: number(1200),
        new: number(1201),
    });
    second.why = Some(titles("The source corrected it"));
    second.findings.push(FindingNote {
        severity: Severity::Warning,
        rule: "1-m.r1.sum".to_owned(),
        section: None,
        text: titles("Row 3 is 5353, but rows 4–7 add up to 5352"),
    });
    let form = |id: &str, item, releases| PlacedForm {
        form: id.parse().unwrap(),
        item,
        designation: Titles::ru(id.to_uppercase()),
        titles: titles(&format!("Form {id}")),
        periodicity: Periodicity::Month,
        counted: None,
        editions: vec![EditionNote { edition: "50119".to_owned(), from: Some(period("2022-M12")), until: None }],
        translated: vec![Language::KK],
        known_from: None,
        releases,
    };
    let released =
        Release { period: period("2025-M06"), revisions: vec![revision(0, vec![section(0)]), second], withdrawn: None };
    let term = |form: &str, state| PlacementTerm {
        form: form.parse().unwrap(),
        period: period("2025-M06"),
        statutory: day("2025-07-05"),
        due: day("2025-07-07"),
        moved: Some(titles("5 July is a Saturday")),
        state,
    };
    let point = |code: &str, value, why: Option<Titles>| SeriesPoint {
        period: period(code),
        figure: number(value),
        break_before: why,
    };
    let series = IndicatorSeries {
        id: "registered".to_owned(),
        titles: titles("Registered offences"),
        note: titles("Cumulative from January"),
        measure: Measure::Count,
        form: "1-m".parse().unwrap(),
        section: "R1".parse().unwrap(),
        row: "1".parse().unwrap(),
        column: "1".parse().unwrap(),
        units: [
            (
                unit("19"),
                vec![point("2025-M06", 1235, None), point("2021-M12", 900, None), point("2022-M12", 950, None)],
            ),
            (unit("1971"), vec![point("2025-M06", 1201, Some(titles("Another edition")))]),
            (unit("1910"), vec![point("2022-M12", 30, Some(titles("The split of 2022"))), point("2025-M06", 34, None)]),
        ]
        .into(),
    };
    let tile = |code: &str, row, column| MapTile { unit: unit(code), short: titles(code), row, column };
    SiteInput {
        title: titles("Legal statistics"),
        publisher: titles("The office"),
        act: titles("Order No 25"),
        base: "https://stat.example.kz/".to_owned(),
        languages: vec![Language::RU, Language::KK, Language::EN],
        origin: Origin::Real,
        today: day("2025-07-10"),
        zone: "Asia/Almaty".to_owned(),
        regions: vec![
            region("19", "Republic", None, None),
            region("1910", "Abai", Some("2022-06-08"), Some("1963")),
            region("1971", "Astana", None, None),
        ],
        map: MapLayout::new(vec![tile("1910", 1, 1), tile("1971", 1, 2)]),
        forms: vec![form("1-m", 1, vec![released]), form("1-ol", 4, Vec::new())],
        terms: vec![
            term("1-m", TermState::Placed(at(6, 5))),
            term("1-ol", TermState::Missed { cause: titles("The document <is> held") }),
        ],
        indicators: vec![series],
        analytics: vec![AnalyticText {
            collection: "crime".parse().unwrap(),
            period: period("2025-Q2"),
            titles: titles("On crime"),
            placed: at(8, 5),
            paragraphs: [(Language::RU, vec!["Число выросло <на> 5.".to_owned()])].into(),
        }],
        redirects: vec![Redirect { from: "old".into(), to: "ru/forms/1-m/".into(), since: day("2025-07-01") }],
        templates: BTreeMap::new(),
    }
}

fn sample() -> SiteInput {
    SiteInput { origin: Origin::Sample, ..input() }
}

fn text<'t>(tree: &'t Tree, path: &str) -> &'t str {
    let bytes = tree.file(path).unwrap_or_else(|| panic!("no file `{path}`"));
    std::str::from_utf8(bytes).unwrap()
}

/// The errors of a site; a label without translation is not one.
fn errors(tree: &Tree) -> Vec<String> {
    let faults = check(tree, "https://stat.example.kz/").into_iter();
    faults.filter(|fault| fault.kind.is_error()).map(|fault| fault.to_string()).take(5).collect()
}
