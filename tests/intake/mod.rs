//! Sources, snapshots, datasets, findings.

mod fetch;
mod loopback;
mod store;
