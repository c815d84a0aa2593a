//! The state organs of an act, found by their ids. This module does not know how many copies they get.

use std::{collections::HashMap, ops::Deref};

use chrono::NaiveDate;

use crate::{OrganId, Titles};

/// A state organ that receives copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub id: OrganId,
    /// The column of the matrix; `None` for an organ that only succeeds another.
    pub column: Option<u32>,
    pub titles: Titles,
    /// The upper levels of the header above its column, from the top.
    pub under: Vec<Titles>,
    pub valid_from: Option<NaiveDate>,
    /// The first day on which the organ no longer exists.
    pub valid_until: Option<NaiveDate>,
    pub successor: Option<OrganId>,
}

/// The organs of an act in its order. An organ is found by its id without a search, however many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    list: Vec<Recipient>,
    places: HashMap<OrganId, usize>,
}

impl Recipients {
    /// The organ with an id.
    #[must_use]
    pub fn of(&self, id: &OrganId) -> Option<&Recipient> {
        self.places.get(id).map(|place| &self.list[*place])
    }
}

impl From<Vec<Recipient>> for Recipients {
    /// Of two organs with one id, the first is found.
    fn from(list: Vec<Recipient>) -> Self {
        let places = list.iter().enumerate().rev().map(|(place, organ)| (organ.id.clone(), place)).collect();
        Self { list, places }
    }
}

impl Deref for Recipients {
    type Target = [Recipient];

    fn deref(&self) -> &[Recipient] {
        &self.list
    }
}

impl<'a> IntoIterator for &'a Recipients {
    type Item = &'a Recipient;
    type IntoIter = std::slice::Iter<'a, Recipient>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
