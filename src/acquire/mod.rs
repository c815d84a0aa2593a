//! Sources in, snapshots out: the only user of reqwest.
