//! Attempts whose program ended between the intent and the outcome, and outcomes that the ledger did not take.
//!
//! Several programs may hand parcels over at once. An attempt counts as interrupted only if nobody has its parcel: this
//! program claims the parcel before it looks, so nobody else can be sending it.
//!
//! In: the facts of a quarter. Out: facts about what became of open attempts. Unknown here: transports.

use crate::{
    Context, Failure,
    context::{
        claimed::{ClaimedPieces, at_work},
        unrecorded,
    },
    status::{report, witnesses},
};
use domain::{Fact, Period, Piece, WITNESSED, Witnessed, interrupted};
use ledger::Filter;

/// Checks that the ledger contains everything that was sent, and records what became of attempts whose program died.
/// Called by acts that send nothing themselves.
///
/// # Errors
/// When the ledger fails, or lacks what a witness contains.
pub async fn mend(context: &Context, quarter: Period) -> Result<(), Failure> {
    witnesses::assured(context).await?;
    end_interrupted(context, quarter).await
}

/// Records what became of attempts whose program died.
///
/// # Errors
/// When the ledger fails.
pub async fn end_interrupted(context: &Context, quarter: Period) -> Result<(), Failure> {
    take_in_unrecorded(context).await?;
    let open = interrupted(&report::events_of(context, quarter).await?);
    let pieces = open.iter().filter_map(Fact::witnessed).cloned().map(Piece::Hand);
    let claimed = ClaimedPieces::free(context, pieces).await?;
    let ended = ended(context, quarter, &claimed).await;
    claimed.after(ended).await
}

/// Ends the open attempts of the parcels that this program has.
async fn ended(context: &Context, quarter: Period, claimed: &ClaimedPieces) -> Result<(), Failure> {
    if claimed.claims.pieces.is_empty() {
        return Ok(());
    }
    let mut open = interrupted(&report::events_of(context, quarter).await?);
    open.retain(|fact| fact.witnessed().is_some_and(|parcel| claimed.holds(&Piece::Hand(parcel.clone()))));
    context.record_holding(&[claimed], &open).await
}

/// Enters into the ledger the outcomes that it did not take when they were known.
async fn take_in_unrecorded(context: &Context) -> Result<(), Failure> {
    if context.unrecorded.all()?.is_empty() {
        return Ok(());
    }
    let claimed = ClaimedPieces::wait(context, [Piece::Witness]).await?;
    let taken = take_in(context).await;
    claimed.after(taken).await
}

async fn take_in(context: &Context) -> Result<(), Failure> {
    // Who has released its parcel by now has recorded what it could.
    let held = at_work(context).await?;
    let is_free = |written: &Witnessed| {
        let piece = written.fact.witnessed().map(|parcel| Piece::Hand(parcel.clone()));
        !held.iter().any(|held| piece.as_ref().is_some_and(|piece| held.excludes(piece)))
    };
    let kept: Vec<Witnessed> = context.unrecorded.all()?.into_iter().filter(is_free).collect();
    let events = context.events(&Filter::default().kinds(&WITNESSED)).await?;
    for written in unrecorded::still_open(&events, kept.clone()) {
        let fact = std::slice::from_ref(&written.fact);
        let appended = context.ledger.append(&written.run, &written.actor, written.at, fact).await;
        appended.map_err(|error| Failure::ours("the ledger could not be written", error))?;
        context.sendings.note(std::slice::from_ref(&written))?;
        if let Fact::Outcome { parcel, state, words, .. } = &written.fact {
            context.progress.say(&format!(
                "parcel `{parcel}`: recorded now, which the ledger did not take before: {state}: {words}"
            ));
        }
    }
    context.unrecorded.forget(&kept)
}
