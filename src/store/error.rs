//! The error of the store.

use std::{io, path::PathBuf};

use domain::Sha256;
use durable::PublishError;

/// Why something could not be stored or fetched. The message contains the file and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{path}` is not there; {next}")]
    Missing { path: PathBuf, next: &'static str },
    #[error("`{path}` is damaged: its bytes are {found:?}, not {wanted:?}; {next}")]
    Damaged { path: PathBuf, found: Sha256, wanted: Sha256, next: &'static str },
    #[error("`{path}` could not be read")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{path}` is not a file of datasets: {why}; remove it and read the snapshot again")]
    NotDatasets { path: PathBuf, why: String },
    #[error("`{name}` is not the name of an artifact: {rule}")]
    Name { name: String, rule: &'static str },
    #[error("the datasets of snapshot {snapshot:?} could not be written as Parquet: {why}")]
    Parquet { snapshot: Sha256, why: String },
    #[error("`{path}` holds other figures of the same snapshot and reader; give the reader another name")]
    OtherFigures { path: PathBuf },
    #[error("`{object}` has other bytes already ({found:?}, not {wanted:?}); nothing was replaced")]
    Conflict { object: String, found: Sha256, wanted: Sha256 },
    #[error("`{object}` is not in the store")]
    NoObject { object: String },
    #[error("`{object}`: {why}")]
    Remote { object: String, why: &'static str },
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl StoreError {
    /// Whether the artifact does not exist (yet).
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::NoObject { .. })
    }

    /// Whether the bytes on disk are not the bytes that were stored.
    #[must_use]
    pub const fn is_damaged(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::NotDatasets { .. })
    }
}
