//! The keys under which the masters of an issue may be stored: by language, look, and the revision that their readers
//! hold.
//!
//! In: an issue and a language. Out: keys of the store. Unknown here: which of the masters exist.

use domain::{Issue, Language};
use store::ArtifactKey;
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
