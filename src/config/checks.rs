//! `[checks]` of zhinaq.toml: the severity that an office gives to the findings of the general rules, and for which
//! forms.
//!
//! In: the section as written. Out: a [`CheckSetting`] for each rule. This module does not know the findings. The rules
//! of a form's template have their severity there. An office cannot weigh identity and shape: figures of the wrong form
//! or in the wrong place are errors in every office.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::reader::Reader;
use domain::{FormId, Severity, WEIGHED_BY_OFFICE};

/// The severity that an office gives to the findings of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSetting {
    /// `None`: the findings are not reported.
    pub severity: Option<Severity>,
    /// The forms that the setting applies to; empty = every form.
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
