//! Numbered copies out of a master: only the parts that differ are written anew, everything else is carried over as
//! compressed bytes.
//!
//! The master carries placeholders (`⟦copy⟧`, `⟦organ⟧`, `⟦number⟧`, `⟦of⟧`): in a cell of the cover, in the page
//! footer of every sheet, and in `docProps/custom.xml`. A sheet's footer is at the end of its XML, after the cells;
//! so the part up to it is carried over as it is compressed in the master, and each copy adds a short tail.
//!
//! The same master and the same mark give the same bytes.

use rayon::prelude::*;

use super::stamp_part::{HoledString, Part, PartError};
use ooxml::zip_writer::{Pieces, RawArchive, RawEntry, ZipWriter};

pub use super::stamp_mark::{CopyMark, copy_file_name};

/// Why a master cannot be stamped.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    #[error("the master cannot be read")]
    Archive(#[from] ooxml::Error),
    #[error("the master's part `{part}` cannot be stamped")]
    Part { part: String, source: PartError },
    #[error("the master has no place for the copy's number {place}; build it again")]
    NoPlace { place: String },
    #[error(
        "with the copy's number the page footer of `{part}` has {length} characters, more than the 255 that a workbook allows"
    )]
    FooterTooLong { part: String, length: usize },
}

/// Makes copies of one master. Costs about one reading of the master's sheets; each copy then costs little more than
/// copying its bytes.
#[derive(Debug)]
pub struct Stamper {
    master: RawArchive,
    /// One for each entry of the archive: `None` where the entry is the same in all copies.
    parts: Vec<Option<Part>>,
}

const STRINGS: &str = "xl/sharedStrings.xml";
const PROPERTIES: &str = "docProps/custom.xml";
/// The longest text of a page header or footer (ECMA-376, 18.3.1.46; Excel refuses more).
const FOOTER_LIMIT: usize = 255;

fn is_sheet(name: &str) -> bool {
    name.starts_with("xl/worksheets/") && is_xml(name)
}

fn is_xml(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "xml")
}

impl Stamper {
    /// Prepares a master.
    ///
    /// # Errors
    /// When it is not a workbook, or lacks one of the places where a copy shows its number.
    pub fn new(master: impl Into<Vec<u8>>) -> Result<Self, StampError> {
        let master = RawArchive::read(master.into())?;
        let strings = match master.find(STRINGS) {
            Some(entry) => part_error(STRINGS, Part::holes_in_strings(&master.text(entry)?))?,
            None => Vec::new(),
        };
        let parts: Result<Vec<_>, StampError> =
            master.entries.par_iter().map(|entry| part_of(&master, entry, &strings)).collect();
        let parts = parts?;
        let sheets = || master.entries.iter().zip(&parts).filter(|(entry, _)| is_sheet(&entry.name));
        if let Some((entry, _)) = sheets().find(|(_, part)| !part.as_ref().is_some_and(Part::has_footer)) {
            return Err(StampError::NoPlace { place: format!("in the page footer of `{}`", entry.name) });
        }
        if !sheets().any(|(_, part)| part.as_ref().is_some_and(Part::has_cell)) {
            return Err(StampError::NoPlace { place: "in a cell of the cover".into() });
        }
        let properties = master.entries.iter().position(|e| e.name == PROPERTIES);
        if properties.and_then(|i| parts[i].as_ref()).is_none() {
            return Err(StampError::NoPlace { place: "in the document's properties".into() });
        }
        Ok(Self { master, parts })
    }

    /// One copy.
    ///
    /// # Errors
    /// When the copy's number makes a page footer longer than a workbook allows.
    pub fn stamp(&self, mark: &CopyMark) -> Result<Vec<u8>, StampError> {
        Ok(self.stamped(mark)?.bytes())
    }

    /// One copy in pieces, of which the large ones are the master's own and copied nowhere.
    ///
    /// # Errors
    /// As [`Self::stamp`].
    pub fn stamped(&self, mark: &CopyMark) -> Result<Pieces<'_>, StampError> {
        let texts = mark.texts();
        let mut writer = ZipWriter::default();
        for (entry, part) in self.master.entries.iter().zip(&self.parts) {
            let Some(part) = part else {
                writer.carry(entry, self.master.raw(entry));
                continue;
            };
            if let Some(length) = part.footer_length(&texts).filter(|l| *l > FOOTER_LIMIT) {
                return Err(StampError::FooterTooLong { part: entry.name.clone(), length });
            }
            let (head, tail) = (part.head(), part_error(&entry.name, part.tail(&texts))?);
            writer.write(entry, &head.bytes, &tail.bytes, tail.crc, head.length + tail.length);
        }
        Ok(writer.finish()?)
    }
}

/// The part of an entry that is written anew; `None` where the entry is the same in all copies.
fn part_of(master: &RawArchive, entry: &RawEntry, strings: &[HoledString]) -> Result<Option<Part>, StampError> {
    let deflated = master.deflated(entry);
    if is_sheet(&entry.name) {
        let text = master.text(entry)?;
        return part_error(&entry.name, Part::of_sheet(&text, deflated, strings)).map(Some);
    }
    if entry.name == STRINGS && !strings.is_empty() {
        let text = master.text(entry)?;
        return part_error(STRINGS, Part::constant(&Part::strings_without(&text, strings))).map(Some);
    }
    if entry.name.starts_with("docProps/") && is_xml(&entry.name) {
        let part = part_error(&entry.name, Part::of_properties(&master.text(entry)?, deflated))?;
        return Ok(Some(part).filter(Part::has_holes));
    }
    Ok(None)
}

fn part_error<T>(part: &str, result: Result<T, PartError>) -> Result<T, StampError> {
    result.map_err(|source| StampError::Part { part: part.into(), source })
}
