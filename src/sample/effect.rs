//! Which faults change nothing of a form, and why: a trial that does nothing by mistake would look like one that was passed.
//!
//! In come a fault, the premises and how the form is asked for; out comes the reason. Deliberately unknown here: the
//! figures and the clock. A fault that changes something for some periods only (`stale-answer`, `late`,
//! `comparison-503`) counts as one that does.

use super::{
    Premises,
    faults::{FaultKind, SampleFault},
};
use domain::{FormTemplate, Unit};

/// How a form is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// As one answer of a service; else as workbooks.
    pub is_service: bool,
    /// The units that are asked for, the republic among them where it is.
    pub units: Vec<Unit>,
}

impl Served {
    fn regions(&self) -> usize {
        self.units.iter().filter(|unit| !unit.is_republic()).count()
    }
}

/// Why a fault changes nothing of its form; `None` where it changes something, and for a form that is not served.
#[must_use]
pub fn why_idle(fault: &SampleFault, premises: &Premises, served: &Served) -> Option<String> {
    let form = &fault.form;
    let template = premises.forms.get(form)?;
    of_kind(fault.kind, premises, template, served)
        .map(|why| why.replace("{form}", form.as_str()))
        .or_else(|| of_unit(fault, served))
}

/// Why a kind of fault changes nothing, whatever the unit; `{form}` is the form's id.
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
    // Other faults of a service are about its answer as a whole, whatever the unit.
    let is_of_units = matches!(
        fault.kind,
        FaultKind::Twins | FaultKind::UnitTwice | FaultKind::Sum | FaultKind::Zeros | FaultKind::StaleAnswer
    );
    let is_asked_for = served.units.contains(unit) || (served.is_service && !is_of_units);
    (!is_asked_for).then(|| format!("form `{form}` is not asked for unit `{unit}`"))
}
