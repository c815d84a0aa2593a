//! Reads from a workbook which copy it claims to be.
//!
//! In: a workbook. Out: its claims. It does not know whether a claim is true.

use std::cell::LazyCell;

use serde::Serialize;

use super::{
    stamp_read::{read_footer, read_numbered, read_property},
    workbook::Workbook,
};
use domain::{CopyNumber, OrganId, ParcelId};
use words::Dictionary;

/// The place at which the identity of a copy was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TellTale {
    /// The file's hash, which is in the register.
    Hash,
    /// The document property `Copy`.
    Property,
    /// The footer of a page.
    Footer,
    /// The line on the cover.
    Cover,
}

/// A claim to be a copy. Each kind has only what its place has room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnershipClaim {
    /// The complete identity.
    Property { parcel: ParcelId, copy: CopyNumber },
    /// Without collection and period, which follow from the content id.
    Footer { copy: CopyNumber, organ: OrganId, label: String, content: String },
    /// The organ only by its title.
    Cover { copy: CopyNumber, organ_title: String, content: Option<String> },
}

/// How many digits of a content id are printed.
const SHORT: usize = 12;

/// The most different claims that are kept. A copy of ours has three; a hostile file may have one in each cell.
const MOST: usize = 1_000;

/// A claim, and at how many places it occurs; each sheet's footer is one.
pub type Voiced = (OwnershipClaim, usize);

/// Every claim in a workbook, the most complete first.
#[must_use]
pub fn claims(book: &Workbook, words: &Dictionary) -> Vec<Voiced> {
    let mut claims: Vec<Voiced> = Vec::new();
    let mut add = |claim: OwnershipClaim| match claims.iter().position(|(known, _)| *known == claim) {
        Some(at) => claims[at].1 += 1,
        None if claims.len() < MOST => claims.push((claim, 1)),
        None => {}
    };
    let property = book.properties.get("Copy").and_then(|text| read_property(text));
    if let Some((parcel, copy)) = property {
        add(OwnershipClaim::Property { parcel, copy });
    }
    for footer in book.sheets.iter().flat_map(|s| &s.footers) {
        if let Some((copy, organ, label, content)) = read_footer(footer, words) {
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
        let is_id = |text: &&str| text.len() == SHORT && text.bytes().all(|b| b.is_ascii_hexdigit());
        let content = LazyCell::new(|| texts().find(is_id).map(ToOwned::to_owned));
        for (copy, organ_title) in texts().filter_map(|text| read_numbered(text, words)).take(MOST) {
            add(OwnershipClaim::Cover { copy, organ_title: organ_title.to_owned(), content: content.clone() });
        }
    }
    claims
}

impl OwnershipClaim {
    /// The place of the claim.
    #[must_use]
    pub const fn place(&self) -> TellTale {
        match self {
            Self::Property { .. } => TellTale::Property,
            Self::Footer { .. } => TellTale::Footer,
            Self::Cover { .. } => TellTale::Cover,
        }
    }

    /// The copy that it claims, in words.
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
    /// The place in words.
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
