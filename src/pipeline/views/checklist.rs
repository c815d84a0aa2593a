//! What has to be done for a period, in order. In: the status of the period. Out: one item for each step, with its state and
//! what is open of it. Nothing is derived here that `status` does not show. Unknown here: pages.

use serde::Serialize;

use crate::{
    Context, Failure, NoticeKind, StatusNotice, StatusReport, notices::period_status, status::forms::FormState,
};
use domain::{Period, Severity};

/// The checklist of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistView {
    pub period: Period,
    pub items: Vec<ChecklistItem>,
    pub errors: usize,
    pub warnings: usize,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistItem {
    /// `forms`, `documents`, `checks`, `built`, `approved`, `sent`, `closed`.
    pub step: &'static str,
    pub state: ItemState,
    pub done: usize,
    pub of: usize,
    /// What a person has to know about it, the gravest first.
    pub notices: Vec<StatusNotice>,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemState {
    Done,
    Open,
    /// A person has to do something first.
    Wrong,
}

/// The steps with the kinds of notices that belong to them.
const STEPS: [(&str, &[NoticeKind]); 7] = [
    ("forms", &[NoticeKind::Late, NoticeKind::DocumentRefused, NoticeKind::FormHeldFor, NoticeKind::Comparison]),
    ("documents", &[NoticeKind::Held, NoticeKind::DocumentsMissing]),
    ("checks", &[NoticeKind::Draft, NoticeKind::WithoutFigures, NoticeKind::Unchecked]),
    (
        "built",
        &[NoticeKind::Unbuilt, NoticeKind::Empty, NoticeKind::Unnumbered, NoticeKind::Candidate, NoticeKind::Changed],
    ),
    ("approved", &[NoticeKind::Approval]),
    (
        "sent",
        &[
            NoticeKind::Unsent,
            NoticeKind::Early,
            NoticeKind::ParcelFailed,
            NoticeKind::ParcelRefused,
            NoticeKind::Uncertain,
            NoticeKind::Bounced,
            NoticeKind::SecondSending,
        ],
    ),
    ("closed", &[]),
];

/// What has to be done for a period.
///
/// # Errors
/// When the ledger or the store cannot be read.
pub async fn checklist(context: &Context, period: Period) -> Result<ChecklistView, Failure> {
    let report = period_status(context, period).await?;
    Ok(of_report(&report, context.office.settings.approval_required))
}

fn of_report(report: &StatusReport, approval_required: bool) -> ChecklistView {
    let is_kind = |notice: &&StatusNotice, kinds: &[NoticeKind]| kinds.contains(&notice.kind);
    let item = |(step, kinds): (&'static str, &[NoticeKind])| {
        let notices: Vec<StatusNotice> = report.notices.iter().filter(|n| is_kind(n, kinds)).cloned().collect();
        let (done, of) = count(report, step, &notices);
        let is_wrong = notices.iter().any(StatusNotice::is_wrong);
        let state = match (is_wrong, done == of && of > 0) {
            (true, _) => ItemState::Wrong,
            (false, true) => ItemState::Done,
            (false, false) => ItemState::Open,
        };
        ChecklistItem { step, state, done, of, notices }
    };
    let of_severity = |severity| report.notices.iter().filter(|notice| notice.severity == severity).count();
    let steps = STEPS.into_iter().filter(|(step, _)| approval_required || *step != "approved");
    ChecklistView {
        period: report.status.period,
        items: steps.map(item).collect(),
        errors: of_severity(Severity::Error),
        warnings: of_severity(Severity::Warning),
    }
}

/// How much of a step is done, of how much.
fn count(report: &StatusReport, step: &str, notices: &[StatusNotice]) -> (usize, usize) {
    let collections = &report.status.collections;
    match step {
        "forms" => {
            let here = report.forms.iter().filter(|form| form.state == FormState::Here).count();
            (here, report.forms.len())
        }
        "documents" => {
            let held: usize = report.forms.iter().map(|form| form.held).sum();
            let documents: usize = report.forms.iter().map(|form| form.documents).sum();
            (documents, documents + held)
        }
        "checks" => (usize::from(report.checked.is_some() && report.status.findings.error == 0), 1),
        "built" => (collections.iter().filter(|c| c.content_id.is_some() && !c.draft).count(), collections.len()),
        "approved" => (usize::from(notices.is_empty() && report.status.totals.parcels.handed > 0), 1),
        "sent" => (report.status.totals.parcels.handed, report.status.totals.parcels.expected),
        _ => (usize::from(report.closed.is_some()), 1),
    }
}
