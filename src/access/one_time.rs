//! The second factor: codes of six digits that a telephone shows, each for half a minute (TOTP, RFC 6238, with HMAC-SHA-1
//! and 30 s, which all such programs know).
//!
//! In: a seed, a code, an instant, the step of the last code that was taken. Out: the step of the code, if it fits. A step
//! is taken once: a code that somebody saw over a shoulder does not open a second session.

use std::fmt;

use chrono::{DateTime, Utc};
use ring::hmac;

use super::{NoRandomness, base32, random};

/// The seconds that a code is shown.
pub const CODE_SECONDS: i64 = 30;
const DIGITS: u32 = 1_000_000;
/// The steps before and after the present one whose codes are taken too: clocks differ, and people type slowly.
const SLACK: i64 = 1;
/// The bytes of a seed: as many as the hash has (RFC 4226, section 4, R6).
const SEED: usize = 20;

/// The secret that the telephone and the office share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSeed([u8; SEED]);

impl TotpSeed {
    /// A new seed.
    ///
    /// # Errors
    /// When the operating system gives no random numbers.
    pub fn new() -> Result<Self, NoRandomness> {
        random::bytes().map(Self)
    }

    /// A seed that was kept; `None` if these are not the bytes of one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The seed as a person types it into the telephone: 32 letters and digits.
    #[must_use]
    pub fn letters(&self) -> String {
        base32::encode(&self.0)
    }

    /// The address that a telephone reads from a picture. `issuer` is the name of the office.
    #[must_use]
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (in_address(issuer), in_address(account));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", self.letters())
    }

    /// The step of a code, if it fits at an instant and is later than the last step that was taken.
    #[must_use]
    pub fn step_of(&self, code: &str, at: DateTime<Utc>, last: Option<i64>) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let typed: u32 = digits.parse().ok()?;
        let now = at.timestamp().div_euclid(CODE_SECONDS);
        let mut found = None;
        // Every step is computed, so that the time does not depend on which one fits.
        for step in now - SLACK..=now + SLACK {
            let fits = self.code(step) == typed;
            if fits && found.is_none() && last.is_none_or(|last| step > last) {
                found = Some(step);
            }
        }
        found
    }

    /// The code that is shown at an instant, with its zeros.
    #[must_use]
    pub fn code_at(&self, at: DateTime<Utc>) -> String {
        format!("{:06}", self.code(at.timestamp().div_euclid(CODE_SECONDS)))
    }

    /// The code of a step (RFC 4226, section 5.3).
    fn code(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let hash = hmac::sign(&key, &step.to_be_bytes());
        let hash = hash.as_ref();
        let at = usize::from(hash[hash.len() - 1] & 15);
        let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
        number % DIGITS
    }
}

impl fmt::Debug for TotpSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSeed")
    }
}

/// A text as an address may contain it (RFC 3986, section 2.3).
fn in_address(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if is_plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> TotpSeed {
        TotpSeed::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B; the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(seed().code_at(at(seconds)), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_once_and_for_a_minute_and_a_half_at_most() {
        let code = seed().code_at(at(59));
        assert_eq!(seed().step_of(&code, at(59), None), Some(1));
        assert_eq!(seed().step_of(&code, at(59), Some(1)), None, "used");
        assert_eq!(seed().step_of(&code, at(59), Some(2)), None, "an earlier one after a later one");
        assert_eq!(seed().step_of(&code, at(29), None), Some(1), "the telephone is ahead");
        assert_eq!(seed().step_of(&code, at(89), None), Some(1), "typed slowly");
        assert_eq!(seed().step_of(&code, at(90), None), None);
        assert_eq!(seed().step_of("287 082", at(59), None), Some(1));
        for wrong in ["28708", "2870822", "", "28708a", "+28708", "２８７０８２"] {
            assert_eq!(seed().step_of(wrong, at(59), None), None, "{wrong}");
        }
    }

    #[test]
    fn the_address_has_the_seed_and_names_that_were_escaped() {
        let address = seed().address("Комитет & Co", "a b");
        assert!(address.starts_with("otpauth://totp/%D0%9A"), "{address}");
        assert!(address.contains("%20%26%20Co:a%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer="), "{address}");
        assert_ne!(TotpSeed::new().unwrap(), TotpSeed::new().unwrap());
        assert_eq!(format!("{:?}", seed()), "TotpSeed");
    }
}
