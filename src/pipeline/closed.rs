//! When a period was closed.
//!
//! In: a period. Out: the instant, if it is closed now. Unknown here: what may still be done in it; an edge asks.

use chrono::{DateTime, Utc};

use crate::{Context, Failure, status::report};
use domain::{Fact, Period, Periodicity, in_force};

/// When the quarter of a period was closed, if it is closed now. A month that ends no quarter belongs to none.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn closed_since(context: &Context, period: Period) -> Result<Option<(Period, DateTime<Utc>)>, Failure> {
    let Some(quarter) = period.ending_as(Periodicity::Quarter) else { return Ok(None) };
    let events = report::events_of(context, quarter).await?;
    Ok(in_force(&events).rev().find_map(|event| match &event.fact {
        Fact::Closed { period, .. } if *period == quarter => Some((quarter, event.at)),
        _ => None,
    }))
}
