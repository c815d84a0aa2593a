//! Which lines of a table its chart draws.
//!
//! In: the lines of a table with their figures. Out: the lines that can be compared on one axis, the largest first, and
//! how many are left out for which reason. A line is never drawn beside a line that it is a part of: of a whole with
//! several parts the parts are drawn, of a whole with one part the whole. Unknown here: bars, curves, titles.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    book::{Cell, Weight},
    cells::Figured,
};
use domain::{ColumnCode, FormTemplate, Place, RowCode, RuleKind, SectionId, Titles};
use words::{Dictionary, FixedText, Lexicon, texts};

/// The lines that a chart draws.
#[derive(Debug)]
pub struct Drawn<'f> {
    pub lines: Vec<&'f Figured<'f>>,
    /// All lines of the table.
    table: &'f [Figured<'f>],
    /// Why lines are left out, and how many.
    left_out: Vec<(FixedText, usize)>,
    /// How many lines there were before only the largest were kept.
    of: usize,
}

impl<'f> Drawn<'f> {
    /// All lines but the whole of a table and the regions in their former borders: these are set apart in the table
    /// too.
    #[must_use]
    pub fn of(figured: &'f [Figured<'f>]) -> Self {
        let lines: Vec<&Figured<'_>> = figured.iter().filter(|f| f.line.weight == Weight::Plain).collect();
        Self { of: lines.len(), lines, table: figured, left_out: Vec::new() }
    }

    /// Leaves out the lines that are not as asked, for one reason.
    #[must_use]
    pub fn only(mut self, reason: FixedText, asked: impl Fn(&Figured<'_>) -> bool) -> Self {
        let before = self.lines.len();
        self.lines.retain(|f| asked(f));
        self.of = self.lines.len();
        self.note(reason, before - self.lines.len());
        self
    }

    /// Leaves out the lines without a figure of the period.
    #[must_use]
    pub fn with_figures(self) -> Self {
        self.only(texts::LEFT_OUT_ABSENT, |f| matches!(f.value(0), Cell::Number(_)))
    }

    /// Leaves out the lines of another unit of measure than the first: one axis has one unit.
    #[must_use]
    pub fn of_one_measure(self) -> Self {
        let first = self.lines.first().map(|f| f.line.measure);
        self.only(texts::LEFT_OUT_MEASURE, |f| Some(f.line.measure) == first)
    }

    /// Leaves out wholes beside their parts.
    #[must_use]
    pub fn apart(self, form: Option<&FormTemplate>) -> Self {
        let section = self.lines.first().map(|f| &f.line.key.place.section);
        let wholes = section.map(|section| Wholes::of(form, section)).unwrap_or_default();
        let (mut left, mut out) = (self.lines.clone(), BTreeSet::new());
        // What is left may again be a whole and a part.
        loop {
            let beside = self.beside(&wholes, &left);
            if beside.is_empty() {
                return self.only(texts::LEFT_OUT_NESTED, |f| !out.contains(&f.line.fact));
            }
            left.retain(|f| !beside.contains(&f.line.fact));
            out.extend(beside);
        }
    }

    /// The lines that cannot be drawn beside the others, by their facts.
    fn beside(&self, wholes: &Wholes<'_>, lines: &[&Figured<'_>]) -> BTreeSet<usize> {
        let within = |part: &Figured<'_>, whole: &Figured<'_>| {
            let (inner, outer) = (&part.line.key, &whole.line.key);
            let printed = || self.above(part).contains(&whole.line.fact);
            inner.agency == outer.agency && (wholes.hold(&inner.place, &outer.place) || printed())
        };
        let parts_of = |whole: &Figured<'_>| -> Vec<usize> {
            let others = lines.iter().filter(|part| part.line.fact != whole.line.fact);
            others.filter(|part| within(part, whole)).map(|part| part.line.fact).collect()
        };
        let parts: BTreeMap<usize, Vec<usize>> = lines.iter().map(|f| (f.line.fact, parts_of(f))).collect();
        let mut beside = BTreeSet::new();
        for (whole, parts_of_it) in &parts {
            let smallest: Vec<usize> = parts_of_it.iter().copied().filter(|part| parts[part].is_empty()).collect();
            match smallest.as_slice() {
                [] => {}
                // One part of a whole says less than the whole.
                [part] => {
                    beside.insert(*part);
                }
                _ => {
                    beside.insert(*whole);
                }
            }
        }
        beside
    }

    /// The facts of the lines that a line is printed under, the nearest first.
    #[must_use]
    pub fn above(&self, of: &Figured<'_>) -> Vec<usize> {
        let (mut next, mut above) = (of.line.under, Vec::new());
        while let Some(fact) = next {
            above.push(fact);
            next = self.table.iter().find(|f| f.line.fact == fact).and_then(|f| f.line.under);
        }
        above
    }

    /// Counts figures that are left out, beside whole lines.
    pub fn note(&mut self, reason: FixedText, count: usize) {
        if count > 0 {
            self.left_out.push((reason, count));
        }
    }

    /// The largest lines, the largest first; equal ones stay in the order of the table.
    #[must_use]
    pub fn largest(mut self, most: usize, worth: impl Fn(&Figured<'_>) -> i64) -> Self {
        self.lines.sort_by_key(|f| std::cmp::Reverse(worth(f)));
        self.lines.truncate(most);
        self
    }

    /// `10 largest of 17`; `None` where all lines are drawn.
    #[must_use]
    pub fn of_how_many(&self, lexicon: &Lexicon) -> Option<String> {
        (self.lines.len() < self.of).then(|| lexicon.largest_of(&self.lines.len(), &self.of))
    }

    /// What the chart leaves out, as a sentence.
    #[must_use]
    pub fn left_out(&self, words: &Dictionary) -> Option<Titles> {
        (!self.left_out.is_empty()).then(|| {
            words.each(|l| {
                let reasons = self.left_out.iter().map(|(reason, count)| l.counted_lines(&reason.of(l), count));
                l.chart_without(&reasons.collect::<Vec<_>>().join("; "))
            })
        })
    }
}

/// What each row and column of a section is a part of.
#[derive(Debug, Default)]
struct Wholes<'t> {
    rows: BTreeMap<&'t str, Vec<&'t str>>,
    columns: BTreeMap<&'t str, Vec<&'t str>>,
}

impl<'t> Wholes<'t> {
    fn of(form: Option<&'t FormTemplate>, section: &SectionId) -> Self {
        let mut wholes = Self::default();
        let Some(form) = form else { return wholes };
        let Self { rows, columns } = &mut wholes;
        if let Some(section) = form.section(section) {
            for row in &section.rows {
                rows.entry(row.code.as_str()).or_default().extend(row.part_of.iter().map(RowCode::as_str));
            }
            for column in &section.columns {
                let of = column.part_of.iter().map(ColumnCode::as_str);
                columns.entry(column.code.as_str()).or_default().extend(of);
            }
        }
        for rule in &form.rules {
            match &rule.kind {
                // With something to subtract it is a balance of a stock, not a sum of parts.
                RuleKind::Rows { section: of, total, plus, minus, .. } if of == section && minus.is_empty() => {
                    for part in plus {
                        rows.entry(part.as_str()).or_default().push(total.as_str());
                    }
                }
                RuleKind::Columns { section: of, total, plus, minus, .. } if of == section && minus.is_empty() => {
                    for part in plus {
                        columns.entry(part.as_str()).or_default().push(total.as_str());
                    }
                }
                RuleKind::RowWithin { section: of, part, whole, .. } if of == section => {
                    rows.entry(part.as_str()).or_default().push(whole.as_str());
                }
                RuleKind::ColumnWithin { section: of, part, whole, .. } if of == section => {
                    columns.entry(part.as_str()).or_default().push(whole.as_str());
                }
                _ => {}
            }
        }
        wholes
    }

    fn hold(&self, part: &Place, whole: &Place) -> bool {
        part != whole
            && part.section == whole.section
            && leads(&self.rows, part.row.as_str(), whole.row.as_str())
            && leads(&self.columns, part.column.as_str(), whole.column.as_str())
    }
}

/// Whether the second code is the first one, or one of its wholes, or one of theirs.
fn leads<'t>(wholes: &BTreeMap<&'t str, Vec<&'t str>>, part: &'t str, whole: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::from([part]), vec![part]);
    while let Some(code) = next.pop() {
        if code == whole {
            return true;
        }
        next.extend(wholes.get(code).into_iter().flatten().copied().filter(|of| seen.insert(of)));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_leads_to_its_wholes_and_a_circle_ends() {
        let wholes = BTreeMap::from([("4", vec!["3"]), ("3", vec!["1"]), ("8", vec!["9"]), ("9", vec!["8"])]);
        assert!(leads(&wholes, "4", "1") && leads(&wholes, "4", "4"));
        assert!(!leads(&wholes, "1", "4") && !leads(&wholes, "8", "1"));
    }
}
