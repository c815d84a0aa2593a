//! `schedules/regions.toml` and `schedules/population.csv`. In: their texts as a person writes them. Out: the places
//! and agencies of an office, and every fault. This module does not know which places a period needs.

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, csv, reader::Reader, values::Day};
use domain::{AgencyName, Population, Region, Titles, did_you_mean, nearest};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRepublic {
    unit: Spanned<String>,
    titles: Titles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRegion {
    unit: Spanned<String>,
    kato: String,
    iso: String,
    since: Option<Day>,
    split_from: Option<Spanned<String>>,
    titles: Titles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAgency {
    code: Spanned<String>,
    /// The five digits of the agency in file names. Only their shape is checked here: the crates that read and write
    /// file names have tables of their own.
    file: Spanned<String>,
    since: Option<Day>,
    titles: Titles,
}

/// The places and agencies of an office.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub republic: Option<Region>,
    pub regions: Vec<Region>,
    pub agencies: Vec<AgencyName>,
}

/// Reads the places and agencies of a text, without the population.
pub(super) fn parse(file: &str, text: &str) -> (Places, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let republic = reader.one::<WrittenRepublic>("republic");
    let regions: Vec<WrittenRegion> = reader.many("region");
    let agencies: Vec<WrittenAgency> = reader.many("agency");
    reader.once("unit", regions.iter().map(|r| &r.unit));
    reader.once("agency", agencies.iter().map(|a| &a.code));
    let units: Vec<&str> = regions.iter().map(|r| r.unit.get_ref().as_str()).collect();
    let mut places = Places::default();
    if let Some(republic) = republic {
        places.republic = reader.parsed(&republic.unit).map(|unit| Region {
            unit,
            kato: String::new(),
            iso: "KZ".into(),
            titles: republic.titles,
            since: None,
            split_from: None,
            population: Vec::new(),
        });
    }
    for region in &regions {
        let from = region.split_from.as_ref().filter(|from| reader.known("unit of this file", from, units.clone()));
        let split_from = from.and_then(|from| reader.parsed(from));
        let Some(unit) = reader.parsed(&region.unit) else { continue };
        places.regions.push(Region {
            unit,
            kato: region.kato.clone(),
            iso: region.iso.clone(),
            titles: region.titles.clone(),
            since: region.since.map(|day| day.0),
            split_from,
            population: Vec::new(),
        });
    }
    for agency in agencies {
        let digits = agency.file.get_ref();
        if digits.len() != 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            reader.fault(&agency.file.span(), format!("`{digits}` is not the five digits of a file name"));
        }
        let Some(code) = reader.parsed(&agency.code) else { continue };
        places.agencies.push(AgencyName { agency: code, titles: agency.titles, since: agency.since.map(|day| day.0) });
    }
    if !places.agencies.iter().any(|a| a.agency.is_all()) {
        reader.of_file("the agency `all` is missing: it is every agency together");
    }
    (places, reader.close())
}

/// Adds the population of a text to its places.
pub(super) fn populate(file: &str, text: &str, places: &mut Places) -> Vec<Fault> {
    let mut faults = Vec::new();
    let at = |line: usize, message: String| Fault { file: file.into(), line: Some(line), message };
    let lines = match csv::lines(text) {
        Ok(lines) => lines,
        Err(line) => return vec![at(line, "a quoted cell does not end".into())],
    };
    let Some((head, rows)) = lines.split_first() else { return vec![Fault::of_file(file, "is empty")] };
    if head.cells != ["unit", "date", "persons", "source"] {
        return vec![at(head.number, "the first line is `unit,date,persons,source`".into())];
    }
    for row in rows {
        let [unit, date, persons, source] = &row.cells[..] else {
            faults.push(at(row.number, format!("{} cells instead of four", row.cells.len())));
            continue;
        };
        let units: Vec<String> = places.republic.iter().chain(&places.regions).map(|r| r.unit.to_string()).collect();
        let Some(place) = places.republic.iter_mut().chain(&mut places.regions).find(|r| r.unit.as_str() == unit)
        else {
            let near = did_you_mean(nearest(unit, units.iter().map(String::as_str)));
            faults.push(at(row.number, format!("`{unit}` is not a unit of regions.toml{near}")));
            continue;
        };
        match (date.parse(), persons.replace([' ', '\u{a0}'], "").parse::<u64>()) {
            (Ok(day), Ok(persons)) if persons > 0 => {
                if place.population.iter().any(|p| p.at == day) {
                    faults.push(at(row.number, format!("the population of `{unit}` at {day} occurs here twice")));
                }
                place.population.push(Population { at: day, persons, source: source.clone() });
            }
            (Err(_), _) => faults.push(at(row.number, format!("`{date}` is not a day: write 2023-01-01"))),
            _ => faults.push(at(row.number, format!("`{persons}` is not a number of persons"))),
        }
    }
    faults
}
