//! The office under test: every template of the repository, the places and terms of the built-in files, a seed.

use std::{collections::BTreeMap, path::Path, sync::OnceLock};

use zhinaq::{
    config::{Office, parse_form},
    domain::{FormId, FormTemplate, Period},
    sample::Premises,
};

pub fn premises(seed: u64) -> Premises {
    let office = built_in();
    Premises::new(
        templates().clone(),
        office.regions.clone(),
        office.agencies.clone(),
        &office.regulation().forms,
        seed,
    )
}

/// The same without the forms that have thousands of figures, which take long in a program that is not optimised.
pub fn small_premises(seed: u64) -> Premises {
    let mut premises = premises(seed);
    let large = ["1-m", "3-k", "cis-1", "court-10"];
    premises.forms.retain(|form, _| !large.contains(&form.as_str()));
    premises.offers.retain(|offer| !large.contains(&offer.form.as_str()));
    premises
}

/// The built-in files of the office.
pub fn built_in() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| Office::embedded().unwrap())
}

pub fn templates() -> &'static BTreeMap<FormId, FormTemplate> {
    static TEMPLATES: OnceLock<BTreeMap<FormId, FormTemplate>> = OnceLock::new();
    TEMPLATES.get_or_init(read_templates)
}

fn read_templates() -> BTreeMap<FormId, FormTemplate> {
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

/// A form's period that ends with a month written as `2025-M06`.
pub fn period_of(premises: &Premises, form: &FormId, month: &str) -> Option<Period> {
    month.parse::<Period>().unwrap().ending_as(premises.offer(form)?.periodicity)
}
