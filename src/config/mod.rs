//! Files a person edits: written (as typed) → meant (resolved). Defaults live here.

mod fault;

pub use fault::{Fault, Faults, nearest, parse_toml};
