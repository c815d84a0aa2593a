//! What a body is, by its first bytes: nothing is believed of names and headers.

use super::letters::excerpt;

/// What the readers here can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body<'a> {
    /// A zip archive, which a workbook is.
    Workbook,
    /// A JSON text, without its byte-order mark.
    Json { text: &'a str, marked: bool },
}

/// Tells a body's kind.
///
/// # Errors
/// What the body is instead, in words that follow "it is".
pub(super) fn sniff(bytes: &[u8]) -> Result<Body<'_>, String> {
    if bytes.is_empty() {
        return Err("an empty body".into());
    }
    if let Some(what) = by_magic(bytes) {
        return if what.is_empty() { Ok(Body::Workbook) } else { Err(what.into()) };
    }
    let (marked, rest) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let text = match std::str::from_utf8(rest) {
        Ok(text) => text,
        Err(error) => return Err(not_utf8(rest, error.valid_up_to())),
    };
    let start = text.trim_start();
    match start.as_bytes().first() {
        Some(b'{' | b'[') => Ok(Body::Json { text, marked }),
        Some(b'<') => Err(markup(start)),
        Some(_) if marked => Err(format!("text with a UTF-8 byte-order mark that begins `{}`", excerpt(start, 40))),
        Some(_) => Err(format!("text that begins `{}`", excerpt(start, 40))),
        None if marked => Err("nothing but a UTF-8 byte-order mark and blanks".into()),
        None => Err("nothing but blanks".into()),
    }
}

/// Known beginnings; an empty text is a zip archive.
fn by_magic(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 11] = [
        (b"PK\x03\x04", ""),
        (b"PK\x05\x06", "an empty zip archive"),
        (b"PK\x07\x08", "one part of a zip archive in several files"),
        (b"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls) or one locked by a password, not an .xlsx"),
        (b"%PDF", "a PDF document"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"\xFF\xFE", "text in UTF-16 (little endian, by its byte-order mark), not UTF-8"),
        (b"\xFE\xFF", "text in UTF-16 (big endian, by its byte-order mark), not UTF-8"),
        (b"PAR1", "a Parquet file"),
    ];
    known.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what)
}

/// Says what text that is not UTF-8 probably is.
fn not_utf8(bytes: &[u8], valid: usize) -> String {
    let sample = &bytes[..bytes.len().min(64 * 1024)];
    if sample.contains(&0) {
        return "binary data of no known kind".into();
    }
    // In windows-1251 the Russian letters are 0xC0–0xFF, with Ё, ё, І, і and № nearby; prose has few other high bytes.
    let high = sample.iter().filter(|b| **b >= 0x80).count();
    let cyrillic = sample.iter().filter(|b| matches!(**b, 0xC0..=0xFF | 0xA8 | 0xB8 | 0xB2 | 0xB3 | 0xB9)).count();
    if high > 0 && cyrillic * 10 >= high * 8 {
        "text in windows-1251, not UTF-8".into()
    } else {
        format!("text that is not UTF-8 (from byte {valid})")
    }
}

/// Names a page by its title, another XML by its root.
fn markup(text: &str) -> String {
    let head: String = text.chars().take(64 * 1024).collect();
    let lower = head.to_ascii_lowercase();
    let is_page = lower.starts_with("<!doctype html") || lower.contains("<html") || lower.contains("<head");
    if let Some(title) = is_page.then(|| between(&head, &lower, "<title", "</title>")).flatten() {
        return format!("an HTML page titled `{}`", excerpt(&unescape(title), 80));
    }
    if is_page {
        return "an HTML page without a title".into();
    }
    let body = lower.find("?>").map_or(head.as_str(), |end| head[end + 2..].trim_start());
    let root: String =
        body.trim_start_matches('<').chars().take_while(|c| c.is_alphanumeric() || ":_-".contains(*c)).collect();
    if root.is_empty() {
        "XML or HTML without a root".into()
    } else {
        format!("XML with the root `{}`", excerpt(&root, 40))
    }
}

fn between<'a>(text: &'a str, lower: &str, open: &str, close: &str) -> Option<&'a str> {
    let start = lower.find(open)?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find(close)?;
    text.get(start..end)
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn what(bytes: &[u8]) -> String {
        sniff(bytes).unwrap_err()
    }

    #[test]
    fn a_page_is_named_by_its_title() {
        let page = "<!DOCTYPE html>\n<html><head><TITLE lang=ru> Вход &amp; выход\n</TITLE></head></html>";
        assert_eq!(what(page.as_bytes()), "an HTML page titled `Вход & выход`");
        assert_eq!(what(b"<html></html>"), "an HTML page without a title");
        assert_eq!(what(b"<?xml version=\"1.0\"?><Error/>"), "XML with the root `Error`");
    }

    #[test]
    fn encodings_are_named() {
        assert_eq!(what(b"[{\"region\":\"\xC0\xF1\xF2\xE0\xED\xE0\"}]"), "text in windows-1251, not UTF-8");
        assert!(what(b"\xFF\xFE[\0").contains("UTF-16"));
        assert_eq!(sniff(b"\xEF\xBB\xBF[]"), Ok(Body::Json { text: "[]", marked: true }));
        assert_eq!(what(b"\xEF\xBB\xBF "), "nothing but a UTF-8 byte-order mark and blanks");
    }

    #[test]
    fn other_bodies_are_named() {
        assert_eq!(what(b""), "an empty body");
        assert_eq!(what(b"  \n"), "nothing but blanks");
        assert!(what(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").contains(".xls"));
        assert_eq!(what(b"Service Unavailable"), "text that begins `Service Unavailable`");
        assert!(what(b"\x00\xFF\x01\x02").contains("binary"));
    }
}
