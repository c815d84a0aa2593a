//! Copies in the store, as the hand-over reads them.
//!
//! In: a key of the store. Out: content that is read when it is needed. Unknown here: parcels.

use std::{io, path::Path, sync::Arc};

use crate::{Context, Failure};
use distribute::{CopyContent, CopySource};
use durable::{PublishError, Published};
use store::{ArtifactKey, StoredArtifact};

#[derive(Debug)]
struct StoredCopy(StoredArtifact);

impl CopySource for StoredCopy {
    fn read(&self) -> io::Result<Vec<u8>> {
        self.0.read()
    }

    fn length(&self) -> u64 {
        self.0.length()
    }

    fn link(&self, to: &Path, bytes: &[u8]) -> Result<Option<Published>, PublishError> {
        self.0.link(to, bytes)
    }
}

/// The bytes of a copy, or of the archive in which it goes, read when they are needed. `what` is its name in an error.
///
/// # Errors
/// When the key is not a valid name of a file.
pub fn stored(context: &Context, key: &ArtifactKey, what: &str) -> Result<CopyContent, Failure> {
    let stored = context.artifacts.stored(key);
    let stored = stored.map_err(|error| Failure::ours(format!("{what} has no place in the output"), error))?;
    Ok(CopyContent::Stored(Arc::new(StoredCopy(stored))))
}
