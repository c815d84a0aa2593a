//! The mark of a copy: on its cover, at the foot of each page, and in its properties.

use domain::{CollectionId, CopyNumber, Issue, Language, OrganId, ParcelId, Period, Sha256};

/// Which copy this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyMark {
    pub collection: CollectionId,
    pub period: Period,
    pub revision: u32,
    /// The number of a supplement; 0 is the collection itself.
    pub supplement: u32,
    pub organ: OrganId,
    /// The organ's title in the copy's language.
    pub organ_title: String,
    /// This copy's number, from 1.
    pub number: u32,
    /// How many copies the organ gets of this issue.
    pub of: u32,
    pub language: Language,
    /// Which copy it is in the copy's language, `Экземпляр № 3 из 7`; begins with a letter.
    pub numbered: String,
    pub content_id: Sha256,
}

impl CopyMark {
    /// The parcel that the copy goes with.
    #[must_use]
    pub fn parcel(&self) -> ParcelId {
        ParcelId { issue: self.issue(), organ: self.organ.clone() }
    }

    fn issue(&self) -> Issue {
        let (revision, supplement) = (self.revision, self.supplement);
        Issue { collection: self.collection.clone(), period: self.period, revision, supplement }
    }

    /// The line on the cover, for the reader.
    #[must_use]
    pub fn cover_line(&self) -> String {
        format!("{} · {}", self.numbered, self.organ_title)
    }

    /// The line at the foot of each page: short, because a page header or footer has room for 255 characters in all. It
    /// begins with a letter, because a digit after the codes of a footer would be read as a font size.
    #[must_use]
    pub fn footer_line(&self) -> String {
        format!("{} · {} · {} · {}", self.numbered, self.organ, self.issue().label(), self.content_id.short())
    }

    /// The property `Copy`, for programs: `2025-Q2/crime/r0/mia/1-of-1`.
    #[must_use]
    pub fn property(&self) -> String {
        format!("{}/{}-of-{}", self.parcel(), self.number, self.of)
    }

    /// The name of the copy's file, made of ids alone: it is safe as a path and the same everywhere.
    #[must_use]
    pub fn file_name(&self) -> String {
        copy_file_name(&self.parcel(), CopyNumber { number: self.number, of: self.of }, self.language)
    }

    pub(super) fn texts(&self) -> Texts {
        let cover = [self.cover_line(), self.organ.to_string(), self.number.to_string(), self.of.to_string()];
        let footer = [self.footer_line(), cover[1].clone(), cover[2].clone(), cover[3].clone()];
        let property = [self.property(), cover[1].clone(), cover[2].clone(), cover[3].clone()];
        // In a footer an ampersand begins a code; a doubled one is an ampersand.
        let footer = footer.map(|text| text.replace('&', "&&"));
        Texts {
            footer_lengths: footer.each_ref().map(|text| text.encode_utf16().count()),
            cell: cover.map(|text| escape(&text.replace("_x", "_x005F_x"))),
            footer: footer.map(|text| escape(&text)),
            property: property.map(|text| escape(&text)),
        }
    }
}

/// The name of a copy's file: `crime_2025-Q2_r0_mia_copy-1-of-1_ru.xlsx`.
#[must_use]
pub fn copy_file_name(parcel: &ParcelId, copy: CopyNumber, language: Language) -> String {
    let ParcelId { issue, organ } = parcel;
    let (Issue { collection, period, .. }, label) = (issue, issue.label());
    format!("{collection}_{period}_{label}_{organ}_copy-{}-of-{}_{language}.xlsx", copy.number, copy.of)
}

/// A value that differs from copy to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hole {
    Copy,
    Organ,
    Number,
    Of,
}

impl Hole {
    pub const ALL: [Self; 4] = [Self::Copy, Self::Organ, Self::Number, Self::Of];
    /// The beginning of each placeholder.
    pub const OPENING: &str = "⟦";

    /// The text in the master.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Copy => "⟦copy⟧",
            Self::Organ => "⟦organ⟧",
            Self::Number => "⟦number⟧",
            Self::Of => "⟦of⟧",
        }
    }
}

/// The place of a placeholder; each place has its own text for the copy and its own rules of escaping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Cell,
    Footer,
    Property,
}

/// The texts for the holes, ready for XML.
#[derive(Debug)]
pub struct Texts {
    cell: [String; 4],
    footer: [String; 4],
    property: [String; 4],
    footer_lengths: [usize; 4],
}

impl Texts {
    pub fn of(&self, hole: Hole, place: Place) -> &str {
        match place {
            Place::Cell => &self.cell[hole as usize],
            Place::Footer => &self.footer[hole as usize],
            Place::Property => &self.property[hole as usize],
        }
    }

    /// The length of a footer's text as a workbook counts it.
    pub const fn footer_length(&self, hole: Hole) -> usize {
        self.footer_lengths[hole as usize]
    }
}

/// Text as XML 1.0 writes it; what XML cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
