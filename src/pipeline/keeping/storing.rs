//! Proving that the store keeps what it was given.
//!
//! In: an opened office. Out: what a fight over one name showed, and each artifact that is lost or altered. Unknown here:
//! how a store is asked.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Context, Failure, Trouble, chain, collections::masters};
use domain::{Fact, Sha256};
use evidence::snapshot;
use ledger::Filter;
use store::{ArtifactKey, Fight, StoreError};

/// What a fight over one name of the store showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreProof {
    /// The address of the store.
    pub store: String,
    /// How many of the rivals, who created one object at the same time, were told that they did.
    pub winners: usize,
    /// Whether a later create of the same name was refused.
    pub second_refused: bool,
    /// Whether the object had the bytes of the one winner.
    pub read_back: bool,
    /// Whether all is as it has to be.
    pub good: bool,
}

/// What is in the store, compared with the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoreVerified {
    /// The address of the store; `None` = the output folder.
    pub store: Option<String>,
    /// How many artifacts have the hash that the ledger has.
    pub proved: usize,
    /// Each one that is lost or altered.
    pub troubles: Vec<Trouble>,
}

/// Lets rivals create one object of the store at the same time, and removes it.
///
/// # Errors
/// When the artifacts are in a folder, or the store cannot be reached.
pub fn store_check(context: &Context) -> Result<StoreProof, Failure> {
    let asked = context.artifacts.fight(&format!("{}-{}", context.run, std::process::id()));
    let fight = asked.map_err(|error| Failure::usage(chain(&error)).coded("store"))?;
    let (Some(Fight { winners, is_second_refused, is_read_back }), Some(store)) = (fight, context.artifacts.address())
    else {
        return Err(Failure::usage("the artifacts are in the output folder: `[store]` is not set in zhinaq.toml"));
    };
    let good = fight.is_some_and(Fight::is_fair);
    Ok(StoreProof { store, winners, second_refused: is_second_refused, read_back: is_read_back, good })
}

/// Compares each snapshot, numbered copy and master in the store with the hash that the ledger has. The cache proves
/// nothing and is not asked.
///
/// # Errors
/// When the ledger cannot be read, or the store is out of reach.
pub async fn store_verify(context: &Context) -> Result<StoreVerified, Failure> {
    let read = context.ledger.events(&Filter::default()).await;
    let events = read.map_err(|error| Failure::ours("the ledger could not be read", error))?;
    // A master is built again under its name, and may lie in one of several places; the last build counts.
    let mut wanted: BTreeMap<String, (Vec<ArtifactKey>, Sha256)> = BTreeMap::new();
    let mut newest = BTreeMap::new();
    for event in &events {
        match &event.fact {
            Fact::Queued { parcel, copies } => {
                for copy in copies {
                    let Some(language) = copy.language() else { continue };
                    let (issue, organ) = (parcel.issue.clone(), parcel.organ.clone());
                    let key = ArtifactKey::Copy { issue, organ, language, number: copy.number, of: copy.of };
                    let what = format!("copy {} of `{parcel}` in `{language}`", copy.number);
                    wanted.insert(what, (vec![key], copy.sha256));
                }
            }
            Fact::Built { issue, language, master, held, .. } => {
                newest.insert((issue, *language, *held), *master);
            }
            other => {
                if let Some(sha) = snapshot(other) {
                    wanted.insert(format!("snapshot {sha}"), (vec![ArtifactKey::Snapshot(sha)], sha));
                }
            }
        }
    }
    for ((issue, language, held), master) in newest {
        let since = held.map(|held| format!(" since r{held}")).unwrap_or_default();
        let what = format!("the master of `{issue}` in `{language}`{since}");
        wanted.insert(what, (masters::places(issue, language).collect(), master));
    }
    let mut verified = StoreVerified { store: context.artifacts.address(), proved: 0, troubles: Vec::new() };
    for (what, (keys, sha)) in wanted {
        match proved(context, &keys, &sha) {
            Ok(()) => verified.proved += 1,
            Err(error) if error.is_missing() || error.is_damaged() => {
                verified.troubles.push(Trouble::new(what, chain(&error)));
            }
            Err(error) => return Err(Failure::usage(chain(&error)).coded("store")),
        }
    }
    Ok(verified)
}

/// Proves an artifact in one of its places. Without any, the first place that has other bytes is the error.
fn proved(context: &Context, keys: &[ArtifactKey], sha: &Sha256) -> Result<(), StoreError> {
    let mut worst: Option<StoreError> = None;
    for key in keys {
        match context.artifacts.prove(key, sha) {
            Ok(()) => return Ok(()),
            Err(error) if error.is_missing() && worst.is_some() => {}
            Err(error) => worst = Some(error),
        }
    }
    worst.map_or(Ok(()), Err)
}
