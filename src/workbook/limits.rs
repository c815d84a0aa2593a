//! What a spreadsheet holds: names, lengths, characters, sizes.

use std::collections::BTreeSet;

use super::{
    WorkbookError,
    plan::{Content, SheetPlan, TablePlan},
    xml,
};
use domain::NOT_IN_SHEET_NAMES;

/// Rows of a sheet.
pub const ROWS: u32 = 1_048_576;
/// Columns of a sheet.
pub const COLUMNS: u16 = 16_384;
/// UTF-16 units of a cell's text.
pub const CELL_TEXT: usize = 32_767;
/// UTF-16 units of a sheet's name.
pub const SHEET_NAME: usize = 31;
/// Characters of a table's head, and of the text above or below a page, with its codes (18.3.1.46).
pub const HEAD_TEXT: usize = 255;
/// Excel shows fifteen significant digits: an integer at or beyond this one would be shown altered.
const FIFTEEN_DIGITS: f64 = 1e15;

/// Checks everything that a spreadsheet program would refuse of some sheets.
///
/// # Errors
/// What it would refuse first, with the sheet and the cell.
pub fn check(sheets: &[SheetPlan]) -> Result<(), WorkbookError> {
    let (mut names, mut tables) = (SheetNames::default(), BTreeSet::new());
    for sheet in sheets {
        names.take(&sheet.name)?;
        for cell in &sheet.cells {
            check_place(&sheet.name, cell.row, cell.column)?;
            match &cell.content {
                Content::Text(text) | Content::Link { text, .. } => {
                    check_text(&sheet.name, cell.row, cell.column, text)?;
                }
                Content::Number(number) => check_number(&sheet.name, cell.row, cell.column, *number)?,
                Content::Blank => {}
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
                return Err(WorkbookError::Table { name: table.name.clone(), rule: "stands twice in the workbook" });
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
            "is no name: a letter first, then letters, digits, points and low lines, and no address of a cell",
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

/// Whether XML 1.0 forbids a character.
#[must_use]
pub fn illegal(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
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
    let suspect = xml::holds(text, |byte| byte < b' ' || byte == 0xef);
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
    if row < ROWS && column < COLUMNS {
        return Ok(());
    }
    let (rows, columns) = (u64::from(row) + 1, u64::from(column) + 1);
    Err(WorkbookError::TooLarge { sheet: sheet.into(), rows, columns })
}

/// The address of a cell as people write it: row 0, column 27 is `AB1`.
#[must_use]
pub fn address(row: u32, column: u16) -> String {
    format!("{}{}", column_letters(column), u64::from(row) + 1)
}

/// Row and column of an address such as `AB12`, both 0-based.
#[must_use]
pub fn place_of(address: &str) -> Option<(u32, u32)> {
    let address = address.replace('$', "");
    let digits = address.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = address.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        letter.is_ascii_uppercase().then(|| column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1))?
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// The letters of a column: 0 is `A`, 27 is `AB`.
#[must_use]
pub fn column_letters(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_as_people_write_them() {
        assert_eq!(address(0, 0), "A1");
        assert_eq!(address(9, 25), "Z10");
        assert_eq!(address(0, 27), "AB1");
        assert_eq!(address(1_048_575, 16_383), "XFD1048576");
        assert_eq!(place_of("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(place_of("$AB$12"), Some((11, 27)));
        assert!(["", "12", "A", "A0", "a1", "ABCDEFGHIJ1"].iter().all(|text| place_of(text).is_none()));
    }

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
