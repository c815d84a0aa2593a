//! Findings of checks. A bad figure is a finding, not a failure. This module does not know the checks.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Agency, ColumnCode, FormId, Number, Period, RowCode, SectionId, Unit, counted};

/// The severity of a finding. Errors hold back `send`; warnings and information are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// One finding, with its place as far as it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id: `1-m.r1.severity`.
    pub rule: String,
    pub severity: Severity,
    pub form: FormId,
    pub period: Option<Period>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    pub section: Option<SectionId>,
    pub row: Option<RowCode>,
    pub column: Option<ColumnCode>,
    pub expected: Option<Number>,
    pub found: Option<Number>,
    pub difference: Option<Number>,
    /// A sentence for the person who has to act.
    pub explanation: String,
    /// How many further places the finding counts, where not all are listed one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<usize>,
}

/// The rule of this warning: figures are compared with a document of an earlier period that has errors.
pub const COMPARISON_DOUBTFUL: &str = "comparison.doubtful";

impl Finding {
    /// A finding about a form as a whole. The caller adds the place by struct update.
    #[must_use]
    pub fn about(rule: impl Into<String>, severity: Severity, form: FormId, explanation: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            severity,
            form,
            period: None,
            unit: None,
            agency: None,
            section: None,
            row: None,
            column: None,
            expected: None,
            found: None,
            difference: None,
            explanation: explanation.into(),
            more: None,
        }
    }

    /// How many places the finding is about.
    #[must_use]
    pub fn places(&self) -> usize {
        self.more.unwrap_or(1)
    }
}

/// The general rules whose severity an office may set (`[checks]` of zhinaq.toml).
pub const WEIGHED_BY_OFFICE: [&str; 11] = [
    "continuity.flow",
    "continuity.opening",
    "missing.agency",
    "missing.comparison",
    "missing.region",
    "missing.republic",
    "missing.total",
    "plausibility",
    "regions.sum",
    "twins",
    "twins.period",
];

/// The number of findings by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    pub error: usize,
    pub warning: usize,
    pub info: usize,
}

/// Prints `0 errors, 1 warning, 3 for information`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (errors, warnings) = (counted(self.error, "error"), counted(self.warning, "warning"));
        write!(f, "{errors}, {warnings}, {} for information", self.info)
    }
}

impl<'a> FromIterator<&'a Finding> for Tally {
    fn from_iter<I: IntoIterator<Item = &'a Finding>>(findings: I) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => tally.error += 1,
                Severity::Warning => tally.warning += 1,
                Severity::Info => tally.info += 1,
            }
        }
        tally
    }
}
