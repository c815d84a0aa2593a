//! Where a form comes from.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use domain::{Agency, FormId, Origin, Unit};

/// Where one form comes from, and what to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSpec {
    pub form: FormId,
    /// `Sample`: the office inside the program serves it, in the shape that `kind` says.
    pub origin: Origin,
    pub kind: SourceKind,
    /// How the form is written in the names of workbooks: `3k`.
    pub code: String,
    /// What `{base}` stands for; `None` for the sample office, whose address is known only when it runs.
    pub base: Option<String>,
    pub units: UnitsWanted,
    pub agencies: AgenciesWanted,
    pub wait: Wait,
}

/// How long a form's source may take, where that differs from what zhinaq.toml says for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wait {
    /// From the question to the first line of the answer.
    pub answer: Option<Duration>,
    /// Between two pieces of the answer.
    pub idle: Option<Duration>,
    /// From the question to the last byte.
    pub whole: Option<Duration>,
}

/// The shape of a source. URL templates know `{base}`, `{yyyymm}`, `{yyyy-MM-dd}`, `{code}`, `{agency}`, `{unit}`,
/// `{index}` and `{apiKey}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// One workbook for each unit and agency.
    Workbook { url: String },
    /// One answer with all regions.
    Service {
        url: String,
        index: String,
        /// The environment variable with the key.
        key_env: Option<String>,
        /// The key of the region in an answer.
        region_field: String,
        date: DatePolicy,
    },
    /// Files that a person drops in; absolute, or below the home.
    Folder { path: PathBuf },
    /// Nothing is asked: no address is known, and a person brings the files.
    Brought,
}

/// The date that a service is asked with. Which of them the portal means is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum DatePolicy {
    /// The first day after the period.
    #[default]
    DayAfter,
    LastDay,
    /// The last approved report.
    None,
}

/// Which units a form is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitsWanted {
    /// The republic alone.
    Republic,
    /// The republic and each region that existed then.
    Each,
    /// These.
    Listed(Vec<Unit>),
}

/// Whose cases a form is asked for, besides all together: those of these agencies that reported then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgenciesWanted(pub Vec<Agency>);

/// The names that a URL template may have in braces.
pub(super) const PLACEHOLDERS: [&str; 8] =
    ["base", "yyyymm", "yyyy-MM-dd", "code", "agency", "unit", "index", "apiKey"];

/// The names in braces of a template that are not known, in order.
pub(super) fn unknown_placeholders(template: &str) -> Vec<String> {
    let inside = template.split('{').skip(1).map(|part| part.split('}').next().unwrap_or(part));
    inside.filter(|name| !PLACEHOLDERS.contains(name)).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_that_nobody_fills_is_found() {
        assert!(unknown_placeholders("{base}/{yyyymm}_{code}_{agency}_{unit}__ru.XLSX").is_empty());
        assert_eq!(unknown_placeholders("{base}/{month}?date={yyyy-MM-dd}&k={key}"), ["month", "key"]);
    }
}
