//! What several areas of the tests share.

pub mod postgres;

/// Says aloud that a test did not run, and why.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
