//! Files beside the masters of an issue: other formats, traces, the list of findings.
//!
//! In: a file and its issue. Out: its key in the store. Unknown here: what is in the file.

use crate::Failure;
use domain::Issue;
use formats::FileOfBook;
use store::{ArtifactKey, Artifacts};

/// Stores a file beside the masters of an issue; one that is there is replaced.
///
/// # Errors
/// When the store fails.
pub fn keep(artifacts: &Artifacts, issue: &Issue, file: &FileOfBook) -> Result<ArtifactKey, Failure> {
    // A format may keep its files in a folder of its own.
    let key = ArtifactKey::beside(issue, &file.name);
    let stored = artifacts.replace(&key, &file.bytes);
    stored.map_err(|error| Failure::ours(format!("`{}` could not be written", file.name), error))?;
    Ok(key)
}
