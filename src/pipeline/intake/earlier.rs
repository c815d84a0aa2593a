//! What earlier answers left here: what a source is told about them, and which of them are damaged.
//!
//! In: the catalogue, and a request. Out: the validators of the last answer, or nothing if the document has to come again.
//! Unknown here: how a document is fetched.

use std::collections::BTreeSet;

use crate::{Catalogue, Context, context::Edition};
use acquire::{Ask, Known};
use domain::{Agency, DatasetKey, FormId, Origin, Period, Sha256};
use store::Artifacts;

/// The datasets of an earlier period that can no longer be read: their figures are not stored, and their document is
/// missing or damaged. A document whose figures are stored is not needed.
pub(super) fn damaged<'a>(
    context: &'a Context,
    catalogue: &'a Catalogue,
    form: &'a FormId,
    period: Period,
) -> impl Iterator<Item = (&'a DatasetKey, &'a Edition)> {
    let of_period = catalogue.newest().filter(move |(key, _)| key.form == *form && key.period == period);
    of_period.filter(|(key, edition)| {
        key.origin == context.origin
            && edition.held.is_none()
            && !context.datasets.holds(&edition.snapshot, &context.reader(form))
            && context.artifacts.snapshot(&edition.snapshot).is_err()
    })
}

/// What is known about the last answer to the same request. A request about no unit was about all of them.
pub(super) fn known(origin: Origin, artifacts: &Artifacts, catalogue: &Catalogue, ask: &Ask) -> Option<Known> {
    let agency = ask.agency.clone().unwrap_or_else(Agency::all);
    let snapshots: BTreeSet<Sha256> = catalogue
        .newest()
        .filter(|(key, _)| key.form == ask.form && key.period == ask.period && key.origin == origin)
        .filter(|(key, _)| key.agency == agency && ask.unit.as_ref().is_none_or(|unit| *unit == key.unit))
        // A document that waits for a person is fetched again each time.
        .filter(|(_, edition)| edition.held.is_none())
        .map(|(_, edition)| edition.snapshot)
        .collect();
    // A document that is damaged here is fetched again, whether or not its source has a newer one.
    if snapshots.iter().any(|snapshot| artifacts.snapshot(snapshot).is_err()) {
        return None;
    }
    let receipts = snapshots.iter().flat_map(|snapshot| artifacts.receipts(snapshot).unwrap_or_default());
    let same = receipts.filter(|r| without_host(&r.meta.url) == without_host(&ask.shown()));
    Known::of_headers(&same.max_by_key(|r| r.meta.received)?.meta.headers)
}

/// An address without the host of the sample office, which opens a different port each time.
fn without_host(url: &str) -> &str {
    match url.split_once("://127.0.0.1:") {
        Some((_, rest)) => rest.find('/').map_or(rest, |slash| &rest[slash..]),
        None => url,
    }
}
