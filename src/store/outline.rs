//! The outline of a Parquet file: the datasets and sections of its lines, in order.
//!
//! It is JSON in the file's key-value metadata. The lines contain codes and labels. The outline contains what the
//! reader needs besides: sizes, editions, titles, and the rows and columns of a table without cells.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use domain::{
    Agency, Column, ColumnCode, Dataset, DatasetKey, Edition, FormId, Origin, Period, Row, RowCode, Section, SectionId,
    Unit,
};

/// The datasets of a file, in order.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Outline {
    pub datasets: Vec<DatasetOutline>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DatasetOutline {
    pub form: FormId,
    pub period: Period,
    pub unit: Unit,
    pub agency: Agency,
    pub origin: Origin,
    pub edition: Edition,
    pub sections: Vec<SectionOutline>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SectionOutline {
    pub id: SectionId,
    pub title: String,
    pub rows: usize,
    pub columns: usize,
    /// The rows and columns of a table without cells, which has no lines that could contain them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bare: Option<Bare>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Bare {
    pub rows: Vec<(RowCode, String)>,
    pub columns: Vec<(ColumnCode, String)>,
}

impl From<&[Dataset]> for Outline {
    fn from(datasets: &[Dataset]) -> Self {
        Self { datasets: datasets.iter().map(DatasetOutline::from).collect() }
    }
}

impl From<&Dataset> for DatasetOutline {
    fn from(dataset: &Dataset) -> Self {
        let DatasetKey { form, period, unit, agency, origin } = dataset.key.clone();
        let sections = dataset.sections.iter().map(SectionOutline::from).collect();
        Self { form, period, unit, agency, origin, edition: dataset.edition.clone(), sections }
    }
}

impl From<&Section> for SectionOutline {
    fn from(section: &Section) -> Self {
        let (rows, columns) = (section.rows.len(), section.columns.len());
        let bare = (rows * columns == 0).then(|| Bare {
            rows: section.rows.iter().map(|r| (r.code.clone(), r.label.to_string())).collect(),
            columns: section.columns.iter().map(|c| (c.code.clone(), c.label.to_string())).collect(),
        });
        Self { id: section.id.clone(), title: section.title.to_string(), rows, columns, bare }
    }
}

impl DatasetOutline {
    pub fn key(&self) -> DatasetKey {
        DatasetKey {
            form: self.form.clone(),
            period: self.period,
            unit: self.unit.clone(),
            agency: self.agency.clone(),
            origin: self.origin,
        }
    }
}

impl Bare {
    pub fn rows(self) -> (Arc<[Row]>, Arc<[Column]>) {
        let rows = self.rows.into_iter().map(|(code, label)| Row { code, label: label.into() }).collect();
        let columns = self.columns.into_iter().map(|(code, label)| Column { code, label: label.into() }).collect();
        (rows, columns)
    }
}
