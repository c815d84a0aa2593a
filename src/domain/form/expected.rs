//! Completeness of a form for a period. In: the documents that are expected, and those that are there. Out: the
//! documents that are lacking, and why. This module does not know where documents come from.
//!
//! The cover, findings, `status`, the exit code, mails and supplements all count by this one list.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Agency, FormId, Period, Unit};

/// The documents of a form that are expected for a period.
///
/// A form that comes by region is expected for each region that exists then. The republic is the sum of its regions, so
/// a missing document of the republic is not a gap. A form that does not come by region is expected for the republic.
/// Single agencies are expected for the republic.
///
/// ```
/// use std::collections::BTreeSet;
/// use domain::{Agency, Expected};
/// let expected = Expected {
///     form: "1-m".parse().unwrap(),
///     period: "2025-M06".parse().unwrap(),
///     republic: false,
///     regions: vec!["1911".parse().unwrap(), "1971".parse().unwrap()],
///     agencies: vec![],
/// };
/// let here = BTreeSet::from([("1971".parse().unwrap(), Agency::all())]);
/// let lacking = expected.lacking(&here);
/// assert_eq!(lacking.to_string(), "1 of 2 regions (1911)");
/// assert!(!lacking.is_whole() && !lacking.is_all());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub form: FormId,
    pub period: Period,
    /// Whether a document of the republic is expected, which no other document can replace.
    pub republic: bool,
    /// The regions that exist on the period's last day and are requested; empty for a form of the republic alone.
    pub regions: Vec<Unit>,
    /// The agencies that report separately from all together.
    pub agencies: Vec<Agency>,
}

/// What is lacking of a form for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// The number of documents that are expected.
    pub expected: usize,
    /// Whether no document of the form came, not even one that is not expected.
    pub all: bool,
    /// Whether the document of the republic is lacking, for a form that does not come by region.
    pub republic: bool,
    pub regions: Vec<Unit>,
    /// The number of regions that are expected.
    pub of_regions: usize,
    pub agencies: Vec<Agency>,
}

impl Expected {
    /// Every document that is expected, the units first.
    #[must_use]
    pub fn documents(&self) -> Vec<(Unit, Agency)> {
        let republic = self.republic.then(Unit::republic);
        let together = republic.into_iter().chain(self.regions.iter().cloned()).map(|unit| (unit, Agency::all()));
        together.chain(self.agencies.iter().map(|agency| (Unit::republic(), agency.clone()))).collect()
    }

    /// What is lacking beside the documents that are here.
    #[must_use]
    pub fn lacking(&self, here: &BTreeSet<(Unit, Agency)>) -> Lacking {
        let is_here = |unit: &Unit, agency: &Agency| here.contains(&(unit.clone(), agency.clone()));
        let (republic, all) = (Unit::republic(), Agency::all());
        Lacking {
            expected: self.documents().len(),
            all: here.is_empty(),
            republic: self.republic && !is_here(&republic, &all),
            regions: self.regions.iter().filter(|unit| !is_here(unit, &all)).cloned().collect(),
            of_regions: self.regions.len(),
            agencies: self.agencies.iter().filter(|agency| !is_here(&republic, agency)).cloned().collect(),
        }
    }
}

impl Lacking {
    /// Whether every expected document is there.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        !self.republic && self.regions.is_empty() && self.agencies.is_empty()
    }

    /// Whether no document came.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.all
    }

    /// Whether some documents came, but not all that are expected.
    #[must_use]
    pub const fn is_part(&self) -> bool {
        !self.all && !self.is_whole()
    }

    /// The number of documents that are lacking.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.republic as usize + self.regions.len() + self.agencies.len()
    }

    /// As [`Self::is_whole`], under the name that belongs to [`Self::len`].
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.is_whole()
    }

    /// The documents that are lacking.
    #[must_use]
    pub fn documents(&self) -> Vec<(Unit, Agency)> {
        let republic = self.republic.then(|| (Unit::republic(), Agency::all()));
        let regions = self.regions.iter().map(|unit| (unit.clone(), Agency::all()));
        let agencies = self.agencies.iter().map(|agency| (Unit::republic(), agency.clone()));
        republic.into_iter().chain(regions).chain(agencies).collect()
    }

    /// What is lacking when some documents are not counted.
    #[must_use]
    pub fn without(mut self, documents: &BTreeSet<(Unit, Agency)>) -> Self {
        let (republic, all) = (Unit::republic(), Agency::all());
        self.republic = self.republic && !documents.contains(&(republic.clone(), all.clone()));
        self.regions.retain(|unit| !documents.contains(&(unit.clone(), all.clone())));
        self.agencies.retain(|agency| !documents.contains(&(republic.clone(), agency.clone())));
        self
    }
}

/// The most names that a line of text lists. If there are more, it adds their number.
const NAMED: usize = 5;

impl std::fmt::Display for Lacking {
    /// Prints what is lacking, for an operator: `10 of 20 regions (1910, 1911, 1915, 1919, 1923 and 5 more)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if self.republic {
            parts.push("the republic".to_owned());
        }
        if !self.regions.is_empty() {
            let names: Vec<&str> = self.regions.iter().map(Unit::as_str).collect();
            parts.push(format!("{} of {} regions ({})", self.regions.len(), self.of_regions, some(&names)));
        }
        if !self.agencies.is_empty() {
            let names: Vec<&str> = self.agencies.iter().map(Agency::as_str).collect();
            let noun = if names.len() == 1 { "agency" } else { "agencies" };
            parts.push(format!("{noun} {}", some(&names)));
        }
        f.write_str(&parts.join(", "))
    }
}

fn some(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}

/// Why a document is not there, from the least to the most serious reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// It was not requested: no source of this office serves it.
    NotAsked,
    /// Its source reported that it has no such document.
    NotThere,
    /// It came, and a named person has to decide about it.
    Held,
    /// It came, and was refused.
    Refused,
    /// The source refused the request, or its answer was not a document.
    Denied,
    /// The source did not answer, or was busy. It may answer later.
    NoAnswer,
}

impl Absence {
    /// Whether the document may still come. If so, figures without it are incomplete. If not, there is only nothing to
    /// compare them with.
    #[must_use]
    pub const fn may_come(self) -> bool {
        !matches!(self, Self::NotAsked | Self::NotThere)
    }

    /// The reason as a text for an operator.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::NotAsked => "was not asked for: no source serves it",
            Self::NotThere => "is not there, says its source",
            Self::Held => "came, and is held until a person decides",
            Self::Refused => "came, and was refused",
            Self::Denied => "could not be fetched: its source refused the question or sent no document",
            Self::NoAnswer => "could not be fetched: its source did not answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(regions: &[&str], agencies: &[&str]) -> Expected {
        Expected {
            form: "3-k".parse().unwrap(),
            period: "2025-M06".parse().unwrap(),
            republic: regions.is_empty(),
            regions: regions.iter().map(|r| r.parse().unwrap()).collect(),
            agencies: agencies.iter().map(|a| a.parse().unwrap()).collect(),
        }
    }

    fn here(documents: &[(&str, &str)]) -> BTreeSet<(Unit, Agency)> {
        documents.iter().map(|(u, a)| (u.parse().unwrap(), a.parse().unwrap())).collect()
    }

    #[test]
    fn a_form_without_regions_needs_its_republic_and_its_agencies() {
        let form = expected(&[], &["01", "13"]);
        let lacking = form.lacking(&here(&[("19", "01")]));
        assert_eq!(lacking.to_string(), "the republic, agency 13");
        assert_eq!((lacking.len(), lacking.expected), (2, 3));
        assert!(lacking.is_part());
        assert!(form.lacking(&here(&[("19", "all"), ("19", "01"), ("19", "13")])).is_whole());
    }

    #[test]
    fn a_form_of_regions_is_whole_without_a_document_of_the_republic_and_not_with_it_alone() {
        let form = expected(&["1911", "1971"], &[]);
        assert!(form.lacking(&here(&[("1911", "all"), ("1971", "all")])).is_whole());
        let lacking = form.lacking(&here(&[("19", "all")]));
        assert_eq!(lacking.to_string(), "2 of 2 regions (1911, 1971)");
        assert!(lacking.is_part() && !lacking.is_all());
        assert!(form.lacking(&BTreeSet::new()).is_all());
    }

    #[test]
    fn what_is_held_can_be_left_aside() {
        let form = expected(&["1911", "1971"], &["01"]);
        let lacking = form.lacking(&here(&[("1911", "all")])).without(&here(&[("1971", "all"), ("19", "01")]));
        assert!(lacking.is_whole());
    }

    #[test]
    fn only_what_the_source_does_not_have_is_done_with() {
        assert!(!Absence::NotThere.may_come() && !Absence::NotAsked.may_come());
        assert!([Absence::Held, Absence::Refused, Absence::Denied, Absence::NoAnswer].iter().all(|a| a.may_come()));
    }
}
