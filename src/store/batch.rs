//! Artifacts that are stored together. In: keys and bytes, from any number of threads. Out: artifacts under their names.
//! This module does not know what the bytes mean.

use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
};

use super::{ArtifactKey, Artifacts, StoreError, artifacts::text};
use domain::Sha256;
use durable::Together;

/// Artifacts that are being written. None appears under its name before [`Self::publish`]; without it, none ever does.
#[derive(Debug)]
pub struct ArtifactBatch<'a> {
    pub(super) artifacts: &'a Artifacts,
    pub(super) files: Together,
    /// The paths below the root, for the store.
    pub(super) paths: Mutex<Vec<String>>,
}

impl ArtifactBatch<'_> {
    /// Writes an artifact, given in pieces, that is never replaced. It succeeds if the same bytes are already stored.
    ///
    /// # Errors
    /// When other bytes are stored under the key, the name is wrong, or the file system fails.
    pub fn put(&self, key: &ArtifactKey, pieces: &[&[u8]]) -> Result<Sha256, StoreError> {
        let path = self.artifacts.path(key)?;
        let sha = Sha256::of_pieces(pieces);
        if self.artifacts.remote.is_some() {
            Artifacts::drop_other(&path, &sha);
            self.paths.lock().unwrap_or_else(PoisonError::into_inner).push(text(key)?);
        }
        self.files.add(&path, pieces)?;
        Ok(sha)
    }

    /// Flushes all artifacts to the disk and gives them their names; then they are created in the store, if there is one.
    ///
    /// # Errors
    /// When the file system or the store fails; then each artifact is stored whole or not at all.
    pub fn publish(self) -> Result<(), StoreError> {
        self.files.publish()?;
        let Some(remote) = &self.artifacts.remote else { return Ok(()) };
        let root = Arc::clone(&self.artifacts.root);
        let paths = self.paths.into_inner().unwrap_or_else(PoisonError::into_inner);
        remote.create_all(paths, move |path| {
            let path = root.join(path);
            fs::read(&path).map_err(|source| StoreError::Unreadable { path, source })
        })
    }
}
