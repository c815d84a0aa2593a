//! How an archive of evidence is laid out (APPNOTE.TXT of the ZIP format, 4.3): one way only.
//!
//! Entries follow one another without gaps, extra fields, comments or descriptors, and all carry the same date. So every
//! byte of the archive follows from its contents, and a byte that was changed anywhere is found.

/// One entry, as the archive's directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: String,
    pub deflated: bool,
    pub crc: u32,
    pub packed: u32,
    pub bytes: u32,
    /// Where its header stands.
    pub offset: u32,
}

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
/// The lengths of the records without names.
pub const LOCAL_LENGTH: usize = 30;
pub const CENTRAL_LENGTH: usize = 46;
pub const END_LENGTH: usize = 22;
/// Version 2.0 of the format is needed for deflated entries.
const VERSION: u16 = 20;
/// 1 January 1980, midnight: the first moment that the format knows. When something happened stands in the journal.
const DATE: u32 = 0x0021_0000;

fn common(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(26);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(0_u16.to_le_bytes());
    bytes.extend(if entry.deflated { 8_u16 } else { 0 }.to_le_bytes());
    for field in [DATE, entry.crc, entry.packed, entry.bytes] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend((entry.path.len() as u16).to_le_bytes());
    bytes.extend(0_u16.to_le_bytes());
    bytes
}

/// The header in front of an entry's data.
pub fn local(entry: &Entry) -> Vec<u8> {
    [LOCAL.as_slice(), &common(entry), entry.path.as_bytes()].concat()
}

/// The entry's record in the directory.
pub fn central(entry: &Entry) -> Vec<u8> {
    let mut bytes = [CENTRAL.as_slice(), &VERSION.to_le_bytes(), &common(entry)].concat();
    // No comment, the first disk, no attributes.
    bytes.extend([0; 10]);
    bytes.extend(entry.offset.to_le_bytes());
    bytes.extend(entry.path.as_bytes());
    bytes
}

/// The record at the end.
pub fn end(entries: usize, start: u64, length: u64) -> Vec<u8> {
    let mut bytes = [END.as_slice(), &[0; 4]].concat();
    bytes.extend((entries as u16).to_le_bytes());
    bytes.extend((entries as u16).to_le_bytes());
    bytes.extend((length as u32).to_le_bytes());
    bytes.extend((start as u32).to_le_bytes());
    bytes.extend(0_u16.to_le_bytes());
    bytes
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Where the directory starts and how long it is, as the end says.
pub fn read_end(bytes: &[u8]) -> Option<(usize, u64, u64)> {
    let is_end = bytes.len() == END_LENGTH && bytes.starts_with(END);
    is_end.then_some(())?;
    Some((u16_at(bytes, 10)?.into(), u32_at(bytes, 16)?.into(), u32_at(bytes, 12)?.into()))
}

/// The entries of a directory; `None` when it is not one from its first byte to its last.
pub fn read_directory(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        if !bytes.starts_with(CENTRAL) {
            return None;
        }
        let mut entry = read_common(bytes.get(6..)?)?;
        entry.offset = u32_at(bytes, 42)?;
        let name = CENTRAL_LENGTH + usize::from(u16_at(bytes, 28)?);
        entry.path = String::from_utf8(bytes.get(CENTRAL_LENGTH..name)?.to_vec()).ok()?;
        // Extra fields and comments, which other programs write.
        let length = name + usize::from(u16_at(bytes, 30)?) + usize::from(u16_at(bytes, 32)?);
        bytes = bytes.get(length..)?;
        entries.push(entry);
    }
    Some(entries)
}

/// The entry that a header at an offset announces, without its name, and the name's length.
pub fn read_local(bytes: &[u8], offset: u32) -> Option<(Entry, usize)> {
    if !bytes.starts_with(LOCAL) {
        return None;
    }
    let entry = read_common(bytes.get(4..)?)?;
    Some((Entry { offset, ..entry }, u16_at(bytes, 26)?.into()))
}

/// How long the name and the extra field of a header are: other programs write extra fields.
pub fn read_local_lengths(bytes: &[u8]) -> Option<usize> {
    let is_header = bytes.starts_with(LOCAL);
    is_header.then_some(())?;
    Some(usize::from(u16_at(bytes, 26)?) + usize::from(u16_at(bytes, 28)?))
}

fn read_common(bytes: &[u8]) -> Option<Entry> {
    Some(Entry {
        path: String::new(),
        deflated: u16_at(bytes, 4)? != 0,
        crc: u32_at(bytes, 10)?,
        packed: u32_at(bytes, 14)?,
        bytes: u32_at(bytes, 18)?,
        offset: 0,
    })
}
