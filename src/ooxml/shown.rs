//! What a workbook shows: its custom properties, and its cells as text.
//!
//! In come the bytes of a workbook; out come texts. This module does not know what they mean.

use std::collections::BTreeMap;

use super::{
    Error,
    address::{address, place_of},
    opened::{Opened, OpenedSheet},
    package::{Package, PackageLimits, is_xml},
    properties,
};

const PART: &str = "docProps/custom.xml";
/// Properties are short, and no other large part is inflated.
const LIMITS: PackageLimits = PackageLimits::of(5_000, 16 << 20);

/// The custom properties of a workbook by name; empty if it has none.
///
/// # Errors
/// When the bytes are not a workbook.
pub fn custom_properties(workbook: &[u8]) -> Result<BTreeMap<String, String>, Error> {
    let small = |name: &str| is_xml(name) && !name.starts_with("xl/worksheets/") && name != "xl/sharedStrings.xml";
    let package = Package::open(workbook, LIMITS, small)?;
    let Some(part) = package.part(PART) else { return Ok(BTreeMap::new()) };
    let text = std::str::from_utf8(part).map_err(|error| fault(&error))?;
    let found = properties::custom(text).whole().map_err(|error| fault(&error))?;
    Ok(found.into_iter().collect())
}

fn fault(why: &dyn std::fmt::Display) -> Error {
    Error::malformed(format!("the part `{PART}` is not well-formed XML: {why}"))
}

/// The text that a cell of a workbook shows, with figures as plain decimals; `None` if the sheet or the cell does not
/// exist.
///
/// # Errors
/// When the bytes are not a workbook.
pub fn shown(workbook: &[u8], sheet: &str, cell: &str) -> Result<Option<String>, Error> {
    let opened = Opened::read(workbook)?;
    let sheet = opened.sheets.iter().find(|s| s.name == sheet);
    let found = sheet.zip(place_of(cell)).and_then(|(sheet, place)| sheet.cells.get(&place));
    Ok(found.and_then(|cell| cell.text.clone().or_else(|| cell.number.map(|n| n.to_string()))))
}

/// Every number of a workbook, in the order of its sheets and rows: the sheet, the address of the cell, and the number
/// as a plain decimal.
///
/// # Errors
/// When the bytes are not a workbook.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zipped::zipped;

    fn workbook(properties: &str) -> Vec<u8> {
        let relation = |id: u8, kind: &str, target: &str| {
            format!("<Relationship Id=\"r{id}\" Type=\"http://x/{kind}\" Target=\"{target}\"/>")
        };
        let list = |relations: &[String]| format!("<Relationships>{}</Relationships>", relations.concat());
        zipped(&[
            ("_rels/.rels", &list(&[relation(1, "officeDocument", "xl/workbook.xml")])),
            (
                "xl/workbook.xml",
                "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Лист\" r:id=\"r1\"/></sheets></workbook>",
            ),
            (
                "xl/_rels/workbook.xml.rels",
                &list(&[
                    relation(1, "worksheet", "worksheets/sheet1.xml"),
                    relation(2, "sharedStrings", "sharedStrings.xml"),
                ]),
            ),
            ("xl/sharedStrings.xml", "<sst><si><r><t>Все</t></r><r><t>го</t></r></si></sst>"),
            (
                "xl/worksheets/sheet1.xml",
                "<worksheet><sheetData><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"AB2\"><v>17144.5</v></c></row></sheetData></worksheet>",
            ),
            (PART, properties),
        ])
    }

    #[test]
    fn cells_and_properties_are_shown() {
        let book =
            workbook("<Properties><property name=\"Copy\"><v:lpwstr> 1-of-2 </v:lpwstr></property></Properties>");
        assert_eq!(custom_properties(&book).unwrap()["Copy"], "1-of-2");
        let cell = |sheet, cell| shown(&book, sheet, cell).unwrap();
        assert_eq!((cell("Лист", "A2"), cell("Лист", "$AB$2")), (Some("Всего".into()), Some("17144.5".into())));
        assert_eq!((cell("Лист", "B2"), cell("Лист", "?"), cell("R1", "A2")), (None, None, None));
        assert_eq!(numbers(&book).unwrap(), [("Лист".to_owned(), "AB2".to_owned(), "17144.5".to_owned())]);
    }

    #[test]
    fn a_broken_list_of_properties_is_not_taken_for_an_empty_one() {
        let error = custom_properties(&workbook("<Properties><property>")).unwrap_err().to_string();
        assert!(error.starts_with("the part `docProps/custom.xml` is not well-formed XML"), "{error}");
        assert!(custom_properties(b"PK").is_err());
    }
}
