//! Opening the office for a command.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone as _, Utc};

use super::{global::Global, progress};
use crate::{
    clock::Clock,
    config::Office,
    domain::{Actor, Origin},
    pipeline::{Desk, DeskOptions, Failure, Progress, Silent},
    sample::Faults,
};

/// Options of the commands that work with figures and parcels.
#[derive(Debug, Clone, clap::Args)]
pub struct DeskArgs {
    /// Work with the embedded sample office; its files and ledger are kept apart
    #[arg(long)]
    pub sample: bool,

    /// Let the sample office lie, for trials: kind:form or kind:form:unit, comma-separated, such as late:1-ad,html:1-m
    #[arg(long, value_name = "LIST", requires = "sample")]
    pub faults: Option<Faults>,

    /// Act as if it were this instant: 2025-07-14 or 2025-07-14T18:30 in the office's zone, or RFC 3339
    #[arg(long, value_name = "INSTANT")]
    pub as_of: Option<String>,
}

/// Loads the office of the options.
///
/// # Errors
/// Every fault of its files.
pub fn office(global: &Global) -> Result<Office, Failure> {
    if !global.home.is_dir() {
        return Err(Failure::usage(format!(
            "`{}` is no folder: make an office there with `zhinaq init {}`, or name another with --home",
            global.home.display(),
            global.home.display()
        )));
    }
    Office::load(&global.home).map_err(|faults| Failure::usage(format!("the office's files have faults:\n{faults}")))
}

/// Opens the desk of a command.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open(global: &Global, args: &DeskArgs) -> Result<Desk, Failure> {
    open_with(global, args, args.sample.then_some(Origin::Sample), progress::for_terminal(global)).await
}

/// Opens the desk of a command for figures of one origin, whatever the sources are.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open_as(global: &Global, args: &DeskArgs, origin: Origin) -> Result<Desk, Failure> {
    open_with(global, args, Some(origin), progress::for_terminal(global)).await
}

/// Opens the desk of a command that answers at once and shows no progress.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open_quietly(global: &Global, args: &DeskArgs) -> Result<Desk, Failure> {
    open_with(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent)).await
}

/// Opens the desk of a command that only looks: nothing of the ledger is changed, and one on a full disk can be read.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be read.
pub async fn open_to_read(global: &Global, args: &DeskArgs) -> Result<Desk, Failure> {
    let (office, options) = prepared(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent))?;
    Desk::open_to_read(office, options).await
}

/// Opens the desk of a person who takes in what the ledger does not know; a lost ledger is begun anew.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open_to_reconcile(global: &Global, args: &DeskArgs) -> Result<Desk, Failure> {
    let (office, options) = prepared(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent))?;
    Desk::open_to_reconcile(office, options).await
}

async fn open_with(
    global: &Global,
    args: &DeskArgs,
    origin: Option<Origin>,
    progress: Arc<dyn Progress>,
) -> Result<Desk, Failure> {
    let (office, options) = prepared(global, args, origin, progress)?;
    Desk::open(office, options).await
}

fn prepared(
    global: &Global,
    args: &DeskArgs,
    origin: Option<Origin>,
    progress: Arc<dyn Progress>,
) -> Result<(Office, DeskOptions), Failure> {
    let office = office(global)?;
    let clock = match &args.as_of {
        Some(text) => Clock::set_at(instant(text, &office)?),
        None => Clock::System,
    };
    let actor = actor(global, &office)?;
    let options = DeskOptions { clock, actor, origin, faults: args.faults.clone().unwrap_or_default(), progress };
    Ok((office, options))
}

/// Who acts: the person named with `--by`, who must be in people.toml where that lists anybody, or the account of the
/// operating system.
fn actor(global: &Global, office: &Office) -> Result<Actor, Failure> {
    let known = |text: &str| office.people.iter().find(|p| p.account == text || p.name == text);
    if let Some(name) = &global.by {
        let person = known(name);
        if person.is_none() && !office.people.is_empty() {
            return Err(Failure::usage(format!(
                "`{name}` is not in schedules/people.toml; who may act is listed there"
            )));
        }
        return Ok(Actor::Person(person.map_or_else(|| name.clone(), |p| p.name.clone())));
    }
    let account = std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "unknown".into());
    Ok(Actor::Person(known(&account).map(|p| p.name.clone()).unwrap_or(account)))
}

/// An instant as a person writes it.
///
/// # Errors
/// Says what can be written.
pub fn instant(text: &str, office: &Office) -> Result<DateTime<Utc>, Failure> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_utc());
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .or_else(|_| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_hms_opt(12, 0, 0).unwrap_or_default())
        });
    let wrong = || {
        Failure::usage(format!(
            "`{text}` is no instant: write `2025-07-14`, `2025-07-14T18:30` or `2025-07-14T18:30:00+05:00`"
        ))
    };
    let local = local.map_err(|_| wrong())?;
    office.zone.from_local_datetime(&local).earliest().map(|t| t.to_utc()).ok_or_else(wrong)
}
