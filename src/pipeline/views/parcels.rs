//! Parcels: a list of a period, and everything that is known of one. In: the journal. Out: states as they are derived
//! everywhere, attempts with the words of the server, the acts of people with their reasons. Unknown here: transports.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    Context, Failure, JournalLine,
    decisions::unknown_parcel,
    distribution::transport_setup,
    journal::line_of,
    status::{report, requirements},
};
use domain::{
    CollectionId, EmailAddress, Event, Fact, OrganId, ParcelId, ParcelRecord, ParcelState, Period, issues, parcels,
    receives_nothing,
};

/// Which parcels of a period are meant.
#[derive(Debug, Clone, Default)]
pub struct ParcelChoice {
    pub collection: Option<CollectionId>,
    pub organ: Option<OrganId>,
    pub state: Option<ParcelState>,
}

/// The parcels of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelList {
    pub period: Period,
    /// How many parcels of the period are in each state, whatever is chosen.
    pub totals: Vec<(ParcelState, usize)>,
    pub parcels: Vec<ParcelLine>,
}

/// A parcel in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelLine {
    pub parcel: ParcelId,
    pub collection: CollectionId,
    pub organ: OrganId,
    pub revision: u32,
    pub supplement: u32,
    pub state: ParcelState,
    /// The state of a second sending that is not done.
    pub again: Option<ParcelState>,
    pub copies: usize,
    pub attempts: u32,
    pub handed_at: Option<DateTime<Utc>>,
    /// The server's words, or a person's.
    pub words: String,
}

/// Everything that is known of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelView {
    #[serde(flatten)]
    pub record: ParcelRecord,
    pub organ: OrganId,
    pub collection: CollectionId,
    pub period: Period,
    pub content_id: Option<domain::Sha256>,
    /// The addresses that a mail of it has today; empty if it goes into a folder.
    pub addresses: Vec<EmailAddress>,
    /// The uncertain copies, mail by mail, as numbers: `1,3-4`.
    pub uncertain: Vec<String>,
    /// Why its organ receives nothing today.
    pub ended: Option<String>,
    /// What the journal says about it, oldest first.
    pub lines: Vec<JournalLine>,
}

/// The parcels of a period that are meant, by collection and organ.
///
/// # Errors
/// When the period has no quarter, or the ledger cannot be read.
pub async fn parcel_list(context: &Context, period: Period, choice: &ParcelChoice) -> Result<ParcelList, Failure> {
    let quarter = requirements::quarter(period)?;
    let mut events = report::events_of(context, quarter).await?;
    report::end_interrupted(context, &mut events).await?;
    let records = parcels(&events);
    let mut totals: Vec<(ParcelState, usize)> = Vec::new();
    for record in records.values() {
        match totals.iter_mut().find(|(state, _)| *state == record.state) {
            Some((_, count)) => *count += 1,
            None => totals.push((record.state, 1)),
        }
    }
    totals.sort_by_key(|(state, _)| *state);
    let is_meant = |record: &&ParcelRecord| {
        choice.collection.as_ref().is_none_or(|id| *id == record.parcel.issue.collection)
            && choice.organ.as_ref().is_none_or(|id| *id == record.parcel.organ)
            && choice.state.is_none_or(|state| record.state == state || record.again == Some(state))
    };
    Ok(ParcelList { period: quarter, totals, parcels: records.values().filter(is_meant).map(line).collect() })
}

fn line(record: &ParcelRecord) -> ParcelLine {
    let issue = &record.parcel.issue;
    ParcelLine {
        parcel: record.parcel.clone(),
        collection: issue.collection.clone(),
        organ: record.parcel.organ.clone(),
        revision: issue.revision,
        supplement: issue.supplement,
        state: record.state,
        again: record.again,
        copies: record.counted().count(),
        attempts: record.attempts,
        handed_at: record.copies.iter().filter_map(|copy| copy.handed_at).max(),
        words: record.words.clone(),
    }
}

/// Everything that is known of a parcel.
///
/// # Errors
/// When it is not in the register, or the ledger cannot be read.
pub async fn parcel(context: &Context, parcel: &ParcelId) -> Result<ParcelView, Failure> {
    let quarter = requirements::quarter(parcel.issue.period)?;
    let mut events = report::events_of(context, quarter).await?;
    report::end_interrupted(context, &mut events).await?;
    let mut records = parcels(&events);
    let unknown = || unknown_parcel(&context.call, parcel).coded("unknown-id");
    let record = records.remove(parcel).ok_or_else(unknown)?;
    let content_id = issues(&events).get(&parcel.issue).map(|issue| issue.content_id);
    let mut addresses: Vec<EmailAddress> = Vec::new();
    for copy in &record.copies {
        for address in transport_setup::addresses(&context.office, &parcel.organ, copy.record.number) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
    }
    let lines = events.into_iter().filter(|event| is_about(event, parcel)).map(|event| line_of(context, event));
    Ok(ParcelView {
        organ: parcel.organ.clone(),
        collection: parcel.issue.collection.clone(),
        period: parcel.issue.period,
        content_id,
        addresses,
        uncertain: record.uncertain().iter().map(domain::CopyNumbers::as_word).collect(),
        ended: receives_nothing(context.office.regulation(), &parcel.organ, context.today()),
        lines: lines.collect(),
        record,
    })
}

/// Whether an entry of the journal is about a parcel, or about its whole issue.
fn is_about(event: &Event, parcel: &ParcelId) -> bool {
    match &event.fact {
        Fact::Queued { parcel: of, .. }
        | Fact::Sealed { parcel: of, .. }
        | Fact::Sending { parcel: of, .. }
        | Fact::Outcome { parcel: of, .. }
        | Fact::Settled { parcel: of, .. }
        | Fact::Resend { parcel: of, .. } => of == parcel,
        Fact::Readdressed { parcel: of, .. } => of == parcel,
        Fact::Approved { issue, .. } | Fact::Hastened { issue, .. } => *issue == parcel.issue,
        _ => false,
    }
}
