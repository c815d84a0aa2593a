//! What a person has to know: every notice about a period or about the office is computed here, and nowhere else.
//!
//! In: a context and its journal. Out: a [`StatusReport`] of one period, or the [`Morning`] of the office, both with
//! their [`StatusNotice`]s. `run`, `status`, the alerts and the metrics of the daemon show these. Nothing is recorded.
//! Unknown here: how an edge prints a notice.

mod access;
mod bring;
mod documents;
mod forms;
mod issues;
mod office;
mod parcels;
mod placements;
mod today;

pub use office::SchedulerState;
pub use today::{Morning, NextDue, PeriodProgress, morning};

use std::collections::BTreeMap;

use crate::{
    Catalogue, Context, Failure,
    status::{
        comparisons::{self, AbsentComparison},
        forms::forms,
        gate::{self, Waits},
        notice::{self, NoticeKind, NoticeSubject, StatusNotice, named},
        placements as placing,
        ready::{Condition, Unready, gate_of, unready},
        report::{self, StatusReport},
        requirements,
    },
};
use domain::{
    Absence, Event, Issue, IssueRecord, Language, ParcelId, ParcelRecord, Period, Periodicity, issues, parcels,
};

/// What the notices about one period are computed from.
struct Look<'a> {
    context: &'a Context,
    /// A quarter, or a month between quarters.
    period: Period,
    catalogue: &'a Catalogue,
    events: &'a [Event],
    records: &'a BTreeMap<ParcelId, ParcelRecord>,
    issues: &'a BTreeMap<Issue, IssueRecord>,
    waits: &'a [Waits],
}

impl Look<'_> {
    /// Why a machine does not send an issue now; `None` if it does.
    fn why_not(&self, issue: &Issue) -> Option<Unready> {
        let condition = self.issues.get(issue).map(Condition::from).unwrap_or_default();
        unready(condition, gate_of(self.waits, issue), false)
    }
}

/// The status of a period, with its notices; changes nothing. A month between quarters has forms only.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn period_status(context: &Context, period: Period) -> Result<StatusReport, Failure> {
    let catalogue = context.catalogue().await?;
    let mut standing = of_period(context, period, &catalogue).await?;
    standing.notices.extend(office::ledger(context).await?);
    standing.notices.extend(documents::missing(context, &catalogue));
    standing.notices.extend(without_figures(context, &catalogue, &standing));
    notice::sort(&mut standing.notices);
    Ok(standing)
}

/// As [`period_status`], for a caller that compared the witnesses before.
///
/// # Errors
/// As [`period_status`].
pub async fn of_cleared(context: &Context, period: Period) -> Result<StatusReport, Failure> {
    of_period(context, period, &context.catalogue().await?).await
}

async fn of_period(context: &Context, period: Period, catalogue: &Catalogue) -> Result<StatusReport, Failure> {
    let period = requirements::quarter(period).unwrap_or(period);
    let mut events = report::events_of(context, period).await?;
    report::end_interrupted(context, &mut events).await?;
    let mut standing = report::standing(context, period, &events);
    standing.journal = context.journal_head().await?;
    standing.waits = gate::waiting(context, period).await?;
    standing.forms = forms(context, period).await?;
    standing.placement_terms = placing::placements(context, &standing.forms).await?;
    standing.placements = placing::totals(&standing.placement_terms);
    let due = requirements::collections(context.office.regulation(), period);
    standing.comparisons = comparisons::absent(context, catalogue, &due);
    let (records, issues) = (parcels(&events), issues(&events));
    let (events, waits) = (&events, &standing.waits);
    let look = Look { context, period, catalogue, events, records: &records, issues: &issues, waits };
    let mut notices = forms::of_forms(&look, &standing.forms).await?;
    notices.extend(issues::of_issues(&look, &standing.status).await?);
    notices.extend(parcels::of_parcels(&look));
    notices.extend(placements::of_placements(context, period, &standing.placement_terms));
    notices.extend(without_comparison(&look, &standing.comparisons));
    standing.notices.extend(notices);
    notice::sort(&mut standing.notices);
    Ok(standing)
}

/// What is shown of a period for which nothing is here, and whose act was not in force.
fn without_figures(context: &Context, catalogue: &Catalogue, standing: &StatusReport) -> Option<StatusNotice> {
    let period = standing.status.period;
    let is_within =
        |of: Period| of.ending_as(Periodicity::Month) == period.ending_as(Periodicity::Month) || of == period;
    let is_here = catalogue.newest().any(|(key, _)| key.origin == context.origin && is_within(key.period));
    if is_here || standing.status.totals.parcels.handed > 0 {
        return None;
    }
    let regulation = context.office.regulation();
    let act = if regulation.is_in_force(period.last_day()) {
        String::new()
    } else {
        let short = regulation.short.of(Language::EN);
        format!(", and {short} was not in force on its last day ({})", period.last_day())
    };
    let text = format!("no figures of `{period}` are here{act}");
    Some(StatusNotice::info(NoticeKind::Remark, text).in_period(period))
}

/// Notices about comparisons that may still come: one for each reason, with its forms.
fn without_comparison(look: &Look<'_>, absent: &[AbsentComparison]) -> Vec<StatusNotice> {
    let may_come = absent.iter().filter(|a| a.absence.may_come());
    let mut reasons = notice::by_cause(may_come, |a| a.absence);
    reasons.sort_by_key(|(absence, _)| std::cmp::Reverse(*absence));
    let told = reasons.into_iter().map(|(absence, forms): (Absence, Vec<&AbsentComparison>)| {
        let forms = forms.iter().map(|one| format!("{}/{}", one.form, one.period));
        let subjects: Vec<NoticeSubject> = forms.map(|id| NoticeSubject::new(id, absence.said())).collect();
        let named = named(subjects.iter().map(|subject| &subject.id));
        StatusNotice::info(NoticeKind::Comparison, format!("for comparison: form {named} {}", absence.said()))
            .because(absence.said())
            .about(subjects)
            .in_period(look.period)
            .with(match absence {
                // To ask again does not help: a person decides about them.
                Absence::Held => look.context.call.command("held"),
                _ => look.context.call.command("pull").option("--period", look.period),
            })
    });
    told.collect()
}
