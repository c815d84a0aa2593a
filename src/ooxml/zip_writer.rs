//! Reads the ZIP archive of a workbook as entries with their compressed bytes, and writes it again with some entries
//! replaced.
//!
//! In come an archive and new entries; out come the pieces of a new archive. Unchanged entries are not decompressed.
//! This module does not know what the entries contain.

use std::{
    borrow::Cow,
    io::{Cursor, Read as _},
};

use crc32fast::Hasher;

use super::{
    Error,
    zip_records::{self, DEFLATED, FIRST_DAY, MADE_ON_UNIX, STORED, UTF8, ZipRecord},
};

/// An archive in memory.
#[derive(Debug)]
pub struct RawArchive {
    bytes: Vec<u8>,
    pub entries: Vec<RawEntry>,
}

/// An entry in the directory of the archive.
#[derive(Debug, Clone)]
pub struct RawEntry {
    pub name: String,
    method: u16,
    time: u16,
    date: u16,
    mode: u32,
    crc: u32,
    length: u64,
    start: usize,
    compressed: usize,
}

impl RawEntry {
    /// An entry that is not written yet. It has no time and is readable by its owner only, as in the library that
    /// writes workbooks.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            method: DEFLATED,
            time: 0,
            date: FIRST_DAY,
            mode: 0o100_600,
            crc: 0,
            length: 0,
            start: 0,
            compressed: 0,
        }
    }
}

fn foreign(_: zip::result::ZipError) -> Error {
    Error::Damaged("it is not a ZIP archive, or a damaged one".into())
}

fn damaged(part: &str) -> Error {
    Error::Damaged(format!("its part `{part}` is damaged"))
}

fn unusual(part: &str) -> Error {
    Error::malformed(format!("its part `{part}` is compressed in another way than a workbook's parts are"))
}

fn too_large() -> Error {
    Error::TooLarge("it is larger than 4 GiB".into())
}

impl RawArchive {
    pub fn read(bytes: Vec<u8>) -> Result<Self, Error> {
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).map_err(foreign)?;
        let mut entries = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let file = zip.by_index_raw(index).map_err(foreign)?;
            let name = file.name().map_err(foreign)?.into_owned();
            let method = match file.compression() {
                zip::CompressionMethod::Deflated => DEFLATED,
                zip::CompressionMethod::Stored => STORED,
                _ => return Err(unusual(&name)),
            };
            let start = file.data_start().ok_or_else(|| damaged(&name))? as usize;
            let compressed = file.compressed_size() as usize;
            if start.checked_add(compressed).is_none_or(|end| end > bytes.len()) {
                return Err(damaged(&name));
            }
            let time = file.last_modified().unwrap_or_default();
            entries.push(RawEntry {
                method,
                time: time.timepart(),
                date: time.datepart(),
                mode: file.unix_mode().unwrap_or(0o100_600),
                crc: file.crc32(),
                length: file.size(),
                start,
                compressed,
                name,
            });
        }
        drop(zip);
        Ok(Self { bytes, entries })
    }

    pub fn find(&self, name: &str) -> Option<&RawEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The bytes of an entry as they are in the archive.
    pub fn raw(&self, entry: &RawEntry) -> &[u8] {
        &self.bytes[entry.start..entry.start + entry.compressed]
    }

    /// The deflate data of an entry; `None` if the entry is only stored.
    pub fn deflated(&self, entry: &RawEntry) -> Option<&[u8]> {
        (entry.method == DEFLATED).then(|| self.raw(entry))
    }

    /// The text of an entry, after a check of its checksum.
    pub fn text(&self, entry: &RawEntry) -> Result<String, Error> {
        let raw = self.raw(entry);
        let mut text = Vec::with_capacity(entry.length as usize);
        let read = match entry.method {
            STORED => {
                text.extend_from_slice(raw);
                Ok(text.len())
            }
            // One byte more than the directory states, so that a longer part is noticed.
            _ => flate2::read::DeflateDecoder::new(raw).take(entry.length + 1).read_to_end(&mut text),
        };
        let damaged = || damaged(&entry.name);
        read.map_err(|_| damaged())?;
        if text.len() as u64 != entry.length || crc32fast::hash(&text) != entry.crc {
            return Err(damaged());
        }
        String::from_utf8(text).map_err(|_| damaged())
    }
}

/// A writer of archives (APPNOTE.TXT of the ZIP format, 4.3) without extra fields and data descriptors. Large data is
/// not copied: the archive consists of pieces.
#[derive(Debug, Default)]
pub struct ZipWriter<'a> {
    pieces: Vec<Cow<'a, [u8]>>,
    length: usize,
    directory: Vec<u8>,
    count: usize,
    too_large: bool,
}

/// An archive in pieces.
#[derive(Debug)]
pub struct Pieces<'a>(Vec<Cow<'a, [u8]>>);

impl Pieces<'_> {
    /// The pieces, one after the other.
    #[must_use]
    pub fn slices(&self) -> Vec<&[u8]> {
        self.0.iter().map(AsRef::as_ref).collect()
    }

    /// All bytes in one vector.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.slices().concat()
    }
}

impl<'a> ZipWriter<'a> {
    /// Writes an entry unchanged.
    pub fn carry(&mut self, entry: &RawEntry, raw: &'a [u8]) {
        self.entry(entry, entry.method, entry.crc, entry.length, (raw, &[]));
    }

    /// Writes a new entry from deflated data in two pieces; the second one is small.
    pub fn write(&mut self, entry: &RawEntry, head: &'a [u8], tail: &[u8], crc: Hasher, length: u64) {
        self.entry(entry, DEFLATED, crc.finalize(), length, (head, tail));
    }

    fn entry(&mut self, entry: &RawEntry, method: u16, crc: u32, length: u64, (head, tail): (&'a [u8], &[u8])) {
        let compressed = head.len() + tail.len();
        let offset = self.length;
        self.too_large |= [length as usize, compressed, offset].iter().any(|n| u32::try_from(*n).is_err());

        let record = ZipRecord {
            name: &entry.name,
            made_by: MADE_ON_UNIX,
            flags: if entry.name.is_ascii() { 0 } else { UTF8 },
            method,
            time: entry.time,
            date: entry.date,
            crc,
            packed: compressed as u32,
            bytes: length as u32,
            attributes: entry.mode << 16,
            offset: offset as u32,
        };
        self.copy(&record.local());
        self.length += head.len();
        self.pieces.push(Cow::Borrowed(head));
        self.copy(tail);
        record.central(&mut self.directory);
        self.count += 1;
    }

    /// Appends a small piece as a copy, joined with the small piece before it.
    fn copy(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
        match self.pieces.last_mut() {
            Some(Cow::Owned(last)) => last.extend_from_slice(bytes),
            _ => self.pieces.push(Cow::Owned(bytes.to_vec())),
        }
    }

    pub fn finish(mut self) -> Result<Pieces<'a>, Error> {
        let start = self.length;
        let count = u16::try_from(self.count).map_err(|_| too_large())?;
        if self.too_large || u32::try_from(start + self.directory.len()).is_err() {
            return Err(too_large());
        }
        let mut end = std::mem::take(&mut self.directory);
        let length = end.len() as u32;
        end.extend(zip_records::end(count, start as u32, length));
        self.pieces.push(Cow::Owned(end));
        Ok(Pieces(self.pieces))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zipped::zipped;

    #[test]
    fn entries_are_carried_over_and_written_anew() {
        let archive = RawArchive::read(zipped(&[("a.xml", "<a>one</a>"), ("б.xml", "<b/>")])).unwrap();
        let (carried, replaced) = (archive.find("a.xml").unwrap(), archive.find("б.xml").unwrap());
        assert_eq!(archive.text(carried).unwrap(), "<a>one</a>");
        let (head, tail) = (b"\x00\x03\x00\xfc\xffnew", b"\x01\x00\x00\xff\xff");
        let mut crc = Hasher::new();
        crc.update(b"new");
        let mut writer = ZipWriter::default();
        writer.carry(carried, archive.raw(carried));
        writer.write(replaced, head, tail, crc, 3);
        let pieces = writer.finish().unwrap();
        assert_eq!(pieces.slices().concat(), pieces.bytes());
        let mut read = zip::ZipArchive::new(Cursor::new(pieces.bytes())).unwrap();
        for (name, text) in [("a.xml", "<a>one</a>"), ("б.xml", "new")] {
            assert_eq!(std::io::read_to_string(read.by_name(name).unwrap()).unwrap(), text);
        }
        let again = RawArchive::read(pieces.bytes()).unwrap();
        assert_eq!(again.text(again.find("б.xml").unwrap()).unwrap(), "new");
    }

    #[test]
    fn a_part_whose_checksum_is_another_is_damaged() {
        let mut bytes = zipped(&[("a.xml", "<a>one</a>")]);
        let archive = RawArchive::read(bytes.clone()).unwrap();
        let entry = archive.find("a.xml").unwrap().clone();
        bytes[entry.start] ^= 0x55;
        let archive = RawArchive::read(bytes).unwrap();
        assert_eq!(archive.text(&entry).unwrap_err().to_string(), "its part `a.xml` is damaged");
        assert!(RawArchive::read(b"a text".to_vec()).unwrap_err().is_transient());
    }
}
