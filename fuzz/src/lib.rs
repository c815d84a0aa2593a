//! The readers and the words that they speak in, for the targets.

pub use {domain, read};

pub mod office;
