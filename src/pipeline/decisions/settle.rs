//! Settles an uncertain parcel: a person found out what became of it, and says so with the evidence.
//!
//! In: a parcel, whether it was handed over, and the evidence. Out: its new state. Unknown here: how the evidence was
//! found.

use serde::Serialize;

use crate::{
    Context, Failure,
    context::{Invocation, claimed::claiming, permissions},
    distribution::interrupted,
    status::{report, requirements},
};
use domain::{CopyNumbers, Fact, ParcelId, ParcelRecord, ParcelState, Piece, Right, parcels};

/// A parcel that is no longer uncertain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settlement {
    pub parcel: ParcelId,
    /// `handed`, or `queued` if it has to go again.
    pub state: ParcelState,
    /// The copies that were uncertain.
    pub copies: Vec<u32>,
}

/// Settles an uncertain parcel, or some of its copies if several mails of it are uncertain, because each mail has its
/// own outcome. What was not handed over goes again with the next `send`: it is the same sending, with the same
/// Message-ID.
///
/// # Errors
/// When the person does not have the role, the evidence is missing, the copies are not uncertain, or several mails are
/// uncertain and none of them is chosen.
pub async fn settle(
    context: &Context,
    parcel: &ParcelId,
    meant: Option<&CopyNumbers>,
    handed: bool,
    evidence: &str,
) -> Result<Settlement, Failure> {
    context.person(Right::Settle).await?;
    let evidence = permissions::evidence(evidence)?;
    let quarter = requirements::quarter(parcel.issue.period)?;
    interrupted::mend(context, quarter).await?;
    claiming(context, [Piece::Hand(parcel.clone())], async |claimed| {
        let records = parcels(&report::events_of(context, quarter).await?);
        let record = records.get(parcel).ok_or_else(|| unknown(&context.call, parcel))?;
        let copies = open(record, meant)?;
        let state = if handed { ParcelState::Handed } else { ParcelState::Queued };
        let fact = Fact::Settled { parcel: parcel.clone(), state, evidence, copies: copies.clone() };
        context.record_holding(&[claimed], &[fact]).await?;
        Ok(Settlement { parcel: parcel.clone(), state, copies })
    })
    .await
}

/// The copies that are meant: those that were listed, or all of the only uncertain mail.
fn open(record: &ParcelRecord, meant: Option<&CopyNumbers>) -> Result<Vec<u32>, Failure> {
    let (parcel, mails) = (&record.parcel, record.uncertain());
    let each = || mails.iter().map(|mail| format!("`--copies {}`", mail.as_word())).collect::<Vec<_>>().join(", ");
    match (meant, &mails[..]) {
        (_, []) => Err(Failure::usage(format!(
            "parcel `{parcel}` is {}, not uncertain, so it cannot be settled",
            record.state
        ))),
        (None, [mail]) => Ok(mail.as_slice().to_vec()),
        (None, several) => Err(Failure::usage(format!(
            "{} mails of parcel `{parcel}` are uncertain, and each is settled by itself; choose one with {}",
            several.len(),
            each()
        ))),
        (Some(meant), _) => {
            let is_open = |number: &u32| mails.iter().any(|mail| mail.as_slice().contains(number));
            let other: CopyNumbers = meant.as_slice().iter().copied().filter(|number| !is_open(number)).collect();
            if other.as_slice().is_empty() {
                return Ok(meant.as_slice().to_vec());
            }
            Err(Failure::usage(format!(
                "parcel `{parcel}`: {} not uncertain; to be settled are {}",
                other.are(),
                each()
            )))
        }
    }
}

/// The error for a parcel that is not in the register.
pub fn unknown(call: &Invocation, parcel: &ParcelId) -> Failure {
    Failure::usage(format!(
        "parcel `{parcel}` is not in the register: see {}",
        call.command("register").option("--period", parcel.issue.period)
    ))
}
