//! Draws an issue: its book from the figures in use, and the workbooks from which its copies are stamped.
//!
//! In: figures, findings, the outline of an issue. Out: a book and its masters. Unknown here: where masters are stored.

use chrono::{DateTime, Utc};

use crate::{
    Catalogue, Context, Failure,
    collections::inputs::{self, Outline},
    context::parallel::in_parallel,
    figures::LoadedDatasets,
    status::requirements::{self, DueCollection},
};
use assemble::{Book, assemble};
use config::Office;
use domain::{
    CollectionId, DatasetKey, Event, Finding, FormId, Language, LateForm, NameError, Obligation, Severity,
    due_of_collection,
};
use workbook::{Master, Profile, placed_master};

/// What an issue is drawn from.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    pub context: &'a Context,
    pub catalogue: &'a Catalogue,
    pub loaded: &'a LoadedDatasets,
    /// The findings about every form of the quarter; an issue takes those about its own forms.
    pub findings: &'a [Finding],
    pub events: &'a [Event],
}

/// An issue that was assembled.
#[derive(Debug, Clone)]
pub struct Assembled {
    pub book: Book,
    /// Whether error findings remain that nobody let pass.
    pub draft: bool,
    /// The forms that have not come, or not as a whole.
    pub incomplete: Vec<FormId>,
    /// Whether it waits for a form, or for a comparison that may still come, under the form's late-form policy `hold`.
    pub waits: bool,
    /// Whether it waits, before its cut-off, for a comparison that may still come, whatever the policy.
    pub waits_for_comparison: bool,
}

impl Work<'_> {
    /// Assembles an issue.
    ///
    /// # Errors
    /// Only by our own fault.
    pub fn assemble(&self, outline: &Outline<'_>) -> Result<Assembled, Failure> {
        let (context, due, issue) = (self.context, &outline.due, &outline.issue);
        let findings: Vec<Finding> =
            self.findings.iter().filter(|f| due.term.forms.contains(&f.form)).cloned().collect();
        let overridden = inputs::overridden(self.events, issue);
        let draft = findings.iter().any(|f| f.severity == Severity::Error && !overridden.contains(&f.rule));
        let missing = inputs::missing(context, self.catalogue, due);
        let comparisons = inputs::comparisons(context, self.catalogue, due);
        let mut incomplete: Vec<FormId> = missing.iter().map(|m| m.form.clone()).collect();
        incomplete.dedup();
        // A comparison that may still come is waited for like its form.
        let compared: Vec<FormId> =
            comparisons.iter().filter(|c| c.absence.may_come()).map(|c| c.form.clone()).collect();
        let waits_for_comparison = !compared.is_empty() && context.now() < cut_off(context, due);
        let waits = incomplete.iter().chain(&compared).any(|form| due.term.late_policy(form) == LateForm::Hold);
        let lacks = (missing, comparisons);
        let material = inputs::material(context, outline, self.loaded, &findings, lacks, draft, self.events);
        let book =
            assemble(&material).map_err(|error| Failure::ours(format!("`{issue}` could not be assembled"), error))?;
        Ok(Assembled { book, draft, incomplete, waits, waits_for_comparison })
    }
}

/// The cut-off of a collection: from then on it goes with what is here.
fn cut_off(context: &Context, due: &DueCollection<'_>) -> DateTime<Utc> {
    let office = &context.office;
    let term = due_of_collection(office.regulation(), &office.calendar, due.term, due.period);
    Obligation::new(term, &office.settings.hours, office.zone).cut_off
}

/// A book as a workbook in each of the given languages.
///
/// # Errors
/// When the profile in zhinaq.toml is unknown; otherwise only by our own fault.
pub fn masters(context: &Context, book: &Book, languages: &[Language]) -> Result<Vec<(Language, Master)>, Failure> {
    let profile = profile(&context.office)?;
    let draw = |language: &Language| {
        let master = placed_master(book, context.lexicon(*language)?, profile).map_err(|error| {
            Failure::ours(
                format!("`{}` for `{}` could not be drawn in `{language}`", book.collection, book.period),
                error,
            )
        })?;
        Ok((*language, master))
    };
    in_parallel(languages, draw).into_iter().collect()
}

/// The kind of workbook that the office makes.
///
/// # Errors
/// When zhinaq.toml contains an unknown profile.
pub fn profile(office: &Office) -> Result<Profile, Failure> {
    office.settings.profile.parse().map_err(|e: NameError| Failure::usage(format!("zhinaq.toml: {e}")))
}

/// The languages that the organs of a collection get, each once.
#[must_use]
pub fn languages(office: &Office, collection: &CollectionId) -> Vec<Language> {
    let organs = office.regulation().matrix.of_collection(collection);
    let mut languages: Vec<Language> =
        organs.filter(|(_, e)| e.copies() > 0).map(|(organ, _)| office.settings.language_of(organ)).collect();
    languages.sort();
    languages.dedup();
    languages
}

/// The datasets that collections can show.
#[must_use]
pub fn wanted(context: &Context, catalogue: &Catalogue, due: &[DueCollection<'_>]) -> Vec<DatasetKey> {
    let mut keys = Vec::new();
    for due in due {
        for (form, periods) in requirements::periods_of(&context.office, due) {
            for period in periods {
                let of_origin = catalogue.of_form(&form, period).map(|(k, _)| k).filter(|k| k.origin == context.origin);
                keys.extend(of_origin.cloned());
            }
        }
    }
    keys.sort();
    keys.dedup();
    keys
}
