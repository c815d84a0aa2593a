//! The marks of a copy, written by one crate and read by another.

use zhinaq::{
    domain::{CopyNumber, Language, Sha256},
    evidence::{read_footer, read_numbered, read_property},
    workbook::CopyMark,
};

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
        assert_eq!(read_footer(&footer), Some((copy, mark.organ.clone(), "r3".to_owned(), mark.content_id.short())));
    }
}
