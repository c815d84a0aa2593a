//! What a person wants beside the masters that organs get: other formats, and workbooks in further languages.
//!
//! In: wishes, and drawn workbooks. Out: files under the keys of masters. Unknown here: how a workbook is drawn.
//!
//! The ledger has no fact about a workbook in a further language: it can be made again, and no copy is stamped out of it.

use std::collections::BTreeSet;

use crate::{Failure, collections::build::Built};
use domain::Language;
use formats::OtherFormat;
use store::Artifacts;
use workbook::Master;

/// What a person wants beside the masters that organs get.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildWishes {
    /// The books in these formats, and not in those of zhinaq.toml.
    pub formats: Vec<OtherFormat>,
    /// Workbooks to read in further languages. No copy is made from them.
    pub languages: Vec<Language>,
}

impl BuildWishes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The languages of the wishes that no organ gets, each once.
pub fn beyond(wishes: &BuildWishes, organs: &[Language]) -> Vec<Language> {
    let further: BTreeSet<Language> = wishes.languages.iter().copied().filter(|l| !organs.contains(l)).collect();
    further.into_iter().collect()
}

/// Stores workbooks in further languages.
///
/// # Errors
/// When the store fails.
pub fn keep(artifacts: &Artifacts, built: &mut Built, further: &[(Language, Master)]) -> Result<(), Failure> {
    for (language, master) in further {
        let key = built.master_key(*language);
        let shown = key.relative().map(|path| path.display().to_string()).unwrap_or_default();
        let stored = artifacts.replace(&key, &master.bytes);
        stored.map_err(|error| Failure::ours(format!("the workbook `{shown}` could not be written"), error))?;
        built.files.push(shown);
    }
    Ok(())
}

/// Says why no workbook in further languages is made of an issue whose copies have other figures.
pub fn refuse(built: &mut Built, languages: &[Language]) {
    for language in languages {
        built.unmade.push(format!(
            "no workbook of `{}` in `{language}` is made: the figures or the program changed since its copies were \
             numbered",
            built.issue
        ));
    }
}
