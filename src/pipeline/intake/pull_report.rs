//! What pulling brought, for each form and period: what came, what did not, and the exit code that follows.
//!
//! In: counts and troubles. Out: a report for any edge. Unknown here: sources and documents.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Exit, IntakeReport, Trouble};
use domain::{FormId, Lacking, Period};

/// What pulling brought.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PullReport {
    pub forms: Vec<FormPull>,
    /// Missing earlier periods that the collections compare with and that were requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<FormPull>,
}

/// What pulling one form for one period brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormPull {
    pub form: FormId,
    pub period: Period,
    /// The number of documents that were requested.
    pub asked: usize,
    #[serde(flatten)]
    pub intake: IntakeReport,
    pub failed: Vec<Trouble>,
    /// Documents that did not come and are not due yet.
    pub waiting: Vec<Trouble>,
    /// Documents whose source could not be reached, or had trouble of its own.
    pub unreachable: usize,
    /// What is still not in use of the form; documents that wait for a person do not count as missing.
    pub lacking: Lacking,
    /// Whether the form is due; before that nothing is late.
    pub is_due: bool,
    /// Whether a document that did not come may still come: the source did not say that it has no such document.
    pub may_come: bool,
}

impl PullReport {
    /// The exit is "could not be fetched" for failed and refused documents, for a form that is due and here only in
    /// part, and for a comparison that may still come. A source without any document of an earlier period is not at
    /// fault.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let of = |form: &FormPull| {
            let came = form.failed.is_empty() && !form.is_late_in_part();
            form.intake.exit().or(if came { Exit::Done } else { Exit::NotFetched })
        };
        let compared = |form: &FormPull| if form.may_come { Exit::NotFetched } else { form.intake.exit() };
        let exit = self.forms.iter().fold(Exit::Done, |exit, form| exit.or(of(form)));
        self.compared.iter().fold(exit, |exit, form| exit.or(compared(form)))
    }

    /// What went wrong, for a person.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let of = |f: &FormPull| {
            let single = f.failed.iter().chain(&f.intake.refused).chain(&f.intake.held).cloned();
            single.chain(f.in_part()).collect::<Vec<_>>()
        };
        self.forms.iter().flat_map(of).chain(self.comparisons(true)).collect()
    }

    /// What did not come of earlier periods, one line for each form and cause: of those that may still come, or of
    /// those that their source does not have.
    #[must_use]
    pub fn comparisons(&self, may_come: bool) -> Vec<Trouble> {
        let chosen = |form: &&FormPull| {
            let doubted = !form.intake.refused.is_empty() || !form.intake.held.is_empty();
            (form.may_come || doubted) == may_come
        };
        let mut causes: BTreeMap<(&FormId, &str), (Vec<String>, usize)> = BTreeMap::new();
        for FormPull { form, period, failed, intake, .. } in self.compared.iter().filter(chosen) {
            let Some(first) = failed.iter().chain(&intake.refused).chain(&intake.held).next() else { continue };
            let (periods, documents) = causes.entry((form, &first.why)).or_default();
            periods.push(format!("`{period}`"));
            *documents += failed.len() + intake.refused.len() + intake.held.len();
        }
        let told = causes.into_iter().map(|((form, why), (periods, documents))| {
            let what = format!("for comparison: form `{form}` for {}", periods.join(", "));
            let more = if documents > periods.len() {
                format!("{}; the first: ", domain::counted(documents, "document"))
            } else {
                String::new()
            };
            Trouble::new(what, format!("{more}{why}"))
        });
        told.collect()
    }
}

impl FormPull {
    /// Whether the form is due, and only some of its documents have come.
    #[must_use]
    pub const fn is_late_in_part(&self) -> bool {
        self.is_due && self.lacking.is_part()
    }

    /// A missing part that no failed request explains: an answer without some of its regions.
    #[must_use]
    pub fn in_part(&self) -> Option<Trouble> {
        let explained = !self.failed.is_empty() || !self.intake.refused.is_empty();
        (self.is_late_in_part() && !explained).then(|| {
            let why = format!("came without {}; asked for again at the next run", self.lacking);
            Trouble::new(format!("form `{}` for `{}`", self.form, self.period), why)
        })
    }
}

impl FormPull {
    /// A form of a period of which nothing was requested yet.
    #[must_use]
    pub fn new(form: FormId, period: Period, is_due: bool) -> Self {
        Self {
            form,
            period,
            asked: 0,
            intake: IntakeReport::default(),
            failed: Vec::new(),
            waiting: Vec::new(),
            unreachable: 0,
            lacking: Lacking::default(),
            is_due,
            may_come: false,
        }
    }
}
