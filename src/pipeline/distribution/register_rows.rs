//! The register of copies as data, one row for each copy.
//!
//! In: the facts of a period. Out: [`RegisterRow`]. Unknown here: how the register is printed.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Context, Failure,
    collections::build,
    status::{report, requirements},
};
use domain::{
    Channel, CollectionId, CopySending, Issue, Language, OrganId, ParcelId, ParcelState, Period, SealedCopy, Sha256,
    issues, parcels,
};

/// One copy in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterRow {
    pub parcel: ParcelId,
    pub collection: CollectionId,
    pub period: Period,
    pub revision: u32,
    /// The number of a supplement; 0 for the collection itself.
    pub supplement: u32,
    pub content_id: Option<Sha256>,
    pub organ: OrganId,
    pub organ_title: String,
    pub language: Language,
    pub copy: u32,
    pub of: u32,
    pub file: String,
    pub sha256: Sha256,
    /// The archive in which it goes, if it is encrypted for its organ, with the hash of what is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedCopy>,
    pub state: ParcelState,
    /// The state of a second sending that a person requested and that is not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<ParcelState>,
    /// The organ that gets another copy in place of one that was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readdressed_to: Option<OrganId>,
    /// The way by which it went last, and its Message-ID.
    pub channel: Option<Channel>,
    pub message_id: Option<String>,
    pub attempts: u32,
    /// Its sendings: the mail, the addresses and the outcome of each.
    pub sendings: Vec<CopySending>,
    pub handed_at: Option<DateTime<Utc>>,
    /// The server's words, or a person's.
    pub words: String,
}

impl RegisterRow {
    /// Whether what is open are further addresses of a sending that others have taken.
    #[must_use]
    pub fn is_rest(&self) -> bool {
        self.again.is_some() && self.sendings.last().is_some_and(|last| last.state.is_handed())
    }
}

/// The register of a period, in the order of issues, then of organs in the act, then of numbers.
///
/// # Errors
/// When a collection is unknown, or the ledger cannot be read.
pub async fn register_rows(
    context: &Context,
    period: Period,
    collections: &[CollectionId],
) -> Result<Vec<RegisterRow>, Failure> {
    let quarter = requirements::quarter(period)?;
    let due: Vec<Issue> = build::chosen(context, period, collections)?
        .iter()
        .map(|due| Issue::first(due.term.id.clone(), due.period))
        .collect();
    let events = report::events_of(context, quarter).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let regulation = context.office.regulation();
    let mut rows = Vec::new();
    for record in records.values().filter(|r| due.iter().any(|d| d.is_beside(&r.parcel.issue))) {
        let (issue, organ) = (&record.parcel.issue, &record.parcel.organ);
        let language = context.office.settings.language_of(organ);
        let title = regulation.recipient(organ).map_or_else(|| organ.to_string(), |r| r.titles.of(language).to_owned());
        for copy in &record.copies {
            rows.push(RegisterRow {
                parcel: record.parcel.clone(),
                collection: issue.collection.clone(),
                period: issue.period,
                revision: issue.revision,
                supplement: issue.supplement,
                content_id: issues.get(issue).map(|built| built.content_id),
                organ: organ.clone(),
                organ_title: title.clone(),
                language: copy.record.language().unwrap_or(language),
                copy: copy.record.number,
                of: copy.record.of,
                file: copy.record.file.clone(),
                sha256: copy.record.sha256,
                sealed: copy.sealed.clone(),
                state: copy.state,
                again: copy.again,
                readdressed_to: record
                    .readdressed
                    .iter()
                    .find(|r| r.copies.contains(&copy.record.number))
                    .and_then(|r| r.to.clone()),
                channel: copy.channel,
                message_id: copy.message_id.clone(),
                attempts: copy.attempt,
                sendings: copy.sendings.clone(),
                handed_at: copy.handed_at.filter(|_| copy.state.is_handed()),
                words: record.words.clone(),
            });
        }
    }
    let order = |organ: &OrganId| regulation.recipients.iter().position(|r| r.id == *organ);
    rows.sort_by_key(|row| {
        let due = due.iter().position(|d| d.collection == row.collection);
        (due, row.revision, row.supplement, order(&row.organ), row.copy)
    });
    Ok(rows)
}
