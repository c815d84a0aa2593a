//! The keys under which the masters of an issue may be stored: by language, look, and the revision that their readers
//! hold. Also: which masters of an issue are lost.
//!
//! In: an issue and a language. Out: keys of the store. Unknown here: how a master is made.

use crate::Failure;
use domain::{Issue, IssueRecord, Language};
use store::{ArtifactKey, Artifacts};
use workbook::Profile;

/// Every key under which a master of an issue in a language may be stored.
pub fn places(issue: &Issue, language: Language) -> impl Iterator<Item = ArtifactKey> {
    let held = std::iter::once(None).chain((0..issue.revision).map(Some));
    held.flat_map(move |held| {
        [Profile::Accessible, Profile::Working].map(|profile| ArtifactKey::Master {
            issue: issue.clone(),
            language,
            profile: profile.name().to_owned(),
            held,
        })
    })
}

/// Puts a lost master of an issue back in its place. It has the hash of the ledger, so copies are stamped out of it as
/// before.
///
/// # Errors
/// When it cannot be written.
pub fn put_back(artifacts: &Artifacts, issue: &Issue, key: &ArtifactKey, bytes: &[u8]) -> Result<(), Failure> {
    artifacts.set_aside(key);
    let stored = artifacts.replace(key, bytes);
    stored.map_err(|error| Failure::ours("a master could not be written", error))?;
    tracing::warn!(%issue, ?key, "a master was lost or altered and is made again, with the same bytes");
    Ok(())
}

/// The languages in which the master of an issue is not in the store as it was built: it is missing or altered.
pub fn lost(artifacts: &Artifacts, issue: &Issue, record: &IssueRecord) -> Vec<Language> {
    let of_all = record.masters.iter().filter(|((_, held), _)| held.is_none());
    let is_lost = |language: Language, sha| {
        !places(issue, language).any(|key| artifacts.holds(&key) && artifacts.fetch_as(&key, sha).is_ok())
    };
    of_all.filter(|((language, _), sha)| is_lost(*language, sha)).map(|((language, _), _)| *language).collect()
}
