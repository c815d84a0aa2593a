//! Recovery codes: ten codes on paper for the day on which the telephone is lost. In: nothing, or a code as typed. Out:
//! the codes for the person and the hashes that are kept, or the hash of one. Each code is for one sign-in.

use std::fmt;

use domain::Sha256;

use super::{NoRandomness, base32, random};

/// How many codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// The bytes of a code: 80 bits, so that its plain SHA-256 cannot be searched.
const BYTES: usize = 10;

/// New codes: shown once to the person, and kept as hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes {
    /// As a person writes them down: four groups of four.
    pub shown: Vec<String>,
    pub hashes: Vec<Sha256>,
}

impl RecoveryCodes {
    /// Ten new codes.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn new() -> Result<Self, NoRandomness> {
        let mut codes = Self { shown: Vec::new(), hashes: Vec::new() };
        for _ in 0..RECOVERY_CODES {
            let letters = base32::encode(&random::bytes::<BYTES>()?);
            let groups: Vec<&str> = (0..letters.len()).step_by(4).map(|at| &letters[at..at + 4]).collect();
            codes.hashes.push(recovery_hash(&letters));
            codes.shown.push(groups.join("-"));
        }
        Ok(codes)
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes")
    }
}

/// The hash of a code as a person types it: small or capital letters, with or without hyphens and spaces.
#[must_use]
pub fn recovery_hash(typed: &str) -> Sha256 {
    let letters: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::of_pieces(&[b"recovery:", letters.to_ascii_uppercase().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_fit_however_they_are_typed() {
        let codes = RecoveryCodes::new().unwrap();
        assert_eq!((codes.shown.len(), codes.hashes.len()), (10, 10));
        let mut hashes = codes.hashes.clone();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 10);
        for (shown, hash) in codes.shown.iter().zip(&codes.hashes) {
            assert_eq!(shown.len(), 19, "{shown}");
            assert_eq!(recovery_hash(shown), *hash);
            assert_eq!(recovery_hash(&format!(" {} ", shown.to_lowercase().replace('-', ""))), *hash);
        }
        assert_eq!(format!("{codes:?}"), "RecoveryCodes");
    }
}
