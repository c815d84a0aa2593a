//! Whether rules can hold together if all places are above zero at once.
//!
//! In come relations between lines; out comes whether they can hold, and if not, which of them conflict. This module
//! does not know forms or codes.
//!
//! A form of zeros satisfies every balance. So rules contradict each other if they force some place to zero: `3 = 1 +
//! 2` with `1 = 2 + 3`. The question is a linear program without an objective: are there figures, each at least 1, that
//! satisfy all rules? The first phase of the simplex method answers it, with Bland's rule of the smallest index, which
//! cannot cycle. The coefficients are 1 and −1, so doubles are exact enough.
//!
//! No crate is used: microlp 0.7 does the same, but brings ndarray, sprs and seven more crates in place of these sixty
//! lines.

use super::bound::Relation;

const NEARLY: f64 = 1e-7;
/// The most steps.
const STEPS: usize = 20_000;

/// The coefficients of one relation over lines. Σ coefficient × figure is zero for a sum, and not negative for a part
/// within its whole.
pub(super) fn coefficients(relation: &Relation, lines: usize) -> Vec<f64> {
    let mut row = vec![0.0; lines];
    match relation {
        Relation::Sum { total, plus, minus } => {
            row[*total] += 1.0;
            for at in plus {
                row[*at] -= 1.0;
            }
            for at in minus {
                row[*at] += 1.0;
            }
        }
        Relation::Within { part, whole } => {
            row[*whole] += 1.0;
            row[*part] -= 1.0;
        }
    }
    row
}

/// The relations that remain without those that can always be satisfied. These are: a sum of additions whose total is
/// in no other relation, and a part within a whole if one of the two is in no other relation. Each removal may free
/// another relation, so a tree of totals, as in most catalogues, is removed from its top.
fn peeled<'r>(relations: &[&'r Relation], lines: usize) -> Vec<&'r Relation> {
    let names = |relation: &Relation| match relation {
        Relation::Sum { total, plus, minus } => [total].into_iter().chain(plus).chain(minus).copied().collect(),
        Relation::Within { part, whole } => vec![*part, *whole],
    };
    let mut uses = vec![0_usize; lines];
    for line in relations.iter().flat_map(|r| names(r)) {
        uses[line] += 1;
    }
    let mut left = relations.to_vec();
    loop {
        let before = left.len();
        left.retain(|relation| {
            let free = match relation {
                Relation::Sum { total, plus, minus } => uses[*total] == 1 && minus.is_empty() && !plus.is_empty(),
                Relation::Within { part, whole } => part != whole && (uses[*part] == 1 || uses[*whole] == 1),
            };
            if free {
                for line in names(relation) {
                    uses[line] -= 1;
                }
            }
            !free
        });
        if left.len() == before {
            return left;
        }
    }
}

/// Whether figures above zero exist that satisfy all relations over so many lines.
pub(super) fn can_hold(relations: &[&Relation], lines: usize) -> bool {
    let relations = peeled(relations, lines);
    // A figure is 1 + y with y ≥ 0; a part within its whole gets a slack variable. One row for each relation: [
    // coefficients | slack | artificial variables | right side ]. The right sides are made positive.
    let count = relations.len();
    let width = lines + count + count + 1;
    let mut table: Vec<Vec<f64>> = Vec::with_capacity(count);
    for (at, relation) in relations.iter().enumerate() {
        let mut row = coefficients(relation, lines);
        let right = -row.iter().sum::<f64>();
        row.resize(width, 0.0);
        if matches!(relation, Relation::Within { .. }) {
            row[lines + at] = -1.0;
        }
        row[width - 1] = right;
        if right < 0.0 {
            for cell in &mut row {
                *cell = -*cell;
            }
        }
        row[lines + count + at] = 1.0;
        table.push(row);
    }
    let mut basis: Vec<usize> = (0..count).map(|at| lines + count + at).collect();
    let real = lines + count;
    let mut steps = 0..STEPS;
    loop {
        // Undecided relations count as reconcilable: figures are still checked against each of them.
        if steps.next().is_none() {
            return true;
        }
        // The gain of a column: its sum over the rows of artificial variables.
        let gain = |column: usize| -> f64 {
            table.iter().zip(&basis).filter(|(_, basic)| **basic >= real).map(|(row, _)| row[column]).sum()
        };
        let Some(entering) = (0..real).find(|column| gain(*column) > NEARLY) else { break };
        let ratios = table.iter().enumerate().filter(|(_, row)| row[entering] > NEARLY);
        let ratios = ratios.map(|(at, row)| (row[width - 1] / row[entering], basis[at], at));
        let Some((.., leaving)) = ratios.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))) else { break };
        pivot(&mut table, leaving, entering);
        basis[leaving] = entering;
    }
    table.iter().zip(&basis).all(|(row, basic)| *basic < real || row[width - 1].abs() < NEARLY)
}

fn pivot(table: &mut [Vec<f64>], leaving: usize, entering: usize) {
    let scale = table[leaving][entering];
    table[leaving].iter_mut().for_each(|cell| *cell /= scale);
    let base = table[leaving].clone();
    for (_, row) in table.iter_mut().enumerate().filter(|(at, _)| *at != leaving) {
        let times = row[entering];
        if times != 0.0 {
            row.iter_mut().zip(&base).for_each(|(cell, base)| *cell -= times * base);
        }
    }
}

/// A minimal set of relations that cannot hold together: each relation that is not needed for the conflict is removed.
pub(super) fn smallest_conflict(relations: &[&Relation], lines: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..relations.len()).collect();
    let mut at = 0;
    while at < kept.len() {
        let without: Vec<usize> = kept.iter().copied().filter(|k| *k != kept[at]).collect();
        let some: Vec<&Relation> = without.iter().map(|k| relations[*k]).collect();
        if can_hold(&some, lines) { at += 1 } else { kept = without }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(total: usize, plus: &[usize], minus: &[usize]) -> Relation {
        Relation::Sum { total, plus: plus.to_vec(), minus: minus.to_vec() }
    }

    #[test]
    fn a_total_and_its_parts_can_hold() {
        let rules = [sum(0, &[1, 2], &[]), sum(1, &[3, 4], &[]), Relation::Within { part: 3, whole: 0 }];
        assert!(can_hold(&rules.iter().collect::<Vec<_>>(), 5));
        assert!(can_hold(&[], 3));
        let balance = sum(3, &[0, 1], &[2]);
        assert!(can_hold(&[&balance], 4));
    }

    #[test]
    fn rules_that_leave_only_zeros_cannot_hold() {
        let rules = [sum(2, &[0, 1], &[]), sum(5, &[3, 4], &[]), sum(0, &[1, 2], &[])];
        let all: Vec<&Relation> = rules.iter().collect();
        assert!(!can_hold(&all, 6));
        assert_eq!(smallest_conflict(&all, 6), [0, 2]);
        let longer = [sum(0, &[1, 2], &[]), sum(0, &[1, 2, 3], &[])];
        assert!(!can_hold(&longer.iter().collect::<Vec<_>>(), 4));
    }

    #[test]
    fn a_whole_within_its_part_cannot_hold() {
        let rules = [sum(0, &[1, 2], &[]), Relation::Within { part: 0, whole: 1 }];
        assert!(!can_hold(&rules.iter().collect::<Vec<_>>(), 3));
    }

    #[test]
    fn three_rules_may_conflict_where_no_two_do() {
        // 0 = 1 + 2, 3 = 0 + 4, 1 = 3 + 5: because of 3 the total would be less than its own part.
        let rules = [sum(0, &[1, 2], &[]), sum(3, &[0, 4], &[]), sum(1, &[3, 5], &[])];
        let all: Vec<&Relation> = rules.iter().collect();
        assert!(can_hold(&all[..2], 6) && can_hold(&all[1..], 6));
        assert_eq!(smallest_conflict(&all, 6), [0, 1, 2]);
    }
}
