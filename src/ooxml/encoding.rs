//! Guesses the encoding of bytes, so that a refusal can report it and quote the text.
//!
//! In come bytes; out comes an [`Encoding`] with the text. Bodies are read in UTF-8 only; other encodings are
//! recognized, but not converted. Parts of a workbook declare their encoding; windows-1251 is read if a part declares
//! it. This module does not know what the bytes are.

use std::borrow::Cow;

/// The encoding of a text, with the text.
#[derive(Debug, PartialEq, Eq)]
pub enum Encoding<'a> {
    Utf8(&'a str),
    Utf16(Cow<'a, str>),
    Windows1251(Cow<'a, str>),
    /// Text in another encoding; the first `valid` bytes are UTF-8.
    Unknown {
        valid: usize,
    },
    /// Not a text.
    None,
}

/// How many characters of a converted text are kept for quoting, and how many bytes decide between text and binary
/// content.
const KEPT: usize = 4096;

/// Guesses the encoding from the beginning of a body. A character that is cut at the end is ignored.
pub fn guess(bytes: &[u8]) -> Encoding<'_> {
    if let Some(wide) = utf16(bytes) {
        return wide;
    }
    if is_binary(bytes) {
        return Encoding::None;
    }
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => return Encoding::Utf8(text),
        Err(error) => {
            let valid = error.valid_up_to();
            let text = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
            if error.error_len().is_none() && !text.is_empty() {
                return Encoding::Utf8(text);
            }
            valid
        }
    };
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    // Russian and Kazakh letters, № and «»: prose in windows-1251 has few other high bytes.
    let letters = bytes.iter().filter(|b| matches!(**b, 0xC0..=0xFF | 0xA8 | 0xB8 | 0xB2 | 0xB3 | 0xB9 | 0xAB | 0xBB));
    if letters.count() * 10 >= high * 8 {
        let text: String = bytes.iter().take(KEPT).map(|byte| windows_1251(*byte)).collect();
        return Encoding::Windows1251(text.into());
    }
    Encoding::Unknown { valid }
}

/// A UTF-16 text with a byte-order mark; `None` without such a mark. A part of a workbook may be UTF-16 (ECMA-376, part
/// 2, 6.5.3), although none has been seen so far.
pub fn wide(bytes: &[u8]) -> Option<Result<String, ()>> {
    let from: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, odd) = bytes[2..].as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| from(*pair))).collect();
    Some(text.map_err(|_| ()).and_then(|text| if odd.is_empty() { Ok(text) } else { Err(()) }))
}

/// The text of an XML part that declares windows-1251, as programs on Russian Windows write it; `None` for UTF-8.
///
/// # Errors
/// The encoding that the part declares or seems to have, if it is another one.
pub fn declared(part: &[u8]) -> Option<Result<String, String>> {
    if std::str::from_utf8(part).is_ok() {
        return None;
    }
    let head = String::from_utf8_lossy(&part[..part.len().min(200)]);
    let after = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let said = after.and_then(|(declaration, _)| declaration.split_once("encoding")).map(|(_, rest)| rest);
    let name = said.map(|rest| rest.trim_start_matches(['=', ' ', '"', '\'']));
    let name = name.and_then(|rest| rest.split(['"', '\'', ' ']).next()).unwrap_or_default().to_lowercase();
    Some(match name.as_str() {
        "windows-1251" | "cp1251" | "windows1251" => Ok(part.iter().map(|byte| windows_1251(*byte)).collect()),
        "" | "utf-8" | "utf8" => match guess(part) {
            Encoding::Windows1251(_) => Err("windows-1251, though UTF-8 is declared".to_owned()),
            _ => Err("not UTF-8, and no other encoding is declared".to_owned()),
        },
        other => Err(format!("the encoding `{other}`")),
    })
}

/// UTF-16 text, recognized by its byte-order mark or by the zeros between Latin letters and brackets.
fn utf16(bytes: &[u8]) -> Option<Encoding<'_>> {
    let (little, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        [b'<' | b'[' | b'{', 0, _, 0, ..] => (true, bytes),
        [0, b'<' | b'[' | b'{', 0, _, ..] => (false, bytes),
        _ => return None,
    };
    let pairs = rest.chunks_exact(2).take(KEPT);
    let units = pairs.map(|pair| if little { [pair[0], pair[1]] } else { [pair[1], pair[0]] }).map(u16::from_le_bytes);
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(Encoding::Utf16(text.into()))
}

/// Whether the beginning contains control characters that texts do not have.
fn is_binary(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(KEPT)];
    let odd = bytes.iter().filter(|b| matches!(**b, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F)).count();
    bytes.contains(&0) || odd * 20 > bytes.len()
}

/// The character of a byte in windows-1251 (table of the WHATWG Encoding Standard).
fn windows_1251(byte: u8) -> char {
    const UPPER: &str = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї";
    match byte {
        0..=0x7F => char::from(byte),
        0x80..=0xBF => UPPER.chars().nth(usize::from(byte - 0x80)).unwrap_or(char::REPLACEMENT_CHARACTER),
        0xC0..=0xFF => char::from_u32(0x410 + u32::from(byte - 0xC0)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1251_is_decoded_as_the_table_says() {
        let text: String = [0xA8, 0xB8, 0xB9, 0xC0, 0xFF, 0xB2, 0xAB, 0x41].into_iter().map(windows_1251).collect();
        assert_eq!(text, "Ёё№АяІ«A");
        assert_eq!(windows_1251(0xBF), 'ї');
    }

    #[test]
    fn a_part_is_read_in_the_encoding_that_it_declares() {
        let part = |encoding: &str| {
            let head = format!("<?xml version='1.0' encoding='{encoding}'?><t>");
            [head.as_bytes(), b"\xC4\xE0", b"</t>"].concat()
        };
        assert!(declared(&part("windows-1251")).unwrap().unwrap().ends_with("<t>Да</t>"));
        assert!(declared(&part("KOI8-R")).unwrap().unwrap_err().contains("koi8-r"));
        assert!(declared(&part("UTF-8")).unwrap().unwrap_err().contains("windows-1251"));
        assert_eq!(declared("<t>Да</t>".as_bytes()), None);
    }

    #[test]
    fn a_cut_character_is_still_utf8() {
        let bytes = "абв".as_bytes();
        assert_eq!(guess(&bytes[..5]), Encoding::Utf8("аб"));
        assert_eq!(guess(b"ab\x00"), Encoding::None);
    }
}
