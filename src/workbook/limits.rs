//! The limits of a spreadsheet: names, lengths, characters, sizes. Planned sheets in, the first fault out.

use std::collections::BTreeSet;

use super::{
    WorkbookError,
    plan::{CellContent, SheetPlan, TablePlan},
};
use domain::NOT_IN_SHEET_NAMES;
use ooxml::{
    address::{COLUMNS, ROWS, address, place_of},
    limits::{CELL_TEXT, HEAD_TEXT, SHEET_NAME, illegal},
    xml_writer,
};

/// Excel shows fifteen significant digits: an integer at or beyond this one would be shown altered.
const FIFTEEN_DIGITS: f64 = 1e15;

/// Checks sheets for everything that a spreadsheet program would refuse.
///
/// # Errors
/// The first thing that it would refuse, with the sheet and the cell.
pub fn check(sheets: &[SheetPlan]) -> Result<(), WorkbookError> {
    let (mut names, mut tables) = (SheetNames::default(), BTreeSet::new());
    for sheet in sheets {
        names.take(&sheet.name)?;
        for cell in &sheet.cells {
            check_place(&sheet.name, cell.row, cell.column)?;
            match &cell.content {
                CellContent::Text(text) | CellContent::Link { text, .. } => {
                    check_text(&sheet.name, cell.row, cell.column, text)?;
                }
                CellContent::Number(number) => check_number(&sheet.name, cell.row, cell.column, *number)?,
                CellContent::NotThere | CellContent::Blank => {}
            }
        }
        for text in [&sheet.page_header, &sheet.page_footer] {
            check_text(&sheet.name, 0, 0, text)?;
            let length = text.encode_utf16().count();
            if length > HEAD_TEXT {
                return Err(WorkbookError::PageText { sheet: sheet.name.clone(), length });
            }
        }
        if let Some(table) = &sheet.table {
            check_table(&sheet.name, table)?;
            if !tables.insert(table.name.to_lowercase()) {
                return Err(WorkbookError::Table { name: table.name.clone(), rule: "occurs twice in the workbook" });
            }
        }
    }
    Ok(())
}

/// A table's name is a word (18.5.1.2, `displayName`), its heads differ whatever their case.
fn check_table(sheet: &str, table: &TablePlan) -> Result<(), WorkbookError> {
    let wrong = |rule| Err(WorkbookError::Table { name: table.name.clone(), rule });
    let begins = |c: char| c.is_alphabetic() || c == '_';
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    if !table.name.starts_with(begins)
        || !table.name.chars().all(goes_on)
        || place_of(&table.name.to_uppercase()).is_some()
    {
        return wrong(
            "is not a name: a letter first, then letters, digits, points and low lines, and no address of a cell",
        );
    }
    if table.columns.is_empty() {
        return wrong("has no column");
    }
    check_place(sheet, table.top + table.lines.max(1), table.columns.len() as u16 - 1)?;
    let mut heads = BTreeSet::new();
    for (column, head) in table.columns.iter().enumerate() {
        check_text(sheet, table.top, column as u16, head)?;
        if head.encode_utf16().count() > HEAD_TEXT {
            return wrong("has a head of more than 255 characters");
        }
        if !heads.insert(head.to_lowercase()) {
            return wrong("has the same head twice");
        }
    }
    Ok(())
}

/// Sheet names of one workbook, each legal and none twice.
#[derive(Debug, Default)]
pub struct SheetNames {
    taken: BTreeSet<String>,
}

impl SheetNames {
    /// Takes a name.
    ///
    /// # Errors
    /// When the name breaks a rule of spreadsheets, or is taken.
    pub fn take(&mut self, name: &str) -> Result<(), WorkbookError> {
        if let Some(rule) = broken_rule(name) {
            return Err(WorkbookError::SheetName { name: name.into(), rule });
        }
        if self.taken.insert(name.to_lowercase()) {
            Ok(())
        } else {
            Err(WorkbookError::SheetNameTwice { name: name.into() })
        }
    }
}

fn broken_rule(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("is blank")
    } else if name.encode_utf16().count() > SHEET_NAME {
        Some("has more than 31 characters")
    } else if name.contains(NOT_IN_SHEET_NAMES) {
        Some("holds one of `[ ] : * ? / \\`")
    } else if name.starts_with('\'') || name.ends_with('\'') {
        Some("starts or ends with an apostrophe")
    } else if name.to_lowercase() == "history" {
        Some("is reserved")
    } else if name.chars().any(|c| illegal(c) || c.is_control()) {
        Some("holds a control character")
    } else {
        None
    }
}

/// Checks a cell's text.
///
/// # Errors
/// When it is too long or holds a character that XML forbids.
pub fn check_text(sheet: &str, row: u32, column: u16, text: &str) -> Result<(), WorkbookError> {
    // A text of few bytes has few UTF-16 units: most texts need no counting.
    if text.len() > CELL_TEXT {
        let length = text.encode_utf16().count();
        if length > CELL_TEXT {
            return Err(WorkbookError::TextTooLong { sheet: sheet.into(), cell: address(row, column), length });
        }
    }
    // Control characters, and 0xef, with which U+FFFE and U+FFFF begin; most texts have none.
    let suspect = xml_writer::holds(text, |byte| byte < b' ' || byte == 0xef);
    let found = if suspect { text.chars().find(|c| illegal(*c)) } else { None };
    match found {
        Some(c) => {
            Err(WorkbookError::IllegalCharacter { sheet: sheet.into(), cell: address(row, column), code: c as u32 })
        }
        None => Ok(()),
    }
}

/// Checks a cell's number.
///
/// # Errors
/// When it is not finite or has more digits than a spreadsheet shows.
pub fn check_number(sheet: &str, row: u32, column: u16, number: f64) -> Result<(), WorkbookError> {
    if number.is_finite() && number.abs() < FIFTEEN_DIGITS {
        return Ok(());
    }
    Err(WorkbookError::NumberUnfit { sheet: sheet.into(), cell: address(row, column), value: number.to_string() })
}

/// Checks that a place is on a sheet.
///
/// # Errors
/// When it is beyond the last row or column.
pub fn check_place(sheet: &str, row: u32, column: u16) -> Result<(), WorkbookError> {
    if row < ROWS && u32::from(column) < COLUMNS {
        return Ok(());
    }
    let (rows, columns) = (u64::from(row) + 1, u64::from(column) + 1);
    Err(WorkbookError::TooLarge { sheet: sheet.into(), rows, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_name_is_legal_and_unique_whatever_its_case() {
        let mut names = SheetNames::default();
        names.take("Лист 1").unwrap();
        assert!(matches!(names.take("лист 1"), Err(WorkbookError::SheetNameTwice { .. })));
        let long = "ы".repeat(32);
        for wrong in ["", "  ", "a/b", "a[b", "'a", "a'", "History", "a\tb", long.as_str()] {
            assert!(matches!(names.take(wrong), Err(WorkbookError::SheetName { .. })), "{wrong}");
        }
        names.take(&"ы".repeat(31)).unwrap();
    }

    #[test]
    fn what_a_cell_cannot_hold_is_named_with_its_cell() {
        let error = check_text("S", 2, 1, "a\u{1}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "sheet `S`, cell B3: the text holds the character U+0001, which XML does not allow"
        );
        assert!(check_text("S", 0, 0, &"ы".repeat(32_767)).is_ok());
        assert!(check_text("S", 0, 0, &"ы".repeat(32_768)).is_err());
        assert!(check_number("S", 0, 0, f64::NAN).is_err());
        assert!(check_number("S", 0, 0, 1e15).is_err());
        assert!(check_number("S", 0, 0, -999_999_999_999_999.0).is_ok());
        assert!(check_place("S", 1_048_576, 0).is_err());
    }
}
