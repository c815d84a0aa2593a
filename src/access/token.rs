//! Tokens: what a browser shows in place of a password, and what a link of an invitation contains. In: nothing, or a token
//! as it came. Out: its text, the hash that is kept, and the second token that each form of a session carries.

use std::{fmt, str::FromStr};

use domain::Sha256;
use ring::hmac;

use super::{NoRandomness, random};

const BYTES: usize = 32;
/// What the token of forms is made from besides the session's; no other value is.
const FORMS: &[u8] = b"zhinaq: token of forms";

/// 256 random bits. Only their SHA-256 is kept, so that nobody who reads the ledger can take over a session.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken([u8; BYTES]);

impl AccessToken {
    /// A new token.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn new() -> Result<Self, NoRandomness> {
        random::bytes().map(Self)
    }

    /// The token as a cookie or a link contains it: 64 hexadecimal digits.
    #[must_use]
    pub fn text(&self) -> String {
        hex::encode(self.0)
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        Sha256::of(&self.0)
    }

    /// The token that each form of this session carries, against orders that another site makes a browser send. It can be
    /// made only from the session's own token.
    #[must_use]
    pub fn of_forms(&self) -> String {
        hex::encode(hmac::sign(&self.key(), FORMS))
    }

    /// Whether a form belongs to this session.
    #[must_use]
    pub fn is_of_forms(&self, given: &str) -> bool {
        let given = hex::decode(given).unwrap_or_default();
        hmac::verify(&self.key(), FORMS, &given).is_ok()
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.0)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken")
    }
}

impl FromStr for AccessToken {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| "is not a token")?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_and_never_printed() {
        let token = AccessToken::new().unwrap();
        assert_ne!(token, AccessToken::new().unwrap());
        assert_eq!(token.text().len(), 64);
        let read: AccessToken = token.text().parse().unwrap();
        assert_eq!(read.hash(), token.hash());
        assert_ne!(token.hash().to_string(), token.text());
        assert_eq!(format!("{token:?}"), "AccessToken");
        assert!("".parse::<AccessToken>().is_err() && "00".parse::<AccessToken>().is_err());
    }

    #[test]
    fn a_form_belongs_to_one_session() {
        let (one, other) = (AccessToken::new().unwrap(), AccessToken::new().unwrap());
        assert!(one.is_of_forms(&one.of_forms()));
        assert!(!other.is_of_forms(&one.of_forms()) && !one.is_of_forms("") && !one.is_of_forms(&one.text()));
    }
}
