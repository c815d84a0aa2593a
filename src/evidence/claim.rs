//! What a workbook says about itself: which copy it claims to be.

use serde::Serialize;

use super::{
    stamp_read::{read_footer, read_numbered, read_property},
    workbook::Workbook,
};
use domain::{CopyNumber, OrganId, ParcelId};

/// Where identity was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TellTale {
    /// The bytes are those of the register.
    Hash,
    /// The document property `Copy`.
    Property,
    /// The foot of a page.
    Footer,
    /// The line on the cover.
    Cover,
}

/// A claim to be a copy. Each says as much as its place has room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnershipClaim {
    /// All of it.
    Property { parcel: ParcelId, copy: CopyNumber },
    /// Without collection and period, which the content's id tells.
    Footer { copy: CopyNumber, organ: OrganId, label: String, content: String },
    /// The organ by its title.
    Cover { copy: CopyNumber, organ_title: String, content: Option<String> },
}

/// Digits of a content id as people see it.
const SHORT: usize = 12;

/// A claim and how many places make it: each foot of a page is one.
pub type Voiced = (OwnershipClaim, usize);

/// Every claim in a workbook, the fullest first.
#[must_use]
pub fn claims(book: &Workbook) -> Vec<Voiced> {
    let mut claims: Vec<Voiced> = Vec::new();
    let mut add = |claim: OwnershipClaim| match claims.iter_mut().find(|(known, _)| *known == claim) {
        Some((_, voices)) => *voices += 1,
        None => claims.push((claim, 1)),
    };
    let property = book.properties.get("Copy").and_then(|text| read_property(text));
    if let Some((parcel, copy)) = property {
        add(OwnershipClaim::Property { parcel, copy });
    }
    for footer in book.sheets.iter().flat_map(|s| &s.footers) {
        if let Some((copy, organ, label, content)) = read_footer(footer) {
            add(OwnershipClaim::Footer { copy, organ, label, content });
        }
    }
    for sheet in &book.sheets {
        let texts = || {
            sheet.cells.values().filter_map(|cell| match &cell.value {
                super::Value::Text(text) => Some(&**text),
                _ => None,
            })
        };
        for (copy, organ_title) in texts().filter_map(read_numbered) {
            let is_id = |text: &&str| text.len() == SHORT && text.bytes().all(|b| b.is_ascii_hexdigit());
            let content = texts().find(is_id).map(ToOwned::to_owned);
            add(OwnershipClaim::Cover { copy, organ_title: organ_title.to_owned(), content });
        }
    }
    claims
}

impl OwnershipClaim {
    /// Where the claim stood.
    #[must_use]
    pub const fn place(&self) -> TellTale {
        match self {
            Self::Property { .. } => TellTale::Property,
            Self::Footer { .. } => TellTale::Footer,
            Self::Cover { .. } => TellTale::Cover,
        }
    }

    /// Which copy it says that the workbook is.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Property { parcel, copy } => format!("copy {copy} of `{parcel}`"),
            Self::Footer { copy, organ, label, .. } => format!("copy {copy} for `{organ}`, {label}"),
            Self::Cover { copy, organ_title, .. } => {
                let title: String = organ_title.chars().take(80).collect();
                format!("copy {copy} for `{title}`")
            }
        }
    }
}

impl TellTale {
    /// The place as words.
    #[must_use]
    pub const fn place(self) -> &'static str {
        match self {
            Self::Hash => "the file's hash",
            Self::Property => "its property",
            Self::Footer => "a foot of its pages",
            Self::Cover => "its cover",
        }
    }
}
