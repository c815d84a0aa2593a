//! Figures that a person corrected.
//!
//! A correction is kept in the ledger beside the document that it corrects, and the document stays as it came. So the
//! correction survives when the document is read again, by this reader or a newer one. It applies as long as a document
//! has the figure that was corrected: a later document of the same dataset that repeats the old figure is corrected
//! too, and a later document with a different figure is not.
//!
//! In: a dataset and its corrections. Out: the corrected dataset, and findings. Unknown here: who may correct a figure.

use serde::{Deserialize, Serialize};

use crate::Catalogue;
use domain::{Dataset, DatasetKey, Figure, Finding, Number, Place, Severity};

/// One corrected figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The codes as printed in the edition read.
    pub place: Place,
    /// What the document says; `None` is an empty cell.
    pub old: Option<Number>,
    pub new: Option<Number>,
    pub reason: String,
    /// Who corrected it.
    pub by: String,
}

impl Correction {
    /// Replaces the figure if it is still the old one; returns whether it was.
    pub fn apply(&self, dataset: &mut Dataset) -> bool {
        let Some(figure) = figure_mut(dataset, &self.place) else { return false };
        let says_old = !matches!(figure, Figure::Text(_)) && figure.number() == self.old;
        if says_old {
            *figure = self.new.map_or(Figure::Blank, Figure::Number);
        }
        says_old
    }
}

fn figure_mut<'a>(dataset: &'a mut Dataset, place: &Place) -> Option<&'a mut Figure> {
    let section = dataset.sections.iter_mut().find(|s| s.id == place.section)?;
    let (row, column) = (section.row_index(&place.row)?, section.column_index(&place.column)?);
    let index = row * section.columns.len() + column;
    section.figures.get_mut(index)
}

/// The findings about corrected figures, for the quality page.
#[must_use]
pub fn findings(catalogue: &Catalogue, key: &DatasetKey) -> Vec<Finding> {
    let Some(edition) = catalogue.current(key) else { return Vec::new() };
    let finding = |correction: &Correction| Finding {
        period: Some(key.period),
        unit: Some(key.unit.clone()),
        agency: Some(key.agency.clone()),
        section: Some(correction.place.section.clone()),
        row: Some(correction.place.row.clone()),
        column: Some(correction.place.column.clone()),
        expected: correction.new,
        found: correction.old,
        difference: correction.new.zip(correction.old).and_then(|(new, old)| old.minus(new)),
        ..Finding::about(
            format!("{}.corrected", key.form),
            Severity::Info,
            key.form.clone(),
            format!("corrected by {}: {}", correction.by, correction.reason),
        )
    };
    edition.corrections.iter().map(finding).collect()
}

/// A figure as a message prints it.
#[must_use]
pub fn said(number: Option<Number>) -> String {
    number.map_or_else(|| "nothing".to_owned(), |n| format!("`{n}`"))
}
