//! The requests desk, as a clerk works with it.

mod desk;
mod numbers;
