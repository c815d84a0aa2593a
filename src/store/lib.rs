//! The files of runs: artifacts by key, and datasets as Parquet. The only user of polars' I/O and of
//! S3.
//!
//! In: bytes as they were received or made, and datasets as they were read. Out: the same bytes, the same datasets, or
//! an error that contains the file and what to do. Everything is written through [`durable`], so a file is whole or
//! does not exist. Snapshots and datasets are checked against their SHA-256 when they are read, so a damaged one is
//! reported and never used.
//!
//! - [`Artifacts`]: the only access to the folder `output/`, or to a store on S3 with a folder as its cache.
//! - [`Datasets`]: one Parquet file for each snapshot and reader, dictionary-encoded, readable with common tools.
//!
//! This crate does not know the ledger, the time (the time of a snapshot comes from the caller), or what figures mean.
//!
//! ```
//! use store::{Artifacts, SnapshotMeta};
//! let folder = tempfile::tempdir().unwrap();
//! let artifacts = Artifacts::open(folder.path()).unwrap();
//! let meta = SnapshotMeta {
//!     url: "http://127.0.0.1/forms/202212_3k_00000___ru.XLSX".into(),
//!     name: "202212_3k_00000___ru.XLSX".into(),
//!     headers: vec![],
//!     received: Default::default(),
//! };
//! let sha = artifacts.put_snapshot(b"bytes as received", &meta).unwrap();
//! assert_eq!(artifacts.snapshot(&sha).unwrap(), b"bytes as received");
//! ```

mod answers;
mod artifacts;
mod batch;
mod columns;
mod datasets;
mod decode;
mod error;
mod key;
mod outline;
mod parquet;
mod place;
mod remote;
mod snapshot;
mod stored;

pub use artifacts::Artifacts;
pub use datasets::Datasets;
pub use decode::decode;
pub use error::StoreError;
pub use key::ArtifactKey;
pub use parquet::encode;
pub use place::StorePlace;
pub use remote::Fight;
pub use snapshot::{SnapshotMeta, SnapshotReceipt};
pub use stored::StoredArtifact;

#[cfg(test)]
mod s3_tests;
