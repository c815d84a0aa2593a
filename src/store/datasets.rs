//! Datasets, in one Parquet file for each snapshot and reader.

use std::{fmt::Write as _, sync::Arc};

use domain::{Dataset, Sha256};

use super::{
    ArtifactKey, Artifacts, StoreError,
    decode::{Stubs, decode_with},
    parquet,
};

/// The datasets that were read from snapshots. A lost or damaged file can be made again from its snapshot.
///
/// Beside `data/<snapshot>.<reader>.parquet` lies a file with its hash in the format of `sha256sum`. The hash is
/// written last: a Parquet file without it is unfinished and counts as missing. Neither file is flushed to the disk by
/// itself: if a power cut loses some of it, the hash shows this, and the file is made again.
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

    /// Saves the datasets that a reader made of a snapshot. Saving the same datasets again succeeds; a damaged file is
    /// replaced.
    ///
    /// # Errors
    /// When other datasets are saved for the same snapshot and reader, or the file system fails.
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

    /// The datasets that a reader made of a snapshot: equal to what was saved, in the same order.
    ///
    /// # Errors
    /// When the file is missing or damaged; reading the snapshot again repairs both.
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

    /// Whether datasets were saved for the snapshot and reader; the bytes are not checked.
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
