//! A value that is sent but never shown.

use std::fmt;

use super::template::percent_encoded;

/// What stands in a secret's place.
const MASK: &str = "***";

/// The key of a service. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret that a process finds under a name; an empty one is none.
    #[must_use]
    pub fn of(value: Option<String>) -> Option<Self> {
        value.map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).map(Self)
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A text without the secrets in it, as they are and as an address carries them.
pub(super) fn masked(text: &str, secrets: &[Secret]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        text = text.replace(&percent_encoded(&secret.0), MASK).replace(&secret.0, MASK);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_in_both_its_spellings() {
        let secret = Secret::of(Some("a+b/c".into())).unwrap();
        assert_eq!(masked("?apiKey=a%2Bb%2Fc&x=a+b/c", std::slice::from_ref(&secret)), "?apiKey=***&x=***");
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(Secret::of(Some(" ".into())), None);
    }
}
