//! Sources, snapshots, datasets, findings.
