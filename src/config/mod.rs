//! Files a person edits: written (as typed) → meant (resolved). Defaults live here.

mod collection_check;
mod collection_file;
mod fault;
mod form_file;
mod form_lines;
mod form_rules;

pub use collection_check::check_collection;
pub use collection_file::parse_collection;
pub use fault::{Fault, Faults, nearest, parse_toml};
pub use form_file::parse_form;
