//! What would go: the parcels of a dry run, with their copies and destinations. Changes nothing.
//!
//! In: built issues and the register. Out: parcels with their destinations. Unknown here: transports.

use serde::Serialize;

use crate::{
    Built, Context, Failure,
    distribution::transport_setup,
    status::{
        approval::held_back,
        entitlements::{Registered, entitlements},
        gate::Gate,
        ready::unready,
        report,
    },
};
use config::TransportSettings;
use domain::{CollectionId, OrganId, ParcelId, ParcelRecord, Period, issues, parcels};

/// A parcel that would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WouldSend {
    pub parcel: ParcelId,
    pub organ: OrganId,
    pub copies: usize,
    /// The addresses, or the folder of the outbox.
    pub to: Vec<String>,
    /// Why it would still wait: a second person has to approve it, or its issue is not ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
}

impl WouldSend {
    /// A parcel with this many copies, and where it goes.
    #[must_use]
    pub fn of(context: &Context, parcel: &ParcelId, copies: usize) -> Self {
        let settings = &context.office.settings;
        let to = match settings.transport {
            TransportSettings::Folder { .. } => {
                vec![transport_setup::outbox_of(context, &parcel.organ)]
            }
            TransportSettings::Smtp(_) => {
                let addresses = settings.addresses.get(&parcel.organ);
                addresses.into_iter().flatten().map(|address| address.as_str().to_owned()).collect()
            }
        };
        Self { parcel: parcel.clone(), organ: parcel.organ.clone(), copies, to, waits: None }
    }
}

/// The parcels that a run would number and hand over: those of collections whose hour has come, supplements to be
/// numbered with their copies, and waiting parcels of later issues in the register; of all collections, or of those that
/// are meant.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn of_run(
    context: &Context,
    quarter: Period,
    (ready, supplements): (&[&Built], &[(ParcelId, u32)]),
    meant: &[CollectionId],
) -> Result<Vec<WouldSend>, Failure> {
    let events = report::events_of(context, quarter).await?;
    let (records, built) = (parcels(&events), issues(&events));
    let mut would = Vec::new();
    for built in ready {
        let issue = &built.issue;
        for share in
            entitlements(&context.office, &issue.collection, &Registered::of(issue, &records), context.today()).shares
        {
            let parcel = ParcelId { issue: issue.clone(), organ: share.recipient.id.clone() };
            let copies = match records.get(&parcel) {
                Some(record) => record.to_send().count(),
                None => share.copies as usize,
            };
            if copies > 0 {
                would.push(WouldSend::of(context, &parcel, copies));
            }
        }
    }
    would.extend(supplements.iter().map(|(parcel, copies)| WouldSend::of(context, parcel, *copies as usize)));
    let is_other = |record: &&ParcelRecord| ready.iter().all(|built| built.issue != record.parcel.issue);
    let is_meant = |id: &CollectionId| meant.is_empty() || meant.contains(id);
    let later = records.values().filter(|r| !r.parcel.issue.is_first() && is_meant(&r.parcel.issue.collection));
    let later = later.filter(is_other);
    for record in later.filter(|record| record.to_send().next().is_some()) {
        would.push(WouldSend::of(context, &record.parcel, record.to_send().count()));
    }
    for one in &mut would {
        let is_numbered = records.contains_key(&one.parcel);
        let issue = &one.parcel.issue;
        let why = built.get(issue).and_then(|record| unready(record.into(), Gate::Open, false));
        one.waits = if ready.iter().all(|ready| ready.issue != *issue)
            && let Some(why) = why
        {
            Some(why.said().into())
        } else if context.office.settings.approval_required && !is_numbered {
            Some("a second person has to approve it after its copies are numbered".into())
        } else {
            held_back(&context.office, &context.call, &one.parcel.issue, &events, &records)
        };
    }
    Ok(would)
}
