//! The properties that a workbook of ours carries: what it is of.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use super::{
    accessibility::{
        Unreadable,
        node::Node,
        opened::{Opened, Sheet},
    },
    limits::{address, place_of},
};
use ooxml::zip_list;

const PART: &str = "docProps/custom.xml";
/// A list of properties is short; a longer part is not ours.
const LARGEST: u64 = 1 << 20;

/// The custom properties of a workbook by name; empty where it has none.
///
/// # Errors
/// When the bytes are no workbook.
pub fn custom(workbook: &[u8]) -> Result<BTreeMap<String, String>, Unreadable> {
    if let Some(fault) = zip_list::list(workbook).err().filter(|fault| !fault.is_transient()) {
        return Err(Unreadable::Lists(fault));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook))?;
    let Ok(entry) = archive.by_name(PART) else { return Ok(BTreeMap::new()) };
    let mut bytes = Vec::new();
    let read = entry.take(LARGEST).read_to_end(&mut bytes);
    read.map_err(|source| Unreadable::Io { part: PART.to_owned(), source })?;
    let root = Node::parse(PART, &bytes)?;
    let properties = root.all("property").into_iter().filter_map(|property| {
        let name = property.attribute("name")?;
        Some((name.to_owned(), property.whole_text().trim().to_owned()))
    });
    Ok(properties.collect())
}

/// What a cell of a workbook shows, figures as plain decimals; `None` where there is no such sheet or cell.
///
/// # Errors
/// When the bytes are no workbook.
pub fn shown(workbook: &[u8], sheet: &str, cell: &str) -> Result<Option<String>, Unreadable> {
    let opened = Opened::read(workbook)?;
    let sheet = opened.sheets.iter().find(|s| s.name == sheet);
    let found = sheet.zip(place_of(cell)).and_then(|(sheet, place)| sheet.cells.get(&place));
    Ok(found.and_then(|cell| cell.text.clone().or_else(|| cell.number.map(|n| n.to_string()))))
}

/// Every number of a workbook in the order of its sheets and rows: the sheet, the cell's address, the number as a plain
/// decimal.
///
/// # Errors
/// When the bytes are no workbook.
pub fn numbers(workbook: &[u8]) -> Result<Vec<(String, String, String)>, Unreadable> {
    let opened = Opened::read(workbook)?;
    let of_sheet = |sheet: &Sheet| {
        let numbers = sheet.cells.iter().filter_map(|((row, column), cell)| {
            Some((sheet.name.clone(), address(*row, *column as u16), cell.number?.to_string()))
        });
        numbers.collect::<Vec<_>>()
    };
    Ok(opened.sheets.iter().flat_map(of_sheet).collect())
}
