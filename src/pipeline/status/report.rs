//! The status of a period, with what a person has to know beside the numbers.
//!
//! In: a quarter and its journal. Out: [`StatusReport`]. Unknown here: how an edge prints it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Context, Failure,
    context::run_lock,
    status::{
        approval::held_back,
        comparisons::{self, AbsentComparison},
        entitlements::{Registered, entitlements},
        forms::{self, FormStanding},
        gate::{self, Gate, Waits},
        ready::{self, Condition, Unready, gate_of, unready},
        refused, requirements, witnesses,
    },
};
use clock::Clock;
use domain::{
    Absence, CollectionStatus, Entitlement, Event, Fact, Issue, Origin, Owed, ParcelId, ParcelRecord, ParcelState,
    Period, PeriodStatus, Regulation, in_force, interrupted, issues, overtaken_by, parcels,
};
use ledger::Filter;

/// A period's status with notices for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusReport {
    #[serde(flatten)]
    pub status: PeriodStatus,
    pub origin: Origin,
    /// The act that applies, and whether it is in force.
    pub heading: String,
    /// When the period was closed: every copy of the matrix was handed over.
    pub closed: Option<DateTime<Utc>>,
    /// What a person should know: cells of the matrix that are not legible, what to do next.
    pub notices: Vec<String>,
    /// The collections that may not be handed over now, and why; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<Waits>,
    /// The forms of the period; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<FormStanding>,
    /// The missing earlier periods that the collections compare with; `standing` leaves it empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<AbsentComparison>,
}

/// The status of a period; changes nothing.
///
/// # Errors
/// When the period does not end with a quarter, or the ledger cannot be read.
pub async fn status(context: &Context, period: Period) -> Result<StatusReport, Failure> {
    let mut standing = under_claim(context, period).await?;
    if let Some(told) = witnesses::compared(context).await?.told() {
        let how = context.call.command("reconcile");
        standing.notices.insert(0, format!("{told}; nothing is sent until you run {how}"));
    }
    Ok(standing)
}

/// As [`status`], for a caller that claimed the office to hand parcels over: the witnesses were compared then.
///
/// # Errors
/// As [`status`].
pub async fn under_claim(context: &Context, period: Period) -> Result<StatusReport, Failure> {
    let quarter = requirements::quarter(period)?;
    let mut events = events_of(context, quarter).await?;
    end_interrupted(context, &mut events).await?;
    let mut standing = standing(context, quarter, &events);
    standing.waits = gate::waiting(context, quarter).await?;
    standing.notices.extend(gate::told(&standing.waits, context.office.zone, context.now()));
    standing.notices.extend(advice(context, &standing, &events));
    let (forms, notices) = forms::forms(context, quarter).await?;
    standing.forms = forms;
    standing.notices.extend(notices);
    let due = requirements::collections(context.office.regulation(), quarter);
    standing.comparisons = comparisons::absent(context, &context.catalogue().await?, &due);
    standing.notices.extend(without_comparison(&standing.comparisons));
    Ok(standing)
}

/// Comparisons that may still come; the forms of one reason together.
fn without_comparison(absent: &[AbsentComparison]) -> Vec<String> {
    let mut reasons: BTreeMap<Absence, Vec<String>> = BTreeMap::new();
    for one in absent.iter().filter(|a| a.absence.may_come()) {
        reasons.entry(one.absence).or_default().push(format!("`{}` for `{}`", one.form, one.period));
    }
    let said = reasons.into_iter().rev().map(|(absence, forms)| {
        let named = forms.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = forms.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("for comparison: form {named}{more} {}", absence.said())
    });
    said.collect()
}

/// How many forms of one reason are listed.
const NAMED: usize = 3;

/// Marks attempts whose program died as interrupted, if no run is at work. Only `events` change; the next run records
/// it.
async fn end_interrupted(context: &Context, events: &mut Vec<Event>) -> Result<(), Failure> {
    let facts = interrupted(events);
    // Claims use the real time, even when a person looks as of another day.
    if facts.is_empty() || run_lock::is_at_work(context, Clock::System.now()).await? {
        return Ok(());
    }
    for fact in facts {
        let seq = events.last().map_or(1, |e| e.seq + 1);
        events.push(Event { seq, at: context.now(), run: context.run.clone(), actor: context.actor.clone(), fact });
    }
    Ok(())
}

/// The facts about a quarter's run: those of the periods of its collections.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn events_of(context: &Context, quarter: Period) -> Result<Vec<Event>, Failure> {
    let mut periods = vec![quarter];
    periods.extend(requirements::collections(context.office.regulation(), quarter).iter().map(|c| c.period));
    periods.dedup();
    context.events(&Filter::of_periods(periods)).await
}

/// The status of a quarter from its facts.
#[must_use]
pub fn standing(context: &Context, quarter: Period, events: &[Event]) -> StatusReport {
    let regulation = context.office.regulation();
    let records = parcels(events);
    let (owed, mut notices) = owed(context, quarter, &records);
    let status = PeriodStatus::derive(quarter, &owed, events, &context.run);
    notices.extend(illegible(regulation, quarter));
    notices.extend(records.values().filter_map(|record| refused::left(context, record)));
    if let Some(warning) = context.origin.warning() {
        notices.insert(0, warning.into());
    }
    let closed = in_force(events).rev().find_map(|event| match &event.fact {
        Fact::Closed { period, .. } if *period == quarter => Some(event.at),
        _ => None,
    });
    StatusReport {
        status,
        origin: context.origin,
        heading: heading(context),
        closed,
        notices,
        waits: Vec::new(),
        forms: Vec::new(),
        comparisons: Vec::new(),
    }
}

/// What the matrix says about a quarter's collections: the entitled organs and the copies. Also notices about organs
/// that no longer receive anything.
fn owed(context: &Context, quarter: Period, records: &BTreeMap<ParcelId, ParcelRecord>) -> (Vec<Owed>, Vec<String>) {
    let (mut owed, mut notices) = (Vec::new(), Vec::new());
    for due in requirements::collections(context.office.regulation(), quarter) {
        let issue = Issue::first(due.term.id.clone(), due.period);
        let shares = entitlements(&context.office, &due.term.id, &Registered::of(&issue, records), context.today());
        notices.extend(shares.notices);
        owed.push(Owed {
            collection: issue.collection,
            period: issue.period,
            parcels: shares.shares.len(),
            copies: shares.shares.iter().map(|s| s.copies as usize).sum(),
        });
    }
    (owed, notices)
}

/// The cells of the matrix that are cut off in the source, for a quarter's collections.
fn illegible(regulation: &Regulation, quarter: Period) -> Vec<String> {
    let mut notices = Vec::new();
    for due in requirements::collections(regulation, quarter) {
        let organs: Vec<&str> = regulation
            .matrix
            .of_collection(&due.term.id)
            .filter(|(_, e)| *e == Entitlement::Illegible)
            .map(|(organ, _)| organ.as_str())
            .collect();
        if !organs.is_empty() {
            notices.push(format!(
                "matrix: for `{}` the number of copies is not legible in the act for {}; no copy is made",
                due.term.id,
                organs.join(", ")
            ));
        }
    }
    notices
}

/// What a person can do now. Advice that would be refused, or that would only wait, is left out.
fn advice(context: &Context, standing: &StatusReport, events: &[Event]) -> Vec<String> {
    let (status, quarter) = (&standing.status, standing.status.period);
    let mut lines = Vec::new();
    let command = |name: &str| context.call.command(name).option("--period", quarter);
    if status.collections.iter().any(|c| c.draft) {
        lines.push(format!("a DRAFT is held back by error findings: see {}", command("check")));
    }
    let records = parcels(events);
    let uncertain: Vec<&ParcelRecord> = records.values().filter(|r| r.state == ParcelState::Uncertain).collect();
    if let Some(first) = uncertain.first() {
        let how = context.call.command("settle").option("--parcel", &first.parcel).flag("--handed").asked("--evidence");
        lines.push(format!(
            "{} to settle: read the organ's mailbox or the server's log, then {how}, or --not-handed",
            domain::counted(uncertain.len(), "uncertain parcel")
        ));
    }
    let is_first = |r: &&ParcelRecord| r.again.is_none() && overtaken_by(&r.parcel.issue, &records).is_none();
    for record in records.values().filter(is_first) {
        lines.extend(refused::refused(context, record).map(|why| format!("parcel `{}` is {why}", record.parcel)));
    }
    let built = issues(events);
    let why_not = |issue: &Issue| {
        let condition = built.get(issue).map(Condition::from).unwrap_or_default();
        unready(condition, gate_of(&standing.waits, issue), false)
    };
    let mut issues: Vec<&Issue> =
        records.values().filter(|r| refused::is_ready(context, r)).map(|r| &r.parcel.issue).collect();
    issues.dedup();
    issues.retain(|issue| overtaken_by(issue, &records).is_none());
    for issue in issues.iter().filter(|issue| why_not(issue) == Some(Unready::WithoutFigures)) {
        lines.push(format!("`{issue}` {}", ready::without_figures(context, issue, true)));
    }
    issues.retain(|issue| why_not(issue).is_none());
    for issue in &issues {
        if let Some(why) = held_back(context, issue, events, &records) {
            lines.push(format!("`{issue}` {why}"));
        }
    }
    if issues.iter().any(|issue| held_back(context, issue, events, &records).is_none()) {
        lines.push(format!("parcels wait: hand them over with {}", command("send")));
    }
    for later in status.revisions.iter().filter(|later| later.candidate) {
        let issue = Issue::first(later.id.clone(), later.period).in_revision(later.revision);
        if why_not(&issue) == Some(Unready::WithoutFigures) {
            lines.push(format!("`{issue}` {}", ready::without_figures(context, &issue, false)));
            continue;
        }
        let how = context.call.command("send").option("--period", later.period).option("--collection", &later.id);
        lines.push(format!(
            "revision {} of `{}` is a candidate: hand it over with {}",
            later.revision,
            later.id,
            how.option("--revision", later.revision)
        ));
    }
    // A collection that waits for its hour is built by the run of that hour.
    let first = |c: &CollectionStatus| Issue::first(c.id.clone(), c.period);
    let is_open = |c: &&CollectionStatus| gate_of(&standing.waits, &first(c)) == Gate::Open;
    let unnumbered = || status.collections.iter().filter(is_open).filter(|c| !is_numbered(c, &records));
    if status.collections.iter().filter(is_open).any(|c| c.content_id.is_none()) {
        lines.push(format!("not everything is built: {}", command("run")));
    } else if unnumbered().any(|c| why_not(&first(c)).is_none()) {
        lines.push(format!("what is built is not numbered yet: {}", command("run")));
    }
    for one in unnumbered().filter(|c| why_not(&first(c)) == Some(Unready::WithoutFigures)) {
        lines.push(format!("collection `{}` {}", one.id, ready::without_figures(context, &first(one), false)));
    }
    if standing.waits.iter().any(|w| w.gate == Gate::Empty) {
        lines.push(format!("forms are missing: fetch them with {}, or bring them with --from-file", command("pull")));
    }
    lines
}

fn is_numbered(collection: &CollectionStatus, records: &BTreeMap<ParcelId, ParcelRecord>) -> bool {
    let first = Issue::first(collection.id.clone(), collection.period);
    collection.parcels.expected == 0 || records.keys().any(|parcel| parcel.issue == first)
}

fn heading(context: &Context) -> String {
    let regulation = context.office.regulation();
    let act = regulation.act.of(domain::Language::En);
    if regulation.is_in_force(context.today()) {
        act.to_owned()
    } else {
        format!("{act}, not in force on {}; applied by office setting", context.today())
    }
}
