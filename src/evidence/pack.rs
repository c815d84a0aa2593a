//! Writes an archive of evidence. The same files give the same bytes.
//!
//! In: files by path, and the list of them. Out: a ZIP archive in the layout of [`zip_layout`]. It does not know what
//! the files contain.

use std::io::{self, Write};

use flate2::{Compression, write::DeflateEncoder};

use super::{
    manifest::{MANIFEST, Manifest, PackedFile, SIGNATURE, is_plain_path},
    zip_layout::{self, PackedEntry},
};
use domain::Sha256;

/// Why an archive cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("the archive could not be written")]
    Io(#[from] io::Error),
    #[error("`{0}` cannot be the name of a file in an archive of evidence")]
    Path(String),
    #[error("the evidence is larger than 4 GiB or has more than 65,000 files; pack it without the copies")]
    TooLarge,
    #[error("the list of the files could not be written: {0}")]
    Manifest(#[from] serde_json::Error),
}

/// Writes files into an archive, one by one.
#[derive(Debug)]
pub struct PackWriter<W> {
    out: W,
    at: u64,
    entries: Vec<PackedEntry>,
    files: Vec<PackedFile>,
}

/// The most entries: fewer than the 65,535 of the format, so that the lists have room.
const ENTRIES: usize = 65_000;
const LEVEL: u32 = 6;

impl<W: Write> PackWriter<W> {
    pub const fn new(out: W) -> Self {
        Self { out, at: 0, entries: Vec::new(), files: Vec::new() }
    }

    /// How many files were added.
    pub const fn count(&self) -> usize {
        self.files.len()
    }

    /// Adds a file.
    ///
    /// # Errors
    /// When its path is not valid or occurs twice, the archive grows too large, or it cannot be written.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), PackError> {
        let file = self.write(path, bytes)?;
        self.files.push(file);
        Ok(())
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<PackedFile, PackError> {
        if !is_plain_path(path) || self.entries.iter().any(|e| e.path == path) {
            return Err(PackError::Path(path.into()));
        }
        // The list cannot contain its own hash. In a compressed file the last bits can be changed without changing its
        // contents, so the list is stored without compression.
        let as_it_is = is_packed_already(bytes) || matches!(path, MANIFEST | SIGNATURE);
        let deflated = if as_it_is { None } else { Some(deflate(bytes)?) };
        // A file that does not shrink is stored without compression.
        let deflated = deflated.filter(|d| d.len() < bytes.len());
        let packed = deflated.as_deref().unwrap_or(bytes);
        let small = |length: u64| u32::try_from(length).map_err(|_| PackError::TooLarge);
        let entry = PackedEntry {
            path: path.into(),
            deflated: deflated.is_some(),
            crc: crc32fast::hash(bytes),
            packed: small(packed.len() as u64)?,
            bytes: small(bytes.len() as u64)?,
            offset: small(self.at)?,
        };
        if self.entries.len() >= ENTRIES {
            return Err(PackError::TooLarge);
        }
        let header = zip_layout::local(&entry);
        self.out.write_all(&header)?;
        self.out.write_all(packed)?;
        self.at += (header.len() + packed.len()) as u64;
        self.entries.push(entry);
        Ok(PackedFile {
            path: path.into(),
            bytes: bytes.len() as u64,
            sha256: Sha256::of(bytes),
            packed: Sha256::of(packed),
        })
    }

    /// Writes the sums for `sha256sum -c`, the list of files and, if `sign` makes one, the signature of the list.
    /// Returns the writer and the bytes of the list.
    ///
    /// # Errors
    /// When the archive grew too large, cannot be written or signed.
    pub fn finish<E: From<PackError>>(
        mut self,
        mut manifest: Manifest,
        sign: impl FnOnce(&[u8]) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<(W, Vec<u8>), E> {
        let sums: String = self.files.iter().map(|f| format!("{}  {}\n", f.sha256, f.path)).collect();
        self.add("SHA256SUMS", sums.as_bytes())?;
        manifest.files = std::mem::take(&mut self.files);
        let mut list = serde_json::to_vec_pretty(&manifest).map_err(PackError::from)?;
        list.push(b'\n');
        self.write(MANIFEST, &list)?;
        if let Some(signature) = sign(&list)? {
            self.write(SIGNATURE, &signature)?;
        }
        let out = self.close()?;
        Ok((out, list))
    }

    fn close(mut self) -> Result<W, PackError> {
        let directory: Vec<u8> = self.entries.iter().flat_map(zip_layout::central).collect();
        if u32::try_from(self.at + directory.len() as u64).is_err() {
            return Err(PackError::TooLarge);
        }
        self.out.write_all(&directory)?;
        self.out.write_all(&zip_layout::end(self.entries.len(), self.at, directory.len() as u64))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Whether a file is a workbook or another archive, which does not shrink.
fn is_packed_already(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(b"\x1f\x8b")
}

fn deflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(LEVEL));
    encoder.write_all(bytes)?;
    encoder.finish()
}
