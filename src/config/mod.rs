//! Files a person edits: written (as typed) → meant (resolved). Defaults live here.

mod fault;
mod form_file;
mod form_lines;
mod form_rules;

pub use fault::{Fault, Faults, nearest, parse_toml};
pub use form_file::parse_form;
