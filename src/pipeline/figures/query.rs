//! Looks up figures.
//!
//! In: a question over forms, places and periods. Out: one answer for each figure. Unknown here: collections.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    Catalogue, Context, Failure, figures,
    figures::listing::{Listing, number, text},
    status::{known, requirements},
};
use config::Office;
use domain::{
    Agency, ColumnCode, Dataset, DatasetKey, Edition, Figure, FormId, Number, Origin, Period, RowCode, SectionId, Unit,
    did_you_mean, nearest,
};
use workbook::plain::PlainCell;

/// Which figures are requested; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub form: Option<FormId>,
    pub periods: Vec<Period>,
    pub sections: Vec<SectionId>,
    pub rows: Vec<RowCode>,
    pub columns: Vec<ColumnCode>,
    pub units: Vec<Unit>,
    /// Empty: the figures of all agencies together.
    pub agencies: Vec<Agency>,
}

/// One figure with its place and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    pub form: FormId,
    pub edition: Edition,
    pub section: SectionId,
    pub row: RowCode,
    pub column: ColumnCode,
    pub unit: Unit,
    pub agency: Agency,
    pub period: Period,
    pub origin: Origin,
    /// The number; `null` if the form has no number there.
    pub value: Option<Number>,
    /// `number`, `blank` or `text`.
    pub status: &'static str,
    pub revision: u32,
    /// The labels of row and column, parents first.
    pub label: String,
}

/// The most figures that a workbook of [`answers_as_workbook`] takes. It is made in memory as a whole.
pub const MOST_IN_WORKBOOK: usize = 50_000;
/// How many documents are in memory at a time: a form of the largest kind has some ten thousand figures.
const DOCUMENTS_AT_A_TIME: usize = 4;

/// Answers a question from the datasets in use.
///
/// # Errors
/// As [`query_each`].
pub async fn query(context: &Context, question: &Question) -> Result<Vec<Answer>, Failure> {
    let mut answers = Vec::new();
    query_each(context, question, |answer| {
        answers.push(answer);
        Ok(true)
    })
    .await?;
    Ok(answers)
}

/// Answers a question figure by figure, in the order of forms, periods, units and places. Only a few documents are in
/// memory at a time, whatever is asked. `each` gets a figure, and returns whether the next one is wanted. Returns how many
/// figures were given.
///
/// # Errors
/// When a form, unit or agency is unknown, a form has no such period, no document has a requested section, row or column,
/// the store cannot be read, or `each` fails.
pub async fn query_each(
    context: &Context,
    question: &Question,
    mut each: impl FnMut(Answer) -> Result<bool, Failure>,
) -> Result<usize, Failure> {
    known::units(&context.office, &question.units)?;
    known::agencies(&context.office, &question.agencies)?;
    let catalogue = context.catalogue().await?;
    let keys = wanted(&context.office, context.origin, question, &catalogue)?;
    let mut places = Places::of(question);
    let mut given = 0;
    for batch in batches(&catalogue, &keys) {
        let loaded = figures::load(context, &catalogue, batch)?;
        for (dataset, revision) in loaded.datasets() {
            places.see(dataset);
            for answer in answers(question, dataset, revision) {
                given += 1;
                if !each(answer)? {
                    return Ok(given);
                }
            }
        }
    }
    if !keys.is_empty() {
        places.all_seen()?;
    }
    Ok(given)
}

/// The datasets in use that a question is about, in order.
fn wanted(
    office: &Office,
    origin: Origin,
    question: &Question,
    catalogue: &Catalogue,
) -> Result<Vec<DatasetKey>, Failure> {
    let regulation = office.regulation();
    let mut periods = question.periods.clone();
    if let Some(form) = &question.form {
        known::forms(office, std::slice::from_ref(form))?;
        for period in &mut periods {
            *period = requirements::form(regulation, *period, form)?.period;
        }
    }
    let is_wanted = |key: &&DatasetKey| {
        let agency =
            if question.agencies.is_empty() { key.agency.is_all() } else { question.agencies.contains(&key.agency) };
        agency
            && key.origin == origin
            && question.form.as_ref().is_none_or(|f| *f == key.form)
            && (periods.is_empty() || periods.contains(&key.period))
            && (question.units.is_empty() || question.units.contains(&key.unit))
    };
    let mut keys: Vec<DatasetKey> = catalogue.all().map(|(key, _)| key).filter(is_wanted).cloned().collect();
    keys.sort();
    Ok(keys)
}

/// The keys in pieces of few documents. The datasets of one document follow each other, since a document is of one form and
/// period.
fn batches<'k>(catalogue: &Catalogue, keys: &'k [DatasetKey]) -> Vec<&'k [DatasetKey]> {
    let (mut batches, mut start) = (Vec::new(), 0);
    let mut documents = BTreeSet::new();
    for (at, key) in keys.iter().enumerate() {
        let Some(document) = catalogue.current(key).map(|edition| edition.snapshot) else { continue };
        let is_other = at > start && (keys[at - 1].form != key.form || keys[at - 1].period != key.period);
        if is_other || (documents.len() == DOCUMENTS_AT_A_TIME && !documents.contains(&document)) {
            batches.push(&keys[start..at]);
            start = at;
            documents.clear();
        }
        documents.insert(document);
    }
    if start < keys.len() {
        batches.push(&keys[start..]);
    }
    batches
}

/// The requested sections, rows and columns, and those that the documents have.
struct Places<'q> {
    question: &'q Question,
    sections: BTreeSet<SectionId>,
    rows: BTreeSet<RowCode>,
    columns: BTreeSet<ColumnCode>,
}

impl<'q> Places<'q> {
    fn of(question: &'q Question) -> Self {
        Self { question, sections: BTreeSet::new(), rows: BTreeSet::new(), columns: BTreeSet::new() }
    }

    fn see(&mut self, dataset: &Dataset) {
        let Question { sections, rows, columns, .. } = self.question;
        if sections.is_empty() && rows.is_empty() && columns.is_empty() {
            return;
        }
        for section in &dataset.sections {
            self.sections.insert(section.id.clone());
            if !sections.is_empty() && !sections.contains(&section.id) {
                continue;
            }
            if !rows.is_empty() {
                self.rows.extend(section.rows.iter().map(|row| row.code.clone()));
            }
            if !columns.is_empty() {
                self.columns.extend(section.columns.iter().map(|column| column.code.clone()));
            }
        }
    }

    /// Refuses what no document has.
    fn all_seen(&self) -> Result<(), Failure> {
        seen("section", &self.question.sections, &self.sections)?;
        seen("row", &self.question.rows, &self.rows)?;
        seen("column", &self.question.columns, &self.columns)
    }
}

fn seen<T: Ord + AsRef<str>>(what: &str, asked: &[T], there: &BTreeSet<T>) -> Result<(), Failure> {
    let Some(missing) = asked.iter().find(|one| !there.contains(one)) else { return Ok(()) };
    let written = missing.as_ref();
    // A person writes `r1` or `01` for `R1` and `1`.
    let plain = |text: &str| text.to_lowercase().trim_start_matches('0').to_owned();
    let alike = there.iter().map(AsRef::as_ref).find(|known| plain(known) == plain(written));
    let near = alike.or_else(|| nearest(written, there.iter().map(AsRef::as_ref)));
    let instead = did_you_mean(near);
    Err(Failure::usage(format!("no document that is asked for has a {what} `{written}`{instead}")).coded("unknown-id"))
}

/// Figures as a workbook of one sheet.
///
/// # Errors
/// When there are more figures than a sheet has rows.
pub fn answers_as_workbook(answers: &[Answer]) -> Result<Vec<u8>, Failure> {
    let headings = [
        "form", "period", "unit", "agency", "section", "row", "column", "value", "edition", "revision", "origin",
        "label",
    ];
    let line = |answer: &Answer| {
        vec![
            text(&answer.form),
            text(answer.period),
            text(&answer.unit),
            text(&answer.agency),
            text(&answer.section),
            text(&answer.row),
            text(&answer.column),
            number(answer.value),
            text(&answer.edition),
            PlainCell::Number(f64::from(answer.revision)),
            text(answer.origin),
            text(&answer.label),
        ]
    };
    let title = "Figures of the forms".to_owned();
    Listing { name: "Figures", title, headings: &headings, wide: &[(7, 14.0), (11, 80.0)] }
        .workbook(answers.iter().map(line))
}

/// The figures of a dataset that a question is about.
fn answers<'d>(question: &'d Question, dataset: &'d Dataset, revision: u32) -> impl Iterator<Item = Answer> + use<'d> {
    let sections = dataset.sections.iter().filter(|section| is_in(&section.id, &question.sections));
    sections.flat_map(move |section| {
        let rows = section.rows.iter().enumerate().filter(|(_, row)| is_in(&row.code, &question.rows));
        rows.flat_map(move |(r, row)| {
            let columns = section.columns.iter().enumerate();
            let columns = columns.filter(|(_, column)| is_in(&column.code, &question.columns));
            columns.map(move |(c, column)| {
                let figure = section.at(r, c).unwrap_or(&Figure::Blank);
                let key = &dataset.key;
                Answer {
                    form: key.form.clone(),
                    edition: dataset.edition.clone(),
                    section: section.id.clone(),
                    row: row.code.clone(),
                    column: column.code.clone(),
                    unit: key.unit.clone(),
                    agency: key.agency.clone(),
                    period: key.period,
                    origin: key.origin,
                    value: figure.number(),
                    status: match figure {
                        Figure::Number(_) => "number",
                        Figure::Blank => "blank",
                        Figure::Text(_) => "text",
                    },
                    revision,
                    label: format!("{} · {}", row.label, column.label),
                }
            })
        })
    })
}

fn is_in<T: PartialEq>(one: &T, list: &[T]) -> bool {
    list.is_empty() || list.contains(one)
}
