//! Texts about failures without the words of libraries. In: a text. Out: the same text as a person reads it. Everything
//! that is kept or printed goes through here. This module does not know what failed.

use std::borrow::Cow;

/// A text without the words of the libraries: the numbers that it adds to the words of the system (` (os error 2)`),
/// and its sentence about a file that is not a text.
#[must_use]
pub fn plainly(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = " (os error ";
    const INSTEAD: [(&str, &str); 2] =
        [("stream did not contain valid UTF-8", "it is not a text in UTF-8"), ("error returned from database: ", "")];
    if let Some((words, instead)) = INSTEAD.iter().find(|(words, _)| text.contains(words)) {
        return Cow::Owned(plainly(&text.replace(words, instead)).into_owned());
    }
    if !text.contains(BEGIN) {
        return Cow::Borrowed(text);
    }
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        kept.push_str(before);
        match after.split_once(')') {
            Some((number, after)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest = after,
            _ => {
                kept.push_str(BEGIN);
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_system_are_left_out_wherever_they_are() {
        assert_eq!(plainly("a: X (os error 13); b: Y (os error 2)"), "a: X; b: Y");
        assert_eq!(plainly("(os error) (os error x) ("), "(os error) (os error x) (");
        assert_eq!(plainly("f: stream did not contain valid UTF-8 (os error 1)"), "f: it is not a text in UTF-8");
        assert!(matches!(plainly("plain"), Cow::Borrowed(_)));
    }
}
