//! The embedded sample office: all 26 forms over loopback HTTP, in the two shapes of the real services.
mod balance;
mod chance;
mod columns;
mod deal;
mod error;
mod figures;
mod plan;
mod plausible;
mod premises;
mod rows;
mod spans;
mod year;

pub use error::SampleError;
pub use figures::Figures;
pub use premises::{Offer, Premises, Shape};
