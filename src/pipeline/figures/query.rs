//! Looks up figures.
//!
//! In: a question over forms, places and periods. Out: one answer for each figure. Unknown here: collections.

use serde::Serialize;

use crate::{
    Context, Failure, figures,
    figures::listing::{listing, number, text},
    status::requirements,
};
use domain::{
    Agency, ColumnCode, Dataset, DatasetKey, Edition, Figure, FormId, Number, Origin, Period, RowCode, SectionId, Unit,
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

/// Answers a question from the datasets in use.
///
/// # Errors
/// When a form is unknown or has no such period, or the store cannot be read.
pub async fn query(context: &Context, question: &Question) -> Result<Vec<Answer>, Failure> {
    let regulation = context.office.regulation();
    let mut periods = question.periods.clone();
    if let Some(form) = &question.form {
        for period in &mut periods {
            *period = requirements::form(regulation, *period, form)?.period;
        }
    }
    let catalogue = context.catalogue().await?;
    let wanted: Vec<DatasetKey> = catalogue
        .all()
        .map(|(key, _)| key)
        .filter(|key| {
            let agency = if question.agencies.is_empty() {
                key.agency.is_all()
            } else {
                question.agencies.contains(&key.agency)
            };
            agency
                && key.origin == context.origin
                && question.form.as_ref().is_none_or(|f| *f == key.form)
                && (periods.is_empty() || periods.contains(&key.period))
                && (question.units.is_empty() || question.units.contains(&key.unit))
        })
        .cloned()
        .collect();
    let loaded = figures::load(context, &catalogue, &wanted)?;
    let mut answers = Vec::new();
    for (dataset, revision) in loaded.datasets() {
        collect(question, dataset, revision, &mut answers);
    }
    Ok(answers)
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
    listing("Figures", &headings, answers.iter().map(line), &[(7, 14.0), (11, 80.0)])
}

fn collect(question: &Question, dataset: &Dataset, revision: u32, answers: &mut Vec<Answer>) {
    let listed = |empty: bool, found: bool| empty || found;
    for section in
        dataset.sections.iter().filter(|s| listed(question.sections.is_empty(), question.sections.contains(&s.id)))
    {
        for (r, row) in section.rows.iter().enumerate() {
            if !listed(question.rows.is_empty(), question.rows.contains(&row.code)) {
                continue;
            }
            for (c, column) in section.columns.iter().enumerate() {
                if !listed(question.columns.is_empty(), question.columns.contains(&column.code)) {
                    continue;
                }
                let figure = section.at(r, c).unwrap_or(&Figure::Blank);
                let key = &dataset.key;
                answers.push(Answer {
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
                });
            }
        }
    }
}
