//! A workbook's parts out of its zip archive, under limits.
//!
//! The archive is inflated once, here, and counted while it is inflated: what a hostile file declares is believed
//! only where it already says too much.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use super::{
    ReadError, encoding,
    parts::{self, Relation},
    xml::XmlFault,
};

/// Where the workbook's own part stands, unless the package says otherwise.
pub(super) const WORKBOOK: &str = "xl/workbook.xml";
/// The largest form known has some 30 parts.
const PARTS: usize = 2_000;
/// The largest form known (1-M) holds 8.5 MB in all its parts.
const INFLATED: u64 = 160 * 1024 * 1024;
/// XML of figures shrinks 8 to 40 times; a bomb a thousand times. Small parts may shrink as they like.
const RATIO: u64 = 250;
const RATIO_FROM: u64 = 4 * 1024 * 1024;

/// The parts of a workbook that its reader needs, by name.
pub(super) struct Archive {
    parts: BTreeMap<String, Vec<u8>>,
}

impl Archive {
    /// Inflates the parts of a workbook.
    ///
    /// # Errors
    /// When the archive is cut off or damaged, is locked, is no workbook, or is more than a form can be.
    pub(super) fn open(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        let damaged = |why: String| ReadError::Damaged { name: name.into(), why };
        let large = |why: String| ReadError::TooLarge { name: name.into(), why };
        let mut zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| damaged(format!("the zip archive is cut off or damaged ({error})")))?;
        if zip.len() > PARTS {
            return Err(large(format!("the archive has {} parts, more than {PARTS}", zip.len())));
        }
        let mut parts = BTreeMap::new();
        let mut total = 0_u64;
        for index in 0..zip.len() {
            let mut part = zip.by_index(index).map_err(|error| {
                damaged(match error {
                    zip::result::ZipError::UnsupportedArchive(why) => {
                        format!("the archive is locked or unusual ({why})")
                    }
                    error => format!("part {index} of the archive is damaged ({error})"),
                })
            })?;
            let part_name =
                part.name().map_err(|error| damaged(format!("part {index} has a broken name ({error})")))?;
            let part_name = part_name.trim_start_matches('/').replace('\\', "/");
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
                content = text.map_err(|()| damaged(format!("its part `{part_name}` is broken UTF-16")))?.into_bytes();
            }
            total += content.len() as u64;
            if has_doctype(&content) {
                return Err(damaged(format!(
                    "its part `{part_name}` declares a document type, in which XML entities hide and which no form has"
                )));
            }
            if parts.insert(part_name.clone(), content).is_some() {
                return Err(damaged(format!("its archive has two parts named `{part_name}`")));
            }
        }
        let archive = Self { parts };
        let main = archive.package().ok().and_then(|list| list.into_iter().find(|r| r.kind == "officeDocument"));
        let main = main.map_or_else(|| WORKBOOK.to_owned(), |main| main.part);
        if archive.part(&main).is_none() || !archive.is_workbook(&main) {
            return Err(ReadError::NoForm { name: name.into(), what: archive.kind() });
        }
        Ok(archive)
    }

    /// A part's content, whatever the case of its name.
    pub(super) fn part(&self, name: &str) -> Option<&[u8]> {
        let exact = self.parts.get(name);
        let part =
            exact.or_else(|| self.parts.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, part)| part));
        part.map(Vec::as_slice)
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
