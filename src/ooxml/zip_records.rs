//! The records of a ZIP archive (APPNOTE.TXT of the ZIP format, 4.3): the header before an entry, its record in the
//! directory, the record at the end.
//!
//! In come the values of an entry; out come bytes. There are no extra fields, comments and data descriptors, and no
//! archives beyond 4 GiB. This module does not know the data of the entries.

/// The signatures of an entry's header, of its record in the directory, and of the record at the end.
pub const LOCAL: &[u8; 4] = b"PK\x03\x04";
pub const CENTRAL: &[u8; 4] = b"PK\x01\x02";
pub const END: &[u8; 4] = b"PK\x05\x06";
/// The lengths of these records without names.
pub const LOCAL_LENGTH: usize = 30;
pub const CENTRAL_LENGTH: usize = 46;
pub const END_LENGTH: usize = 22;
/// The version that is needed to extract deflated entries: 2.0.
pub const VERSION: u16 = 20;
/// Made on Unix by this version, so the external attributes contain the mode of a file.
pub const MADE_ON_UNIX: u16 = (3 << 8) | VERSION;
/// The flag of a UTF-8 name.
pub const UTF8: u16 = 1 << 11;
pub const STORED: u16 = 0;
pub const DEFLATED: u16 = 8;
/// 1 January 1980, the first day of the format.
pub const FIRST_DAY: u16 = (1 << 5) | 1;

/// The values of an entry in its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZipRecord<'a> {
    pub name: &'a str,
    pub made_by: u16,
    pub flags: u16,
    pub method: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    /// The number of bytes in the archive, and the number of bytes uncompressed.
    pub packed: u32,
    pub bytes: u32,
    /// The external attributes: on Unix the mode in the upper 16 bits.
    pub attributes: u32,
    /// Where the header begins.
    pub offset: u32,
}

impl ZipRecord<'_> {
    fn common(&self, to: &mut Vec<u8>) {
        for field in [VERSION, self.flags, self.method, self.time, self.date] {
            to.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.packed, self.bytes] {
            to.extend(field.to_le_bytes());
        }
        to.extend((self.name.len() as u16).to_le_bytes());
        to.extend(0_u16.to_le_bytes());
    }

    /// The header before the data of the entry.
    #[must_use]
    pub fn local(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LOCAL_LENGTH + self.name.len());
        bytes.extend(LOCAL);
        self.common(&mut bytes);
        bytes.extend(self.name.as_bytes());
        bytes
    }

    /// Appends the record of the entry to the directory.
    pub fn central(&self, to: &mut Vec<u8>) {
        to.extend(CENTRAL);
        to.extend(self.made_by.to_le_bytes());
        self.common(to);
        // No comment, first disk, no internal attributes.
        to.extend([0; 6]);
        to.extend(self.attributes.to_le_bytes());
        to.extend(self.offset.to_le_bytes());
        to.extend(self.name.as_bytes());
    }
}

/// The record at the end: the number of entries in the directory, its start, and its length.
#[must_use]
pub fn end(entries: u16, start: u32, length: u32) -> [u8; END_LENGTH] {
    let mut bytes = [0; END_LENGTH];
    bytes[..4].copy_from_slice(END);
    bytes[8..10].copy_from_slice(&entries.to_le_bytes());
    bytes[10..12].copy_from_slice(&entries.to_le_bytes());
    bytes[12..16].copy_from_slice(&length.to_le_bytes());
    bytes[16..20].copy_from_slice(&start.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_library_reads_what_the_records_say() {
        let record = ZipRecord {
            name: "жинақ.txt",
            made_by: MADE_ON_UNIX,
            flags: UTF8,
            method: STORED,
            time: 0,
            date: FIRST_DAY,
            crc: crc32fast::hash(b"text"),
            packed: 4,
            bytes: 4,
            attributes: 0o100_600 << 16,
            offset: 0,
        };
        let mut archive = [record.local().as_slice(), b"text"].concat();
        let start = archive.len() as u32;
        record.central(&mut archive);
        archive.extend(end(1, start, archive.len() as u32 - start));
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
        let mut entry = zip.by_index(0).unwrap();
        assert_eq!(entry.name().unwrap(), "жинақ.txt");
        assert_eq!((entry.unix_mode(), entry.size()), (Some(0o100_600), 4));
        assert_eq!(std::io::read_to_string(&mut entry).unwrap(), "text");
    }
}
