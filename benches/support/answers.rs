//! Makes up answers of services: 26 forms × 250 districts × 80 columns × 40 quarters. A unit has only two digits after
//! `19`, so the 250 rows of a quarter come in three answers, which go into one Parquet file.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use zhinaq::{
    config::parse_form,
    domain::{Agency, FormId, FormTemplate, Origin, Region, Titles},
    read::service::{Asked, ServiceReader},
    store,
};

const FORMS: usize = 26;
const QUARTERS: usize = 40;
const COLUMNS: usize = 80;
/// The rows of each of the three answers of a quarter.
const ROWS: [usize; 3] = [84, 84, 82];

pub fn templates() -> BTreeMap<FormId, FormTemplate> {
    let template = |form: usize| {
        let mut text = format!(
            "form = \"made-{form}\"\ndesignations = [\"{form}\"]\nknown_from = \"made up\"\n[[section]]\nid = \"R1\"\ntitle = {{ ru = \"Раздел\" }}\nrows = [ {{ code = \"1\", ru = \"Всего\" }} ]\ncolumns = [\n"
        );
        for column in 1..=COLUMNS {
            let _ = writeln!(text, "{{ code = \"{column}\", ru = \"графа {column}\", key = \"field_{column}\" }},");
        }
        text.push_str("]\n");
        let template = parse_form(&format!("made-{form}.toml"), &text).unwrap_or_else(|faults| panic!("{faults}"));
        (template.form.clone(), template)
    };
    (1..=FORMS).map(template).collect()
}

pub fn regions() -> Vec<Region> {
    let region = |number: usize| Region {
        unit: format!("19{number:02}").parse().expect("a unit"),
        kato: format!("{number:02}"),
        iso: format!("KZ-{number:02}"),
        titles: Titles::ru(format!("район {number}")),
        since: None,
        split_from: None,
        population: Vec::new(),
    };
    (10..10 + ROWS[0]).map(region).collect()
}

/// Writes each answer into a file, with numbers as texts, as the services send them. Returns the number of cells.
pub fn write(folder: &Path) -> usize {
    let mut cells = 0;
    for form in 1..=FORMS {
        for quarter in 0..QUARTERS {
            for (part, rows) in ROWS.iter().enumerate() {
                let mut text = String::from("[");
                for row in 0..*rows {
                    let _ = write!(text, "{}{{\"region\":\"19{:02}\"", if row == 0 { "" } else { "," }, 10 + row);
                    for column in 1..=COLUMNS {
                        let _ =
                            write!(text, ",\"field_{column}\":\"{}\"", (form * 31 + quarter * 7 + row * column) % 9973);
                        cells += 1;
                    }
                    text.push('}');
                }
                text.push(']');
                fs::write(folder.join(format!("{form}-{quarter}-{part}.json")), text).expect("the file can be written");
            }
        }
    }
    cells
}

/// A reader for the answers of each form.
pub fn readers<'a>(
    templates: &'a BTreeMap<FormId, FormTemplate>,
    regions: &'a [Region],
) -> BTreeMap<FormId, ServiceReader<'a>> {
    templates.iter().map(|(form, template)| (form.clone(), ServiceReader::new(template, regions, None))).collect()
}

/// Reads the answers of a form for a quarter into one Parquet file; `file` is the first answer. Returns the number of
/// figures.
pub fn read(readers: &BTreeMap<FormId, ServiceReader<'_>>, file: &Path, to: &Path) -> usize {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut parts = name.split('-');
    let form: FormId = format!("made-{}", parts.next().unwrap_or_default()).parse().expect("an id");
    let quarter: usize = parts.next().and_then(|q| q.parse().ok()).unwrap_or(0);
    let asked = Asked {
        form: form.clone(),
        period: format!("{}-Q{}", 2015 + quarter / 4, quarter % 4 + 1).parse().expect("a period"),
        unit: None,
        agency: Agency::all(),
        origin: Origin::Sample,
        region_field: None,
    };
    let mut datasets = Vec::new();
    for part in 0..ROWS.len() {
        let stem = name.strip_suffix("-0").unwrap_or(&name);
        let bytes = fs::read(file.with_file_name(format!("{stem}-{part}.json"))).expect("the file can be read");
        let reading = readers[&form].read(&asked, &bytes);
        datasets.extend(reading.unwrap_or_else(|refused| panic!("{refused}")).datasets);
    }
    fs::write(to, store::encode(&datasets).expect("datasets have columns")).expect("the file can be written");
    datasets.iter().flat_map(|d| &d.sections).map(|s| s.figures.len()).sum()
}
