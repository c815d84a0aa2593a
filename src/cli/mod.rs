//! The command line.

pub mod calendar;
mod ics;
pub mod matrix;
pub mod plan;
mod table;
