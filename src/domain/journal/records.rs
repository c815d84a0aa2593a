//! What facts record of copies, documents, access and reviews. This module does not know what follows from a fact.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{DatasetKey, Edition, Language, Role, Sha256};

/// One numbered copy, as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyRecord {
    pub number: u32,
    pub of: u32,
    pub file: String,
    pub sha256: Sha256,
    /// The language of the copy. Older registers have it only in the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl CopyRecord {
    /// The language of the copy: from the record, or from the file's name.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        let stem = self.file.rsplit_once('.').map_or(self.file.as_str(), |(stem, _)| stem);
        let in_name = || stem.rsplit_once('_').and_then(|(_, language)| language.parse().ok());
        self.language.or_else(in_name)
    }
}

/// The encrypted archive in which a numbered copy is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCopy {
    pub number: u32,
    pub file: String,
    /// The hash of the archive. The hash of the copy inside is in its [`CopyRecord`].
    pub sha256: Sha256,
}

/// A held document that a person accepted under an identity, with what it was read as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedDocument {
    pub snapshot: Sha256,
    pub edition: Edition,
    pub figures: u64,
    pub read_as: DatasetKey,
    pub read_revision: u32,
}

/// The roles that an administrator gave to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedAccess {
    pub account: String,
    pub name: String,
    pub roles: BTreeSet<Role>,
    /// The application that this decides, by its place in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<i64>,
    pub reason: String,
}

/// A review of what people did from one day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReview {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The last entry of the journal that was looked at.
    pub upto: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}
