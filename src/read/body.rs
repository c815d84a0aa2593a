//! Recognizes what a body is by its bytes alone: the name, the headers and the status are not used.
//!
//! In come bytes; out comes a [`Body`]. Each kind prints as words that follow "it is": "an HTML page titled `Вход`",
//! "text in windows-1251 that begins `[{"region"`". At most the first 64 KiB are read. This module does not know what
//! the body was requested for.

use std::fmt;

use super::letters::excerpt;
use ooxml::encoding::{self, Encoding};

/// What a body is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A zip archive; a workbook is one.
    Zip,
    /// Text that begins as a JSON object or array. `marked`: after a UTF-8 byte-order mark.
    Json {
        marked: bool,
    },
    /// An HTML page, with its title.
    Html {
        title: Option<String>,
    },
    /// Other XML, with the name of its root element.
    Xml {
        root: Option<String>,
    },
    /// A workbook of the old format `.xls`.
    Xls,
    /// A workbook locked by a password: an OLE2 container with the package inside.
    Locked,
    Pdf,
    /// Another known kind of file; the text describes it.
    File(&'static str),
    /// No bytes.
    Empty,
    /// Only blanks.
    Blank {
        marked: bool,
    },
    Windows1251Text {
        begins: String,
    },
    Utf16Text {
        begins: String,
    },
    /// Other UTF-8 text.
    Text {
        begins: String,
        marked: bool,
    },
    /// Text in an encoding that is not known here; `from` = the position of the first byte that is not UTF-8.
    UnknownText {
        from: usize,
    },
    Binary,
}

/// How many bytes of a body are read.
const HEAD: usize = 64 * 1024;
/// How many characters of a text or a title a message quotes.
const QUOTED: usize = 60;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What a body is.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Body {
    if bytes.is_empty() {
        return Body::Empty;
    }
    if let Some(known) = by_magic(bytes) {
        return known;
    }
    let (marked, rest) = unmarked(bytes);
    let head = &rest[..rest.len().min(HEAD)];
    match encoding::guess(head) {
        Encoding::Utf8(text) => of_text(text, marked),
        Encoding::Utf16(text) => match of_text(&text, false) {
            page @ Body::Html { .. } => page,
            _ => Body::Utf16Text { begins: excerpt(&text, QUOTED) },
        },
        Encoding::Windows1251(text) => match of_text(&text, false) {
            page @ Body::Html { .. } => page,
            _ => Body::Windows1251Text { begins: excerpt(&text, QUOTED) },
        },
        Encoding::Unknown { valid } => {
            Body::UnknownText { from: valid + if marked { BYTE_ORDER_MARK.len() } else { 0 } }
        }
        Encoding::None => Body::Binary,
    }
}

/// The JSON text of a body, without its byte-order mark, and whether it had one.
///
/// # Errors
/// What the body is instead.
pub fn json(bytes: &[u8]) -> Result<(&str, bool), Body> {
    match sniff(bytes) {
        Body::Json { marked } => {
            let (_, rest) = unmarked(bytes);
            match std::str::from_utf8(rest) {
                Ok(text) => Ok((text, marked)),
                Err(error) => Err(foreign(rest, error.valid_up_to())),
            }
        }
        other => Err(other),
    }
}

/// What a text is that begins as UTF-8 and continues otherwise. The text around the first foreign byte decides.
fn foreign(bytes: &[u8], valid: usize) -> Body {
    let around = &bytes[valid..bytes.len().min(valid + HEAD)];
    match encoding::guess(around) {
        Encoding::Windows1251(text) => Body::Windows1251Text { begins: excerpt(&text, QUOTED) },
        _ => Body::UnknownText { from: valid },
    }
}

fn unmarked(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (true, rest),
        None => (false, bytes),
    }
}

/// Whether an OLE2 container holds a locked package. Its directory lists the streams by name in UTF-16; a locked
/// package has the name `EncryptedPackage`.
fn is_locked(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(b"\xD0\xCF\x11\xE0") && memchr::memmem::find(bytes, &name).is_some()
}

fn by_magic(bytes: &[u8]) -> Option<Body> {
    let known: [(&[u8], Body); 15] = [
        (b"PK\x03\x04", Body::Zip),
        (b"PK\x05\x06", Body::File("an empty zip archive")),
        (b"PK\x07\x08", Body::File("one part of a zip archive in several files")),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", if is_locked(bytes) { Body::Locked } else { Body::Xls }),
        (b"\x09\x08\x10\x00\x00\x06", Body::Xls),
        (b"%PDF-", Body::Pdf),
        (b"\x1F\x8B", Body::File("a gzip archive")),
        (b"7z\xBC\xAF\x27\x1C", Body::File("a 7z archive")),
        (b"Rar!\x1A\x07", Body::File("a RAR archive")),
        (b"\x28\xB5\x2F\xFD", Body::File("a Zstandard archive")),
        (b"PAR1", Body::File("a Parquet file")),
        (b"SQLite format 3\0", Body::File("an SQLite database")),
        (b"\x89PNG", Body::File("a picture (PNG)")),
        (b"\xFF\xD8\xFF", Body::File("a picture (JPEG)")),
        (b"{\\rtf", Body::File("a rich-text document (RTF)")),
    ];
    known.into_iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, body)| body)
}

fn of_text(text: &str, marked: bool) -> Body {
    let start = text.trim_start();
    match start.as_bytes().first() {
        None => Body::Blank { marked },
        Some(b'{' | b'[') => Body::Json { marked },
        Some(b'<') => markup(start),
        Some(_) => Body::Text { begins: excerpt(start, QUOTED), marked },
    }
}

/// An HTML page with its title, or other XML with its root element.
fn markup(text: &str) -> Body {
    let lower = text.to_ascii_lowercase();
    let is_page = ["<!doctype html", "<html", "<head", "<title", "<body"].iter().any(|tag| lower.contains(tag));
    if is_page {
        let title = between(text, &lower, "<title", "</title").map(|title| excerpt(&unescaped(title), QUOTED));
        return Body::Html { title: title.filter(|title| !title.is_empty()) };
    }
    let mut rest = text;
    // The declaration, comments and the document type come before the root.
    while let Some(end) = ["<?", "<!"].iter().any(|open| rest.starts_with(open)).then(|| rest.find('>')).flatten() {
        rest = rest[end + 1..].trim_start();
    }
    let root: String =
        rest.chars().skip(1).take_while(|c| c.is_alphanumeric() || ":_-.".contains(*c)).take(QUOTED).collect();
    Body::Xml { root: Some(root).filter(|root| !root.is_empty()) }
}

/// The text between a tag and its end tag; `lower` is `text` in lower case, byte for byte.
fn between<'a>(text: &'a str, lower: &str, open: &str, close: &str) -> Option<&'a str> {
    let start = lower.find(open)?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find(close)?;
    text.get(start..end)
}

fn unescaped(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
        ("&#39;", "'"),
        ("&laquo;", "«"),
        ("&raquo;", "»"),
    ];
    let text = named.iter().fold(text.to_owned(), |text, (entity, meant)| text.replace(entity, meant));
    text.replace("&amp;", "&")
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zip => f.write_str("a zip archive, as a workbook is"),
            Self::Json { marked: false } => f.write_str("JSON"),
            Self::Json { marked: true } => f.write_str("JSON after a UTF-8 byte-order mark"),
            Self::Html { title: Some(title) } => write!(f, "an HTML page titled `{title}`"),
            Self::Html { title: None } => f.write_str("an HTML page without a title"),
            Self::Xml { root: Some(root) } => write!(f, "XML with the root `{root}`"),
            Self::Xml { root: None } => f.write_str("XML without a root"),
            Self::Xls => f.write_str("an old Excel workbook (.xls), which has to be saved as .xlsx"),
            Self::Locked => f.write_str("a workbook locked by a password, which has to be saved without one"),
            Self::Pdf => f.write_str("a PDF document"),
            Self::File(what) => f.write_str(what),
            Self::Empty => f.write_str("an empty body"),
            Self::Blank { marked: false } => f.write_str("nothing but blanks"),
            Self::Blank { marked: true } => f.write_str("nothing but a UTF-8 byte-order mark"),
            Self::Windows1251Text { begins } => write!(f, "text in windows-1251, not UTF-8: `{begins}`"),
            Self::Utf16Text { begins } => write!(f, "text in UTF-16, not UTF-8: `{begins}`"),
            Self::Text { begins, marked: false } => write!(f, "text that begins `{begins}`"),
            Self::Text { begins, marked: true } => {
                write!(f, "text that begins `{begins}` after a UTF-8 byte-order mark")
            }
            Self::UnknownText { from } => write!(f, "text in no known encoding: byte {from} is not UTF-8"),
            Self::Binary => f.write_str("binary content of no known kind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn what(bytes: &[u8]) -> String {
        sniff(bytes).to_string()
    }

    #[test]
    fn a_page_is_named_by_its_title() {
        let page = "<!DOCTYPE html>\n<html><head><TITLE lang=ru> Вход &amp; выход\n</TITLE></head></html>";
        assert_eq!(what(page.as_bytes()), "an HTML page titled `Вход & выход`");
        assert_eq!(what(b"<html><title></title></html>"), "an HTML page without a title");
        assert_eq!(what(b"<html><head><title>\xC2\xF5\xEE\xE4</title>"), "an HTML page titled `Вход`");
        assert_eq!(what(b"<?xml version=\"1.0\"?><!-- x --><soap:Fault/>"), "XML with the root `soap:Fault`");
        assert_eq!(what(b"<?xml version=\"1.0\"?>"), "XML without a root");
    }

    #[test]
    fn encodings_are_named_and_quoted() {
        assert_eq!(
            what(b"[{\"region\":\"\xC0\xF1\xF2\xE0\xED\xE0\"}]"),
            "text in windows-1251, not UTF-8: `[{\"region\":\"Астана\"}]`"
        );
        assert_eq!(what(b"\xFF\xFE[\0]\0"), "text in UTF-16, not UTF-8: `[]`");
        assert_eq!(what(b"\xFE\xFF\0[\0]"), "text in UTF-16, not UTF-8: `[]`");
        assert_eq!(what(b"[\0{\0\"\0a\0\"\0"), "text in UTF-16, not UTF-8: `[{\"a\"`");
        assert_eq!(what(b"\xEF\xBB\xBF[]"), "JSON after a UTF-8 byte-order mark");
        assert_eq!(what(b"\xEF\xBB\xBF "), "nothing but a UTF-8 byte-order mark");
        assert_eq!(what(b"[\"\x80\x81\x82\"]"), "text in no known encoding: byte 2 is not UTF-8");
    }

    #[test]
    fn other_bodies_are_named() {
        assert_eq!(what(b""), "an empty body");
        assert_eq!(what(b"  \n"), "nothing but blanks");
        assert_eq!(what(b"PK\x03\x04..."), "a zip archive, as a workbook is");
        assert!(what(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").contains(".xls"));
        assert_eq!(what(b"%PDF-1.7"), "a PDF document");
        assert_eq!(what(b"Service\nUnavailable"), "text that begins `Service Unavailable`");
        assert_eq!(what(b"\x00\xFF\x01\x02\x00\x00"), "binary content of no known kind");
    }

    #[test]
    fn a_character_cut_by_the_limit_of_looking_is_no_fault() {
        let long = format!("[\"{}\"]", "ы".repeat(HEAD));
        assert_eq!(sniff(long.as_bytes()), Body::Json { marked: false });
        assert!(json(long.as_bytes()).is_ok());
    }

    #[test]
    fn an_encoding_that_changes_late_is_found() {
        let mut late = vec![b' '; HEAD];
        late.insert(0, b'[');
        late.extend(b"\"\xC0\xF1\xF2\xE0\xED\xE0\"]");
        assert_eq!(json(&late).unwrap_err().to_string(), "text in windows-1251, not UTF-8: `Астана\"]`");
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let body = sniff(&bytes);
            let words = body.to_string();
            prop_assert!(!words.is_empty() && words.chars().count() < 200 && !words.chars().any(char::is_control));
            prop_assert_eq!(json(&bytes).is_ok(), matches!(body, Body::Json { .. }) && std::str::from_utf8(&bytes).is_ok());
        }
    }
}
