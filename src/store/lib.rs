//! What runs leave behind: artifacts (hash → bytes) and datasets as Parquet. The only user of polars' I/O.
//!
//! In: bytes as they were received or made, datasets as they were read. Out: the same bytes, the same datasets, or an
//! error that names the file and says what to do. Everything is written through [`durable`], so a file is whole
//! or not there; everything is checked against its SHA-256 when it is read, so a damaged file is named and never used.
//!
//! - [`Artifacts`]: one door to the folder `output/`, behind which an object store could stand.
//! - [`Datasets`]: one Parquet file per snapshot and reader, dictionary-encoded, readable by anybody's tools.
//!
//! Deliberately unknown here: the ledger, the clock (a snapshot's time comes from the caller), what figures mean.
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

mod artifacts;
mod columns;
mod datasets;
mod decode;
mod error;
mod key;
mod outline;
mod parquet;
mod snapshot;

pub use artifacts::{Artifacts, StoredArtifact};
pub use datasets::Datasets;
pub use decode::decode;
pub use error::StoreError;
pub use key::ArtifactKey;
pub use parquet::encode;
pub use snapshot::{SnapshotMeta, SnapshotReceipt};
