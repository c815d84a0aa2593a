//! Datasets: a form's figures for one period, unit and agency, of one origin, as read from one document. This module
//! does not know how a document is read or stored.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Agency, ColumnCode, Edition, Figure, FormId, Period, RowCode, SectionId, Unit};

/// Where figures come from. Origins never mix: sample and real figures never occur together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    Real,
    Sample,
}

impl Origin {
    /// The warning for readers of figures that are not the Committee's; `None` for real figures.
    #[must_use]
    pub const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Real => None,
            Self::Sample => Some("SAMPLE DATA: figures of the embedded sample office, not of the Committee"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Real => "real",
            Self::Sample => "sample",
        })
    }
}

/// What a dataset is about. With a revision number it identifies one dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DatasetKey {
    pub form: FormId,
    pub period: Period,
    pub unit: Unit,
    pub agency: Agency,
    pub origin: Origin,
}

impl fmt::Display for DatasetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "form `{}` for `{}`, unit `{}`", self.form, self.period, self.unit)?;
        if self.agency.is_all() { Ok(()) } else { write!(f, ", agency `{}`", self.agency) }
    }
}

/// One form's figures for one period, unit and agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    pub key: DatasetKey,
    /// The edition of the document. A service that states none has `service`.
    pub edition: Edition,
    pub sections: Vec<Section>,
}

/// One table of a form. `figures` is row-major: `rows.len()` × `columns.len()`. Datasets from one answer of a service
/// differ only in their figures, so they share rows and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub id: SectionId,
    pub title: Arc<str>,
    pub columns: Arc<[Column]>,
    pub rows: Arc<[Row]>,
    pub figures: Vec<Figure>,
}

/// A column (графа): its printed number and its label, parents first, joined by " / ".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub code: ColumnCode,
    pub label: Arc<str>,
}

/// A row (строка): its printed code and its label, parents first, joined by " / ".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub code: RowCode,
    pub label: Arc<str>,
}

impl Dataset {
    /// The section with an id.
    #[must_use]
    pub fn section(&self, id: &SectionId) -> Option<&Section> {
        self.sections.iter().find(|s| s.id == *id)
    }

    /// The figure at a place; `None` if the document has no such place.
    #[must_use]
    pub fn figure(&self, section: &SectionId, row: &RowCode, column: &ColumnCode) -> Option<&Figure> {
        self.section(section)?.figure(row, column)
    }
}

impl Section {
    /// The place of a row among the section's rows.
    #[must_use]
    pub fn row_index(&self, code: &RowCode) -> Option<usize> {
        self.rows.iter().position(|r| r.code == *code)
    }

    /// The place of a column among the section's columns.
    #[must_use]
    pub fn column_index(&self, code: &ColumnCode) -> Option<usize> {
        self.columns.iter().position(|c| c.code == *code)
    }

    /// The figure of a row and a column by their places; `None` outside the table.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> Option<&Figure> {
        (column < self.columns.len()).then(|| self.figures.get(row * self.columns.len() + column))?
    }

    /// The figure of a row and a column by their codes.
    #[must_use]
    pub fn figure(&self, row: &RowCode, column: &ColumnCode) -> Option<&Figure> {
        self.at(self.row_index(row)?, self.column_index(column)?)
    }
}
