//! A dataset with the template of its form: the place of each described figure in the document.
//!
//! In come a dataset and a bound template; out come the sections of both, side by side, and the values of their cells.
//! [`Binding`] decides about the places. This module does not know the rules.

use std::{collections::HashMap, sync::Arc};

use super::{bound::Bound, note::Note};
use domain::{
    Agency, Binding, Dataset, Edition, Figure, FormId, Origin, Placement, Section, SectionTemplate, Severity, Unit,
};

pub(super) struct Placed<'a> {
    pub dataset: &'a Dataset,
    pub form: &'a Bound<'a>,
    /// The places of the described lines in the document. Books are made with the same binding.
    pub binding: Binding<'a>,
    /// For each section of the template; `None` if the document does not have the section.
    pub sheets: Vec<Option<Sheet<'a>>>,
}

/// A section of a document with its template.
pub(super) struct Sheet<'a> {
    /// The place of the section in the template.
    pub at: usize,
    pub template: &'a SectionTemplate,
    pub section: &'a Section,
    /// For each row of the template, the place of the row in the document.
    pub rows: Vec<Option<usize>>,
    /// For each column of the template, the place of the column in the document.
    pub columns: Vec<Option<usize>>,
}

impl<'a> Placed<'a> {
    pub fn new(dataset: &'a Dataset, form: &'a Bound<'a>) -> Self {
        let binding = Binding::new(Some(Arc::clone(&form.index)), dataset);
        let places = |of: &[Placement]| of.iter().map(Placement::place).collect();
        let sheets = form.template.sections.iter().enumerate().map(|(at, template)| {
            let section = binding.printed(at)?;
            let laid = binding.section(at);
            Some(Sheet { at, template, section, rows: places(&laid.rows), columns: places(&laid.columns) })
        });
        Self { sheets: sheets.collect(), dataset, form, binding }
    }

    /// Whether the figures come without an edition, as services send them: only the first rows, and columns by key.
    pub fn is_service(&self) -> bool {
        self.dataset.edition == Edition::service()
    }

    pub fn sheet(&self, at: usize) -> Option<&Sheet<'a>> {
        self.sheets.get(at)?.as_ref()
    }

    /// A finding about the dataset.
    pub fn note(&self, rule: &str, severity: Severity, explanation: String) -> Note {
        Note::about(self.dataset, rule, severity, explanation)
    }

    /// A finding about a section of the dataset, or about a row and a column of the section (places in the document).
    pub fn note_at(
        &self,
        sheet: &Sheet<'_>,
        row: Option<usize>,
        column: Option<usize>,
        rule: &str,
        severity: Severity,
        explanation: String,
    ) -> Note {
        let mut note = self.note(rule, severity, explanation);
        note.spot = [sheet.at + 1, row.map_or(0, |r| r + 1), column.map_or(0, |c| c + 1)];
        note.finding.section = Some(sheet.template.id.clone());
        note.finding.row = row.and_then(|r| sheet.section.rows.get(r)).map(|r| r.code.clone());
        note.finding.column = column.and_then(|c| sheet.section.columns.get(c)).map(|c| c.code.clone());
        note
    }
}

/// What a cell is worth in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    Blank,
    /// In thousandths.
    Of(i128),
}

impl Worth {
    /// The weight in a sum, in thousandths; a blank is zero.
    pub const fn weight(self) -> i128 {
        match self {
            Self::Blank => 0,
            Self::Of(value) => value,
        }
    }

    /// The number; `None` for a blank.
    pub const fn value(self) -> Option<i128> {
        match self {
            Self::Blank => None,
            Self::Of(value) => Some(value),
        }
    }
}

/// What a figure is worth; `None` for a text, which has no worth. A rule that needs it is not applied.
pub(super) fn worth(figure: &Figure) -> Option<Worth> {
    match figure {
        Figure::Blank => Some(Worth::Blank),
        Figure::Number(number) => {
            let (mantissa, scale) = number.parts();
            Some(Worth::Of(i128::from(mantissa) * if scale == 0 { 1000 } else { 1 }))
        }
        Figure::Text(_) => None,
    }
}

impl Sheet<'_> {
    /// What the cell of a row and a column is worth (places in the document).
    pub fn worth(&self, row: usize, column: usize) -> Option<Worth> {
        worth(self.section.at(row, column)?)
    }

    /// What the cell of a row and a column is worth (places in the template).
    pub fn described(&self, row: usize, column: usize) -> Option<Worth> {
        self.worth((*self.rows.get(row)?)?, (*self.columns.get(column)?)?)
    }

    /// Whether all cells are blank.
    pub fn is_blank(&self) -> bool {
        self.section.figures.iter().all(|f| *f == Figure::Blank)
    }
}

/// The datasets of each form, unit, agency and origin over time.
pub(super) struct Kin<'p, 'a> {
    families: HashMap<(&'a FormId, &'a Unit, &'a Agency, Origin), Vec<&'p Placed<'a>>>,
}

impl<'p, 'a> Kin<'p, 'a> {
    pub fn new(now: &'p [Placed<'a>], before: &'p [Placed<'a>]) -> Self {
        let mut families: HashMap<_, Vec<_>> = HashMap::new();
        for placed in before.iter().chain(now) {
            let key = &placed.dataset.key;
            families.entry((&key.form, &key.unit, &key.agency, key.origin)).or_default().push(placed);
        }
        Self { families }
    }

    /// The datasets with the same form, unit, agency and origin, including the given one.
    pub fn of(&self, one: &Placed<'a>) -> impl Iterator<Item = &'p Placed<'a>> {
        let key = &one.dataset.key;
        self.families.get(&(&key.form, &key.unit, &key.agency, key.origin)).into_iter().flatten().copied()
    }
}
