//! The language of the document, which the writing library does not set: `dc:language` in `docProps/core.xml`
//! (ECMA-376 part 2, 8.3.4). Everything else is carried over as compressed bytes.

use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::WorkbookError;
use crate::domain::Language;

const CORE: &str = "docProps/core.xml";
/// The element that `dc:language` is put before; the elements may stand in any order.
const END: &str = "</cp:coreProperties>";

/// The workbook with its language.
///
/// # Errors
/// When the workbook cannot be read back, which is our own fault.
pub fn with_language(workbook: Vec<u8>, language: Language) -> Result<Vec<u8>, WorkbookError> {
    let mut archive = ZipArchive::new(Cursor::new(workbook))?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut entry = archive.by_index_raw(place)?;
        if entry.name()? != CORE {
            writer.raw_copy_file(entry)?;
            continue;
        }
        let modified = entry.last_modified();
        drop(entry);
        entry = archive.by_index(place)?;
        let mut text = String::new();
        entry.read_to_string(&mut text)?;
        let element = format!("<dc:language>{}</dc:language>{END}", language.code());
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let options = modified.map_or(options, |time| options.last_modified_time(time));
        writer.start_file(CORE, options)?;
        writer.write_all(text.replace(END, &element).as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}
