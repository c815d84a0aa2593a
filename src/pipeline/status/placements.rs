//! The placements of a period: which forms are on the site, which are late, held, or kept back by the office.
//!
//! In: the forms of a period, what was placed, `site.toml`. Out: [`PlacementStanding`]s and their totals. What the office
//! keeps back is never counted as kept. Unknown here: figures. So a placement that checks would hold is found when it is
//! placed; here a form is held whose last check found errors.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::{
    Context, Failure,
    status::{
        forms::{FormStanding, FormState},
        requirements,
    },
};
use domain::{Period, ReleaseRecord, due_of_form, releases};
use ledger::Filter;

/// Placements by state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlacementTotals {
    pub expected: usize,
    pub placed: usize,
    /// Of the placed ones, those that were read back from the site.
    pub seen: usize,
    pub late: usize,
    /// What `site.toml` keeps back.
    pub withheld: usize,
    pub held: usize,
}

/// How far a placement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlacementState {
    Expected,
    Placed,
    Late,
    Held,
    Withheld,
}

/// The placement of a form for a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacementStanding {
    pub form: domain::FormId,
    pub period: Period,
    /// The day that the act sets, and the day that counts.
    pub statutory: NaiveDate,
    pub due: NaiveDate,
    pub state: PlacementState,
    /// When it was placed first, and which revision readers see.
    pub placed: Option<DateTime<Utc>>,
    pub revision: Option<u32>,
    /// Whether the term was kept; `None` if it was not placed and its day has not passed, or the office keeps it back.
    pub kept: Option<bool>,
    pub seen: bool,
    /// Why it is late or held.
    pub why: Option<String>,
}

/// The placements of the forms of a period.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn placements(context: &Context, forms: &[FormStanding]) -> Result<Vec<PlacementStanding>, Failure> {
    let kinds = ["placed", "placement-seen", "placement-approved", "placement-withdrawn"];
    let records = releases(&context.events(&Filter::default().kinds(&kinds)).await?);
    let none = ReleaseRecord::default();
    let mut standings = Vec::new();
    for form in forms {
        let term = requirements::form(context.office.regulation(), form.period, &form.form)?.term;
        let due = due_of_form(context.office.regulation(), &context.office.calendar, term, form.period);
        let record = records.get(&(form.form.clone(), form.period)).unwrap_or(&none);
        standings.push(of_form(context, form, record, (due.statutory, due.due)));
    }
    Ok(standings)
}

fn of_form(
    context: &Context,
    form: &FormStanding,
    record: &ReleaseRecord,
    (statutory, due): (NaiveDate, NaiveDate),
) -> PlacementStanding {
    let is_over = context.today() > due;
    let first = record.revisions.first().map(|first| first.placed);
    let errors = form.findings.as_ref().map_or(0, |findings| findings.error);
    let is_public = context.office.site.public(&form.form).is_some();
    let (state, why) = match (record.newest(), &record.withdrawn) {
        (Some(_), None) => (PlacementState::Placed, None),
        (_, Some((_, reason))) => (PlacementState::Held, Some(format!("it was taken back: {reason}"))),
        (None, None) if !is_public => (PlacementState::Withheld, None),
        (None, None) if form.held > 0 => (PlacementState::Held, Some(format!("{} for a person", waiting(form.held)))),
        (None, None) if errors > 0 && record.approved.is_none() => {
            (PlacementState::Held, Some("the last check found errors".to_owned()))
        }
        (None, None) if is_over && form.state == FormState::Here => {
            (PlacementState::Late, Some("it was not placed".to_owned()))
        }
        (None, None) if is_over && form.lacking.is_part() => {
            (PlacementState::Late, Some(format!("the form came in part: without {}", form.lacking)))
        }
        (None, None) if is_over => (PlacementState::Late, Some("the form has not come".to_owned())),
        (None, None) => (PlacementState::Expected, None),
    };
    let kept = match first {
        Some(placed) => Some(placed.with_timezone(&context.office.zone).date_naive() <= due),
        None if is_over && state != PlacementState::Withheld => Some(false),
        None => None,
    };
    PlacementStanding {
        form: form.form.clone(),
        period: form.period,
        statutory,
        due,
        state,
        placed: first,
        revision: record.newest().map(|newest| newest.revision),
        kept,
        seen: record.seen.is_some(),
        why,
    }
}

fn waiting(held: usize) -> String {
    if held == 1 { "1 document waits".to_owned() } else { format!("{held} documents wait") }
}

/// How many placements are in each state.
#[must_use]
pub fn totals(standings: &[PlacementStanding]) -> PlacementTotals {
    let count = |state: PlacementState| standings.iter().filter(|one| one.state == state).count();
    PlacementTotals {
        expected: standings.len(),
        placed: count(PlacementState::Placed),
        seen: standings.iter().filter(|one| one.state == PlacementState::Placed && one.seen).count(),
        late: count(PlacementState::Late),
        withheld: count(PlacementState::Withheld),
        held: count(PlacementState::Held),
    }
}
