//! Shared texts and rich text (ECMA-376 part 1, 18.4).
//!
//! In comes the XML of a part; out come plain texts. This module does not know the cells that refer to them.

use std::borrow::Cow;

use super::scanner::{XmlFault, XmlScanner, XmlToken, unescaped};

/// The shared texts, in the order of their numbers. Phonetic hints are left out.
pub fn texts(part: &str) -> Result<Vec<Cow<'_, str>>, XmlFault> {
    SharedTexts::new(part, TextStyle::Marked).collect()
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextStyle {
    /// For reading: raised digits stay raised, and characters that XML cannot contain become blanks.
    Marked,
    /// For comparing: all characters stay as they are.
    Exact,
}

/// An iterator over the shared texts.
#[derive(Debug)]
pub struct SharedTexts<'a> {
    scanner: XmlScanner<'a>,
    style: TextStyle,
}

impl<'a> SharedTexts<'a> {
    #[must_use]
    pub fn new(part: &'a str, style: TextStyle) -> Self {
        Self { scanner: XmlScanner::new(part), style }
    }

    fn text(&mut self) -> Result<Option<Cow<'a, str>>, XmlFault> {
        while let Some(token) = self.scanner.token()? {
            if let XmlToken::Open(tag) = token
                && tag.name == "si"
            {
                let text =
                    if tag.empty { Cow::Borrowed("") } else { text_within(&mut self.scanner, "si", self.style)? };
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}

impl<'a> Iterator for SharedTexts<'a> {
    type Item = Result<Cow<'a, str>, XmlFault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.text().transpose()
    }
}

/// The text of an open rich-text element, up to its end. Raised digits stay raised, so that `6616` with the footnote
/// `1` does not become 66161.
pub fn text_within<'a>(
    scanner: &mut XmlScanner<'a>,
    element: &str,
    style: TextStyle,
) -> Result<Cow<'a, str>, XmlFault> {
    let mut text = Cow::Borrowed("");
    let (mut spoken, mut inside, mut is_raised) = (0_usize, false, false);
    let written = |piece: Cow<'a, str>, is_raised: bool| {
        let digits = |c: char| raised(c).filter(|_| is_raised).unwrap_or(c);
        if is_raised { Cow::Owned(piece.chars().map(digits).collect()) } else { piece }
    };
    while let Some(token) = scanner.token()? {
        match token {
            XmlToken::Open(tag) if tag.name == "rPh" && !tag.empty => spoken += 1,
            XmlToken::Open(tag) if tag.name == "r" => (inside, is_raised) = (false, false),
            XmlToken::Open(tag) if tag.name == "vertAlign" => {
                let val = tag.attribute("val");
                is_raised = style == TextStyle::Marked && matches!(val, Some("superscript" | "subscript"));
            }
            XmlToken::Open(tag) => inside = tag.name == "t" && !tag.empty,
            XmlToken::Close("rPh") => spoken = spoken.saturating_sub(1),
            XmlToken::Close("r") => (inside, is_raised) = (false, false),
            XmlToken::Close(name) if name == element => break,
            XmlToken::Close(_) => inside = false,
            XmlToken::Text(piece) if inside && spoken == 0 => {
                append(&mut text, written(unescaped(piece), is_raised));
            }
            XmlToken::Verbatim(piece) if inside && spoken == 0 => {
                append(&mut text, written(Cow::Borrowed(piece), is_raised));
            }
            XmlToken::Text(_) | XmlToken::Verbatim(_) => {}
        }
    }
    Ok(resolved(text, style))
}

/// The raised form of a digit or a bracket; `None` for other characters.
const fn raised(c: char) -> Option<char> {
    Some(match c {
        '0' => '\u{2070}',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '\u{2074}',
        '5' => '\u{2075}',
        '6' => '\u{2076}',
        '7' => '\u{2077}',
        '8' => '\u{2078}',
        '9' => '\u{2079}',
        '(' => '\u{207d}',
        ')' => '\u{207e}',
        _ => return None,
    })
}

/// A text with escapes such as `_x000D_` resolved. A workbook writes characters in this way that XML cannot contain
/// (ECMA-376, 22.9.2.19). With [`TextStyle::Marked`], control characters among them become blanks.
pub fn resolved(text: Cow<'_, str>, style: TextStyle) -> Cow<'_, str> {
    if !text.contains("_x") {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let meant = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        plain.push_str(&rest[..at]);
        match meant {
            Some(meant) if style == TextStyle::Marked && meant.is_control() => plain.push(' '),
            Some(meant) => plain.push(meant),
            None => plain.push_str("_x"),
        }
        rest = &rest[at + if meant.is_some() { 7 } else { 2 }..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Appends a piece; the first one is not copied.
pub fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_texts_are_joined_and_spoken_ones_left_out() {
        let part = r#"<sst><si><t>a &amp; b</t></si><si><r><rPr><b/></rPr><t>в </t></r><r><t xml:space="preserve">г</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si/><si><t/></si></sst>"#;
        assert_eq!(texts(part).unwrap(), ["a & b", "в г", "", ""]);
    }

    #[test]
    fn raised_digits_stay_raised() {
        let raised = r#"<r><rPr><vertAlign val="superscript"/></rPr><t>1)</t></r>"#;
        let part = format!("<sst><si><r><t>6616</t></r>{raised}<r><t> 5</t></r></si><si><t>7</t></si></sst>");
        assert_eq!(texts(&part).unwrap(), ["6616¹\u{207e} 5", "7"]);
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_written_by_their_number() {
        for (written, meant) in
            [("a_x000D_b", "a b"), ("_x0041_", "A"), ("_x005F_x0041_", "_x0041_"), ("_x00ЖЖ_", "_x00ЖЖ_"), ("_x", "_x")]
        {
            assert_eq!(resolved(written.into(), TextStyle::Marked), meant, "{written}");
        }
    }

    #[test]
    fn a_text_that_is_compared_is_as_it_is_written() {
        assert_eq!(resolved("a_x000D_b".into(), TextStyle::Exact), "a\rb");
        let part = r#"<sst><si><r><t>6</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r></si></sst>"#;
        let texts: Result<Vec<_>, _> = SharedTexts::new(part, TextStyle::Exact).collect();
        assert_eq!(texts.unwrap(), ["61"]);
    }
}
