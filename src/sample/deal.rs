//! Deals cases to groups ("hands") in a fixed order, as cards are dealt. No hand shrinks when cases are added, and the
//! hands always add up to the cases.
//!
//! In come shares; out comes the part of each hand. This module does not know what the cases are.

use std::sync::Arc;

use super::chance::Chance;

/// The length of an order. A hand with a share below 1/512 may stay empty.
const TURNS: usize = 512;

/// An endless order: it starts again after its last turn.
#[derive(Debug, Clone)]
pub(super) struct Deal {
    /// For each group: how many of the first n turns are its own, for n from 0 to `TURNS`.
    before: Arc<[Vec<u32>]>,
}

impl Deal {
    /// An order in which each hand gets its share.
    pub fn by_shares(shares: &[f64]) -> Self {
        let sum: f64 = shares.iter().sum();
        let mut before = vec![vec![0_u32]; shares.len()];
        for turn in 1..=TURNS {
            // The hand that is furthest below its share (Webster's method).
            let lack = |hand: usize| {
                shares[hand] / sum.max(f64::MIN_POSITIVE) * turn as f64 - f64::from(before[hand][turn - 1])
            };
            let next = (0..shares.len()).fold(0, |best, hand| if lack(hand) > lack(best) { hand } else { best });
            for (hand, counts) in before.iter_mut().enumerate() {
                counts.push(counts[turn - 1] + u32::from(hand == next));
            }
        }
        Self { before: before.into() }
    }

    /// The part of a hand in so many cases. A random number decides at which turn the dealing begins.
    pub fn hand(&self, hand: usize, cases: i64, chance: Chance) -> i64 {
        let counts = &self.before[hand];
        let start = chance.word("deal").below(TURNS);
        let upto = |turns: i64| {
            let (rounds, turns) = (turns / TURNS as i64, (turns % TURNS as i64) as usize);
            rounds * i64::from(counts[TURNS]) + i64::from(counts[turns])
        };
        upto(start as i64 + cases.max(0)) - upto(start as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_add_up_and_never_shrink() {
        let deal = Deal::by_shares(&[0.5, 0.3, 0.15, 0.05]);
        let chance = Chance::seeded(9);
        let mut last = [0; 4];
        for cases in 0..3000 {
            let hands = [0, 1, 2, 3].map(|hand| deal.hand(hand, cases, chance));
            assert_eq!(hands.iter().sum::<i64>(), cases);
            assert!(hands.iter().zip(&last).all(|(now, before)| now >= before));
            last = hands;
        }
        assert!((1480..1520).contains(&last[0]), "{last:?}");
    }
}
