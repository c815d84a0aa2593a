//! What the columns of a crossed table are: columns of the form, units, or agencies.

use serde::{Deserialize, Serialize};

use super::book::{ColumnRole, LineKey, TableColumn};
use domain::{Agency, ColumnCode, Measure, Titles, Unit};

/// What a column of a crossed table is about. It replaces the same part of the line's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Across {
    /// A column of the form, and what it counts.
    Column(ColumnCode, Measure),
    /// A unit.
    Unit(Unit),
    /// An agency.
    Agency(Agency),
}

impl LineKey {
    /// The key of the line's figure in a column: in a crossed table each column has its own.
    #[must_use]
    pub fn in_column(&self, across: Option<&Across>) -> Self {
        let mut key = self.clone();
        match across {
            None => {}
            Some(Across::Column(code, _)) => key.place.column = code.clone(),
            Some(Across::Unit(unit)) => key.units[0] = vec![unit.clone()],
            Some(Across::Agency(agency)) => key.agency = agency.clone(),
        }
        key
    }
}

impl TableColumn {
    /// A column whose cells are about the same as their lines.
    #[must_use]
    pub const fn of_line(header: Titles, role: ColumnRole) -> Self {
        Self { header, role, across: None }
    }

    /// What a figure of the column counts, in a line that counts `measure`.
    #[must_use]
    pub const fn measure(&self, of_line: Measure) -> Measure {
        if let Some(Across::Column(_, measure)) = self.across { measure } else { of_line }
    }
}
