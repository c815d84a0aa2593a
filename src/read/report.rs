//! The findings of a reader about one document, with the document's form, period, unit and agency.
//!
//! In come a rule, a severity, a place and a text; out come findings. This module does not know what was read.

use domain::{Agency, ColumnCode, Finding, FormId, Period, RowCode, SectionId, Severity, Unit};

/// The findings of one document, in the order in which they were made.
pub(super) struct Report {
    pub(super) form: FormId,
    pub(super) period: Period,
    pub(super) unit: Option<Unit>,
    pub(super) agency: Option<Agency>,
    pub(super) findings: Vec<Finding>,
}

impl Report {
    /// Adds a finding about the document, or about one of its sections.
    pub(super) fn add(&mut self, rule: &str, severity: Severity, section: Option<&SectionId>, explanation: String) {
        let finding = self.finding(rule, severity, section, explanation);
        self.findings.push(finding);
    }

    /// Adds a finding about many places of a section that are not listed one by one.
    pub(super) fn more(&mut self, rule: &str, severity: Severity, section: &SectionId, (count, said): (usize, String)) {
        let finding = self.finding(rule, severity, Some(section), said);
        self.findings.push(Finding { more: Some(count), ..finding });
    }

    /// Adds a finding about one place of a section.
    pub(super) fn at(
        &mut self,
        rule: &str,
        severity: Severity,
        section: &SectionId,
        place: (Option<&RowCode>, Option<&ColumnCode>),
        explanation: String,
    ) {
        let finding = self.finding(rule, severity, Some(section), explanation);
        self.findings.push(Finding { row: place.0.cloned(), column: place.1.cloned(), ..finding });
    }

    fn finding(&self, rule: &str, severity: Severity, section: Option<&SectionId>, explanation: String) -> Finding {
        Finding {
            period: Some(self.period),
            unit: self.unit.clone(),
            agency: self.agency.clone(),
            section: section.cloned(),
            ..Finding::about(rule, severity, self.form.clone(), explanation)
        }
    }
}
