//! Figures in use: loaded, checked, compared between revisions, looked up.
//!
//! In: the catalogue of datasets. Out: loaded datasets, findings, differences, answers. Unknown here: how a collection
//! will show a figure.

mod absent;
pub mod changes;
pub mod check;
mod compared;
pub mod diff;
pub mod listing;
mod load;
pub mod query;

pub use changes::{ChangeKind, FigureChange, Shown, compare};
pub use check::{CheckReport, check, ess_report};
pub use diff::{Compared, Comparison, DiffQuestion, diff};
pub use listing::findings_as_workbook;
pub use load::{LoadedDatasets, load, of_edition};
pub use query::{Answer, MOST_IN_WORKBOOK, Question, answers_as_workbook, query, query_each};
