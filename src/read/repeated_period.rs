//! Finds documents that repeat the figures of another period. A service sends such a document if it ignores the date,
//! if it sends its last approved report, or if the request came too early.
//!
//! In come marks of datasets (a hash of their figures, and how unlikely it is that two periods share them); out comes,
//! for each document, why it is doubted. Two documents may share the figures of a unit: then the later period is
//! doubted, and the doubt names the earlier one, whatever order they came in. Figures of three periods are doubted in
//! all of them. This module does not know the ledger or files.
//!
//! How unlikely it is: figures are cumulative from January. A count that reached `n` in `m` months stays `n` for `d`
//! more months with a probability of about e^(−n·d/m), so the largest count decides for a whole document. Two years
//! have the same count `n` with a probability of about 1 in √(4πn), independently for each different count. Equal
//! figures are doubted only below a probability of one in a million: in a small agency nothing may have happened.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use domain::{ColumnCode, Course, Dataset, DatasetKey, FormTemplate, Number, Period, Sha256};

/// A mark that shows whether a dataset has the figures of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatMark {
    pub key: DatasetKey,
    /// The hash of the figures other than zero, with their places.
    pub figures: Sha256,
    /// The largest cumulative count.
    pub largest: u64,
    /// The negative logarithm of the probability that another year has the same figures, in thousandths.
    pub surprise: u64,
}

/// A document that is compared with others.
#[derive(Debug, Clone)]
pub struct Marked<'a> {
    /// The name of the document in messages.
    pub name: &'a str,
    pub marks: Vec<&'a RepeatMark>,
    /// Whether it counts in the comparison. A document that is doubted for other reasons proves nothing against
    /// another.
    pub counts: bool,
    pub standing: RepeatStanding,
}

/// The state of a document before the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatStanding {
    New,
    /// Its figures are used, or a named person accepted them.
    InUse,
    /// It waits for a person.
    Held,
}

/// ln(1,000,000): a less likely repetition is not a coincidence.
const CERTAIN: f64 = 13.8;

/// The mark of each dataset.
#[must_use]
pub fn marks(datasets: &[Dataset], template: Option<&FormTemplate>) -> Vec<RepeatMark> {
    datasets.iter().map(|dataset| mark(dataset, template)).collect()
}

fn mark(dataset: &Dataset, template: Option<&FormTemplate>) -> RepeatMark {
    let mut bytes = Vec::new();
    let mut different: BTreeSet<u64> = BTreeSet::new();
    let mut largest = 0;
    for section in &dataset.sections {
        let described = template.and_then(|t| t.section(&section.id));
        // Stocks may stay the same; sums of money and days are not counts.
        let counts = |code: &ColumnCode| {
            let known = described.and_then(|s| s.columns.iter().find(|c| c.code == *code));
            known.is_none_or(|c| !matches!(c.course, Course::Stock | Course::Opening) && c.measure.is_counted())
        };
        let counted: Vec<bool> = section.columns.iter().map(|column| counts(&column.code)).collect();
        bytes.extend_from_slice(section.id.as_str().as_bytes());
        for (at, figure) in section.figures.iter().enumerate() {
            let Some(number) = figure.number().filter(|n| *n != Number::ZERO) else { continue };
            let (mantissa, scale) = number.parts();
            bytes.extend_from_slice(&(at as u64).to_le_bytes());
            bytes.extend_from_slice(&mantissa.to_le_bytes());
            bytes.push(scale);
            different.insert(mantissa.unsigned_abs());
            if scale == 0 && counted.get(at % counted.len()).copied().unwrap_or(true) {
                largest = largest.max(mantissa.unsigned_abs());
            }
        }
    }
    // A probability of 1 in √(4πn) for each different count.
    let surprise: f64 = different.iter().map(|n| (4.0 * std::f64::consts::PI * *n as f64).ln() / 2.0).sum();
    RepeatMark { key: dataset.key.clone(), figures: Sha256::of(&bytes), largest, surprise: (surprise * 1000.0) as u64 }
}

/// Whether another period cannot have the figures of this mark by coincidence.
fn proves(mark: &RepeatMark, other: Period) -> bool {
    let own = mark.key.period;
    if own.year() != other.year() {
        return mark.surprise as f64 / 1000.0 >= CERTAIN;
    }
    let (first, last) = (own.last_month().min(other.last_month()), own.last_month().max(other.last_month()));
    mark.largest as f64 * f64::from(last - first) / f64::from(first) >= CERTAIN
}

/// Why each document is doubted, in their order; `None` if it does not repeat another.
#[must_use]
pub fn repeats(documents: &[Marked<'_>]) -> Vec<Option<String>> {
    let mut by_figures: BTreeMap<_, Vec<(usize, &RepeatMark)>> = BTreeMap::new();
    for (place, document) in documents.iter().enumerate().filter(|(_, d)| d.counts) {
        for mark in &document.marks {
            let key = &mark.key;
            let family = (&key.form, &key.unit, &key.agency, key.origin, mark.figures);
            by_figures.entry(family).or_default().push((place, mark));
        }
    }
    // For each document: the documents of other periods that share figures with it, and the number of such units.
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for alike in by_figures.values().filter(|alike| alike.len() > 1) {
        for (place, mark) in alike {
            let others = alike.iter().filter(|(other, theirs)| {
                other != place && theirs.key.period != mark.key.period && proves(mark, theirs.key.period)
            });
            for (other, _) in others {
                *shared.entry((*place, *other)).or_default() += 1;
            }
        }
    }
    let doubt = |place: usize| doubt(documents, place, &shared);
    (0..documents.len()).map(doubt).collect()
}

fn doubt(documents: &[Marked<'_>], place: usize, shared: &BTreeMap<(usize, usize), usize>) -> Option<String> {
    let period = documents[place].marks.first()?.key.period;
    let twins: Vec<(usize, Period, usize)> = shared
        .range((place, 0)..=(place, usize::MAX))
        .filter_map(|((_, other), units)| Some((*other, documents[*other].marks.first()?.key.period, *units)))
        .collect();
    let earlier = twins.iter().filter(|(_, then, _)| *then < period).max_by_key(|(_, then, units)| (*units, *then));
    let later: BTreeSet<Period> =
        twins.iter().filter(|(_, then, _)| *then > period).map(|(_, then, _)| *then).collect();
    let in_use = |(other, ..): &&(usize, Period, usize)| documents[*other].standing == RepeatStanding::InUse;
    // Without an earlier twin, the first twin is named if the document is doubted. A new document is doubted if its
    // figures occur under two later periods, or if a twin is in use. A held document stays held while it has a twin.
    let is_doubted = match documents[place].standing {
        RepeatStanding::New => later.len() > 1 || twins.iter().any(|twin| in_use(&twin)),
        RepeatStanding::Held => true,
        RepeatStanding::InUse => false,
    };
    let first = || twins.iter().filter(|_| is_doubted).min_by_key(|(_, then, _)| *then);
    let (other, then, units) = earlier.or_else(first)?;
    let all = documents[place].marks.len();
    let whose = if all == 1 { String::new() } else { format!(" of {units} of its {all} units") };
    let name = documents[*other].name;
    Some(format!("its figures{whose} for `{period}` are those of `{name}` for `{then}`, every one of them"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Agency, Origin, Unit};

    fn marked(period: &str, unit: &str, figures: &str, largest: u64, surprise: u64) -> RepeatMark {
        let key = DatasetKey {
            form: "court-1".parse().unwrap(),
            period: period.parse().unwrap(),
            unit: unit.parse::<Unit>().unwrap(),
            agency: Agency::all(),
            origin: Origin::Real,
        };
        RepeatMark { key, figures: Sha256::of(figures.as_bytes()), largest, surprise }
    }

    fn doubted(marks: &[(&'static str, RepeatMark)]) -> Vec<bool> {
        standing(&marks.iter().map(|(name, mark)| (*name, mark.clone(), RepeatStanding::New)).collect::<Vec<_>>())
    }

    fn standing(marks: &[(&'static str, RepeatMark, RepeatStanding)]) -> Vec<bool> {
        let document =
            |(name, mark, standing): &'_ (&'static str, RepeatMark, RepeatStanding)| (*name, mark.clone(), *standing);
        let owned: Vec<(&str, RepeatMark, RepeatStanding)> = marks.iter().map(document).collect();
        let documents: Vec<Marked<'_>> = owned
            .iter()
            .map(|(name, mark, standing)| Marked { name, marks: vec![mark], counts: true, standing: *standing })
            .collect();
        repeats(&documents).iter().map(Option::is_some).collect()
    }

    #[test]
    fn what_was_in_use_first_stays_and_what_waits_goes_on_waiting() {
        let of = |period: &str, standing| ("x", marked(period, "19", "x", 500, 50_000), standing);
        let (new, used, held) = (RepeatStanding::New, RepeatStanding::InUse, RepeatStanding::Held);
        assert_eq!(standing(&[of("2025-Q1", used), of("2025-Q2", held), of("2025-Q3", new)]), [false, true, true]);
        assert_eq!(standing(&[of("2025-Q2", used), of("2025-Q1", new)]), [true, true]);
        assert_eq!(standing(&[of("2025-Q2", held), of("2025-Q1", held)]), [true, true]);
    }

    #[test]
    fn the_later_of_two_equal_documents_waits_in_whatever_order_they_come() {
        let (first, second) = (marked("2025-Q1", "19", "x", 500, 0), marked("2025-Q2", "19", "x", 500, 0));
        assert_eq!(doubted(&[("a", first.clone()), ("b", second.clone())]), [false, true]);
        assert_eq!(doubted(&[("b", second), ("a", first)]), [true, false]);
    }

    #[test]
    fn one_answer_for_three_periods_is_doubted_in_all() {
        let of = |period: &str| ("x", marked(period, "19", "x", 500, 20_000));
        assert_eq!(doubted(&[of("2025-Q2"), of("2025-Q1"), of("2024-Q2")]), [true, true, true]);
    }

    #[test]
    fn where_little_happens_the_same_figures_are_let_pass() {
        let of = |period: &str, largest: u64, surprise| ("x", marked(period, "1962", "x", largest, surprise));
        assert_eq!(doubted(&[of("2025-Q1", 5, 0), of("2025-Q2", 5, 0)]), [false, false]);
        assert_eq!(doubted(&[of("2025-Q3", 40, 0), of("2025-Q4", 40, 0)]), [false, false]);
        assert_eq!(doubted(&[of("2024-Q1", 5, 6_000), of("2025-Q1", 5, 6_000)]), [false, false]);
        assert_eq!(doubted(&[of("2024-Q1", 50, 21_000), of("2025-Q1", 50, 21_000)]), [false, true]);
    }

    #[test]
    fn other_figures_units_and_the_same_period_are_left_in_peace() {
        let of = |period: &str, unit: &str, figures: &str| ("x", marked(period, unit, figures, 500, 50_000));
        assert_eq!(doubted(&[of("2025-Q1", "19", "x"), of("2025-Q2", "19", "y")]), [false, false]);
        assert_eq!(doubted(&[of("2025-Q1", "1971", "x"), of("2025-Q2", "19", "x")]), [false, false]);
        assert_eq!(doubted(&[of("2025-Q1", "19", "x"), of("2025-Q1", "19", "x")]), [false, false]);
    }
}
