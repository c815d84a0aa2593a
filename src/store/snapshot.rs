//! Snapshots: bytes as received, named by their hash, each with a receipt that says where and when.
//!
//! The same bytes may arrive twice: under the same name (a source that has nothing new) or under another one (one
//! region's file in another region's place). The bytes are kept once; each way in which they came has a receipt of its
//! own: `snapshots/<sha-256>.json`, then `….2.json`. Nothing here is ever replaced.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::Sha256,
    publish::{self, PublishError},
};

use super::{ArtifactKey, Artifacts, StoreError};

/// Where and when bytes were received; secrets are masked by whoever fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotMeta {
    /// The masked URL, or the path of the file that was dropped in.
    pub url: String,
    /// The document's file name.
    pub name: String,
    /// The headers that came with it, names in lower case.
    pub headers: Vec<(String, String)>,
    pub received: DateTime<Utc>,
}

/// What stands beside a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub sha256: Sha256,
    pub bytes: u64,
    #[serde(flatten)]
    pub meta: SnapshotMeta,
}

impl Receipt {
    /// Whether another receipt tells of the same way in, perhaps at another time.
    fn is_repeated_by(&self, meta: &SnapshotMeta) -> bool {
        self.meta.url == meta.url && self.meta.name == meta.name
    }
}

impl Artifacts {
    /// Stores bytes as received. Bytes that are there already are kept; a name or address under which they had not
    /// come before gets a receipt of its own.
    ///
    /// A snapshot that was damaged on disk is set aside as `<sha-256>.damaged` and stored anew.
    ///
    /// # Errors
    /// When the file system fails.
    pub fn put_snapshot(&self, bytes: &[u8], meta: &SnapshotMeta) -> Result<Sha256, StoreError> {
        let sha = Sha256::of(bytes);
        let key = ArtifactKey::Snapshot(sha);
        match self.put(&key, bytes) {
            Err(StoreError::Publish(PublishError::Conflict { path, .. })) => {
                let aside = path.with_extension("damaged");
                std::fs::rename(&path, &aside).map_err(|source| PublishError::Io { path: path.clone(), source })?;
                tracing::warn!(snapshot = %sha, aside = %aside.display(), "a damaged snapshot was stored anew");
                self.put(&key, bytes)?;
            }
            other => drop(other?),
        }
        let receipt = Receipt { sha256: sha, bytes: bytes.len() as u64, meta: meta.clone() };
        let known = self.receipts(&sha)?;
        if known.iter().any(|r| r.is_repeated_by(meta)) {
            return Ok(sha);
        }
        let text = serde_json::to_vec_pretty(&receipt).unwrap_or_default();
        // Another process may take the number in between: then its receipt stands there and the next number is free.
        for number in known.len() + 1.. {
            match publish::publish(&self.receipt_path(&sha, number)?, &text) {
                Err(PublishError::Conflict { .. }) => {}
                other => {
                    other?;
                    break;
                }
            }
        }
        Ok(sha)
    }

    /// The bytes of a snapshot, checked against their name.
    ///
    /// # Errors
    /// When it is not there or damaged.
    pub fn snapshot(&self, sha: &Sha256) -> Result<Vec<u8>, StoreError> {
        self.fetch(&ArtifactKey::Snapshot(*sha))
    }

    /// Each way in which a snapshot came, the first one first; empty when there is none.
    ///
    /// # Errors
    /// When a receipt is not as it was written.
    pub fn receipts(&self, sha: &Sha256) -> Result<Vec<Receipt>, StoreError> {
        let mut receipts = Vec::new();
        for number in 1.. {
            let path = self.receipt_path(sha, number)?;
            match std::fs::read(&path) {
                Ok(text) => receipts.push(parse(&text, path)?),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => break,
                Err(source) => return Err(StoreError::Unreadable { path, source }),
            }
        }
        Ok(receipts)
    }

    fn receipt_path(&self, sha: &Sha256, number: usize) -> Result<PathBuf, StoreError> {
        let snapshot = self.path(&ArtifactKey::Snapshot(*sha))?;
        let extension = if number == 1 { "json".to_owned() } else { format!("{number}.json") };
        Ok(snapshot.with_extension(extension))
    }
}

fn parse(text: &[u8], path: PathBuf) -> Result<Receipt, StoreError> {
    serde_json::from_slice(text).map_err(|error| StoreError::Unreadable { path, source: error.into() })
}
