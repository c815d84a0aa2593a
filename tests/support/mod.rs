//! Support for several areas of the tests.

pub mod dovecot;
pub mod fake_smtp;
pub mod postfix;
pub mod postgres;
pub mod program;
pub mod schema;
pub mod tls_smtp;
pub mod trial;

#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
/// Prints that a test did not run, and why.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
