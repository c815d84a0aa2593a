//! Proofs of who a person is: passwords, codes of a second factor, recovery codes, tokens of sessions, and the brake on
//! guesses.
//!
//! In: what a person typed, and what is kept about the person. Out: whether it fits, and what to keep from then on. What
//! is kept never gives back what was typed: passwords are hashed with argon2id, tokens and recovery codes with SHA-256,
//! and the seed of a second factor is encrypted with the key of the office.
//!
//! This crate does not know where anything is kept, what a person may do, or what time it is: the caller gives every
//! instant. Random numbers are those of the operating system.
//!
//! ```
//! use access::{PasswordHash, password_fault};
//! assert!(password_fault("summer2026", &[]).is_some());
//! let kept = PasswordHash::of("nine grey herons over Balkhash").unwrap();
//! assert!(kept.is_of("nine grey herons over Balkhash") && !kept.is_of("nine grey herons over balkhash"));
//! ```

mod base32;
mod brake;
mod one_time;
mod password;
mod random;
mod recovery;
mod sealed;
mod token;

pub use brake::{Brake, BrakeSteps, Counted};
pub use one_time::{CODE_SECONDS, TotpSeed};
pub use password::{PasswordFault, PasswordHash, SHORTEST_PASSWORD, is_password_of, password_fault};
pub use random::NoRandomness;
pub use recovery::{RECOVERY_CODES, RecoveryCodes, recovery_hash};
pub use sealed::{SealingFault, SealingKey};
pub use token::AccessToken;
