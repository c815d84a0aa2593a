//! Sources, snapshots, datasets, findings.

mod fetch;
pub mod loopback;
mod places;
mod store;
