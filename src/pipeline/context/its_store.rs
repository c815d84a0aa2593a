//! The store of an origin: a folder, or S3 with a cache.
//!
//! In: an office and an origin. Out: its artifacts. Unknown here: what an artifact contains.

use super::{Failure, chain, its_ledger::root};
use config::{Office, StoreSettings};
use domain::Origin;
use store::{Artifacts, StorePlace};

/// The artifacts of an origin. The sample office has its folder, never the store of the office.
///
/// # Errors
/// When a key of the store is not in the environment, or its address is not valid.
pub fn artifacts(office: &Office, origin: Origin) -> Result<Artifacts, Failure> {
    let Some(settings) = used(office, origin) else { return Ok(Artifacts::at(&root(office, origin))) };
    let key = |variable: &String| {
        std::env::var(variable).ok().filter(|key| !key.is_empty()).ok_or_else(|| {
            Failure::usage(format!("the environment variable `{variable}` with a key of the store is not set"))
        })
    };
    on_s3(office, settings, key(&settings.key_env)?, key(&settings.secret_env)?)
}

/// The artifacts as [`artifacts`] gives them, for an examination: without a key in the environment the store is asked
/// without one, and refuses.
///
/// # Errors
/// When the address of the store is not valid.
pub fn artifacts_to_examine(office: &Office, origin: Origin) -> Result<Artifacts, Failure> {
    let Some(settings) = used(office, origin) else { return Ok(Artifacts::at(&root(office, origin))) };
    let key = |variable: &String| std::env::var(variable).unwrap_or_default();
    on_s3(office, settings, key(&settings.key_env), key(&settings.secret_env))
}

/// Refuses to work with a store that lets several programs create one object: a copy could be replaced there.
///
/// # Errors
/// When rivals over one object all win, or the store cannot be reached.
pub fn refuse_unfair(artifacts: &Artifacts, run: &str) -> Result<(), Failure> {
    let fight = artifacts.fight(&format!("{run}-{}", std::process::id()));
    let fight = fight.map_err(|error| Failure::usage(chain(&error)).coded("store"))?;
    let (Some(fight), Some(address)) = (fight, artifacts.address()) else { return Ok(()) };
    if fight.is_fair() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the store `{address}` does not keep a name for whoever created it first: {} created one object; nothing was done. \
         Use a store that honours `If-None-Match: *`",
        domain::counted(fight.winners, "rival")
    ))
    .coded("store"))
}

fn used(office: &Office, origin: Origin) -> Option<&StoreSettings> {
    office.settings.store.as_ref().filter(|_| origin == Origin::Real)
}

fn on_s3(office: &Office, settings: &StoreSettings, key: String, secret: String) -> Result<Artifacts, Failure> {
    let limits = &office.settings.limits;
    let place = StorePlace {
        bucket: settings.bucket.clone(),
        prefix: settings.prefix.clone(),
        endpoint: settings.endpoint.clone(),
        region: settings.region.clone(),
        key,
        secret,
        connect: limits.connect,
        answer: limits.answer,
        attempts: limits.attempts,
        first_pause: limits.first_pause,
        longest_pause: limits.longest_pause,
    };
    let opened = Artifacts::on_s3(place, &office.path(&settings.cache));
    opened.map_err(|error| Failure::ours(format!("the store `{}` could not be opened", settings.url()), error))
}
