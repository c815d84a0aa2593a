//! What became of an uncertain parcel: a person looked, and says so with the evidence.

use serde::Serialize;

use super::alone;
use crate::{
    domain::{Fact, ParcelId, ParcelState, Role, parcels},
    pipeline::{
        Desk, Failure,
        desk::people,
        parcels::send,
        standing::{needs, status},
    },
};

/// A parcel that is no longer uncertain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settlement {
    pub parcel: ParcelId,
    /// `handed`, or `queued` when it is to go again.
    pub state: ParcelState,
    /// The copies that were uncertain.
    pub copies: Vec<u32>,
}

/// Settles an uncertain parcel. What was not handed goes again with the next `send`, under the same Message-ID.
///
/// # Errors
/// When the person may not, the evidence is missing, or the parcel is not uncertain.
pub async fn settle(desk: &Desk, parcel: &ParcelId, handed: bool, evidence: &str) -> Result<Settlement, Failure> {
    desk.person(Role::Operator)?;
    let evidence = people::evidence(evidence)?;
    let quarter = needs::quarter(parcel.issue.period)?;
    alone(desk, async {
        send::mend(desk, quarter).await?;
        let records = parcels(&status::events_of(desk, quarter).await?);
        let record = records.get(parcel).ok_or_else(|| unknown(parcel))?;
        let open = record.copies.iter().filter(|c| c.state == ParcelState::Uncertain);
        let copies: Vec<u32> = open.map(|c| c.record.number).collect();
        if copies.is_empty() {
            return Err(Failure::usage(format!(
                "parcel `{parcel}` is {}, not uncertain: there is nothing to settle",
                record.state
            )));
        }
        let state = if handed { ParcelState::Handed } else { ParcelState::Queued };
        desk.record(&[Fact::Settled { parcel: parcel.clone(), state, evidence }]).await?;
        Ok(Settlement { parcel: parcel.clone(), state, copies })
    })
    .await
}

/// The register has no such parcel.
pub fn unknown(parcel: &ParcelId) -> Failure {
    Failure::usage(format!(
        "parcel `{parcel}` is not in the register: see `zhinaq register --period {}`",
        parcel.issue.period
    ))
}
