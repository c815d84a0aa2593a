//! The embedded sample office, as a desk opens it.

use super::{Desk, Failure};

pub struct SampleOffice {
    pub base: String,
}
pub async fn serve(_: &Desk) -> Result<SampleOffice, Failure> {
    Err(Failure::usage("x"))
}
