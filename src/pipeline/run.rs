//! All of it, for one period.

use serde::Serialize;

use crate::{
    config::Force,
    domain::{Fact, Period, Role},
    pipeline::{
        Desk, Exit, Failure, Trouble,
        desk::alone::Alone,
        figures::check,
        intake::pull::pull,
        issues::build::build,
        parcels::{
            register::register,
            send::{SendScope, send_claimed},
            supplements::supplement,
        },
        standing::{
            needs,
            status::{self, Standing},
        },
    },
};

/// What a run did, and where the period stands after it.
#[derive(Debug, Clone, Serialize)]
pub struct RunReport {
    #[serde(flatten)]
    pub standing: Standing,
    pub troubles: Vec<Trouble>,
    #[serde(skip)]
    pub exit: Exit,
}

/// Pulls, checks, builds, numbers the copies and hands them over. Running it again does nothing twice.
///
/// # Errors
/// When the period is in the future, the act is not to be applied, another run works here, or the store or ledger
/// fails. What did not come, does not add up or was not taken is no error: the report says so.
pub async fn run(desk: &Desk, period: Period) -> Result<RunReport, Failure> {
    desk.permit(Role::Operator)?;
    let quarter = needs::quarter(period)?;
    desk.ended(quarter)?;
    if let Force::Refused(why) = desk.office.force_on(desk.today()) {
        return Err(Failure::usage(why));
    }
    let alone = Alone::claim(desk).await?;
    desk.record(&[Fact::RunStarted { command: "run".into(), period: Some(quarter) }]).await?;
    let report = steps(desk, quarter, &alone).await;
    let exit = report.as_ref().map_or_else(|failure| failure.exit, |report| report.exit);
    desk.record(&[Fact::RunFinished { command: "run".into(), period: Some(quarter), exit: exit.code() }]).await?;
    alone.release().await?;
    report
}

async fn steps(desk: &Desk, quarter: Period, alone: &Alone) -> Result<RunReport, Failure> {
    let pulled = pull(desk, quarter, &[]).await?;
    check::check(desk, quarter, &[]).await?;
    let built = build(desk, quarter, &[]).await?;
    let mut troubles: Vec<Trouble> = pulled.troubles().cloned().collect();
    let mut exit = pulled.exit();
    for collection in &built.collections {
        let what = format!("collection `{}`", collection.issue.collection);
        if let Some(changed) = &collection.changed {
            troubles.push(Trouble::new(what.clone(), changed.clone()));
        }
        if collection.waits {
            troubles.push(Trouble::new(what, "waits for its forms (late-form policy `hold`)"));
            exit = exit.or(Exit::HeldBack);
        } else if collection.without_figures {
            troubles.push(Trouble::new(what, "holds no figure at all, so it is not handed over"));
            exit = exit.or(Exit::HeldBack);
        } else if !collection.draft {
            register(desk, collection).await?;
        }
    }
    let sent = send_claimed(desk, quarter, &SendScope::default(), alone).await?;
    troubles.extend(sent.troubles);
    exit = exit.or(sent.exit);
    let supplements = supplement(desk, quarter).await?;
    troubles.extend(supplements.troubles);
    exit = exit.or(supplements.exit);
    if !supplements.parcels.is_empty() {
        let scope = SendScope { parcels: supplements.parcels, ..SendScope::default() };
        let sent = send_claimed(desk, quarter, &scope, alone).await?;
        troubles.extend(sent.troubles);
        exit = exit.or(sent.exit);
    }
    let standing = status::status(desk, quarter).await?;
    Ok(RunReport { standing, troubles, exit })
}
