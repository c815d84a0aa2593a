//! Addresses of cells in A1 style (ECMA-376 part 1, 18.18.62): row 0, column 27 is `AB1`.
//!
//! In come rows and columns, or texts; out come the other. This module does not know sheets.

/// The number of rows of a sheet.
pub const ROWS: u32 = 1_048_576;
/// The number of columns of a sheet.
pub const COLUMNS: u32 = 16_384;

/// The address of a cell as people write it: row 0, column 27 is `AB1`.
#[must_use]
pub fn address(row: u32, column: impl Into<u32>) -> String {
    format!("{}{}", column_letters(column), u64::from(row) + 1)
}

/// The row and column of an address such as `D8`, counted from 0, in upper or lower case; `None` if a sheet does not
/// have this place.
#[must_use]
#[inline]
pub fn place(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(1..=3).contains(&letters) {
        return None;
    }
    let column =
        name.bytes().take(letters).fold(0, |column, b| column * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    (column <= COLUMNS).then_some((row(&name[letters..])?, column - 1))
}

/// The row of a number such as `8`, counted from 0.
#[must_use]
#[inline]
pub fn row(digits: &str) -> Option<u32> {
    if !(1..=7).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let row = digits.bytes().fold(0, |row, digit| row * 10 + u32::from(digit - b'0'));
    (1..=ROWS).contains(&row).then(|| row - 1)
}

/// The row and column of an address as the standard writes it: in capitals, with `$` before an absolute part.
#[must_use]
pub fn place_of(address: &str) -> Option<(u32, u32)> {
    let bare = address.replace('$', "");
    place(&bare).filter(|_| !bare.bytes().any(|b| b.is_ascii_lowercase()))
}

/// The letters of a column: 0 is `A`, 27 is `AB`.
#[must_use]
pub fn column_letters(column: impl Into<u32>) -> String {
    let mut letters = Vec::new();
    let mut rest = column.into() + 1;
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
        assert_eq!(address(0, 0_u16), "A1");
        assert_eq!(address(9, 25_u16), "Z10");
        assert_eq!(address(0, 27_u32), "AB1");
        assert_eq!(address(1_048_575, 16_383_u32), "XFD1048576");
        assert_eq!(place_of("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(place_of("$AB$12"), Some((11, 27)));
        assert!(["", "12", "A", "A0", "a1", "ABCDEFGHIJ1"].iter().all(|text| place_of(text).is_none()));
    }

    #[test]
    fn a_place_and_its_address_are_one() {
        for cell in ["A1", "Z9", "AA10", "ZZ10", "XFD1048576"] {
            let (row, column) = place(cell).unwrap();
            assert_eq!(address(row, column), cell);
            assert_eq!(place(&cell.to_lowercase()), Some((row, column)));
        }
        assert_eq!((column_letters(701_u32), row("1048576"), row("0")), ("ZZ".into(), Some(1_048_575), None));
    }

    #[test]
    fn places_that_no_sheet_has_are_none() {
        for wrong in ["XFE1", "A0", "A1048577", "AAAA1", "1", "1A", "A", "A-1", "", "ZZZ1", "Ы1"] {
            assert_eq!((place(wrong), place_of(wrong)), (None, None), "{wrong}");
        }
    }
}
