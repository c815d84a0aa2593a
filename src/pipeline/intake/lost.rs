//! Documents whose files are missing in the output: which they are, and their files fetched again.
//!
//! A document is known by its hash, so its file comes back only as the same bytes. They bring nothing new: no revision is
//! made, and nothing is judged again.
//!
//! In: the catalogue, the output, the sources. Out: files of snapshots, and what did not come back. Unknown here: figures.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use serde::Serialize;

use crate::{
    Catalogue, Context, Exit, Failure, Trouble, chain,
    context::{Edition, progress::Step},
    intake::sources::{self, Sources},
    status::requirements,
};
use acquire::{Ask, FetchedDelivery, Fetcher, Known};
use domain::{Agency, DatasetKey, Fact, FormId, Period, Right, Sha256, counted};
use store::{ArtifactKey, SnapshotMeta};

/// What became of the documents whose files were missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LostReport {
    /// How many files were missing.
    pub lost: usize,
    /// How many of them are here again.
    pub restored: usize,
    /// What did not come back, and why.
    pub troubles: Vec<Trouble>,
}

impl LostReport {
    #[must_use]
    pub const fn exit(&self) -> Exit {
        if self.troubles.is_empty() { Exit::Done } else { Exit::NotFetched }
    }
}

/// The documents in use, or waiting for a person, whose files are missing.
pub fn lost<'a>(
    context: &'a Context,
    catalogue: &'a Catalogue,
) -> impl Iterator<Item = (&'a DatasetKey, &'a Edition)> + 'a {
    let ours = catalogue.newest().filter(|(key, _)| key.origin == context.origin);
    ours.filter(|(_, edition)| !context.artifacts.holds(&ArtifactKey::Snapshot(edition.snapshot)))
}

/// The lost documents of a form for a period.
#[derive(Default)]
struct Wanted<'a> {
    keys: Vec<&'a DatasetKey>,
    snapshots: BTreeSet<Sha256>,
    /// Whether one of them is held: then its unit and agency are in doubt.
    held: bool,
}

impl Wanted<'_> {
    fn takes(&self, ask: &Ask) -> bool {
        let agency = ask.agency.clone().unwrap_or_else(Agency::all);
        let is_its = |key: &&DatasetKey| ask.unit.as_ref().is_none_or(|unit| *unit == key.unit) && key.agency == agency;
        self.held || self.keys.iter().any(is_its)
    }
}

/// Fetches the files of all lost documents again from their sources.
///
/// # Errors
/// When the person does not have the role, or the store or ledger fails. A document that does not come back is not an
/// error: the report lists it.
pub async fn pull_lost(context: &Context) -> Result<LostReport, Failure> {
    context.permit(Right::Pull).await?;
    let catalogue = context.catalogue().await?;
    let mut wanted: BTreeMap<(Period, &FormId), Wanted<'_>> = BTreeMap::new();
    for (key, edition) in lost(context, &catalogue) {
        let of = wanted.entry((key.period, &key.form)).or_default();
        of.keys.push(key);
        of.snapshots.insert(edition.snapshot);
        of.held |= edition.held.is_some();
    }
    let all: BTreeSet<Sha256> = wanted.values().flat_map(|of| of.snapshots.iter().copied()).collect();
    let mut report = LostReport { lost: all.len(), ..LostReport::default() };
    context.progress.begin(Step::Fetch, wanted.len());
    let mut found: BTreeSet<Sha256> = BTreeSet::new();
    for ((period, form), of) in &wanted {
        let left: BTreeSet<Sha256> = of.snapshots.difference(&found).copied().collect();
        if !left.is_empty() {
            let (came, why) = fetched(context, (form, *period), of).await?;
            found.extend(restored(context, (form, *period), &left, came).await?);
            let missing = left.difference(&found).count();
            if missing > 0 {
                report.troubles.push(not_back(context, (form, *period), missing, why));
            }
        }
        context.progress.advance(Step::Fetch);
    }
    context.progress.end(Step::Fetch);
    report.restored = found.len();
    Ok(report)
}

/// What the source of a form has for a period now, and why it has nothing.
async fn fetched(
    context: &Context,
    (form, period): (&FormId, Period),
    wanted: &Wanted<'_>,
) -> Result<(Vec<FetchedDelivery>, Option<String>), Failure> {
    let about = requirements::quarter(period).unwrap_or(period);
    let sources = Sources::open(context, about).await?;
    let asks: Vec<(Ask, Option<Known>)> = match sources.asks(form, period) {
        Ok(Some(asks)) => asks.into_iter().filter(|ask| wanted.takes(ask)).map(|ask| (ask, None)).collect(),
        Ok(None) => return Ok((Vec::new(), None)),
        Err(trouble) => return Ok((Vec::new(), Some(trouble.why))),
    };
    let fetcher = Fetcher::new(sources::limits(context))
        .map_err(|error| Failure::ours("documents cannot be fetched on this machine", error))?;
    let (mut came, mut why) = (Vec::new(), None);
    let watch = |_| {};
    let mut answers = std::pin::pin!(fetcher.fetch_all(&asks, &watch));
    while let Some((_, answer)) = answers.next().await {
        match answer {
            Ok(delivery) => came.extend(delivery),
            Err(error) => why = Some(chain(&error)),
        }
    }
    let other = || "its source has another document now, and the file of the old one can only come from a backup";
    let why = why.or_else(|| (!came.is_empty()).then(|| other().to_owned()));
    Ok((came, why))
}

/// Stores those of the documents that were lost. Returns their hashes.
async fn restored(
    context: &Context,
    (form, period): (&FormId, Period),
    left: &BTreeSet<Sha256>,
    came: Vec<FetchedDelivery>,
) -> Result<Vec<Sha256>, Failure> {
    let is_lost = |delivery: &FetchedDelivery| left.contains(&Sha256::of(&delivery.bytes));
    let came: Vec<FetchedDelivery> = came.into_iter().filter(is_lost).collect();
    let meta = |d: &FetchedDelivery| SnapshotMeta {
        url: d.url.clone(),
        name: d.name.clone(),
        headers: d.headers.clone(),
        received: context.now(),
    };
    let metas: Vec<SnapshotMeta> = came.iter().map(meta).collect();
    let received: Vec<(&[u8], &SnapshotMeta)> = came.iter().map(|d| d.bytes.as_slice()).zip(&metas).collect();
    let stored = context.artifacts.put_snapshots(&received);
    let stored = stored.map_err(|error| Failure::ours("the documents could not be stored", error))?;
    let fact = |(delivery, snapshot): (&FetchedDelivery, &Sha256)| Fact::Fetched {
        form: form.clone(),
        period,
        snapshot: *snapshot,
        url: delivery.url.clone(),
        bytes: delivery.bytes.len() as u64,
    };
    context.record(&came.iter().zip(&stored).map(fact).collect::<Vec<_>>()).await?;
    Ok(stored)
}

/// What is said about documents that did not come back; without a reason, their form has no source.
fn not_back(context: &Context, (form, period): (&FormId, Period), missing: usize, why: Option<String>) -> Trouble {
    let why = why.unwrap_or_else(|| {
        let bring = context.call.command("pull").option("--period", period).option("--form", form).asked("--from-file");
        format!("the form has no source; bring its file again with {bring}")
    });
    Trouble::new(format!("form `{form}` for `{period}`"), format!("{} not restored: {why}", counted(missing, "file")))
}
