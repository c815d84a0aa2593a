//! Snapshots: bytes as received, named by their hash, with receipts that say from where and when they came.
//!
//! The same bytes may arrive twice: under the same name (the source has nothing new), or under another name (one
//! region's file in place of another region's). The bytes are stored once. Each name and address under which they came
//! has its own receipt: `snapshots/<sha-256>.json`, then `….2.json`. No snapshot and no receipt is ever replaced.

use std::{collections::BTreeMap, path::PathBuf};

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use domain::Sha256;
use durable::PublishError;

use super::{ArtifactKey, Artifacts, StoreError};

/// Where and when bytes were received. The caller has masked secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotMeta {
    /// The masked URL, or the path of a file that a person brought.
    pub url: String,
    /// The document's file name.
    pub name: String,
    /// The HTTP headers of the answer, names in lower case.
    pub headers: Vec<(String, String)>,
    pub received: DateTime<Utc>,
}

/// The receipt that lies beside a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotReceipt {
    pub sha256: Sha256,
    pub bytes: u64,
    #[serde(flatten)]
    pub meta: SnapshotMeta,
}

impl SnapshotReceipt {
    /// Whether bytes that came again came under the same name and address; the time may differ.
    fn is_repeated_by(&self, meta: &SnapshotMeta) -> bool {
        self.meta.name == meta.name && lasting(&self.meta.url) == lasting(&meta.url)
    }
}

/// The address without its port, if it is on this machine: the sample office has another port each time it runs.
fn lasting(url: &str) -> &str {
    match url.strip_prefix("http://127.0.0.1:") {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => url,
    }
}

impl Artifacts {
    /// Stores bytes as received. Bytes that are stored already are kept. A new name or address of the same bytes gets
    /// its own receipt.
    ///
    /// A snapshot that was damaged on disk is set aside as `<sha-256>.damaged` and stored anew.
    ///
    /// # Errors
    /// When the file system fails.
    pub fn put_snapshot(&self, bytes: &[u8], meta: &SnapshotMeta) -> Result<Sha256, StoreError> {
        let stored = self.put_snapshots(&[(bytes, meta)])?;
        Ok(stored.first().copied().unwrap_or_else(|| Sha256::of(bytes)))
    }

    /// Stores many snapshots as [`Self::put_snapshot`] stores one, with two flushes for all. The hashes are in the
    /// order of the input.
    ///
    /// # Errors
    /// When the file system fails; the snapshots stored until then are whole.
    pub fn put_snapshots(&self, received: &[(&[u8], &SnapshotMeta)]) -> Result<Vec<Sha256>, StoreError> {
        let hashes: Vec<Sha256> = received.par_iter().map(|(bytes, _)| Sha256::of(bytes)).collect();
        let unique: BTreeMap<Sha256, &[u8]> = hashes.iter().copied().zip(received.iter().map(|r| r.0)).collect();
        let snapshots: Vec<(ArtifactKey, &[u8])> =
            unique.into_iter().map(|(sha, bytes)| (ArtifactKey::Snapshot(sha), bytes)).collect();
        for (key, bytes) in &snapshots {
            self.set_damaged_aside(key, bytes)?;
        }
        self.put_all(&snapshots)?;
        self.put_receipts(&hashes, received)?;
        Ok(hashes)
    }

    fn set_damaged_aside(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<(), StoreError> {
        if self.is_remote() {
            // What the store has is compared when the snapshot is created there, and never removed.
            return Ok(());
        }
        let path = self.path(key)?;
        if std::fs::read(&path).is_ok_and(|found| found != bytes) {
            let aside = path.with_extension("damaged");
            std::fs::rename(&path, &aside).map_err(|source| PublishError::Io { path, source })?;
            tracing::warn!(aside = %aside.display(), "a damaged snapshot is stored anew");
        }
        Ok(())
    }

    fn put_receipts(&self, hashes: &[Sha256], received: &[(&[u8], &SnapshotMeta)]) -> Result<(), StoreError> {
        let mut known: BTreeMap<Sha256, Vec<SnapshotReceipt>> = BTreeMap::new();
        let mut texts: Vec<(ArtifactKey, Vec<u8>)> = Vec::new();
        for (sha, (bytes, meta)) in hashes.iter().zip(received) {
            if !known.contains_key(sha) {
                known.insert(*sha, self.receipts(sha)?);
            }
            let known = known.entry(*sha).or_default();
            if known.iter().any(|r| r.is_repeated_by(meta)) {
                continue;
            }
            let receipt = SnapshotReceipt { sha256: *sha, bytes: bytes.len() as u64, meta: (*meta).clone() };
            let text = serde_json::to_vec_pretty(&receipt).unwrap_or_default();
            known.push(receipt);
            texts.push((receipt_key(sha, known.len()), text));
        }
        let files: Vec<(ArtifactKey, &[u8])> = texts.iter().map(|(key, text)| (key.clone(), text.as_slice())).collect();
        self.put_all(&files).map(drop)
    }

    /// The bytes of a snapshot, checked against their name.
    ///
    /// # Errors
    /// When it does not exist or is damaged.
    pub fn snapshot(&self, sha: &Sha256) -> Result<Vec<u8>, StoreError> {
        self.fetch(&ArtifactKey::Snapshot(*sha))
    }

    /// The receipts of a snapshot, the oldest first; empty if it has none.
    ///
    /// # Errors
    /// When a receipt cannot be read.
    pub fn receipts(&self, sha: &Sha256) -> Result<Vec<SnapshotReceipt>, StoreError> {
        let mut receipts = Vec::new();
        for number in 1.. {
            let key = receipt_key(sha, number);
            match self.lasting(&key) {
                Ok(text) => receipts.push(parse(&text, self.path(&key)?)?),
                Err(error) if error.is_missing() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(receipts)
    }
}

fn receipt_key(sha: &Sha256, number: usize) -> ArtifactKey {
    let extension = if number == 1 { "json".to_owned() } else { format!("{number}.json") };
    ArtifactKey::Named(format!("snapshots/{sha}.{extension}"))
}

fn parse(text: &[u8], path: PathBuf) -> Result<SnapshotReceipt, StoreError> {
    serde_json::from_slice(text).map_err(|error| StoreError::Unreadable { path, source: error.into() })
}
