//! An artifact that is read later. In: where it is. Out: its bytes. This module does not know what the bytes mean.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{artifacts::cache, remote::Remote};
use durable::{PublishError, Published};

/// An artifact that is read when it is needed. The bytes are not checked: compare them with a hash.
#[derive(Debug, Clone)]
pub struct StoredArtifact {
    pub(super) path: PathBuf,
    pub(super) remote: Option<(Arc<Remote>, String)>,
}

impl PartialEq for StoredArtifact {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for StoredArtifact {}

impl StoredArtifact {
    /// Reads its bytes, from the store if the cache does not have them.
    ///
    /// # Errors
    /// When it does not exist or cannot be read.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let Some((remote, text)) = &self.remote else { return fs::read(&self.path) };
        if let Ok(bytes) = fs::read(&self.path) {
            return Ok(bytes);
        }
        match remote.read(text) {
            Ok(Some(bytes)) => {
                cache(&self.path, &bytes)?;
                Ok(bytes)
            }
            Ok(None) => Err(io::ErrorKind::NotFound.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// Publishes it under a second name outside the store; see [`durable::publish_link`]. `bytes` are those that were
    /// read and checked.
    ///
    /// # Errors
    /// When the name has other bytes, or the file system fails.
    pub fn link(&self, to: &Path, bytes: &[u8]) -> Result<Option<Published>, PublishError> {
        durable::publish_link(&self.path, to, bytes)
    }

    /// Its length in bytes; 0 if it does not exist.
    #[must_use]
    pub fn length(&self) -> u64 {
        let there = fs::metadata(&self.path).ok().map(|found| found.len());
        let asked = || self.remote.as_ref().and_then(|(remote, text)| remote.length(text).ok().flatten());
        there.or_else(asked).unwrap_or_default()
    }
}
