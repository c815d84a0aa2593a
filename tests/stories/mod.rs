//! Whole days of an office.
