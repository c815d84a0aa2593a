//! Only one run at a time works on a ledger.
//!
//! Two things ensure this. The first is the lock of the output folder ([`FolderLock`]): a killed run blocks nobody. The
//! second is a lease in the ledger, for offices with programs on several machines and one PostgreSQL ledger: it ends by
//! itself when its holder stops renewing it, and its fence number is checked before each step that cannot be undone.
//! A lease that is renewed is alive, whoever holds it. It is taken over before its end only by a program that has the
//! lock which its holder had.
//!
//! In: a context. Out: the claim ([`Alone`]), or who works on the ledger. Unknown here: what the run does.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;

use super::{
    folder_lock::{self, FolderLock},
    rights,
};
use crate::{Context, Failure, Invocation, chain};
use clock::Clock;
use config::Office;
use ledger::{Ledger, RunClaim};

const WHAT: &str = "run";
/// The pause before a lease is renewed again that could not be renewed.
const SOON: Duration = Duration::from_secs(2);

/// The claim of a run on the office, held while the run works.
pub struct Alone {
    ledger: Ledger,
    pub claim: Arc<RunClaim>,
    heartbeat: JoinHandle<()>,
    _lock: FolderLock,
}

impl Alone {
    /// Claims the office for a run.
    ///
    /// # Errors
    /// When another run works here, or the lock or the ledger fails.
    pub async fn claim(context: &Context) -> Result<Self, Failure> {
        let lock = lock(&context.output, &context.call)?;
        let claim = Arc::new(lease(context, &lock).await?);
        Ok(Self { ledger: context.ledger.clone(), heartbeat: heartbeat(context, claim.clone()), claim, _lock: lock })
    }

    /// Releases the claim on the office.
    ///
    /// # Errors
    /// When the ledger cannot be written; the lease then ends by itself.
    pub async fn release(self) -> Result<(), Failure> {
        self.heartbeat.abort();
        self.ledger.release(&self.claim).await.map_err(|error| Failure::ours("the ledger could not be written", error))
    }

    /// Releases the office after an act, and returns what the act did or why it failed. An office that cannot be released
    /// changes nothing about that: its lease ends by itself.
    ///
    /// # Errors
    /// The failure of the act.
    pub async fn after<T>(self, act: Result<T, Failure>) -> Result<T, Failure> {
        if let Err(failure) = self.release().await {
            tracing::warn!(error = %chain(&failure), "the office could not be released; its lease ends by itself");
        }
        act
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

fn path(output: &Path) -> PathBuf {
    output.join(".run.lock")
}

fn lock(output: &Path, call: &Invocation) -> Result<FolderLock, Failure> {
    let path = path(output);
    let taken = FolderLock::take(&path);
    let taken = taken.map_err(|error| {
        let failed = || Failure::ours(format!("`{}` could not be opened", path.display()), error);
        rights::not_writable(&path).unwrap_or_else(failed)
    })?;
    taken.ok_or_else(|| {
        Failure::usage(format!(
            "another run works in `{}`; wait until it ends ({} may be asked meanwhile)",
            output.display(),
            call.command("status")
        ))
        .coded("busy")
    })
}

async fn lease(context: &Context, lock: &FolderLock) -> Result<RunClaim, Failure> {
    let failed = |error| Failure::ours("the ledger could not be written", error);
    let (now, lasts, mut taken) = (now(), lasts(&context.office), None);
    let holder = lock.holder(&format!("{}/{}", host(), context.run));
    if let Some(standing) = context.ledger.holder(WHAT, now).await.map_err(failed)? {
        if lock.was_of(&standing.holder) {
            taken = context.ledger.take_over(WHAT, &standing.holder, &holder, now, lasts).await.map_err(failed)?;
        }
        if taken.is_none() {
            return Err(Failure::usage(format!(
                "another run has this ledger: `{}`; its claim lasts until {} and is renewed while it works; wait until it ends",
                folder_lock::shown(&standing.holder),
                standing.until.with_timezone(&context.office.zone).format("%Y-%m-%d %H:%M:%S %Z")
            ))
            .coded("busy"));
        }
    }
    match taken {
        Some(claim) => Ok(claim),
        None => context.ledger.claim(WHAT, &holder, now, lasts).await.map_err(failed)?.ok_or_else(|| {
            Failure::usage("another run has just begun on this ledger; wait until it ends").coded("busy")
        }),
    }
}

/// How long a lease lasts without being renewed.
fn lasts(office: &Office) -> TimeDelta {
    TimeDelta::from_std(office.settings.ledger_waits.lease).unwrap_or(TimeDelta::MAX)
}

/// Whether a run works on the ledger at an instant of real time.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn is_at_work(ledger: &Ledger, output: &Path, now: DateTime<Utc>) -> Result<bool, Failure> {
    Ok(at_work(ledger, output, now).await?.is_some())
}

/// Who works on the ledger, as `machine/run`; `None` if nobody does.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn at_work(ledger: &Ledger, output: &Path, now: DateTime<Utc>) -> Result<Option<String>, Failure> {
    let holder = ledger.holder(WHAT, now).await;
    let holder = holder.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    let alive = |holder: &String| !folder_lock::has_ended(holder, &path(output));
    Ok(holder.map(|standing| standing.holder).filter(alive))
}

/// The real time: leases use it even when a person acts as of another day.
fn now() -> DateTime<Utc> {
    Clock::System.now()
}

fn heartbeat(context: &Context, claim: Arc<RunClaim>) -> JoinHandle<()> {
    let (ledger, lasts) = (context.ledger.clone(), lasts(&context.office));
    let renewal = context.office.settings.ledger_waits.lease / 3;
    tokio::spawn(async move {
        let mut pause = renewal;
        loop {
            tokio::time::sleep(pause).await;
            pause = renewal;
            match ledger.renew(&claim, now(), lasts).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!("another run has taken this ledger over; nothing more is sent here");
                    break;
                }
                Err(error) => {
                    tracing::warn!(%error, "the lease could not be renewed");
                    pause = SOON;
                }
            }
        }
    })
}

/// The name of this machine, for a person: it decides nothing, for two machines may have one name.
pub fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".into() } else { name }
}
