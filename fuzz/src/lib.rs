//! The readers, and a made-up office for them.

pub use domain;
pub use read;

pub mod office;
