//! Where the masters of an issue may stand: one for each language, look, and revision that its readers hold already.

use domain::{Issue, Language};
use store::ArtifactKey;
use workbook::Profile;

/// Every place where a master of an issue in a language may stand.
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
