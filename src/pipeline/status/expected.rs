//! Which of the documents that an office expects of its forms are here, which are held, and which are missing.
//!
//! In: the catalogue, a form, a period. Out: documents, and why some are missing. Unknown here: figures.

use std::collections::BTreeSet;

use crate::{Catalogue, Context};
use config::Office;
pub use config::expected_documents as expected;
use domain::{Absence, Agency, FormId, Lacking, Origin, Period, Unit};

/// The expected documents of a form for a period that are not in use.
#[must_use]
pub fn lacking(office: &Office, origin: Origin, catalogue: &Catalogue, form: &FormId, period: Period) -> Lacking {
    expected(office, form, period).lacking(&here(origin, catalogue, form, period))
}

/// The documents in use of a form for a period.
#[must_use]
pub fn here(origin: Origin, catalogue: &Catalogue, form: &FormId, period: Period) -> BTreeSet<(Unit, Agency)> {
    let of_origin = catalogue.of_form(form, period).filter(|(key, _)| key.origin == origin);
    of_origin.map(|(key, _)| (key.unit.clone(), key.agency.clone())).collect()
}

/// The documents of a form for a period that wait for a person.
#[must_use]
pub fn held(context: &Context, catalogue: &Catalogue, form: &FormId, period: Period) -> BTreeSet<(Unit, Agency)> {
    let newest = catalogue.newest().filter(|(key, edition)| {
        key.form == *form && key.period == period && key.origin == context.origin && edition.held.is_some()
    });
    newest.map(|(key, _)| (key.unit.clone(), key.agency.clone())).collect()
}

/// Why some documents of a form are missing: the gravest reason among them.
#[must_use]
pub fn absence(
    context: &Context,
    catalogue: &Catalogue,
    form: &FormId,
    period: Period,
    documents: &[(Unit, Agency)],
) -> Absence {
    let held = held(context, catalogue, form, period);
    let expected = expected(&context.office, form, period).documents();
    let republic = (Unit::republic(), Agency::all());
    // A held document may be filed under a key that is not expected; it may be any of the missing documents.
    let is_stray = held.iter().any(|document| *document != republic && !expected.contains(document));
    let of_one = |document: &(Unit, Agency)| {
        if held.contains(document) || is_stray {
            return Absence::Held;
        }
        catalogue.absence(form, period, document).unwrap_or(Absence::NotAsked)
    };
    documents.iter().map(of_one).max().unwrap_or(Absence::NotAsked)
}
