//! The only layout of an archive of evidence (APPNOTE.TXT of the ZIP format, 4.3).
//!
//! Entries follow one another without gaps, extra fields, comments or descriptors, and all have the same date. So every
//! byte of the archive follows from its contents, and a change of any byte is found.

use ooxml::zip_records::{self, CENTRAL, DEFLATED, END, FIRST_DAY, LOCAL, STORED, VERSION, ZipRecord};
pub use ooxml::zip_records::{CENTRAL_LENGTH, END_LENGTH, LOCAL_LENGTH};

/// One entry, as in the directory of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedEntry {
    pub path: String,
    pub deflated: bool,
    pub crc: u32,
    pub packed: u32,
    pub bytes: u32,
    /// The place of its header, in bytes from the beginning of the archive.
    pub offset: u32,
}

/// The record of an entry: no system, no flags, no attributes, and the first date of the format, because the journal
/// contains the times.
fn record(entry: &PackedEntry) -> ZipRecord<'_> {
    ZipRecord {
        name: &entry.path,
        made_by: VERSION,
        flags: 0,
        method: if entry.deflated { DEFLATED } else { STORED },
        time: 0,
        date: FIRST_DAY,
        crc: entry.crc,
        packed: entry.packed,
        bytes: entry.bytes,
        attributes: 0,
        offset: entry.offset,
    }
}

/// The header before the data of an entry.
pub fn local(entry: &PackedEntry) -> Vec<u8> {
    record(entry).local()
}

/// The entry's record in the directory.
pub fn central(entry: &PackedEntry) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CENTRAL_LENGTH + entry.path.len());
    record(entry).central(&mut bytes);
    bytes
}

/// The record at the end of the archive.
pub fn end(entries: usize, start: u64, length: u64) -> Vec<u8> {
    zip_records::end(entries as u16, start as u32, length as u32).to_vec()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The number of entries, the place of the directory and its length, from the record at the end.
pub fn read_end(bytes: &[u8]) -> Option<(usize, u64, u64)> {
    let is_end = bytes.len() == END_LENGTH && bytes.starts_with(END);
    is_end.then_some(())?;
    Some((u16_at(bytes, 10)?.into(), u32_at(bytes, 16)?.into(), u32_at(bytes, 12)?.into()))
}

/// The entries of a directory; `None` if any byte does not belong to an entry.
pub fn read_directory(mut bytes: &[u8]) -> Option<Vec<PackedEntry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        if !bytes.starts_with(CENTRAL) {
            return None;
        }
        let mut entry = read_common(bytes.get(6..)?)?;
        entry.offset = u32_at(bytes, 42)?;
        let name = CENTRAL_LENGTH + usize::from(u16_at(bytes, 28)?);
        entry.path = String::from_utf8(bytes.get(CENTRAL_LENGTH..name)?.to_vec()).ok()?;
        // Other programs write extra fields and comments.
        let length = name + usize::from(u16_at(bytes, 30)?) + usize::from(u16_at(bytes, 32)?);
        bytes = bytes.get(length..)?;
        entries.push(entry);
    }
    Some(entries)
}

/// The entry of a header at `offset`, without its name, and the length of the name.
pub fn read_local(bytes: &[u8], offset: u32) -> Option<(PackedEntry, usize)> {
    if !bytes.starts_with(LOCAL) {
        return None;
    }
    let entry = read_common(bytes.get(4..)?)?;
    Some((PackedEntry { offset, ..entry }, u16_at(bytes, 26)?.into()))
}

/// The length of the name and the extra field of a header; other programs write extra fields.
pub fn read_local_lengths(bytes: &[u8]) -> Option<usize> {
    let is_header = bytes.starts_with(LOCAL);
    is_header.then_some(())?;
    Some(usize::from(u16_at(bytes, 26)?) + usize::from(u16_at(bytes, 28)?))
}

fn read_common(bytes: &[u8]) -> Option<PackedEntry> {
    Some(PackedEntry {
        path: String::new(),
        deflated: u16_at(bytes, 4)? != 0,
        crc: u32_at(bytes, 10)?,
        packed: u32_at(bytes, 14)?,
        bytes: u32_at(bytes, 18)?,
        offset: 0,
    })
}
