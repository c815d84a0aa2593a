//! Finds figures: in whatever edition they were printed, with the republic stated or summed, and with an earlier period
//! in place of one that has not come.
//!
//! In: the material of a book. Out: figures, or the shorthand for why one is absent. Not known here: tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{book::Mark, material::Material};
use domain::{
    Agency, Binding, COMPARISON_DOUBTFUL, ColumnCode, ColumnTemplate, Course, DatasetKey, Figure, FormId, FormIndex,
    Measure, NoPlace, Number, Period, Pick, Place, Region, RowCode, Section, SectionId, Titles, Unit,
};
use words::Dictionary;

/// The figures of a book's material, looked up by what they are about.
#[derive(Debug)]
pub struct Figures<'a> {
    material: &'a Material<'a>,
    /// Each with its form's template: the same binding that checks use.
    datasets: BTreeMap<DatasetKey, Binding<'a>>,
    revised: BTreeSet<&'a (DatasetKey, Place)>,
    /// The regions, in the order of the office.
    regions: Vec<&'a Region>,
}

/// The period of a form that a book shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub period: Period,
    /// It is an earlier period, shown because the book's own has not come.
    pub provisional: bool,
}

/// A figure, or the shorthand for why there is none.
pub type Found = Result<Number, Mark>;

/// A row or column that a table shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip<C> {
    /// The code in collection templates: that of the oldest edition.
    pub code: C,
    /// The code that the document shown prints.
    pub printed: C,
    /// Parents first, joined by " / ".
    pub label: Titles,
    pub measure: Measure,
    /// A column of the stock at the beginning of the year.
    pub opening: bool,
    /// No document shown has the line: its edition was printed without it.
    pub gone: bool,
}

impl<'a> Figures<'a> {
    #[must_use]
    pub fn new(material: &'a Material<'a>) -> Self {
        let of_origin = material.datasets.iter().filter(|d| d.key.origin == material.origin);
        let mut indexes: BTreeMap<&FormId, Arc<FormIndex<'a>>> = BTreeMap::new();
        let bound = |dataset: &'a domain::Dataset| {
            let (form, template) = (&dataset.key.form, material.form_templates.get(&dataset.key.form));
            let index =
                template.map(|t| Arc::clone(indexes.entry(form).or_insert_with(|| Arc::new(FormIndex::new(t)))));
            (dataset.key.clone(), Binding::new(index, dataset))
        };
        Self {
            material,
            datasets: of_origin.copied().map(bound).collect(),
            revised: material.revised.iter().collect(),
            regions: material.regions.iter().filter(|r| !r.unit.is_republic()).collect(),
        }
    }

    /// The words of the book.
    #[must_use]
    pub const fn words(&self) -> &'a Dictionary {
        self.material.words
    }

    /// The period of a form that the book shows: its own, or an earlier one in its place; `None` when the form has not
    /// come.
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

    /// Whether a document states the republic's figures of a period.
    #[must_use]
    pub fn states_republic(&self, form: &FormId, period: Period) -> bool {
        self.datasets.contains_key(&self.key(form, period, &Unit::republic(), &Agency::all()))
    }

    /// Whether regions have documents of their own for a period: only then a republic can be summed.
    #[must_use]
    pub fn has_regions(&self, form: &FormId, period: Period) -> bool {
        let of_region = |k: &DatasetKey| !k.unit.is_republic() && k.agency.is_all();
        self.datasets.keys().any(|k| k.form == *form && k.period == period && of_region(k))
    }

    /// The units whose figures add up to the republic's: the regions that existed then, and later regions for which the
    /// form has figures, because then it describes that time in today's borders.
    #[must_use]
    pub fn republic(&self, stated: bool, form: &FormId, period: Period) -> Vec<Unit> {
        if stated {
            return vec![Unit::republic()];
        }
        let told = |unit: &Unit| self.datasets.contains_key(&self.key(form, period, unit, &Agency::all()));
        let regions = self.regions.iter().filter(|r| r.exists(period.last_day()) || told(&r.unit));
        regions.map(|r| r.unit.clone()).collect()
    }

    /// The document of a form, period, unit and agency, bound to its template.
    #[must_use]
    pub fn document(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency) -> Option<&Binding<'a>> {
        self.datasets.get(&self.key(form, period, unit, agency))
    }

    /// Every document of a form for a period.
    pub fn documents<'s>(&'s self, form: &'s FormId, period: Period) -> impl Iterator<Item = &'s Binding<'a>> {
        self.datasets.iter().filter(move |(k, _)| k.form == *form && k.period == period).map(|(_, binding)| binding)
    }

    /// A figure as it was read, in the edition it was printed in.
    ///
    /// `[x]` where the document is not there or its place is not established, `[z]` where the form itself strikes the
    /// cell out.
    pub fn find(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency, place: &Place) -> Found {
        let document = self.document(form, period, unit, agency).ok_or(Mark::X)?;
        read(document.figure(place).ok())
    }

    /// Whether the document of a unit came and does not establish the figure of a place: its row or column is in doubt, or
    /// its cell has words. A document without the place, or with a blank cell, establishes that there is no figure.
    #[must_use]
    pub fn is_unestablished(&self, form: &FormId, period: Period, unit: &Unit, place: &Place) -> bool {
        let document = self.document(form, period, unit, &Agency::all());
        document.is_some_and(|document| match document.figure(place) {
            Err(NoPlace::Unclear(..)) => true,
            Err(NoPlace::Gone | NoPlace::NotSent) | Ok(Figure::Blank | Figure::Number(_)) => false,
            Ok(Figure::Text(text)) => !is_struck_out(text),
        })
    }

    /// The figures of many rows and columns of one document, row by row: each row is looked up once.
    #[must_use]
    pub fn block(
        &self,
        form: &FormId,
        period: Period,
        unit: &Unit,
        agency: &Agency,
        (section, rows, columns): (&SectionId, &[Strip<RowCode>], &[ColumnCode]),
    ) -> Vec<Found> {
        let document = self.document(form, period, unit, agency);
        let Some((document, shown)) = document.and_then(|d| Some((d, d.find_section(section).ok()?))) else {
            return vec![Err(Mark::X); rows.len() * columns.len()];
        };
        let columns: Vec<Result<usize, NoPlace>> =
            columns.iter().map(|code| document.find_column(shown, code)).collect();
        let mut found = Vec::with_capacity(rows.len() * columns.len());
        for row in rows {
            let row = document.find_row(shown, &row.code).ok();
            let at = |column: &Result<usize, NoPlace>| row.zip(column.as_ref().ok().copied());
            found.extend(columns.iter().map(|column| read(at(column).and_then(|(r, c)| shown.at(r, c)))));
        }
        found
    }

    /// Whether the checks found errors in documents of an earlier period that bear on a section.
    #[must_use]
    pub fn is_doubted(&self, form: &FormId, section: &SectionId, period: Period) -> bool {
        self.material.findings.iter().any(|finding| {
            finding.rule == COMPARISON_DOUBTFUL
                && (&finding.form, finding.period) == (form, Some(period))
                && finding.section.as_ref().is_none_or(|of| of == section)
        })
    }

    /// Whether the form has documents of an agency.
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

    /// The rows that a table picks, worded and numbered as in the document of the period shown. All rows are in the
    /// order of that document.
    #[must_use]
    pub fn rows(&self, form: &FormId, shown: Period, section: &SectionId, pick: &Pick<RowCode>) -> Vec<Strip<RowCode>> {
        let known = match self.material.form_templates.get(form).and_then(|t| t.section(section)) {
            Some(template) if !template.rows.is_empty() => {
                let strip = |r: &domain::RowTemplate| {
                    let worded = self.worded(form, shown, |d| {
                        let there = d.find_section(section).ok()?;
                        let place = d.find_row(there, &r.code).ok()?;
                        Some((place, there.rows[place].code.clone(), d.row_titles(section, &r.code)?))
                    });
                    let gone = || self.is_gone(form, shown, section, |d, there| d.find_row(there, &r.code));
                    match worded {
                        Some((place, printed, titles)) => {
                            (Some(place), Strip { printed, ..strip(&r.code, &titles, Measure::Count) })
                        }
                        None => (None, Strip { gone: gone(), ..strip(&r.code, &r.titles, Measure::Count) }),
                    }
                };
                ordered(pick, template.rows.iter().map(strip))
            }
            _ => self.seen(form, section, |s| {
                s.rows.iter().map(|r| strip(&r.code, &printed(&r.label), Measure::Count)).collect()
            }),
        };
        picked(pick, &known)
    }

    /// The columns that a table picks, with their units of measure, worded and numbered as in the document of the
    /// period shown. All columns are in the order of that document.
    #[must_use]
    pub fn columns(
        &self,
        form: &FormId,
        shown: Period,
        section: &SectionId,
        pick: &Pick<ColumnCode>,
    ) -> Vec<Strip<ColumnCode>> {
        let known = match self.material.form_templates.get(form).and_then(|t| t.section(section)) {
            Some(template) if !template.columns.is_empty() => {
                let strip = |c: &ColumnTemplate| {
                    let worded = self.worded(form, shown, |d| {
                        let there = d.find_section(section).ok()?;
                        let place = d.find_column(there, &c.code).ok()?;
                        Some((place, there.columns[place].code.clone(), d.column_titles(section, &c.code)?))
                    });
                    let opening = c.course == Course::Opening;
                    let gone = || self.is_gone(form, shown, section, |d, there| d.find_column(there, &c.code));
                    match worded {
                        Some((place, printed, titles)) => {
                            (Some(place), Strip { printed, opening, ..strip(&c.code, &titles, c.measure) })
                        }
                        None => (None, Strip { opening, gone: gone(), ..strip(&c.code, &c.titles, c.measure) }),
                    }
                };
                ordered(pick, template.columns.iter().map(strip))
            }
            _ => self.seen(form, section, |s| {
                s.columns.iter().map(|c| strip(&c.code, &printed(&c.label), Measure::Count)).collect()
            }),
        };
        picked(pick, &known)
    }

    /// What `of` finds in the document of the republic, or else in the first document of the period that has it.
    fn worded<T>(&self, form: &FormId, period: Period, of: impl Fn(&Binding<'a>) -> Option<T>) -> Option<T> {
        let republic = self.document(form, period, &Unit::republic(), &Agency::all());
        republic.and_then(&of).or_else(|| self.documents(form, period).find_map(&of))
    }

    /// Whether every document of a period that has a section is of an edition without a line of it.
    fn is_gone(
        &self,
        form: &FormId,
        period: Period,
        section: &SectionId,
        find: impl Fn(&Binding<'a>, &'a Section) -> Result<usize, NoPlace>,
    ) -> bool {
        let there = self.documents(form, period).filter_map(|d| Some((d, d.find_section(section).ok()?)));
        let mut there = there.peekable();
        there.peek().is_some() && there.all(|(document, section)| find(document, section) == Err(NoPlace::Gone))
    }

    /// What the newest document of the form has of a section, for sections without a template.
    fn seen<T>(&self, form: &FormId, section: &SectionId, of: impl Fn(&domain::Section) -> Vec<T>) -> Vec<T> {
        let mut documents = self.datasets.values().rev().filter(|d| d.dataset.key.form == *form);
        let newest = documents.find_map(|d| d.dataset.section(section));
        newest.map(of).unwrap_or_default()
    }

    fn key(&self, form: &FormId, period: Period, unit: &Unit, agency: &Agency) -> DatasetKey {
        let (form, unit, agency) = (form.clone(), unit.clone(), agency.clone());
        DatasetKey { form, period, unit, agency, origin: self.material.origin }
    }
}

fn strip<C: Clone>(code: &C, label: &Titles, measure: Measure) -> Strip<C> {
    Strip { code: code.clone(), printed: code.clone(), label: label.clone(), measure, opening: false, gone: false }
}

/// The lines of a template, each with its place in the document: where a table picks all, in the order of the document.
/// A line without a place follows the one before it in the template.
fn ordered<C>(pick: &Pick<C>, lines: impl Iterator<Item = (Option<usize>, Strip<C>)>) -> Vec<Strip<C>> {
    let mut after = 0;
    let placed = lines.map(|(place, strip)| {
        after = place.map_or(after, |place| place + 1);
        (after, strip)
    });
    let mut placed: Vec<(usize, Strip<C>)> = placed.collect();
    if matches!(pick, Pick::All) {
        placed.sort_by_key(|(place, _)| *place);
    }
    placed.into_iter().map(|(_, strip)| strip).collect()
}

fn printed(label: &str) -> Titles {
    Titles::ru(label)
}

/// The picked ones, in the order of the pick. A code that is not known stays at its place, labelled with itself.
fn picked<C: Clone + PartialEq + ToString>(pick: &Pick<C>, known: &[Strip<C>]) -> Vec<Strip<C>> {
    let codes = pick.from_known(known.iter().map(|s| &s.code));
    let named = codes.into_iter().map(|code| {
        let found = known.iter().find(|s| s.code == code).cloned();
        found.unwrap_or_else(|| Strip {
            label: printed(&code.to_string()),
            printed: code.clone(),
            code,
            measure: Measure::Count,
            opening: false,
            gone: false,
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
