//! Copies and parcels: what an organ gets, and what became of it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{CollectionId, NameError, OrganId, Period};

/// Names one issue of a collection: `crime` for `2025-Q2`, revision 0.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Issue {
    pub collection: CollectionId,
    pub period: Period,
    pub revision: u32,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/r{}", self.period, self.collection, self.revision)
    }
}

/// Names one parcel: an issue of a collection to one organ. Prints as `2025-Q2/crime/r0/mia`.
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
            rule: "write period, collection, revision and organ: `2025-Q2/crime/r0/mia`",
        };
        let parts: Vec<&str> = text.split('/').collect();
        let [period, collection, revision, organ] = parts[..] else { return Err(wrong()) };
        let revision = revision.strip_prefix('r').and_then(|r| r.parse().ok());
        Ok(Self {
            issue: Issue {
                collection: collection.parse().map_err(|_| wrong())?,
                period: period.parse().map_err(|_| wrong())?,
                revision: revision.ok_or_else(wrong)?,
            },
            organ: organ.parse().map_err(|_| wrong())?,
        })
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

/// What became of a parcel. `uncertain`: the connection was lost when both sides may own the message (RFC 1047);
/// no machine guesses, a person decides.
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
}

impl ParcelState {
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Sending, Self::Handed, Self::Bounced, Self::Failed, Self::Uncertain, Self::Acknowledged];

    /// Whether the organ's server or folder has taken the parcel.
    #[must_use]
    pub const fn is_handed(self) -> bool {
        matches!(self, Self::Handed | Self::Acknowledged)
    }

    /// The word that JSON and tables print.
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
        }
    }
}

impl fmt::Display for ParcelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The way by which a parcel travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Folder,
    Smtp,
    /// Kept in the program's memory: simulations and dry runs.
    Memory,
}

impl Channel {
    /// Whether an attempt of which no outcome is known may be made again without any danger of two deliveries: a
    /// file that is there already is recognised by its hash, a mail that was accepted is not.
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
        for wrong in ["2025-Q2/crime/0/mia", "2025-Q2/crime/mia", "../crime/r0/mia", "2025-Q2/crime/r-1/mia"] {
            assert!(wrong.parse::<ParcelId>().is_err(), "{wrong}");
        }
    }
}
