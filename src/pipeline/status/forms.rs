//! The status of a period's forms: due, come, in which revision, with which findings.
//!
//! In: a quarter and its journal. Out: [`FormStanding`]. Unknown here: figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;

use crate::{Context, Failure, status::requirements};
use domain::{DatasetKey, Duty, Fact, FormId, Lacking, Obligation, Period, Subject, Tally, due_of_form};
use ledger::Filter;
use schedule::{Agenda, State};

/// How far a form has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormState {
    Here,
    /// Some of its documents are here.
    Partly,
    /// Its period has ended, and its deadline has not come.
    Expected,
    Late,
    /// Its period has not ended.
    Future,
}

/// One form of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormStanding {
    pub form: FormId,
    pub period: Period,
    pub due: NaiveDate,
    pub deadline: DateTime<Utc>,
    pub state: FormState,
    /// When all its documents were here.
    pub came: Option<DateTime<Utc>>,
    /// Documents in use, and documents that wait for a person.
    pub documents: usize,
    pub held: usize,
    /// How many documents are expected of it, and which of them are not in use.
    pub expected: usize,
    pub lacking: Lacking,
    pub revision: Option<u32>,
    /// Why it is late, or came late.
    pub late: Option<String>,
    /// The last answer to a request of the schedule.
    pub answer: Option<String>,
    /// The findings of the last check; `None` before the first.
    pub findings: Option<Tally>,
}

/// The forms of a quarter, or of a month between quarters.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn forms(context: &Context, quarter: Period) -> Result<Vec<FormStanding>, Failure> {
    let (office, regulation) = (&context.office, context.office.regulation());
    let needed = requirements::forms(regulation, quarter, &[])?;
    let mut periods: Vec<Period> = needed.iter().map(|n| n.period).collect();
    periods.extend(requirements::collections(regulation, quarter).iter().map(|c| c.period));
    periods.push(quarter);
    periods.sort();
    periods.dedup();
    let kinds = [&State::OF_DOCUMENTS[..], &["tried", "met", "overdue", "checked"]].concat();
    let events = context.events(&Filter::of_periods(periods).kinds(&kinds)).await?;
    let mut state = State::default();
    state.follow(&events);
    let checked: Option<&BTreeMap<FormId, Tally>> = events.iter().rev().find_map(|e| match &e.fact {
        Fact::Checked { period, forms, .. } if *period == quarter => Some(forms),
        _ => None,
    });
    let first = quarter.day_after();
    let agenda = Agenda::of_terms(office, first, first.checked_add_days(Days::new(40)).unwrap_or(first));
    let catalogue = context.catalogue().await?;
    let mut standings = Vec::new();
    for needed in needed {
        let due = due_of_form(regulation, &office.calendar, needed.term, needed.period);
        let owed = Obligation::new(due, &office.settings.hours, office.zone);
        let mut standing = of_form(context, &state, &agenda, &owed, &needed.term.id);
        // A document that lost to its rival waits no more; only the catalogue knows rivals.
        let waits = |key: &DatasetKey| key.form == standing.form && key.period == standing.period;
        standing.held = catalogue.held().filter(|(key, _)| waits(key)).count();
        standing.findings = checked.map(|forms| forms.get(&standing.form).copied().unwrap_or_default());
        standings.push(standing);
    }
    Ok(standings)
}

fn of_form(context: &Context, state: &State, agenda: &Agenda, owed: &Obligation, form: &FormId) -> FormStanding {
    let (period, now) = (owed.duty.period, context.now());
    let came = state.came(agenda, form, period);
    let (documents, held) = state.documents(form, period);
    let lacking = state.lacking(agenda, form, period);
    let duty = Duty { subject: Subject::Form(form.clone()), period };
    let met = state.met.get(&duty).and_then(|met| met.late.clone());
    let word = match came {
        Some(_) => FormState::Here,
        None if !period.has_ended(context.today()) => FormState::Future,
        None if now > owed.deadline => FormState::Late,
        None if documents > 0 => FormState::Partly,
        None => FormState::Expected,
    };
    FormStanding {
        form: form.clone(),
        period,
        due: owed.due.due,
        deadline: owed.deadline,
        state: word,
        came,
        documents,
        held,
        expected: lacking.expected,
        lacking,
        revision: state.revision(form, period),
        late: met.or_else(|| state.overdue.get(&duty).cloned()),
        answer: state.tries(&duty).map(|t| t.answer.clone()),
        findings: None,
    }
}
