//! The findings of a book one by one, as a workbook beside its master: for the statistician. The book itself has a
//! paragraph for each rule.
//!
//! In: a book. Out: a file for the folder of its issue. Unknown here: checks.

use super::beside;
use crate::{Failure, figures::findings_as_workbook};
use assemble::Book;
use domain::Issue;
use formats::FileOfBook;
use store::Artifacts;

/// The name of the file.
pub const NAME: &str = "findings.xlsx";

/// The list as a file; without findings it has its heading alone.
///
/// # Errors
/// When there are more findings than a sheet has rows.
pub fn file(book: &Book) -> Result<FileOfBook, Failure> {
    let bytes = findings_as_workbook(&book.quality.findings, book.period, book.origin)?;
    Ok(FileOfBook { name: NAME.to_owned(), bytes })
}

/// Stores the list beside the master.
///
/// # Errors
/// As [`file()`], and when the store fails.
pub fn keep(artifacts: &Artifacts, book: &Book, issue: &Issue) -> Result<(), Failure> {
    beside::keep(artifacts, issue, &file(book)?).map(drop)
}
