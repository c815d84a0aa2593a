//! The little of XML that the parts of a workbook need.

use quick_xml::{Reader, events::BytesStart, events::Event};

/// An attribute by its local name.
pub fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|a| a.key.local_name().as_ref() == name);
    found.map(|a| unescape(&a.value))
}

/// Entities resolved; what is none stays as it stands. Entities of a document type are not known, so nothing grows.
pub fn unescape(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// Adds the text of an event, if it is one.
pub fn push_text(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(piece) => text.push_str(piece),
        Event::CData(piece) => text.push_str(piece),
        Event::GeneralRef(entity) => text.push_str(&unescape(&format!("&{};", &**entity))),
        _ => {}
    }
}

/// A text of a cell as people see it: `_x000D_` stands for a character that XML does not carry (ECMA-376, 22.9.2.19),
/// and line ends are one character.
pub fn cell_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        match code {
            Some(c) if rest[at + 6..].starts_with('_') => {
                shown.push_str(&rest[..at]);
                shown.push(c);
                rest = &rest[at + 7..];
            }
            _ => {
                shown.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    shown.push_str(rest);
    shown.replace("\r\n", "\n").replace('\r', "\n")
}

/// What is read of the elements of one name, in their order.
pub fn starts<T>(xml: &str, element: &str, read: impl Fn(&BytesStart<'_>) -> Option<T>) -> Vec<T> {
    let (mut reader, mut found) = (Reader::from_str(xml), Vec::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) if start.local_name().as_ref() == element => {
                found.extend(read(&start));
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// The texts of the elements of one name, in their order; readings beside the text (`rPh`) are left out.
///
/// # Errors
/// When the part is no XML, or has more of them than `most`.
pub fn texts(part: &str, element: &str, most: usize) -> Result<Vec<String>, String> {
    let mut reader = Reader::from_str(part);
    let (mut texts, mut text) = (Vec::new(), String::new());
    let (mut inside, mut aside) = (false, false);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            Event::Start(start) if start.local_name().as_ref() == element => {
                inside = true;
                text.clear();
            }
            Event::Empty(start) if start.local_name().as_ref() == element => texts.push(String::new()),
            Event::Start(start) if start.local_name().as_ref() == "rPh" => aside = true,
            Event::End(end) if end.local_name().as_ref() == "rPh" => aside = false,
            Event::End(end) if end.local_name().as_ref() == element => {
                inside = false;
                texts.push(std::mem::take(&mut text));
            }
            Event::Eof => return Ok(texts),
            _ if texts.len() > most => return Err(format!("it has more than {most} texts")),
            _ if inside && !aside => push_text(&mut text, &event),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_what_people_see() {
        assert_eq!(cell_text("a_x000D_b_x005F_x0041_"), "a\nb_x0041_");
        assert_eq!(cell_text("_x12"), "_x12");
        assert_eq!(cell_text("_xЖжжж_"), "_xЖжжж_");
        let part =
            "<sst><si><t>a &amp; b</t></si><si><r><t>c</t></r><r><t>d</t></r><rPh><t>x</t></rPh></si><si/></sst>";
        assert_eq!(texts(part, "si", 3).unwrap(), ["a & b", "cd", ""]);
        assert!(texts(part, "si", 1).is_err());
    }
}
