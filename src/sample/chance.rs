//! Random numbers that can be repeated: the same words give the same number on every machine.
//!
//! In come a seed, words and numbers; out come numbers. Only integer mixing and the four operations of arithmetic are
//! used, so that no mathematical library can change a figure. The mixing follows Steele, Lea and Flood (2014), "Fast
//! splittable pseudorandom number generators". This module does not know what a number is for.

/// A node in a tree of random numbers. Each word or number leads to a node of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chance(u64);

impl Chance {
    /// The root for a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(mix(seed ^ 0x5A48_494E_4151_2021))
    }

    /// The node for a word.
    pub fn word(self, word: &str) -> Self {
        let hash = word
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
        self.number(hash)
    }

    /// The node for a number.
    pub const fn number(self, number: u64) -> Self {
        Self(mix(self.0 ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A number from 0 to below 1.
    pub const fn fraction(self) -> f64 {
        // The upper 53 bits: a double holds each such number exactly.
        (mix(self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from `low` to below `high`.
    pub const fn between(self, low: f64, high: f64) -> f64 {
        low + self.fraction() * (high - low)
    }

    /// A whole number below `count`; 0 if `count` is 0.
    pub const fn below(self, count: usize) -> usize {
        if count == 0 { 0 } else { (mix(self.0) % count as u64) as usize }
    }
}

const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_number() {
        let once = Chance::seeded(7).word("1-m").number(2025);
        assert_eq!(once, Chance::seeded(7).word("1-m").number(2025));
        assert_ne!(once, Chance::seeded(8).word("1-m").number(2025));
        assert_ne!(once, Chance::seeded(7).number(2025).word("1-m"));
    }

    #[test]
    fn numbers_fill_their_range_evenly() {
        let mean = (0..10_000).map(|n| Chance::seeded(1).number(n).fraction()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!((0..1000).all(|n| (2.0..3.0).contains(&Chance::seeded(2).number(n).between(2.0, 3.0))));
        assert!((0..1000).all(|n| Chance::seeded(3).number(n).below(7) < 7));
    }
}
