//! Loads datasets in use from the store.
//!
//! In: keys and the catalogue. Out: datasets with their corrections. Unknown here: how a document is read.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Catalogue, Context, Failure,
    context::{catalogue::Edition, parallel::in_parallel},
    intake::readings,
};
use domain::{Dataset, DatasetKey, FormId, Sha256};

/// One loaded dataset, with its revision.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub dataset: Dataset,
    pub revision: u32,
}

/// Loaded datasets by key. [`Self::only`] shares the datasets instead of copying them.
#[derive(Debug, Clone, Default)]
pub struct LoadedDatasets {
    loaded: BTreeMap<DatasetKey, Arc<Loaded>>,
}

impl LoadedDatasets {
    /// The datasets with their revisions, by key.
    pub fn datasets(&self) -> impl Iterator<Item = (&Dataset, u32)> {
        self.loaded.values().map(|l| (&l.dataset, l.revision))
    }

    /// The loaded datasets of some keys.
    #[must_use]
    pub fn only(&self, keys: &[DatasetKey]) -> Self {
        let of =
            |key: &DatasetKey| self.loaded.get_key_value(key).map(|(key, loaded)| (key.clone(), Arc::clone(loaded)));
        Self { loaded: keys.iter().filter_map(of).collect() }
    }

    /// Loads the revisions in use of those datasets that are not loaded yet. Every call has to use the same catalogue.
    /// A key that the catalogue does not contain is left out.
    ///
    /// # Errors
    /// When a stored file is missing or damaged and cannot be made again from its snapshot.
    pub fn add(&mut self, context: &Context, catalogue: &Catalogue, keys: &[DatasetKey]) -> Result<(), Failure> {
        let mut by_snapshot: BTreeMap<(Sha256, FormId), Vec<(&DatasetKey, &Edition)>> = BTreeMap::new();
        for key in keys.iter().filter(|key| !self.loaded.contains_key(key)) {
            if let Some(edition) = catalogue.current(key) {
                by_snapshot.entry((edition.snapshot, key.form.clone())).or_default().push((key, edition));
            }
        }
        let groups: Vec<_> = by_snapshot.into_iter().collect();
        let loaded: Vec<Vec<(DatasetKey, Loaded)>> = tokio::task::block_in_place(|| {
            in_parallel(&groups, |((snapshot, _), wanted)| pick(context, *snapshot, wanted))
                .into_iter()
                .collect::<Result<_, _>>()
        })?;
        self.loaded.extend(loaded.into_iter().flatten().map(|(key, loaded)| (key, Arc::new(loaded))));
        Ok(())
    }
}

/// Loads the revisions in use of some datasets; a key that the catalogue does not contain is left out.
///
/// # Errors
/// As [`LoadedDatasets::add`].
pub fn load(context: &Context, catalogue: &Catalogue, keys: &[DatasetKey]) -> Result<LoadedDatasets, Failure> {
    let mut loaded = LoadedDatasets::default();
    loaded.add(context, catalogue, keys)?;
    Ok(loaded)
}

/// The figures of one revision of a dataset, with its corrections; `None` if its document no longer contains the
/// dataset.
///
/// # Errors
/// As [`load`].
pub fn of_edition(context: &Context, edition: &Edition, key: &DatasetKey) -> Result<Option<Dataset>, Failure> {
    let picked = pick(context, edition.snapshot, &[(key, edition)])?;
    Ok(picked.into_iter().next().map(|(_, loaded)| loaded.dataset))
}

fn pick(
    context: &Context,
    snapshot: Sha256,
    wanted: &[(&DatasetKey, &Edition)],
) -> Result<Vec<(DatasetKey, Loaded)>, Failure> {
    let Some((first, _)) = wanted.first() else { return Ok(Vec::new()) };
    let datasets = readings::stored(context, snapshot, first)?;
    let mut picked = Vec::new();
    for mut dataset in datasets {
        if let Some((key, edition)) = wanted.iter().find(|(k, _)| **k == dataset.key) {
            for correction in &edition.corrections {
                correction.apply(&mut dataset);
            }
            picked.push(((*key).clone(), Loaded { dataset, revision: edition.revision }));
        }
    }
    Ok(picked)
}
