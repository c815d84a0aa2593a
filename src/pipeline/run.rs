//! Runs the whole pipeline for one period, within the hours that the daemon keeps too.
//!
//! In: a period, and what the person wants of the run. Out: what was done, and the status of the period after it.
//! Unknown here: how a step works; each step is a use-case of its own.

use serde::Serialize;

use crate::{
    Built, Context, Exit, Failure, Trouble,
    collections::build::build,
    distribution::{
        dry_run::{self, WouldSend},
        hasten,
        number_copies::number_copies,
        send::{SendScope, send_claimed},
        supplements::supplement,
    },
    figures::check,
    intake::pull::pull,
    status::{
        gate,
        ready::{self, Unready, gate_of, is_hastened, unready},
        report::{self, StatusReport},
        requirements,
        witnesses::Cleared,
    },
};
use config::Force;
use domain::{Fact, Period, Role};

/// What a person wants of a run beyond the usual steps.
#[derive(Debug, Clone, Default)]
pub struct RunWishes {
    /// Why parcels that have to wait go at once: the reason of a named person.
    pub now: Option<String>,
    /// Do everything except numbering and handing over.
    pub dry_run: bool,
}

/// What a run did, and the status of the period after it.
#[derive(Debug, Clone, Serialize)]
pub struct RunReport {
    #[serde(flatten)]
    pub standing: StatusReport,
    pub troubles: Vec<Trouble>,
    /// In a dry run, the parcels that would go now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_send: Option<Vec<WouldSend>>,
    #[serde(skip)]
    pub exit: Exit,
}

/// Pulls, checks and builds; numbers the copies, and hands them over as far as their hour has come. Safe to repeat:
/// nothing is done twice.
///
/// # Errors
/// When the person does not have the role, the period is in the future, the act is not to be applied, the office's
/// lists contradict each other, another run works here, or the store or ledger fails. Missing documents, wrong figures
/// and parcels that were not taken are not errors: the report lists them.
pub async fn run(context: &Context, period: Period, wishes: &RunWishes) -> Result<RunReport, Failure> {
    context.permit(Role::Operator)?;
    let reason = hasten::reason(context, wishes.now.as_deref())?;
    let quarter = requirements::quarter(period)?;
    context.ended(quarter)?;
    if let Force::Refused(why) = context.office.force_on(context.today()) {
        return Err(Failure::usage(why));
    }
    context.agreed()?;
    let cleared = Cleared::claim(context).await?;
    context.record(&[Fact::RunStarted { command: "run".into(), period: Some(quarter) }]).await?;
    let report = steps(context, quarter, (reason.as_deref(), wishes.dry_run), &cleared).await;
    let exit = report.as_ref().map_or_else(|failure| failure.exit, |report| report.exit);
    context.record(&[Fact::RunFinished { command: "run".into(), period: Some(quarter), exit: exit.code() }]).await?;
    cleared.release().await?;
    report
}

async fn steps(
    context: &Context,
    quarter: Period,
    (now, dry_run): (Option<&str>, bool),
    cleared: &Cleared,
) -> Result<RunReport, Failure> {
    let pulled = context.unless_stopped(pull(context, quarter, &[])).await?;
    context.unless_stopped(check::check(context, quarter, &[])).await?;
    let built = context.unless_stopped(build(context, quarter, &[])).await?;
    let waits = gate::waiting(context, quarter).await?;
    let mut troubles: Vec<Trouble> = pulled.troubles();
    let mut exit = pulled.exit();
    let (mut ready, mut hastened) = (Vec::new(), Vec::new());
    for collection in &built.collections {
        let what = || format!("collection `{}`", collection.issue.collection);
        if let Some(changed) = &collection.changed {
            troubles.push(Trouble::new(what(), changed.clone()));
        }
        let (condition, gate) = (collection.condition(), gate_of(&waits, &collection.issue));
        match unready(condition, gate, now.is_some()) {
            None => {
                ready.push(collection);
                if is_hastened(condition, gate) {
                    hastened.push(&collection.issue);
                }
            }
            Some(why) => {
                troubles.extend(told(context, collection, why, dry_run).map(|why| Trouble::new(what(), why)));
                exit = exit.or(why.exit());
            }
        }
    }
    let scope = SendScope { now: now.map(ToOwned::to_owned), dry_run, ..SendScope::default() };
    if dry_run {
        let would_send = dry_run::of_run(context, quarter, &ready).await?;
        let mut standing = report::under_claim(context, quarter).await?;
        standing.notices.push("dry run: no copy was numbered or handed over".into());
        return Ok(RunReport { standing, troubles, would_send: Some(would_send), exit });
    }
    if let Some(reason) = now {
        hasten::record(context, hastened.into_iter(), reason).await?;
    }
    for collection in ready {
        context.unless_stopped(number_copies(context, collection)).await?;
    }
    let sent = send_claimed(context, quarter, &scope, cleared).await?;
    troubles.extend(sent.troubles);
    exit = exit.or(sent.exit);
    let supplements = supplement(context, quarter, now.is_some()).await?;
    troubles.extend(supplements.troubles);
    exit = exit.or(supplements.exit);
    if !supplements.parcels.is_empty() {
        let scope = SendScope { parcels: supplements.parcels, ..scope };
        let sent = send_claimed(context, quarter, &scope, cleared).await?;
        troubles.extend(sent.troubles);
        exit = exit.or(sent.exit);
    }
    let standing = report::under_claim(context, quarter).await?;
    Ok(RunReport { standing, troubles, would_send: None, exit })
}

/// What a person reads about a collection that does not go now. `None` if nothing is wrong, or if the hand-over that
/// follows reports it.
fn told(context: &Context, built: &Built, why: Unready, dry_run: bool) -> Option<String> {
    match why {
        Unready::Early => None,
        Unready::Draft if !dry_run => None,
        Unready::WithoutFigures if !dry_run && built.is_numbered => None,
        Unready::Draft => {
            let how = context.call.command("check").option("--period", built.issue.period);
            Some(format!("{}; see {how}", why.said()))
        }
        Unready::WithoutFigures => Some(ready::without_figures(context, &built.issue, built.is_numbered)),
        Unready::Held | Unready::Empty | Unready::Comparison => Some(why.said().into()),
    }
}
