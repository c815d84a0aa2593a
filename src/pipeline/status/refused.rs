//! What the mail server refused for good.
//!
//! In: the record of a parcel. Out: whether a machine tries it again, and sentences for a person. Unknown here:
//! transports.

use crate::{Context, Hint, Invocation};
use config::Office;
use domain::ParcelRecord;

/// Whether a machine may send copies of a parcel: some wait, and they were not refused for good under the settings of
/// today.
#[must_use]
pub fn is_ready(office: &Office, record: &ParcelRecord) -> bool {
    record.ready(&office.settings.delivery_mark(&record.parcel.organ)).next().is_some()
}

/// Why a parcel is not tried again, and what ends this; `None` if nothing of it was refused for good.
#[must_use]
pub fn refused(context: &Context, record: &ParcelRecord) -> Option<String> {
    let mark = context.office.settings.delivery_mark(&record.parcel.organ);
    record.refused(&mark).next()?;
    let what = if record.state.is_handed() { "handed over, but refused for good in part" } else { "refused for good" };
    Some(format!(
        "{what}: {}; it is tried again when an address, the mail server or a size limit in zhinaq.toml changes; if the cause \
         is gone, {} tries it again now",
        words(record),
        try_again(&context.call, record)
    ))
}

/// The command that tries again what was refused for good.
#[must_use]
pub fn try_again(call: &Invocation, record: &ParcelRecord) -> Hint {
    let issue = &record.parcel.issue;
    let command = call.command("send").option("--period", issue.period);
    command.option("--collection", &issue.collection).option("--organ", &record.parcel.organ).flag("--refused")
}

/// The server's words for a person in the office: each address that got nothing, whole.
#[must_use]
pub fn words(record: &ParcelRecord) -> String {
    let refused = record.refused_addresses();
    if refused.is_empty() {
        return record.words.clone();
    }
    refused.iter().map(|refused| refused.told()).collect::<Vec<_>>().join("; ")
}
