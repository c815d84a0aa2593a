//! The number of inhabitants that a level is computed with: regions and a period in, counts with their sources out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use domain::{Period, Region, Unit};

/// The inhabitants of a unit, counted on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inhabitants {
    pub unit: Unit,
    pub at: NaiveDate,
    pub persons: u64,
    pub source: String,
}

/// The inhabitants of some units, by the last count before the end of a period. Where the republic has no count of its
/// own, the regions that existed then are counted. `None` where one of the units was never counted.
#[must_use]
pub fn inhabitants(regions: &[Region], units: &[Unit], period: Period) -> Option<Vec<Inhabitants>> {
    let day = period.last_day();
    let of = |unit: &Unit| {
        let counted = regions.iter().find(|r| r.unit == *unit)?.population_at(day)?;
        let source = counted.source.clone();
        Some(Inhabitants { unit: unit.clone(), at: counted.at, persons: counted.persons, source })
    };
    let stated: Option<Vec<Inhabitants>> = units.iter().map(of).collect();
    if stated.is_none() && units.iter().any(Unit::is_republic) {
        let of_then = regions.iter().filter(|r| !r.unit.is_republic() && r.exists(day));
        return of_then.map(|r| of(&r.unit)).collect();
    }
    stated
}
