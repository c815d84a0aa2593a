//! Whether the term of a period is long over although nothing of it was handed over.
//!
//! In: a period. Out: its quarter and the day on which its collections were due. Unknown here: what follows; an edge
//! asks. The schedule decides by its own journal what it owes, and does not look here.

use chrono::{Months, NaiveDate};

use crate::{
    Context, Failure,
    status::{report, requirements, witnesses},
};
use domain::{ParcelState, Period, Periodicity, due_of_collection, parcels};

/// How long after its due day a period is long past: one quarter. Until then its collections may only be late.
const LONG: Months = Months::new(3);

/// The quarter of a period and the last due day of its collections, if that day is long past and no parcel of the
/// quarter was ever sent. A month that ends no quarter belongs to none.
///
/// # Errors
/// When the ledger or a witness cannot be read.
pub async fn long_past(context: &Context, period: Period) -> Result<Option<(Period, NaiveDate)>, Failure> {
    let Some(quarter) = period.ending_as(Periodicity::Quarter) else { return Ok(None) };
    let (office, regulation) = (&context.office, context.office.regulation());
    let due = requirements::collections(regulation, quarter).into_iter();
    let due = due.map(|due| due_of_collection(regulation, &office.calendar, due.term, due.period).due).max();
    let is_over = |due: &NaiveDate| due.checked_add_months(LONG).is_some_and(|end| context.today() > end);
    let Some(due) = due.filter(is_over) else { return Ok(None) };
    let unsent =
        |state: ParcelState| matches!(state, ParcelState::Queued | ParcelState::Failed | ParcelState::Withdrawn);
    let events = report::events_of(context, quarter).await?;
    if parcels(&events).values().any(|record| !unsent(record.state)) {
        return Ok(None);
    }
    // A ledger that lacks what was handed over says nothing about it; whoever sends compares the witnesses.
    let agrees = witnesses::compared(context).await?.agrees();
    Ok(agrees.then_some((quarter, due)))
}
