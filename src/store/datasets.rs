//! Datasets, one Parquet file per snapshot and reader.

use std::{fmt::Write as _, sync::Arc};

use domain::{Dataset, Sha256};

use super::{
    ArtifactKey, Artifacts, StoreError,
    decode::{Stubs, decode_with},
    parquet,
};

/// What was read of snapshots. Derived: a file that is lost or damaged is made again from its snapshot.
///
/// Beside `data/<snapshot>.<reader>.parquet` stands its hash in the format of `sha256sum`, written last: a Parquet
/// file without it was not finished and counts as missing. Neither is flushed to the disk one by one: what a power cut
/// takes is found by the hash and made again.
#[derive(Debug, Clone)]
pub struct Datasets {
    artifacts: Artifacts,
    stubs: Arc<Stubs>,
}

impl Datasets {
    #[must_use]
    pub fn new(artifacts: Artifacts) -> Self {
        Self { artifacts, stubs: Arc::default() }
    }

    /// Saves what a reader made of a snapshot. Saving the same datasets again is a success; a damaged file is replaced.
    ///
    /// # Errors
    /// When another reading stands under the same reader, or the file system fails.
    pub fn save(&self, snapshot: &Sha256, reader: &str, datasets: &[Dataset]) -> Result<(), StoreError> {
        let bytes = parquet::encode(datasets).map_err(|why| StoreError::Parquet { snapshot: *snapshot, why })?;
        match self.load(snapshot, reader) {
            Ok(stored) if stored == datasets => return Ok(()),
            Ok(_) => return Err(StoreError::OtherFigures { path: self.artifacts.path(&key(snapshot, reader))? }),
            Err(error) if error.is_missing() || error.is_damaged() => {}
            Err(error) => return Err(error),
        }
        let sha = self.artifacts.derive(&key(snapshot, reader), &bytes)?;
        let mut line = String::new();
        let _ = writeln!(line, "{sha}  {snapshot}.{reader}.parquet");
        self.artifacts.derive(&sum(snapshot, reader), line.as_bytes())?;
        Ok(())
    }

    /// What a reader made of a snapshot: equal to what was saved, in the same order.
    ///
    /// # Errors
    /// When it is missing or damaged; both are mended by reading the snapshot again.
    pub fn load(&self, snapshot: &Sha256, reader: &str) -> Result<Vec<Dataset>, StoreError> {
        let (key, sum) = (key(snapshot, reader), sum(snapshot, reader));
        let written = self.artifacts.fetch(&sum)?;
        let digits = String::from_utf8_lossy(&written);
        let wanted = digits.split_whitespace().next().unwrap_or_default().parse();
        let broken = |why: String| -> StoreError {
            let path = self.artifacts.path(&key).unwrap_or_default();
            StoreError::NotDatasets { path, why }
        };
        let wanted = wanted.map_err(|e: domain::NameError| broken(format!("its sum is broken: {e}")))?;
        let bytes = self.artifacts.fetch_as(&key, &wanted)?;
        decode_with(&bytes, &self.stubs).map_err(broken)
    }

    /// Whether something was saved for the snapshot and reader; says nothing about its bytes.
    #[must_use]
    pub fn holds(&self, snapshot: &Sha256, reader: &str) -> bool {
        self.artifacts.holds(&sum(snapshot, reader)) && self.artifacts.holds(&key(snapshot, reader))
    }
}

fn key(snapshot: &Sha256, reader: &str) -> ArtifactKey {
    ArtifactKey::Dataset { snapshot: *snapshot, reader: reader.into() }
}

fn sum(snapshot: &Sha256, reader: &str) -> ArtifactKey {
    ArtifactKey::Named(format!("data/{snapshot}.{reader}.parquet.sha256"))
}
