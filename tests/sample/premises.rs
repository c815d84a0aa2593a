//! The office under test: every template of the repository, the regions of the field, a seed.

use std::{collections::BTreeMap, path::Path};

use chrono::NaiveDate;
use zhinaq::{
    config::parse_form,
    domain::{AgencyName, FormId, FormTemplate, FormTerm, Period, Periodicity, Population, Region, Titles},
    sample::Premises,
};

/// Unit, titles, since, split from, inhabitants.
const REGIONS: [(&str, &str, &str, &str, &str, u64); 20] = [
    ("1910", "область Абай", "Абай облысы", "2022-06-08", "1963", 610_189),
    ("1911", "Акмолинская область", "Ақмола облысы", "", "", 787_971),
    ("1915", "Актюбинская область", "Ақтөбе облысы", "", "", 928_185),
    ("1919", "Алматинская область", "Алматы облысы", "", "", 1_505_984),
    ("1923", "Атырауская область", "Атырау облысы", "", "", 693_040),
    ("1927", "Западно-Казахстанская область", "Батыс Қазақстан облысы", "", "", 688_091),
    ("1931", "Жамбылская область", "Жамбыл облысы", "", "", 1_217_955),
    ("1933", "область Жетісу", "Жетісу облысы", "2022-06-08", "1919", 698_675),
    ("1935", "Карагандинская область", "Қарағанды облысы", "", "", 1_134_753),
    ("1939", "Костанайская область", "Қостанай облысы", "", "", 832_110),
    ("1943", "Кызылординская область", "Қызылорда облысы", "", "", 833_531),
    ("1947", "Мангистауская область", "Маңғыстау облысы", "", "", 766_956),
    ("1951", "Туркестанская область", "Түркістан облысы", "2018-06-19", "", 2_119_063),
    ("1955", "Павлодарская область", "Павлодар облысы", "", "", 754_903),
    ("1959", "Северо-Казахстанская область", "Солтүстік Қазақстан облысы", "", "", 534_024),
    ("1962", "область Улытау", "Ұлытау облысы", "2022-06-08", "1935", 221_395),
    ("1963", "Восточно-Казахстанская область", "Шығыс Қазақстан облысы", "", "", 730_172),
    ("1971", "г. Астана", "Астана қ.", "", "", 1_354_435),
    ("1975", "г. Алматы", "Алматы қ.", "", "", 2_161_695),
    ("1979", "г. Шымкент", "Шымкент қ.", "2018-06-19", "", 1_191_877),
];

/// Agency, title, since.
const AGENCIES: [(&str, &str, &str); 6] = [
    ("01", "Органы прокуратуры", ""),
    ("03", "Органы внутренних дел", ""),
    ("04", "Органы национальной безопасности", "2022-09-01"),
    ("10", "Военно-следственные органы", "2023-08-01"),
    ("12", "Органы финансового мониторинга", "2023-03-01"),
    ("13", "Органы по противодействию коррупции", ""),
];

/// Forms that come monthly; the others come quarterly.
const MONTHLY: [&str; 6] = ["1-m", "1-ol", "1-e", "dtp-1", "1-r-search", "3-k"];

pub fn premises(seed: u64) -> Premises {
    let forms = templates();
    let terms: Vec<FormTerm> = forms.keys().map(term).collect();
    Premises::new(forms, regions(), agencies(), &terms, seed)
}

pub fn templates() -> BTreeMap<FormId, FormTemplate> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/forms");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = format!("templates/forms/{}", path.file_name().unwrap().to_string_lossy());
            let form = parse_form(&name, &std::fs::read_to_string(&path).unwrap()).unwrap_or_else(|f| panic!("{f}"));
            (form.form.clone(), form)
        })
        .collect()
}

pub fn regions() -> Vec<Region> {
    let region = |(unit, ru, kk, since, split, persons): &(&str, &str, &str, &str, &str, u64)| Region {
        unit: unit.parse().unwrap(),
        kato: unit[2..].to_owned(),
        iso: format!("KZ-{}", &unit[2..]),
        titles: Titles { ru: (*ru).to_owned(), kk: Some((*kk).to_owned()), en: None },
        since: day(since),
        split_from: (!split.is_empty()).then(|| split.parse().unwrap()),
        population: vec![Population { at: day("2023-01-01").unwrap(), persons: *persons, source: String::new() }],
    };
    REGIONS.iter().map(region).collect()
}

fn agencies() -> Vec<AgencyName> {
    let agency = |(code, ru, since): &(&str, &str, &str)| AgencyName {
        agency: code.parse().unwrap(),
        titles: Titles { ru: (*ru).to_owned(), ..Titles::default() },
        since: day(since),
    };
    AGENCIES.iter().map(agency).collect()
}

fn day(text: &str) -> Option<NaiveDate> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn term(form: &FormId) -> FormTerm {
    let monthly = MONTHLY.contains(&form.as_str());
    FormTerm {
        id: form.clone(),
        item: 0,
        designation: Titles::default(),
        titles: Titles { ru: format!("Форма {form}"), ..Titles::default() },
        periodicity: if monthly { Periodicity::Month } else { Periodicity::Quarter },
        day: 10,
        rolls: true,
        clause: "14".to_owned(),
    }
}

/// A form's period that ends with a month written as `2025-M06`.
pub fn period_of(premises: &Premises, form: &FormId, month: &str) -> Option<Period> {
    month.parse::<Period>().unwrap().ending_as(premises.offer(form)?.periodicity)
}
