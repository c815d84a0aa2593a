//! The act in force as data: forms, collections, organs, and how many copies of what each organ gets.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CollectionId, FormId, OrganId, Periodicity, Titles};

/// An act with its dates of force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regulation {
    /// The folder's name: `order-25-2019`.
    pub id: String,
    pub act: Titles,
    pub in_force_from: NaiveDate,
    /// The first day on which the act is no longer in force.
    pub in_force_until: Option<NaiveDate>,
    pub forms: Vec<FormTerm>,
    pub collections: Vec<CollectionTerm>,
    pub recipients: Vec<Recipient>,
    pub matrix: Matrix,
}

/// A form of clause 14 and its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTerm {
    pub id: FormId,
    pub item: u32,
    /// As printed: `1-М`; empty where the form has none.
    pub designation: Titles,
    pub titles: Titles,
    pub periodicity: Periodicity,
    /// The day of the month after the period, inclusive.
    pub day: u32,
    /// Whether a term that ends on a day off moves to the first working day after.
    pub rolls: bool,
    pub clause: String,
}

/// A collection of clauses 12 and 13 and its term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionTerm {
    pub id: CollectionId,
    pub clause: String,
    pub titles: Titles,
    pub periodicity: Periodicity,
    pub day: u32,
    pub rolls: bool,
    pub forms: Vec<FormId>,
    pub late_form: LateForm,
}

/// What a collection does at its cut-off when a form has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum LateForm {
    /// The chapter is marked `[x]`; a supplement follows.
    #[default]
    Omit,
    /// Last period's figures, marked `[p]`.
    Previous,
    /// The collection waits.
    Hold,
}

/// A state organ that receives copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub id: OrganId,
    pub titles: Titles,
    pub valid_from: Option<NaiveDate>,
    /// The first day on which the organ is no more.
    pub valid_until: Option<NaiveDate>,
    pub successor: Option<OrganId>,
}

/// How many copies an organ is entitled to. Blank and illegible are never the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Entitlement {
    Listed {
        copies: u32,
    },
    Blank,
    /// Cut off in the source; counts as none, and is reported.
    Illegible,
}

impl Entitlement {
    /// The copies to make.
    #[must_use]
    pub const fn copies(self) -> u32 {
        match self {
            Self::Listed { copies } => copies,
            Self::Blank | Self::Illegible => 0,
        }
    }
}

/// Copies by collection and organ; `cells` is row-major: collections × organs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matrix {
    pub collections: Vec<CollectionId>,
    pub organs: Vec<OrganId>,
    pub cells: Vec<Entitlement>,
}

impl Matrix {
    /// What an organ is entitled to; blank for a collection or organ that is not in the matrix.
    #[must_use]
    pub fn entitlement(&self, collection: &CollectionId, organ: &OrganId) -> Entitlement {
        let row = self.collections.iter().position(|c| c == collection);
        let column = self.organs.iter().position(|o| o == organ);
        match (row, column) {
            (Some(row), Some(column)) => self.cells[row * self.organs.len() + column],
            _ => Entitlement::Blank,
        }
    }

    /// The organs of a collection with what each is entitled to, in the order of the act.
    pub fn of_collection<'a>(
        &'a self,
        collection: &'a CollectionId,
    ) -> impl Iterator<Item = (&'a OrganId, Entitlement)> + 'a {
        self.organs.iter().map(move |organ| (organ, self.entitlement(collection, organ)))
    }
}

impl Regulation {
    /// Whether the act is in force on a day.
    #[must_use]
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        self.in_force_from <= day && self.in_force_until.is_none_or(|end| day < end)
    }

    #[must_use]
    pub fn form(&self, id: &FormId) -> Option<&FormTerm> {
        self.forms.iter().find(|f| f.id == *id)
    }

    #[must_use]
    pub fn collection(&self, id: &CollectionId) -> Option<&CollectionTerm> {
        self.collections.iter().find(|c| c.id == *id)
    }

    #[must_use]
    pub fn recipient(&self, id: &OrganId) -> Option<&Recipient> {
        self.recipients.iter().find(|r| r.id == *id)
    }
}
