//! The embedded office.
