//! Makes the figures of the columns of one atom, month by month.
//!
//! In come the ways of the columns and a month; out come figures. No way falls while its inputs do not fall, so flows
//! never fall within a year. Every part is a share of its whole, so it never exceeds it. Every total is computed as a
//! sum. This module does not know rules or rows.

use super::{chance::Chance, deal::Deal};
use domain::{Course, Measure};

/// The ways of a section's columns, in an order in which the inputs of each are known.
#[derive(Debug)]
pub(super) struct Columns {
    pub width: usize,
    pub steps: Vec<(usize, Way)>,
    /// Opening stocks that continue the closing stock of the year before: opening, closing.
    pub carried: Vec<(usize, usize)>,
}

/// How the figure of one column is made. Money is counted in thousandths, everything else in ones.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// The stock on 1 January.
    Opening {
        weight: f64,
    },
    /// A stock that is in no rule.
    Level {
        weight: f64,
    },
    /// Cumulative from 1 January, with seasons.
    Flow {
        weight: f64,
    },
    /// Sums of money for the cases of a column.
    Money {
        cases: usize,
        amount: f64,
    },
    /// The least of the shares of these bounds.
    Share(Vec<Bound>),
    Sum {
        plus: Vec<usize>,
        minus: Vec<usize>,
    },
    /// One part of the cases of some columns. The parts are dealt without a remainder.
    Hand {
        of: Vec<usize>,
        deal: Deal,
        hand: usize,
    },
    /// The figure of another form or section, divided among the atoms of its row. For other atoms it is a flow.
    Given {
        weight: f64,
    },
}

/// A bound of a column, and the column's share of it.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub plus: Vec<usize>,
    pub minus: Vec<usize>,
    pub share: f64,
    /// Whether the share grows during the year, because cases are finished some time after they came.
    pub paced: bool,
}

/// A month for one atom.
pub(super) struct Moment<'a> {
    /// The number of cases in a year.
    pub volume: f64,
    /// The part of the year's cases that have come, from 0 to 1.
    pub come: f64,
    /// The finished part of the cases that can be finished, from 0 to 1.
    pub finished: f64,
    /// The month, for stocks that go up and down.
    pub month: u32,
    /// The random numbers of the atom in this place and year.
    pub chance: Chance,
    /// The stocks that were carried over, in the order of `carried`; `None` in the first year.
    pub opening: Option<&'a [i64]>,
    /// Whether no stock existed before: the region has just been split off.
    pub fresh: bool,
    /// The given figures: column, figure.
    pub given: &'a [(usize, i64)],
}

impl Way {
    /// The columns that it needs.
    pub fn inputs(&self) -> Vec<usize> {
        match self {
            Self::Opening { .. } | Self::Level { .. } | Self::Flow { .. } | Self::Given { .. } => Vec::new(),
            Self::Money { cases, .. } => vec![*cases],
            Self::Share(bounds) => bounds.iter().flat_map(|b| b.plus.iter().chain(&b.minus).copied()).collect(),
            Self::Sum { plus, minus } => plus.iter().chain(minus).copied().collect(),
            Self::Hand { of, .. } => of.clone(),
        }
    }
}

impl Columns {
    /// Computes the figures of one atom. `out` has the width of the section.
    pub fn figures(&self, moment: &Moment<'_>, out: &mut [i64]) {
        for (column, way) in &self.steps {
            out[*column] = self.figure(*column, way, moment, out);
        }
    }

    fn figure(&self, column: usize, way: &Way, moment: &Moment<'_>, known: &[i64]) -> i64 {
        let chance = moment.chance.number(column as u64);
        let sum = |columns: &[usize]| columns.iter().map(|c| known[*c]).sum::<i64>();
        match way {
            Way::Opening { weight } => {
                if moment.fresh {
                    return 0;
                }
                let carried = self.carried.iter().position(|(opening, _)| *opening == column);
                match (carried, moment.opening) {
                    (Some(place), Some(opening)) => opening[place],
                    _ => rounded(moment.volume * weight * chance.between(0.85, 1.15), chance),
                }
            }
            Way::Level { weight } => {
                let wave = chance.number(u64::from(moment.month)).between(0.8, 1.2);
                rounded(moment.volume * weight * wave, chance)
            }
            Way::Flow { weight } => flow(*weight, moment, chance),
            Way::Given { weight } => {
                let given = moment.given.iter().find(|(c, _)| *c == column);
                given.map_or_else(|| flow(*weight, moment, chance), |(_, figure)| *figure)
            }
            // The mean amount of a case is a whole number of thousandths, so an amount keeps its three decimals.
            Way::Money { cases, amount } => known[*cases] * (amount * chance.between(0.4, 2.2) * 1000.0) as i64,
            Way::Share(bounds) => bounds.iter().map(|b| b.figure(&sum, moment, chance)).min().unwrap_or(0),
            Way::Sum { plus, minus } => sum(plus) - sum(minus),
            Way::Hand { of, deal, hand } => deal.hand(*hand, sum(of), moment.chance),
        }
    }
}

impl Bound {
    fn figure(&self, sum: &impl Fn(&[usize]) -> i64, moment: &Moment<'_>, chance: Chance) -> i64 {
        let whole = (sum(&self.plus) - sum(&self.minus)).max(0);
        let share = self.share * chance.between(0.9, 1.1);
        if self.paced {
            // Rounded down, so that all finished cases together never exceed those that could be finished.
            (whole as f64 * share * moment.finished) as i64
        } else {
            ((whole as f64 * share + 0.4) as i64).min(whole)
        }
    }
}

fn flow(weight: f64, moment: &Moment<'_>, chance: Chance) -> i64 {
    rounded(moment.volume * weight * chance.between(0.8, 1.2) * moment.come, chance)
}

/// Rounds at random, so that small expected numbers sometimes become a case. The random number is the same all year.
fn rounded(expected: f64, chance: Chance) -> i64 {
    (expected + chance.word("round").fraction()) as i64
}

/// Whether a column is a stock at a point in time.
pub(super) const fn is_stock(course: Course) -> bool {
    matches!(course, Course::Stock)
}

/// How many units of a figure are one of this measure.
pub(super) const fn grain(measure: Measure) -> f64 {
    match measure {
        Measure::ThousandTenge => 1000.0,
        Measure::Count | Measure::Persons | Measure::Days => 1.0,
    }
}
