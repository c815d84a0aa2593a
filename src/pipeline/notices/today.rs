//! The morning: the office as it is now, without a period.
//!
//! In: a context and its whole journal. Out: [`Morning`]: whether the scheduler runs, what is due next, how far the open
//! periods are, and everything that is wrong. Unknown here: how it is printed.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::{access, documents, forms::held, of_period, office};
use crate::{
    Catalogue, Context, Failure, SchedulerState,
    requests::due_requests,
    status::{
        forms::FormState,
        notice::{self, NoticeKind, StatusNotice},
        report::StatusReport,
        requirements,
    },
};
use config::SchedulerUse;
use domain::{Duty, Event, Fact, Obligation, Origin, Period, Subject, in_force};
use ledger::Filter;
use schedule::{Agenda, State, first_issue};

/// How long the agenda looks back and ahead. The schedule pursues an obligation for 93 days.
const BACK: Days = Days::new(140);
const AHEAD: Days = Days::new(100);
/// How many due days are listed.
const LISTED: usize = 2;

/// The office as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Morning {
    pub at: DateTime<Utc>,
    /// The zone in which people of this office read times.
    pub zone: String,
    pub origin: Origin,
    /// The act that applies, and whether it is in force.
    pub heading: String,
    pub scheduler: SchedulerState,
    /// What is due next, the first deadline first.
    pub next: Vec<NextDue>,
    /// The periods that are not finished.
    pub periods: Vec<PeriodProgress>,
    /// What a person has to know, the gravest first.
    pub notices: Vec<StatusNotice>,
}

/// What is due at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextDue {
    pub deadline: DateTime<Utc>,
    /// The day by the act and the calendar.
    pub due: NaiveDate,
    /// `form` or `collection`.
    pub kind: &'static str,
    pub duties: Vec<Duty>,
}

/// How far a period is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodProgress {
    pub period: Period,
    pub forms: usize,
    pub forms_here: usize,
    pub parcels: usize,
    pub parcels_handed: usize,
}

/// The office as it is now; changes nothing.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn morning(context: &Context) -> Result<Morning, Failure> {
    let events = context.events(&Filter::default()).await?;
    let catalogue = Catalogue::derive(&events);
    let mut state = State::default();
    state.follow(&events);
    let today = context.today();
    let from = today.checked_sub_days(BACK).unwrap_or(today);
    let agenda = Agenda::of_terms(&context.office, from, today.checked_add_days(AHEAD).unwrap_or(today));
    let mut notices = office::ledger(context).await?;
    let scheduler = SchedulerState::of(context, &events).await?;
    notices.extend(office::of_office(context, scheduler, &state));
    notices.extend(access::of_people(context).await?);
    let mut periods = Vec::new();
    let mut heading = None;
    for period in open_periods(context, &events, &state, &agenda) {
        let report = of_period(context, period, &catalogue).await?;
        periods.extend(progress(&report));
        // Held documents are listed once for all periods.
        notices.extend(report.notices.into_iter().filter(|notice| notice.kind != NoticeKind::Held));
        heading = Some(report.heading);
    }
    notices.extend(held(context, &catalogue, |_| true));
    notices.extend(documents::missing(context, &catalogue));
    notices.extend(due_requests(context, &events));
    notice::sort(&mut notices);
    notices.dedup();
    Ok(Morning {
        at: context.now(),
        zone: context.office.zone.to_string(),
        origin: context.origin,
        heading: heading.unwrap_or_else(|| crate::status::report::heading(&context.office, context.today())),
        scheduler,
        next: next(context, &state, &agenda),
        periods,
        notices,
    })
}

/// The periods that are looked at: those of which something was built or numbered and that are not closed, and those of
/// which something is overdue that the schedule owes, or an office without a scheduler since its first act.
fn open_periods(context: &Context, events: &[Event], state: &State, agenda: &Agenda) -> BTreeSet<Period> {
    let now = context.now();
    let of = |period: Period| requirements::quarter(period).unwrap_or(period);
    let mut open: BTreeSet<Period> = BTreeSet::new();
    let mut closed = BTreeSet::new();
    for event in in_force(events) {
        match &event.fact {
            Fact::Built { issue, .. } => drop(open.insert(of(issue.period))),
            Fact::Queued { parcel, .. } => drop(open.insert(of(parcel.issue.period))),
            Fact::Closed { period, .. } => drop(closed.insert(of(*period))),
            // A closed period is looked at again after anything happened to it.
            Fact::Outcome { parcel, .. } | Fact::Resend { parcel, .. } => drop(closed.remove(&of(parcel.issue.period))),
            Fact::Corrected { key, .. } | Fact::Accepted { key, .. } => drop(closed.remove(&of(key.period))),
            _ => {}
        }
    }
    open.retain(|period| !closed.contains(period));
    open.extend(state.overdue.keys().filter(|duty| !state.met.contains_key(*duty)).map(|duty| of(duty.period)));
    if let Some(since) = state.since {
        open.extend(begun(agenda, state, (since, now)).map(|owed| of(owed.duty.period)));
    }
    // No schedule records what people did, so what they finished is looked up.
    let first = events.first().filter(|_| context.office.settings.scheduler == SchedulerUse::None);
    if let Some(first) = first {
        let since = first.at.with_timezone(&context.office.zone).date_naive();
        let left = begun(agenda, state, (since, now)).filter(|owed| !is_done(context, state, agenda, &owed.duty));
        open.extend(left.map(|owed| of(owed.duty.period)).filter(|period| !closed.contains(period)));
    }
    open
}

/// What fell due on or after a day, has begun, and is not recorded as done.
fn begun<'a>(
    agenda: &'a Agenda,
    state: &'a State,
    (since, now): (NaiveDate, DateTime<Utc>),
) -> impl Iterator<Item = &'a Obligation> {
    let counts = move |owed: &&Obligation| agenda.counts(owed, since) && owed.opens <= now;
    agenda.owed.iter().filter(counts).filter(|owed| !state.met.contains_key(&owed.duty))
}

/// Whether a form has come as a whole, or every parcel of a collection was handed over.
fn is_done(context: &Context, state: &State, agenda: &Agenda, duty: &Duty) -> bool {
    match &duty.subject {
        Subject::Form(form) => state.came(agenda, form, duty.period).is_some(),
        Subject::Collection(_) => first_issue(duty).is_some_and(|issue| {
            let Some(handing) = state.handing(&issue) else { return false };
            handing.handed() > 0 && handing.handed() >= agenda.parcels(&issue, &handing.records, context.today())
        }),
    }
}

fn progress(report: &StatusReport) -> Option<PeriodProgress> {
    let progress = PeriodProgress {
        period: report.status.period,
        forms: report.forms.len(),
        forms_here: report.forms.iter().filter(|form| form.state == FormState::Here).count(),
        parcels: report.status.totals.parcels.expected,
        parcels_handed: report.status.totals.parcels.handed,
    };
    let is_done = progress.forms == progress.forms_here && progress.parcels == progress.parcels_handed;
    (!is_done).then_some(progress)
}

/// What is due next and not done, by deadline.
fn next(context: &Context, state: &State, agenda: &Agenda) -> Vec<NextDue> {
    let now = context.now();
    let until = now + TimeDelta::days(100);
    let open = agenda.owed_between(now, until).iter().filter(|owed| !is_done(context, state, agenda, &owed.duty));
    let mut next: Vec<NextDue> = Vec::new();
    for owed in open {
        let kind = owed.due.kind();
        let listed = next.len();
        match next.last_mut().filter(|last| last.deadline == owed.deadline && last.kind == kind) {
            Some(last) => last.duties.push(owed.duty.clone()),
            None if listed == LISTED => break,
            None => {
                let (deadline, due, duties) = (owed.deadline, owed.due.due, vec![owed.duty.clone()]);
                next.push(NextDue { deadline, due, kind, duties });
            }
        }
    }
    next
}
