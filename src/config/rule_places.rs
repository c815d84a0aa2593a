//! Where the rules of forms are written. In: a home. Out: each rule's file and line. This module does not know what a
//! rule compares.

use std::{fs, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, parse_toml, tree};
use domain::line_at;

/// Where a rule is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePlace {
    /// The id as written. A rule of several sections or parts gives several rules, whose ids begin with it.
    pub id: String,
    /// The path of the file below the home.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// Whether the office lacks the file, and the one built into the program is used.
    pub built_in: bool,
}

#[derive(Deserialize)]
struct OnlyRules {
    #[serde(default)]
    rule: Vec<OnlyId>,
}

#[derive(Deserialize)]
struct OnlyId {
    id: Spanned<String>,
}

/// The places of all rules in `templates/forms`, in the order of files and lines.
///
/// # Errors
/// When a file cannot be read, or is not TOML.
pub fn rule_places(home: &Path) -> Result<Vec<RulePlace>, Fault> {
    let mut places = Vec::new();
    for (file, text) in tree::texts(home, "templates/forms")? {
        if !file.ends_with(".toml") {
            continue;
        }
        let built_in = fs::metadata(home.join(&file)).is_err();
        let written: OnlyRules = parse_toml(&file, &text)?;
        places.extend(written.rule.into_iter().map(|rule| RulePlace {
            line: line_at(&text, rule.id.span().start),
            id: rule.id.into_inner(),
            file: file.clone(),
            built_in,
        }));
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_on_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let places = rule_places(folder.path()).unwrap();
        let severity = places.iter().find(|place| place.id == "1-m.severity").unwrap();
        assert!(severity.built_in && severity.file == "templates/forms/1-m.toml");
        let text = super::super::tree::texts(folder.path(), "templates/forms").unwrap().remove(&severity.file).unwrap();
        assert_eq!(text.lines().nth(severity.line - 1), Some("id = \"1-m.severity\""));
    }
}
