//! A workbook's parts out of its zip archive, under limits.
//!
//! The archive is inflated once, here, and counted while it is inflated: what a hostile file declares is believed
//! only where it already says too much.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use super::{
    ReadError,
    alternate::{self, Resolved},
    encoding,
    parts::{self, Relation},
    xml::XmlFault,
};
use ooxml::zip_list::{self, ZipList};

/// Where the workbook's own part stands, unless the package says otherwise.
pub(super) const WORKBOOK: &str = "xl/workbook.xml";
/// The largest form known has some 30 parts.
const PARTS: usize = 2_000;
/// The largest form known (1-M) holds 8.5 MB in all its parts.
const INFLATED: u64 = 160 * 1024 * 1024;
/// What helps where a program can read the file, and we cannot.
pub(super) const SAVE: &str = "open it in a spreadsheet program, save it as .xlsx and bring it again";
/// What helps where programs read different files: saving it would choose one of them.
const ASK: &str = "ask whoever sent it for a new one; programs differ in what they show of it";
/// XML of figures shrinks 8 to 40 times; a bomb a thousand times. Small parts may shrink as they like.
const RATIO: u64 = 250;
const RATIO_FROM: u64 = 4 * 1024 * 1024;

/// The parts of a workbook that its reader needs, by name.
pub(super) struct Archive {
    parts: BTreeMap<String, Vec<u8>>,
    /// Parts that say different things to different programs.
    pub(super) two_ways: Vec<String>,
}

impl Archive {
    /// Inflates the parts of a workbook.
    ///
    /// # Errors
    /// When the archive is cut off or damaged, is locked, is no workbook, or is more than a form can be.
    pub(super) fn open(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        let damaged = |why: String| ReadError::Damaged { name: name.into(), why };
        let malformed = |why: String| ReadError::Malformed { name: name.into(), why, advice: SAVE };
        let large = |why: String| ReadError::TooLarge { name: name.into(), why };
        let (whole, list) = listed(name, bytes)?;
        if list.entries.len() > PARTS {
            return Err(large(format!("the archive has {} parts, more than {PARTS}", list.entries.len())));
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
            if !needed(&part_name) {
                continue;
            }
            let (declared, packed) = (part.size(), part.compressed_size().max(1));
            if declared > INFLATED - total {
                return Err(large(format!(
                    "its part `{part_name}` declares {declared} bytes; {INFLATED} are allowed in all"
                )));
            }
            let most = (INFLATED - total).min(packed.saturating_mul(RATIO).max(RATIO_FROM));
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
                // What is no XML is told by whoever reads the part.
                if let Ok(Resolved { text: Cow::Owned(resolved), differs }) = alternate::resolved(text) {
                    content = resolved.into_bytes();
                    two_ways.extend(differs.then(|| part_name.clone()));
                }
            }
            total += content.len() as u64;
            if has_doctype(&content) {
                return Err(malformed(format!(
                    "its part `{part_name}` declares a document type, in which XML entities hide and which no form has"
                )));
            }
            parts.insert(part_name, content);
        }
        let archive = Self { parts, two_ways };
        let main = archive.package().ok().and_then(|list| list.into_iter().find(|r| r.kind == "officeDocument"));
        let main = main.map_or_else(|| WORKBOOK.to_owned(), |main| main.part);
        if archive.part(&main).is_none() || !archive.is_workbook(&main) {
            return Err(ReadError::NoForm { name: name.into(), what: archive.kind() });
        }
        Ok(archive)
    }

    /// A part's content, whatever the case of its name, and with what a relation writes of it percent-encoded.
    pub(super) fn part(&self, name: &str) -> Option<&[u8]> {
        let exact = self.parts.get(name);
        let alike = || {
            let wanted = zip_list::plain(name);
            self.parts.iter().find(|(name, _)| zip_list::plain(name) == wanted).map(|(_, part)| part)
        };
        exact.or_else(alike).map(Vec::as_slice)
    }

    /// What the package says of its parts; nothing where it does not say it.
    pub(super) fn package(&self) -> Result<Vec<Relation>, XmlFault> {
        parts::relations("", self.text("_rels/.rels").unwrap_or_default())
    }

    /// Whether the main part lists sheets, as that of no other document does.
    fn is_workbook(&self, main: &str) -> bool {
        let usual = main.eq_ignore_ascii_case(WORKBOOK);
        usual || self.part(main).is_some_and(|part| memchr::memmem::find(part, b"<sheets").is_some())
    }

    /// What a zip archive is that is no workbook.
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

    /// A part as text; an empty one where it is not there.
    ///
    /// # Errors
    /// When it is not UTF-8, which every part of a workbook is.
    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        let part = self.part(name).unwrap_or_default();
        std::str::from_utf8(part)
            .map_err(|error| format!("its part `{name}` is not UTF-8 (byte {})", error.valid_up_to()))
    }
}

/// The archive itself and what it lists; a mark of byte order or blanks before it are nobody's.
fn listed<'b>(name: &str, bytes: &'b [u8]) -> Result<(&'b [u8], ZipList), ReadError> {
    let malformed = |why: String| ReadError::Malformed { name: name.into(), why, advice: SAVE };
    let list = zip_list::list(bytes).map_err(|fault| {
        let (name, why) = (name.to_owned(), fault.to_string());
        if fault.is_transient() {
            ReadError::Damaged { name, why }
        } else {
            ReadError::Malformed { name, why, advice: ASK }
        }
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

/// What may come before an archive: a mark of byte order, blanks.
fn is_blank(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.iter().all(u8::is_ascii_whitespace)
}

/// Whether a body of no known kind is an archive behind something else.
pub(super) fn is_behind(bytes: &[u8]) -> bool {
    zip_list::list(bytes).is_ok_and(|list| list.before > 0 && !list.entries.is_empty())
}

fn is_xml(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.rsplit_once('.'), Some((_, "xml" | "rels")))
}

/// Whether reading figures or proving identity needs a part.
fn needed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let (folders, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let xml = matches!(file.rsplit_once('.'), Some((_, "xml" | "rels"))) || lower == "xl/workbook.bin";
    let ballast = ["drawings", "charts", "theme", "media", "printersettings", "externallinks", "customxml"];
    xml && file != "calcchain.xml" && !folders.split('/').any(|folder| ballast.contains(&folder))
}

/// A document type may only stand before the root; entities come with it.
fn has_doctype(part: &[u8]) -> bool {
    let head = &part[..part.len().min(4096)];
    head.windows(9).any(|w| w.eq_ignore_ascii_case(b"<!DOCTYPE"))
        || head.windows(8).any(|w| w.eq_ignore_ascii_case(b"<!ENTITY"))
}
