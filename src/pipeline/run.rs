//! All of it, for one period, in the hours that the daemon keeps.

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

/// What a person wants of a run beyond the usual.
#[derive(Debug, Clone, Default)]
pub struct RunWishes {
    /// Why what has to wait goes at once: a named person's decision.
    pub now: Option<String>,
    /// Everything but numbering and handing over.
    pub dry_run: bool,
}

/// What a run did, and where the period stands after it.
#[derive(Debug, Clone, Serialize)]
pub struct RunReport {
    #[serde(flatten)]
    pub standing: StatusReport,
    pub troubles: Vec<Trouble>,
    /// The parcels that would go now, in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_send: Option<Vec<WouldSend>>,
    #[serde(skip)]
    pub exit: Exit,
}

/// Pulls, checks and builds; numbers the copies and hands them over as far as their hour has come. Running it again does
/// nothing twice.
///
/// # Errors
/// When the period is in the future, the act is not to be applied, another run works here, or the store or ledger
/// fails. What did not come, does not add up or was not taken is no error: the report says so.
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
    let pulled = pull(context, quarter, &[]).await?;
    check::check(context, quarter, &[]).await?;
    let built = build(context, quarter, &[]).await?;
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
        number_copies(context, collection).await?;
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

/// What a person is told of a collection that does not leave now; nothing where nothing is wrong, or the hand-over that
/// follows tells it.
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
