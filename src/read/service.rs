//! The answer of a JSON service as datasets: one for each region, by the keys that the form's template knows.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::de::DeserializeSeed;

use super::{
    Reading, Wanted,
    cell::Oddity,
    failure::ReadError,
    identity::Identity,
    letters::{excerpt, fold},
    names,
    report::Report,
    service_rows::{Answer, AnswerSeed, Keys, Meaning},
};
use crate::domain::{
    Agency, Column, Dataset, DatasetKey, Figure, FormTemplate, Region, Row, RowCode, Section, SectionTemplate,
    Severity, Unit,
};

/// The edition of figures that carry none.
const SERVICE: &str = "service";
/// The field that names the region, where the sources do not name another.
const REGION: &str = "region";

/// Makes datasets of an answer.
pub(super) fn read(
    template: &FormTemplate,
    regions: &[Region],
    wanted: &Wanted,
    document: &str,
    text: &str,
    marked: bool,
) -> Result<Reading, ReadError> {
    let region_field = wanted.region_field.as_deref().unwrap_or(REGION);
    let keys = keys(template, region_field);
    let mut answer = Answer::new(&keys);
    let mut parser = serde_json::Deserializer::from_str(text);
    let parsed = AnswerSeed(&keys, &mut answer).deserialize(&mut parser).and_then(|()| parser.end());
    parsed.map_err(|error| broken(document, &error, &answer))?;
    if !answer.has_rows {
        return Err(without_rows(document, &answer));
    }
    let mut report = Report {
        form: wanted.form.clone(),
        period: wanted.period,
        unit: wanted.unit.clone(),
        agency: wanted.agency.clone(),
        findings: Vec::new(),
    };
    if marked {
        report.add(
            "service.bom",
            Severity::Info,
            None,
            format!("{document} begins with a UTF-8 byte-order mark; it was left out"),
        );
    }
    about_keys(template, &answer, region_field, &mut report);
    let datasets = datasets(template, regions, wanted, answer, &mut report)?;
    let identity = Identity {
        document: document.to_owned(),
        form: Some(wanted.form.clone()),
        edition: SERVICE.parse().ok(),
        unit: wanted.unit.clone(),
        agency: wanted.agency.clone(),
        period: Some(wanted.period),
        ..Identity::default()
    };
    Ok(Reading { datasets, identity, findings: report.findings, held: None, drafted: None })
}

/// What each key means. Where the source lost a key, the column's printed code stands for it, or its title.
fn keys(template: &FormTemplate, region_field: &str) -> Keys {
    let mut exact = HashMap::new();
    let mut folded = HashMap::new();
    let mut place = 0;
    let alone = template.sections.len() == 1;
    for section in &template.sections {
        for column in &section.columns {
            let meaning = Meaning::Column(place);
            if let Some(key) = &column.key {
                exact.entry(key.clone()).or_insert(meaning);
                folded.entry(fold(key)).or_insert(meaning);
            } else {
                let titles = [Some(&column.titles.ru), column.titles.kk.as_ref(), column.titles.en.as_ref()];
                for title in titles.into_iter().flatten() {
                    folded.entry(fold(title)).or_insert(meaning);
                }
            }
            exact.entry(format!("{}.{}", section.id, column.code)).or_insert(meaning);
            if alone {
                exact.entry(column.code.to_string()).or_insert(meaning);
            }
            place += 1;
        }
    }
    exact.insert(region_field.to_owned(), Meaning::Region);
    folded.insert(fold(region_field), Meaning::Region);
    Keys { exact, folded, width: place }
}

/// Says what is wrong with a text that is not JSON, or not the JSON of a service.
fn broken(document: &str, error: &serde_json::Error, answer: &Answer) -> ReadError {
    let name = document.to_owned();
    let said = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    let row = answer.rows.len() + 1;
    let there = if answer.key.is_empty() {
        String::new()
    } else {
        format!(", in row {row} at key `{}`", excerpt(&answer.key, 60))
    };
    if said.contains("recursion limit") {
        return ReadError::TooLarge { name, why: format!("its JSON is nested too deep ({place})") };
    }
    if said.starts_with("more than") {
        return ReadError::TooLarge { name, why: said };
    }
    let why = if error.is_eof() {
        format!("its JSON is cut off ({place}{there})")
    } else if said.contains("number out of range") {
        format!("its JSON holds a number beyond any double, such as 1e400 ({place}{there})")
    } else if error.is_data() {
        format!("its JSON is not that of a service: {said}{there}")
    } else {
        format!("it is not JSON: {said}{there}")
    };
    ReadError::Damaged { name, why }
}

fn without_rows(document: &str, answer: &Answer) -> ReadError {
    let name = document.to_owned();
    match (&answer.code, &answer.message) {
        (None, None) => {
            let members: Vec<String> = answer.beside.iter().take(8).map(|m| format!("`{m}`")).collect();
            let members = if members.is_empty() { "nothing".to_owned() } else { members.join(", ") };
            ReadError::NoForm { name, what: format!("a JSON object without `data`, with {members}") }
        }
        (code, message) => ReadError::Failure {
            name,
            code: code.as_deref().map_or_else(|| "none".to_owned(), |c| excerpt(c, 40)),
            message: message.as_deref().map_or_else(String::new, |m| excerpt(m, 200)),
        },
    }
}

fn about_keys(template: &FormTemplate, answer: &Answer, region_field: &str, report: &mut Report) {
    let listed = |keys: &[String]| keys.iter().map(|k| format!("`{}`", excerpt(k, 80))).collect::<Vec<_>>().join(", ");
    if !answer.unknown.is_empty() {
        let explanation = format!(
            "the service sends keys that the template does not know: {}; map them in templates/forms/{}.toml or leave them",
            listed(&answer.unknown),
            template.form
        );
        report.add("service.key-unknown", Severity::Warning, None, explanation);
    }
    if !answer.beside.is_empty() {
        report.add(
            "service.member-unknown",
            Severity::Info,
            None,
            format!("beside the rows stand {}", listed(&answer.beside)),
        );
    }
    if let (Some(code), true) = (&answer.code, answer.has_rows) {
        let message = answer.message.as_deref().unwrap_or_default();
        report.add(
            "service.code",
            Severity::Info,
            None,
            format!("beside the rows the service says code `{}` {}", excerpt(code, 40), excerpt(message, 100)),
        );
    }
    for (row, key) in &answer.twice {
        let region = answer.rows.get(*row).and_then(|r| r.region.clone()).unwrap_or_default();
        let explanation = format!(
            "key `{}` stands twice in row {} ({}); the first value is kept",
            excerpt(key, 80),
            row + 1,
            excerpt(&region, 60)
        );
        report.add("service.key-twice", Severity::Error, None, explanation);
    }
    if !answer.rows.is_empty() && answer.rows.iter().all(|r| r.region.is_none()) && answer.rows.len() > 1 {
        report.add(
            "service.region-missing",
            Severity::Error,
            None,
            format!("no row has the field `{region_field}` that names its region"),
        );
    }
    let mut place = 0;
    for section in &template.sections {
        let seen = &answer.seen[place..place + section.columns.len()];
        let absent: Vec<String> = section
            .columns
            .iter()
            .zip(seen)
            .filter(|(column, seen)| !**seen && (column.key.is_some() || answer.seen.iter().any(|s| *s)))
            .map(|(column, _)| format!("{} {}", column.code, column.titles.ru))
            .collect();
        if !absent.is_empty() && seen.iter().any(|s| *s) {
            report.add(
                "service.key-missing",
                Severity::Warning,
                Some(&section.id),
                format!("the service does not send the columns {}", listed(&absent)),
            );
        }
        place += section.columns.len();
    }
}

/// A section as every region's dataset has it.
struct Frame {
    section: Section,
    /// The place of its first column among those of all sections.
    first: usize,
}

fn frames(template: &FormTemplate, answer: &Answer) -> Option<Vec<Frame>> {
    let mut frames = Vec::new();
    let mut first = 0;
    for section in &template.sections {
        let width = section.columns.len();
        if answer.seen[first..first + width].iter().any(|s| *s) {
            frames.push(Frame { section: frame(section)?, first });
        }
        first += width;
    }
    Some(frames)
}

/// A service speaks of the first row of a section: its total.
fn frame(section: &SectionTemplate) -> Option<Section> {
    let row = section.rows.first();
    let code = row.map_or_else(|| "1".parse::<RowCode>().ok(), |r| Some(r.code.clone()))?;
    let label: Arc<str> = row.map_or("", |r| r.titles.ru.as_str()).into();
    Some(Section {
        id: section.id.clone(),
        title: section.titles.ru.as_str().into(),
        columns: section
            .columns
            .iter()
            .map(|c| Column { code: c.code.clone(), label: c.titles.ru.as_str().into() })
            .collect(),
        rows: vec![Row { code, label }],
        figures: Vec::new(),
    })
}

fn datasets(
    template: &FormTemplate,
    regions: &[Region],
    wanted: &Wanted,
    answer: Answer,
    report: &mut Report,
) -> Result<Vec<Dataset>, ReadError> {
    let unnamed =
        |name: &str| ReadError::NoForm { name: name.to_owned(), what: "an answer that no section can hold".into() };
    let frames = frames(template, &answer).ok_or_else(|| unnamed(template.form.as_str()))?;
    let alone = answer.rows.len() == 1;
    let mut units: Vec<Option<Unit>> = Vec::with_capacity(answer.rows.len());
    let mut met: HashMap<&str, Option<Unit>> = HashMap::new();
    let mut strange: Vec<String> = Vec::new();
    for (number, row) in answer.rows.iter().enumerate() {
        let unit = match row.region.as_deref() {
            Some(name) => met.entry(name).or_insert_with(|| names::unit(name, regions)).clone(),
            None if alone => Some(wanted.unit.clone().unwrap_or_else(Unit::republic)),
            None => None,
        };
        if unit.is_none() {
            strange.push(row.region.clone().unwrap_or_else(|| format!("row {}", number + 1)));
        }
        units.push(unit);
    }
    if !strange.is_empty() {
        let listed: Vec<String> = strange.iter().take(20).map(|s| format!("`{}`", excerpt(s, 60))).collect();
        let explanation =
            format!("{} rows are of no known region and were left out: {}", strange.len(), listed.join(", "));
        report.add("service.region-unknown", Severity::Warning, None, explanation);
    }
    odd_cells(template, &answer, &units, report);
    let mut by_unit: BTreeMap<Unit, Dataset> = BTreeMap::new();
    for (row, unit) in answer.rows.into_iter().zip(units) {
        let Some(unit) = unit.filter(|u| wanted.unit.as_ref().is_none_or(|w| w == u)) else { continue };
        if by_unit.contains_key(&unit) {
            let explanation = format!(
                "unit `{unit}` ({}) comes twice; the first row is kept",
                excerpt(&row.region.unwrap_or_default(), 60)
            );
            report.add("service.region-twice", Severity::Error, None, explanation);
            continue;
        }
        let sections = frames.iter().map(|frame| filled(frame, &row.figures)).collect();
        let key = DatasetKey {
            form: wanted.form.clone(),
            period: wanted.period,
            unit: unit.clone(),
            agency: wanted.agency.clone().unwrap_or_else(Agency::all),
            origin: wanted.origin,
        };
        let edition = SERVICE.parse().map_err(|_| unnamed(SERVICE))?;
        by_unit.insert(unit, Dataset { key, edition, sections });
    }
    absent_regions(regions, wanted, &by_unit, report);
    Ok(by_unit.into_values().collect())
}

fn filled(frame: &Frame, figures: &[Figure]) -> Section {
    let figures = figures[frame.first..frame.first + frame.section.columns.len()].to_vec();
    Section { figures, ..frame.section.clone() }
}

fn odd_cells(template: &FormTemplate, answer: &Answer, units: &[Option<Unit>], report: &mut Report) {
    let places: Vec<(&SectionTemplate, usize)> =
        template.sections.iter().flat_map(|s| (0..s.columns.len()).map(move |c| (s, c))).collect();
    for cell in &answer.odd {
        let (Some((section, column)), Some(row)) = (places.get(cell.column), answer.rows.get(cell.row)) else {
            continue;
        };
        let shown = match &row.figures[cell.column] {
            Figure::Text(text) => excerpt(text, 40),
            Figure::Blank | Figure::Number(_) => String::new(),
        };
        let (rule, severity, what) = match cell.oddity {
            Oddity::Text | Oddity::NumberAsText => ("figure.text", Severity::Warning, "is no number"),
            Oddity::NoDecimal => {
                ("figure.no-decimal", Severity::Error, "is no number of at most three decimals below 2^53")
            }
            Oddity::OtherKind => ("figure.kind", Severity::Error, "stands where a figure is expected"),
        };
        let code = section.rows.first().map(|r| &r.code);
        report.unit = units.get(cell.row).cloned().flatten();
        let explanation = format!("`{shown}` {what}");
        report.at(rule, severity, &section.id, (code, Some(&section.columns[*column].code)), explanation);
    }
    if answer.more_odd > 0 {
        report.unit = None;
        report.add(
            "figure.more",
            Severity::Warning,
            None,
            format!("{} more values are no plain numbers", answer.more_odd),
        );
    }
    report.unit.clone_from(&None);
}

/// Regions that existed at the end of the period and have no row.
fn absent_regions(regions: &[Region], wanted: &Wanted, found: &BTreeMap<Unit, Dataset>, report: &mut Report) {
    report.unit.clone_from(&wanted.unit);
    if let Some(unit) = wanted.unit.as_ref().filter(|unit| !found.contains_key(*unit)) {
        report.add("service.region-absent", Severity::Error, None, format!("the service has no row for unit `{unit}`"));
        return;
    }
    let there = regions.iter().filter(|r| r.exists(wanted.period.last_day()));
    let absent: Vec<String> =
        there.filter(|r| !found.contains_key(&r.unit)).map(|r| format!("`{}` {}", r.unit, r.titles.ru)).collect();
    if wanted.unit.is_none() && !absent.is_empty() && found.keys().any(|u| !u.is_republic()) {
        report.add(
            "service.region-absent",
            Severity::Error,
            None,
            format!("the service has no row for {}", absent.join(", ")),
        );
    }
}
