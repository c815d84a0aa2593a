//! The ledger of an origin: where it lies, how it is opened, and when a new one is refused.
//!
//! In: an office and an origin. Out: a ledger, or its address. Unknown here: what a ledger contains.

use std::path::{Path, PathBuf};

use url::Url;

use super::{Failure, Invocation, Sendings, rights};
use config::Office;
use domain::Origin;
use ledger::{Ledger, LedgerLimits};

/// The folder of an origin's files; the sample office has its own.
#[must_use]
pub fn root(office: &Office, origin: Origin) -> PathBuf {
    let output = office.path(&office.settings.output);
    match origin {
        Origin::Real => output,
        Origin::Sample => output.join("sample"),
    }
}

/// The address of an origin's ledger: the office's own, or the sample office's file.
///
/// # Errors
/// When the ledger's password has to come from the environment and is not set there, or the ledger's address is not
/// valid.
pub fn ledger_url(office: &Office, origin: Origin) -> Result<String, Failure> {
    if origin == Origin::Sample {
        return Ok(format!("sqlite:{}", root(office, origin).join("ledger.sqlite").display()));
    }
    let written = &office.settings.ledger;
    if let Some(path) = written.strip_prefix("sqlite:") {
        return Ok(format!("sqlite:{}", office.path(Path::new(path)).display()));
    }
    let Some(variable) = &office.settings.ledger_password_env else { return Ok(written.clone()) };
    let password = std::env::var(variable).map_err(|_| {
        Failure::usage(format!("the environment variable `{variable}` with the ledger's password is not set"))
    })?;
    let mut url = Url::parse(written)
        .map_err(|error| Failure::usage(format!("the ledger's address `{written}` is not valid: {error}")))?;
    let set = url.set_password(Some(&password));
    set.map_err(|()| Failure::usage(format!("the ledger's address `{written}` can carry no password")))?;
    Ok(url.into())
}

/// Refuses to work with a new ledger if copies were handed over: the old one was deleted, or its volume is not mounted.
///
/// # Errors
/// When the ledger does not exist, and the journal of sendings has entries.
pub fn refuse_lost_ledger(office: &Office, origin: Origin, call: &Invocation) -> Result<(), Failure> {
    let url = ledger_url(office, origin)?;
    let Some(path) = url.strip_prefix("sqlite:").filter(|path| !Path::new(path).exists()) else { return Ok(()) };
    let sendings = Sendings::of(office, origin);
    if sendings.is_empty() {
        return Ok(());
    }
    let reconcile = || call.command("reconcile");
    Err(Failure::usage(format!(
        "the ledger `{path}` does not exist, but copies were handed over (`{}`); is its volume mounted? Bring the ledger \
         back from a backup with {}; {} shows what it lacks then. Without a backup {} begins a new one with what the \
         journal of sendings contains",
        sendings.path().display(),
        call.command("restore").flag("…"),
        reconcile(),
        reconcile().asked("--reason")
    ))
    .coded("witness"))
}

pub(super) async fn open_ledger(office: &Office, origin: Origin) -> Result<Ledger, Failure> {
    let url = ledger_url(office, origin)?;
    let opened = Ledger::open_with(&url, ledger_limits(office)).await;
    opened.map_err(|error| {
        let refusal = url.strip_prefix("sqlite:").and_then(|path| rights::not_writable(Path::new(path)));
        refusal.unwrap_or_else(|| Failure::ours("the ledger could not be opened", error))
    })
}

/// The office's limits of time in the form that the ledger takes.
pub(super) fn ledger_limits(office: &Office) -> LedgerLimits {
    let waits = &office.settings.ledger_waits;
    LedgerLimits { connect: waits.connect, statement: waits.statement, lock: waits.lock }
}
