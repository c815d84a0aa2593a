//! A parcel with its copies and its letter, as it is handed over.

use std::{
    borrow::Cow,
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};

use super::Letter;
use domain::{CopyRecord, EmailAddress, Language, Origin, ParcelId, Sha256, is_deceptive};
use durable::{PublishError, Published};

/// One collection to one organ: the copies that are not yet handed over, and their letter.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub id: ParcelId,
    pub language: Language,
    /// Parcels of sample data never leave the machine.
    pub origin: Origin,
    /// The mail addresses of the organ; a folder needs none.
    pub to: Vec<EmailAddress>,
    pub letter: Letter,
    pub copies: Vec<Enclosure>,
    /// The date of the letter; the same for each attempt, so that the same mail has the same bytes.
    pub date: DateTime<Utc>,
    /// The number of attempts in the journal.
    pub attempts: u32,
    /// The largest mail that the organ takes, in bytes, if known.
    pub max_message_bytes: Option<u64>,
    /// Whether a parcel that is larger than one mail goes by folder, and not in several mails.
    pub by_folder_if_large: bool,
    pub sending: Repetition,
    /// The mark of the settings by which it goes: what was refused for good under them waits until they change.
    pub settings: String,
}

/// Which sending of its copies a parcel is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// 1 for the first; each later one was requested by a person.
    pub number: u32,
    /// The Message-ID of the mail that it repeats.
    pub of: Option<String>,
    /// Whether other addresses have the copies by this sending already. Their mail lies in the archive.
    pub is_rest: bool,
    /// The addresses that the mail names, if they are more than those that get it now: a later transaction carries the
    /// same mail. Empty = those that get it.
    pub named: Vec<EmailAddress>,
    /// What the mail says of it, in the language of the organ; `None` for the first sending.
    pub words: Option<RepetitionWords>,
}

/// How a mail says that it repeats another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepetitionWords {
    /// In the subject.
    pub mark: String,
    /// At the beginning of the letter.
    pub sentence: String,
}

impl Default for Repetition {
    fn default() -> Self {
        Self { number: 1, of: None, is_rest: false, named: Vec::new(), words: None }
    }
}

/// One numbered copy with its bytes.
#[derive(Debug, Clone)]
pub struct Enclosure {
    pub record: CopyRecord,
    pub content: CopyContent,
}

/// The bytes of a copy, or where they are. A stored copy is read when it is needed, so that a run has only a few in
/// memory.
#[derive(Debug, Clone)]
pub enum CopyContent {
    Bytes(Arc<[u8]>),
    Stored(Arc<dyn CopySource>),
}

/// A copy that is read when it is needed.
pub trait CopySource: fmt::Debug + Send + Sync {
    /// Reads its bytes.
    ///
    /// # Errors
    /// When it does not exist or cannot be read.
    fn read(&self) -> io::Result<Vec<u8>>;

    /// Its length in bytes; 0 if it does not exist.
    fn length(&self) -> u64;

    /// Publishes its file under a second name, so that its bytes, which were read and checked, lie on the disk once.
    /// `None`: no link can be made, and the bytes have to be written.
    ///
    /// # Errors
    /// When the name has other bytes, or the file system fails.
    fn link(&self, to: &Path, bytes: &[u8]) -> Result<Option<Published>, PublishError>;
}

/// A copy in a file.
impl CopySource for PathBuf {
    fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(self)
    }

    fn length(&self) -> u64 {
        fs::metadata(self).map_or(0, |found| found.len())
    }

    fn link(&self, to: &Path, bytes: &[u8]) -> Result<Option<Published>, PublishError> {
        durable::publish_link(self, to, bytes)
    }
}

/// Why a copy cannot be handed over.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error("copy {number} cannot be read from `{file}`: {source}; restore it from a backup")]
    Read { number: u32, file: String, source: io::Error },
    #[error(
        "copy {number}, `{file}`, is not the one in the register ({found:?}, not {wanted:?}); nothing was sent: restore it from a backup"
    )]
    Changed { number: u32, file: String, found: Sha256, wanted: Sha256 },
    #[error("copy {number} has the file name `{file}`, which is not a plain name; nothing was sent")]
    Name { number: u32, file: String },
}

impl Parcel {
    /// The numbers of the copies.
    #[must_use]
    pub fn numbers(&self) -> Vec<u32> {
        self.copies.iter().map(|c| c.record.number).collect()
    }

    /// The most bytes of the letter on the wire: in the worst encoding a byte becomes three.
    #[must_use]
    pub fn letter_bytes(&self) -> u64 {
        3 * (self.letter.text().len() + self.letter.html().map_or(0, str::len)) as u64
    }
}

impl Enclosure {
    /// Reads the bytes, and checks them against the register, so that exactly what was approved is sent.
    ///
    /// # Errors
    /// When the file cannot be read or was changed, or its name is not a plain file name.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>, ContentError> {
        let CopyRecord { number, file, sha256, .. } = &self.record;
        let (number, file, wanted) = (*number, file.clone(), *sha256);
        if !is_plain_name(&file) {
            return Err(ContentError::Name { number, file });
        }
        let bytes = match &self.content {
            CopyContent::Bytes(bytes) => Cow::Borrowed(bytes.as_ref()),
            CopyContent::Stored(source) => match source.read() {
                Ok(bytes) => Cow::Owned(bytes),
                Err(source) => return Err(ContentError::Read { number, file, source }),
            },
        };
        let found = Sha256::of(&bytes);
        if found != wanted {
            return Err(ContentError::Changed { number, file, found, wanted });
        }
        Ok(bytes)
    }

    /// Publishes its file under a second name; see [`CopySource::link`]. `bytes` are those of [`Self::bytes`].
    pub(crate) fn link(&self, to: &Path, bytes: &[u8]) -> Result<Option<Published>, PublishError> {
        match &self.content {
            CopyContent::Bytes(_) => Ok(None),
            CopyContent::Stored(source) => source.link(to, bytes),
        }
    }

    /// Whether it is an encrypted archive that contains the copy.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.record.file.ends_with(".zip")
    }

    /// The length of the copy in bytes; 0 if it does not exist, which is reported when it is read.
    #[must_use]
    pub fn length(&self) -> u64 {
        match &self.content {
            CopyContent::Bytes(bytes) => bytes.len() as u64,
            CopyContent::Stored(source) => source.length(),
        }
    }
}

/// The longest file name of common file systems, in bytes.
const NAME_LIMIT: usize = 255;
/// The room for the hash that the folder transport adds, in bytes.
const HASH_ROOM: usize = 20;

/// Whether a name is a plain file name on any system that a recipient may use.
fn is_plain_name(name: &str) -> bool {
    (1..=NAME_LIMIT - HASH_ROOM).contains(&name.len())
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name.chars().any(|c| c.is_control() || "/\\:*?\"<>|".contains(c) || is_deceptive(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_lead_elsewhere() {
        assert!(is_plain_name("crime_2025-Q2_r0_mia_copy-1-of-1_ru.xlsx"));
        assert!(is_plain_name("Жинақ әғқңөұүһі.xlsx"));
        let long = "a".repeat(300);
        let wrong =
            ["", ".", "..", "../a.xlsx", "a/b", "a\\b", "C:a", "a\r\nb", "a\0", ".a", "a.", "x\u{202e}xslx.exe"];
        for wrong in wrong.into_iter().chain([long.as_str()]) {
            assert!(!is_plain_name(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_sent_is_what_the_register_says() {
        let record =
            CopyRecord { number: 1, of: 1, file: "a.xlsx".into(), sha256: Sha256::of(b"approved"), language: None };
        let enclosure = |bytes: &[u8]| Enclosure { record: record.clone(), content: CopyContent::Bytes(bytes.into()) };
        assert!(enclosure(b"approved").bytes().is_ok());
        let error = enclosure(b"another").bytes().unwrap_err();
        assert!(error.to_string().contains("is not the one in the register"), "{error}");
    }
}
