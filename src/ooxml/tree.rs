//! A part of a workbook as a tree: elements by their local names, attributes, texts.
//!
//! In comes XML; out comes a [`Node`]. This module does not know what the elements mean.

use quick_xml::{Reader, events::Event};

use super::Error;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// The name without its namespace prefix.
    pub name: String,
    attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    pub text: String,
}

impl Node {
    /// Reads a part.
    ///
    /// # Errors
    /// When the part is not well-formed XML.
    pub fn parse(part: &str, xml: &[u8]) -> Result<Self, Error> {
        let wrong = |message: String| Error::malformed(format!("the part `{part}` is not well-formed XML: {message}"));
        let text = std::str::from_utf8(xml).map_err(|e| wrong(e.to_string()))?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|e| wrong(e.to_string()))? {
                Event::Start(start) => open.push(Self::opened(&start).map_err(wrong)?),
                Event::Empty(start) => {
                    let node = Self::opened(&start).map_err(wrong)?;
                    if let Some(parent) = open.last_mut() {
                        parent.children.push(node);
                    }
                }
                Event::End(_) => {
                    let node = open.pop().unwrap_or_default();
                    open.last_mut().ok_or_else(|| wrong("an element ends twice".into()))?.children.push(node);
                }
                Event::Text(text) => {
                    if let Some(parent) = open.last_mut() {
                        parent.text.push_str(&text);
                    }
                }
                Event::GeneralRef(reference) => {
                    let resolved = quick_xml::escape::unescape(&format!("&{};", &*reference))
                        .map_err(|e| wrong(e.to_string()))?
                        .into_owned();
                    if let Some(parent) = open.last_mut() {
                        parent.text.push_str(&resolved);
                    }
                }
                Event::DocType(_) => return Err(wrong("it has a DOCTYPE".into())),
                Event::Eof if open.len() == 1 => return Ok(open.remove(0)),
                Event::Eof => return Err(wrong("it ends inside an element".into())),
                _ => {}
            }
        }
    }

    fn opened(start: &quick_xml::events::BytesStart<'_>) -> Result<Self, String> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            let name = attribute.key.local_name().as_ref().to_owned();
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|e| e.to_string())?.into_owned();
            attributes.push((name, value));
        }
        let name = start.local_name().as_ref().to_owned();
        Ok(Self { name, attributes, ..Self::default() })
    }

    /// An attribute by its local name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether an attribute is true.
    pub fn says(&self, name: &str) -> bool {
        matches!(self.attribute(name), Some("1" | "true"))
    }

    /// The first element with a name below this one, at any depth.
    pub fn first(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|c| if c.name == name { Some(c) } else { c.first(name) })
    }

    /// Every element with a name below this one, at any depth, in document order.
    pub fn all<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        self.gather(name, &mut found);
        found
    }

    fn gather<'a>(&'a self, name: &str, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            child.gather(name, found);
        }
    }

    /// All text below this element, without phonetic hints.
    pub fn whole_text(&self) -> String {
        let below = self.children.iter().filter(|c| c.name != "rPh").map(Self::whole_text);
        std::iter::once(self.text.clone()).chain(below).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_their_local_names_in_their_order() {
        let xml = b"<x:si n=\"1\"><r><t>a &amp; b</t></r><r><t x:v=\"true\">c</t></r><rPh><t>no</t></rPh></x:si>";
        let root = Node::parse("p", xml).unwrap();
        let si = root.first("si").unwrap();
        assert_eq!((si.attribute("n"), si.whole_text().as_str()), (Some("1"), "a & bc"));
        let texts = root.all("t");
        assert_eq!((texts.len(), texts[1].says("v"), texts[0].says("v")), (3, true, false));
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_the_part() {
        for wrong in [&b"<a>"[..], b"<a></b>", b"<!DOCTYPE a><a/>", b"\xff", b"<a>&none;</a>"] {
            let error = Node::parse("xl/p.xml", wrong).unwrap_err().to_string();
            assert!(error.starts_with("the part `xl/p.xml` is not well-formed XML: "), "{error}");
        }
    }
}
