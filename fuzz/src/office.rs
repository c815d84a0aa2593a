//! A made-up form and made-up regions for the readers.

use crate::domain::{
    Agency, ColumnTemplate, Course, FormTemplate, Measure, Origin, Region, RowTemplate, SectionTemplate, Titles,
};
use crate::read::service::Asked;

fn titles(ru: &str) -> Titles {
    Titles::ru(ru)
}

/// A form with two sections. In each section one column has a key, and the other has none.
pub fn template() -> FormTemplate {
    let column = |code: &str, ru: &str, key: Option<&str>| ColumnTemplate {
        code: code.parse().expect("a code"),
        titles: titles(ru),
        measure: Measure::Count,
        course: Course::Unknown,
        part_of: None,
        key: key.map(str::to_owned),
    };
    let section = |id: &str, columns| SectionTemplate {
        id: id.parse().expect("an id"),
        titles: titles("Движение дел"),
        subject: "движение дел".to_owned(),
        columns,
        rows: vec![RowTemplate { code: "1".parse().expect("a code"), titles: titles("Всего"), part_of: None }],
    };
    FormTemplate {
        form: "court-1".parse().expect("an id"),
        designations: vec!["№ 1".to_owned()],
        file_code: "court1".to_owned(),
        known_from: String::new(),
        sections: vec![
            section("R1", vec![column("1", "Остаток", Some("ostatok")), column("2", "Поступило", None)]),
            section("R2", vec![column("1", "Сумма", Some("symma")), column("2", "Направлено", None)]),
        ],
        editions: Vec::new(),
        rules: Vec::new(),
    }
}

pub fn regions() -> Vec<Region> {
    let region = |unit: &str, kato: &str, ru: &str| Region {
        unit: unit.parse().expect("a unit"),
        kato: kato.to_owned(),
        iso: format!("KZ-{kato}"),
        titles: titles(ru),
        since: None,
        split_from: None,
        population: Vec::new(),
    };
    vec![
        region("1919", "19", "Алматинская область"),
        region("1971", "71", "г. Астана"),
        region("1975", "75", "г. Алматы"),
    ]
}

pub fn asked() -> Asked<'static> {
    Asked {
        form: "court-1".parse().expect("an id"),
        period: "2022-Q4".parse().expect("a period"),
        unit: None,
        agency: Agency::all(),
        origin: Origin::Sample,
        region_field: None,
    }
}
