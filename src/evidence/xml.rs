//! The functions for XML that the second reader of sheets needs. They use another library than `ooxml`.

use quick_xml::{Reader, events::BytesStart, events::Event};

use ooxml::shared_strings::{TextStyle, resolved};

/// An attribute by its local name.
pub fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|a| a.key.local_name().as_ref() == name);
    found.map(|a| unescape(&a.value))
}

/// Resolves entities; a text with an unknown one stays as it is. Entities of a document type are not resolved, so the
/// text cannot grow.
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

/// The text of a cell as people see it: escapes such as `_x000D_`, for characters that XML cannot contain, are
/// resolved, and each line end is one character.
pub fn cell_text(text: &str) -> String {
    line_ends(&resolved(text.into(), TextStyle::Exact))
}

/// Turns each line end into one character.
pub fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Reads all elements with one name, in order.
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
