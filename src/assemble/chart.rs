//! A chart as plain data, and the figures that are written at the ends of its curves. No figure may cover another; the
//! table above the chart has all of them.

use super::book::{Cell, ColumnRole};
use domain::Titles;

/// A chart of a table, with its own figures: its order may differ from the table's.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub kind: ChartKind,
    pub title: Titles,
    /// The text for persons who cannot see the chart.
    pub alt: Titles,
    pub categories: Vec<Titles>,
    pub series: Vec<ChartSeries>,
    /// What the value axis counts.
    pub axis: Titles,
    /// What the chart leaves out of the table, as a sentence.
    pub left_out: Option<Titles>,
}

/// A series of a chart; as many points as the chart has categories.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSeries {
    pub title: Titles,
    pub points: Vec<Cell>,
    /// For each point: the line of the table whose figure it repeats, and the role of the column.
    pub of: Vec<(usize, ColumnRole)>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Horizontal bars, the first category on top.
    Bars,
    /// Horizontal pairs of bars.
    PairedBars,
    Lines,
}

/// The side of its point on which a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Above,
    Below,
}

/// How far a figure reaches from its point, and where it begins, in parts of the height of the largest value.
const REACH: f64 = 0.085;
const BEGIN: f64 = 0.015;

impl Chart {
    /// The largest value; without values the smallest positive number, so that division by it is possible.
    #[must_use]
    pub fn most(&self) -> f64 {
        let values = self.series.iter().flat_map(|s| &s.points).filter_map(Cell::worth);
        values.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
    }

    /// For each series, the sides on which the figures of its first and last point are written; `None` where there is
    /// no room.
    #[must_use]
    pub fn ends(&self) -> Vec<[Option<Side>; 2]> {
        let values = |place: usize| self.series.iter().map(move |s| s.points.get(place)?.worth());
        let last = self.categories.len().saturating_sub(1);
        let most = self.most();
        let parts = |place: usize| values(place).map(|v| v.map(|v| v / most)).collect::<Vec<_>>();
        let (first, last) = (beside(&parts(0)), beside(&parts(last)));
        first.into_iter().zip(last).map(|(first, last)| [first, last]).collect()
    }
}

/// The sides of points that lie over one another; higher points choose first.
fn beside(values: &[Option<f64>]) -> Vec<Option<Side>> {
    let mut order: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, v)| Some((at, (*v)?))).collect();
    order.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let mut sides = vec![None; values.len()];
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for (at, value) in &order {
        let others = order.iter().filter(|(other, _)| other != at);
        let free = |(low, high): (f64, f64)| {
            let covered = taken.iter().any(|(from, to)| low < *to && *from < high);
            !covered && !others.clone().any(|(_, other)| low - BEGIN < *other && *other < high)
        };
        let above = (value + BEGIN, value + REACH);
        let below = (value - REACH, value - BEGIN);
        let (side, range) = if free(above) {
            (Side::Above, above)
        } else if below.0 > 0.0 && free(below) {
            (Side::Below, below)
        } else {
            continue;
        };
        sides[*at] = Some(side);
        taken.push(range);
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_would_cover_each_other_go_to_both_sides_or_are_left_out() {
        let (above, below) = (Some(Side::Above), Some(Side::Below));
        assert_eq!(beside(&[Some(1.0), Some(0.5)]), [above, above]);
        assert_eq!(beside(&[Some(0.96), Some(1.0)]), [below, above]);
        assert_eq!(beside(&[Some(0.5), Some(0.48), Some(0.46)]), [above, None, below]);
        assert_eq!(beside(&[Some(0.02), Some(0.01), None]), [above, None, None]);
    }
}
