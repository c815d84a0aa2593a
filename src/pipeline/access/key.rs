//! What the console needs before it starts: its key, its rules, and files that nobody else can read.
//!
//! In: the settings. Out: the key, the rules, or every fault. Unknown here: who signs in.

use std::{fs, os::unix::fs::MetadataExt as _};

use chrono::{DateTime, TimeDelta, Utc};

use super::agreement;
use crate::{Context, Failure};
use ::access::SealingKey;
use config::Office;
use domain::Role;
use ledger::SessionRules;

/// How long networks and browsers of sessions are kept.
const NETWORKS: TimeDelta = TimeDelta::days(90);

/// The key that encrypts the seeds of second factors. No error repeats any of it.
///
/// # Errors
/// When the variable of the environment is not set, or is not a key.
pub fn console_key(office: &Office) -> Result<SealingKey, Failure> {
    let name = &office.settings.console.key_env;
    let text = std::env::var(name).map_err(|_| {
        Failure::usage(format!(
            "the environment variable `{name}` with the key of the console is not set: 64 hexadecimal digits, such as `openssl rand -hex 32` prints"
        ))
    })?;
    text.parse().map_err(|error| Failure::usage(format!("the environment variable `{name}`: {error}")))
}

/// The rules of sessions.
#[must_use]
pub fn session_rules(office: &Office) -> SessionRules {
    let session = &office.settings.console.session;
    let delta = |time| TimeDelta::from_std(time).unwrap_or(TimeDelta::zero());
    SessionRules {
        idle: delta(session.idle),
        lifetime: delta(session.lifetime),
        per_person: usize::try_from(session.per_person).unwrap_or(1),
    }
}

/// Why the console may not start; empty if it may. Nothing is changed, and no secret is printed.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn console_faults(context: &Context) -> Result<Vec<String>, Failure> {
    let office = &context.office;
    let mut faults: Vec<String> = console_key(office).err().into_iter().map(|failure| failure.message).collect();
    if let Some(tls) = &office.settings.console.tls {
        for (what, path) in [("certificate", &tls.certificate), ("key", &tls.key_file)] {
            let path = office.path(path);
            let shown = path.display();
            match fs::metadata(&path) {
                Err(error) => faults.push(format!("the {what} of the console `{shown}` cannot be read: {error}")),
                Ok(found) if what == "key" && found.mode() & 0o077 != 0 => {
                    faults.push(format!("others can read the {what} of the console `{shown}`: `chmod 600` the file"));
                }
                Ok(_) => {}
            }
        }
    }
    if let Err(failure) = agreement(office, None) {
        faults.push(failure.message);
    }
    let (standings, today) = (context.standings().await?, context.real_day());
    if !standings.values().any(|standing| standing.may(Role::Admin, today)) {
        let how = context
            .call
            .command("person add")
            .flag("ACCOUNT")
            .asked("--name")
            .option("--role", "admin")
            .asked("--reason");
        faults.push(format!("nobody is an administrator, so nobody could let others in; {how} makes the first one"));
    }
    Ok(faults)
}

/// Removes networks and browsers of sessions, and failed sign-ins, that are older than 90 days.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn forget_networks(context: &Context, now: DateTime<Utc>) -> Result<u64, Failure> {
    let gone = context.ledger.forget_networks(now - NETWORKS).await;
    gone.map_err(|error| context.not_written(error))
}
