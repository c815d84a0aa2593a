//! Files a person edits: written (as typed) → meant (resolved). Defaults live here.

mod collection_check;
mod collection_file;
mod fault;

pub use collection_check::check_collection;
pub use collection_file::parse_collection;
pub use fault::{Fault, Faults, nearest, parse_toml};
