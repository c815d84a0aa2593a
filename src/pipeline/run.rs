//! All of it, for one period, in the hours that the daemon keeps.

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
            hasten,
            register::register,
            send::{SendScope, send_claimed},
            supplements::supplement,
            would::{self, WouldSend},
        },
        standing::{
            gate::{self, Gate},
            needs,
            status::{self, Standing},
            witnesses,
        },
    },
};

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
    pub standing: Standing,
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
pub async fn run(desk: &Desk, period: Period, wishes: &RunWishes) -> Result<RunReport, Failure> {
    desk.permit(Role::Operator)?;
    let reason = hasten::reason(desk, wishes.now.as_deref())?;
    let quarter = needs::quarter(period)?;
    desk.ended(quarter)?;
    if let Force::Refused(why) = desk.office.force_on(desk.today()) {
        return Err(Failure::usage(why));
    }
    desk.agreed()?;
    let alone = Alone::claim(desk).await?;
    if let Err(failure) = witnesses::assured(desk).await {
        alone.release().await?;
        return Err(failure);
    }
    desk.record(&[Fact::RunStarted { command: "run".into(), period: Some(quarter) }]).await?;
    let report = steps(desk, quarter, (reason.as_deref(), wishes.dry_run), &alone).await;
    let exit = report.as_ref().map_or_else(|failure| failure.exit, |report| report.exit);
    desk.record(&[Fact::RunFinished { command: "run".into(), period: Some(quarter), exit: exit.code() }]).await?;
    alone.release().await?;
    report
}

async fn steps(
    desk: &Desk,
    quarter: Period,
    (now, dry_run): (Option<&str>, bool),
    alone: &Alone,
) -> Result<RunReport, Failure> {
    let pulled = pull(desk, quarter, &[]).await?;
    check::check(desk, quarter, &[]).await?;
    let built = build(desk, quarter, &[]).await?;
    let waits = gate::waiting(desk, quarter).await?;
    let mut troubles: Vec<Trouble> = pulled.troubles();
    let mut exit = pulled.exit();
    let mut ready = Vec::new();
    for collection in &built.collections {
        let what = format!("collection `{}`", collection.issue.collection);
        if let Some(changed) = &collection.changed {
            troubles.push(Trouble::new(what.clone(), changed.clone()));
        }
        let closed = waits.iter().find(|w| w.collection == collection.issue.collection).map(|w| w.gate);
        match closed.filter(|_| now.is_none()) {
            // Its hour has not come: nothing is wrong.
            Some(Gate::Early) => {}
            Some(Gate::Held | Gate::Open) => {
                troubles.push(Trouble::new(what, "waits for its forms (late-form policy `hold`)"));
                exit = exit.or(Exit::HeldBack);
            }
            Some(Gate::Empty) => {
                troubles.push(Trouble::new(what, "none of its forms is here: not handed over"));
                exit = exit.or(Exit::Short);
            }
            None if collection.waits && now.is_none() => {
                troubles.push(Trouble::new(what, "waits for its forms (late-form policy `hold`)"));
                exit = exit.or(Exit::HeldBack);
            }
            None if collection.waits_for_comparison && now.is_none() => {
                troubles.push(Trouble::new(
                    what,
                    "waits until its cut-off for figures of an earlier period to compare with",
                ));
            }
            None if collection.without_figures && now.is_none() => {
                troubles.push(Trouble::new(what, "holds no figure at all, so it is not handed over"));
                exit = exit.or(Exit::HeldBack);
            }
            None if collection.draft => {}
            None => ready.push(collection),
        }
    }
    let scope = SendScope { now: now.map(ToOwned::to_owned), dry_run, ..SendScope::default() };
    if dry_run {
        let would_send = would::of_run(desk, quarter, &ready).await?;
        let mut standing = status::status(desk, quarter).await?;
        standing.notices.push("dry run: nothing was numbered, and nothing was handed over".into());
        return Ok(RunReport { standing, troubles, would_send: Some(would_send), exit });
    }
    if let Some(reason) = now {
        hasten::record(desk, ready.iter().map(|built| &built.issue), &waits, reason).await?;
    }
    for collection in ready {
        register(desk, collection).await?;
    }
    let sent = send_claimed(desk, quarter, &scope, alone).await?;
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
    Ok(RunReport { standing, troubles, would_send: None, exit })
}
