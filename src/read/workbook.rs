//! A form workbook, sheet by sheet: the one door to the crate that reads `.xlsx`.

use std::io::Cursor;

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{
    ReadError,
    archive::Archive,
    properties::Properties,
    region::{Region, Regions},
    sheet::{self, MOST_FIGURES, Sheet, SheetError},
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
    let archive = Archive::open(name, bytes)?;
    let properties = Properties::read(archive.part("docProps/core.xml"), archive.part("docProps/custom.xml"));
    let (whole, shells) = archive.stored().map_err(damaged)?;
    drop(archive);
    let mut whole = open(whole).map_err(|error| damaged(error.to_string()))?;
    let mut shells = open(shells).map_err(|error| damaged(error.to_string()))?;
    let listed = whole.sheets_metadata().to_vec();
    if listed.len() > SHEETS {
        let why = format!("{} sheets, more than {SHEETS}", listed.len());
        return Err(ReadError::TooLarge { name: name.into(), why });
    }
    let mut sheets = Vec::with_capacity(listed.len());
    let mut room = MOST_FIGURES;
    for listed in listed.iter().filter(|s| s.typ == SheetType::WorkSheet) {
        let regions = regions(&mut shells, &listed.name);
        let read = whole.worksheet_cells_reader(&listed.name).map_err(SheetError::Damaged);
        let read = read.and_then(|mut cells| {
            sheet::read(&listed.name, listed.visible != SheetVisible::Visible, &regions, room, &mut cells)
        });
        let read = read.map_err(|error| match error {
            SheetError::Damaged(error) => damaged(format!("sheet `{}`: {error}", listed.name)),
            SheetError::TooLarge(why) => {
                ReadError::TooLarge { name: name.into(), why: format!("sheet `{}` has {why}", listed.name) }
            }
        })?;
        room -= read.table.as_ref().map_or(0, |t| t.figures.len());
        sheets.push(read);
    }
    Ok(Workbook { properties, sheets })
}

fn open(bytes: Vec<u8>) -> Result<Xlsx<Cursor<Vec<u8>>>, XlsxError> {
    Xlsx::new(Cursor::new(bytes))
}

/// The merged regions of a sheet; a list that cannot be read is empty, and labels lose their parents.
fn regions(shells: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Regions {
    let merged = shells.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    Regions::new(merged.into_iter().filter(|d| d.start.0 <= d.end.0 && d.start.1 <= d.end.1).map(|d| Region {
        top: d.start.0,
        left: d.start.1,
        bottom: d.end.0,
        right: d.end.1,
    }))
}
