//! Finds the faults that change nothing of a form, and why. Without this check, a trial with an ineffective fault would
//! look like a passed one.
//!
//! In come a fault, the premises, and how the form is requested; out comes the reason. This module does not know the
//! figures and the clock. A fault that changes something only for some periods (`stale-answer`, `late`,
//! `comparison-503`) counts as effective.

use super::{
    Premises,
    faults::{FaultKind, SampleFault},
};
use domain::{FormTemplate, Unit};

/// How a form is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Whether it is one answer of a service; otherwise it is workbooks.
    pub is_service: bool,
    /// The requested units, including the republic if it is requested.
    pub units: Vec<Unit>,
}

impl Served {
    fn regions(&self) -> usize {
        self.units.iter().filter(|unit| !unit.is_republic()).count()
    }
}

/// Why a fault changes nothing of its form; `None` if it changes something, or the form is not served.
#[must_use]
pub fn why_idle(fault: &SampleFault, premises: &Premises, served: &Served) -> Option<String> {
    let form = &fault.form;
    let template = premises.forms.get(form)?;
    of_kind(fault.kind, premises, template, served)
        .map(|why| why.replace("{form}", form.as_str()))
        .or_else(|| of_unit(fault, served))
}

/// Why a kind of fault changes nothing, for any unit; `{form}` is the placeholder of the form's id.
fn of_kind(kind: FaultKind, premises: &Premises, template: &FormTemplate, served: &Served) -> Option<&'static str> {
    let editions = premises.editions(template);
    let printed = || {
        template.sections.iter().filter(|section| {
            editions.is_empty() || editions.iter().any(|e| template.printed_sheet(e, &section.id).is_some())
        })
    };
    match kind {
        FaultKind::UnitTwice if !served.is_service => {
            Some("form `{form}` comes as workbooks, and only the answer of a service has a row for each unit")
        }
        FaultKind::FailureWord if !served.is_service => {
            Some("form `{form}` comes as workbooks, and only the answer of a service has words of failure")
        }
        FaultKind::Stale | FaultKind::Renumbered if served.is_service => {
            Some("form `{form}` comes from a service, whose answers have no edition and no properties")
        }
        FaultKind::Edition if served.is_service && template.sections.iter().all(|s| s.columns.len() < 2) => {
            Some("form `{form}` comes from a service and has one column, so that none can go")
        }
        FaultKind::HalfRows if served.is_service && served.units.len() < 2 => {
            Some("form `{form}` is asked for one unit, and half of one row is that row")
        }
        FaultKind::HalfRows if !served.is_service && printed().all(|section| section.rows.len() < 2) => {
            Some("no section of form `{form}` has more than one row")
        }
        FaultKind::Twins if served.regions() < 2 => {
            Some("form `{form}` is not asked for two regions, and a twin has the figures of another region")
        }
        FaultKind::UnitTwice if served.regions() == 0 => Some("form `{form}` is not asked for a region"),
        FaultKind::MissingRepublic if !served.units.iter().any(Unit::is_republic) => {
            Some("form `{form}` is not asked for the republic")
        }
        FaultKind::WrongForm if premises.offers.len() < 2 => Some("the sample office serves no form but `{form}`"),
        _ => None,
    }
}

/// Why a fault of one unit changes nothing.
fn of_unit(fault: &SampleFault, served: &Served) -> Option<String> {
    let (form, unit) = (&fault.form, fault.unit.as_ref()?);
    match fault.kind {
        FaultKind::Twins | FaultKind::UnitTwice if unit.is_republic() => {
            return Some(format!("unit `{unit}` is the republic, and this fault is one of regions"));
        }
        FaultKind::MissingRepublic if !unit.is_republic() && !served.is_service => {
            return Some(format!("unit `{unit}` is not the republic; leave the unit out"));
        }
        _ => {}
    }
    // The other faults of a service affect its whole answer, whatever the unit.
    let is_of_units = matches!(
        fault.kind,
        FaultKind::Twins | FaultKind::UnitTwice | FaultKind::Sum | FaultKind::Zeros | FaultKind::StaleAnswer
    );
    let is_asked_for = served.units.contains(unit) || (served.is_service && !is_of_units);
    (!is_asked_for).then(|| format!("form `{form}` is not asked for unit `{unit}`"))
}
