//! The little of XML that the second reader of sheets needs, by another library than `ooxml` has.

use quick_xml::{Reader, events::BytesStart, events::Event};

use ooxml::shared_strings::{TextStyle, resolved};

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

/// A text of a cell as people see it: what stands for characters that XML does not carry resolved, line ends one character.
pub fn cell_text(text: &str) -> String {
    line_ends(&resolved(text.into(), TextStyle::Exact))
}

/// Line ends are one character.
pub fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_what_people_see() {
        assert_eq!(cell_text("a_x000D_b_x005F_x0041_"), "a\nb_x0041_");
        assert_eq!(cell_text("_x12"), "_x12");
        assert_eq!(cell_text("_xЖжжж_"), "_xЖжжж_");
    }
}
