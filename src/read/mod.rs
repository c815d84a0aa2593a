//! Snapshots in, datasets out.
