//! The figures of forms that a traced number is made of, read again from the documents that were in use.
//!
//! In: the trace of a master, and the place of a figure. Out: [`Part`]. Unknown here: workbooks and cells.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use super::provenance::Trace;
use crate::{Context, Failure, context::corrections::Correction, intake::readings};
use assemble::{LineKey, quarter_base};
use domain::{
    Agency, Binding, ColumnCode, Dataset, DatasetKey, Edition, Figure, FormId, FormIndex, Number, Period, Place,
    RowCode, SectionId, Sha256, Unit,
};

/// A figure of a form that a cell is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// `figure`, `year-before`, `whole`, `whole-year-before`; `compared` for another line of the ranking; `was` for
    /// what an earlier issue showed; `place` for what a finding is about.
    pub part: &'static str,
    /// `+`, or `-` if it is subtracted.
    pub sign: char,
    pub form: FormId,
    pub section: SectionId,
    pub row: RowCode,
    pub column: ColumnCode,
    pub unit: Unit,
    pub agency: Agency,
    pub period: Period,
    /// As it was used, with the corrections that applied.
    pub value: Option<Number>,
    /// `None` where no document of it had come.
    pub edition: Option<Edition>,
    pub revision: Option<u32>,
    pub snapshot: Option<Sha256>,
    /// The correction by a person, if one applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
}

/// A correction that applied when the master was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Corrected {
    /// What the document says.
    pub document: Option<Number>,
    pub by: String,
    pub reason: String,
}

/// Datasets as they were in use when a master was built.
pub struct Sources<'a> {
    context: &'a Context,
    kept: &'a Trace,
    read: BTreeMap<DatasetKey, Option<Used>>,
    indexes: BTreeMap<&'a FormId, Arc<FormIndex<'a>>>,
}

struct Used {
    /// With the corrections that applied.
    dataset: Dataset,
    applied: Vec<Correction>,
    revision: u32,
    snapshot: Sha256,
}

impl<'a> Sources<'a> {
    #[must_use]
    pub const fn new(context: &'a Context, kept: &'a Trace) -> Self {
        Self { context, kept, read: BTreeMap::new(), indexes: BTreeMap::new() }
    }

    /// The figures of a line, `years` years before.
    ///
    /// # Errors
    /// When a document is lost or cannot be read again.
    pub fn of_line(&mut self, part: &'static str, key: &LineKey, years: usize) -> Result<Vec<Part>, Failure> {
        let period = key.period.years_before(years as i32);
        let base = key.quarter.then(|| quarter_base(period)).flatten();
        let mut parts = Vec::new();
        for unit in key.units.get(years).into_iter().flatten() {
            for (period, sign) in [(Some(period), '+'), (base, '-')] {
                let Some(period) = period else { continue };
                let (form, unit, agency) = (key.form.clone(), unit.clone(), key.agency.clone());
                let wanted = DatasetKey { form, period, unit, agency, origin: self.context.origin };
                parts.push(self.one((part, sign), &key.place, wanted, false)?);
            }
        }
        Ok(parts)
    }

    /// One figure. `printed`: the place is in the codes of the edition read, not in those of the oldest edition.
    ///
    /// # Errors
    /// As [`Sources::of_line`].
    pub fn one(
        &mut self,
        (part, sign): (&'static str, char),
        place: &Place,
        wanted: DatasetKey,
        printed: bool,
    ) -> Result<Part, Failure> {
        let context: &'a Context = self.context;
        let template = context.office.forms.get(&wanted.form);
        let index =
            template.map(|t| Arc::clone(self.indexes.entry(&t.form).or_insert_with(|| Arc::new(FormIndex::new(t)))));
        let used = self.used(&wanted)?;
        // If a place is not established, the book has no figure there, and its trace has none either.
        let there = used.and_then(|used| {
            let dataset = &used.dataset;
            if printed {
                let section = dataset.section(&place.section)?;
                return Some((section, section.row_index(&place.row)?, section.column_index(&place.column)?));
            }
            Binding::new(index, dataset).find(place).ok()
        });
        let codes = there.map(|(s, row, column)| (s.rows[row].code.clone(), s.columns[column].code.clone()));
        let (row, column) = codes.unwrap_or_else(|| (place.row.clone(), place.column.clone()));
        let figure = there.and_then(|(section, row, column)| section.at(row, column));
        let here =
            |c: &&Correction| (&c.place.section, &c.place.row, &c.place.column) == (&place.section, &row, &column);
        let corrections: Vec<&Correction> = used.iter().flat_map(|used| &used.applied).filter(here).collect();
        let corrected = corrections.first().zip(corrections.last()).map(|(first, last)| Corrected {
            document: first.old,
            by: last.by.clone(),
            reason: last.reason.clone(),
        });
        Ok(Part {
            part,
            sign,
            value: figure.and_then(Figure::number),
            edition: used.map(|used| used.dataset.edition.clone()),
            revision: used.map(|used| used.revision),
            snapshot: used.map(|used| used.snapshot),
            corrected,
            form: wanted.form,
            section: place.section.clone(),
            row,
            column,
            unit: wanted.unit,
            agency: wanted.agency,
            period: wanted.period,
        })
    }

    fn used(&mut self, wanted: &DatasetKey) -> Result<Option<&Used>, Failure> {
        if !self.read.contains_key(wanted) {
            let in_use = self.kept.datasets.iter().find(|d| d.key == *wanted);
            let read = match in_use {
                Some(in_use) => {
                    let datasets = readings::stored(self.context, in_use.snapshot, wanted)?;
                    datasets.into_iter().find(|d| d.key == *wanted).map(|mut dataset| Used {
                        applied: in_use.corrections.iter().filter(|c| c.apply(&mut dataset)).cloned().collect(),
                        dataset,
                        revision: in_use.revision,
                        snapshot: in_use.snapshot,
                    })
                }
                None => None,
            };
            self.read.insert(wanted.clone(), read);
        }
        Ok(self.read.get(wanted).and_then(Option::as_ref))
    }
}

/// The sum of the parts, with those of the sign `-` subtracted; `None` if one of them has no figure.
#[must_use]
pub fn sum(parts: &[Part]) -> Option<Number> {
    parts.iter().try_fold(Number::ZERO, |sum, part| {
        let value = part.value?;
        if part.sign == '-' { sum.minus(value) } else { sum.plus(value) }
    })
}
