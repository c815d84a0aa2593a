//! The folder for the open-data portal (clauses 9 and 10): a folder for each data set, with `meta.json` and its records.
//!
//! In: releases that are on the site. Out: folders that a person uploads. Only what was placed is written: so every
//! decision about figures is made once, before they are placed. A data set whose columns have no published key is not
//! written, and neither is one with a text in which letters of two alphabets are mixed. Unknown here: the portal.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    figures::PublicFigures,
    place::{placement_events, settings},
    releases::Reading,
    report::HeldPlacement,
};
use crate::{Context, Exit, Failure, context::claimed::ClaimedPieces, status::requirements};
use config::SourceKind;
use domain::{ColumnCode, FormId, FormTemplate, Language, Period, Piece, Right, Titles, latin_shape, releases};
use site::input::{PlacedFigure, PlacedSection};

/// The most bytes of a file that the portal takes (10 MB), with room for the brackets.
const LARGEST: usize = 9_999_000;
/// The languages of the portal, with the endings of its keys.
const LANGUAGES: [(Language, &str); 3] = [(Language::KK, "Kk"), (Language::RU, "Ru"), (Language::EN, "En")];

/// What was written for the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenDataReport {
    pub period: Period,
    pub folder: String,
    pub written: Vec<OpenDataSet>,
    /// Data sets that lack keys, with the columns.
    pub lacking: Vec<LackingKeys>,
    /// Forms that are not on the site with their present figures, or whose texts are doubtful.
    pub refused: Vec<HeldPlacement>,
    pub withheld: Vec<FormId>,
    #[serde(skip)]
    pub exit: Exit,
}

/// A data set that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenDataSet {
    pub dataset: String,
    pub form: FormId,
    pub revision: u32,
    pub folder: String,
    pub files: usize,
    pub records: usize,
}

/// A data set whose columns have no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LackingKeys {
    pub dataset: String,
    pub form: FormId,
    /// Such as `R1/3`.
    pub columns: Vec<String>,
}

/// Writes the data sets of a period. `as_decided`: in the sample office obey `site.toml`.
///
/// # Errors
/// When the person does not have the role, a form is unknown, or the store or the folder fails.
pub async fn open_data(
    context: &Context,
    period: Period,
    forms: &[FormId],
    as_decided: bool,
) -> Result<OpenDataReport, Failure> {
    context.permit(Right::Place).await?;
    context.ended(period)?;
    let claimed = ClaimedPieces::take(context, [Piece::Place]).await?;
    let done = work(context, period, forms, as_decided).await;
    claimed.after(done).await
}

async fn work(
    context: &Context,
    period: Period,
    forms: &[FormId],
    as_decided: bool,
) -> Result<OpenDataReport, Failure> {
    let site = settings(context, as_decided);
    let mut reading = Reading::new(context, &site, context.dataset_events().await?);
    let records = releases(&placement_events(context).await?);
    let folder = context.output.join("open-data");
    let mut report = OpenDataReport {
        period,
        folder: folder.display().to_string(),
        written: Vec::new(),
        lacking: Vec::new(),
        refused: Vec::new(),
        withheld: Vec::new(),
        exit: Exit::Done,
    };
    for needed in requirements::forms(context.office.regulation(), period, forms)? {
        let (form, period) = (&needed.term.id, needed.period);
        if site.public(form).is_none() {
            report.withheld.push(form.clone());
            continue;
        }
        let refuse = |why: String| HeldPlacement { form: form.clone(), period, why };
        let record = records.get(&(form.clone(), period));
        let read = reading.in_use((form, period), record)?;
        let shown = read.and_then(|read| {
            let content = read.figures.content();
            let record = record.filter(|record| record.shows(&content))?;
            Some((record.newest()?.revision, read.figures))
        });
        let Some((revision, figures)) = shown else {
            let place = context.call.command("place").option("--period", period).option("--form", form);
            report
                .refused
                .push(refuse(format!("it is not on the site with its present figures; place it with {place}")));
            continue;
        };
        let Some(template) = context.office.forms.get(form) else { continue };
        let dataset = dataset_of(context, form);
        let columns = without_key(template, &figures);
        if !columns.is_empty() {
            report.lacking.push(LackingKeys { dataset, form: form.clone(), columns });
            continue;
        }
        if let Some(word) = mixed(&figures, &needed.term.titles) {
            report.refused.push(refuse(format!(
                "the Kazakh text `{word}` mixes Latin and Cyrillic letters; correct it in templates/forms"
            )));
            continue;
        }
        let set = DataSet { context, template, figures: &figures, titles: &needed.term.titles, period };
        let (files, count) = set.files(&dataset)?;
        let home = folder.join(&dataset).join(format!("{period}-r{revision}"));
        let list = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        durable::publish_folder(&home, list)
            .map_err(|error| Failure::ours(format!("`{}` could not be written", home.display()), error))?;
        report.written.push(OpenDataSet {
            dataset,
            form: form.clone(),
            revision,
            folder: home.display().to_string(),
            files: files.len(),
            records: count,
        });
    }
    if !report.refused.is_empty() || !report.lacking.is_empty() {
        report.exit = Exit::HeldBack;
    }
    Ok(report)
}

/// The id of a form's data set: its name at the portal, or the form's id where the portal has none.
pub(super) fn dataset_of(context: &Context, form: &FormId) -> String {
    let sources = context.office.sources.iter().chain(&context.office.sample_sources);
    let index = sources.filter(|source| source.form == *form).find_map(|source| match &source.kind {
        SourceKind::Service { index, .. } if !index.is_empty() => Some(index.clone()),
        _ => None,
    });
    index.unwrap_or_else(|| form.to_string())
}

/// The folder of the newest release of a data set for a period.
pub(super) fn folder_of(context: &Context, dataset: &str, period: Period, revision: u32) -> PathBuf {
    context.output.join("open-data").join(dataset).join(format!("{period}-r{revision}"))
}

/// The published key of a column.
fn key<'t>(template: &'t FormTemplate, section: &PlacedSection, concept: &ColumnCode) -> Option<&'t str> {
    let column = template.section(&section.id)?.column(concept)?;
    column.key.as_deref()
}

fn without_key(template: &FormTemplate, figures: &PublicFigures) -> Vec<String> {
    let mut lacking = Vec::new();
    for (section, concepts) in figures.sections.iter().zip(&figures.concepts) {
        for (concept, column) in concepts.columns.iter().zip(&section.columns) {
            if key(template, section, concept).is_none() {
                lacking.push(format!("{}/{}", section.id, column.code));
            }
        }
    }
    lacking
}

/// The first word of the Kazakh texts that has letters of both alphabets.
fn mixed(figures: &PublicFigures, titles: &Titles) -> Option<String> {
    let of_section = |section: &PlacedSection| {
        let columns = section.columns.iter().map(|column| column.titles.clone());
        let rows = section.rows.iter().map(|row| row.titles.clone());
        std::iter::once(section.titles.clone()).chain(columns).chain(rows).collect::<Vec<_>>()
    };
    let mut all = figures.sections.iter().flat_map(of_section).chain([titles.clone()]);
    all.find_map(|titles| titles.own(Language::KK).and_then(mixed_word))
}

/// A word in which a Latin letter has the place of a Cyrillic one: it has Cyrillic letters beside it.
fn mixed_word(text: &str) -> Option<String> {
    let is_cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
    let words = text.split(|c: char| !c.is_alphanumeric());
    let has_shape = |c: char| {
        c.is_ascii_alphabetic()
            && ('А'..='Я')
                .chain(['І', 'Һ'])
                .any(|big| latin_shape(big) == c.to_ascii_uppercase() || big == 'Һ' && c == 'h')
    };
    words.filter(|word| word.chars().any(is_cyrillic)).find(|word| word.chars().any(has_shape)).map(ToOwned::to_owned)
}

struct DataSet<'a> {
    context: &'a Context,
    template: &'a FormTemplate,
    figures: &'a PublicFigures,
    titles: &'a Titles,
    period: Period,
}

/// The name of a file and its bytes.
type NamedFile = (String, Vec<u8>);

impl DataSet<'_> {
    /// The files of the data set, each small enough for the portal, and the number of records.
    fn files(&self, dataset: &str) -> Result<(Vec<NamedFile>, usize), Failure> {
        let mut parts: Vec<(String, Vec<String>)> = Vec::new();
        let mut count = 0;
        for (at, section) in self.figures.sections.iter().enumerate() {
            let name =
                if self.figures.sections.len() == 1 { "data".to_owned() } else { format!("data-{}", section.id) };
            let mut part: (Vec<String>, usize) = (Vec::new(), 0);
            let mut number = 1;
            for record in self.records(at, section) {
                let text = record.to_string();
                count += 1;
                if part.1 + text.len() + 2 > LARGEST {
                    let full = std::mem::take(&mut part);
                    parts.push((format!("{name}-{number}"), full.0));
                    number += 1;
                }
                part.1 += text.len() + 2;
                part.0.push(text);
            }
            let name = if number == 1 { name } else { format!("{name}-{number}") };
            parts.push((name, part.0));
        }
        let mut files = Vec::new();
        for (name, records) in parts {
            files.push((format!("{name}.json"), format!("[\n{}\n]\n", records.join(",\n")).into_bytes()));
        }
        let mut meta = serde_json::to_vec_pretty(&self.meta(dataset))
            .map_err(|error| Failure::ours("the description of a data set has no JSON", error))?;
        meta.push(b'\n');
        files.push(("meta.json".to_owned(), meta));
        Ok((files, count))
    }

    /// One flat record for each unit and row.
    fn records<'s>(&'s self, at: usize, section: &'s PlacedSection) -> impl Iterator<Item = Value> + 's {
        let keys: Vec<&str> =
            self.figures.concepts[at].columns.iter().filter_map(|code| key(self.template, section, code)).collect();
        let units: BTreeMap<_, _> =
            self.context.office.places.iter().map(|place| (&place.unit, &place.titles)).collect();
        let date = self.period.last_day().to_string();
        section.figures.iter().flat_map(move |(unit, figures)| {
            let (keys, date, titles) = (keys.clone(), date.clone(), units.get(unit).copied());
            section.rows.iter().zip(figures.chunks(section.columns.len().max(1))).map(move |(row, figures)| {
                let mut record = Map::new();
                record.insert("date".into(), json!(date));
                record.insert("region".into(), json!(unit.as_str()));
                record.insert("row".into(), json!(row.code.as_str()));
                for (language, ending) in LANGUAGES {
                    let region = titles.map_or("", |titles| titles.of(language));
                    record.insert(format!("region{ending}"), json!(region));
                    record.insert(format!("row{ending}"), json!(row.titles.of(language)));
                }
                for (key, figure) in keys.iter().zip(figures) {
                    let value = match figure {
                        PlacedFigure::Number(number) => json!(number),
                        _ => Value::Null,
                    };
                    record.insert((*key).to_owned(), value);
                }
                Value::Object(record)
            })
        })
    }

    fn meta(&self, dataset: &str) -> Value {
        let office = &self.context.office.settings.office;
        let mut meta = Map::new();
        meta.insert("index".into(), json!(dataset));
        meta.insert("version".into(), json!(self.period.to_string()));
        meta.insert("origin".into(), json!(self.context.origin.to_string()));
        for (language, ending) in LANGUAGES {
            let title = self.titles.of(language);
            meta.insert(format!("name{ending}"), json!(title));
            meta.insert(format!("description{ending}"), json!(format!("{title}. {}", self.period)));
            meta.insert(format!("responsible{ending}"), json!(office.name.of(language)));
            let first = self.figures.sections.iter().map(|section| section.titles.of(language));
            meta.insert(format!("keywords{ending}"), json!(first.collect::<Vec<_>>()));
        }
        meta.insert("contact".into(), json!(office.contact));
        let mut fields = Map::new();
        let text = |titles: &Titles, kind: &str| {
            let mut field = Map::from_iter([("type".to_owned(), json!(kind))]);
            for (language, ending) in LANGUAGES {
                field.insert(format!("label{ending}"), json!(titles.of(language)));
            }
            Value::Object(field)
        };
        for (section, concepts) in self.figures.sections.iter().zip(&self.figures.concepts) {
            for (concept, column) in concepts.columns.iter().zip(&section.columns) {
                if let Some(key) = key(self.template, section, concept) {
                    let kind = if column.measure.is_counted() { "Integer" } else { "Double" };
                    fields.insert(key.to_owned(), text(&column.titles, kind));
                }
            }
        }
        meta.insert("fields".into(), Value::Object(fields));
        Value::Object(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_letter_of_the_other_alphabet_is_found() {
        // The first letter of the last word is Latin.
        assert_eq!(mixed_word("Есептік кезеңнің cоңы"), Some("cоңы".to_owned()));
        assert_eq!(mixed_word("Есептік кезеңнің соңы"), None);
        assert_eq!(mixed_word("SMS-хабарлама 1-M"), None);
    }
}
