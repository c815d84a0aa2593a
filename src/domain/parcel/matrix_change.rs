//! Differences between two matrices. In: two matrices. Out: each organ that gets another number of copies. This module
//! does not know which matrix is in force.

use std::{collections::HashSet, hash::Hash};

use serde::Serialize;

use crate::{CollectionId, Matrix, OrganId};

/// How many copies of a collection an organ gets, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixChange {
    pub collection: CollectionId,
    pub organ: OrganId,
    pub before: u32,
    pub after: u32,
    /// `gains` its first copies, `more`, `fewer`, `loses` them all.
    pub change: &'static str,
}

/// Every cell with another number of copies. Blank and illegible cells count as 0.
#[must_use]
pub fn matrix_changes(before: &Matrix, after: &Matrix) -> Vec<MatrixChange> {
    fn union<'a, T: Eq + Hash>(after: &'a [T], before: &'a [T]) -> Vec<&'a T> {
        let known: HashSet<&T> = after.iter().collect();
        after.iter().chain(before.iter().filter(|one| !known.contains(one))).collect()
    }
    let mut changes = Vec::new();
    for collection in union(after.collections(), before.collections()) {
        for organ in union(after.organs(), before.organs()) {
            let of = |matrix: &Matrix| matrix.entitlement(collection, organ).copies();
            let (was, is) = (of(before), of(after));
            let change = match (was, is) {
                _ if was == is => continue,
                (0, _) => "gains",
                (_, 0) => "loses",
                _ if is > was => "more",
                _ => "fewer",
            };
            changes.push(MatrixChange {
                collection: collection.clone(),
                organ: organ.clone(),
                before: was,
                after: is,
                change,
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entitlement::{self, Blank, Illegible, Listed};

    fn matrix(organs: &[&str], cells: Vec<Entitlement>) -> Matrix {
        let organs = organs.iter().map(|o| o.parse().unwrap()).collect();
        Matrix::new(vec!["crime".parse().unwrap()], organs, cells)
    }

    #[test]
    fn who_gains_and_who_loses_is_told_by_organ() {
        let before = matrix(&["a", "b", "c", "d"], vec![Listed { copies: 1 }, Blank, Listed { copies: 7 }, Illegible]);
        let after = matrix(
            &["e", "b", "c", "d"],
            vec![Listed { copies: 2 }, Listed { copies: 1 }, Listed { copies: 5 }, Blank],
        );
        let changes = matrix_changes(&before, &after);
        let told: Vec<String> =
            changes.iter().map(|c| format!("{} {} {}→{}", c.organ, c.change, c.before, c.after)).collect();
        assert_eq!(told, ["e gains 0→2", "b gains 0→1", "c fewer 7→5", "a loses 1→0"]);
        assert!(matrix_changes(&after, &after).is_empty());
    }
}
