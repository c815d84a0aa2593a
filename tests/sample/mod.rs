//! The embedded sample office.

mod documents;
mod figures;
mod lies;
mod premises;
mod rules;
mod solver;
pub mod visit;
