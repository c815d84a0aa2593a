//! Opens the office for a command.
//!
//! In: the options of the command line. Out: an [`Office`], or a [`Context`] with ledger, clock and actor. It does not
//! know what the command does with them.

use std::{path::Path, sync::Arc};

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeZone as _, Utc};

use super::{global::Global, language, option_values::YEARS, out, progress};
use clock::Clock;
use config::{self, Faults, Office};
use domain::{Acting, Actor, Origin};
use pipeline::{self, CheckedBackup, Context, ContextOptions, Failure, Invocation, Named, Progress, Silent, hint};
use sample::SampleFaults;

/// Options of the commands that work with figures and parcels.
#[derive(Debug, Clone, clap::Args)]
pub struct ContextArgs {
    /// Work with the embedded sample office; its files and ledger are kept apart
    #[arg(long)]
    pub sample: bool,

    /// Faults of the sample office, for trials: kind:form or kind:form:unit, comma-separated, such as late:1-ad,html:1-m
    #[arg(long, value_name = "LIST", requires = "sample")]
    pub faults: Option<SampleFaults>,

    /// Act as if it were this instant: 2025-07-14 or 2025-07-14T18:30 in the office's zone, or RFC 3339
    #[arg(long, value_name = "INSTANT")]
    pub as_of: Option<String>,
}

/// Loads the office in the folder `--home`. For work with the sample, the files built into the program replace an
/// office that is missing.
///
/// # Errors
/// If the folder is not an office, or its files have faults; the error lists every fault.
pub fn office(global: &Global, sample: bool) -> Result<Office, Failure> {
    is_there(global, sample)?;
    loaded(if sample { Office::for_sample(&global.home) } else { Office::load(&global.home) })
}

fn loaded(office: Result<Office, Faults>) -> Result<Office, Failure> {
    let office = office.map_err(|faults| {
        Failure::usage(format!("the office's files have faults:\n{faults}")).coded("configuration")
    })?;
    language::learn(&office);
    Ok(office)
}

/// Checks that the home is a folder and contains an office. Work with the sample needs only the folder.
///
/// # Errors
/// If it does not; the error says how to make an office. Also if this account may not read the office's files.
pub fn is_there(global: &Global, sample: bool) -> Result<(), Failure> {
    let (home, quoted) = (global.home.display(), hint::quoted(&global.home.display().to_string()));
    if !global.home.is_dir() {
        return Err(Failure::usage(format!(
            "`{home}` is not a folder; make an office there with `zhinaq init {quoted}`, or choose another with --home"
        ))
        .coded("no-office"));
    }
    pipeline::refuse_unreadable_office(&global.home)?;
    if !sample && !config::is_office(&global.home) {
        return Err(Failure::usage(format!(
            "no office here: `{home}` has no zhinaq.toml; make one with `zhinaq init {quoted}`, choose another with --home, or try the sample with --sample"
        ))
        .coded("no-office"));
    }
    Ok(())
}

/// Opens the context of a command.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open(global: &Global, args: &ContextArgs) -> Result<Context, Failure> {
    open_with(global, args, args.sample.then_some(Origin::Sample), progress::for_terminal(global)).await
}

/// Opens the context of a command that answers at once and shows no progress.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open_quietly(global: &Global, args: &ContextArgs) -> Result<Context, Failure> {
    open_with(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent)).await
}

/// Opens the context of a command that only reads. The ledger is not changed, so it can lie on a full disk.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be read or is lost.
pub async fn open_to_read(global: &Global, args: &ContextArgs) -> Result<Context, Failure> {
    let (office, options) = prepared(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent))?;
    let origin = options.origin.unwrap_or_else(|| office.origin());
    pipeline::refuse_lost_ledger(&office, origin, &options.call)?;
    Context::open_to_read(office, options).await
}

/// As [`open_to_read`], for a command that shows itself that the ledger is lost.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be read.
pub async fn open_to_look(global: &Global, args: &ContextArgs) -> Result<Context, Failure> {
    let (office, options) = prepared(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent))?;
    Context::open_to_read(office, options).await
}

/// Opens the context of `reconcile`, which adds missing parcels to the ledger. If the ledger is lost, it begins a new
/// one.
///
/// # Errors
/// When the office's files have faults, or its ledger cannot be opened.
pub async fn open_to_reconcile(global: &Global, args: &ContextArgs) -> Result<Context, Failure> {
    let (office, options) = prepared(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent))?;
    Context::open_to_reconcile(office, options).await
}

/// Opens the context of `doctor --online`. If the ledger cannot be read, the failure is returned with it.
///
/// # Errors
/// When the office's files have faults.
pub async fn open_to_examine(global: &Global, sample: bool) -> Result<(Context, Option<Failure>), Failure> {
    let args = ContextArgs { sample, faults: None, as_of: None };
    let (office, options) = prepared(global, &args, sample.then_some(Origin::Sample), Arc::new(Silent))?;
    // On the heap, as the whole office is in the future.
    Box::pin(Context::open_to_examine(office, options)).await
}

/// As [`open_to_read`], for figures of the given origin, whatever `use` in sources.toml says.
///
/// # Errors
/// As [`open_to_read`].
pub async fn open_to_read_as(global: &Global, args: &ContextArgs, origin: Origin) -> Result<Context, Failure> {
    let (office, options) = prepared(global, args, Some(origin), Arc::new(Silent))?;
    Context::open_to_read(office, options).await
}

/// The office and the options of `restore`, which opens the ledger itself. `coming`: the backup whose office would be
/// written into this home, where none is yet.
///
/// # Errors
/// When the office's files have faults.
pub fn to_restore(
    global: &Global,
    args: &ContextArgs,
    coming: Option<&CheckedBackup>,
) -> Result<(Office, ContextOptions), Failure> {
    let origin = args.sample.then_some(Origin::Sample);
    let office = match coming {
        Some(backup) => loaded(backup.office_at(&global.home))?,
        None => office(global, args.sample)?,
    };
    prepared_for(office, (global, args), origin, Arc::new(Silent))
}

/// The options with which a program that runs for long opens the office, again and again.
///
/// # Errors
/// When the office's files have faults.
pub fn options_of(global: &Global, args: &ContextArgs) -> Result<ContextOptions, Failure> {
    let (_, options) = prepared(global, args, args.sample.then_some(Origin::Sample), Arc::new(Silent))?;
    Ok(options)
}

async fn open_with(
    global: &Global,
    args: &ContextArgs,
    origin: Option<Origin>,
    progress: Arc<dyn Progress>,
) -> Result<Context, Failure> {
    let (office, options) = prepared(global, args, origin, progress)?;
    Context::open(office, options).await
}

fn prepared(
    global: &Global,
    args: &ContextArgs,
    origin: Option<Origin>,
    progress: Arc<dyn Progress>,
) -> Result<(Office, ContextOptions), Failure> {
    let office = office(global, args.sample || origin == Some(Origin::Sample))?;
    prepared_for(office, (global, args), origin, progress)
}

fn prepared_for(
    office: Office,
    (global, args): (&Global, &ContextArgs),
    origin: Option<Origin>,
    progress: Arc<dyn Progress>,
) -> Result<(Office, ContextOptions), Failure> {
    let clock = match &args.as_of {
        Some(text) => Clock::set_at(instant(text, &office)?),
        None => Clock::System,
    };
    let actor = actor(global, &office, origin.unwrap_or_else(|| office.origin()) == Origin::Sample)?;
    let faults = args.faults.clone().unwrap_or_default();
    look_at_faults(&office, &faults)?;
    let options = ContextOptions { clock, actor, origin, faults, progress, call: call(global, args) };
    Ok((office, options))
}

/// The options of this call that a command in a message must repeat.
pub fn call(global: &Global, args: &ContextArgs) -> Invocation {
    let mut call = call_of(global);
    if args.sample {
        call = call.flag("--sample");
    }
    if let Some(faults) = &args.faults {
        call = call.option("--faults", faults);
    }
    if let Some(instant) = &args.as_of {
        call = call.option("--as-of", instant);
    }
    call
}

/// As [`call`], for a command that opens no context.
pub fn call_of(global: &Global) -> Invocation {
    let mut call = Invocation::default();
    if global.home != Path::new(".") {
        call = call.option("--home", global.home.display());
    }
    if let Some(by) = &global.by {
        call = call.option("--by", by);
    }
    call
}

/// The actor: the account of this process. A name given with `--by` is recorded beside it and gives no rights.
fn actor(global: &Global, office: &Office, sample: bool) -> Result<Actor, Failure> {
    let account = pipeline::account_of_process();
    let of_account = office.people.iter().find(|p| p.account == account.name);
    let name = of_account.map_or_else(|| account.name.clone(), |p| p.name.clone());
    let claimed = global.by.as_deref().map(|by| claimed(by, office, sample)).transpose()?;
    let claimed = claimed.filter(|claimed| *claimed != name && *claimed != account.name);
    Ok(Actor::Person(Acting { name, account: Some(account), claimed }))
}

/// The person on whose behalf the command acts. For real figures people.toml must list this person, so that a typing
/// error does not enter the journal as a new name.
fn claimed(by: &str, office: &Office, sample: bool) -> Result<String, Failure> {
    let by = by.trim();
    if by.is_empty() || by.chars().any(char::is_control) {
        return Err(Failure::usage(
            "`--by` is empty or contains control characters; write a person's name in one line",
        ));
    }
    let Some(person) = office.people.iter().find(|p| p.account == by || p.name == by) else {
        if sample {
            return Ok(by.to_owned());
        }
        return Err(Failure::usage(format!(
            "`{by}` is not listed in schedules/people.toml; --by takes a person listed there"
        )));
    };
    let today = Clock::System.today(office.zone);
    match person.until.filter(|until| *until <= today && !sample) {
        Some(until) => Err(Failure::usage(format!(
            "`{}` may not act since {until} (schedules/people.toml), and --by cannot be this person",
            person.name
        ))),
        None => Ok(person.name.clone()),
    }
}

/// Refuses faults of the sample office about forms that it does not have, and warns of those without effect.
///
/// # Errors
/// When a form is unknown.
pub fn look_at_faults(office: &Office, faults: &SampleFaults) -> Result<(), Failure> {
    let forms: Vec<_> = faults.0.iter().map(|fault| fault.form.clone()).collect();
    pipeline::known(office, Named { forms: &forms, ..Named::default() })?;
    for idle in pipeline::idle_faults(office, faults) {
        out::warn(&idle);
    }
    Ok(())
}

/// As [`instant`], for the bound of a list: a day alone means its midnight.
///
/// # Errors
/// As [`instant`].
pub fn midnight_or(text: &str, office: &Office) -> Result<DateTime<Utc>, Failure> {
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => instant(&format!("{day}T00:00"), office),
        Err(_) => instant(text, office),
    }
}

/// Parses an instant as a person writes it. A time without a zone is in the office's zone; a day alone means its noon.
///
/// # Errors
/// If the text is not an instant; the error shows what can be written.
pub fn instant(text: &str, office: &Office) -> Result<DateTime<Utc>, Failure> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .or_else(|_| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_hms_opt(12, 0, 0).unwrap_or_default())
        });
    let instant = match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => Some(instant.to_utc()),
        Err(_) => local.ok().and_then(|local| office.zone.from_local_datetime(&local).earliest()).map(|t| t.to_utc()),
    };
    let (first, last) = YEARS.into_inner();
    instant.filter(|instant| YEARS.contains(&instant.year())).ok_or_else(|| {
        Failure::usage(format!(
            "`{text}` is not an instant from {first} to {last}; write `2025-07-14`, `2025-07-14T18:30` or `2025-07-14T18:30:00+05:00`"
        ))
    })
}
