//! Addresses of cells in A1 style (ECMA-376 part 1, 18.18.62): row 0, column 27 is `AB1`.

/// Rows of a sheet.
pub const ROWS: u32 = 1_048_576;
/// Columns of a sheet.
pub const COLUMNS: u32 = 16_384;

/// The address of a cell as people write it: row 0, column 27 is `AB1`.
#[must_use]
pub fn address(row: u32, column: impl Into<u32>) -> String {
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
}
