//! Made-up material for books: every form that has a template, figures that depend only on their place and time, 20
//! regions as they were at the time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use chrono::NaiveDate;
use zhinaq::{
    assemble::{Material, periods_wanted},
    config::{parse_collection, parse_form, parse_map},
    domain::{
        Agency, AgencyName, CollectionId, CollectionTemplate, CollectionTerm, Column, Dataset, DatasetKey, Edition,
        Figure, FormId, FormTemplate, FormTerm, Language, LateForm, MapLayout, MapShapes, Measure, Number, Origin,
        Period, Periodicity, Population, Region, Row, Section, SectionId, Titles, Unit,
    },
};

/// A trial office: the content of an office's files, and figures.
pub struct Trial {
    pub forms: BTreeMap<FormId, FormTemplate>,
    pub terms: Vec<FormTerm>,
    pub regions: Vec<Region>,
    pub agencies: Vec<AgencyName>,
    pub map: MapLayout,
    pub shapes: Option<Arc<MapShapes>>,
    pub template: CollectionTemplate,
    pub term: CollectionTerm,
    pub datasets: Vec<Dataset>,
    pub period: Period,
}

const MONTHLY: [&str; 6] = ["1-m", "1-ol", "1-e", "dtp-1", "1-r-search", "3-k"];
const BY_AGENCY: [&str; 1] = ["3-k"];

/// Unit, Russian, Kazakh and English name, inhabitants in thousands, the unit split from.
const REGIONS: [(&str, &str, &str, &str, u64, &str); 20] = [
    ("1910", "область Абай", "Абай облысы", "Abai Region", 610, "1963"),
    ("1911", "Акмолинская область", "Ақмола облысы", "Akmola Region", 788, ""),
    ("1915", "Актюбинская область", "Ақтөбе облысы", "Aktobe Region", 928, ""),
    ("1919", "Алматинская область", "Алматы облысы", "Almaty Region", 1506, ""),
    ("1923", "Атырауская область", "Атырау облысы", "Atyrau Region", 693, ""),
    ("1927", "Западно-Казахстанская область", "Батыс Қазақстан облысы", "West Kazakhstan Region", 688, ""),
    ("1931", "Жамбылская область", "Жамбыл облысы", "Zhambyl Region", 1218, ""),
    ("1933", "область Жетісу", "Жетісу облысы", "Zhetisu Region", 699, "1919"),
    ("1935", "Карагандинская область", "Қарағанды облысы", "Karaganda Region", 1135, ""),
    ("1939", "Костанайская область", "Қостанай облысы", "Kostanay Region", 832, ""),
    ("1943", "Кызылординская область", "Қызылорда облысы", "Kyzylorda Region", 834, ""),
    ("1947", "Мангистауская область", "Маңғыстау облысы", "Mangystau Region", 767, ""),
    ("1951", "Туркестанская область", "Түркістан облысы", "Turkistan Region", 2119, ""),
    ("1955", "Павлодарская область", "Павлодар облысы", "Pavlodar Region", 755, ""),
    ("1959", "Северо-Казахстанская область", "Солтүстік Қазақстан облысы", "North Kazakhstan Region", 534, ""),
    ("1962", "область Улытау", "Ұлытау облысы", "Ulytau Region", 221, "1935"),
    ("1963", "Восточно-Казахстанская область", "Шығыс Қазақстан облысы", "East Kazakhstan Region", 730, ""),
    ("1971", "г. Астана", "Астана қ.", "Astana", 1354, ""),
    ("1975", "г. Алматы", "Алматы қ.", "Almaty", 2162, ""),
    ("1979", "г. Шымкент", "Шымкент қ.", "Shymkent", 1192, ""),
];

const AGENCIES: [(&str, &str, &str, &str); 4] = [
    ("01", "органы прокуратуры", "прокуратура органдары", "prosecutor's offices"),
    ("03", "органы внутренних дел", "ішкі істер органдары", "interior bodies"),
    ("04", "органы национальной безопасности", "ұлттық қауіпсіздік органдары", "national security bodies"),
    ("13", "антикоррупционная служба", "сыбайлас жемқорлыққа қарсы қызмет", "anti-corruption service"),
];

pub fn titles(ru: &str, kk: &str, en: &str) -> Titles {
    Titles::ru(ru).with(Language::KK, kk).with(Language::EN, en)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Every form template of the repository.
pub fn form_templates() -> BTreeMap<FormId, FormTemplate> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/forms");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let templates = files.filter(|p| p.extension().is_some_and(|e| e == "toml")).map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        parse_form(&path.display().to_string(), &text).unwrap()
    });
    templates.map(|template| (template.form.clone(), template)).collect()
}

/// Every collection template of the repository.
pub fn collection_templates() -> BTreeMap<CollectionId, CollectionTemplate> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/collections");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let templates = files.filter(|p| p.extension().is_some_and(|e| e == "toml")).map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        parse_collection(&path.display().to_string(), &text).unwrap()
    });
    templates.map(|template| (template.collection.clone(), template)).collect()
}

pub fn regions() -> Vec<Region> {
    let region = |(unit, ru, kk, en, thousands, from): &(&str, &str, &str, &str, u64, &str)| Region {
        unit: unit.parse().unwrap(),
        kato: unit[2..].into(),
        iso: format!("KZ-{}", &unit[2..]),
        titles: titles(ru, kk, en),
        since: (!from.is_empty()).then(|| day(2022, 6, 8)),
        split_from: from.parse().ok(),
        population: vec![Population {
            at: day(2023, 1, 1),
            persons: thousands * 1000,
            source: "a made-up census".into(),
        }],
    };
    REGIONS.iter().map(region).collect()
}

pub fn agencies() -> Vec<AgencyName> {
    let name = |(code, ru, kk, en): &(&str, &str, &str, &str)| AgencyName {
        agency: code.parse().unwrap(),
        titles: titles(ru, kk, en),
        since: None,
    };
    AGENCIES.iter().map(name).collect()
}

/// The tiles that the program carries, for the regions of the trial office.
pub fn map_layout(regions: &[Region]) -> MapLayout {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/map.toml");
    parse_map("templates/map.toml", &fs::read_to_string(file).unwrap(), regions).unwrap()
}

/// The term of each form that has a template.
pub fn form_terms(forms: &BTreeMap<FormId, FormTemplate>) -> Vec<FormTerm> {
    let term = |(place, template): (usize, &FormTemplate)| FormTerm {
        id: template.form.clone(),
        item: place as u32 + 1,
        designation: Titles::ru(template.designations.first().cloned().unwrap_or_default()),
        titles: Titles::ru(template.sections[0].titles.ru.clone()),
        periodicity: if MONTHLY.contains(&template.form.as_str()) { Periodicity::Month } else { Periodicity::Quarter },
        day: 10,
        rolls: true,
        clause: "14".into(),
        probe: String::new(),
    };
    forms.values().enumerate().map(term).collect()
}

impl Trial {
    /// A collection of a period with figures for every period that it can show.
    pub fn new(collection: &str, period: &str) -> Self {
        let period: Period = period.parse().unwrap();
        let forms = form_templates();
        let template = collection_templates().remove(&collection.parse::<CollectionId>().unwrap()).unwrap();
        let terms = form_terms(&forms);
        let (regions, agencies) = (regions(), agencies());
        let mut datasets = Vec::new();
        for (form, periods) in periods_wanted(&template, &terms, period) {
            let shown = sections(&template, &form);
            for period in periods {
                datasets.extend(of_form(&forms[&form], &shown, period, &regions, &agencies));
            }
        }
        let term = CollectionTerm {
            id: template.collection.clone(),
            clause: "12.1".into(),
            titles: titles(
                "О преступности и результатах деятельности правоохранительных органов и судов в Республике Казахстан",
                "Қазақстан Республикасындағы қылмыстылық және құқық қорғау органдары мен соттар қызметінің нәтижелері туралы",
                "On crime and the results of activities of law enforcement bodies and courts in the Republic of Kazakhstan",
            ),
            periodicity: period.periodicity(),
            day: 14,
            rolls: true,
            forms: template.forms().into_iter().cloned().collect(),
            late_form: LateForm::Omit,
            late: BTreeMap::new(),
        };
        let map = map_layout(&regions);
        Self { forms, terms, regions, agencies, map, shapes: None, template, term, datasets, period }
    }

    /// The same office without a form of a period.
    pub fn without(mut self, form: &str, period: &str) -> Self {
        let (form, period): (FormId, Period) = (form.parse().unwrap(), period.parse().unwrap());
        let before = self.datasets.len();
        self.datasets.retain(|d| d.key.form != form || d.key.period != period);
        assert!(self.datasets.len() < before, "`{form}` of {period} was not there");
        self
    }

    /// The same office, with documents that print the present headings of the templates.
    pub fn printed_anew(mut self) -> Self {
        for dataset in &mut self.datasets {
            let form = &self.forms[&dataset.key.form];
            for section in &mut dataset.sections {
                let described = form.sections.iter().find(|s| s.id == section.id).unwrap();
                let row =
                    |r: &Row| Row { label: described.row(&r.code).unwrap().titles.ru.as_str().into(), ..r.clone() };
                section.rows = section.rows.iter().map(row).collect();
                let column = |c: &Column| Column {
                    label: described.column(&c.code).unwrap().titles.ru.as_str().into(),
                    ..c.clone()
                };
                section.columns = section.columns.iter().map(column).collect();
            }
        }
        self
    }

    pub fn material(&self) -> Material<'_> {
        Material {
            words: super::words(),
            term: &self.term,
            template: &self.template,
            analysis: None,
            comment: None,
            period: self.period,
            revision: 0,
            supplement: 0,
            revision_reason: None,
            act: titles("приказ № 25 от 15.04.2019", "15.04.2019 ж. № 25 бұйрық", "order No 25 of 15.04.2019"),
            act_remark: None,
            due: day(2025, 7, 14),
            statutory: day(2025, 7, 14),
            next: None,
            generated_for: day(2025, 7, 14),
            office: titles(
                "Комитет по правовой статистике и специальным учетам",
                "Құқықтық статистика және арнайы есепке алу жөніндегі комитет",
                "Committee for legal statistics and special accounts",
            ),
            contact: vec!["qamqor.example".into()],
            origin: Origin::Sample,
            draft: false,
            forms: &self.terms,
            form_templates: &self.forms,
            regions: &self.regions,
            agencies: &self.agencies,
            map: &self.map,
            shapes: self.shapes.as_ref(),
            datasets: self.datasets.iter().collect(),
            findings: &[],
            overrides: Vec::new(),
            missing: Vec::new(),
            comparisons: Vec::new(),
            revised: &[],
        }
    }
}

/// The sections of a form that a collection shows. The others would only cost time.
fn sections(template: &CollectionTemplate, form: &FormId) -> BTreeSet<SectionId> {
    let tables = template.chapters.iter().filter(|c| c.form == *form).flat_map(|c| &c.tables);
    let figures = template.key_figures.iter().filter(|k| k.form == *form);
    tables.map(|t| t.section.clone()).chain(figures.map(|k| k.place.section.clone())).collect()
}

/// A form's datasets: the republic, the regions of the time, and agencies where the form has them.
fn of_form(
    template: &FormTemplate,
    shown: &BTreeSet<SectionId>,
    period: Period,
    regions: &[Region],
    agencies: &[AgencyName],
) -> Vec<Dataset> {
    let mut places: Vec<(Unit, Agency, u64)> = vec![(Unit::republic(), Agency::all(), 20_000)];
    if BY_AGENCY.contains(&template.form.as_str()) {
        places.extend(agencies.iter().map(|a| (Unit::republic(), a.agency.clone(), 4_000)));
    } else {
        let exist = regions.iter().filter(|r| r.exists(period.last_day()));
        places.extend(exist.map(|r| (r.unit.clone(), Agency::all(), r.population[0].persons / 1000)));
    }
    let dataset = |(unit, agency, weight): (Unit, Agency, u64)| {
        let edition: Edition = "service".parse().unwrap();
        let key = DatasetKey { form: template.form.clone(), period, unit, agency, origin: Origin::Sample };
        let sections = template.sections.iter().filter(|s| shown.contains(&s.id)).map(|section| {
            let columns = section.columns.iter();
            let figures = section.rows.iter().flat_map(|row| {
                columns.clone().map(|column| {
                    let seed = format!("{} {} {} {}", key.form, section.id, row.code, column.code);
                    figure(&seed, &format!("{}{}", key.unit, key.agency), period, weight, column.measure)
                })
            });
            Section {
                id: section.id.clone(),
                title: section.titles.ru.as_str().into(),
                figures: figures.collect(),
                columns: columns.map(|c| Column { code: c.code.clone(), label: c.titles.ru.as_str().into() }).collect(),
                rows: section
                    .rows
                    .iter()
                    .map(|r| Row { code: r.code.clone(), label: r.titles.ru.as_str().into() })
                    .collect(),
            }
        });
        Dataset { sections: sections.collect(), key: key.clone(), edition }
    };
    places.into_iter().map(dataset).collect()
}

/// The figure of a place. It grows through the year and moves a little from year to year.
fn figure(place: &str, whose: &str, period: Period, weight: u64, measure: Measure) -> Figure {
    let level = chance(place) % 90 + 1;
    let own = chance(&format!("{place}{whose}")) % 60 + 70;
    let year = chance(&format!("{place}{whose}{}", period.year())) % 40 + 80;
    let sum = (level * own * year * weight * u64::from(period.last_month()) / 1_200_000) as i64;
    Figure::Number(match measure {
        Measure::ThousandTenge => Number::thousandths(sum * 1_734_567 % 900_000_000_000),
        _ => Number::count(sum),
    })
}

/// FNV-1a, so that figures are equal on every machine.
fn chance(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) >> 13
}
