//! The folder of artifacts: the only way in and out of it.
//!
//! In: keys and bytes. Out: the bytes of a key, checked against a hash if one is known. It does not know what the bytes
//! mean.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use domain::Sha256;
use durable::{self, PublishError, Published, Together};

use super::{ArtifactKey, StoreError};

/// Artifacts that are being written. None appears under its name before [`Self::publish`]; without it, none ever does.
#[derive(Debug)]
pub struct ArtifactBatch<'a> {
    artifacts: &'a Artifacts,
    files: Together,
}

impl ArtifactBatch<'_> {
    /// Writes an artifact, given in pieces, that is never replaced. It succeeds if the same bytes are already stored.
    ///
    /// # Errors
    /// When other bytes are stored under the key, the name is wrong, or the file system fails.
    pub fn put(&self, key: &ArtifactKey, pieces: &[&[u8]]) -> Result<Sha256, StoreError> {
        self.files.add(&self.artifacts.path(key)?, pieces)?;
        Ok(Sha256::of_pieces(pieces))
    }

    /// Flushes all artifacts to the disk and gives them their names.
    ///
    /// # Errors
    /// When the file system fails; then each artifact is stored whole or not at all.
    pub fn publish(self) -> Result<(), StoreError> {
        Ok(self.files.publish()?)
    }
}

/// An artifact that is read when it is needed. The bytes are not checked: compare them with a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArtifact {
    path: PathBuf,
}

impl StoredArtifact {
    /// Reads its bytes.
    ///
    /// # Errors
    /// When it does not exist or cannot be read.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
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
        fs::metadata(&self.path).map_or(0, |found| found.len())
    }
}

/// The folder of artifacts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Artifacts {
    root: Arc<Path>,
}

impl Artifacts {
    /// Opens the folder, and creates it if it is missing.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Publish(PublishError::Io { path: root.to_owned(), source });
        fs::create_dir_all(root).map_err(failed)?;
        Ok(Self { root: root.into() })
    }

    /// The store in a folder that need not exist, for commands that only read.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.into() }
    }

    pub(crate) fn path(&self, key: &ArtifactKey) -> Result<PathBuf, StoreError> {
        Ok(self.root.join(key.relative()?))
    }

    /// Stores an artifact that is never replaced. It succeeds if the same bytes are already stored.
    ///
    /// # Errors
    /// When other bytes are stored under the key, the name is wrong, or the file system fails.
    pub fn put(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        let sha = Sha256::of(bytes);
        if let ArtifactKey::Snapshot(named) = key
            && *named != sha
        {
            let path = self.path(key)?;
            return Err(StoreError::Damaged { path, found: sha, wanted: *named, next: NEXT_SNAPSHOT });
        }
        durable::publish(&self.path(key)?, bytes)?;
        Ok(sha)
    }

    /// Stores many artifacts as [`Self::put`] stores one, with one flush for all.
    ///
    /// # Errors
    /// When other bytes are stored under one of the keys (then nothing was written), or the file system fails.
    pub fn put_all(&self, artifacts: &[(ArtifactKey, &[u8])]) -> Result<Vec<Sha256>, StoreError> {
        let batch = self.batch();
        let put = artifacts.par_iter().map(|(key, bytes)| batch.put(key, &[bytes]));
        let hashes = put.collect::<Result<Vec<_>, _>>()?;
        batch.publish()?;
        Ok(hashes)
    }

    /// Removes unfinished files beside an artifact, left by processes that have ended.
    pub fn sweep_beside(&self, key: &ArtifactKey) {
        if let Some(folder) = self.path(key).ok().as_deref().and_then(Path::parent) {
            durable::sweep(folder);
        }
    }

    /// Begins a batch of artifacts that are stored together. Each thread writes an artifact as soon as it has made it.
    /// This is by far the fastest way to store the copies of an issue, and only the copies being made are in memory.
    #[must_use]
    pub fn batch(&self) -> ArtifactBatch<'_> {
        ArtifactBatch { artifacts: self, files: Together::default() }
    }

    /// Stores an artifact that can be made again from others and that has its own check. It may replace an older one,
    /// and it may be lost in a power cut.
    ///
    /// # Errors
    /// When the name is wrong or the file system fails.
    pub fn derive(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        durable::replace_unflushed(&self.path(key)?, bytes)?;
        Ok(Sha256::of(bytes))
    }

    /// Stores an artifact that may replace an older one, such as a register or a report. It is stored whole or not at
    /// all.
    ///
    /// # Errors
    /// When the name is wrong or the file system fails; the older artifact then remains.
    pub fn replace(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        durable::replace(&self.path(key)?, bytes)?;
        Ok(Sha256::of(bytes))
    }

    /// The bytes of an artifact. A snapshot is checked against its name. If the hash of an artifact is recorded
    /// elsewhere (in the ledger, in a register), use [`Self::fetch_as`].
    ///
    /// # Errors
    /// When it does not exist, cannot be read, or is a damaged snapshot.
    pub fn fetch(&self, key: &ArtifactKey) -> Result<Vec<u8>, StoreError> {
        match key {
            ArtifactKey::Snapshot(sha) => self.fetch_as(key, sha),
            _ => self.read(key),
        }
    }

    /// The bytes of an artifact with a known hash.
    ///
    /// # Errors
    /// When it does not exist, cannot be read, or has another hash.
    pub fn fetch_as(&self, key: &ArtifactKey, wanted: &Sha256) -> Result<Vec<u8>, StoreError> {
        let bytes = self.read(key)?;
        let found = Sha256::of(&bytes);
        if found == *wanted {
            return Ok(bytes);
        }
        Err(StoreError::Damaged { path: self.path(key)?, found, wanted: *wanted, next: next(key) })
    }

    /// An artifact to be read later, so that a run that hands over hundreds of copies has only a few in memory. Whether
    /// it exists is found when it is read.
    ///
    /// # Errors
    /// When the key does not make a valid file name.
    pub fn stored(&self, key: &ArtifactKey) -> Result<StoredArtifact, StoreError> {
        Ok(StoredArtifact { path: self.path(key)? })
    }

    /// Renames an altered artifact so that its extension is `altered`, and another can take its place. If it does not
    /// exist, nothing happens.
    pub fn set_aside(&self, key: &ArtifactKey) {
        if let Ok(path) = self.path(key)
            && path.exists()
        {
            let _ = fs::rename(&path, path.with_extension("altered"));
        }
    }

    /// Whether a file with the name of the artifact exists; its bytes are not checked.
    #[must_use]
    pub fn holds(&self, key: &ArtifactKey) -> bool {
        self.path(key).is_ok_and(|path| path.is_file())
    }

    fn read(&self, key: &ArtifactKey) -> Result<Vec<u8>, StoreError> {
        let path = self.path(key)?;
        fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => StoreError::Missing { path, next: next(key) },
            _ => StoreError::Unreadable { path, source },
        })
    }
}

const NEXT_SNAPSHOT: &str = "pull the form again";

/// What a person has to do when an artifact is missing or damaged.
const fn next(key: &ArtifactKey) -> &'static str {
    match key {
        ArtifactKey::Snapshot(_) => NEXT_SNAPSHOT,
        ArtifactKey::Dataset { .. } => "read the snapshot again",
        ArtifactKey::Master { .. } | ArtifactKey::OfIssue { .. } => "build the collection again",
        ArtifactKey::Copy { .. } => "restore it from a backup, or make the copy again from its master",
        ArtifactKey::Named(_) => "restore it from a backup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_artifact_is_read_when_it_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::open(folder.path()).unwrap();
        let key = ArtifactKey::Named("alerts/one.txt".into());
        let stored = artifacts.stored(&key).unwrap();
        assert_eq!((stored.length(), stored.read().unwrap_err().kind()), (0, io::ErrorKind::NotFound));
        artifacts.put(&key, b"bytes").unwrap();
        assert_eq!((stored.length(), stored.read().unwrap()), (5, b"bytes".to_vec()));
        assert!(artifacts.stored(&ArtifactKey::Named("../one.txt".into())).is_err());
    }

    #[test]
    fn what_is_set_aside_leaves_its_name_and_its_bytes_stay() {
        let folder = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::open(folder.path()).unwrap();
        let key = ArtifactKey::Named("one.xlsx".into());
        artifacts.set_aside(&key);
        artifacts.put(&key, b"altered").unwrap();
        artifacts.set_aside(&key);
        assert!(!artifacts.holds(&key));
        assert_eq!(fs::read(folder.path().join("one.altered")).unwrap(), b"altered");
    }
}
