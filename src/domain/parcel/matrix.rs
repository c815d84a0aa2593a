//! The matrix of an act: how many copies of each collection each organ gets. This module does not know the file of the
//! matrix.

use std::collections::HashMap;

use serde::Serialize;

use crate::{CollectionId, OrganId};

/// How many copies an organ is entitled to. Blank and illegible are never the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Entitlement {
    Listed {
        copies: u32,
    },
    Blank,
    /// Cut off in the source. It counts as 0 copies, and is reported.
    Illegible,
}

impl Entitlement {
    /// The number of copies to make.
    #[must_use]
    pub const fn copies(self) -> u32 {
        match self {
            Self::Listed { copies } => copies,
            Self::Blank | Self::Illegible => 0,
        }
    }
}

/// Copies by collection and organ. A cell is found by its ids without a search, however many organs there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matrix {
    collections: Vec<CollectionId>,
    organs: Vec<OrganId>,
    columns: HashMap<OrganId, usize>,
    /// Row-major: collections × organs.
    cells: Vec<Entitlement>,
}

impl Matrix {
    /// A matrix out of a row of cells for each collection, with a cell for each organ. Cells that are left over belong
    /// to no collection; cells that are missing are blank.
    #[must_use]
    pub fn new(collections: Vec<CollectionId>, organs: Vec<OrganId>, mut cells: Vec<Entitlement>) -> Self {
        cells.resize(collections.len() * organs.len(), Entitlement::Blank);
        let columns = organs.iter().enumerate().rev().map(|(column, organ)| (organ.clone(), column)).collect();
        Self { collections, organs, columns, cells }
    }

    /// The collections, in the order of the act.
    #[must_use]
    pub fn collections(&self) -> &[CollectionId] {
        &self.collections
    }

    /// The organs, in the order of the act.
    #[must_use]
    pub fn organs(&self) -> &[OrganId] {
        &self.organs
    }

    /// All cells, collection by collection.
    #[must_use]
    pub fn cells(&self) -> &[Entitlement] {
        &self.cells
    }

    /// What an organ is entitled to; blank if the matrix does not contain the collection or the organ.
    #[must_use]
    pub fn entitlement(&self, collection: &CollectionId, organ: &OrganId) -> Entitlement {
        let cell = self.columns.get(organ).and_then(|column| self.row(collection).get(*column));
        cell.copied().unwrap_or(Entitlement::Blank)
    }

    /// The organs of a collection with what each is entitled to, in the order of the act. All are blank if the matrix
    /// does not contain the collection.
    pub fn of_collection<'a>(
        &'a self,
        collection: &CollectionId,
    ) -> impl Iterator<Item = (&'a OrganId, Entitlement)> + use<'a> {
        let cells = self.row(collection).iter().copied().chain(std::iter::repeat(Entitlement::Blank));
        self.organs.iter().zip(cells)
    }

    /// The cells of a collection; none if the matrix does not contain it.
    fn row(&self, collection: &CollectionId) -> &[Entitlement] {
        let row = self.collections.iter().position(|c| c == collection);
        row.map_or(&[], |row| &self.cells[row * self.organs.len()..(row + 1) * self.organs.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_by_its_ids_and_what_is_unknown_is_blank() {
        let id = |text: &str| text.parse().unwrap();
        let listed = |copies| Entitlement::Listed { copies };
        let organs = vec!["a".parse().unwrap(), "b".parse().unwrap()];
        let matrix = Matrix::new(
            vec![id("crime"), id("courts")],
            organs,
            vec![listed(1), Entitlement::Illegible, Entitlement::Blank, listed(4)],
        );
        let organ = |text: &str| text.parse::<OrganId>().unwrap();
        assert_eq!(matrix.entitlement(&id("courts"), &organ("b")), listed(4));
        assert_eq!(matrix.entitlement(&id("crime"), &organ("b")), Entitlement::Illegible);
        assert_eq!(matrix.entitlement(&id("crime"), &organ("c")), Entitlement::Blank);
        assert_eq!(matrix.entitlement(&id("narcotics"), &organ("a")), Entitlement::Blank);
        let copies = |collection: &str| {
            matrix.of_collection(&id(collection)).map(|(organ, e)| (organ.to_string(), e.copies())).collect::<Vec<_>>()
        };
        assert_eq!(copies("courts"), [("a".to_owned(), 0), ("b".to_owned(), 4)]);
        assert_eq!(copies("narcotics"), [("a".to_owned(), 0), ("b".to_owned(), 0)]);
    }
}
