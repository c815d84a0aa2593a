//! Tables before their figures are known: their lines, and the facts that make each line's figures.

use super::{
    across::Across,
    book::{Line, LineKey, Mark, Weight},
    figures::{Figures, Found, Shown},
    material::quarter_base,
    republic::Basis,
    sums::{Facts, When},
};
use domain::{ColumnCode, FormId, Measure, Number, Period, RowCode, TableTemplate, Titles, headings::defines_the_same};
use words::Dictionary;

/// A line whose cells are still to come.
#[derive(Debug, Clone)]
pub struct DraftLine {
    /// The label, and for tables with two label columns the second one.
    pub labels: Vec<Titles>,
    pub depth: u8,
    /// The fact of the line whose heading contains this one, if it is shown.
    pub under: Option<usize>,
    pub weight: Weight,
    pub measure: Measure,
    pub key: LineKey,
    /// The line's place in the frame of facts.
    pub fact: usize,
    /// Why a figure is absent, by years before.
    pub marks: [Mark; 5],
    pub revised: bool,
    /// A stock at the beginning of the year: not a figure of the period.
    pub opening: bool,
    /// Inhabitants of the line's units.
    pub persons: Option<u64>,
    /// The figures of the strands of a crossed table.
    pub crossings: Vec<Crossing>,
    /// The codes that the document shown prints.
    pub row_code: RowCode,
    pub column_code: ColumnCode,
    /// One of the two figures compared is stated and the other one is summed, so they cannot be compared.
    pub mixed: bool,
    /// Where the definition changed since an earlier period shown.
    pub broken: Option<Break>,
}

/// A definition that changed between the period shown and an earlier one that it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    pub then: Period,
    pub was: String,
    pub is: String,
}

/// A figure of a crossed table.
#[derive(Debug, Clone, Copy)]
pub struct Crossing {
    pub fact: usize,
    /// Why the figure is absent; `None` where it is there.
    pub absent: Option<Mark>,
    pub revised: bool,
}

/// A column of a crossed table; `across` is `None` where its figures are of the line's own place.
#[derive(Debug, Clone)]
pub struct Strand {
    pub header: Titles,
    pub across: Option<Across>,
    /// The number of a form's column as the document shown prints it.
    pub number: Option<ColumnCode>,
}

impl DraftLine {
    /// The finished line with its cells; `revised` are those of a crossed table that were corrected.
    #[must_use]
    pub fn with_cells(&self, cells: Vec<super::book::Cell>, revised: Vec<usize>) -> Line {
        let Self { weight, depth, measure, .. } = *self;
        Line { weight, depth, measure, key: Some(self.key.clone()), cells, revised }
    }
}

/// A table whose cells are still to come.
#[derive(Debug, Clone)]
pub struct DraftTable<'a> {
    pub words: &'a Dictionary,
    pub template: &'a TableTemplate,
    pub form: FormId,
    pub shown: Shown,
    /// 1-based place among the tables that the template makes, where it makes several.
    pub part: Option<usize>,
    /// The one place shown, in kinds of tables that show one place at a time.
    pub indicator: Option<Titles>,
    /// Whether documents state the republic, or its regions are summed, year by year.
    pub basis: Basis,
    /// Why the documents that came do not give all that the table shows.
    pub doubts: Vec<Titles>,
    pub lines: Vec<DraftLine>,
    /// The whole that shares are computed of.
    pub whole: Option<LineKey>,
    /// Names of regions whose figures cannot be compared with the year before.
    pub incomparable: Vec<Titles>,
    /// Names of regions whose document came and does not establish the figure of a map.
    pub unestablished: Vec<Titles>,
    /// The columns of figures of a crossed table.
    pub strands: Vec<Strand>,
    /// Whether the lines of a crossed table are columns of one row of the form.
    pub of_columns: bool,
    /// Lines of a crossed table that have no figure at all and are left out.
    pub silent: usize,
}

impl DraftTable<'_> {
    /// Whether the columns of a section count different things.
    #[must_use]
    pub fn mixes_measures(&self) -> bool {
        let measures = self.strands.iter().filter_map(|strand| match strand.across {
            Some(Across::Column(_, measure)) => Some(measure),
            _ => None,
        });
        let measures: Vec<Measure> = measures.collect();
        measures.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// The facts of a whole book, and the line that each line is a share of.
#[derive(Debug, Default)]
pub struct DraftBook {
    pub facts: Facts,
    pub wholes: Vec<Option<usize>>,
}

/// The facts gathered for a line.
#[derive(Debug, Clone)]
pub struct Gathered {
    pub fact: usize,
    pub marks: [Mark; 5],
    pub revised: bool,
    pub broken: Option<Break>,
}

impl DraftBook {
    /// Adds one figure as the sum of what was found. Returns its place in the frame, and why the figure is absent if it
    /// is.
    pub fn add(&mut self, when: When, found: impl Iterator<Item = Found>) -> (usize, Option<Mark>) {
        let fact = self.wholes.len();
        self.wholes.push(None);
        let (mut absent, mut any) = (None, false);
        for found in found {
            let value = found.map(Number::in_thousandths);
            absent = value.err().or(absent);
            any = true;
            self.facts.push(fact, when, value.unwrap_or(None));
        }
        (fact, if any { absent } else { Some(Mark::X) })
    }

    /// Gathers the facts of a line: the period, АППГ, and earlier years where `years` is more than two.
    pub fn gather(&mut self, figures: &Figures<'_>, key: &LineKey, years: usize) -> Gathered {
        let fact = self.wholes.len();
        self.wholes.push(None);
        let mut gathered = Gathered { fact, marks: [Mark::X; 5], revised: false, broken: None };
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
        gathered.broken = (1..years).find_map(|years| broken(figures, key, years));
        gathered
    }
}

/// How the definition of a line changed in so many years, in the words of the two documents.
#[must_use]
pub fn broken(figures: &Figures<'_>, key: &LineKey, years: usize) -> Option<Break> {
    let then = key.period.years_before(years as i32);
    let document = |period: Period, units: &[domain::Unit]| {
        units.iter().find_map(|unit| figures.document(&key.form, period, unit, &key.agency))
    };
    let (now, ago) = (document(key.period, &key.units[0])?, document(then, &key.units[years])?);
    if now.dataset.edition == ago.dataset.edition {
        return None;
    }
    let place = &key.place;
    let (now_there, ago_there) = (now.find(place).ok()?, ago.find(place).ok()?);
    let headings = [
        (&ago_there.0.rows[ago_there.1].label, &now_there.0.rows[now_there.1].label),
        (&ago_there.0.columns[ago_there.2].label, &now_there.0.columns[now_there.2].label),
    ];
    let changed = headings.into_iter().find(|(was, is)| !defines_the_same(was, is))?;
    Some(Break { then, was: changed.0.to_string(), is: changed.1.to_string() })
}
