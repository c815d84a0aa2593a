//! A value that is sent but never shown.
//!
//! In comes the key of a service; out come texts in which it is masked. This module does not know where a key is from.

use std::fmt;

use super::template::percent_encoded;

/// What is shown in place of a secret.
const MASK: &str = "***";

/// The key of a service. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret from a value of the environment; `None` if the value is empty.
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

/// A text without the secrets, in plain and in percent-encoded form.
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
