//! Renders figures as documents in the two real shapes.
//!
//! In comes a dataset with its template; out come the bytes of a form workbook or of a JSON service's answer. A
//! workbook has title lines, a header of merged rows, the row that numbers the columns, a stub with "из них", row
//! codes, and document properties with its identity. Every workbook says SAMPLE DATA on each sheet and in its
//! properties; an answer says it in an HTTP header.
//!
//! This module does not know how figures are made, HTTP, or faults: faults change a dataset or the bytes, never the
//! rendering.

mod header;
mod service;
mod sheet;
mod stub;
mod workbook;

pub(super) use service::{Answer, answer};
pub(super) use workbook::{Identity, workbook};

/// The mark of everything that the office serves.
pub const MARK: &str = "SAMPLE DATA";

/// The separator between the parts of a label, parents first.
const BETWEEN: &str = " / ";

/// The parts of a label.
fn parts(label: &str) -> Vec<&str> {
    label.split(BETWEEN).collect()
}
