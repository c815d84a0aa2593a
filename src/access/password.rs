//! Passwords. In: what a person typed. Out: why it may not be a password, or the hash that is kept, or whether it is the
//! password that belongs to a hash.
//!
//! Lengths and the refusal of guessable passwords follow NIST SP 800-63B and OWASP ASVS 5.0, section 6.2: no rule about
//! kinds of characters, and no forced change.

use std::{fmt, str::FromStr, sync::OnceLock};

use argon2::{Algorithm, Argon2, Params, Version};
use zxcvbn::{Score, zxcvbn};

use super::{NoRandomness, random};

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 15;
/// The most characters: more make a sign-in slow and no guess harder.
const LONGEST: usize = 256;

/// Memory in KiB, passes and lanes of argon2id: the first choice of the OWASP cheat sheet on storing passwords.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The bytes of a salt (RFC 9106, section 3.1) and of a hash.
const SALT: usize = 16;
const HASH: usize = 32;
/// The largest cost that is accepted from a kept hash: an altered one must not use up the memory of the machine.
const MOST_MEMORY: u32 = 1 << 20;
const MOST_PASSES: u32 = 20;
const MOST_LANES: u32 = 16;

/// Why a text may not be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    #[error("the password is too short; use {SHORTEST_PASSWORD} characters or more, such as five words")]
    Short,
    #[error("the password is too long; use at most {LONGEST} characters")]
    Long,
    #[error("the password is easy to guess; use words that do not belong together")]
    Guessable,
    #[error("the password contains the account or the name of the person; use other words")]
    OwnName,
}

/// Why a text may not be a password; `None` if it may. `own`: the account, the name of the person, and words of the
/// office, which a guesser tries first.
#[must_use]
pub fn password_fault(password: &str, own: &[&str]) -> Option<PasswordFault> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Some(PasswordFault::Short);
    }
    if length > LONGEST {
        return Some(PasswordFault::Long);
    }
    let lower = password.to_lowercase();
    let words = own.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase);
    // A shorter word is in many passwords by chance.
    if words.filter(|word| word.chars().count() >= 4).any(|word| lower.contains(&word)) {
        return Some(PasswordFault::OwnName);
    }
    let has_few = password.chars().collect::<std::collections::BTreeSet<_>>().len() < 5;
    let is_weak = has_few || zxcvbn(password, own).score() < Score::Three;
    is_weak.then_some(PasswordFault::Guessable)
}

/// What is kept of a password: the costs, the salt and the argon2id hash, as one line of text.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    memory: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; SALT],
    hash: [u8; HASH],
}

impl PasswordHash {
    /// The hash of a new password, with a salt of its own. It takes some tenths of a second of processor time, and 19
    /// MiB of memory.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn of(password: &str) -> Result<Self, NoRandomness> {
        let salt = random::bytes()?;
        Ok(Self::with(password, MEMORY, PASSES, LANES, salt))
    }

    fn with(password: &str, memory: u32, passes: u32, lanes: u32, salt: [u8; SALT]) -> Self {
        let hash = hashed(password, (memory, passes, lanes), &salt);
        Self { memory, passes, lanes, salt, hash }
    }

    /// Whether a text is the password. It takes as long as [`PasswordHash::of`].
    #[must_use]
    pub fn is_of(&self, password: &str) -> bool {
        // A longer text cannot be one, and would only cost time.
        let is_possible = password.chars().count() <= LONGEST;
        let tried = if is_possible { password } else { "" };
        let hash = hashed(tried, (self.memory, self.passes, self.lanes), &self.salt);
        // All bytes are compared, so that the time does not depend on the first wrong one.
        let difference = hash.iter().zip(&self.hash).fold(0, |all, (one, other)| all | (one ^ other));
        is_possible && difference == 0
    }
}

/// Whether a text is the password of an account. An account without a password takes the same time, so that nobody can
/// find out which accounts exist.
#[must_use]
pub fn is_password_of(kept: Option<&PasswordHash>, password: &str) -> bool {
    static NOBODY: OnceLock<PasswordHash> = OnceLock::new();
    let nobody = NOBODY.get_or_init(|| PasswordHash {
        memory: MEMORY,
        passes: PASSES,
        lanes: LANES,
        salt: [7; SALT],
        // No text is known to have this hash.
        hash: [0; HASH],
    });
    let fits = kept.unwrap_or(nobody).is_of(password);
    fits && kept.is_some()
}

/// The argon2id hash; zeros if the costs are outside of their limits, which no text then fits.
fn hashed(password: &str, (memory, passes, lanes): (u32, u32, u32), salt: &[u8]) -> [u8; HASH] {
    let mut hash = [0; HASH];
    if let Ok(params) = Params::new(memory, passes, lanes, Some(HASH)) {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        if argon.hash_password_into(password.as_bytes(), salt, &mut hash).is_err() {
            hash = [0; HASH];
        }
    }
    hash
}

impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { memory, passes, lanes, salt, hash } = self;
        write!(f, "argon2id m={memory} t={passes} p={lanes} {} {}", hex::encode(salt), hex::encode(hash))
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

impl FromStr for PasswordHash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let wrong = "what is kept of a password cannot be read";
        let fields: Vec<&str> = text.split(' ').collect();
        let ["argon2id", memory, passes, lanes, salt, hash] = fields.as_slice() else { return Err(wrong) };
        let number = |field: &str, key: &str, most: u32| {
            let number: u32 = field.strip_prefix(key)?.parse().ok()?;
            (1..=most).contains(&number).then_some(number)
        };
        let mut kept = Self {
            memory: number(memory, "m=", MOST_MEMORY).ok_or(wrong)?,
            passes: number(passes, "t=", MOST_PASSES).ok_or(wrong)?,
            lanes: number(lanes, "p=", MOST_LANES).ok_or(wrong)?,
            salt: [0; SALT],
            hash: [0; HASH],
        };
        hex::decode_to_slice(salt, &mut kept.salt).map_err(|_| wrong)?;
        hex::decode_to_slice(hash, &mut kept.hash).map_err(|_| wrong)?;
        // Zeros are what a failed hash gives.
        if kept.hash == [0; HASH] { Err(wrong) } else { Ok(kept) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_guessable_and_own_passwords_are_refused() {
        let fault = |password: &str| password_fault(password, &["a.bekova", "Aliya Bekova"]);
        assert_eq!(fault("fourteen chars"), Some(PasswordFault::Short));
        assert_eq!(fault(&"seven herons ".repeat(30)), Some(PasswordFault::Long));
        for guessable in ["aaaaaaaaaaaaaaaaaaaa", "123456789012345", "passwordpassword", "qwertyuiopasdfgh"] {
            assert_eq!(fault(guessable), Some(PasswordFault::Guessable), "{guessable}");
        }
        assert_eq!(fault("my friend Bekova rows far"), Some(PasswordFault::OwnName));
        for good in ["nine grey herons over Balkhash", "жеті қара түйе мен бір ат", "зима-лодка-гвоздь-семь"]
        {
            assert_eq!(fault(good), None, "{good}");
        }
    }

    #[test]
    fn a_hash_is_kept_as_text_and_has_a_salt_of_its_own() {
        let kept = PasswordHash::of("nine grey herons over Balkhash").unwrap();
        let again = PasswordHash::of("nine grey herons over Balkhash").unwrap();
        assert_ne!(kept, again);
        let text = kept.to_string();
        assert!(text.starts_with("argon2id m=19456 t=2 p=1 ") && !text.contains("heron"), "{text}");
        let read: PasswordHash = text.parse().unwrap();
        assert!(read.is_of("nine grey herons over Balkhash") && !read.is_of("nine grey herons over Balkhash "));
        assert_eq!(format!("{kept:?}"), "PasswordHash");
    }

    #[test]
    fn nobody_has_a_password() {
        let kept = PasswordHash::of("nine grey herons over Balkhash").unwrap();
        assert!(is_password_of(Some(&kept), "nine grey herons over Balkhash"));
        assert!(!is_password_of(None, "nine grey herons over Balkhash") && !is_password_of(None, ""));
    }

    #[test]
    fn what_was_altered_is_not_read() {
        let text = PasswordHash::of("nine grey herons over Balkhash").unwrap().to_string();
        for altered in [
            text.replace("argon2id", "argon2i"),
            text.replace("m=19456", "m=4000000000"),
            text.replace("t=2", "t=0"),
            text[..text.len() - 2].to_owned(),
            format!("argon2id m=19456 t=2 p=1 {} {}", "00".repeat(SALT), "00".repeat(HASH)),
        ] {
            assert!(altered.parse::<PasswordHash>().is_err(), "{altered}");
        }
    }

    /// The test vector of RFC 9106, section 5.3, has a secret and associated data, which are not used here; this one is of
    /// the reference program: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`.
    #[test]
    fn the_hash_is_that_of_the_reference_program() {
        let hash = hashed("password", (65536, 2, 1), b"somesalt");
        assert_eq!(hex::encode(hash), "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    }
}
