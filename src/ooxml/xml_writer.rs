//! Writes XML into a string: texts, attributes, numbers.
//!
//! In come values; out comes their XML at the end of a string. This module does not know the parts.

/// The beginning of every part.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A text as element content. A text that Excel would read as an escaped character (ECMA-376 part 1, 22.4.2.4,
/// `ST_Xstring`) is escaped. So is a carriage return, which XML readers turn into a line feed.
#[inline]
pub fn text(text: &str, to: &mut String) {
    escape(text, false, to);
}

/// A text between the quotes of an attribute.
#[inline]
pub fn attribute(text: &str, to: &mut String) {
    escape(text, true, to);
}

/// Whether a text has a byte of a kind. Reading all bytes, many at once, is faster than stopping at the first.
#[inline]
pub fn holds(text: &str, kind: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(0, |found, byte| found | u8::from(kind(byte))) != 0
}

#[inline]
fn escape(text: &str, quoted: bool, to: &mut String) {
    let bytes = text.as_bytes();
    // Most texts have nothing to escape.
    if !holds(text, |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\n' | b'\r' | b'_')) {
        to.push_str(text);
        return;
    }
    let mut kept = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quoted => "&quot;",
            b'\n' if quoted => "&#xA;",
            b'\r' => "_x000D_",
            b'_' if is_escape(&bytes[at..]) => "_x005F_",
            _ => continue,
        };
        to.push_str(&text[kept..at]);
        to.push_str(instead);
        kept = at + 1;
    }
    to.push_str(&text[kept..]);
}

fn is_escape(bytes: &[u8]) -> bool {
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// A whole number.
#[inline]
pub fn whole(number: impl Into<u64>, to: &mut String) {
    to.push_str(itoa::Buffer::new().format(number.into()));
}

/// A number in the fewest digits that identify it. Most figures are counts, whose digits need no search.
#[inline]
pub fn number(number: f64, to: &mut String) {
    // Below 2^53 each whole number has its own double.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    if number.abs() < WHOLE && number.fract() == 0.0 {
        to.push_str(itoa::Buffer::new().format(number as i64));
    } else {
        to.push_str(&number.to_string());
    }
}

/// `<name attribute="value"`, open for more attributes.
#[inline]
pub fn with(to: &mut String, opening: &str, value: impl Into<u64>) {
    to.push_str(opening);
    whole(value, to);
    to.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_escape_is_read_back_as_it_was() {
        let mut xml = String::new();
        text("_x0041_ a_b _x41_ \r&\"", &mut xml);
        assert_eq!(xml, "_x005F_x0041_ a_b _x41_ _x000D_&amp;\"");
        xml.clear();
        attribute("a\"b\nc<", &mut xml);
        assert_eq!(xml, "a&quot;b&#xA;c&lt;");
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let written = |n| {
            let mut xml = String::new();
            number(n, &mut xml);
            xml
        };
        assert_eq!(
            [17144.0, -2.0, 0.0, -0.0, 1.5, 18453.949, 1e15].map(written).join(" "),
            "17144 -2 0 0 1.5 18453.949 1000000000000000"
        );
        assert_eq!(written(0.1 + 0.2), "0.30000000000000004");
    }
}
