//! Notices about the office as a whole: the scheduler, the ledger, the disk, the calendar, the act.
//!
//! In: a context and its journal. Out: notices, and the state of the scheduler. Unknown here: periods.

use std::path::Path;

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use serde::Serialize;

use crate::{
    Context, Failure, chain,
    context::{Invocation, account, claimed, folder_lock, heartbeat, hint, ledger_url, worker},
    status::{
        notice::{self, NoticeKind, NoticeSubject, StatusNotice},
        witnesses,
    },
};
use config::{Force, Office, SchedulerUse, obstacles};
use domain::{Event, Fact, Severity, plan};
use ledger::{HeldPiece, LockHolder, lock_holder};
use schedule::State;

/// How old the last heartbeat of a daemon may be. It leaves one every half minute, also during long acts.
const SILENCE: TimeDelta = TimeDelta::minutes(5);
/// How old the last heartbeat of `schedule --once` may be: cron may start it once a day.
const SILENCE_OF_CRON: TimeDelta = TimeDelta::hours(26);
/// How far ahead a due day must not depend on a calendar that may still change.
const AHEAD: Days = Days::new(45);
/// With less than this, nothing can be written reliably: a master and its copies need about as much.
const FULL: u64 = 64 << 20;

/// Whether the scheduler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SchedulerState {
    /// The last heartbeat is young enough.
    Running { last: DateTime<Utc> },
    /// It was ended by a person or by the system.
    Stopped { last: DateTime<Utc> },
    /// It left no heartbeat for too long.
    Silent { last: DateTime<Utc> },
    /// It has never run on this ledger.
    Never,
    /// None runs, and the office has none by its settings: people do what is due.
    NotUsed,
}

impl SchedulerState {
    /// The state by the last heartbeat and the journal.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn of(context: &Context, events: &[Event]) -> Result<Self, Failure> {
        let is_used = context.office.settings.scheduler == SchedulerUse::Expected;
        let Some((last, holder)) = heartbeat::last_beat(&context.ledger).await? else {
            return Ok(if is_used { Self::Never } else { Self::NotUsed });
        };
        let run = holder.rsplit('/').next().unwrap_or_default();
        // The daemon records its start and its end; a look for cron records neither.
        let of_run = events.iter().rev().filter(|event| event.run == run).find_map(|event| match &event.fact {
            Fact::RunStarted { command, .. } if command == "schedule" => Some(false),
            Fact::RunFinished { command, .. } if command == "schedule" => Some(true),
            _ => None,
        });
        let age = (context.now() - last).abs();
        let state = match of_run {
            Some(true) => Self::Stopped { last },
            Some(false) if age > SILENCE => Self::Silent { last },
            None if age > SILENCE_OF_CRON => Self::Silent { last },
            _ => Self::Running { last },
        };
        let is_running = matches!(state, Self::Running { .. });
        Ok(if is_used || is_running { state } else { Self::NotUsed })
    }
}

/// The notices about the office, without those about the ledger.
pub(super) fn of_office(context: &Context, scheduler: SchedulerState, state: &State) -> Vec<StatusNotice> {
    let mut notices: Vec<StatusNotice> =
        about_scheduler(&context.office, &context.call, scheduler).into_iter().collect();
    notices.extend(disk(&context.output, &context.office));
    notices.extend(store(context));
    notices.extend(contradictions(&context.office, &context.call));
    notices.extend(act(context));
    notices.extend(calendar(context));
    for incident in state.incidents.iter().filter(|i| i.until.is_none()) {
        let text = format!("an emergency lasts ({}): {}", incident.door.word(), incident.cause);
        let notice = StatusNotice::of(NoticeKind::Emergency, Severity::Warning, text).because(&incident.cause);
        let subject = NoticeSubject::new(incident.door.word(), &incident.cause);
        let how = context.call.command("incidents");
        notices.push(notice.about(vec![subject]).since(Some(incident.since)).with(how));
    }
    notices
}

/// What the witnesses contain and the ledger lacks, and who works on it.
///
/// # Errors
/// When the ledger or a witness cannot be read.
pub(super) async fn ledger(context: &Context) -> Result<Vec<StatusNotice>, Failure> {
    let mut notices = Vec::new();
    if let Some(told) = witnesses::compared(context).await?.told() {
        notices.push(incomplete(context, told, witnesses::is_new(context).await?));
    }
    let at_work = claimed::at_work(context).await?;
    if at_work.is_empty() {
        notices.extend(locked(context).await);
    }
    let by_holder = notice::by_cause(&at_work, |piece| piece.holder.clone());
    notices.extend(by_holder.iter().filter_map(|(_, pieces)| works(&context.office, pieces)));
    Ok(notices)
}

/// The notice about a ledger that lacks what its witnesses contain. A backup has more than any witness, so it comes
/// first, and `reconcile` adds what happened after it. PostgreSQL has tools of its own for backups.
fn incomplete(context: &Context, told: String, is_lost: bool) -> StatusNotice {
    let is_file = ledger_url(&context.office, context.origin).is_ok_and(|url| url.starts_with("sqlite:"));
    let next = match (is_file, is_lost) {
        (true, true) => "the ledger is lost: mount its disk or restore a backup; reconcile if there is none",
        (true, false) => "nothing is sent: restore a newer backup if there is one, else reconcile",
        (false, _) => "nothing is sent until this is settled",
    };
    let text = format!("{told}; {next}");
    let notice = StatusNotice::of(NoticeKind::LedgerIncomplete, Severity::Error, text).because(told);
    let (restore, reconcile) = (context.call.command("restore").flag("…"), context.call.command("reconcile"));
    match (is_file, is_lost) {
        (true, true) => notice.with(restore).or_with(reconcile),
        (true, false) => notice.with(reconcile).or_with(restore),
        (false, _) => notice.with(reconcile),
    }
}

/// A program that works on the ledger, and on what.
fn works(office: &Office, pieces: &[&HeldPiece]) -> Option<StatusNotice> {
    let first = pieces.first()?;
    let text = match first.since {
        None => format!(
            "an older zhinaq is at work on this ledger: `{}`; wait until it ends",
            folder_lock::shown(&first.holder)
        ),
        Some(since) => {
            let (host, process) = worker::place(&first.holder);
            let work = notice::named(pieces.iter().map(|piece| &piece.what));
            let since = claimed::at(office, since);
            format!(
                "process {process} on `{host}` (account `{}`) is at work on this ledger since {since}: {work}",
                first.account
            )
        }
    };
    Some(StatusNotice::info(NoticeKind::AtWork, text))
}

/// Another program that keeps the ledger locked, so that no command can write it.
async fn locked(context: &Context) -> Option<StatusNotice> {
    let url = ledger_url(&context.office, context.origin).ok()?;
    let LockHolder { process, program, uid } = lock_holder(&url).await?;
    let account = account::name_of(uid);
    let text = format!(
        "the ledger is locked by process {process} (`{program}`, account `{account}`), and nothing can be written until it ends"
    );
    let notice = StatusNotice::of(NoticeKind::LedgerLocked, Severity::Warning, text).because("the ledger is locked");
    Some(StatusNotice { command: Some(format!("ps -fp {process}")), ..notice })
}

fn about_scheduler(office: &Office, call: &Invocation, scheduler: SchedulerState) -> Option<StatusNotice> {
    let at = |last: DateTime<Utc>| last.with_timezone(&office.zone).format("%Y-%m-%d %H:%M %Z").to_string();
    let start = "start its service, or do now what is due";
    let (kind, severity, text, since) = match scheduler {
        SchedulerState::Running { .. } | SchedulerState::NotUsed => return None,
        SchedulerState::Stopped { last } => (
            NoticeKind::SchedulerDead,
            Severity::Error,
            format!("the scheduler was stopped, and does not run since {}; {start}", at(last)),
            Some(last),
        ),
        SchedulerState::Silent { last } => (
            NoticeKind::SchedulerDead,
            Severity::Error,
            format!("the scheduler does not run: its last heartbeat is of {}; {start}", at(last)),
            Some(last),
        ),
        SchedulerState::Never => (
            NoticeKind::SchedulerUnused,
            Severity::Warning,
            format!(
                "the scheduler has never run here, so nothing happens by itself; {start}; an office without one sets `scheduler = \"none\"` in zhinaq.toml"
            ),
            None,
        ),
    };
    let how = call.command("schedule").flag("--once");
    Some(StatusNotice::of(kind, severity, text).since(since).with(how))
}

/// The free space of the disk with the output.
fn disk(output: &Path, office: &Office) -> Option<StatusNotice> {
    let free = durable::free_space(output).ok()?;
    let least = office.settings.alerts.free_bytes;
    let severity = how_full(free, least)?;
    let what = if severity == Severity::Error { "is full" } else { "is nearly full" };
    let path = output.display().to_string();
    let text = format!("the disk with `{path}` {what}: {} MB are free; delete or move files", free / 1_000_000);
    let notice = StatusNotice::of(NoticeKind::Disk, severity, text).because(format!("the disk {what}"));
    // The largest folders come last.
    let command =
        format!("du -xm -d 2 {} | sort -n | tail", hint::quoted(&durable::nearest_place(output).display().to_string()));
    Some(StatusNotice { command: Some(command), ..notice })
}

/// The notice about a store that cannot be read. What is shown then comes from the ledger and the cache.
fn store(context: &Context) -> Option<StatusNotice> {
    let (address, error) = (context.artifacts.address()?, context.artifacts.reach().err()?);
    let why = chain(&error);
    let text = format!("the store `{address}` cannot be read ({why}); nothing can be built or sent until it can");
    let notice = StatusNotice::of(NoticeKind::Store, Severity::Error, text).because("the store cannot be read");
    Some(notice.with(context.call.command("store").flag("check")))
}

/// How grave it is that so few bytes are free; `None` if there are enough.
fn how_full(free: u64, least: u64) -> Option<Severity> {
    match free {
        free if free < FULL.min(least) => Some(Severity::Error),
        free if free < least => Some(Severity::Warning),
        _ => None,
    }
}

fn contradictions(office: &Office, call: &Invocation) -> Option<StatusNotice> {
    let found = obstacles(office);
    let first = found.first()?;
    let text = format!("lists of the office contradict each other, and nothing is sent: {first}");
    let subjects = found.iter().map(|words| NoticeSubject::new(words, words)).collect();
    let notice = StatusNotice::of(NoticeKind::Contradiction, Severity::Error, text).because(first).about(subjects);
    Some(notice.with(call.office_command("doctor")))
}

fn act(context: &Context) -> Option<StatusNotice> {
    match context.office.force_on(context.today()) {
        Force::InForce => None,
        Force::BySetting(words) => Some(StatusNotice::info(NoticeKind::ActOutOfForce, words)),
        Force::Refused(words) => {
            let notice = StatusNotice::of(NoticeKind::ActRefused, Severity::Error, words);
            Some(notice.with(context.call.office_command("doctor")))
        }
    }
}

/// The days that are due soon and whose calendar may still change; late in the year, the calendar of the next one.
fn calendar(context: &Context) -> Option<StatusNotice> {
    let (office, today) = (&context.office, context.today());
    let until = today.checked_add_days(AHEAD).unwrap_or(today);
    let soon = plan(office.regulation(), &office.calendar, today, until);
    let show = |from: chrono::NaiveDate, to: chrono::NaiveDate| {
        context.call.office_command("plan").option("--from", from).option("--to", to)
    };
    if let Some((year, why)) = soon.iter().find_map(|due| Some((due.due.year(), due.provisional.clone()?))) {
        let text = format!(
            "due days of {year} may still change: {why}; put the approved calendar into schedules/calendar-kz.toml"
        );
        let notice = StatusNotice::of(NoticeKind::Calendar, Severity::Warning, text).because(why);
        return Some(notice.about(vec![NoticeSubject::new(year, "provisional")]).with(show(today, until)));
    }
    let next = today.year() + 1;
    let why = office.calendar.provisional(next).filter(|_| today.month() >= 10)?;
    let text = format!("the calendar of {next} is not final: {why}");
    let from = chrono::NaiveDate::from_ymd_opt(next, 1, 1)?;
    let notice = StatusNotice::info(NoticeKind::Calendar, text).because(why);
    Some(notice.about(vec![NoticeSubject::new(next, "provisional")]).with(show(from, from + TimeDelta::days(92))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_nearly_full_below_the_setting_and_full_below_what_an_issue_needs() {
        let setting = 500_000_000;
        assert_eq!(how_full(setting, setting), None);
        assert_eq!(how_full(setting - 1, setting), Some(Severity::Warning));
        assert_eq!(how_full(FULL - 1, setting), Some(Severity::Error));
        assert_eq!(how_full(0, 0), None, "0 switches it off");
    }
}
