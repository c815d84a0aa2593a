//! Seals a copy with its organ's passphrase: a ZIP archive with the workbook as its only entry, encrypted with AES-256
//! (AE-x, appendix E of the ZIP format's APPNOTE). 7-Zip, WinRAR, Keka and `bsdtar` can open it.
//!
//! A spreadsheet program could open a workbook with its own password without another tool. But no well-maintained
//! library writes such workbooks, and the archive contains exactly the bytes of the copy in the register. The salt is
//! new each time, so sealing the same copy twice gives different bytes: the caller keeps the result.
//!
//! The archive is of the kind AE-2. The library writes the kind AE-1, except for the smallest entries. AE-1 contains
//! the checksum of the contents in clear, so anybody could check a guess of a copy's contents with it.

use std::{
    fmt,
    io::{Cursor, Write as _},
};

use zip::{AesMode, CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The passphrase that opens the copies of an organ. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(String);

/// Why a text is not a passphrase. The message does not contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    #[error("has fewer than {SHORTEST} characters")]
    Short,
    #[error("has more than {LONGEST} characters")]
    Long,
    #[error("has control characters, or blanks at an end, which cannot be typed")]
    Characters,
}

/// Why a copy cannot be sealed.
#[derive(Debug, thiserror::Error)]
#[error("the encrypted archive cannot be written: {0}")]
pub struct SealError(#[from] zip::result::ZipError);

/// The fewest characters. The archive's key is only a thousand steps of PBKDF2 away from the passphrase, so the
/// passphrase must be long.
const SHORTEST: usize = 16;
const LONGEST: usize = 128;

impl Passphrase {
    /// Checks a passphrase.
    ///
    /// # Errors
    /// When it is too short to withstand guessing, too long, or cannot be typed.
    pub fn new(text: impl Into<String>) -> Result<Self, PassphraseError> {
        let text = text.into();
        match text.chars().count() {
            ..SHORTEST => Err(PassphraseError::Short),
            count if count > LONGEST => Err(PassphraseError::Long),
            _ if text.chars().any(char::is_control) || text.trim() != text => Err(PassphraseError::Characters),
            _ => Ok(Self(text)),
        }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// The name of the archive of a copy: `…_copy-1-of-1_ru.xlsx` becomes `…_copy-1-of-1_ru.zip`.
#[must_use]
pub fn sealed_name(file: &str) -> String {
    let stem = file.strip_suffix(".xlsx").unwrap_or(file);
    format!("{stem}.zip")
}

/// Seals a copy. A workbook is already compressed, so it is stored without compression.
///
/// # Errors
/// When the system gives no random bytes for the salt.
pub fn seal(file: &str, bytes: &[u8], passphrase: &Passphrase) -> Result<Vec<u8>, SealError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o600)
        .with_aes_encryption_bytes(AesMode::Aes256, passphrase.0.as_bytes());
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 1024)));
    writer.start_file(file, options)?;
    writer.write_all(bytes).map_err(zip::result::ZipError::from)?;
    let mut archive = writer.finish()?.into_inner();
    without_checksum(&mut archive).ok_or(zip::result::ZipError::InvalidArchive("it has another shape".into()))?;
    Ok(archive)
}

/// Turns an archive with one entry into AE-2: both headers get another version in the extra field, and no checksum. The
/// encrypted data has its own keyed checksum.
fn without_checksum(archive: &mut [u8]) -> Option<()> {
    let end = archive.len().checked_sub(DIRECTORY_END)?;
    let directory = u32::from_le_bytes(archive.get(end + 16..end + 20)?.try_into().ok()?) as usize;
    for (header, signature, checksum, lengths, fields) in
        [(0, b"PK\x03\x04", 14, 26, 30), (directory, b"PK\x01\x02", 16, 28, 46)]
    {
        let number = |at: usize| Some(usize::from(u16::from_le_bytes(archive.get(at..at + 2)?.try_into().ok()?)));
        let (name, extra) = (number(header + lengths)?, number(header + lengths + 2)?);
        let mut at = header + fields + name;
        let extra_end = at + extra;
        while at < extra_end && number(at)? != AES_FIELD {
            at += 4 + number(at + 2)?;
        }
        if at >= extra_end || archive.get(header..header + 4)? != signature {
            return None;
        }
        archive.get_mut(header + checksum..header + checksum + 4)?.fill(0);
        archive.get_mut(at + 4..at + 6)?.copy_from_slice(&2_u16.to_le_bytes());
    }
    Some(())
}

/// The record that ends an archive without a comment (APPNOTE 4.3.16).
const DIRECTORY_END: usize = 22;
/// The extra field of AES encryption.
const AES_FIELD: usize = 0x9901;

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_sealed_copy_opens_with_its_passphrase_alone() {
        let passphrase = Passphrase::new("жеті қат құпия сөз").unwrap();
        let sealed = seal("copy.xlsx", b"a numbered workbook of the register", &passphrase).unwrap();
        assert!(!sealed.windows(8).any(|w| w == b"workbook"));
        let mut archive = zip::ZipArchive::new(Cursor::new(&sealed)).unwrap();
        let mut opened = Vec::new();
        archive.by_index_decrypt(0, "жеті қат құпия сөз".as_bytes()).unwrap().read_to_end(&mut opened).unwrap();
        assert_eq!(opened, b"a numbered workbook of the register");
        assert!(archive.by_index_decrypt(0, "жеті қат құпия сөз".as_bytes()).unwrap().crc32() == 0);
        assert!(archive.by_index_decrypt(0, b"another passphrase").is_err());
        assert!(archive.by_index(0).is_err());
        assert_ne!(seal("copy.xlsx", b"a numbered workbook of the register", &passphrase).unwrap(), sealed);
        assert_eq!(sealed_name("crime_2025-Q2_r0_mia_copy-1-of-1_ru.xlsx"), "crime_2025-Q2_r0_mia_copy-1-of-1_ru.zip");
    }

    #[test]
    fn a_passphrase_is_long_enough_and_never_shown() {
        for (wrong, why) in [
            ("", PassphraseError::Short),
            ("fifteen letters", PassphraseError::Short),
            ("a passphrase\nof two lines", PassphraseError::Characters),
            (" a blank in front of it", PassphraseError::Characters),
            (&"a".repeat(129), PassphraseError::Long),
        ] {
            assert_eq!(Passphrase::new(wrong), Err(why), "{wrong:?}");
        }
        let passphrase = Passphrase::new("correct horse battery").unwrap();
        assert_eq!(format!("{passphrase:?}"), "Passphrase(…)");
    }
}
