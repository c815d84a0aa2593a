//! Small counts of persons, which are not printed by region or agency where the office's template forbids it.
//!
//! In: drafted tables and their figures. Out: which figures are hidden. A reader must not be able to compute a hidden
//! part from the figures beside it. So wherever figures are known to add up (regions to the republic, agencies to all
//! of them, rows and columns by the rules of the form), a sum with one hidden part hides its smallest other part too,
//! until no sum has just one. A figure that is hidden in one table is hidden in every table of the book.

use std::collections::BTreeMap;

use super::{
    book::{LineKey, Weight},
    draft::{DraftLine, DraftTable},
    material::Material,
    sums::Derived,
};
use domain::{Agency, FormId, Measure, Period, Place, RuleKind, Unit};

/// What a figure is about, whichever table shows it.
type Figure = (FormId, Place, Vec<Unit>, Agency, Period);

/// The figures of a book that are not printed.
#[derive(Debug, Default)]
pub struct Hidden {
    places: BTreeMap<Figure, usize>,
    hidden: Vec<bool>,
}

impl Hidden {
    /// Looks through every table that breaks figures down.
    #[must_use]
    pub fn of<'t, 'a: 't>(
        material: &Material<'_>,
        tables: impl Iterator<Item = &'t DraftTable<'a>>,
        derived: &[Derived],
    ) -> Self {
        let Some(below) = material.template.confidential_below else { return Self::default() };
        let mut net = Net::default();
        for table in tables {
            if table.template.kind.is_of_one_place() {
                net.lines(table, derived);
            } else if table.template.kind.is_of_one_column() {
                net.crossings(table, derived);
            }
        }
        net.rules(material);
        net.hide(i64::from(below) * 1000);
        let hidden = net.known.iter().map(|known| known.hidden).collect();
        Self { places: net.places, hidden }
    }

    /// Whether any figure of the book is hidden.
    #[must_use]
    pub fn any(&self) -> bool {
        self.hidden.contains(&true)
    }

    /// Whether the figure of so many years before is hidden.
    #[must_use]
    pub fn holds(&self, key: &LineKey, years: usize) -> bool {
        !key.quarter && self.any() && self.places.get(&figure(key, years)).is_some_and(|place| self.hidden[*place])
    }
}

fn figure(key: &LineKey, years: usize) -> Figure {
    let period = key.period.years_before(years as i32);
    (key.form.clone(), key.place.clone(), key.units[years].clone(), key.agency.clone(), period)
}

/// A figure with the sums that it is a part of.
struct Known {
    value: Option<i64>,
    measure: Measure,
    /// The whole that others are parts of.
    whole: bool,
    hidden: bool,
}

/// Figures and the sums that they are parts of.
#[derive(Default)]
struct Net {
    places: BTreeMap<Figure, usize>,
    known: Vec<Known>,
    sums: Vec<Vec<usize>>,
}

impl Net {
    fn place(&mut self, figure: Figure, known: Known) -> usize {
        let next = self.known.len();
        let place = *self.places.entry(figure).or_insert(next);
        if place == next {
            self.known.push(known);
        }
        place
    }

    /// A table of one place: its first line is the whole of the lines below it, without regrouped regions.
    fn lines(&mut self, table: &DraftTable<'_>, derived: &[Derived]) {
        for years in 0..2 {
            // Where borders changed between the years, only the lines of former borders have figures of the earlier
            // year.
            let adds_up =
                |line: &&DraftLine| !line.key.units[years].is_empty() && (line.weight != Weight::Aside || years == 1);
            let parts = table.lines.iter().filter(adds_up);
            let sum = parts.map(|line| {
                let known = Known {
                    value: derived[line.fact].by_year[years],
                    measure: line.measure,
                    whole: line.weight == Weight::Total,
                    hidden: false,
                };
                self.place(figure(&line.key, years), known)
            });
            let sum = sum.collect();
            self.sums.push(sum);
        }
    }

    /// A crossed table: in each line the first strand is the whole of the others.
    fn crossings(&mut self, table: &DraftTable<'_>, derived: &[Derived]) {
        for line in &table.lines {
            let figures = table.strands.iter().zip(&line.crossings);
            let sum = figures.map(|(strand, crossing)| {
                let known = Known {
                    value: derived[crossing.fact].now(),
                    measure: line.measure,
                    whole: strand.across.is_none(),
                    hidden: false,
                };
                self.place(figure(&line.key.in_column(strand.across.as_ref()), 0), known)
            });
            let sum = sum.collect();
            self.sums.push(sum);
        }
    }

    /// The sums in the forms' rules, as far as all their figures are printed.
    fn rules(&mut self, material: &Material<'_>) {
        let mut sums = Vec::new();
        for (at, place) in &self.places {
            let (form, here) = (&at.0, &at.1);
            let Some(template) = material.form_templates.get(form) else { continue };
            for rule in &template.rules {
                let others: Vec<Place> = match &rule.kind {
                    RuleKind::Rows { section, total, plus, minus, columns }
                        if *section == here.section
                            && *total == here.row
                            && (columns.is_empty() || columns.contains(&here.column)) =>
                    {
                        plus.iter().chain(minus).map(|row| Place { row: row.clone(), ..here.clone() }).collect()
                    }
                    RuleKind::Columns { section, total, plus, minus, rows }
                        if *section == here.section
                            && *total == here.column
                            && (rows.is_empty() || rows.contains(&here.row)) =>
                    {
                        let parts = plus.iter().chain(minus);
                        parts.map(|column| Place { column: column.clone(), ..here.clone() }).collect()
                    }
                    _ => continue,
                };
                let found = others.into_iter().map(|other| {
                    let figure = (at.0.clone(), other, at.2.clone(), at.3.clone(), at.4);
                    self.places.get(&figure).copied()
                });
                let found: Option<Vec<usize>> = std::iter::once(Some(*place)).chain(found).collect();
                sums.extend(found);
            }
        }
        self.sums.extend(sums);
    }

    fn hide(&mut self, below: i64) {
        for known in &mut self.known {
            let small = known.value.is_some_and(|value| value > 0 && value < below);
            known.hidden = small && known.measure == Measure::Persons && !known.whole;
        }
        let mut settled = false;
        while !settled {
            settled = true;
            for sum in &self.sums {
                // The reader does not know a figure that has not come.
                let open = sum.iter().filter(|place| self.known[**place].value.is_none()).count();
                let hidden = sum.iter().filter(|place| self.known[**place].hidden).count();
                if hidden != 1 || open > 0 {
                    continue;
                }
                let rest = sum.iter().copied().filter(|place| !self.known[*place].hidden);
                let weight = |place: &usize| {
                    let known = &self.known[*place];
                    (known.whole, known.value.is_none_or(|value| value <= 0), known.value, *place)
                };
                if let Some(place) = rest.min_by_key(weight) {
                    self.known[place].hidden = true;
                    settled = false;
                }
            }
        }
    }
}

/// Whether a line would reveal a figure that is hidden elsewhere in its table: regrouped regions contain hidden parts.
#[must_use]
pub fn gives_back(hidden: &Hidden, table: &DraftTable<'_>, line: &DraftLine, years: usize) -> bool {
    years == 0 && line.weight == Weight::Aside && table.lines.iter().any(|other| hidden.holds(&other.key, years))
}
