//! What goes in a hand-over: the waiting parcels that are not held back, each with what was built for it.
//!
//! In: the register, the issues, a scope. Out: parcels, and why others stay. Unknown here: transports.

use std::collections::BTreeMap;

use crate::{
    Context, Exit, Failure, SendReport, SendScope, Trouble,
    status::{
        approval::held_back,
        entitlements::{self, receives_nothing},
        gate::Waits,
        ready::{self, Unready, gate_of, unready},
        refused,
    },
};
use domain::{Event, Issue, IssueRecord, ParcelId, ParcelRecord, Period, overtaken_by, receives_later};

/// A parcel that waits, and its issue.
pub struct Waiting<'a> {
    pub record: &'a ParcelRecord,
    pub built: &'a IssueRecord,
}

/// The parcels of the scope that may go. The report lists what is held back. An issue is not ready if its collection is
/// in `closed` (it waits for its hour or its forms), or if it contains no figure. Of such an issue, only the parcels
/// that a person sends a second time go.
///
/// # Errors
/// When the scope contains an organ that is unknown, or that no longer receives anything.
pub fn waiting<'a>(
    context: &Context,
    period: Period,
    (events, records, issues): (&[Event], &'a BTreeMap<ParcelId, ParcelRecord>, &'a BTreeMap<Issue, IssueRecord>),
    (scope, closed): (&SendScope, &[Waits]),
    report: &mut SendReport,
) -> Result<Vec<Waiting<'a>>, Failure> {
    let (regulation, today) = (context.office.regulation(), context.today());
    entitlements::known(regulation, &scope.organs, today)?;
    let mut waiting = Vec::new();
    for (issue, built) in issues.iter().filter(|(issue, _)| scope.takes_collection(&issue.collection)) {
        let asked =
            |r: &&ParcelRecord| r.parcel.issue == *issue && scope.takes(&r.parcel) && r.to_send().next().is_some();
        let asked = records.values().filter(asked);
        // For an organ that receives nothing, nothing is tried again; below it is said what to do instead.
        let gets_none = |record: &ParcelRecord| receives_nothing(regulation, &record.parcel.organ, today).is_some();
        let is_ready = |record: &ParcelRecord| scope.refused || refused::is_ready(&context.office, record);
        let (mut ours, refused): (Vec<&ParcelRecord>, Vec<_>) =
            asked.partition(|record| is_ready(record) || gets_none(record));
        let why = unready(built.into(), gate_of(closed, issue), scope.now.is_some());
        let asked = ours.len();
        if why.is_some_and(|why| why != Unready::Draft) {
            ours.retain(|record| record.again.is_some());
        }
        let stays = ours.len() < asked;
        if let Some(newest) = overtaken_by(issue, records) {
            if !scope.parcels.is_empty() && !ours.is_empty() {
                let now = issue.in_revision(newest);
                let why = format!("not sent: `{now}` was registered later and replaces it");
                report.troubles.push(Trouble::new(name(issue), why));
            }
            continue;
        }
        if built.draft && (issue.is_first() || !ours.is_empty()) {
            let how = context.call.command("check").option("--period", period);
            let why = format!("is a DRAFT, held back by error findings; see {how}");
            report.troubles.push(Trouble::new(name(issue), why));
            report.exit = report.exit.or(Exit::HeldBack);
            continue;
        }
        if why == Some(Unready::WithoutFigures) && stays {
            report.troubles.push(Trouble::new(name(issue), ready::without_figures(&context.call, issue, true)));
            report.exit = report.exit.or(Unready::WithoutFigures.exit());
        }
        for record in refused {
            let why = refused::refused(context, record).unwrap_or_else(|| record.words.clone());
            report.troubles.push(Trouble::new(format!("parcel `{}`", record.parcel), why));
        }
        ours.retain(|record| match receives_nothing(regulation, &record.parcel.organ, today) {
            Some(why) => {
                let what = format!("parcel `{}`", record.parcel);
                let file = format!("schedules/{}/recipients.toml", regulation.id);
                let how = if receives_later(regulation, &record.parcel.organ, today).is_some() {
                    format!(
                        "it goes from that day on; if the organ receives copies already, correct `valid_from` in `{file}`, and send again"
                    )
                } else {
                    let how = context.call.command("readdress").option("--parcel", &record.parcel).asked("--reason");
                    format!(
                        "{how} withdraws it for a successor; if the organ takes its post all the same, put `valid_until` off in `{file}`, and send again"
                    )
                };
                report.troubles.push(Trouble::new(what, format!("not sent: it is for {why}; {how}")));
                false
            }
            None => true,
        });
        if !ours.is_empty()
            && !scope.dry_run
            && let Some(why) = held_back(&context.office, &context.call, issue, events, records)
        {
            report.troubles.push(Trouble::new(name(issue), why));
            report.exit = report.exit.or(Exit::Short);
            continue;
        }
        waiting.extend(ours.into_iter().map(|record| Waiting { record, built }));
    }
    Ok(waiting)
}

fn name(issue: &Issue) -> String {
    if issue.is_first() { format!("collection `{}`", issue.collection) } else { format!("issue `{issue}`") }
}
