//! Issues a revision: the candidate that a person rebuilt is numbered for the organs that it concerns.
//!
//! In: a revision of some collections. Out: parcels in the register. Unknown here: how a candidate is made.

use crate::{
    Context, Exit, Failure, SendReport, Trouble,
    collections::{build, comments, render, revisions},
    context::claimed::ClaimedPieces,
    distribution::number_copies::{CopyBatch, PrintedCopy, number},
    status::{
        gate::Gate,
        ready::{self, unready},
        report,
        requirements::{self, DueCollection},
    },
};
use domain::{CollectionId, Issue, OrganId, ParcelId, ParcelRecord, Period, Piece, issues, parcels};

/// Numbers the copies of a revision of some collections. Parcels that are in the register already are not touched. The
/// report lists what cannot go. A revision without figures goes only if a person decided so (`by_person`). Returns the
/// parcels of the revision.
///
/// # Errors
/// When no such candidate exists, it was overtaken, it lacks a workbook for an organ, or the store or ledger fails.
pub async fn issue(
    context: &Context,
    period: Period,
    collections: &[CollectionId],
    revision: u32,
    by_person: bool,
    report: &mut SendReport,
) -> Result<Vec<ParcelId>, Failure> {
    let quarter = requirements::quarter(period)?;
    let (mut meant, mut found) = (Vec::new(), false);
    for due in build::chosen(context, period, collections)? {
        let issue = Issue::first(due.term.id.clone(), due.period).in_revision(revision);
        let events = report::events_of(context, quarter).await?;
        if revision == 0 || !issues(&events).contains_key(&issue) {
            continue;
        }
        found = true;
        // Which workbook an organ gets depends on what it holds, so nothing of the collection is handed over meanwhile.
        let waits = |record: &&ParcelRecord| record.parcel.issue.is_beside(&issue) && record.to_send().next().is_some();
        let records = parcels(&events);
        let waiting = records.values().filter(waits).map(|record| Piece::Hand(record.parcel.clone()));
        let own = [Piece::Build(issue.clone()), Piece::Stamp(issue.clone())];
        let claimed = ClaimedPieces::wait(context, waiting.chain(own)).await?;
        let numbered = numbered(context, period, (&due, &issue), by_person, &claimed, report).await;
        meant.extend(claimed.after(numbered).await?);
    }
    if !found {
        let rebuild = context.call.command("rebuild").option("--period", period).asked("--reason");
        return Err(Failure::usage(format!(
            "there is no revision {revision} to hand over; {rebuild} makes a candidate"
        )));
    }
    Ok(meant)
}

/// Numbers the copies of one revision, whose pieces are claimed. Returns its parcels.
async fn numbered(
    context: &Context,
    period: Period,
    (due, issue): (&DueCollection<'_>, &Issue),
    by_person: bool,
    claimed: &ClaimedPieces,
    report: &mut SendReport,
) -> Result<Vec<ParcelId>, Failure> {
    let events = report::events_of(context, requirements::quarter(period)?).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let rebuild = context.call.command("rebuild").option("--period", period).asked("--reason");
    let first = issue.in_revision(0);
    let Some(record) = issues.get(issue) else { return Ok(Vec::new()) };
    let ours: Vec<&ParcelId> = records.keys().filter(|p| p.issue == *issue).collect();
    if ours.is_empty() && revisions::worked_on(&first, &records) != *issue {
        return Err(Failure::usage(format!("`{issue}` was overtaken by a later revision; {rebuild} again")));
    }
    if record.draft {
        let check = context.call.command("check").option("--period", period);
        let why = format!("is a DRAFT, held back by error findings; see {check}, then {rebuild} again");
        report.troubles.push(Trouble::new(format!("issue `{issue}`"), why));
        report.exit = report.exit.or(Exit::HeldBack);
        return Ok(Vec::new());
    }
    if ours.is_empty() && comments::is_changed(context, due, record) {
        return Err(Failure::usage(format!("the comment changed since `{issue}` was made; {rebuild} again")));
    }
    let has = |organ: &OrganId| ours.iter().any(|p| p.organ == *organ);
    let waits = |parcel: &ParcelId| records.get(parcel).is_some_and(|r| r.to_send().next().is_some());
    let is_open = ours.is_empty() || ours.iter().any(|parcel| waits(parcel));
    if is_open && unready(record.into(), Gate::Open, by_person).is_some() {
        let why = ready::without_figures(&context.call, issue, !ours.is_empty());
        report.troubles.push(Trouble::new(format!("issue `{issue}`"), why));
        report.exit = report.exit.or(Exit::HeldBack);
        return Ok(Vec::new());
    }
    let mut batches = Vec::new();
    for (held, (shares, _)) in revisions::groups(context, &first, &records) {
        // No master for the revision that they hold: nothing changed for them.
        if !record.masters.keys().any(|(_, of)| *of == held) {
            continue;
        }
        for share in shares.into_iter().filter(|s| !has(&s.recipient.id)) {
            if !record.masters.contains_key(&(share.language, held)) {
                return Err(Failure::usage(format!(
                    "`{issue}` has no workbook for organ `{}`, because that organ holds another revision now; make the issue again with {rebuild}",
                    share.recipient.id
                )));
            }
            batches.push(CopyBatch { share, held, after: 0 });
        }
    }
    let mut meant: Vec<ParcelId> = ours.into_iter().cloned().collect();
    meant
        .extend(batches.iter().map(|batch| ParcelId { issue: issue.clone(), organ: batch.share.recipient.id.clone() }));
    let profile = render::profile(&context.office)?;
    let print = PrintedCopy { issue, content_id: record.content_id, profile: profile.name() };
    number(context, &print, &batches, claimed).await?;
    Ok(meant)
}
