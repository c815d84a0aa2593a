//! What was answered to requests for forms, and when, so that a delay can be attributed.
//!
//! In: the journal. Out: [`AnswerLine`]. Unknown here: what the documents contain.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{Context, Failure, status::requirements};
use domain::{Event, Fact, FormId, Period, Subject};
use ledger::Filter;

/// One line: the answers of one kind that were recorded at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerLine {
    pub at: DateTime<Utc>,
    pub form: FormId,
    pub period: Period,
    /// `came`, `failed`, `refused`, `held`, `asked`, `late`, `done`.
    pub what: &'static str,
    /// How many documents it is about.
    pub documents: usize,
    /// The words of the first answer.
    pub words: String,
}

/// The answers to requests for forms of a period, oldest first. Without `asked`, every form is included.
///
/// # Errors
/// When a form is unknown, or the ledger cannot be read.
pub async fn answers(context: &Context, period: Period, asked: &[FormId]) -> Result<Vec<AnswerLine>, Failure> {
    let needed = requirements::forms(context.office.regulation(), period, asked)?;
    let kinds = ["fetched", "fetch-failed", "refused", "dataset-read", "tried", "overdue", "met"];
    let filter = Filter::of_periods(needed.iter().map(|n| n.period)).kinds(&kinds);
    let mut lines: Vec<AnswerLine> = Vec::new();
    let mut places: BTreeMap<(DateTime<Utc>, FormId, &'static str), usize> = BTreeMap::new();
    for event in context.events(&filter).await? {
        let Some(line) = line(&event).filter(|l| needed.iter().any(|n| n.term.id == l.form && n.period == l.period))
        else {
            continue;
        };
        let place = *places.entry((line.at, line.form.clone(), line.what)).or_insert(lines.len());
        match lines.get_mut(place) {
            Some(known) => known.documents += line.documents,
            None => lines.push(line),
        }
    }
    Ok(lines)
}

fn line(event: &Event) -> Option<AnswerLine> {
    let at = event.at;
    let line = |form: &FormId, period: Period, what, words: String| {
        let documents = usize::from(!matches!(what, "asked" | "late" | "done"));
        Some(AnswerLine { at, form: form.clone(), period, what, documents, words })
    };
    match &event.fact {
        Fact::Fetched { form, period, url, bytes, .. } => line(form, *period, "came", format!("{url} ({bytes} bytes)")),
        Fact::FetchFailed { form, period, why, .. } => line(form, *period, "failed", why.clone()),
        Fact::Refused { form, period: Some(period), why, .. } => line(form, *period, "refused", why.clone()),
        Fact::DatasetRead { key, held: Some(why), .. } => line(&key.form, key.period, "held", why.clone()),
        Fact::Tried { duty, answer } => line(form_of(&duty.subject)?, duty.period, "asked", answer.clone()),
        Fact::Overdue { duty, cause } => line(form_of(&duty.subject)?, duty.period, "late", cause.clone()),
        Fact::Met { duty, late } => {
            line(form_of(&duty.subject)?, duty.period, "done", late.clone().unwrap_or_else(|| "in time".into()))
        }
        _ => None,
    }
}

const fn form_of(subject: &Subject) -> Option<&FormId> {
    match subject {
        Subject::Form(form) => Some(form),
        Subject::Collection(_) => None,
    }
}
