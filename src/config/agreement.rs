//! Lists of an office that have to agree: what one file has and another one lacks.
//!
//! In: an office whose files were read, each without faults of its own. Out: a sentence for each disagreement, with the
//! file to correct, and which disagreements stop sending. This module does not know what is in force, nor which
//! documents have come.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};

use super::Office;
use domain::{CollectionTemplate, CollectionTerm, FormId, FormTemplate, Language, Titles, did_you_mean, nearest};

/// Every disagreement that would give wrong or missing copies, figures or days.
#[must_use]
pub fn disagreements(office: &Office) -> Vec<String> {
    let mut found = obstacles(office);
    found.extend(unused(office));
    found.extend(population(office));
    found
}

/// The disagreements that stop sending until they are corrected: a book would lack a form or a chapter, or would wait
/// for one in vain. A matrix that does not fit its organs and collections is a fault of its file, so such an office
/// does not open.
#[must_use]
pub fn obstacles(office: &Office) -> Vec<String> {
    forms(office).into_iter().chain(collections(office)).collect()
}

/// What is not wrong today but may become a problem: missing years of the calendar, missing translations.
#[must_use]
pub fn notes(office: &Office, today: NaiveDate) -> Vec<String> {
    years(office, today).into_iter().chain(untranslated(office)).collect()
}

/// Forms of the act that have no template or no source.
fn forms(office: &Office) -> Vec<String> {
    let act = act_file(office, "forms.toml");
    let terms: BTreeSet<&str> = office.regulation().forms.iter().map(|term| term.id.as_str()).collect();
    let templates: BTreeSet<&str> = office.forms.keys().map(FormId::as_str).collect();
    let sources: BTreeSet<&str> = office.sources.iter().map(|source| source.form.as_str()).collect();
    let mut found = Vec::new();
    for form in terms.difference(&templates) {
        found.push(format!(
            "{act}: form `{form}` has no template: write templates/forms/{form}.toml, or take the form out"
        ));
    }
    for form in terms.difference(&sources) {
        found.push(format!("schedules/sources.toml: form `{form}` of {act} has no source"));
    }
    found
}

/// Templates and sources that the act does not list: they have no effect, or have a wrong id.
fn unused(office: &Office) -> Vec<String> {
    let act = act_file(office, "forms.toml");
    let terms: BTreeSet<&str> = office.regulation().forms.iter().map(|term| term.id.as_str()).collect();
    let strange = |form: &&FormId| !terms.contains(form.as_str());
    let near = |form: &FormId| did_you_mean(nearest(form.as_str(), terms.iter().copied()));
    let mut found = Vec::new();
    for form in office.forms.keys().filter(strange) {
        found.push(format!("templates/forms/{form}.toml: form `{form}` is not in {act}{}", near(form)));
    }
    for form in office.sources.iter().map(|source| &source.form).filter(strange) {
        found.push(format!("schedules/sources.toml: form `{form}` is not in {act}{}", near(form)));
    }
    let act = act_file(office, "collections.toml");
    let known: Vec<&str> = office.regulation().collections.iter().map(|term| term.id.as_str()).collect();
    for (id, template) in office.collections.iter().filter(|(id, _)| !known.contains(&id.as_str())) {
        let near = did_you_mean(nearest(id.as_str(), known.iter().copied()));
        found.push(format!("{}: collection `{id}` is not in {act}{near}", template.file));
    }
    found
}

/// Collections of the act that have no template, or whose template shows other forms than the act lists.
fn collections(office: &Office) -> Vec<String> {
    let act = act_file(office, "collections.toml");
    let mut found = Vec::new();
    for term in &office.regulation().collections {
        match office.collections.get(&term.id) {
            Some(template) => found.extend(shown(template, term, &act)),
            None => found
                .push(format!("{act}: collection `{0}` has no template: make templates/collections/{0}.toml", term.id)),
        }
    }
    found
}

fn shown(template: &CollectionTemplate, term: &CollectionTerm, act: &str) -> Vec<String> {
    let mut places: BTreeMap<&FormId, usize> = BTreeMap::new();
    let chapters = template.chapters.iter().map(|chapter| (&chapter.form, chapter.line));
    for (form, line) in chapters.chain(template.key_figures.iter().map(|figure| (&figure.form, figure.line))) {
        places.entry(form).or_insert(line);
    }
    let mut found = Vec::new();
    for (form, line) in places.iter().filter(|(form, _)| !term.forms.contains(form)) {
        found.push(format!(
            "{}:{line}: form `{form}` is shown, but collection `{}` of {act} does not list it: it would not be waited for, and no supplement would follow",
            template.file, term.id
        ));
    }
    for form in term.forms.iter().filter(|form| !places.contains_key(form)) {
        found.push(format!(
            "{act}: collection `{}` lists form `{form}`, but {} has no chapter of it",
            term.id, template.file
        ));
    }
    found
}

/// Units without a population where other units have one: levels per inhabitant are compared with each other.
fn population(office: &Office) -> Vec<String> {
    if office.places.iter().all(|place| place.population.is_empty()) {
        return Vec::new();
    }
    let without = office.places.iter().filter(|place| place.population.is_empty());
    without
        .map(|place| {
            format!(
                "schedules/population.csv: unit `{}` ({}) of regions.toml has no line: its level, and the order of all regions by level, cannot be shown",
                place.unit, place.titles.ru
            )
        })
        .collect()
}

/// Whether the calendar has this year and the next: the due days of both depend on it.
fn years(office: &Office, today: NaiveDate) -> Vec<String> {
    let known: BTreeSet<i32> = office.calendar.years().map(|year| year.year).collect();
    [today.year(), today.year() + 1]
        .into_iter()
        .filter(|year| !known.contains(year))
        .map(|year| {
            format!("schedules/calendar-kz.toml: year {year} is missing, so days off that move are unknown and due days may be wrong; write that year into it")
        })
        .collect()
}

/// Titles without a translation: a book in that language prints them in Russian.
fn untranslated(office: &Office) -> Vec<String> {
    let act = office.regulation();
    let mut lists: Vec<(String, Vec<&Titles>)> = vec![
        (act_file(office, "forms.toml"), act.forms.iter().map(|term| &term.titles).collect()),
        (act_file(office, "collections.toml"), act.collections.iter().map(|term| &term.titles).collect()),
        (act_file(office, "recipients.toml"), act.recipients.iter().map(|organ| &organ.titles).collect()),
        ("schedules/regions.toml".to_owned(), office.places.iter().map(|place| &place.titles).collect()),
        ("templates/map.toml".to_owned(), office.map.tiles().iter().map(|tile| &tile.short).collect()),
    ];
    for template in office.collections.values() {
        let mut titles = vec![&template.about];
        titles.extend(template.notes.iter());
        titles.extend(template.key_figures.iter().flat_map(|f| std::iter::once(&f.titles).chain(&f.definition)));
        for chapter in &template.chapters {
            titles.extend([&chapter.titles, &chapter.reason]);
            titles.extend(chapter.tables.iter().flat_map(|table| std::iter::once(&table.titles).chain(&table.short)));
        }
        lists.push((template.file.clone(), titles));
    }
    for analysis in office.analyses.values() {
        let said = analysis.indicators.iter().flat_map(|indicator| [&indicator.titles, &indicator.words.many]);
        lists.push((analysis.file.clone(), said.collect()));
    }
    for (id, form) in &office.forms {
        lists.push((format!("templates/forms/{id}.toml"), labels(form)));
    }
    let settings = &office.settings;
    let languages: BTreeSet<Language> = settings.languages.values().copied().chain([settings.language]).collect();
    let mut notes = Vec::new();
    for (file, titles) in lists {
        for language in &languages {
            let without: Vec<&&Titles> = titles.iter().filter(|titles| !titles.has(*language)).collect();
            let Some(first) = without.first() else { continue };
            let count = without.len();
            let titles = if count == 1 { "1 title has".to_owned() } else { format!("{count} titles have") };
            notes.push(format!("{file}: {titles} no `{language}` and print in Russian there, such as `{}`", first.ru));
        }
    }
    notes
}

/// The labels of a form. What sections share is listed once.
fn labels(form: &FormTemplate) -> Vec<&Titles> {
    let mut listed = BTreeSet::new();
    let titles = form.labels().map(|label| label.titles);
    titles
        .filter(|titles| listed.insert((&titles.ru, titles.texts().map(|(language, _)| language).collect::<Vec<_>>())))
        .collect()
}

fn act_file(office: &Office, name: &str) -> String {
    format!("schedules/{}/{name}", office.regulation().id)
}
