//! Encryption of what has to be read again: the seeds of second factors. In: the key of the office, whose it is, bytes.
//! Out: text that only this key opens, for this owner only.

use std::{fmt, str::FromStr};

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};

use super::{NoRandomness, random};

const BYTES: usize = 32;

/// The key of the office.
#[derive(Clone)]
pub struct SealingKey {
    key: LessSafeKey,
    names: hmac::Key,
}

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingFault {
    #[error("the key is not 64 hexadecimal digits: make one with `openssl rand -hex 32`")]
    Key,
    #[error("it was encrypted with another key, for another account, or it was altered")]
    Foreign,
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl SealingKey {
    /// Encrypts bytes that belong to an owner (AES-256-GCM with a random nonce; an office seals some thousands at most,
    /// far below the 2^32 at which random nonces become unsafe, NIST SP 800-38D).
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn seal(&self, owner: &str, bytes: &[u8]) -> Result<String, SealingFault> {
        let nonce: [u8; NONCE_LEN] = random::bytes()?;
        let mut sealed = bytes.to_vec();
        let aad = Aad::from(owner.as_bytes());
        let done = self.key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed);
        done.map_err(|_| SealingFault::Foreign)?;
        Ok(hex::encode(nonce) + &hex::encode(sealed))
    }

    /// Decrypts what was sealed for an owner.
    ///
    /// # Errors
    /// When it was sealed with another key or for another owner, or altered.
    pub fn open(&self, owner: &str, text: &str) -> Result<Vec<u8>, SealingFault> {
        let bytes = hex::decode(text).map_err(|_| SealingFault::Foreign)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or(SealingFault::Foreign)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealingFault::Foreign)?;
        let mut sealed = sealed.to_vec();
        let opened = self.key.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut sealed);
        opened.map(|bytes| bytes.to_vec()).map_err(|_| SealingFault::Foreign)
    }

    /// A name for something that must be recognised and not read: a word that only this key makes from it. People type
    /// passwords into the field of the account.
    #[must_use]
    pub fn name_for(&self, text: &str) -> String {
        hex::encode(&hmac::sign(&self.names, text.as_bytes()).as_ref()[..16])
    }
}

impl FromStr for SealingKey {
    type Err = SealingFault;

    fn from_str(text: &str) -> Result<Self, SealingFault> {
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| SealingFault::Key)?;
        // A key of one repeated byte is an example, not a secret.
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(SealingFault::Key);
        }
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| SealingFault::Key)?;
        let own = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let names = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&own, b"zhinaq: names").as_ref());
        Ok(Self { key: LessSafeKey::new(key), names })
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn only_the_key_and_the_owner_open_what_was_sealed() {
        let key: SealingKey = KEY.parse().unwrap();
        let sealed = key.seal("aliya", b"seed").unwrap();
        assert_ne!(sealed, key.seal("aliya", b"seed").unwrap(), "each has a nonce of its own");
        assert_eq!(key.open("aliya", &sealed).unwrap(), b"seed");
        assert_eq!(key.open("erlan", &sealed), Err(SealingFault::Foreign));
        let other: SealingKey = KEY.replace("00", "ff").parse().unwrap();
        assert_eq!(other.open("aliya", &sealed), Err(SealingFault::Foreign));
        let altered = sealed.replace(&sealed[30..32], if &sealed[30..32] == "00" { "01" } else { "00" });
        for wrong in [altered.as_str(), "", "00", "zz"] {
            assert!(key.open("aliya", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_has_64_digits_and_is_not_an_example() {
        for wrong in ["", "secret", &KEY[..62], &"00".repeat(32)] {
            assert_eq!(wrong.parse::<SealingKey>().err(), Some(SealingFault::Key), "{wrong}");
        }
        assert!(format!("{KEY}\n").parse::<SealingKey>().is_ok());
        assert_eq!(format!("{:?}", KEY.parse::<SealingKey>().unwrap()), "SealingKey");
    }

    #[test]
    fn a_name_says_nothing_without_the_key() {
        let (key, other): (SealingKey, SealingKey) = (KEY.parse().unwrap(), KEY.replace("00", "ff").parse().unwrap());
        assert_eq!(key.name_for("aliya"), key.name_for("aliya"));
        assert_ne!(key.name_for("aliya"), key.name_for("erlan"));
        assert_ne!(key.name_for("aliya"), other.name_for("aliya"));
    }
}
