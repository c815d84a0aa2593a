//! How many inhabitants a figure is measured by.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use domain::{Period, Region, Unit};

/// The inhabitants of a unit, by a count of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inhabitants {
    pub unit: Unit,
    pub at: NaiveDate,
    pub persons: u64,
    pub source: String,
}

/// The inhabitants of some units by the count nearest before the end of a period; of the republic by the regions of the
/// time where nobody counts it as a whole. `None` where one of them was never counted.
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
