//! Shorthand that is printed where a figure is absent, or beside one.

use words::{FixedText, Lexicon, texts};

/// Shorthand, as statistical offices use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Not available.
    X,
    /// Confidential.
    C,
    /// Not applicable, or not comparable.
    Z,
    /// Provisional: a figure of an earlier period.
    P,
    /// Revised.
    R,
    /// A break: the definition changed between the periods compared.
    B,
}

impl Mark {
    pub const ALL: [Self; 6] = [Self::X, Self::C, Self::Z, Self::P, Self::R, Self::B];

    /// As printed: `[x]`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::X => "[x]",
            Self::C => "[c]",
            Self::Z => "[z]",
            Self::P => "[p]",
            Self::R => "[r]",
            Self::B => "[b]",
        }
    }

    /// What the mark means.
    #[must_use]
    pub const fn meaning(self) -> FixedText {
        match self {
            Self::X => texts::LEGEND_X,
            Self::C => texts::LEGEND_C,
            Self::Z => texts::LEGEND_Z,
            Self::P => texts::LEGEND_P,
            Self::R => texts::LEGEND_R,
            Self::B => texts::LEGEND_B,
        }
    }

    /// The mark and its meaning: `[x] — not available`.
    #[must_use]
    pub fn in_words(self, lexicon: &Lexicon) -> String {
        format!("{} — {}", self.text(), self.meaning().of(lexicon))
    }
}
