//! How the columns of one atom come about, month by month.
//!
//! Every way here is a function that does not fall while its inputs do not fall, so that flows never fall within a
//! year; every part is cut from its whole, so that it never exceeds it; every total is a sum, so that it holds.

use super::{chance::Chance, deal::Deal};
use domain::{Course, Measure};

/// The ways of a section's columns, in an order in which each finds its inputs ready.
#[derive(Debug)]
pub(super) struct Columns {
    pub width: usize,
    pub steps: Vec<(usize, Way)>,
    /// Opening stocks that take over the closing stock of the year before: opening, closing.
    pub carried: Vec<(usize, usize)>,
}

/// How one column's figure comes about. Money is counted in thousandths here, everything else in ones.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// What stood there on 1 January.
    Opening {
        weight: f64,
    },
    /// A stock that no rule ties to anything.
    Level {
        weight: f64,
    },
    /// Cumulative from 1 January, seasonal.
    Flow {
        weight: f64,
    },
    /// Sums of money that belong to the cases of a column.
    Money {
        cases: usize,
        amount: f64,
    },
    /// A share of each of these, whichever is least.
    Share(Vec<Bound>),
    Sum {
        plus: Vec<usize>,
        minus: Vec<usize>,
    },
    /// One hand of the cases of some columns, dealt out without rest.
    Hand {
        of: Vec<usize>,
        deal: Deal,
        hand: usize,
    },
    /// Another form's or section's figure, shared out among the atoms of its row; elsewhere a flow.
    Given {
        weight: f64,
    },
}

/// Something that a column cannot exceed, and how much of it the column takes.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub plus: Vec<usize>,
    pub minus: Vec<usize>,
    pub share: f64,
    /// Whether the share itself grows through the year: cases are finished after they came.
    pub paced: bool,
}

/// What a month is to one atom.
pub(super) struct Moment<'a> {
    /// Cases a year.
    pub volume: f64,
    /// The part of the year's cases that has come, 0 to 1.
    pub come: f64,
    /// The part of what could be finished that has been, 0 to 1.
    pub finished: f64,
    /// Which month it is, for stocks that go up and down.
    pub month: u32,
    /// The atom's chance in this place and year.
    pub chance: Chance,
    /// What the opening stocks took over, in the order of `carried`; `None` in the first year.
    pub opening: Option<&'a [i64]>,
    /// Nothing stood there before: a region that has just been split off.
    pub fresh: bool,
    /// Figures that are given: column, figure.
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
    /// One atom's figures; `out` has the section's width.
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
            // An amount keeps its three decimals: the mean case is a whole number of thousandths.
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
            // Rounded down, so that what is finished together never exceeds what could be.
            (whole as f64 * share * moment.finished) as i64
        } else {
            ((whole as f64 * share + 0.4) as i64).min(whole)
        }
    }
}

fn flow(weight: f64, moment: &Moment<'_>, chance: Chance) -> i64 {
    rounded(moment.volume * weight * chance.between(0.8, 1.2) * moment.come, chance)
}

/// Rounds by chance, so that small expectations become a case now and then; the same chance all year.
fn rounded(expected: f64, chance: Chance) -> i64 {
    (expected + chance.word("round").fraction()) as i64
}

/// Whether a column is a stock at a time.
pub(super) const fn is_stock(course: Course) -> bool {
    matches!(course, Course::Stock)
}

/// How many units a one of this measure has here.
pub(super) const fn grain(measure: Measure) -> f64 {
    match measure {
        Measure::ThousandTenge => 1000.0,
        Measure::Count | Measure::Persons | Measure::Days => 1.0,
    }
}
