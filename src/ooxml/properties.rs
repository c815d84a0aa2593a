//! Document properties: the title and the description with a form's identity, and marks of the sample office.
//!
//! In come the XML of the property parts; out come names and texts. This module does not know what they mean.

use super::scanner::{Partly, Tag, XmlFault, XmlScanner, XmlToken, unescaped};

/// The content of `docProps/core.xml` and `docProps/custom.xml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentProperties {
    pub title: Option<String>,
    pub description: Option<String>,
    pub custom: Vec<(String, String)>,
}

/// The most bytes of a property of a form.
const LONGEST: usize = 4_000;

impl DocumentProperties {
    /// Reads the properties. Those that cannot be read are left out.
    pub fn read<'p>(core: Option<&'p [u8]>, custom: Option<&'p [u8]>) -> Self {
        let mut found = Self::default();
        let text = |part: Option<&'p [u8]>| part.and_then(|part| std::str::from_utf8(part).ok()).unwrap_or_default();
        for (name, text) in element_texts(text(core)) {
            match name.as_str() {
                "title" => found.title = Some(text),
                "description" => found.description = Some(text),
                _ => {}
            }
        }
        let custom = self::custom(text(custom)).found;
        found.custom = custom.into_iter().filter(|(_, text)| !text.is_empty() && text.len() <= LONGEST).collect();
        found
    }

    /// The value of a custom property.
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.custom.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The custom properties in their order, without blanks around the values.
pub fn custom(part: &str) -> Partly<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open = false;
    let fault = each_text(part, |event| match event {
        Met::Open(tag) if tag.name == "property" => {
            open = !tag.empty;
            found.extend(
                tag.attribute("name").filter(|_| open).map(|name| (unescaped(name).into_owned(), String::new())),
            );
            open &= tag.attribute("name").is_some();
        }
        Met::Close("property") => open = false,
        Met::Text(text) if open => {
            if let Some((_, value)) = found.last_mut() {
                value.push_str(text);
            }
        }
        _ => {}
    });
    // A property that is not closed does not count.
    found.truncate(found.len() - usize::from(open));
    for (_, value) in &mut found {
        value.truncate(value.trim_end().len());
        *value = value.trim_start().to_owned();
    }
    Partly { found, fault }
}

/// The texts of a part with the name of the element around each, without blanks around them. If the part is not XML,
/// only the texts before the fault.
#[must_use]
pub fn element_texts(part: &str) -> Vec<(String, String)> {
    let (mut found, mut element, mut text) = (Vec::new(), String::new(), String::new());
    each_text(part, |event| match event {
        Met::Open(tag) => {
            tag.name.clone_into(&mut element);
            text.clear();
        }
        Met::Text(piece) => text.push_str(piece),
        Met::Close(_) => {
            if !text.trim().is_empty() && text.len() <= LONGEST {
                found.push((element.clone(), text.trim().to_owned()));
            }
            text.clear();
        }
    });
    found
}

enum Met<'a> {
    Open(Tag<'a>),
    Text(&'a str),
    Close(&'a str),
}

fn each_text(part: &str, mut take: impl FnMut(Met<'_>)) -> Option<XmlFault> {
    let mut scanner = XmlScanner::new(part);
    loop {
        match scanner.token() {
            Ok(Some(XmlToken::Open(tag))) => take(Met::Open(tag)),
            Ok(Some(XmlToken::Text(text))) => take(Met::Text(&unescaped(text))),
            Ok(Some(XmlToken::Verbatim(text))) => take(Met::Text(text)),
            Ok(Some(XmlToken::Close(name))) => take(Met::Close(name)),
            Ok(None) => return None,
            Err(fault) => return Some(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_and_description_are_found_whatever_their_prefix() {
        let core = br#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>1-M  &#1040; &amp; B</dc:title>
            <dc:description>28327;50119;1971%;__</dc:description></cp:coreProperties>"#;
        let custom = br#"<Properties><property fmtid="x" pid="2" name="Origin"><vt:lpwstr>SAMPLE DATA</vt:lpwstr></property></Properties>"#;
        let found = DocumentProperties::read(Some(core), Some(custom));
        assert_eq!(found.title.as_deref(), Some("1-M  А & B"));
        assert_eq!(found.description.as_deref(), Some("28327;50119;1971%;__"));
        assert_eq!(found.custom("origin"), Some("SAMPLE DATA"));
    }

    #[test]
    fn custom_properties_come_in_order_up_to_a_fault() {
        let part = r#"<Properties><property name="a &amp; b"><v:lpwstr> x<![CDATA[<]]></v:lpwstr></property>
            <property name="none"/><property><v>no name</v></property><property name="c"><v></v></property>"#;
        let pairs = [("a & b".to_owned(), "x<".to_owned()), ("c".to_owned(), String::new())];
        let cut = custom(part);
        assert_eq!(cut.found, pairs);
        assert!(cut.whole().is_err());
        assert_eq!(custom(&format!("{part}</Properties>")).whole().unwrap(), pairs);
        assert_eq!(custom(&format!("{part}<property name=\"d\"><v>1</v>")).found, pairs);
    }

    #[test]
    fn broken_properties_are_none() {
        assert_eq!(DocumentProperties::read(Some(b"<a><title>x</b>"), Some(b"\xFF")), DocumentProperties::default());
    }
}
