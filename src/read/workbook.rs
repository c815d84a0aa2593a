//! A form workbook, sheet by sheet.

use super::{
    ReadError,
    archive::Archive,
    cells::{Cells, Shared, regions},
    parts::{self, Listed},
    properties::Properties,
    sheet::{self, MOST_FIGURES, Sheet, SheetError},
    xml::XmlFault,
};

/// More sheets than any form has.
const SHEETS: usize = 300;

/// A workbook as read, before anybody asked which form it is.
pub(super) struct Workbook {
    pub(super) properties: Properties,
    pub(super) sheets: Vec<Sheet>,
}

/// Reads a workbook.
///
/// # Errors
/// When it is damaged, locked, no workbook, or larger than a form can be.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Workbook, ReadError> {
    let damaged = |why: String| ReadError::Damaged { name: name.into(), why };
    let in_part = |part: &'static str| move |fault: XmlFault| damaged(format!("its part `{part}`: {fault}"));
    let archive = Archive::open(name, bytes)?;
    let properties = Properties::read(archive.part("docProps/core.xml"), archive.part("docProps/custom.xml"));
    let listed = parts::listed(archive.text(WORKBOOK).map_err(damaged)?).map_err(in_part(WORKBOOK))?;
    if listed.len() > SHEETS {
        let why = format!("{} sheets, more than {SHEETS}", listed.len());
        return Err(ReadError::TooLarge { name: name.into(), why });
    }
    let relations = parts::sheet_parts(archive.text(RELATIONS).map_err(damaged)?).map_err(in_part(RELATIONS))?;
    let shared = Shared {
        texts: parts::texts(archive.text(TEXTS).map_err(damaged)?).map_err(in_part(TEXTS))?,
        dates: parts::dates(archive.text(STYLES).map_err(damaged)?).map_err(in_part(STYLES))?,
    };
    let mut sheets = Vec::with_capacity(listed.len());
    let mut room = MOST_FIGURES;
    for Listed { name: sheet_name, hidden, relation } in &listed {
        // Charts and macros have sheets too; they hold no cells.
        let Some(part) = relations.get(relation) else { continue };
        if archive.part(part).is_none() {
            return Err(damaged(format!("sheet `{sheet_name}`: its part `{part}` is not there")));
        }
        let text = archive.text(part).map_err(damaged)?;
        let read = sheet::read(sheet_name, *hidden, &regions(text), room, Cells::of(text, &shared));
        let read = read.map_err(|error| match error {
            SheetError::Damaged(fault) => damaged(format!("sheet `{sheet_name}`: {fault}")),
            SheetError::TooLarge(why) => {
                ReadError::TooLarge { name: name.into(), why: format!("sheet `{sheet_name}` has {why}") }
            }
        })?;
        room -= read.table.as_ref().map_or(0, |t| t.figures.len());
        sheets.push(read);
    }
    Ok(Workbook { properties, sheets })
}

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
const TEXTS: &str = "xl/sharedStrings.xml";
const STYLES: &str = "xl/styles.xml";
