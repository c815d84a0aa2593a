//! Each figure of each real form equals what an independent reader reads: `expected.csv` contains the hash of every
//! section's figures as openpyxl reads them (`expect.py` makes it).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zhinaq::domain::{Figure, Number, Section, Sha256};

use super::{Office, Read, all};

/// A section's figures as `expect.py` writes them.
fn canonical(section: &Section) -> (usize, String) {
    let mut text = String::new();
    let mut count = 0;
    for (place, row) in section.rows.iter().enumerate().filter(|(_, row)| !row.code.as_str().starts_with('#')) {
        for (column, figure) in section.columns.iter().zip(&section.figures[place * section.columns.len()..]) {
            let value = match figure {
                Figure::Blank => String::new(),
                Figure::Number(number) => number.to_string(),
                Figure::Text(text) => text.to_string(),
            };
            writeln!(text, "{}|{}|{value}", row.code, column.code).unwrap();
            count += 1;
        }
    }
    (count, Sha256::of(text.as_bytes()).to_string()[..16].to_owned())
}

#[test]
fn every_figure_of_every_real_form_equals_an_independent_readers() {
    let Some(documents) = all() else { return };
    let mut expected: BTreeMap<&str, BTreeMap<String, (usize, String)>> = BTreeMap::new();
    for line in include_str!("expected.csv").lines().skip(1) {
        let [file, sheet, count, hash] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        expected.entry(file).or_default().insert(sheet.into(), (count.parse().unwrap(), hash.into()));
    }
    assert_eq!((documents.len(), expected.len()), (196, 196));
    let office = Office::new();
    let mut figures = 0;
    let mut wrong = Vec::new();
    for Read { name, form, reading } in documents {
        let template = &office.templates[&form.parse().unwrap()];
        let dataset = &reading.datasets[0];
        let sheet = |s: &Section| template.printed_sheet(&dataset.edition, &s.id).unwrap();
        let read: BTreeMap<String, (usize, String)> =
            dataset.sections.iter().map(|s| (sheet(s), canonical(s))).collect();
        figures += read.values().map(|(count, _)| count).sum::<usize>();
        wrong.extend((read != expected[name.as_str()]).then_some(name));
    }
    assert_eq!(wrong, Vec::<&String>::new());
    assert!(figures > 4_300_000, "{figures}");
    println!("{figures} figures of 196 files are equal");
}

fn figure(document: &Read, place: [&str; 3]) -> Number {
    let [section, row, column] = place;
    let dataset = &document.reading.datasets[0];
    let figure = dataset.figure(&section.parse().unwrap(), &row.parse().unwrap(), &column.parse().unwrap());
    figure.unwrap().number().unwrap()
}

#[test]
fn known_figures_stand_where_they_are_known_to() {
    let Some(documents) = all() else { return };
    let named = |name: &str| documents.iter().find(|d| d.name == name).unwrap();
    assert_eq!(figure(named("1-M/Astana.XLSX"), ["R1", "1", "2"]), Number::count(17_144));
    assert_eq!(figure(named("1-M/Akmola Region.XLSX"), ["R1", "3", "2"]), Number::count(4_535));
    assert_eq!(figure(named("3-K/202303_3k_00000___ru.XLSX"), ["R1", "1", "1"]), Number::count(1_088));
    let offences = documents.iter().filter(|d| d.form == "1-m").map(|d| figure(d, ["R1", "1", "2"]).parts().0);
    assert_eq!(offences.sum::<i64>(), 155_200);
    let crimes = documents.iter().filter(|d| d.form == "cis-1").map(|d| figure(d, ["R1", "1", "1"]).parts().0);
    assert_eq!(crimes.sum::<i64>(), 135_029);
}
