//! Issues, parcels and copies: their names and states. In: texts. Out: names. This module does not know the journal.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{CollectionId, NameError, OrganId, Period};

/// Identifies one issue of a collection: `crime` for `2025-Q2`, revision 0. Or one of its supplements, which contain
/// what came after the collection was handed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Issue {
    pub collection: CollectionId,
    pub period: Period,
    /// 0 is the first issue. A supplement has 0 too, because it is not a revision.
    pub revision: u32,
    /// The number of a supplement, from 1; 0 is the collection itself.
    #[serde(default)]
    pub supplement: u32,
}

impl Issue {
    /// The first issue of a collection.
    #[must_use]
    pub const fn first(collection: CollectionId, period: Period) -> Self {
        Self { collection, period, revision: 0, supplement: 0 }
    }

    /// The same collection in another revision.
    #[must_use]
    pub fn in_revision(&self, revision: u32) -> Self {
        Self { revision, supplement: 0, ..self.clone() }
    }

    /// A supplement to the same collection.
    #[must_use]
    pub fn in_supplement(&self, supplement: u32) -> Self {
        Self { revision: 0, supplement, ..self.clone() }
    }

    #[must_use]
    pub const fn is_first(&self) -> bool {
        self.revision == 0 && self.supplement == 0
    }

    #[must_use]
    pub const fn is_supplement(&self) -> bool {
        self.supplement > 0
    }

    /// Whether both are issues of one collection for one period.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        self.collection == other.collection && self.period == other.period
    }

    /// The label that distinguishes it from the other issues of its collection: `r0`, `r1`, `s1`. A part of paths and
    /// names.
    #[must_use]
    pub fn label(&self) -> String {
        if self.is_supplement() { format!("s{}", self.supplement) } else { format!("r{}", self.revision) }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.period, self.collection, self.label())
    }
}

/// Identifies one parcel: an issue of a collection for one organ. It prints as `2025-Q2/crime/r0/mia`, and for a
/// supplement as `2025-Q3/corruption/s1/mia`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParcelId {
    pub issue: Issue,
    pub organ: OrganId,
}

impl fmt::Display for ParcelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.issue, self.organ)
    }
}

impl FromStr for ParcelId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError {
            text: text.into(),
            kind: "a parcel",
            rule: "write period, collection, revision or supplement, and organ: `2025-Q2/crime/r0/mia`, `2025-Q3/corruption/s1/mia`",
        };
        let parts: Vec<&str> = text.split('/').collect();
        let [period, collection, label, organ] = parts[..] else { return Err(wrong()) };
        let (revision, supplement) = number(label).ok_or_else(wrong)?;
        Ok(Self {
            issue: Issue {
                collection: collection.parse().map_err(|_| wrong())?,
                period: period.parse().map_err(|_| wrong())?,
                revision,
                supplement,
            },
            organ: organ.parse().map_err(|_| wrong())?,
        })
    }
}

/// Revision and supplement of a label: `r1` is (1, 0), `s2` is (0, 2). Only plain digits are read, so that an issue has
/// one name.
fn number(label: &str) -> Option<(u32, u32)> {
    let digits = |text: &str| -> Option<u32> {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        if plain { text.parse().ok() } else { None }
    };
    match label.split_at_checked(1)? {
        ("r", text) => Some((digits(text)?, 0)),
        ("s", text) => Some((0, digits(text).filter(|n| *n > 0)?)),
        _ => None,
    }
}

impl TryFrom<String> for ParcelId {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<ParcelId> for String {
    fn from(parcel: ParcelId) -> String {
        parcel.to_string()
    }
}

/// The state of a parcel. `uncertain`: the connection was lost when both sides may have the message (RFC 1047). The
/// program does not guess: a person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParcelState {
    Queued,
    Sending,
    Handed,
    Bounced,
    Failed,
    Uncertain,
    Acknowledged,
    /// Numbered, and withdrawn before it was handed over, because its organ has ended.
    Withdrawn,
}

impl ParcelState {
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sending,
        Self::Handed,
        Self::Bounced,
        Self::Failed,
        Self::Uncertain,
        Self::Acknowledged,
        Self::Withdrawn,
    ];

    /// Whether it counts in totals and against the matrix: every state does, except withdrawn.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Withdrawn)
    }

    /// Whether the organ's server or folder has taken the parcel.
    #[must_use]
    pub const fn is_handed(self) -> bool {
        matches!(self, Self::Handed | Self::Acknowledged)
    }

    /// The word in JSON and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Handed => "handed",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
            Self::Acknowledged => "acknowledged",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl fmt::Display for ParcelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The channel of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Folder,
    Smtp,
    /// Kept in the program's memory: simulations and dry runs.
    Memory,
}

impl Channel {
    /// Whether an attempt without a known outcome may be made again without the danger of two deliveries. A file that
    /// is already there is recognised by its hash; a mail that was accepted is not.
    #[must_use]
    pub const fn can_be_repeated(self) -> bool {
        matches!(self, Self::Folder)
    }

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Smtp => "smtp",
            Self::Memory => "memory",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// A numbered copy: "3 of 7".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CopyNumber {
    pub number: u32,
    pub of: u32,
}

impl fmt::Display for CopyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_prints_and_parses() {
        let parcel: ParcelId = "2025-Q2/crime/r0/mia".parse().unwrap();
        assert_eq!(parcel.to_string(), "2025-Q2/crime/r0/mia");
        for wrong in [
            "2025-Q2/crime/0/mia",
            "2025-Q2/crime/mia",
            "../crime/r0/mia",
            "2025-Q2/crime/r-1/mia",
            "2025-Q2/crime/r+1/mia",
            "2025-Q2/crime/r01/mia",
            "2025-Q2/crime//mia",
            "2025-Q2/crime/s0/mia",
            "2025-Q2/crime/ы1/mia",
        ] {
            assert!(wrong.parse::<ParcelId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_supplement_has_a_number_of_its_own() {
        let parcel: ParcelId = "2025-Q3/corruption/s1/mia".parse().unwrap();
        assert_eq!(parcel.to_string(), "2025-Q3/corruption/s1/mia");
        assert!(parcel.issue.is_supplement() && !parcel.issue.is_first());
        assert_eq!(parcel.issue.in_revision(2).label(), "r2");
        let older = r#"{"collection":"crime","period":"2025-Q2","revision":0}"#;
        assert!(serde_json::from_str::<Issue>(older).unwrap().is_first());
    }
}
