//! The daemon: one tick after another, in the program that leads; and a single tick for cron.
//!
//! In: a context, and how the daemon runs. Out: acts, facts, metrics. Unknown here: what falls due, and what to do
//! about it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use tokio::task::JoinHandle;

use super::{at_once, leader::Leader, live_executor::LiveExecutor, metrics, supervisor::Supervisor};
use crate::{
    Context, Exit, Failure, StatusNotice, chain,
    context::{
        account,
        heartbeat::{beat, last_beat},
    },
    notices,
    status::{notice::exit_of, witnesses},
};
use clock::Clock;
use distribute::Stop;
use domain::{Door, Fact, Subject};
use ledger::{Filter, RunClaim};
use schedule::{Agenda, CycleReport, CycleStep, Doors, EMERGENCY, Executor as _, State, Watch, outage, run_cycle};

/// The longest sleep between two ticks. So an entry of a person in the journal is seen soon, and so is a clock that was
/// set or a machine that slept.
const LOOK: Duration = Duration::from_secs(30);
/// An act that takes longer than this counts as stuck, and the heartbeat stops.
const STUCK: Duration = Duration::from_hours(2);
/// Cron may start the program rarely; only a longer pause than this is an outage.
const PAUSE_OF_CRON: TimeDelta = TimeDelta::hours(26);

/// How long the notices hold while the journal does not change: disks fill and deadlines pass without it.
const NOTICES_LAST: TimeDelta = TimeDelta::hours(1);

/// How the daemon runs.
#[derive(Debug, Clone, Default)]
pub struct Keeping {
    /// The first day that the schedule answers for; `None`: the day on which it is begun.
    pub since: Option<NaiveDate>,
    /// The file for the metrics, in the text format of Prometheus.
    pub metrics: Option<PathBuf>,
}

/// Runs the schedule until it is requested to stop.
///
/// # Errors
/// When the ledger cannot be written at the start or at the end. A failure in between is logged and noted for the
/// journal of emergencies, and the daemon tries again.
pub async fn keep(context: &Context, keeping: &Keeping, stop: &Stop) -> Result<(), Failure> {
    let mut daemon = Daemon::new(context, keeping, stop.clone());
    daemon.supervisor = Supervisor::of_environment();
    context.record(&[started()]).await?;
    daemon.supervisor.ready();
    while !stop.is_asked() {
        daemon.supervisor.alive();
        let nap = match daemon.look(false).await {
            Ok(wake) => (wake - context.now()).to_std().unwrap_or_default().clamp(Duration::from_millis(200), LOOK),
            Err(failure) => {
                tracing::error!(error = %chain(&failure), "the schedule could not look; it looks again");
                daemon.doors.met(Door::House, chain(&failure));
                daemon.last_look = daemon.last_look.map(|_| context.now());
                LOOK
            }
        };
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            _ = stop.asked() => {}
        }
    }
    daemon.supervisor.stopping();
    daemon.leader.resign().await?;
    context.record(&[ended()]).await
}

/// Does once what is due now; for cron. `None` if a daemon leads.
///
/// # Errors
/// When the ledger fails.
pub async fn once(context: &Context, keeping: &Keeping, stop: &Stop) -> Result<Option<OnceReport>, Failure> {
    let mut daemon = Daemon::new(context, keeping, stop.clone());
    let looked = daemon.look(true).await;
    let led = daemon.claim.is_some();
    let resigned = daemon.leader.resign().await;
    // The first failure is the cause of the next.
    looked.and(resigned)?;
    let done = daemon.done.into_iter().map(|step| step.words).collect();
    let exit = exit_of(&daemon.notices);
    Ok(led.then_some(OnceReport { done, notices: daemon.notices, told: daemon.told, exit }))
}

/// What one look did, and what is wrong after it.
#[derive(Debug, Clone)]
pub struct OnceReport {
    /// What was done, one sentence each.
    pub done: Vec<String>,
    pub notices: Vec<StatusNotice>,
    /// The keys of the notices that the office was alerted about, and that were logged, in this look.
    pub told: Vec<String>,
    pub exit: Exit,
}

fn started() -> Fact {
    Fact::RunStarted { command: "schedule".into(), period: None }
}

fn ended() -> Fact {
    Fact::RunFinished { command: "schedule".into(), period: None, exit: 0 }
}

struct Daemon<'a> {
    context: &'a Context,
    keeping: &'a Keeping,
    stop: Stop,
    holder: String,
    leader: Leader,
    supervisor: Supervisor,
    claim: Option<Arc<RunClaim>>,
    /// Whether another program leads and this was logged.
    stands_by: bool,
    state: State,
    agenda: Option<(NaiveDate, Agenda)>,
    watch: Watch,
    doors: Doors,
    last_look: Option<DateTime<Utc>>,
    done: Vec<CycleStep>,
    /// What is wrong, as of the last computation, and where the journal was then.
    notices: Vec<StatusNotice>,
    noticed: Option<(i64, DateTime<Utc>)>,
    told: Vec<String>,
}

impl<'a> Daemon<'a> {
    fn new(context: &'a Context, keeping: &'a Keeping, stop: Stop) -> Self {
        let holder = format!("{}/{}", account::host(), context.run);
        let lock = context.output.join(".schedule.lock");
        // The daemon renews its lease less often than a run.
        let lease = context.office.settings.ledger_waits.lease.saturating_mul(3) / 2;
        let lease = TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX);
        Self {
            leader: Leader::new(context.ledger.clone(), holder.clone(), Some(lock)).lasting(lease),
            context,
            keeping,
            stop,
            holder,
            supervisor: Supervisor::default(),
            claim: None,
            stands_by: false,
            state: State::default(),
            agenda: None,
            watch: Watch::default(),
            doors: Doors::default(),
            last_look: None,
            done: Vec::new(),
            notices: Vec::new(),
            noticed: None,
            told: Vec::new(),
        }
    }

    /// One tick: take leadership, replay the journal, act. Returns the next wake-up time.
    async fn look(&mut self, once: bool) -> Result<DateTime<Utc>, Failure> {
        let (context, now) = (self.context, self.context.now());
        let led = self.claim.take().is_some();
        let Some(claim) = self.leader.lead(Clock::System.now()).await? else {
            if led || !self.stands_by {
                tracing::warn!(
                    "another scheduler is running on this ledger; this one waits, and takes over when that one ends"
                );
            }
            self.stands_by = true;
            self.state = State::default();
            self.last_look = None;
            return Ok(now + TimeDelta::seconds(30));
        };
        if std::mem::take(&mut self.stands_by) {
            tracing::warn!("this daemon leads now");
        }
        self.claim = Some(claim.clone());
        context.agreed()?;
        witnesses::assured(context).await?;
        let mut lines = self.gap(now, once).await?;
        beat(&context.ledger, &self.holder, now).await?;
        self.state.follow(&context.events(&Filter { after_seq: self.state.seq, ..Filter::default() }).await?);
        let asked = self.keeping.since.or_else(|| self.state.since.is_none().then(|| context.today()));
        lines.extend(
            asked.filter(|since| self.state.since.is_none_or(|s| *since < s)).map(|since| Fact::Scheduled { since }),
        );
        let executor = LiveExecutor { context, claim: claim.clone(), stop: self.stop.clone() };
        if !lines.is_empty() {
            executor.note(&lines).await?;
        }
        self.renew_agenda();
        let Some((_, agenda)) = &self.agenda else { return Ok(now) };
        let heart = self.heart(claim);
        let turned = run_cycle(&executor, agenda, &mut self.state).await;
        heart.abort();
        self.after(turned?, &executor).await
    }

    /// Logs and records what a cycle did, and writes the metrics. Returns the next wake-up time.
    async fn after(&mut self, turned: CycleReport, executor: &LiveExecutor<'_>) -> Result<DateTime<Utc>, Failure> {
        let now = self.context.now();
        turned.done.iter().for_each(log);
        if turned.overran {
            tracing::error!("the schedule had more to do in one turn than it should; it looks again in a minute");
        }
        self.done.extend(turned.done);
        let mut doors = std::mem::take(&mut self.doors);
        doors.open(Door::House);
        doors.extend(turned.troubles);
        let lines = self.watch.lines(&doors, &self.state, now);
        if !lines.is_empty() {
            executor.note(&lines).await?;
        }
        self.last_look = Some(now);
        if !turned.deposed {
            self.notice(executor).await?;
        }
        if let (Some(path), Some((_, agenda))) = (&self.keeping.metrics, &self.agenda) {
            let text = metrics::text(agenda, &self.state, &self.notices, now);
            durable::replace(path, text.as_bytes())
                .map_err(|error| Failure::ours(format!("`{}` could not be written", path.display()), error))?;
        }
        Ok(if turned.deposed { now } else { turned.wake })
    }

    /// Computes what is wrong if the journal went on or an hour passed, and tells the office at once what is urgent.
    async fn notice(&mut self, executor: &LiveExecutor<'_>) -> Result<(), Failure> {
        let (context, now) = (self.context, self.context.now());
        self.state.follow(&executor.events(self.state.seq).await?);
        let is_fresh = self.noticed.is_some_and(|(seq, at)| seq == self.state.seq && now - at < NOTICES_LAST);
        if is_fresh {
            return Ok(());
        }
        match notices::morning(context).await {
            Ok(morning) => self.notices = morning.notices,
            Err(failure) => {
                tracing::error!(error = %chain(&failure), "what is wrong could not be computed");
                return Ok(());
            }
        }
        self.told.extend(at_once::tell(context, executor, &self.state, &self.notices).await?);
        self.state.follow(&executor.events(self.state.seq).await?);
        self.noticed = Some((self.state.seq, now));
        Ok(())
    }

    /// The time since the last tick or the last heartbeat, if it was an outage.
    async fn gap(&mut self, now: DateTime<Utc>, once: bool) -> Result<Vec<Fact>, Failure> {
        if let Some(last) = self.last_look {
            // A daemon that is awake ticks every half minute, or is at work.
            return Ok(outage(last, now, "the machine slept, or its clock was set").into_iter().collect());
        }
        let Some((last, _)) = last_beat(&self.context.ledger).await? else { return Ok(Vec::new()) };
        if now - last < if once { PAUSE_OF_CRON } else { EMERGENCY } {
            return Ok(Vec::new());
        }
        let ends = self.context.events(&Filter::default().kinds(&["run-started", "run-finished"])).await?;
        let of_schedule = ends.iter().rev().filter(|e| e.run != self.context.run).find_map(|e| match &e.fact {
            Fact::RunFinished { command, .. } if command == "schedule" => Some(true),
            Fact::RunStarted { command, .. } if command == "schedule" => Some(false),
            _ => None,
        });
        let cause = match of_schedule {
            Some(true) => "the schedule was stopped",
            Some(false) => "the schedule ended without a word: it was killed, or the power failed",
            None => "the schedule was not called",
        };
        Ok(outage(last, now, cause).into_iter().collect())
    }

    fn renew_agenda(&mut self) {
        let today = self.context.today();
        if self.agenda.as_ref().is_none_or(|(day, _)| *day != today) {
            let day = |days: i64| today.checked_add_signed(TimeDelta::days(days)).unwrap_or(today);
            let from = self.state.since.map_or_else(|| day(-130), |since| since.max(day(-130)));
            // A collection is made from forms that are due in the month before its own due day.
            let from = from.checked_sub_days(Days::new(40)).unwrap_or(from);
            self.agenda = Some((today, Agenda::new(&self.context.office, from, day(45))));
        }
    }

    /// Renews the lease and the heartbeat while acts take their time, but no longer than `STUCK`.
    fn heart(&self, claim: Arc<RunClaim>) -> JoinHandle<()> {
        let (ledger, holder, clock) = (self.context.ledger.clone(), self.holder.clone(), self.context.clock.clone());
        let (lease, supervisor) = (self.leader.lease(), self.supervisor.clone());
        tokio::spawn(async move {
            let begun = tokio::time::Instant::now();
            while begun.elapsed() < STUCK {
                tokio::time::sleep(LOOK).await;
                supervisor.alive();
                if let Err(error) = ledger.renew(&claim, Clock::System.now(), lease).await {
                    tracing::warn!(%error, "the lease of the schedule could not be renewed");
                }
                if let Err(failure) = beat(&ledger, &holder, clock.now()).await {
                    tracing::warn!(error = %chain(&failure), "no heartbeat could be left");
                }
            }
        })
    }
}

/// Logs what a cycle did: a warning if a person should know it.
fn log(step: &CycleStep) {
    let CycleStep { words, duty, wrong } = step;
    let period = duty.as_ref().map(|duty| duty.period.to_string());
    let (form, collection) = match duty.as_ref().map(|duty| &duty.subject) {
        Some(Subject::Form(form)) => (Some(form.as_str()), None),
        Some(Subject::Collection(collection)) => (None, Some(collection.as_str())),
        None => (None, None),
    };
    if *wrong {
        tracing::warn!(target: "zhinaq::schedule", form, collection, period, "{words}");
    } else {
        tracing::info!(target: "zhinaq::schedule", form, collection, period, "{words}");
    }
}

/// The age of the last heartbeat.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn age_of_heartbeat(context: &Context) -> Result<Option<TimeDelta>, Failure> {
    Ok(last_beat(&context.ledger).await?.map(|(at, _)| context.now() - at))
}
