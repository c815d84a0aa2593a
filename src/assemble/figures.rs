//! Where a figure is found: whatever edition it was printed in, whether the republic is stated or summed, whether an
//! earlier period stands in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{book::Mark, material::Material};
use crate::domain::{
    Agency, ColumnCode, ColumnTemplate, Course, Dataset, DatasetKey, Figure, FormId, Measure, Number, Period, Pick,
    Place, Region, RowCode, SectionId, Titles, Unit,
};

/// The figures of a book's material, found by what they are about.
#[derive(Debug)]
pub struct Figures<'a> {
    material: &'a Material<'a>,
    datasets: BTreeMap<DatasetKey, &'a Dataset>,
    revised: BTreeSet<&'a (DatasetKey, Place)>,
    /// The republic and the regions, whatever the order they were given in.
    regions: Vec<&'a Region>,
}

/// The period of a form that a book shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub period: Period,
    /// An earlier period stands in for the one that has not come.
    pub provisional: bool,
}

/// A figure, or the shorthand for why there is none.
pub type Found = Result<Number, Mark>;

/// A row or column that a table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip<C> {
    pub code: C,
    /// Parents first, joined by " / ".
    pub label: Titles,
    pub measure: Measure,
    /// A column of the stock at the beginning of the year.
    pub opening: bool,
}

impl<'a> Figures<'a> {
    #[must_use]
    pub fn new(material: &'a Material<'a>) -> Self {
        let of_origin = material.datasets.iter().filter(|d| d.key.origin == material.origin);
        Self {
            material,
            datasets: of_origin.map(|d| (d.key.clone(), *d)).collect(),
            revised: material.revised.iter().collect(),
            regions: material.regions.iter().filter(|r| !r.unit.is_republic()).collect(),
        }
    }

    /// The period that the book shows of a form: its own, or the one that stands in; `None` when the form has not come.
    #[must_use]
    pub fn shown(&self, form: &FormId) -> Option<Shown> {
        let period = self.own(form)?;
        if self.has_any(form, period) {
            return Some(Shown { period, provisional: false });
        }
        let missing = self.material.missing.iter().find(|m| m.form == *form && m.unit.is_none() && m.agency.is_none());
        let stand_in = missing.and_then(|m| m.stand_in).filter(|p| self.has_any(form, *p))?;
        Some(Shown { period: stand_in, provisional: true })
    }

    /// The form's own period that ends with the book's, whether it has come or not.
    #[must_use]
    pub fn own(&self, form: &FormId) -> Option<Period> {
        self.material.period.ending_as(self.material.form_term(form)?.periodicity)
    }

    fn has_any(&self, form: &FormId, period: Period) -> bool {
        self.datasets.keys().any(|k| k.form == *form && k.period == period)
    }

    /// The regions that exist on the last day of a period, in the order of the office.
    pub fn regions_in(&self, period: Period) -> impl Iterator<Item = &'a Region> + '_ {
        self.regions.iter().copied().filter(move |r| r.exists(period.last_day()))
    }

    /// Whether documents state the republic's figures for each of the periods that has figures of the form at all.
    ///
    /// Where one period states the republic and another does not, both are summed: a stated republic may be more than
    /// its regions, and a change between the two would be made of that.
    #[must_use]
    pub fn states_republic(&self, form: &FormId, periods: &[Period]) -> bool {
        let key = |period| self.key(form, period, &Unit::republic(), &Agency::all());
        let come = periods.iter().filter(|p| self.has_any(form, **p));
        let mut stated = come.map(|p| self.datasets.contains_key(&key(*p))).peekable();
        stated.peek().is_some() && stated.all(|s| s)
    }

    /// The units whose figures of a form add up to the republic's: the regions of the time, and later ones that the form
    /// has figures of all the same, for then it tells of that time in the borders of now.
    #[must_use]
    pub fn republic(&self, stated: bool, form: &FormId, period: Period) -> Vec<Unit> {
        if stated {
            return vec![Unit::republic()];
        }
        let told = |unit: &Unit| self.datasets.contains_key(&self.key(form, period, unit, &Agency::all()));
        let regions = self.regions.iter().filter(|r| r.exists(period.last_day()) || told(&r.unit));
        regions.map(|r| r.unit.clone()).collect()
    }

    /// A figure as it was read, in the edition it was printed in.
    ///
    /// `[x]` where the document is not there or has no such place, `[z]` where the form itself strikes the cell out.
    pub fn find(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency, place: &Place) -> Found {
        let dataset = self.datasets.get(&self.key(form, period, unit, agency)).ok_or(Mark::X)?;
        let template = self.material.form_templates.get(form);
        let (row, column) = match template {
            Some(template) => (
                template.printed_row(&dataset.edition, &place.section, &place.row),
                template.printed_column(&dataset.edition, &place.section, &place.column),
            ),
            None => (Some(place.row.clone()), Some(place.column.clone())),
        };
        let (row, column) = row.zip(column).ok_or(Mark::X)?;
        read(dataset.figure(&place.section, &row, &column))
    }

    /// The same of many rows and columns of one document, row by row: each row is looked for once.
    #[must_use]
    pub fn block(
        &self,
        form: &FormId,
        period: Period,
        unit: &Unit,
        agency: &Agency,
        (section, rows, columns): (&SectionId, &[Strip<RowCode>], &[ColumnCode]),
    ) -> Vec<Found> {
        let dataset = self.datasets.get(&self.key(form, period, unit, agency));
        let Some((dataset, shown)) = dataset.and_then(|d| Some((d, d.section(section)?))) else {
            return vec![Err(Mark::X); rows.len() * columns.len()];
        };
        let template = self.material.form_templates.get(form);
        let edition = &dataset.edition;
        let mut places: HashMap<&RowCode, usize> = HashMap::with_capacity(shown.rows.len());
        for (place, row) in shown.rows.iter().enumerate() {
            places.entry(&row.code).or_insert(place);
        }
        let column = |code: &ColumnCode| match template {
            Some(template) => shown.column_index(&template.printed_column(edition, section, code)?),
            None => shown.column_index(code),
        };
        let columns: Vec<Option<usize>> = columns.iter().map(column).collect();
        let mut found = Vec::with_capacity(rows.len() * columns.len());
        for row in rows {
            let row = match template {
                Some(template) => {
                    template.printed_row(edition, section, &row.code).and_then(|code| places.get(&code).copied())
                }
                None => places.get(&row.code).copied(),
            };
            found.extend(columns.iter().map(|column| read(row.zip(*column).and_then(|(r, c)| shown.at(r, c)))));
        }
        found
    }

    /// Whether documents of the form tell of an agency.
    #[must_use]
    pub fn has_agency(&self, form: &FormId, period: Period, agency: &Agency) -> bool {
        self.datasets.keys().any(|k| k.form == *form && k.period == period && k.agency == *agency)
    }

    /// Whether any figure was corrected since the first issue.
    #[must_use]
    pub fn any_revised(&self) -> bool {
        !self.revised.is_empty()
    }

    /// Whether a figure was corrected since the first issue.
    #[must_use]
    pub fn is_revised(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency, place: &Place) -> bool {
        self.any_revised() && self.revised.contains(&(self.key(form, period, unit, agency), place.clone()))
    }

    /// The rows that a table picks, with their labels.
    #[must_use]
    pub fn rows(&self, form: &FormId, section: &SectionId, pick: &Pick<RowCode>) -> Vec<Strip<RowCode>> {
        let known = match self.material.form_templates.get(form).and_then(|t| t.section(section)) {
            Some(template) if !template.rows.is_empty() => {
                let strip = |r: &crate::domain::RowTemplate| strip(&r.code, &r.titles, Measure::Count);
                template.rows.iter().map(strip).collect()
            }
            _ => self.seen(form, section, |s| {
                s.rows.iter().map(|r| strip(&r.code, &printed(&r.label), Measure::Count)).collect()
            }),
        };
        picked(pick, &known)
    }

    /// The columns that a table picks, with their labels and units of measure.
    #[must_use]
    pub fn columns(&self, form: &FormId, section: &SectionId, pick: &Pick<ColumnCode>) -> Vec<Strip<ColumnCode>> {
        let known = match self.material.form_templates.get(form).and_then(|t| t.section(section)) {
            Some(template) if !template.columns.is_empty() => {
                let strip = |c: &ColumnTemplate| Strip {
                    opening: c.course == Course::Opening,
                    ..strip(&c.code, &c.titles, c.measure)
                };
                template.columns.iter().map(strip).collect()
            }
            _ => self.seen(form, section, |s| {
                s.columns.iter().map(|c| strip(&c.code, &printed(&c.label), Measure::Count)).collect()
            }),
        };
        picked(pick, &known)
    }

    /// What a document of the form shows of a section, where no template says it.
    fn seen<T>(&self, form: &FormId, section: &SectionId, of: impl Fn(&crate::domain::Section) -> Vec<T>) -> Vec<T> {
        let newest = self.datasets.values().rev().find(|d| d.key.form == *form && d.section(section).is_some());
        newest.and_then(|d| d.section(section)).map(of).unwrap_or_default()
    }

    fn key(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency) -> DatasetKey {
        let (form, unit, agency) = (form.clone(), unit.clone(), agency.clone());
        DatasetKey { form, period, unit, agency, origin: self.material.origin }
    }
}

fn strip<C: Clone>(code: &C, label: &Titles, measure: Measure) -> Strip<C> {
    Strip { code: code.clone(), label: label.clone(), measure, opening: false }
}

fn printed(label: &str) -> Titles {
    Titles { ru: label.to_owned(), kk: None, en: None }
}

/// The picked ones, in the order of the pick; a code that nobody knows keeps its place under its own name.
fn picked<C: Clone + PartialEq + ToString>(pick: &Pick<C>, known: &[Strip<C>]) -> Vec<Strip<C>> {
    let codes = pick.from_known(known.iter().map(|s| &s.code));
    let named = codes.into_iter().map(|code| {
        let found = known.iter().find(|s| s.code == code).cloned();
        found.unwrap_or_else(|| Strip {
            label: printed(&code.to_string()),
            code,
            measure: Measure::Count,
            opening: false,
        })
    });
    named.collect()
}

fn read(figure: Option<&Figure>) -> Found {
    match figure {
        Some(Figure::Number(number)) => Ok(*number),
        Some(Figure::Text(text)) if is_struck_out(text) => Err(Mark::Z),
        _ => Err(Mark::X),
    }
}

/// Forms strike out cells that cannot have a figure with a cross or a dash.
fn is_struck_out(text: &str) -> bool {
    matches!(text.trim(), "x" | "X" | "х" | "Х" | "-" | "–" | "—")
}
