//! The periods of which something is here. In: the journal. Out: quarters, the newest first. Unknown here: how far a period
//! is; `period_status` shows that.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{Context, Failure, status::requirements};
use domain::{Fact, Period, in_force};
use ledger::Filter;

/// A period of which something is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownPeriod {
    /// A quarter, or a month between quarters of which nothing but forms is here.
    pub period: Period,
    /// When something of it happened last.
    pub last: DateTime<Utc>,
    /// When it was closed, if it is closed now.
    pub closed: Option<DateTime<Utc>>,
    pub is_built: bool,
    pub is_numbered: bool,
}

/// The periods of which something is here, the newest first.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn known_periods(context: &Context) -> Result<Vec<KnownPeriod>, Failure> {
    let kinds = ["built", "queued", "closed", "dataset-read", "checked", "withdrawn"];
    let events = context.events(&Filter::default().kinds(&kinds)).await?;
    let mut periods: BTreeMap<Period, KnownPeriod> = BTreeMap::new();
    for event in in_force(&events) {
        let Some(of) = event.fact.period() else { continue };
        let period = requirements::quarter(of).unwrap_or(of);
        let known = periods.entry(period).or_insert_with(|| KnownPeriod {
            period,
            last: event.at,
            closed: None,
            is_built: false,
            is_numbered: false,
        });
        known.last = known.last.max(event.at);
        match &event.fact {
            Fact::Built { .. } => known.is_built = true,
            Fact::Queued { .. } => known.is_numbered = true,
            Fact::Closed { .. } => known.closed = Some(event.at),
            _ => {}
        }
    }
    let mut known: Vec<KnownPeriod> = periods.into_values().collect();
    known.sort_by_key(|known| std::cmp::Reverse((known.period.last_day(), known.period)));
    Ok(known)
}
