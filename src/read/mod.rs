//! Snapshots in, datasets out.

pub mod body;
mod encoding;
mod json;
mod letters;
pub mod service;
