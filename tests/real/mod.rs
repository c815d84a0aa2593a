//! The real forms of `../shared/real`, if they are there.

mod evidence;
mod figures;
mod identities;
mod program;
mod spelling;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use rayon::prelude::*;
use zhinaq::{
    config,
    domain::{Agency, AgencyName, FormId, FormTemplate, Origin, Period, Region, Titles},
    read::{self, Document, ReadError, Reading, Wanted},
};

/// The folder of the real forms; `None`, with a printed line, if it is missing.
#[expect(clippy::print_stdout, reason = "a test says that it was skipped")]
fn real() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the real forms are not at {}", folder.display());
    None
}

/// The workbooks of a form, by name.
fn files(folder: &Path, form: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join(form)).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files
}

/// A document of the real folder as it was read.
struct Read {
    /// `1-M/Astana.XLSX`.
    name: String,
    form: &'static str,
    reading: Reading,
}

/// Every real document, read once for all tests.
fn all() -> Option<&'static [Read]> {
    static ALL: OnceLock<Vec<Read>> = OnceLock::new();
    let folder = real()?;
    let read = || {
        let office = Office::new();
        let forms = [("1-M", "1-m"), ("CIS-1", "cis-1"), ("3-K", "3-k")];
        let work: Vec<_> = forms
            .iter()
            .flat_map(|(name, form)| {
                dated(&folder, name).into_iter().map(move |(path, period)| (*name, *form, path, period))
            })
            .collect();
        work.par_iter()
            .map(|(name, form, path, period)| Read {
                name: format!("{name}/{}", path.file_name().unwrap().to_string_lossy()),
                form,
                reading: office.read(path, form, *period).unwrap_or_else(|error| panic!("{error}")),
            })
            .collect()
    };
    Some(ALL.get_or_init(read))
}

struct Office {
    templates: BTreeMap<FormId, FormTemplate>,
    regions: Vec<Region>,
    agencies: Vec<AgencyName>,
}

impl Office {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/forms");
        let templates = ["1-m", "cis-1", "3-k", "court-10"].map(|form| {
            let file = format!("{form}.toml");
            let text = std::fs::read_to_string(folder.join(&file)).unwrap();
            let template = config::parse_form(&file, &text).unwrap_or_else(|faults| panic!("{faults}"));
            (template.form.clone(), template)
        });
        let agency = |code: &str, ru: &str| AgencyName {
            agency: code.parse::<Agency>().unwrap(),
            titles: Titles::ru(ru),
            since: None,
        };
        let agencies =
            [("01", "Прокуратура"), ("03", "МВД"), ("04", "КНБ"), ("10", "ВСД МВД"), ("12", "АФМ"), ("13", "АПК")];
        Self {
            templates: templates.into(),
            regions: regions(),
            agencies: agencies.map(|(code, ru)| agency(code, ru)).into(),
        }
    }

    fn read(&self, path: &Path, form: &str, period: Period) -> Result<Reading, ReadError> {
        let bytes = std::fs::read(path).unwrap();
        let wanted = Wanted::of(form.parse().unwrap(), period, Origin::Real);
        let document = Document { name: path.to_str().unwrap(), bytes: &bytes };
        read::read(&self.templates[&wanted.form], &self.templates, &self.regions, &self.agencies, &wanted, &document)
    }
}

/// All files of a form with their periods; the month of 3-K is in the file name.
fn dated(folder: &Path, form: &str) -> Vec<(PathBuf, Period)> {
    let dated = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let period = if form == "3-K" { format!("{}-M{}", &name[..4], &name[4..6]) } else { "2022-M12".to_owned() };
        (path, period.parse().unwrap())
    };
    files(folder, form).into_iter().map(dated).collect()
}

fn regions() -> Vec<Region> {
    let named = [
        ("1910", "область Абай"),
        ("1911", "Акмолинская область"),
        ("1915", "Актюбинская область"),
        ("1919", "Алматинская область"),
        ("1923", "Атырауская область"),
        ("1927", "Западно-Казахстанская область"),
        ("1931", "Жамбылская область"),
        ("1933", "область Жетісу"),
        ("1935", "Карагандинская область"),
        ("1939", "Костанайская область"),
        ("1943", "Кызылординская область"),
        ("1947", "Мангистауская область"),
        ("1951", "Туркестанская область"),
        ("1955", "Павлодарская область"),
        ("1959", "Северо-Казахстанская область"),
        ("1962", "область Улытау"),
        ("1963", "Восточно-Казахстанская область"),
        ("1971", "г. Астана"),
        ("1975", "г. Алматы"),
        ("1979", "г. Шымкент"),
    ];
    named
        .map(|(unit, ru)| Region {
            unit: unit.parse().unwrap(),
            kato: String::new(),
            iso: String::new(),
            titles: Titles::ru(ru),
            since: None,
            split_from: None,
            population: Vec::new(),
        })
        .into()
}
