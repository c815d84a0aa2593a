//! Sources, snapshots, datasets, findings.

mod store;
