//! What a workbook shows: its custom properties, its cells as text.

use std::collections::BTreeMap;

use super::{
    Error,
    address::{address, place_of},
    opened::{Opened, OpenedSheet},
    package::{Limits, Package, is_xml},
    properties,
};

const PART: &str = "docProps/custom.xml";
/// Properties are short; nothing else is inflated.
const LIMITS: Limits = Limits::of(5_000, 16 << 20);

/// The custom properties of a workbook by name; empty where it has none.
///
/// # Errors
/// When the bytes are no workbook.
pub fn custom_properties(workbook: &[u8]) -> Result<BTreeMap<String, String>, Error> {
    let small = |name: &str| is_xml(name) && !name.starts_with("xl/worksheets/") && name != "xl/sharedStrings.xml";
    let package = Package::open(workbook, LIMITS, small)?;
    let Some(part) = package.part(PART) else { return Ok(BTreeMap::new()) };
    let text = std::str::from_utf8(part).map_err(|error| fault(error.to_string()))?;
    let found = properties::custom(text).whole().map_err(|error| fault(error.to_string()))?;
    Ok(found.into_iter().collect())
}

fn fault(why: String) -> Error {
    Error::malformed(format!("the part `{PART}` is not well-formed XML: {why}"))
}

/// What a cell of a workbook shows, figures as plain decimals; `None` where there is no such sheet or cell.
///
/// # Errors
/// When the bytes are no workbook.
pub fn shown(workbook: &[u8], sheet: &str, cell: &str) -> Result<Option<String>, Error> {
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
pub fn numbers(workbook: &[u8]) -> Result<Vec<(String, String, String)>, Error> {
    let opened = Opened::read(workbook)?;
    let of_sheet = |sheet: &OpenedSheet| {
        let numbers = sheet.cells.iter().filter_map(|((row, column), cell)| {
            Some((sheet.name.clone(), address(*row, *column), cell.number?.to_string()))
        });
        numbers.collect::<Vec<_>>()
    };
    Ok(opened.sheets.iter().flat_map(of_sheet).collect())
}
