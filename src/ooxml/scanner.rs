//! Scans XML without copies: the tags and texts of a part in order, as slices of it.
//!
//! In comes the text of a part; out come tokens, or an [`XmlFault`] with its place. Workbooks are very plain XML, and
//! the sheets of the largest form have twenty million tags. This scanner checks only what a damaged file would break:
//! tags close in the order in which they were opened, and nothing ends early. Everything else is left to the caller.
//! Namespaces are not followed: a name is the part after the colon. This module does not know what the tags mean.

use std::{borrow::Cow, fmt};

use memchr::{memchr, memmem};

/// The most levels of open tags; no part of a workbook has as many.
const DEEPEST: usize = 256;

/// The next piece of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmlToken<'a> {
    /// An opening tag. If the tag closes itself, it is `empty`, and no [`XmlToken::Close`] follows.
    Open(Tag<'a>),
    /// The name without its prefix.
    Close(&'a str),
    /// A text as it is written, with its entities.
    Text(&'a str),
    /// The text of a CDATA section, which has no entities.
    Verbatim(&'a str),
}

/// An opening tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Without its prefix.
    pub name: &'a str,
    attributes: &'a str,
    pub empty: bool,
}

/// Where and why a part is not XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlFault {
    why: &'static str,
    byte: usize,
}

impl fmt::Display for XmlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is not well-formed XML: {} (byte {})", self.why, self.byte)
    }
}

/// A scanner of XML.
#[derive(Debug, Clone)]
pub struct XmlScanner<'a> {
    text: &'a str,
    /// How many bytes of a byte-order mark were removed.
    marked: usize,
    at: usize,
    /// The full names of the open tags.
    open: Vec<&'a str>,
}

impl<'a> XmlScanner<'a> {
    pub fn new(text: &'a str) -> Self {
        let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { text: unmarked, marked: text.len() - unmarked.len(), at: 0, open: Vec::new() }
    }

    /// Where the text begins after its byte-order mark.
    pub const fn start(&self) -> usize {
        self.marked
    }

    /// The place after the last token, counted in the original text. Skipped content may come before the next token.
    pub const fn place(&self) -> usize {
        self.marked + self.at
    }

    /// The next token; `None` after the end of the outermost element.
    #[inline]
    pub fn token(&mut self) -> Result<Option<XmlToken<'a>>, XmlFault> {
        loop {
            let bytes = self.text.as_bytes();
            let Some(&first) = bytes.get(self.at) else {
                return if self.open.is_empty() { Ok(None) } else { Err(self.fault("it ends inside an element")) };
            };
            if first != b'<' {
                let end = near(bytes, self.at, b'<').unwrap_or(bytes.len());
                let text = &self.text[self.at..end];
                self.at = end;
                if self.open.is_empty() {
                    // Blanks around the outermost element are ignored.
                    continue;
                }
                return Ok(Some(XmlToken::Text(text)));
            }
            match bytes.get(self.at + 1) {
                Some(b'/') => return self.close().map(Some),
                Some(b'?') => self.skip("?>", "an instruction has no end")?,
                Some(b'!') => {
                    if let Some(token) = self.marked()? {
                        return Ok(Some(token));
                    }
                }
                _ => return self.tag().map(Some),
            }
        }
    }

    #[inline]
    fn close(&mut self) -> Result<XmlToken<'a>, XmlFault> {
        let start = self.at + 2;
        let end = near(self.text.as_bytes(), start, b'>').ok_or_else(|| self.fault("a tag has no end"))?;
        let name = &self.text[start..end];
        let opened = self.open.pop().ok_or_else(|| self.fault("a tag is closed that was not opened"))?;
        if !same(opened, name) && !same(opened, name.trim_ascii_end()) {
            return Err(self.fault("tags are closed in another order than they were opened"));
        }
        self.at = end + 1;
        Ok(XmlToken::Close(local(opened)))
    }

    #[inline]
    fn tag(&mut self) -> Result<XmlToken<'a>, XmlFault> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut end = start;
        while bytes.get(end).is_some_and(|b| !matches!(b, b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n')) {
            end += 1;
        }
        let name = &self.text[start..end];
        if name.is_empty() || name.bytes().any(|b| matches!(b, b'<' | b'"' | b'\'' | b'=' | b'&')) {
            return Err(self.fault("a tag has no name"));
        }
        let mut at = end;
        loop {
            match bytes.get(at) {
                Some(b'>') => break,
                Some(quote @ (b'"' | b'\'')) => {
                    at = 1 + near(bytes, at + 1, *quote).ok_or_else(|| self.fault("an attribute has no end"))?;
                }
                Some(b'<') | None => return Err(self.fault("a tag has no end")),
                Some(_) => at += 1,
            }
        }
        let empty = bytes[at - 1] == b'/' && at > end;
        let attributes = self.text.get(end..at - usize::from(empty)).unwrap_or_default();
        self.at = at + 1;
        if !empty {
            if self.open.len() >= DEEPEST {
                return Err(self.fault("it is nested too deep"));
            }
            self.open.push(name);
        }
        Ok(XmlToken::Open(Tag { name: local(name), attributes, empty }))
    }

    /// Steps over a comment or a document type, and returns the text of a CDATA section.
    fn marked(&mut self) -> Result<Option<XmlToken<'a>>, XmlFault> {
        let rest = &self.text[self.at..];
        if let Some(verbatim) = rest.strip_prefix("<![CDATA[") {
            let start = self.text.len() - verbatim.len();
            self.skip("]]>", "a CDATA section has no end")?;
            return Ok((!self.open.is_empty()).then(|| XmlToken::Verbatim(&self.text[start..self.at - 3])));
        }
        if rest.starts_with("<!--") {
            self.at += 2;
            return self.skip("-->", "a comment has no end").map(|()| None);
        }
        // Only a document type brings entities. `Package::open` refuses parts with one.
        self.skip(">", "a declaration has no end").map(|()| None)
    }

    fn skip(&mut self, end: &str, why: &'static str) -> Result<(), XmlFault> {
        let found = memmem::find(&self.text.as_bytes()[self.at..], end.as_bytes());
        self.at += found.ok_or_else(|| self.fault(why))? + end.len();
        Ok(())
    }

    fn fault(&self, why: &'static str) -> XmlFault {
        XmlFault { why, byte: self.at }
    }
}

#[inline]
fn local(name: &str) -> &str {
    match name.bytes().position(|b| b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// The first place of a byte from a place on. In a sheet it is usually a few bytes ahead, where a loop is faster.
#[inline]
fn near(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let (head, tail) = rest.split_at(rest.len().min(16));
    match head.iter().position(|b| *b == wanted) {
        Some(length) => Some(from + length),
        None => memchr(wanted, tail).map(|length| from + head.len() + length),
    }
}

/// Whether two short names are equal. A loop avoids a call for one or two bytes.
#[inline]
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).all(|(a, b)| a == b)
}

impl<'a> Tag<'a> {
    /// The value of an attribute by its full name, as it is written.
    #[inline]
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes().find(|(found, _)| same(found, name)).map(|(_, value)| value)
    }

    /// The names and values in order, up to the first text that is not an attribute.
    #[inline]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }
}

/// The attributes of a tag.
pub struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let start = bytes.iter().position(|b| !b.is_ascii_whitespace())?;
        let equals = near(bytes, start, b'=')?;
        let open = equals + 1 + bytes[equals + 1..].iter().position(|b| !b.is_ascii_whitespace())?;
        let quote = bytes[open];
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        let close = near(bytes, open + 1, quote)?;
        let found = (self.rest[start..equals].trim_ascii_end(), &self.rest[open + 1..close]);
        self.rest = &self.rest[close + 1..];
        Some(found)
    }
}

/// A text with its entities resolved. If they cannot be resolved, the text stays as it is.
#[inline]
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text))
}

/// What was read of a part: everything, or the content before a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partly<T> {
    pub found: T,
    pub fault: Option<XmlFault>,
}

impl<T> Partly<T> {
    /// Everything.
    ///
    /// # Errors
    /// When the part has a fault.
    pub fn whole(self) -> Result<T, XmlFault> {
        self.fault.map_or(Ok(self.found), Err)
    }
}

impl<T> Partly<Vec<T>> {
    /// Reads the tags of a part in their order.
    pub(crate) fn of_tags(part: &str, mut read: impl FnMut(&Tag<'_>) -> Option<T>) -> Self {
        Self::of_tokens(part, |token| if let XmlToken::Open(tag) = token { read(tag) } else { None })
    }

    /// Reads all tokens of a part in their order.
    pub(crate) fn of_tokens(part: &str, mut read: impl FnMut(&XmlToken<'_>) -> Option<T>) -> Self {
        let (mut scanner, mut found) = (XmlScanner::new(part), Vec::new());
        let fault = loop {
            match scanner.token() {
                Ok(Some(token)) => found.extend(read(&token)),
                Ok(None) => break None,
                Err(fault) => break Some(fault),
            }
        };
        Self { found, fault }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::{Reader, events::Event};

    use super::*;

    fn told(text: &str) -> Result<Vec<String>, XmlFault> {
        let mut scanner = XmlScanner::new(text);
        let mut told = Vec::new();
        while let Some(token) = scanner.token()? {
            told.push(match token {
                XmlToken::Open(tag) => {
                    let attributes: String = tag.attributes().map(|(n, v)| format!(" {n}={v}")).collect();
                    format!("<{}{attributes}{}>", tag.name, if tag.empty { "/" } else { "" })
                }
                XmlToken::Close(name) => format!("</{name}>"),
                XmlToken::Text(text) => unescaped(text).into_owned(),
                XmlToken::Verbatim(text) => format!("[{text}]"),
            });
        }
        Ok(told)
    }

    fn refusal(text: &str) -> String {
        told(text).unwrap_err().to_string()
    }

    #[test]
    fn tags_texts_and_attributes_come_in_order() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<!-- <no> --><x:a b = 'a>\"b' c=\"2\"> 1 &lt; 2<d/><![CDATA[&<]]></x:a>\n";
        let expected = ["<a b=a>\"b c=2>", " 1 < 2", "<d/>", "[&<]", "</a>"];
        assert_eq!(told(text).unwrap(), expected);
    }

    #[test]
    fn what_is_not_closed_in_order_is_refused_with_its_place() {
        assert_eq!(
            refusal("<a><b></a>"),
            "it is not well-formed XML: tags are closed in another order than they were opened (byte 6)"
        );
        assert!(refusal("<a><b/>").contains("it ends inside an element"));
        assert!(refusal("</a>").contains("was not opened"));
        assert!(refusal("<a b=\"1>").contains("an attribute has no end"));
        assert!(refusal("<a><!-- ").contains("a comment has no end"));
        assert!(refusal("<a><b <c></a>").contains("a tag has no end"));
        assert!(refusal(&"<a>".repeat(1_000_000)).contains("nested too deep"));
    }

    /// The tags as another XML reader sees them; `None` if it refuses the text.
    fn by_another(text: &str) -> Option<Vec<String>> {
        let mut reader = Reader::from_str(text);
        let mut told = Vec::new();
        let mut depth = 0;
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => {
                    depth += 1;
                    told.push(format!("<{}>", tag.local_name().as_ref()));
                }
                Event::Empty(tag) => told.push(format!("<{}/>", tag.local_name().as_ref())),
                Event::End(tag) => {
                    depth -= 1;
                    told.push(format!("</{}>", tag.local_name().as_ref()));
                }
                Event::Eof => return (depth == 0).then_some(told),
                _ => {}
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn the_scanner_and_another_reader_see_the_same_tags(pieces in prop::collection::vec(prop::sample::select(vec![
            "<a>", "</a>", "<b/>", "<x:c r=\"A1\">", "</x:c>", "<v>", "</v>", "1.5", " ", "ы", "<!-- c -->", "<a b='>'/>",
        ]), 0..12)) {
            let text = pieces.concat();
            let tags = |told: Vec<String>| -> Vec<String> {
                let name = |t: &String| t.split(' ').next().unwrap_or_default().trim_end_matches(['/', '>']).to_owned();
                told.iter().filter(|t| t.starts_with('<')).map(name).collect()
            };
            let (ours, theirs) = (told(&text).ok().map(tags), by_another(&text).map(tags));
            prop_assert_eq!(ours, theirs, "{}", text);
        }

        #[test]
        fn any_text_ends(text in "[<>/!a-c\"'=& \\-\\[\\]]{0,60}") {
            let _ = told(&text);
        }
    }
}
