//! Names of things: forms, collections, organs, sections, rows, columns, agencies and units. In: a text. Out: a valid
//! name, or the rule that the text breaks. This module does not know which names exist.
//!
//! A form is known by its id, never by its printed designation: items 3 and 25 are both printed as "1-P" in English.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::did_you_mean;

/// Why a text is not a valid name. The message quotes the text and states the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {kind}: {rule}{}", did_you_mean(self.meant().as_deref()))]
pub struct NameError {
    pub text: String,
    pub kind: &'static str,
    pub rule: &'static str,
}

impl NameError {
    /// The name that was probably meant: the same in small letters.
    fn meant(&self) -> Option<String> {
        let small = self.text.trim().to_lowercase();
        (self.rule == SLUG_RULE && is_slug(&small)).then_some(small)
    }
}

const SLUG_RULE: &str = "use 1 to 60 lower-case latin letters, digits and single hyphens inside";
const CODE_RULE: &str = "use 1 to 40 characters without control characters or blanks at the ends";

fn is_slug(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.chars().count()) && text.trim() == text && !text.chars().any(char::is_control)
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $valid:ident, $rule:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(Arc<str>);

        impl $type {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                if $valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NameError { text: text.into(), kind: $kind, rule: $rule })
                }
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "`{}`", self.0)
            }
        }
    };
}

name!(
    /// A report form of clause 14 of the Instruction: `1-m`, `court-6-ka`.
    FormId, "the id of a form", is_slug, SLUG_RULE
);
name!(
    /// An electronic collection of clauses 12 and 13: `crime`, `prosecution-bodies`.
    CollectionId, "the id of a collection", is_slug, SLUG_RULE
);
name!(
    /// A state organ that receives copies: `gp-leadership`, `mia`.
    OrganId, "the id of an organ", is_slug, SLUG_RULE
);
name!(
    /// A section's stable id: the sheet name in the oldest edition that the form's template describes.
    SectionId, "the id of a section", is_code, CODE_RULE
);
name!(
    /// A row's printed code (шифр строки).
    RowCode, "a row code", is_code, CODE_RULE
);
name!(
    /// A column's printed number (графа).
    ColumnCode, "a column code", is_code, CODE_RULE
);
name!(
    /// The edition number that a document prints (`50119` of 1-M in 2022).
    Edition, "an edition", is_code, CODE_RULE
);
name!(
    /// The agency whose cases the figures are about: `all`, or the Committee's agency code.
    Agency, "an agency", is_slug, SLUG_RULE
);

impl Edition {
    /// The edition of documents that print none: the answers of JSON services.
    #[must_use]
    pub fn service() -> Self {
        Self("service".into())
    }
}

impl Agency {
    /// All agencies together.
    #[must_use]
    pub fn all() -> Self {
        Self("all".into())
    }

    /// The agency of a held document that does not state one. Figures in use never have it.
    #[must_use]
    pub fn unsaid() -> Self {
        Self("unsaid".into())
    }

    /// Whether the figures are about all agencies together.
    #[must_use]
    pub fn is_all(&self) -> bool {
        &*self.0 == "all"
    }
}

/// The place that figures are about, by the Committee's code: `19` the republic, `1910` … `1979` the regions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Unit(Arc<str>);

impl Unit {
    /// The republic as a whole.
    #[must_use]
    pub fn republic() -> Self {
        Self("19".into())
    }

    /// The unit of a held document that does not state one. No region has this code, and figures in use never have it.
    #[must_use]
    pub fn unsaid() -> Self {
        Self("1900".into())
    }

    /// Whether this is the republic as a whole.
    #[must_use]
    pub fn is_republic(&self) -> bool {
        &*self.0 == "19"
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number of a region on a map: the last two digits of its code. The republic is on no map.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.0[self.0.len() - 2..]
    }
}

impl FromStr for Unit {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if digits && text.starts_with("19") && matches!(text.len(), 2 | 4) {
            Ok(Self(text.into()))
        } else {
            Err(NameError {
                text: text.into(),
                kind: "a unit",
                rule: "use `19` for the republic or a region's four digits, such as `1971`",
            })
        }
    }
}

impl TryFrom<String> for Unit {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.0.as_ref().to_owned()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_id_states_its_rule() {
        assert!("court-6-ka".parse::<FormId>().is_ok());
        let error = "1-П".parse::<FormId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`1-П` is not the id of a form: use 1 to 60 lower-case latin letters, digits and single hyphens inside"
        );
    }

    #[test]
    fn a_unit_is_the_republic_or_a_region() {
        assert!("19".parse::<Unit>().unwrap().is_republic());
        assert_eq!("1971".parse::<Unit>().unwrap().number(), "71");
        for wrong in ["", "71", "197", "2071", "19 1", "197100"] {
            assert!(wrong.parse::<Unit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn path_characters_cannot_be_part_of_an_id() {
        for wrong in ["../x", "a/b", "a\\b", "-a", "a-", "a--b", ""] {
            assert!(wrong.parse::<CollectionId>().is_err(), "{wrong}");
        }
    }
}
