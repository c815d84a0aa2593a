//! The marks of a copy, written by one crate and read by another.

use zhinaq::{
    domain::{CopyNumber, Sha256},
    evidence::{read_footer, read_numbered, read_property},
    workbook::CopyMark,
};

use crate::support::words;

#[test]
fn what_is_stamped_is_read_back_in_every_language() {
    for lexicon in words().lexicons() {
        let mark = CopyMark {
            collection: "crime".parse().unwrap(),
            period: "2025-Q2".parse().unwrap(),
            revision: 3,
            supplement: 0,
            organ: "gp-leadership".parse().unwrap(),
            organ_title: "Руководство · «ӘҒҚҢӨҰҮҺІ»".into(),
            number: 2,
            of: 7,
            language: lexicon.language(),
            numbered: lexicon.copy_of(&2, &7),
            content_id: Sha256::of(b"figures"),
        };
        let copy = CopyNumber { number: 2, of: 7 };
        assert_eq!(read_property(&mark.property()), Some((mark.parcel(), copy)));
        assert_eq!(read_numbered(&mark.cover_line(), words()), Some((copy, "Руководство · «ӘҒҚҢӨҰҮҺІ»")));
        let footer = format!("&L&8{}&C&8 II&R&8&P", mark.footer_line());
        assert_eq!(
            read_footer(&footer, words()),
            Some((copy, mark.organ.clone(), "r3".to_owned(), mark.content_id.short()))
        );
    }
}
