//! Shorthand that is printed where a figure is absent, or beside one.

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
}
