//! What is known of a file that somebody brought.

use serde::Serialize;

use super::{Altered, Differences, TellTale};
use crate::domain::{CollectionId, Language, OrganId, Origin, ParcelState, Period, Sha256};

/// Whose copy a file is, and whether it is as it was sent. Fields that are `None` are not known: the file is nobody's.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Identified {
    pub collection: Option<CollectionId>,
    pub period: Option<Period>,
    pub revision: Option<u32>,
    /// The number of a supplement; 0 with the collection itself.
    pub supplement: Option<u32>,
    pub organ: Option<OrganId>,
    /// This copy's number.
    pub copy: Option<u32>,
    pub of: Option<u32>,
    pub content_id: Option<Sha256>,
    /// Every cell is as it was sent.
    pub intact: bool,
    pub altered: Vec<Altered>,
    /// Altered cells beyond those that are listed.
    pub altered_more: usize,
    pub missing_sheets: Vec<String>,
    pub added_sheets: Vec<String>,
    pub bytes: Option<Bytes>,
    /// The program that saved the file, as it calls itself.
    pub saved_by: Option<String>,
    pub told_by: Vec<TellTale>,
    pub language: Option<Language>,
    pub origin: Option<Origin>,
    /// Where the copy stands in the register.
    pub state: Option<ParcelState>,
    /// The file's own hash, and that of the register.
    pub sha256: Option<Sha256>,
    pub registered: Option<Sha256>,
    /// The finding as a sentence.
    pub words: String,
}

/// Whether a file's bytes are those that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bytes {
    AsSent,
    /// The same cells in other bytes.
    SavedAgain,
    Altered,
}

impl Identified {
    /// A file of nobody.
    #[must_use]
    pub fn stranger(sha256: Sha256, words: impl Into<String>) -> Self {
        Self { sha256: Some(sha256), words: words.into(), ..Self::default() }
    }

    /// Whether the file is a copy of this office.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        self.copy.is_some()
    }

    /// Takes over what a comparison found.
    pub fn judge(&mut self, differences: Differences) {
        let saved_by = self.saved_by.as_deref().unwrap_or("another program");
        self.intact = differences.is_empty();
        self.bytes = Some(if self.intact { Bytes::SavedAgain } else { Bytes::Altered });
        self.words = if self.intact {
            format!("the same figures and texts, saved again by {saved_by}")
        } else {
            let cells = differences.altered.len() + differences.more;
            let mut words = format!("ALTERED: {cells} cells are not as they were sent");
            for (sheets, what) in
                [(&differences.missing_sheets, "is not there"), (&differences.added_sheets, "was added")]
            {
                for sheet in sheets {
                    words = format!("{words}; sheet `{sheet}` {what}");
                }
            }
            words
        };
        self.altered = differences.altered;
        self.altered_more = differences.more;
        self.missing_sheets = differences.missing_sheets;
        self.added_sheets = differences.added_sheets;
    }
}
