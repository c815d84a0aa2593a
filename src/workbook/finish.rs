//! The workbook put together: what the writing library wrote, with the rows of every sheet, the shared texts and the
//! language of the document (`dc:language` in `docProps/core.xml`, ECMA-376 part 2, 8.3.4), which it does not set.
//! Everything else is carried over as compressed bytes. Parts are compressed side by side and written in their order.

use std::collections::BTreeMap;

use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};
use rayon::prelude::*;

use super::{
    WorkbookError,
    archive::{Archive, Writer},
    plan::{SheetPlan, Style},
    rows::{Rows, Texts},
};
use crate::domain::Language;

const CORE: &str = "docProps/core.xml";
const TEXTS: &str = "xl/sharedStrings.xml";
/// The element that `dc:language` is put before; the elements may stand in any order.
const END: &str = "</cp:coreProperties>";
/// The level of zlib's own default, which the library's parts have too.
const LEVEL: u32 = 6;

/// What the library wrote, before the rows are in it.
#[derive(Debug)]
pub struct Frame {
    pub workbook: Vec<u8>,
    /// On the first sheet the library wrote an empty cell of each of these styles, one under another from A1 on: so it
    /// tells their numbers.
    pub probed: Vec<Style>,
}

/// The workbook with its rows and its language.
///
/// # Errors
/// When the frame cannot be read back, which is our own fault.
pub fn finished(frame: Frame, sheets: &[SheetPlan], language: Language) -> Result<Vec<u8>, WorkbookError> {
    let archive = Archive::read(frame.workbook)?;
    let text = |name: &str| {
        let entry = archive.find(name).ok_or_else(|| WorkbookError::Part { part: name.to_owned() })?;
        Ok::<String, WorkbookError>(archive.text(entry)?)
    };
    let part = |place: usize| format!("xl/worksheets/sheet{}.xml", place + 1);
    let numbers = numbers(&text(&part(0))?, &frame.probed)?;
    let mut texts = Texts::default();
    let number = |style: Style| numbers.get(&style).copied().unwrap_or(0);
    let rows: Vec<Rows> = sheets.iter().map(|sheet| Rows::of(sheet, number, &mut texts)).collect();

    let core = text(CORE)?.replace(END, &format!("<dc:language>{}</dc:language>{END}", language.code()));
    let mut work: Vec<(String, Job<'_>)> =
        vec![(CORE.to_owned(), Job::Core(core)), (TEXTS.to_owned(), Job::Texts(&texts))];
    work.extend(rows.iter().enumerate().map(|(place, rows)| (part(place), Job::Sheet(rows))));
    let packed: Result<BTreeMap<&str, Packed>, WorkbookError> = work
        .par_iter()
        .map_init(Packer::new, |packer, (name, job)| {
            let xml = match job {
                Job::Core(xml) => xml.clone(),
                Job::Texts(texts) => texts.xml(),
                Job::Sheet(rows) => {
                    with_rows(&text(name)?, rows).ok_or_else(|| WorkbookError::Part { part: name.clone() })?
                }
            };
            Ok((name.as_str(), packer.pack(xml.as_bytes())?))
        })
        .collect();
    let packed = packed?;

    let mut writer = Writer::with_capacity(archive.len() * 2);
    for entry in &archive.entries {
        match packed.get(entry.name.as_str()) {
            Some(part) => writer.write(entry, &part.bytes, &[], part.crc.clone(), part.length),
            None => writer.carry(entry, archive.raw(entry)),
        }
    }
    Ok(writer.finish()?)
}

enum Job<'a> {
    Core(String),
    Texts(&'a Texts<'a>),
    Sheet(&'a Rows),
}

/// The numbers that the library gave the styles.
fn numbers(sheet: &str, probed: &[Style]) -> Result<BTreeMap<Style, u32>, WorkbookError> {
    let number = |(place, style): (usize, &Style)| {
        let cell = format!("<c r=\"A{}\"", place + 1);
        let rest = &sheet[sheet.find(&cell)? + cell.len()..];
        let said = &rest[..rest.find('>')?];
        // The library's own default style goes without saying.
        let number = said.split("s=\"").nth(1).and_then(|s| s.split('"').next()).unwrap_or("0");
        Some((*style, number.parse().ok()?))
    };
    let numbers: Option<BTreeMap<Style, u32>> = probed.iter().enumerate().map(number).collect();
    numbers.ok_or_else(|| WorkbookError::Part { part: "xl/worksheets/sheet1.xml".to_owned() })
}

/// A sheet with its rows in the place of what the library wrote there; `None` where it has no such place.
fn with_rows(sheet: &str, rows: &Rows) -> Option<String> {
    let (start, end) = match (sheet.find("<sheetData>"), sheet.find("</sheetData>")) {
        (Some(start), Some(end)) => (start, end + "</sheetData>".len()),
        _ => (sheet.find("<sheetData/>")?, sheet.find("<sheetData/>")? + "<sheetData/>".len()),
    };
    let dimension = sheet[..start].find("<dimension ref=\"")? + "<dimension ref=\"".len();
    let dimension_end = dimension + sheet[dimension..start].find('"')?;
    let parts = [&sheet[..dimension], &rows.dimension(), &sheet[dimension_end..start], &rows.xml(), &sheet[end..]];
    Some(parts.concat())
}

struct Packed {
    bytes: Vec<u8>,
    crc: Hasher,
    length: u64,
}

/// A compressor that is used again: setting one up costs as much as compressing a small part.
struct Packer(Compress);

impl Packer {
    fn new() -> Self {
        Self(Compress::new(Compression::new(LEVEL), false))
    }

    fn pack(&mut self, part: &[u8]) -> Result<Packed, WorkbookError> {
        self.0.reset();
        let mut crc = Hasher::new();
        crc.update(part);
        // Deflate adds at most five bytes to 16 KiB of what it cannot compress (RFC 1951, 3.2.4).
        let mut bytes = Vec::with_capacity(part.len() + part.len() / 1024 + 64);
        let status = self.0.compress_vec(part, &mut bytes, FlushCompress::Finish).map_err(std::io::Error::other)?;
        if status != Status::StreamEnd {
            return Err(WorkbookError::Io(std::io::Error::other("the compressor did not come to its end")));
        }
        bytes.shrink_to_fit();
        Ok(Packed { bytes, crc, length: part.len() as u64 })
    }
}
