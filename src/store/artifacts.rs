//! One door, hash → bytes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use domain::Sha256;
use durable::{self, PublishError, Together};

use super::{ArtifactKey, StoreError};

/// Artifacts under way; none of them is there before [`Self::publish`], and without it none will be.
#[derive(Debug)]
pub struct ArtifactBatch<'a> {
    artifacts: &'a Artifacts,
    files: Together,
}

impl ArtifactBatch<'_> {
    /// Writes an artifact, given in pieces, that is never replaced; the same bytes there already are a success.
    ///
    /// # Errors
    /// When other bytes stand there, the name is wrong, or the file system fails.
    pub fn put(&self, key: &ArtifactKey, pieces: &[&[u8]]) -> Result<Sha256, StoreError> {
        self.files.add(&self.artifacts.path(key)?, pieces)?;
        Ok(Sha256::of_pieces(pieces))
    }

    /// Flushes all and gives them their names.
    ///
    /// # Errors
    /// When the file system fails; then each artifact is there whole or not at all.
    pub fn publish(self) -> Result<(), StoreError> {
        Ok(self.files.publish()?)
    }
}

/// One artifact, to be read when it is needed. Its bytes are as they lie there: compare them with a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredArtifact {
    path: PathBuf,
}

impl StoredArtifact {
    /// Its bytes.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }

    /// How many bytes it has; 0 where it is not there.
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
    /// Opens the folder, making it where it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Publish(PublishError::Io { path: root.to_owned(), source });
        fs::create_dir_all(root).map_err(failed)?;
        Ok(Self { root: root.into() })
    }

    /// The store below a folder that need not be there, for those who look only.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.into() }
    }

    pub(crate) fn path(&self, key: &ArtifactKey) -> Result<PathBuf, StoreError> {
        Ok(self.root.join(key.relative()?))
    }

    /// Stores an artifact that is never replaced; the same bytes there already are a success.
    ///
    /// # Errors
    /// When other bytes stand there, the name is wrong, or the file system fails.
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

    /// Stores many artifacts as [`Self::put`] does each, with one flush for all.
    ///
    /// # Errors
    /// When other bytes stand under one of the names (then nothing was written), or the file system fails.
    pub fn put_all(&self, artifacts: &[(ArtifactKey, &[u8])]) -> Result<Vec<Sha256>, StoreError> {
        let batch = self.batch();
        let put = artifacts.par_iter().map(|(key, bytes)| batch.put(key, &[bytes]));
        let hashes = put.collect::<Result<Vec<_>, _>>()?;
        batch.publish()?;
        Ok(hashes)
    }

    /// Removes what processes that are no more left half written beside an artifact.
    pub fn sweep_beside(&self, key: &ArtifactKey) {
        if let Some(folder) = self.path(key).ok().as_deref().and_then(Path::parent) {
            durable::sweep(folder);
        }
    }

    /// Artifacts that are stored together, each as soon as it is made and by whichever thread made it: by far the faster
    /// way for the copies of an issue, and no more than those under way are in memory.
    #[must_use]
    pub fn batch(&self) -> ArtifactBatch<'_> {
        ArtifactBatch { artifacts: self, files: Together::default() }
    }

    /// Stores what can be made again from other artifacts and carries a check of its own. It may replace an older one,
    /// and after a power cut it may be gone.
    ///
    /// # Errors
    /// When the name is wrong or the file system fails.
    pub fn derive(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        durable::replace_unflushed(&self.path(key)?, bytes)?;
        Ok(Sha256::of(bytes))
    }

    /// Stores an artifact that may replace an older one: a register, a report. Whole or not at all.
    ///
    /// # Errors
    /// When the name is wrong or the file system fails; the older one is then still there.
    pub fn replace(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        durable::replace(&self.path(key)?, bytes)?;
        Ok(Sha256::of(bytes))
    }

    /// The bytes of an artifact. A snapshot is checked against its name; for what carries its hash elsewhere (in the
    /// ledger, in a register) use [`Self::fetch_as`].
    ///
    /// # Errors
    /// When it is not there, cannot be read, or is a damaged snapshot.
    pub fn fetch(&self, key: &ArtifactKey) -> Result<Vec<u8>, StoreError> {
        match key {
            ArtifactKey::Snapshot(sha) => self.fetch_as(key, sha),
            _ => self.read(key),
        }
    }

    /// The bytes of an artifact of a known hash.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or has another hash.
    pub fn fetch_as(&self, key: &ArtifactKey, wanted: &Sha256) -> Result<Vec<u8>, StoreError> {
        let bytes = self.read(key)?;
        let found = Sha256::of(&bytes);
        if found == *wanted {
            return Ok(bytes);
        }
        Err(StoreError::Damaged { path: self.path(key)?, found, wanted: *wanted, next: next(key) })
    }

    /// An artifact to be read later: a run that hands over hundreds of copies holds only those under way. It need not be
    /// there; that is found when it is read.
    ///
    /// # Errors
    /// When the key is no name of a file.
    pub fn stored(&self, key: &ArtifactKey) -> Result<StoredArtifact, StoreError> {
        Ok(StoredArtifact { path: self.path(key)? })
    }

    /// Keeps an altered artifact beside its name, as `….altered`, so that another can take its place; nothing happens where
    /// there is none.
    pub fn set_aside(&self, key: &ArtifactKey) {
        if let Ok(path) = self.path(key)
            && path.exists()
        {
            let _ = fs::rename(&path, path.with_extension("altered"));
        }
    }

    /// Whether something stands under the name; says nothing about its bytes.
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

/// What a person does when an artifact is gone or damaged.
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
