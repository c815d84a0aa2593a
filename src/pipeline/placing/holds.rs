//! Why a placement is held. In: a form for a period, the findings, the journal. Out: the cause, as a sentence. Unknown
//! here: what a placement consists of.

use std::collections::BTreeMap;

use crate::{Catalogue, Context, status::expected};
use domain::{Finding, FormId, Period, ReleaseRecord, Severity, Sha256, counted};

/// Why a form of a period is not placed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// Its documents are not all here.
    Late(String),
    /// A check, a document, a list or a lacking approval holds it.
    Held(String),
}

/// Why the figures of a form cannot be placed, before they are looked at.
#[must_use]
pub fn of_documents(context: &Context, catalogue: &Catalogue, form: &FormId, period: Period) -> Option<Hold> {
    let waiting =
        catalogue.held().filter(|(key, _)| key.form == *form && key.period == period && key.origin == context.origin);
    let waiting = waiting.count();
    if waiting > 0 {
        let how = context.call.command("held").option("--period", period);
        return Some(Hold::Held(format!(
            "{} held; see {how}",
            if waiting == 1 { "1 document is".to_owned() } else { format!("{waiting} documents are") }
        )));
    }
    let lacking = expected::lacking(&context.office, context.origin, catalogue, form, period);
    if lacking.is_all() {
        return Some(Hold::Late("the form has not come".to_owned()));
    }
    (!lacking.is_whole()).then(|| Hold::Late(format!("the form has come in part: {lacking} lacking")))
}

/// The number of error findings of each form.
#[must_use]
pub fn errors(findings: &[Finding]) -> BTreeMap<FormId, usize> {
    let mut errors = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        *errors.entry(finding.form.clone()).or_default() += 1;
    }
    errors
}

/// Why figures may not be placed without a second person; `None` if they may, or if this person approved them.
#[must_use]
pub fn of_figures(
    context: &Context,
    (form, period): (&FormId, Period),
    errors: usize,
    record: &ReleaseRecord,
    content: &Sha256,
) -> Option<Hold> {
    if record.approved == Some(*content) {
        return None;
    }
    let approve = || {
        let command = context.call.command("place").option("--approve", form).option("--period", period);
        command.option("--hash", content.short()).asked("--reason")
    };
    if errors > 0 {
        let check = context.call.command("check").option("--period", period).option("--form", form);
        let errors = counted(errors, "error");
        return Some(Hold::Held(format!(
            "{errors} of checks: see {check}; an approver lets the figures pass with {}",
            approve()
        )));
    }
    if record.withdrawn.is_some() {
        return Some(Hold::Held(format!("it was taken back; an approver lets it be placed again with {}", approve())));
    }
    if context.office.settings.approval_required {
        return Some(Hold::Held(format!("it waits for a second person: {}", approve())));
    }
    None
}
