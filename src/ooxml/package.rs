//! Extracts the parts of a workbook from its ZIP archive, within limits.
//!
//! In come the bytes of a foreign file, the limits ([`PackageLimits`]), and which parts are wanted. Out come the parts
//! by name; XML parts are UTF-8. The archive is inflated only here, and counted meanwhile. The sizes in a hostile file
//! are not trusted; they are used only to refuse a file that already declares too much. This module does not know what
//! the parts mean.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use super::{
    Error,
    alternate::{self, Resolved},
    encoding,
    error::ASK,
    relations::{self, PartRelation},
    scanner::XmlFault,
    zip_list::{self, ZipFault, ZipList},
};

/// The name of the workbook's main part, unless the package states another one.
pub const WORKBOOK: &str = "xl/workbook.xml";

/// The limits of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageLimits {
    /// The most parts, including unwanted ones.
    pub parts: usize,
    /// The most bytes of the wanted parts together, inflated.
    pub inflated: u64,
    /// The most inflated bytes of a part for each packed byte. A part of at most `ratio_from` bytes may have any ratio.
    pub ratio: u64,
    pub ratio_from: u64,
}

impl PackageLimits {
    /// The XML of figures shrinks 8 to 40 times, a bomb a thousand times.
    #[must_use]
    pub const fn of(parts: usize, inflated: u64) -> Self {
        Self { parts, inflated, ratio: 250, ratio_from: 4 << 20 }
    }
}

/// The wanted parts of a workbook, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    parts: BTreeMap<String, Vec<u8>>,
    /// The parts with different content for different programs.
    pub two_ways: Vec<String>,
}

impl Package {
    /// Inflates the parts of a workbook for whose names `wanted` returns true.
    ///
    /// # Errors
    /// When the archive is incomplete, damaged or locked, is not a workbook, or exceeds the limits.
    pub fn open(bytes: &[u8], limits: PackageLimits, wanted: impl Fn(&str) -> bool) -> Result<Self, Error> {
        let damaged = Error::Damaged;
        let malformed = |why: String| Error::malformed(why);
        let large = Error::TooLarge;
        let PackageLimits { parts: most_parts, inflated, ratio, ratio_from } = limits;
        let (whole, list) = listed(bytes)?;
        if list.entries.len() > most_parts {
            return Err(large(format!("the archive has {} parts, more than {most_parts}", list.entries.len())));
        }
        let mut zip = ZipArchive::new(Cursor::new(whole))
            .map_err(|error| damaged(format!("the zip archive is cut off or damaged ({error})")))?;
        let (mut parts, mut two_ways) = (BTreeMap::new(), Vec::new());
        let mut total = 0_u64;
        for index in 0..zip.len() {
            let mut part = zip.by_index(index).map_err(|error| {
                let why = format!("part {index} of the archive is damaged ({error})");
                if matches!(error, zip::result::ZipError::UnsupportedArchive(_)) {
                    malformed(format!("the archive is locked or unusual ({error})"))
                } else {
                    damaged(why)
                }
            })?;
            let part_name = match std::str::from_utf8(part.name_raw()) {
                Ok(name) => name.to_owned(),
                Err(_) => part
                    .name()
                    .map_err(|error| malformed(format!("part {index} has a broken name ({error})")))?
                    .into_owned(),
            };
            let part_name = zip_list::decoded(&part_name).trim_start_matches('/').replace('\\', "/");
            if !wanted(&part_name) {
                continue;
            }
            // As UTF-8 a part in another encoding may be longer than the remaining room.
            let room = inflated.saturating_sub(total);
            let (declared, packed) = (part.size(), part.compressed_size().max(1));
            if declared > room {
                return Err(large(format!(
                    "its part `{part_name}` declares {declared} bytes; {inflated} are allowed in all"
                )));
            }
            let most = room.min(packed.saturating_mul(ratio).max(ratio_from));
            let mut content = Vec::with_capacity(usize::try_from(declared.min(most)).unwrap_or(0));
            (&mut part)
                .take(most + 1)
                .read_to_end(&mut content)
                .map_err(|error| damaged(format!("its part `{part_name}` is cut off or damaged ({error})")))?;
            if content.len() as u64 > most {
                return Err(large(format!(
                    "its part `{part_name}` inflates {packed} bytes to more than {most}: a zip bomb"
                )));
            }
            if let Some(text) = encoding::wide(&content) {
                content =
                    text.map_err(|()| malformed(format!("its part `{part_name}` is broken UTF-16")))?.into_bytes();
            } else if let Some(text) = encoding::declared(&content).filter(|_| is_xml(&part_name)) {
                content = text.map_err(|what| malformed(format!("its part `{part_name}` is in {what}")))?.into_bytes();
            }
            if let Some(text) = std::str::from_utf8(&content).ok().filter(|_| is_xml(&part_name)) {
                // The reader of a part reports that it is not XML.
                if let Ok(Resolved { text: Cow::Owned(resolved), differs }) = alternate::resolved(text) {
                    content = resolved.into_bytes();
                    two_ways.extend(differs.then(|| part_name.clone()));
                }
            }
            total += content.len() as u64;
            if has_doctype(&content) {
                return Err(malformed(format!(
                    "its part `{part_name}` declares a document type, in which XML entities hide and which no workbook has"
                )));
            }
            parts.insert(part_name, content);
        }
        let archive = Self { parts, two_ways };
        let main = archive.package().ok().and_then(|list| list.into_iter().find(|r| r.kind == "officeDocument"));
        let main = main.map_or_else(|| WORKBOOK.to_owned(), |main| main.part);
        if archive.part(&main).is_none() || !archive.is_workbook(&main) {
            return Err(Error::NoWorkbook(archive.kind()));
        }
        Ok(archive)
    }

    /// The content of a part. The case of its name, and percent-encoding in a relation, are ignored.
    pub fn part(&self, name: &str) -> Option<&[u8]> {
        let exact = self.parts.get(name);
        let alike = || {
            let wanted = zip_list::plain(name);
            self.parts.iter().find(|(name, _)| zip_list::plain(name) == wanted).map(|(_, part)| part)
        };
        exact.or_else(alike).map(Vec::as_slice)
    }

    /// The relations of the package; empty if it has none.
    pub fn package(&self) -> Result<Vec<PartRelation>, XmlFault> {
        relations::relations("", self.text("_rels/.rels").unwrap_or_default()).whole().map(relations::inside)
    }

    /// Whether the main part lists sheets; only that of a workbook does.
    fn is_workbook(&self, main: &str) -> bool {
        let usual = main.eq_ignore_ascii_case(WORKBOOK);
        usual || self.part(main).is_some_and(|part| memchr::memmem::find(part, b"<sheets").is_some())
    }

    /// What a ZIP archive is that is not a workbook.
    fn kind(&self) -> String {
        let has = |name: &str| self.part(name).is_some();
        match () {
            () if has("word/document.xml") => "a Word document".into(),
            () if has("ppt/presentation.xml") => "a presentation".into(),
            () if has("content.xml") => "an OpenDocument file, not an .xlsx".into(),
            () if has("xl/workbook.bin") => "a binary workbook (.xlsb), not an .xlsx".into(),
            () => "a zip archive that holds no workbook".into(),
        }
    }

    /// A part as text; empty if it does not exist.
    ///
    /// # Errors
    /// When it is not UTF-8, as every part of a workbook should be.
    pub fn text(&self, name: &str) -> Result<&str, String> {
        let part = self.part(name).unwrap_or_default();
        std::str::from_utf8(part)
            .map_err(|error| format!("its part `{name}` is not UTF-8 (byte {})", error.valid_up_to()))
    }
}

/// The archive itself, and what it lists. A byte-order mark or blanks before it are ignored.
fn listed(bytes: &[u8]) -> Result<(&[u8], ZipList), Error> {
    let malformed = |why: String| Error::malformed(why);
    let list = zip_list::list(bytes).map_err(|fault| {
        if fault == ZipFault::NoDirectory && !bytes.starts_with(b"PK") {
            return Error::NoWorkbook(kind_of(bytes));
        }
        let why = fault.to_string();
        if fault.is_transient() { Error::Damaged(why) } else { Error::Malformed { why, advice: ASK } }
    })?;
    if list.before > 0 && !is_blank(&bytes[..list.before]) {
        return Err(malformed(format!("{} bytes of something else come before its archive", list.before)));
    }
    if let Some(entry) = list.entries.iter().find(|entry| entry.is_locked) {
        return Err(malformed(format!("its part `{}` is locked by a password", entry.name)));
    }
    if let Some(entry) = list.entries.iter().find(|entry| !matches!(entry.method, 0 | 8)) {
        let method = zip_list::method_name(entry.method);
        return Err(malformed(format!("its part `{}` is compressed by {method}, not by Deflate", entry.name)));
    }
    Ok((&bytes[list.before..], list))
}

/// Whether this may come before an archive: a byte-order mark and blanks.
fn is_blank(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.iter().all(u8::is_ascii_whitespace)
}

/// What a file is that is not an archive.
#[must_use]
pub fn kind_of(bytes: &[u8]) -> String {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    match () {
        () if bytes.is_empty() => "empty".into(),
        () if starts(b"\xd0\xcf\x11\xe0") => "an old .xls workbook, or one locked with a password".into(),
        () if starts(b"%PDF") => "a PDF".into(),
        () if bytes.iter().take(64).any(|b| *b == b'<') => "a page or an XML text".into(),
        () => "no archive".into(),
    }
}

/// Whether a body of an unknown kind contains an archive after other bytes.
pub fn is_behind(bytes: &[u8]) -> bool {
    zip_list::list(bytes).is_ok_and(|list| list.before > 0 && !list.entries.is_empty())
}

/// Whether the name of a part ends like that of an XML part.
#[must_use]
pub fn is_xml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.rsplit_once('.'), Some((_, "xml" | "rels")))
}

/// Whether a part declares a document type, which brings entities. It has to come before the root; only the first 4096
/// bytes are searched.
fn has_doctype(part: &[u8]) -> bool {
    let head = &part[..part.len().min(4096)];
    head.windows(9).any(|w| w.eq_ignore_ascii_case(b"<!DOCTYPE"))
        || head.windows(8).any(|w| w.eq_ignore_ascii_case(b"<!ENTITY"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zipped::zipped;

    const BOOK: (&str, &str) = (WORKBOOK, "<workbook><sheets/></workbook>");
    const LIMITS: PackageLimits = PackageLimits { parts: 4, inflated: 2_000, ratio: 250, ratio_from: 1_000 };

    fn refusal(parts: &[(&str, &str)]) -> Error {
        Package::open(&zipped(parts), LIMITS, is_xml).unwrap_err()
    }

    #[test]
    fn parts_are_found_whatever_their_case_and_spelling() {
        let package =
            Package::open(&zipped(&[BOOK, ("xl/Лист 1.xml", "<a/>"), ("x.bin", "")]), LIMITS, is_xml).unwrap();
        assert_eq!(package.part("XL/WORKBOOK.xml"), package.part(WORKBOOK));
        assert_eq!(package.text("xl/%D0%9B%D0%B8%D1%81%D1%82%201.xml").unwrap(), "<a/>");
        assert_eq!((package.part("x.bin"), package.text("nothing.xml")), (None, Ok("")));
    }

    #[test]
    fn what_is_beyond_a_limit_is_refused() {
        let many = refusal(&[BOOK, ("1.xml", ""), ("2.xml", ""), ("3.xml", ""), ("4.xml", "")]);
        assert_eq!(many, Error::TooLarge("the archive has 5 parts, more than 4".into()));
        let blanks = " ".repeat(1_900);
        let large = refusal(&[BOOK, ("1.xml", &"x".repeat(1_980))]);
        assert!(matches!(&large, Error::TooLarge(why) if why.contains("2000 are allowed in all")), "{large:?}");
        let bomb = Package::open(&zipped(&[BOOK, ("1.xml", &blanks)]), PackageLimits { ratio: 2, ..LIMITS }, is_xml)
            .unwrap_err();
        assert!(matches!(&bomb, Error::TooLarge(why) if why.contains("a zip bomb")), "{bomb:?}");
        assert!(Package::open(&zipped(&[BOOK, ("1.xml", &blanks)]), LIMITS, |name| name == WORKBOOK).is_ok());
    }

    #[test]
    fn a_part_that_grows_in_utf_8_leaves_no_room_for_others() {
        // Two bytes each in UTF-16, three in UTF-8.
        let wide: Vec<u8> =
            [0xFF_u8, 0xFE].into_iter().chain("₸".repeat(900).encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let bytes = crate::zipped::zipped_bytes(&[(BOOK.0, BOOK.1.as_bytes()), ("1.xml", &wide), ("2.xml", b"<a/>")]);
        let error = Package::open(&bytes, LIMITS, is_xml).unwrap_err();
        assert!(matches!(&error, Error::TooLarge(why) if why.contains("`2.xml`")), "{error:?}");
    }

    #[test]
    fn what_is_not_a_workbook_is_called_what_it_is() {
        for (part, what) in [
            ("word/document.xml", "a Word document"),
            ("ppt/presentation.xml", "a presentation"),
            ("other.xml", "a zip archive that holds no workbook"),
        ] {
            assert_eq!(refusal(&[(part, "<a/>")]), Error::NoWorkbook(what.into()));
        }
        for (bytes, what) in [(&b""[..], "empty"), (b"%PDF-1.7", "a PDF"), (b"<html>", "a page or an XML text")] {
            assert_eq!(Package::open(bytes, LIMITS, is_xml).unwrap_err(), Error::NoWorkbook(what.into()));
        }
        let cut = zipped(&[BOOK]);
        assert!(Package::open(&cut[..cut.len() / 2], LIMITS, is_xml).unwrap_err().is_transient());
    }

    #[test]
    fn a_document_type_is_refused_and_a_program_may_mend_it() {
        let error = refusal(&[BOOK, ("1.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>")]);
        assert!(
            matches!(&error, Error::Malformed { why, advice: crate::SAVE } if why.contains("`1.xml`")),
            "{error:?}"
        );
        assert!(!error.is_transient());
    }
}
