//! What a workbook says about itself: which copy it claims to be.

use serde::Serialize;

use super::workbook::Workbook;
use crate::{
    domain::{CopyNumber, OrganId, ParcelId},
    workbook::{read_footer, read_numbered, read_property},
};

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
pub enum Claim {
    /// All of it.
    Property { parcel: ParcelId, copy: CopyNumber },
    /// Without collection and period, which the content's id tells.
    Footer { copy: CopyNumber, organ: OrganId, label: String, content: String },
    /// The organ by its title.
    Cover { copy: CopyNumber, organ_title: String, content: Option<String> },
}

/// Digits of a content id as people see it.
const SHORT: usize = 12;

/// Every claim in a workbook, the fullest first, each once.
#[must_use]
pub fn claims(book: &Workbook) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut add = |claim: Option<Claim>| claims.extend(claim.filter(|c| !claims.contains(c)));
    let property = book.properties.get("Copy").and_then(|text| read_property(text));
    add(property.map(|(parcel, copy)| Claim::Property { parcel, copy }));
    for footer in book.sheets.iter().flat_map(|s| &s.footers) {
        let read = read_footer(footer);
        add(read.map(|(copy, organ, label, content)| Claim::Footer { copy, organ, label, content }));
    }
    for sheet in &book.sheets {
        let texts = || {
            sheet.cells.values().filter_map(|cell| match &cell.value {
                super::Value::Text(text) => Some(text.as_str()),
                _ => None,
            })
        };
        for (copy, organ_title) in texts().filter_map(read_numbered) {
            let is_id = |text: &&str| text.len() == SHORT && text.bytes().all(|b| b.is_ascii_hexdigit());
            let content = texts().find(is_id).map(ToOwned::to_owned);
            add(Some(Claim::Cover { copy, organ_title: organ_title.to_owned(), content }));
        }
    }
    claims
}

impl Claim {
    /// Where the claim stood.
    #[must_use]
    pub const fn place(&self) -> TellTale {
        match self {
            Self::Property { .. } => TellTale::Property,
            Self::Footer { .. } => TellTale::Footer,
            Self::Cover { .. } => TellTale::Cover,
        }
    }
}
