//! What a copy says about itself, read back: the other side of [`CopyMark`](super::CopyMark).

use domain::{CopyNumber, OrganId, ParcelId};

/// Before the number and before the total, in each language.
const WORDS: [(&str, &str); 3] = [("Экземпляр № ", " из "), ("Дана № ", ", барлығы "), ("Copy ", " of ")];

/// The property `Copy`: `2025-Q2/crime/r0/mia/1-of-1`.
#[must_use]
pub fn read_property(text: &str) -> Option<(ParcelId, CopyNumber)> {
    let (parcel, copy) = text.trim().rsplit_once('/')?;
    let (number, of) = copy.split_once("-of-")?;
    Some((parcel.parse().ok()?, copy_number(number.parse().ok()?, of.parse().ok()?)?))
}

/// The line on the cover, `Экземпляр № 1 из 7 · title`: the number, and the organ's title.
#[must_use]
pub fn read_numbered(text: &str) -> Option<(CopyNumber, &str)> {
    let (copy, rest) = numbered(text.trim())?;
    Some((copy, rest.strip_prefix(" · ")?.trim()))
}

/// The foot of a page, among the codes of a footer: the number, the organ, the label (`r0`, `s1`), and the first
/// digits of the content's id.
#[must_use]
pub fn read_footer(text: &str) -> Option<(CopyNumber, OrganId, String, String)> {
    let line = WORDS.iter().find_map(|(before, _)| text.find(before).map(|at| &text[at..]))?;
    let (copy, rest) = numbered(line)?;
    let rest = rest.strip_prefix(" · ")?.split('&').next()?;
    let mut parts = rest.split(" · ");
    let (organ, label, content) = (parts.next()?, parts.next()?, parts.next()?.trim());
    Some((copy, organ.parse().ok()?, label.to_owned(), content.to_owned()))
}

fn numbered(text: &str) -> Option<(CopyNumber, &str)> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    WORDS.iter().find_map(|(before, between)| {
        let rest = text.strip_prefix(before)?;
        let (number, rest) = rest.split_at(digits(rest));
        let rest = rest.strip_prefix(between)?;
        let (of, rest) = rest.split_at(digits(rest));
        Some((copy_number(number.parse().ok()?, of.parse().ok()?)?, rest))
    })
}

fn copy_number(number: u32, of: u32) -> Option<CopyNumber> {
    (1..=of).contains(&number).then_some(CopyNumber { number, of })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CopyMark;
    use domain::{Language, Sha256};

    #[test]
    fn what_is_stamped_is_read_back_in_every_language() {
        for language in Language::ALL {
            let mark = CopyMark {
                collection: "crime".parse().unwrap(),
                period: "2025-Q2".parse().unwrap(),
                revision: 3,
                supplement: 0,
                organ: "gp-leadership".parse().unwrap(),
                organ_title: "Руководство · «ӘҒҚҢӨҰҮҺІ»".into(),
                number: 2,
                of: 7,
                language,
                content_id: Sha256::of(b"figures"),
            };
            let copy = CopyNumber { number: 2, of: 7 };
            assert_eq!(read_property(&mark.property()), Some((mark.parcel(), copy)));
            assert_eq!(read_numbered(&mark.cover_line()), Some((copy, "Руководство · «ӘҒҚҢӨҰҮҺІ»")));
            let footer = format!("&L&8{}&C&8 II&R&8&P", mark.footer_line());
            assert_eq!(
                read_footer(&footer),
                Some((copy, mark.organ.clone(), "r3".to_owned(), mark.content_id.short()))
            );
        }
        for wrong in ["", "Copy 0 of 7 · x", "Copy 8 of 7 · x", "Copy x of 7", "Copy 99999999999 of 7 · x"] {
            assert_eq!(read_numbered(wrong), None, "{wrong}");
        }
        assert_eq!(read_property("2025-Q2/crime/r0/mia/2-of-1"), None);
    }
}
