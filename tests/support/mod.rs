//! Support for several areas of the tests.

pub mod dovecot;
pub mod fake_smtp;
pub mod postfix;
pub mod postgres;
pub mod program;
#[expect(dead_code, reason = "the tests of the crate `store` use the rest")]
pub mod s3;
pub mod schema;
pub mod tls_smtp;
pub mod trial;

use std::sync::LazyLock;

use zhinaq::{
    domain::Language,
    words::{Dictionary, Lexicon},
};

/// The words that the program carries.
pub fn words() -> &'static Dictionary {
    static WORDS: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::embedded().unwrap());
    &WORDS
}

/// The words of a language that the program carries.
pub fn lexicon(language: Language) -> &'static Lexicon {
    words().lexicon(language).unwrap()
}

#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
/// Prints that a test did not run, and why.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
