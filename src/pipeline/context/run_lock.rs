//! Only one run at a time works on a ledger.
//!
//! Two things ensure this. The first is a file lock in the output folder: the operating system releases it the moment a
//! process dies, so a killed run blocks nobody. The second is a lease in the ledger, for offices with programs on
//! several machines and one PostgreSQL ledger: it ends by itself when its holder stops renewing it, and its fence
//! number is checked before each step that cannot be undone.
//!
//! In: a context. Out: the claim ([`Alone`]), or who works on the ledger. Unknown here: what the run does.

use std::{fs::File, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinHandle;

use crate::{Context, Failure};
use clock::Clock;
use ledger::{Ledger, RunClaim};

const WHAT: &str = "run";
/// How long a lease lasts without being renewed.
const LEASE: TimeDelta = TimeDelta::seconds(60);
const RENEWAL: Duration = Duration::from_secs(20);

/// The claim of a run on the office, held while the run works.
pub struct Alone {
    ledger: Ledger,
    pub claim: Arc<RunClaim>,
    heartbeat: JoinHandle<()>,
    _lock: File,
}

impl Alone {
    /// Claims the office for a run.
    ///
    /// # Errors
    /// When another run works here, or the lock or the ledger fails.
    pub async fn claim(context: &Context) -> Result<Self, Failure> {
        let lock = lock(context)?;
        let holder = format!("{}/{}", host(), context.run);
        let claim = lease(context, &holder).await?;
        let claim = Arc::new(claim);
        Ok(Self { ledger: context.ledger.clone(), heartbeat: heartbeat(context, claim.clone()), claim, _lock: lock })
    }

    /// Releases the office.
    ///
    /// # Errors
    /// When the ledger cannot be written; the lease then ends by itself.
    pub async fn release(self) -> Result<(), Failure> {
        self.heartbeat.abort();
        self.ledger.release(&self.claim).await.map_err(|error| Failure::ours("the ledger could not be written", error))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

fn lock(context: &Context) -> Result<File, Failure> {
    let path = context.output.join(".run.lock");
    let failed = |error| Failure::ours(format!("`{}` could not be opened", path.display()), error);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(Failure::usage(format!(
            "another run works in `{}`; wait until it ends ({} may be asked meanwhile)",
            context.output.display(),
            context.call.command("status").asked("--period")
        ))
        .coded("busy")),
        Err(error) => Err(failed(error.into())),
    }
}

async fn lease(context: &Context, holder: &str) -> Result<RunClaim, Failure> {
    let ledger = |error| Failure::ours("the ledger could not be written", error);
    let (now, mut taken) = (now(), None);
    if let Some(standing) = context.ledger.holder(WHAT, now).await.map_err(ledger)? {
        // We hold this machine's lock, so a holder of this machine is dead.
        if standing.holder.starts_with(&format!("{}/", host())) {
            taken = context.ledger.take_over(WHAT, &standing.holder, holder, now, LEASE).await.map_err(ledger)?;
        }
        if taken.is_none() {
            return Err(Failure::usage(format!(
                "another run works on this ledger: `{}`, until {}",
                standing.holder, standing.until
            ))
            .coded("busy"));
        }
    }
    match taken {
        Some(claim) => Ok(claim),
        None => context.ledger.claim(WHAT, holder, now, LEASE).await.map_err(ledger)?.ok_or_else(|| {
            Failure::usage("another run has just begun on this ledger; wait until it ends").coded("busy")
        }),
    }
}

/// Whether a run works on the ledger at an instant of real time.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn is_at_work(context: &Context, now: DateTime<Utc>) -> Result<bool, Failure> {
    let holder = context.ledger.holder(WHAT, now).await;
    let holder = holder.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    Ok(holder.is_some_and(|standing| !is_dead(&standing.holder)))
}

/// Whether a holder is a process of this machine that no longer exists; its lease lasts a while longer. The id of a run
/// ends with its process number. If the system lists no processes, no holder counts as dead.
fn is_dead(holder: &str) -> bool {
    let of_here = holder.strip_prefix(&format!("{}/", host()));
    let process = of_here.and_then(|run| run.rsplit_once('-')).map(|(_, process)| process);
    let listed = std::path::Path::new("/proc/self").exists();
    process.is_some_and(|process| listed && !std::path::Path::new("/proc").join(process).exists())
}

/// The real time: leases use it even when a person acts as of another day.
fn now() -> DateTime<Utc> {
    Clock::System.now()
}

fn heartbeat(context: &Context, claim: Arc<RunClaim>) -> JoinHandle<()> {
    let ledger = context.ledger.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(RENEWAL).await;
            match ledger.renew(&claim, now(), LEASE).await {
                Ok(true) => {}
                Ok(false) => tracing::warn!("another run has taken this ledger over"),
                Err(error) => tracing::warn!(%error, "the lease could not be renewed"),
            }
        }
    })
}

/// The name of this machine.
pub fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".into() } else { name }
}
