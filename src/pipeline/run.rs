//! Runs the whole pipeline for one period, within the hours that the daemon keeps too.
//!
//! In: a period, and what the person wants of the run. Out: what was done, and the status of the period after it.
//! Unknown here: how a step works; each step is a use-case of its own.

use serde::Serialize;

use crate::{
    Built, Context, Exit, Failure, Invocation, Trouble,
    collections::build,
    distribution::{
        dry_run::{self, WouldSend},
        hasten, impossible,
        number_copies::number_copies,
        send::{SendScope, send_cleared},
        supplements::{prospect, supplement},
    },
    figures::check,
    intake::pull::pull,
    notices,
    status::{
        gate::{self, Waits},
        notice::{NoticeKind, StatusNotice},
        ready::{self, Unready, gate_of, is_hastened, unready},
        report::StatusReport,
        requirements,
        witnesses::Cleared,
    },
};
use config::Force;
use domain::{CollectionId, Fact, Issue, Period, Right};

/// What a person wants of a run beyond the usual steps.
#[derive(Debug, Clone, Default)]
pub struct RunWishes {
    /// The collections that are meant; empty = all. Documents are fetched for all of them.
    pub collections: Vec<CollectionId>,
    /// Why parcels that have to wait go at once: the reason of a named person.
    pub now: Option<String>,
    /// Do everything except numbering and handing over.
    pub dry_run: bool,
    /// Do everything except handing over.
    pub no_send: bool,
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
    /// How many parcels this run numbered, if it hands nothing over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbered: Option<usize>,
    #[serde(skip)]
    pub exit: Exit,
}

/// The steps of one run.
struct Steps<'a> {
    command: &'static str,
    /// Whether documents are fetched and checked first.
    pulls: bool,
    /// The collections that are meant; empty = all.
    collections: &'a [CollectionId],
    wishes: &'a RunWishes,
}

/// Pulls, checks and builds; numbers the copies, and hands them over as far as their hour has come. Safe to repeat, and
/// safe beside other runs: nothing is done twice.
///
/// # Errors
/// When the person does not have the role, the period is in the future, the act is not to be applied, the office's
/// lists contradict each other, its settings make delivery impossible, figures change while they are built, or the store
/// or ledger fails. Missing documents, wrong figures and parcels that were not taken are not errors: the report lists them.
pub async fn run(context: &Context, period: Period, wishes: &RunWishes) -> Result<RunReport, Failure> {
    work(context, period, Steps { command: "run", pulls: true, collections: &wishes.collections, wishes }).await
}

/// Builds collections from the figures that are here, and numbers the copies of those whose hour has come. Hands
/// nothing over.
///
/// # Errors
/// As [`run`]; also when a collection is unknown.
pub async fn number(
    context: &Context,
    period: Period,
    collections: &[CollectionId],
    now: Option<&str>,
) -> Result<RunReport, Failure> {
    let wishes = RunWishes { now: now.map(ToOwned::to_owned), no_send: true, ..RunWishes::default() };
    work(context, period, Steps { command: "number", pulls: false, collections, wishes: &wishes }).await
}

async fn work(context: &Context, period: Period, steps: Steps<'_>) -> Result<RunReport, Failure> {
    context.permit(Right::Run).await?;
    let reason = hasten::reason(context, steps.wishes.now.as_deref()).await?;
    let quarter = requirements::quarter(period)?;
    context.ended(quarter)?;
    if let Force::Refused(why) = context.office.force_on(context.today()) {
        return Err(Failure::usage(why));
    }
    context.agreed()?;
    build::chosen(context, quarter, steps.collections)?;
    if !steps.wishes.dry_run {
        impossible::refuse(&context.office, &context.call)?;
    }
    // Before the journal says that a run began.
    context.worker()?;
    let cleared = Cleared::of(context).await?;
    let command = || steps.command.to_owned();
    context.record(&[Fact::RunStarted { command: command(), period: Some(quarter) }]).await?;
    let report = steps.done(context, quarter, reason.as_deref(), &cleared).await;
    let exit = report.as_ref().map_or_else(|failure| failure.exit, |report| report.exit);
    let finished = Fact::RunFinished { command: command(), period: Some(quarter), exit: exit.code() };
    let recorded = context.record(&[finished]).await;
    // What went wrong first is what a person reads; a ledger that fails then fails again here.
    report.and_then(|report| match recorded {
        Err(failure) if report.exit != Exit::Ours => Err(failure),
        _ => Ok(report),
    })
}

impl Steps<'_> {
    async fn done(
        &self,
        context: &Context,
        quarter: Period,
        now: Option<&str>,
        cleared: &Cleared,
    ) -> Result<RunReport, Failure> {
        let RunWishes { dry_run, no_send, .. } = *self.wishes;
        let (mut troubles, mut exit) = (Vec::new(), Exit::Done);
        if self.pulls {
            let pulled = context.unless_stopped(pull(context, quarter, &[])).await?;
            context.unless_stopped(check::check(context, quarter, &[])).await?;
            (troubles, exit) = (pulled.troubles(), pulled.exit());
        }
        let built = context.unless_stopped(build::build(context, quarter, self.collections)).await?;
        // Of a numbered issue, what could not be made again has its notice.
        for new in built.collections.iter().filter(|built| !built.is_numbered) {
            let subject = format!("collection `{}`", new.issue.collection);
            troubles.extend(new.unmade.iter().map(|why| Trouble::new(subject.clone(), why.clone())));
        }
        let waits = gate::waiting(context, quarter).await?;
        let ready = Ready::of(context, &built.collections, &waits, (now.is_some(), dry_run || no_send));
        troubles.extend(ready.troubles);
        exit = exit.or(ready.exit);
        let collections = self.collections.to_vec();
        let scope = SendScope { collections, now: now.map(ToOwned::to_owned), dry_run, ..SendScope::default() };
        if dry_run {
            let (supplements, parcels) = prospect(context, quarter, self.collections).await?;
            troubles.extend(supplements.troubles);
            exit = exit.or(supplements.exit);
            let would_send = dry_run::of_run(context, quarter, (&ready.built, &parcels), self.collections).await?;
            let mut standing = notices::of_cleared(context, quarter).await?;
            let what = "dry run: no copy was numbered or handed over";
            standing.notices.push(StatusNotice::info(NoticeKind::Remark, what));
            return Ok(RunReport { standing, troubles, would_send: Some(would_send), numbered: None, exit });
        }
        if let Some(reason) = now {
            hasten::record(context, ready.hastened.into_iter(), reason).await?;
        }
        let mut numbered = 0;
        for collection in ready.built {
            numbered += context.unless_stopped(number_copies(context, collection)).await?;
        }
        let mut unrecorded = Vec::new();
        let may_send = if no_send { Ok(()) } else { context.permit(Right::Send).await };
        if let Err(refusal) = may_send {
            troubles.push(Trouble::new(format!("`{quarter}`"), format!("nothing was sent: {}", refusal.message)));
            exit = exit.or(Exit::Short);
        } else if !no_send {
            let sent = send_cleared(context, quarter, &scope, cleared).await?;
            if sent.exit == Exit::Ours {
                unrecorded.clone_from(&sent.troubles);
            }
            troubles.extend(sent.troubles);
            exit = exit.or(sent.exit);
        }
        let so_far = (&mut troubles, &mut exit, &mut numbered);
        let rest = self.after_sending(context, quarter, scope, cleared, so_far).await;
        // A ledger that fails must not take along what it did not record.
        let say = |trouble: &Trouble| context.progress.say(&format!("{}: {}", trouble.what, trouble.why));
        let standing = rest.inspect_err(|_| unrecorded.iter().for_each(say))?;
        Ok(RunReport { standing, troubles, would_send: None, numbered: no_send.then_some(numbered), exit })
    }

    /// Makes supplements, and hands them over if this run sends. Returns the status after everything.
    async fn after_sending(
        &self,
        context: &Context,
        quarter: Period,
        scope: SendScope,
        cleared: &Cleared,
        (troubles, exit, numbered): (&mut Vec<Trouble>, &mut Exit, &mut usize),
    ) -> Result<StatusReport, Failure> {
        // To number single collections is to number their first issues.
        if self.pulls || self.collections.is_empty() {
            let supplements = supplement(context, quarter, self.collections, scope.now.is_some()).await?;
            troubles.extend(supplements.troubles);
            *exit = exit.or(supplements.exit);
            *numbered += supplements.parcels.len();
            if !supplements.parcels.is_empty() && !self.wishes.no_send {
                let scope = SendScope { parcels: supplements.parcels, ..scope };
                let sent = send_cleared(context, quarter, &scope, cleared).await?;
                troubles.extend(sent.troubles);
                *exit = exit.or(sent.exit);
            }
        }
        notices::of_cleared(context, quarter).await
    }
}

/// The collections that may be numbered now, and why others may not.
#[derive(Default)]
struct Ready<'b> {
    built: Vec<&'b Built>,
    /// Those that go because a person decided so.
    hastened: Vec<&'b Issue>,
    troubles: Vec<Trouble>,
    exit: Exit,
}

impl<'b> Ready<'b> {
    fn of(context: &Context, built: &'b [Built], waits: &[Waits], (by_person, sends_nothing): (bool, bool)) -> Self {
        let mut ready = Self::default();
        for collection in built {
            let what = || format!("collection `{}`", collection.issue.collection);
            if let Some(changed) = &collection.changed {
                ready.troubles.push(Trouble::new(what(), changed.clone()));
            }
            let (condition, gate) = (collection.condition(), gate_of(waits, &collection.issue));
            match unready(condition, gate, by_person) {
                None => {
                    ready.built.push(collection);
                    if is_hastened(condition, gate) {
                        ready.hastened.push(&collection.issue);
                    }
                }
                Some(why) => {
                    let told = told(&context.call, collection, why, sends_nothing);
                    ready.troubles.extend(told.map(|why| Trouble::new(what(), why)));
                    ready.exit = ready.exit.or(why.exit());
                }
            }
        }
        ready
    }
}

/// What a person reads about a collection that does not go now. `None` if nothing is wrong, or if the hand-over that
/// follows reports it.
fn told(call: &Invocation, built: &Built, why: Unready, sends_nothing: bool) -> Option<String> {
    match why {
        Unready::Early => None,
        Unready::Draft if !sends_nothing => None,
        Unready::WithoutFigures if !sends_nothing && built.is_numbered => None,
        Unready::Draft => {
            let how = call.command("check").option("--period", built.issue.period);
            Some(format!("{}; see {how}", why.said()))
        }
        Unready::WithoutFigures => Some(ready::without_figures(call, &built.issue, built.is_numbered)),
        Unready::Held | Unready::Empty | Unready::Comparison => Some(why.said().into()),
    }
}
