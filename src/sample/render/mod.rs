//! Figures as documents of the two real shapes.
//!
//! In comes a dataset with its template; out come the bytes of a form workbook (title lines, a header of merged rows,
//! the row that numbers the columns, a stub with "из них", row codes, document properties that say who it is) or of a
//! JSON service's answer. Every workbook says SAMPLE DATA on each sheet and in its properties; an answer says it in a header.
//!
//! Deliberately unknown here: how figures are made, HTTP, faults (they change a dataset or the bytes, never a drawing).

mod header;
mod service;
mod sheet;
mod stub;
mod workbook;

pub(super) use service::{Answer, answer};
pub(super) use workbook::{Identity, workbook};

/// The mark of everything that the office serves.
pub const MARK: &str = "SAMPLE DATA";

/// What stands between the parts of a label, parents first.
const BETWEEN: &str = " / ";

/// The parts of a label.
fn parts(label: &str) -> Vec<&str> {
    label.split(BETWEEN).collect()
}
