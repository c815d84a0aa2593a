//! The readers, and an office for them to read for.

pub use domain;
pub use read;

pub mod office;
