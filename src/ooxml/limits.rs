//! The limits of a workbook (ECMA-376 part 1; Excel refuses more): lengths of texts, allowed characters.

/// The most UTF-16 units in the text of a cell.
pub const CELL_TEXT: usize = 32_767;
/// The most UTF-16 units in the name of a sheet.
pub const SHEET_NAME: usize = 31;
/// The most characters in the header of a table column, and in a page header or footer with its codes (18.3.1.46).
pub const HEAD_TEXT: usize = 255;

/// Whether XML 1.0 forbids a character.
#[must_use]
pub fn illegal(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_told_from_blanks_and_letters() {
        assert!(['\0', '\u{8}', '\u{1f}', '\u{ffff}'].into_iter().all(illegal));
        assert!(!['\t', '\n', '\r', ' ', 'ы', '\u{10ffff}'].into_iter().any(illegal));
    }
}
