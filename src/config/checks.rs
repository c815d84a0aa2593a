//! `[checks]` of zhinaq.toml: how much an office minds what the rules for every form find, and about which forms.
//!
//! Rules that a form's template states carry their severity there. Identity and shape are not for an office to weigh:
//! figures of the wrong form or in the wrong place are errors everywhere.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::reader::Reader;
use domain::{FormId, Severity, WEIGHED_BY_OFFICE};

/// How an office minds what one rule finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSetting {
    /// `None`: it is not told.
    pub severity: Option<Severity>,
    /// About these forms; none = about every form.
    pub forms: Vec<FormId>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Error,
    Warning,
    Info,
    Off,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "write \"error\", \"warning\", \"info\", \"off\", or { severity = \"info\", forms = [\"3-k\"] }"
)]
enum Written {
    Word(Weight),
    Scoped { severity: Weight, forms: Vec<String> },
}

/// The settings by rule.
pub(super) fn parse(reader: &mut Reader<'_>) -> BTreeMap<String, CheckSetting> {
    let written: BTreeMap<Spanned<String>, Written> = reader.maybe("checks").unwrap_or_default();
    let mut checks = BTreeMap::new();
    for (rule, setting) in written {
        if !reader.known("rule that an office weighs", &rule, WEIGHED_BY_OFFICE) {
            continue;
        }
        let (weight, forms) = match setting {
            Written::Word(weight) => (weight, Vec::new()),
            Written::Scoped { severity, forms } => {
                if forms.is_empty() {
                    reader.fault(&rule.span(), "`forms` names no form; leave it out to mean every form");
                }
                (
                    severity,
                    forms.into_iter().filter_map(|form| reader.parsed(&Spanned::new(rule.span(), form))).collect(),
                )
            }
        };
        let severity = match weight {
            Weight::Error => Some(Severity::Error),
            Weight::Warning => Some(Severity::Warning),
            Weight::Info => Some(Severity::Info),
            Weight::Off => None,
        };
        checks.insert(rule.into_inner(), CheckSetting { severity, forms });
    }
    checks
}
