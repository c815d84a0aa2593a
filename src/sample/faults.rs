//! The faults of the office on request: `kind:form[:unit]`, separated by commas.
//!
//! In comes a text; out come faults, or the reason why the text is not a list of faults. This module does not know what
//! a fault does.
//!
//! ```
//! use sample::SampleFaults;
//! let faults: SampleFaults = "late:1-ad, html:1-m:1971".parse().unwrap();
//! assert_eq!(faults.to_string(), "late:1-ad,html:1-m:1971");
//! let error = "lat:1-ad".parse::<SampleFaults>().unwrap_err();
//! assert!(error.to_string().contains("did you mean `late`?"));
//! ```

use std::{fmt, str::FromStr};

use domain::{FormId, Unit};
use domain::{did_you_mean, nearest};

/// The kind of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The document appears six days after its due day.
    Late,
    /// The document never appears.
    Missing,
    /// The document of another form is served under the name of this one.
    WrongForm,
    /// An HTML page with status 200.
    Html,
    /// `{"code","message"}` with status 200.
    CodeMessage,
    /// Half of the body, without a sign of it.
    Truncated,
    /// The body comes byte by byte.
    Slow,
    /// Two answers 503, then the document.
    Flaky,
    /// Status 403.
    Forbidden,
    /// A workbook with the properties of an older one.
    Stale,
    /// The figures of the first region under the name of this region. The first region gets those of the second.
    Twins,
    /// An edition that no template describes: a column is removed, and the later columns have moved.
    Edition,
    /// An edition that no template describes: only its number is new.
    Renumbered,
    /// A total that is one more than the sum of its parts.
    Sum,
    /// Compressed twice, but declared as compressed once.
    Gzip,
    /// A redirect to another host.
    Redirect,
    /// A body that does not end.
    Oversized,
    /// Another document with other figures is served beside the first one.
    TwoFiles,
    /// For the second of each two periods the figures of the first: 2025-Q2 gets those of 2025-Q1.
    StaleAnswer,
    /// The first half of the rows: of a service's units, or of the lines in a workbook's sections with several lines.
    HalfRows,
    /// The row of one unit in a service's answer a second time, with another figure.
    UnitTwice,
    /// Words of failure beside the rows of a service's answer.
    FailureWord,
    /// Every figure is 0.
    Zeros,
    /// Status 503 for all periods of earlier years than the period in question.
    Comparison503,
    /// The connection stays open, but no answer begins.
    SlowService,
    /// The document of the republic never appears; a service leaves out its row.
    MissingRepublic,
}

/// All kinds with their names.
const KINDS: [(&str, FaultKind); 26] = [
    ("late", FaultKind::Late),
    ("missing", FaultKind::Missing),
    ("wrong-form", FaultKind::WrongForm),
    ("html", FaultKind::Html),
    ("code-message", FaultKind::CodeMessage),
    ("truncated", FaultKind::Truncated),
    ("slow", FaultKind::Slow),
    ("flaky", FaultKind::Flaky),
    ("forbidden", FaultKind::Forbidden),
    ("stale", FaultKind::Stale),
    ("twins", FaultKind::Twins),
    ("edition", FaultKind::Edition),
    ("renumbered", FaultKind::Renumbered),
    ("sum", FaultKind::Sum),
    ("gzip", FaultKind::Gzip),
    ("redirect", FaultKind::Redirect),
    ("oversized", FaultKind::Oversized),
    ("two-files", FaultKind::TwoFiles),
    ("stale-answer", FaultKind::StaleAnswer),
    ("half-rows", FaultKind::HalfRows),
    ("unit-twice", FaultKind::UnitTwice),
    ("failure-word", FaultKind::FailureWord),
    ("zeros", FaultKind::Zeros),
    ("comparison-503", FaultKind::Comparison503),
    ("slow-service", FaultKind::SlowService),
    ("missing-republic", FaultKind::MissingRepublic),
];

/// One fault: its kind, its form, and its unit if it is not for all units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFault {
    pub kind: FaultKind,
    pub form: FormId,
    pub unit: Option<Unit>,
}

/// The faults of an office; empty by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SampleFaults(pub Vec<SampleFault>);

/// Why a text is not a list of faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultsError {
    #[error("`{0}` is not a fault: write `kind:form` or `kind:form:unit`, such as `late:1-ad` or `html:1-m:1971`")]
    Shape(String),
    #[error("`{kind}` is not a kind of fault{hint}; known are {}", names().collect::<Vec<_>>().join(", "))]
    Kind { kind: String, hint: String },
    #[error("fault `{fault}`: {why}")]
    Name { fault: String, why: String },
}

impl FaultKind {
    /// The name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// All kinds.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(_, kind)| *kind)
    }
}

impl SampleFaults {
    /// Whether a document has a fault. A document without a unit is about all units.
    #[must_use]
    pub fn has(&self, kind: FaultKind, form: &FormId, unit: Option<&Unit>) -> bool {
        let about = |fault: &&SampleFault| fault.unit.is_none() || unit.is_none() || fault.unit.as_ref() == unit;
        self.0.iter().filter(|f| f.kind == kind && f.form == *form).any(|f| about(&f))
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

impl FromStr for SampleFaults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let faults = text.split(',').map(str::trim).filter(|fault| !fault.is_empty());
        faults.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for SampleFault {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let (kind, form, unit) = match parts.as_slice() {
            [kind, form] => (*kind, *form, None),
            [kind, form, unit] => (*kind, *form, Some(*unit)),
            _ => return Err(FaultsError::Shape(text.to_owned())),
        };
        let known = KINDS.iter().find(|(name, _)| *name == kind);
        let (_, kind) = known
            .ok_or_else(|| FaultsError::Kind { kind: kind.to_owned(), hint: did_you_mean(nearest(kind, names())) })?;
        let named = |why: domain::NameError| FaultsError::Name { fault: text.to_owned(), why: why.to_string() };
        let unit = unit.map(str::parse).transpose().map_err(named)?;
        Ok(Self { kind: *kind, form: form.parse().map_err(named)?, unit })
    }
}

impl fmt::Display for SampleFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.0.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(f, "{comma}{}:{}", fault.kind.name(), fault.form)?;
            if let Some(unit) = &fault.unit {
                write!(f, ":{unit}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for kind in FaultKind::all() {
            let text = format!("{}:1-m:1971", kind.name());
            let faults: SampleFaults = text.parse().unwrap();
            assert_eq!(faults.0[0].kind, kind);
            assert_eq!(faults.to_string(), text);
        }
        assert_eq!("".parse::<SampleFaults>().unwrap(), SampleFaults::default());
    }

    #[test]
    fn what_is_no_fault_is_told_with_what_would_be() {
        let told = |text: &str| text.parse::<SampleFaults>().unwrap_err().to_string();
        assert!(told("late").contains("write `kind:form`"));
        assert!(told("htlm:1-m").contains("did you mean `html`?"));
        assert!(told("boom:1-m").contains("known are late, missing, wrong-form"));
        assert!(told("late:1-М").contains("is not the id of a form"));
        assert!(told("late:1-m:71").contains("is not a unit"));
    }

    #[test]
    fn a_fault_of_one_unit_leaves_the_others_alone() {
        let faults: SampleFaults = "html:1-m:1971,sum:1-e".parse().unwrap();
        let (form, unit) = ("1-m".parse().unwrap(), |u: &str| u.parse::<Unit>().unwrap());
        assert!(faults.has(FaultKind::Html, &form, Some(&unit("1971"))));
        assert!(!faults.has(FaultKind::Html, &form, Some(&unit("1975"))));
        assert!(faults.has(FaultKind::Html, &form, None));
        assert!(faults.has(FaultKind::Sum, &"1-e".parse().unwrap(), Some(&unit("19"))));
        assert!(!faults.has(FaultKind::Sum, &form, None));
    }
}
