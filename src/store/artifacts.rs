//! The artifacts of an office: the only way in and out of them.
//!
//! In: keys and bytes. Out: the bytes of a key, checked against a hash if one is known. It does not know what the bytes
//! mean.
//!
//! They are in a folder, or in a store on S3 with the folder as its cache. The cache decides nothing: bytes with a known
//! hash are taken from it when they have that hash, others are asked of the store. It may be deleted at any time.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use rayon::prelude::*;

use domain::Sha256;
use durable::{self, PublishError, Together};

use super::{ArtifactKey, Fight, StoreError, StorePlace, StoredArtifact, batch::ArtifactBatch, remote::Remote};

/// The artifacts of an office. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Artifacts {
    /// The folder, or the cache of the store.
    pub(super) root: Arc<Path>,
    pub(super) remote: Option<Arc<Remote>>,
}

impl Artifacts {
    /// Opens the folder, and creates it if it is missing.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Publish(PublishError::Io { path: root.to_owned(), source });
        fs::create_dir_all(root).map_err(failed)?;
        Ok(Self::at(root))
    }

    /// The store in a folder that need not exist, for commands that only read.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.into(), remote: None }
    }

    /// A store on S3, with a folder as its cache. Nothing is asked or created yet.
    ///
    /// # Errors
    /// When the address is not valid.
    pub fn on_s3(place: StorePlace, cache: &Path) -> Result<Self, StoreError> {
        Ok(Self { root: cache.into(), remote: Some(Arc::new(Remote::new(place)?)) })
    }

    /// The address of the store; `None` if the artifacts are in a folder.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        self.remote.as_ref().map(|remote| remote.shown(""))
    }

    /// Asks the store for an object that need not exist. In a folder there is nothing to ask.
    ///
    /// # Errors
    /// When the store cannot be reached, or refuses the keys.
    pub fn reach(&self) -> Result<(), StoreError> {
        self.remote.as_ref().map_or(Ok(()), |remote| remote.length(PROBE).map(drop))
    }

    /// Lets rivals fight over one object; see [`Fight`]. `None`: the artifacts are in a folder, which needs no proof.
    ///
    /// # Errors
    /// When the store cannot be reached, or refuses the keys.
    pub fn fight(&self, name: &str) -> Result<Option<Fight>, StoreError> {
        self.remote.as_ref().map(|remote| remote.fight(&format!("{PROBE}/{name}"))).transpose()
    }

    /// The paths of all artifacts whose path begins with a folder, in order. Empty for artifacts in a folder.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub fn in_store(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        self.remote.as_ref().map_or(Ok(Vec::new()), |remote| remote.list(folder))
    }

    /// Removes bytes of the cache that are not those that are about to be stored.
    pub(super) fn drop_other(path: &Path, wanted: &Sha256) {
        if fs::read(path).is_ok_and(|found| Sha256::of(&found) != *wanted) {
            let _ = fs::remove_file(path);
        }
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
        let path = self.path(key)?;
        if let Some(remote) = &self.remote {
            remote.create(&text(key)?, bytes.to_vec())?;
            cache(&path, bytes).map_err(|source| PublishError::Io { path, source })?;
            return Ok(sha);
        }
        durable::publish(&path, bytes)?;
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
        ArtifactBatch { artifacts: self, files: Together::default(), paths: Mutex::default() }
    }

    /// Stores an artifact that can be made again from others and that has its own check. It may replace an older one,
    /// and it may be lost in a power cut.
    ///
    /// # Errors
    /// When the name is wrong or the file system fails.
    pub fn derive(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        if let Some(remote) = &self.remote {
            remote.overwrite(&text(key)?, bytes.to_vec())?;
        }
        durable::replace_unflushed(&self.path(key)?, bytes)?;
        Ok(Sha256::of(bytes))
    }

    /// Stores an artifact that may replace an older one, such as a register or a report. It is stored whole or not at
    /// all.
    ///
    /// # Errors
    /// When the name is wrong or the file system fails; the older artifact then remains.
    pub fn replace(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Sha256, StoreError> {
        if let Some(remote) = &self.remote {
            remote.overwrite(&text(key)?, bytes.to_vec())?;
        }
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
            _ => self.current(key),
        }
    }

    /// The bytes of an artifact with a known hash.
    ///
    /// # Errors
    /// When it does not exist, cannot be read, or has another hash.
    pub fn fetch_as(&self, key: &ArtifactKey, wanted: &Sha256) -> Result<Vec<u8>, StoreError> {
        let found = match (self.read(key), &self.remote) {
            (Ok(bytes), _) if Sha256::of(&bytes) == *wanted => return Ok(bytes),
            (_, Some(remote)) => match remote.read_wanted(&text(key)?, wanted)? {
                Some(Ok(bytes)) => {
                    let path = self.path(key)?;
                    cache(&path, &bytes).map_err(|source| PublishError::Io { path, source })?;
                    return Ok(bytes);
                }
                Some(Err(found)) => {
                    let path = PathBuf::from(remote.shown(&text(key)?));
                    return Err(StoreError::Damaged { path, found, wanted: *wanted, next: next(key) });
                }
                None => return Err(self.missing(key)?),
            },
            (read, None) => Sha256::of(&read?),
        };
        Err(StoreError::Damaged { path: self.path(key)?, found, wanted: *wanted, next: next(key) })
    }

    /// Proves that the folder or the store has an artifact with a known hash; the cache is not asked.
    ///
    /// # Errors
    /// As [`Self::fetch_as`].
    pub fn prove(&self, key: &ArtifactKey, wanted: &Sha256) -> Result<(), StoreError> {
        let Some(remote) = &self.remote else { return self.fetch_as(key, wanted).map(drop) };
        match remote.read_wanted(&text(key)?, wanted)? {
            Some(Ok(_)) => Ok(()),
            None => Err(self.missing(key)?),
            Some(Err(found)) => {
                let path = PathBuf::from(remote.shown(&text(key)?));
                Err(StoreError::Damaged { path, found, wanted: *wanted, next: next(key) })
            }
        }
    }

    /// An artifact to be read later, so that a run that hands over hundreds of copies has only a few in memory. Whether
    /// it exists is found when it is read.
    ///
    /// # Errors
    /// When the key does not make a valid file name.
    pub fn stored(&self, key: &ArtifactKey) -> Result<StoredArtifact, StoreError> {
        let remote = match &self.remote {
            Some(remote) => Some((Arc::clone(remote), text(key)?)),
            None => None,
        };
        Ok(StoredArtifact { path: self.path(key)?, remote })
    }

    /// Renames an altered artifact so that its extension is `altered`, and another can take its place. If it does not
    /// exist, nothing happens.
    pub fn set_aside(&self, key: &ArtifactKey) {
        if let (Some(remote), Ok(path)) = (&self.remote, text(key)) {
            let aside = Path::new(&path).with_extension("altered");
            // Only what was kept under the other name is removed.
            let kept = remote
                .read(&path)
                .and_then(|bytes| bytes.map(|bytes| remote.overwrite(&aside.to_string_lossy(), bytes)).transpose());
            if let Err(error) = kept.and_then(|_| remote.remove(&path)) {
                tracing::warn!(%error, "an altered artifact could not be set aside");
            }
        }
        if let Ok(path) = self.path(key)
            && path.exists()
        {
            let _ = fs::rename(&path, path.with_extension("altered"));
        }
    }

    /// Whether a file or object with the name of the artifact exists; its bytes are not checked. While the store is out of
    /// reach, the answer is yes: nothing counts as lost that is not known to be lost.
    #[must_use]
    pub fn holds(&self, key: &ArtifactKey) -> bool {
        let asked = |remote: &Arc<Remote>| text(key).is_ok_and(|path| !matches!(remote.length(&path), Ok(None)));
        self.path(key).is_ok_and(|path| path.is_file()) || self.remote.as_ref().is_some_and(asked)
    }

    /// The bytes of an artifact that has no recorded hash and may have been replaced by another machine: those of the store.
    /// The cache is enough for figures, whose sum is checked by their reader.
    pub(crate) fn current(&self, key: &ArtifactKey) -> Result<Vec<u8>, StoreError> {
        let path = text(key)?;
        let Some(remote) = &self.remote else { return self.read(key) };
        if let (true, Ok(bytes)) = (path.starts_with("data/"), self.read(key)) {
            return Ok(bytes);
        }
        self.read_from_store(remote, key, &path)
    }

    /// The bytes of an artifact that is never replaced and has no recorded hash: those of the cache, or of the store.
    pub(crate) fn lasting(&self, key: &ArtifactKey) -> Result<Vec<u8>, StoreError> {
        match (self.read(key), &self.remote) {
            (Err(_), Some(remote)) => self.read_from_store(remote, key, &text(key)?),
            (read, _) => read,
        }
    }

    fn read_from_store(&self, remote: &Arc<Remote>, key: &ArtifactKey, path: &str) -> Result<Vec<u8>, StoreError> {
        let Some(bytes) = remote.read(path)? else { return Err(self.missing(key)?) };
        let kept = self.path(key)?;
        cache(&kept, &bytes).map_err(|source| PublishError::Io { path: kept, source })?;
        Ok(bytes)
    }

    fn missing(&self, key: &ArtifactKey) -> Result<StoreError, StoreError> {
        let path = match &self.remote {
            Some(remote) => PathBuf::from(remote.shown(&text(key)?)),
            None => self.path(key)?,
        };
        Ok(StoreError::Missing { path, next: next(key) })
    }

    /// Whether the artifacts are in a store on S3.
    pub(crate) const fn is_remote(&self) -> bool {
        self.remote.is_some()
    }

    fn read(&self, key: &ArtifactKey) -> Result<Vec<u8>, StoreError> {
        let path = self.path(key)?;
        fs::read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => StoreError::Missing { path, next: next(key) },
            _ => StoreError::Unreadable { path, source },
        })
    }
}

/// Below it are objects that only prove something of the store.
const PROBE: &str = "probe";

/// The path of an artifact below the root, as text.
pub(super) fn text(key: &ArtifactKey) -> Result<String, StoreError> {
    Ok(key.relative()?.to_string_lossy().into_owned())
}

/// Keeps bytes of the store in the cache. A file that was there is replaced, never written into: the outbox may have it as
/// its second name.
pub(super) fn cache(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    durable::replace_unflushed(path, bytes).map_err(|error| match error {
        PublishError::Io { source, .. } => source,
        conflict @ PublishError::Conflict { .. } => io::Error::other(conflict),
    })
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
