//! The list of what lies in an archive of evidence, with the hash of each file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use domain::{CollectionId, Origin, Period, Sha256};

/// The name of the list in its archive; it stands last, and everything else is in it.
pub const MANIFEST: &str = "manifest.json";
/// A detached CMS signature of the list (RFC 5652); it is the one file that the list cannot name.
pub const SIGNATURE: &str = "manifest.json.p7s";
/// What this program writes and understands.
pub const FORMAT: &str = "zhinaq-evidence/1";

/// What an archive says it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub program: String,
    pub version: String,
    pub period: Period,
    pub origin: Origin,
    pub office: String,
    pub regulation: String,
    /// Places of the first and the last fact in the office's journal.
    pub facts: Option<(i64, i64)>,
    pub collections: Vec<PackedCollection>,
    /// Whether the numbered copies themselves are inside; their hashes always are.
    pub with_copies: bool,
    /// What the journal names and the office no longer had when this was packed.
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
    /// The number of a supplement; 0 with the collection itself.
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
    /// The hash of its bytes as they stand in the archive, compressed or not.
    pub packed: Sha256,
}

/// Whether a path may stand in an archive: plain segments in ASCII, and nowhere else to go.
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
    /// The paths that are named twice; they would hide one another.
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
