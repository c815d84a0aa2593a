//! Document properties: the title and the description that carry a form's identity, and marks of the sample office.

use quick_xml::{Reader, events::Event};

use super::scanner::unescaped;

/// What `docProps/core.xml` and `docProps/custom.xml` say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentProperties {
    pub title: Option<String>,
    pub description: Option<String>,
    pub custom: Vec<(String, String)>,
}

/// Longer texts are no properties of a form.
const LONGEST: usize = 4_000;

impl DocumentProperties {
    /// Reads the properties; what cannot be read is not there.
    pub fn read(core: Option<&[u8]>, custom: Option<&[u8]>) -> Self {
        let mut found = Self::default();
        for (name, _, text) in core.map(texts).unwrap_or_default() {
            match name.as_str() {
                "title" => found.title = Some(text),
                "description" => found.description = Some(text),
                _ => {}
            }
        }
        let custom = custom.map(texts).unwrap_or_default();
        found.custom = custom.into_iter().filter_map(|(_, property, text)| Some((property?, text))).collect();
        found
    }

    /// A custom property.
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.custom.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The texts of an XML part: the element's local name, the `name` of the property around it, the text.
fn texts(part: &[u8]) -> Vec<(String, Option<String>, String)> {
    let mut found = Vec::new();
    let Ok(part) = std::str::from_utf8(part) else { return found };
    let mut reader = Reader::from_str(part);
    let (mut element, mut property, mut text) = (String::new(), None, String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                start.local_name().as_ref().clone_into(&mut element);
                if element == "property" {
                    property = start
                        .attributes()
                        .flatten()
                        .find(|a| a.key.as_ref() == "name")
                        .map(|a| unescaped(&a.value).into_owned());
                }
                text.clear();
            }
            Ok(Event::Text(piece)) => text.push_str(&piece),
            Ok(Event::GeneralRef(entity)) => text.push_str(&unescaped(&format!("&{};", &*entity))),
            Ok(Event::CData(piece)) => text.push_str(&piece),
            Ok(Event::End(_)) => {
                if !text.trim().is_empty() && text.len() <= LONGEST {
                    found.push((element.clone(), property.clone(), text.trim().to_owned()));
                }
                text.clear();
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
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
    fn broken_properties_are_none() {
        assert_eq!(DocumentProperties::read(Some(b"<a><title>x</b>"), Some(b"\xFF")), DocumentProperties::default());
    }
}
