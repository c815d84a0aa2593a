//! Which form of a noun follows a number.
//!
//! In: what the file of a language says (`plural`). Out: the form for a count. A language has one of three ways; the
//! phrases of a count exist in all three forms, and a language that does not need three has equal ones.

/// How a language counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plural {
    /// One form after every number: `41 көрсеткіш`.
    #[default]
    Same,
    /// One form after 1, another after all others: `1 figure`, `41 figures`.
    OneMany,
    /// As East Slavic languages count: `41 показатель`, `42 показателя`, `45 показателей`.
    OneFewMany,
}

/// The form of a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    One,
    Few,
    Many,
}

impl Plural {
    /// The words of the files.
    pub const WORDS: [(&'static str, Self); 3] =
        [("same", Self::Same), ("one-many", Self::OneMany), ("one-few-many", Self::OneFewMany)];

    /// The form after a count.
    #[must_use]
    pub const fn form(self, count: usize) -> Form {
        match (self, count % 10, count % 100) {
            (Self::OneMany, _, _) if count == 1 => Form::One,
            (Self::OneFewMany, 1, rest) if rest != 11 => Form::One,
            (Self::OneFewMany, 2..=4, rest) if rest < 12 || rest > 14 => Form::Few,
            _ => Form::Many,
        }
    }

    /// The form after a decimal fraction. East Slavic languages have the one that follows 2: `2 тысячи`, `0,5 тысячи`.
    #[must_use]
    pub const fn form_of_fraction(self) -> Form {
        match self {
            Self::OneFewMany => Form::Few,
            Self::Same | Self::OneMany => Form::Many,
        }
    }

    /// Whether the noun has a form of its own after 1, and one after 2.
    #[must_use]
    pub const fn own_forms(self) -> (bool, bool) {
        match self {
            Self::Same => (false, false),
            Self::OneMany => (true, false),
            Self::OneFewMany => (true, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Form::{Few, Many, One},
        *,
    };

    #[test]
    fn each_language_has_its_forms() {
        let forms = |plural: Plural| [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 111, 112, 341].map(|n| plural.form(n));
        assert_eq!(
            forms(Plural::OneFewMany),
            [Many, One, Few, Few, Many, Many, Many, Many, One, Few, Many, Many, Many, One]
        );
        assert_eq!(forms(Plural::OneMany).map(|form| form == One).iter().filter(|one| **one).count(), 1);
        assert_eq!(forms(Plural::Same), [Many; 14]);
    }
}
