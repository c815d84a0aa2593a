//! Whether everybody can read a workbook: rules, each with its source, and what each of them found.
//!
//! In: the bytes of any `.xlsx`, ours or not. Out: an [`AccessibilityReport`] with, for every rule, the number of
//! things examined and those that fail, by sheet and cell. The rules follow the Web Content Accessibility Guidelines
//! (WCAG 2.2) and the checklist of the UK Analysis Function, "Making spreadsheets accessible", where a program can
//! judge them. Whether a title is a good title is for a person to judge.
//!
//! Deliberately unknown here: how our workbooks are made. The parts are read as any reader would (held by
//! `books::accessible`, which breaks a workbook rule by rule and expects that rule to object).
//!
//! ```no_run
//! let bytes = std::fs::read("crime.xlsx").unwrap();
//! let report = workbook::accessibility::examine(&bytes)?;
//! assert!(report.passes());
//! # Ok::<(), ooxml::Error>(())
//! ```

mod chart;
mod contrast;
mod document;
mod tables;
mod text;

use serde::Serialize;

#[cfg(test)]
pub(super) use self::contrast::contrast;

use ooxml::opened::Opened;

/// What all rules found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessibilityReport {
    pub rules: Vec<RuleVerdict>,
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleVerdict {
    pub rule: &'static str,
    /// What the rule requires.
    pub asks: &'static str,
    /// The document that requires it.
    pub source: &'static str,
    pub passes: bool,
    /// The number of sheets, tables, cells or charts examined.
    pub examined: usize,
    pub failures: Vec<AccessibilityFault>,
}

/// One thing that fails a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessibilityFault {
    /// Empty where it is about the whole document.
    pub sheet: String,
    /// A cell, a table or a chart; empty where it is about the whole sheet.
    pub place: String,
    pub what: String,
}

impl AccessibilityReport {
    /// Whether no rule found anything.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.rules.iter().all(|r| r.passes)
    }
}

/// A rule: its name, what it requires, the document that requires it, and the function that examines.
#[derive(Clone, Copy)]
struct Rule {
    name: &'static str,
    asks: &'static str,
    source: &'static str,
    look: fn(&Opened, &mut Findings),
}

/// What a rule collects while it examines.
#[derive(Debug, Default)]
struct Findings {
    examined: usize,
    faults: Vec<AccessibilityFault>,
}

impl Findings {
    /// Counts a thing that was examined; `what` is `Some` where it fails.
    fn look(&mut self, sheet: &str, place: &str, what: Option<String>) {
        self.examined += 1;
        self.faults.extend(what.map(|what| AccessibilityFault {
            sheet: sheet.to_owned(),
            place: place.to_owned(),
            what,
        }));
    }
}

/// Judges a workbook by every rule.
///
/// # Errors
/// When the bytes are not a workbook.
pub fn examine(workbook: &[u8]) -> Result<AccessibilityReport, ooxml::Error> {
    let opened = Opened::read(workbook)?;
    let rules = [document::RULES, tables::RULES, text::RULES, chart::RULES].concat();
    let verdicts = rules.iter().map(|rule| {
        let mut findings = Findings::default();
        (rule.look)(&opened, &mut findings);
        RuleVerdict {
            rule: rule.name,
            asks: rule.asks,
            source: rule.source,
            passes: findings.faults.is_empty(),
            examined: findings.examined,
            failures: findings.faults,
        }
    });
    Ok(AccessibilityReport { rules: verdicts.collect() })
}
