//! Pairs rows with columns so that the sum of the weights of all pairs is the greatest (the Hungarian method).
//!
//! In comes a matrix of weights; out comes the column of each row. This module does not know what the rows and columns
//! mean. Equal weights always give equal results.

/// The column of each row; `None` where only pairs of weight 0 are left. A pair that is not allowed has weight 0.
pub(super) fn greatest(weights: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = weights.len();
    let columns = weights.first().map_or(0, Vec::len);
    // An extra column of weight 0 for each row, so that a row may stay without a partner.
    let width = columns + rows;
    let cost = |row: usize, column: usize| if column < columns { -weights[row][column] } else { 0.0 };
    let (mut of_row, mut of_column) = (vec![0.0; rows + 1], vec![0.0; width + 1]);
    // Rows and columns are counted from 1; row 0 and column 0 are the start of each search.
    let mut row_of: Vec<usize> = vec![0; width + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut least = vec![f64::INFINITY; width + 1];
        let mut before = vec![0; width + 1];
        let mut seen = vec![false; width + 1];
        let mut at = 0;
        loop {
            seen[at] = true;
            let (here, mut next, mut step) = (row_of[at], 0, f64::INFINITY);
            for column in (1..=width).filter(|column| !seen[*column]) {
                let reduced = cost(here - 1, column - 1) - of_row[here] - of_column[column];
                if reduced < least[column] {
                    (least[column], before[column]) = (reduced, at);
                }
                if least[column] < step {
                    (step, next) = (least[column], column);
                }
            }
            for (column, seen) in seen.iter().enumerate() {
                if *seen {
                    of_row[row_of[column]] += step;
                    of_column[column] -= step;
                } else {
                    least[column] -= step;
                }
            }
            at = next;
            if row_of[at] == 0 {
                break;
            }
        }
        while at != 0 {
            row_of[at] = row_of[before[at]];
            at = before[at];
        }
    }
    let mut found = vec![None; rows];
    for (column, row) in row_of.iter().enumerate().skip(1).take(columns).filter(|(_, row)| **row > 0) {
        if weights[row - 1][column - 1] > 0.0 {
            found[row - 1] = Some(column - 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_of_all_goes_before_the_best_of_one() {
        assert_eq!(greatest(&[vec![0.9, 0.8], vec![0.85, 0.0]]), [Some(1), Some(0)]);
        assert_eq!(greatest(&[vec![0.9, 0.0], vec![0.8, 0.0]]), [Some(0), None]);
        assert_eq!(greatest(&[vec![], vec![]]), [None, None]);
        assert_eq!(greatest(&[]), [None; 0]);
    }

    fn total(weights: &[Vec<f64>], found: &[Option<usize>]) -> f64 {
        found.iter().enumerate().filter_map(|(row, column)| Some(weights[row][(*column)?])).sum()
    }

    /// The greatest total of all possible pairings, found by trying each.
    fn tried(weights: &[Vec<f64>], row: usize, taken: &mut Vec<usize>) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut best = tried(weights, row + 1, taken);
        for column in 0..weights[row].len() {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.max(weights[row][column] + tried(weights, row + 1, taken));
                taken.pop();
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_other_way_is_better(weights in prop::collection::vec(prop::collection::vec(0_u8..8, 4), 0..5)) {
            let weights: Vec<Vec<f64>> =
                weights.iter().map(|row| row.iter().map(|w| f64::from(*w) / 8.0).collect()).collect();
            let found = greatest(&weights);
            let mut columns: Vec<usize> = found.iter().flatten().copied().collect();
            columns.sort_unstable();
            columns.dedup();
            prop_assert_eq!(columns.len(), found.iter().flatten().count());
            prop_assert!((total(&weights, &found) - tried(&weights, 0, &mut Vec::new())).abs() < 1e-9);
        }
    }
}
