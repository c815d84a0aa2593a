//! Reads back the marks that `workbook::CopyMark` writes into a copy. This crate does not know `workbook`; the test
//! `evidence::marks::what_is_stamped_is_read_back_in_every_language` holds the two together.

use domain::{CopyNumber, OrganId, ParcelId};
use words::Dictionary;

/// Reads the property `Copy`, such as `2025-Q2/crime/r0/mia/1-of-1`.
pub fn read_property(text: &str) -> Option<(ParcelId, CopyNumber)> {
    let (parcel, copy) = text.trim().rsplit_once('/')?;
    let (number, of) = copy.split_once("-of-")?;
    Some((parcel.parse().ok()?, copy_number(number.parse().ok()?, of.parse().ok()?)?))
}

/// Reads the line on the cover, such as `Экземпляр № 1 из 7 · title`: the number, and the organ's title.
pub fn read_numbered<'t>(text: &'t str, words: &Dictionary) -> Option<(CopyNumber, &'t str)> {
    let (copy, rest) = numbered(text.trim(), words)?;
    Some((copy, rest.strip_prefix(" · ")?.trim()))
}

/// Reads the mark in a footer, which also contains codes of OOXML: the number, the organ, the label (`r0`,
/// `s1`), and the first digits of the content id.
pub fn read_footer(text: &str, words: &Dictionary) -> Option<(CopyNumber, OrganId, String, String)> {
    let openings = words.lexicons().map(words::Lexicon::opening_of_copy);
    let mut lines = openings.filter_map(|opening| Some(&text[text.find(opening)?..]));
    let (copy, rest) = lines.find_map(|line| numbered(line, words))?;
    let rest = rest.strip_prefix(" · ")?.split('&').next()?;
    let mut parts = rest.split(" · ");
    let (organ, label, content) = (parts.next()?, parts.next()?, parts.next()?.trim());
    Some((copy, organ.parse().ok()?, label.to_owned(), content.to_owned()))
}

fn numbered<'t>(text: &'t str, words: &Dictionary) -> Option<(CopyNumber, &'t str)> {
    words.lexicons().find_map(|lexicon| {
        let ([number, of], rest) = lexicon.read_copy_of(text)?;
        Some((copy_number(number, of)?, rest))
    })
}

fn copy_number(number: u32, of: u32) -> Option<CopyNumber> {
    (1..=of).contains(&number).then_some(CopyNumber { number, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_by_its_line_its_property_and_its_footer() {
        let (copy, words) = (CopyNumber { number: 2, of: 7 }, Dictionary::embedded().unwrap());
        for line in ["Экземпляр № 2 из 7", "Дана № 2, барлығы 7", "Copy 2 of 7"] {
            assert_eq!(
                read_numbered(&format!(" {line} · Руководство · «Ә» "), &words),
                Some((copy, "Руководство · «Ә»"))
            );
            let footer = format!("&L&8{line} · mia · r3 · 0123456789ab&C&8 II&R&8&P");
            let read = read_footer(&footer, &words).unwrap();
            assert_eq!(
                (read.0, read.1.as_str(), read.2.as_str(), read.3.as_str()),
                (copy, "mia", "r3", "0123456789ab")
            );
        }
        let (parcel, number) = read_property("2025-Q2/crime/r0/mia/2-of-7").unwrap();
        assert_eq!((parcel.to_string().as_str(), number), ("2025-Q2/crime/r0/mia", copy));
    }

    #[test]
    fn numbers_that_no_copy_has_are_not_read() {
        for wrong in ["", "Copy 0 of 7 · x", "Copy 8 of 7 · x", "Copy x of 7", "Copy 99999999999 of 7 · x"] {
            assert_eq!(read_numbered(wrong, &Dictionary::embedded().unwrap()), None, "{wrong}");
        }
        assert_eq!(read_property("2025-Q2/crime/r0/mia/2-of-1"), None);
    }
}
