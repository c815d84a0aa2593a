//! The embedded sample office.

mod figures;
mod premises;
mod rules;
