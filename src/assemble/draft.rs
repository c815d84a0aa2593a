//! Tables before their figures are known: which lines, and which facts make each line's figures.

use super::{
    book::{Line, LineKey, Mark, Weight},
    derive::{Facts, When},
    figures::{Figures, Shown},
    material::quarter_base,
};
use crate::domain::{FormId, Measure, TableTemplate, Titles};

/// A line whose cells are still to come.
#[derive(Debug, Clone)]
pub struct DraftLine {
    /// The label, and for tables with two label columns the second one.
    pub labels: Vec<Titles>,
    pub depth: u8,
    pub weight: Weight,
    pub measure: Measure,
    pub key: LineKey,
    /// The line's place in the frame of facts.
    pub fact: usize,
    /// Why a figure is absent, by years before.
    pub marks: [Mark; 5],
    pub revised: bool,
    /// Inhabitants of the line's units.
    pub persons: Option<u64>,
}

impl DraftLine {
    /// The finished line with its cells.
    #[must_use]
    pub fn with_cells(&self, cells: Vec<super::book::Cell>) -> Line {
        let Self { weight, depth, measure, .. } = *self;
        Line { weight, depth, measure, key: Some(self.key.clone()), cells }
    }
}

/// A table whose cells are still to come.
#[derive(Debug, Clone)]
pub struct DraftTable<'a> {
    pub template: &'a TableTemplate,
    pub form: FormId,
    pub shown: Shown,
    /// 1-based place among the tables that the template makes, where it makes several.
    pub part: Option<usize>,
    /// The one place shown, where the kind shows one at a time.
    pub indicator: Option<Titles>,
    /// Whether documents state the republic, or its regions are summed.
    pub stated: bool,
    pub lines: Vec<DraftLine>,
    /// What the shares are shares of.
    pub whole: Option<LineKey>,
    /// Names of regions whose figures cannot be compared with the year before.
    pub incomparable: Vec<Titles>,
}

/// The facts of a whole book, and the line that each line is a share of.
#[derive(Debug, Default)]
pub struct Sheaf {
    pub facts: Facts,
    pub wholes: Vec<Option<usize>>,
}

/// What gathering a line's facts gave.
#[derive(Debug, Clone)]
pub struct Gathered {
    pub fact: usize,
    pub marks: [Mark; 5],
    pub revised: bool,
}

impl Sheaf {
    /// Gathers the facts of a line: the period, АППГ, and where `years` is more than two the years before.
    pub fn gather(&mut self, figures: &Figures<'_>, key: &LineKey, years: usize) -> Gathered {
        let fact = self.wholes.len();
        self.wholes.push(None);
        let mut gathered = Gathered { fact, marks: [Mark::X; 5], revised: false };
        let whens = When::FIVE_YEARS.iter().rev().take(years);
        for when in whens {
            let period = key.period.years_before(i32::from(when.years()));
            let base = key.quarter.then(|| quarter_base(period)).flatten();
            let units = &key.units[usize::from(when.years())];
            if units.is_empty() {
                self.facts.push(fact, *when, None);
            }
            for unit in units {
                for (period, sign) in [(Some(period), 1), (base, -1)] {
                    let Some(period) = period else { continue };
                    let found = figures.find(&key.form, period, unit, &key.agency, &key.place);
                    let value = found.map(|number| number.in_thousandths().map(|v| sign * v));
                    self.facts.push(fact, *when, value.unwrap_or(None));
                    if let Err(mark) = value {
                        gathered.marks[usize::from(when.years())] = mark;
                    }
                    let place = &key.place;
                    gathered.revised |=
                        when.years() < 2 && figures.is_revised(&key.form, period, unit, &key.agency, place);
                }
            }
        }
        gathered
    }
}
