//! Sources of forms, as data: where each form comes from, and which documents are requested. This module does not know
//! how a document is fetched.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use domain::{Agency, FormId, Origin, Unit};

/// Where one form comes from, and which documents of it are requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSpec {
    pub form: FormId,
    /// `Sample`: the sample office inside the program serves the form, in the shape of `kind`.
    pub origin: Origin,
    pub kind: SourceKind,
    /// The code of the form in the names of workbooks: `3k`.
    pub code: String,
    /// The value of `{base}`. `None` for a source without an address, and for the sample office, whose address is known
    /// only when it runs.
    pub base: Option<String>,
    pub units: UnitsWanted,
    pub agencies: AgenciesWanted,
    pub wait: Wait,
}

/// How long to wait for a form's source, where that differs from the limits of zhinaq.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wait {
    /// From the request to the first line of the answer.
    pub answer: Option<Duration>,
    /// Between two pieces of the answer.
    pub idle: Option<Duration>,
    /// From the request to the last byte.
    pub whole: Option<Duration>,
}

/// The shape of a source. URL templates may contain `{base}`, `{yyyymm}`, `{yyyy-MM-dd}`, `{code}`, `{agency}`,
/// `{unit}`, `{index}` and `{apiKey}`.
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
    /// A folder that a person puts files into; absolute, or below the home.
    Folder { path: PathBuf },
    /// No address is known: nothing is requested, and a person brings the files.
    Brought,
}

/// The date in a request to a service. It is not known which of them the portal expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum DatePolicy {
    /// The first day after the period.
    #[default]
    DayAfter,
    LastDay,
    /// No date: the service answers with the last approved report.
    None,
}

/// The units for which a form is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitsWanted {
    /// The republic alone.
    Republic,
    /// The republic and each region that existed then.
    Each,
    /// These units.
    Listed(Vec<Unit>),
}

/// The agencies for which a form is requested, besides all of them together. Only those that reported then are
/// requested.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgenciesWanted(pub Vec<Agency>);

/// The names that a URL template may contain in braces.
pub(super) const PLACEHOLDERS: [&str; 8] =
    ["base", "yyyymm", "yyyy-MM-dd", "code", "agency", "unit", "index", "apiKey"];

/// The unknown names in the braces of a template, in order.
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
