//! The list of the files in an archive of evidence, with the hash of each file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use domain::{CollectionId, JournalHead, Origin, Period, Sha256};

/// The name of the list in its archive. It comes after all files that it lists.
pub const MANIFEST: &str = "manifest.json";
/// The name of the detached CMS signature of the list (RFC 5652). The list cannot contain it.
pub const SIGNATURE: &str = "manifest.json.p7s";
/// The format of archives that this program writes and reads.
pub const FORMAT: &str = "zhinaq-evidence/1";

/// The contents of an archive, as the archive states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub program: String,
    pub version: String,
    pub period: Period,
    pub origin: Origin,
    pub office: String,
    pub regulation: String,
    /// The places of the first and the last fact in the office's journal.
    pub facts: Option<(i64, i64)>,
    /// The head of the whole journal when the archive was packed. Archives of older programs do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalHead>,
    pub collections: Vec<PackedCollection>,
    /// Whether the archive contains the numbered copies themselves; it always contains their hashes.
    pub with_copies: bool,
    /// What the journal lists but the office no longer had when the archive was packed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    pub files: Vec<PackedFile>,
}

/// A collection of the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedCollection {
    pub id: CollectionId,
    pub period: Period,
    pub revision: u32,
    /// The number of a supplement; 0 for the collection itself.
    #[serde(default)]
    pub supplement: u32,
    pub content_id: Option<Sha256>,
}

/// One file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedFile {
    pub path: String,
    pub bytes: u64,
    pub sha256: Sha256,
    /// The hash of its bytes as they are stored in the archive, compressed or not.
    pub packed: Sha256,
}

/// Whether a path may occur in an archive: it consists of plain ASCII segments, and cannot lead out of a folder.
#[must_use]
pub fn is_plain_path(path: &str) -> bool {
    let is_plain = |part: &str| {
        (1..=200).contains(&part.len())
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    path.len() <= 400 && path.split('/').all(is_plain)
}

impl Manifest {
    /// The paths that are listed twice; one such file would hide the other.
    #[must_use]
    pub fn repeated(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.files.iter().map(|f| f.path.as_str()).filter(|path| !seen.insert(*path)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_lead_elsewhere() {
        assert!(is_plain_path("masters/2025-Q2/crime/r0/master-ru-accessible.xlsx"));
        for wrong in ["", "/a", "a//b", "../a", "a/../b", "a/.hidden", "a\\b", "C:a", "a b", "жинақ", "a\0"] {
            assert!(!is_plain_path(wrong), "{wrong:?}");
        }
    }
}
