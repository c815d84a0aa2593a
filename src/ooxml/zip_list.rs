//! Lists an archive twice: by the directory at its end, and by the headers before its parts (APPNOTE.TXT of the ZIP
//! format, 4.3).
//!
//! In come the bytes of a foreign archive; out come its parts, or why different programs would see different archives:
//! a name occurs twice, or only one of the two lists has a part. Of two parts with one name, libraries silently keep
//! the first or the last. So both lists are compared before a library opens the archive. This module does not know what
//! the parts contain, or whether they are complete.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

/// A part in the directory of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipEntry {
    pub name: String,
    /// The compression method: 0 = stored, 8 = deflated.
    pub method: u16,
    pub is_locked: bool,
    /// Where its header begins, and where its data ends.
    from: usize,
    to: usize,
}

/// The parts of an archive, and how many bytes come before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipList {
    pub entries: Vec<ZipEntry>,
    /// How many foreign bytes come before the archive.
    pub before: usize,
}

/// Why not every program sees the same archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZipFault {
    #[error("the zip archive is cut off or damaged: it has no directory")]
    NoDirectory,
    #[error("the zip archive is cut off or damaged: its directory is not whole")]
    Directory,
    #[error("its archive has two parts named `{0}`")]
    Twice(String),
    #[error("its archive has a part `{0}` that its directory does not list")]
    Unlisted(String),
    #[error("its archive lists a part `{listed}`, and the part in that place is named `{there}`")]
    Renamed { listed: String, there: String },
    #[error("its archive lists a part `{0}`, and no part begins in that place")]
    Missing(String),
    #[error("two parts of its archive lie over one another: `{0}` and `{1}`")]
    Over(String, String),
    #[error("its archive has two directories")]
    TwoDirectories,
}

impl ZipFault {
    /// Whether an interrupted download may be the cause, so that a new one may help.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::NoDirectory | Self::Directory | Self::Missing(_))
    }
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const LOCATOR_LENGTH: usize = 20;
const CENTRAL_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;
/// The extra fields of large archives, and of Unicode names beside others (APPNOTE 4.5.3, 4.6.9).
const LARGE: u64 = 0x0001;
const UNICODE_NAME: u64 = 0x7075;
/// The most parts; no workbook has as many.
const MOST: usize = 100_000;

/// The parts of an archive.
///
/// # Errors
/// When the directory is missing or incomplete, or the two lists differ.
pub fn list(bytes: &[u8]) -> Result<ZipList, ZipFault> {
    let end = memmem::rfind(bytes, END).ok_or(ZipFault::NoDirectory)?;
    let directory = Directory::at(bytes, end).ok_or(ZipFault::NoDirectory)?;
    let ends = memmem::find_iter(&bytes[directory.from..], END).count();
    if ends > 1 {
        return Err(ZipFault::TwoDirectories);
    }
    let (entries, aliases) = directory.entries(bytes).ok_or(ZipFault::Directory)?;
    twice(&entries, &aliases)?;
    for entry in &entries {
        let header = bytes.get(entry.from..).filter(|header| header.starts_with(LOCAL));
        let there = header.and_then(local_name).ok_or_else(|| ZipFault::Missing(entry.name.clone()))?;
        if plain(&there) != plain(&entry.name) {
            return Err(ZipFault::Renamed { listed: entry.name.clone(), there });
        }
    }
    let before = unlisted(bytes, &entries, directory.from)?;
    Ok(ZipList { entries, before })
}

/// A part's name for comparison: case, slashes and percent-encoding are ignored (ECMA-376, part 2, 6.2.2).
#[must_use]
pub fn plain(name: &str) -> String {
    let name = decoded(name).replace('\\', "/").to_lowercase();
    let steps = name.split('/').filter(|step| !step.is_empty() && *step != ".");
    steps.collect::<Vec<_>>().join("/")
}

/// A name with `%D0%BB` decoded to a letter; unchanged if the result is not UTF-8.
#[must_use]
pub fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}

/// The name of a compression method (APPNOTE 4.4.5).
#[must_use]
pub fn method_name(method: u16) -> String {
    let known = match method {
        1 => "shrinking",
        6 => "imploding",
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        20 | 93 => "Zstandard",
        95 => "xz",
        98 => "PPMd",
        other => return format!("method {other}"),
    };
    known.to_owned()
}

struct Directory {
    from: usize,
    /// Where the archive begins; offsets are counted from here.
    start: usize,
    to: usize,
    count: u64,
}

impl Directory {
    /// The directory, from the record at the end. The record of large archives comes first if there is one.
    fn at(bytes: &[u8], end: usize) -> Option<Self> {
        let record = bytes.get(end..end + END_LENGTH)?;
        let (mut count, mut length, mut offset) = (u16_at(record, 10)?, u32_at(record, 12)?, u32_at(record, 16)?);
        let mut to = end;
        let locator = end.checked_sub(LOCATOR_LENGTH).and_then(|at| bytes.get(at..end));
        if locator.is_some_and(|locator| locator.starts_with(LOCATOR_64)) {
            // Bytes before the archive shift the record away from the place in the locator.
            let found = memmem::rfind(&bytes[..end], END_64)?;
            let record = bytes.get(found..)?;
            (count, length, offset) = (u64_at(record, 32)?, u64_at(record, 40)?, u64_at(record, 48)?);
            to = found;
        }
        let from = to.checked_sub(usize::try_from(length).ok()?)?;
        let start = from.checked_sub(usize::try_from(offset).ok()?)?;
        Some(Self { from, start, to, count })
    }

    /// The entries, and for each its Unicode name, if it has one.
    fn entries(&self, bytes: &[u8]) -> Option<(Vec<ZipEntry>, Vec<Option<String>>)> {
        let (mut entries, mut aliases) = (Vec::new(), Vec::new());
        let mut at = self.from;
        while at < self.to {
            let record = bytes.get(at..self.to).filter(|record| record.starts_with(CENTRAL))?;
            let name_to = CENTRAL_LENGTH + length_at(record, 28)?;
            let extra_to = name_to + length_at(record, 30)?;
            let name = name_of(record.get(CENTRAL_LENGTH..name_to)?);
            let extra = record.get(name_to..extra_to)?;
            let (mut packed, mut offset) = (u32_at(record, 20)?, u32_at(record, 42)?);
            if let Some(large) = field(extra, LARGE) {
                let mut values = large.as_chunks::<8>().0.iter().map(|value| u64::from_le_bytes(*value));
                let mut wide = |narrow: u64| if narrow == 0xFFFF_FFFF { values.next() } else { Some(narrow) };
                wide(u32_at(record, 24)?)?;
                (packed, offset) = (wide(packed)?, wide(offset)?);
            }
            let from = self.start.checked_add(usize::try_from(offset).ok()?)?;
            let header = bytes.get(from..).and_then(|header| header.get(..LOCAL_LENGTH));
            let names = header.and_then(|header| Some(length_at(header, 26)? + length_at(header, 28)?));
            let data = from.checked_add(LOCAL_LENGTH + names.unwrap_or(0))?;
            let to = data.checked_add(usize::try_from(packed).ok()?)?;
            aliases.push(field(extra, UNICODE_NAME).and_then(|field| field.get(5..)).map(name_of));
            let (flags, method) = (u16_at(record, 8)?, u16_at(record, 10)?);
            let method = u16::try_from(method).ok()?;
            entries.push(ZipEntry { name, method, is_locked: flags & 1 == 1 || method == 99, from, to });
            at += extra_to + length_at(record, 32)?;
            if entries.len() > MOST {
                return None;
            }
        }
        let counted = entries.len() as u64 == self.count || entries.len() as u64 % 65_536 == self.count;
        counted.then_some((entries, aliases))
    }
}

fn twice(entries: &[ZipEntry], aliases: &[Option<String>]) -> Result<(), ZipFault> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (place, (entry, alias)) in entries.iter().zip(aliases).enumerate() {
        for name in std::iter::once(&entry.name).chain(alias) {
            // A folder is not a part.
            let known = seen.insert(plain(name), place).filter(|_| !name.ends_with(['/', '\\']));
            if known.is_some_and(|known| known != place) {
                return Err(ZipFault::Twice(name.clone()));
            }
        }
    }
    Ok(())
}

/// Searches for headers between the parts. Returns how many bytes come before the first part.
fn unlisted(bytes: &[u8], entries: &[ZipEntry], directory: usize) -> Result<usize, ZipFault> {
    let mut placed: Vec<&ZipEntry> = entries.iter().collect();
    placed.sort_by_key(|entry| entry.from);
    let (mut free, mut last) = (0, None::<&ZipEntry>);
    let known: BTreeSet<usize> = entries.iter().map(|entry| entry.from).collect();
    let gap = |from: usize, to: usize| {
        let between = bytes.get(from..to).unwrap_or_default();
        let hidden = memmem::find_iter(between, LOCAL).map(|at| from + at).find(|at| !known.contains(at))?;
        local_name(&bytes[hidden..]).filter(|name| !name.is_empty())
    };
    for entry in placed.iter().copied() {
        if let Some(over) = last.filter(|_| entry.from < free) {
            return Err(ZipFault::Over(over.name.clone(), entry.name.clone()));
        }
        if let Some(name) = gap(free, entry.from) {
            return Err(ZipFault::Unlisted(name));
        }
        (free, last) = (entry.to, Some(entry));
    }
    match gap(free, directory) {
        Some(name) => Err(ZipFault::Unlisted(name)),
        None => Ok(placed.first().map_or(0, |first| first.from)),
    }
}

fn local_name(header: &[u8]) -> Option<String> {
    let length = length_at(header, 26)?;
    header.get(LOCAL_LENGTH..LOCAL_LENGTH + length).map(name_of)
}

/// A name as UTF-8, as in every workbook. Other bytes become the characters with their values, so that different names
/// stay different.
fn name_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The content of an extra field.
fn field(mut extra: &[u8], wanted: u64) -> Option<&[u8]> {
    loop {
        let length = length_at(extra, 2)?;
        let content = extra.get(4..4 + length)?;
        if u16_at(extra, 0)? == wanted {
            return Some(content);
        }
        extra = &extra[4 + length..];
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?).into())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?).into())
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u16_at(bytes, at)?).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(names: &[&str]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(name.repeat(20).as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// The same archive with names of equal length changed in both lists, or in one of them.
    fn renamed(bytes: &[u8], from: &str, to: &str, lists: usize) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        let heads: Vec<usize> = [LOCAL, CENTRAL]
            .iter()
            .zip([LOCAL_LENGTH, CENTRAL_LENGTH])
            .flat_map(|(head, length)| memmem::find_iter(&bytes, head).map(move |at| at + length).collect::<Vec<_>>())
            .filter(|at| bytes[*at..].starts_with(from.as_bytes()))
            .collect();
        for at in heads.into_iter().rev().take(lists) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
        bytes
    }

    #[test]
    fn a_sound_archive_is_listed_wherever_it_begins() {
        let bytes = archive(&["a/b.xml", "c.xml"]);
        let names: Vec<String> = list(&bytes).unwrap().entries.into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["a/b.xml", "c.xml"]);
        let marked = [b"\xEF\xBB\xBF", bytes.as_slice()].concat();
        assert_eq!(list(&marked).unwrap().before, 3);
        let mut stream = ZipWriter::new_stream(Vec::new());
        stream.start_file("s.xml", SimpleFileOptions::default()).unwrap();
        stream.write_all(b"x").unwrap();
        assert_eq!(list(&stream.finish().unwrap().into_inner()).unwrap().entries.len(), 1);
        let mut large = ZipWriter::new(Cursor::new(Vec::new()));
        large.start_file("l.xml", SimpleFileOptions::default().large_file(true)).unwrap();
        large.write_all(b"x").unwrap();
        assert_eq!(list(&large.finish().unwrap().into_inner()).unwrap().entries.len(), 1);
    }

    #[test]
    fn one_name_twice_is_found_in_any_dress() {
        let bytes = archive(&["xl/sheet1.xml", "xl/sheet2.xml"]);
        for twin in ["xl/sheet1.xml", "XL/Sheet1.XML", "xl\\sheet1.xml"] {
            let forged = renamed(&bytes, "xl/sheet2.xml", twin, 2);
            assert_eq!(list(&forged), Err(ZipFault::Twice(twin.into())));
        }
        let bytes = archive(&["xl/a%62.xml", "xl/abc.xm"]);
        assert!(list(&bytes).is_ok());
        assert_eq!(list(&archive(&["xl/a%62.xml", "xl/ab.xml"])), Err(ZipFault::Twice("xl/ab.xml".into())));
    }

    #[test]
    fn a_part_that_only_one_of_the_lists_has_is_found() {
        let bytes = archive(&["xl/sheet1.xml", "xl/sheet2.xml"]);
        let forged = renamed(&bytes, "xl/sheet2.xml", "xl/sheet3.xml", 1);
        assert!(matches!(list(&forged), Err(ZipFault::Renamed { .. })), "{:?}", list(&forged));
        // A part before, between and after the listed ones.
        let one = archive(&["xl/sheet1.xml"]);
        let hidden = &one[..memmem::find(&one, CENTRAL).unwrap()];
        let before = [hidden, bytes.as_slice()].concat();
        assert_eq!(list(&before), Err(ZipFault::Unlisted("xl/sheet1.xml".into())));
        let directory = memmem::find(&bytes, CENTRAL).unwrap();
        let mut behind = [&bytes[..directory], hidden, &bytes[directory..]].concat();
        let end = behind.len() - END_LENGTH;
        let offset = u32::try_from(directory + hidden.len()).unwrap();
        behind[end + 16..end + 20].copy_from_slice(&offset.to_le_bytes());
        assert_eq!(list(&behind), Err(ZipFault::Unlisted("xl/sheet1.xml".into())));
        let both = [one.as_slice(), bytes.as_slice()].concat();
        assert!(list(&both).is_err());
    }

    #[test]
    fn what_is_cut_off_may_come_again() {
        let bytes = archive(&["xl/sheet1.xml", "xl/sheet2.xml"]);
        for length in 0..bytes.len() {
            assert!(list(&bytes[..length]).unwrap_err().is_transient(), "{length}");
        }
        assert!(!ZipFault::Twice(String::new()).is_transient());
        assert_eq!(decoded("xl/%D0%BB%D0%B8%D1%81%D1%82 1.xml"), "xl/лист 1.xml");
        assert_eq!(decoded("100%.xml"), "100%.xml");
    }
}
