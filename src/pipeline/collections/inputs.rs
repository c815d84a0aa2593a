//! Gathers what a collection is assembled from.
//!
//! In: an issue, the catalogue, loaded figures, findings. Out: [`Material`]. Unknown here: how a book is assembled and
//! drawn.

use std::collections::BTreeSet;

use crate::{
    Catalogue, Context, Failure,
    figures::LoadedDatasets,
    status::{
        comparisons, expected,
        requirements::{self, DueCollection},
    },
};
use assemble::{AbsentComparison, Material, MissingForm, NextIssue, Override, reason_of};
use chrono::{Datelike as _, Months};
use config::{Force, Office};
use domain::{
    Absence, Agency, CollectionId, CollectionTemplate, DatasetKey, Event, Fact, Finding, FormId, Issue, IssueComment,
    Period, Place, Titles, Unit, due_of_collection, due_of_form, in_force,
};
use words::texts;

/// The issue of a collection that has to be assembled.
#[derive(Debug, Clone)]
pub struct Outline<'a> {
    pub due: DueCollection<'a>,
    pub template: &'a CollectionTemplate,
    pub issue: Issue,
    /// Why a later issue is made.
    pub reason: Option<String>,
    /// What a person wrote about the issue.
    pub comment: Option<IssueComment>,
    /// The figures that differ from those in the issue that the reader holds.
    pub revised: &'a [(DatasetKey, Place)],
}

/// The rules whose errors a named person let pass for an issue.
#[must_use]
pub fn overridden(events: &[Event], of: &Issue) -> BTreeSet<String> {
    overrides(events, of).into_iter().map(|o| o.rule).collect()
}

fn overrides(events: &[Event], of: &Issue) -> Vec<Override> {
    let of_issue = |event: &Event| match &event.fact {
        // What a person let pass for an issue passes for the issues after it: they contain the same figures.
        Fact::Overridden { issue, rule, reason }
            if issue.is_beside(of) && (of.is_supplement() || issue.revision <= of.revision) =>
        {
            Some(Override { rule: rule.clone(), by: event.actor.to_string(), reason: reason.clone() })
        }
        _ => None,
    };
    in_force(events).filter_map(of_issue).collect()
}

/// The documents of a collection that have not come: whole forms, and missing regions and agencies of other forms.
#[must_use]
pub fn missing(context: &Context, catalogue: &Catalogue, due: &DueCollection<'_>) -> Vec<MissingForm> {
    let mut missing = Vec::new();
    for form in &due.term.forms {
        let Ok(needed) = requirements::form(context.office.regulation(), due.period, form) else { continue };
        let lacking = expected::lacking(&context.office, context.origin, catalogue, form, needed.period);
        if lacking.is_all() {
            missing.push(whole(context, catalogue, due, form, needed.period));
            continue;
        }
        for (unit, agency) in lacking.documents() {
            let reason = reason(context, catalogue, form, needed.period, &[(unit.clone(), agency.clone())]);
            missing.push(MissingForm {
                form: form.clone(),
                unit: agency.is_all().then_some(unit),
                agency: Some(agency).filter(|agency| !agency.is_all()),
                reason,
                due: None,
                stand_in: None,
            });
        }
    }
    missing
}

/// The missing comparisons of a collection, for its notes and its cover.
#[must_use]
pub fn comparisons(context: &Context, catalogue: &Catalogue, due: &DueCollection<'_>) -> Vec<AbsentComparison> {
    let absent = comparisons::absent(context, catalogue, std::slice::from_ref(due)).into_iter();
    let told = absent.map(|comparisons::AbsentComparison { form, period, lacking, absence }| {
        let in_part = lacking.is_part();
        let (regions, agencies) = if in_part { (lacking.regions, lacking.agencies) } else { (Vec::new(), Vec::new()) };
        AbsentComparison { form, period, regions, agencies, absence }
    });
    told.collect()
}

fn whole(
    context: &Context,
    catalogue: &Catalogue,
    collection: &DueCollection<'_>,
    form: &FormId,
    period: Period,
) -> MissingForm {
    let regulation = context.office.regulation();
    let stand_in = requirements::stand_in(regulation, collection, form);
    let is_here = |p: &Period| !expected::here(context.origin, catalogue, form, *p).is_empty();
    let documents = expected::expected(&context.office, form, period).documents();
    MissingForm {
        form: form.clone(),
        unit: None,
        agency: None,
        reason: reason(context, catalogue, form, period, &documents),
        due: due_day(&context.office, form, period),
        stand_in: stand_in.filter(is_here),
    }
}

fn due_day(office: &Office, form: &FormId, period: Period) -> Option<chrono::NaiveDate> {
    let regulation = office.regulation();
    regulation.form(form).map(|term| due_of_form(regulation, &office.calendar, term, period).due)
}

/// Why documents of a form are not in a collection. An unanswered request is reported only after the form's due day:
/// before that day nothing has to be explained.
fn reason(
    context: &Context,
    catalogue: &Catalogue,
    form: &FormId,
    period: Period,
    documents: &[(Unit, Agency)],
) -> Titles {
    let absence = expected::absence(context, catalogue, form, period, documents);
    let waits = due_day(&context.office, form, period).is_some_and(|day| day >= context.today());
    let words = &context.office.words;
    match absence {
        Absence::Held | Absence::Refused => reason_of(absence).titles(words),
        _ if waits => texts::NOT_DUE.titles(words),
        Absence::NoAnswer | Absence::Denied => reason_of(absence).titles(words),
        Absence::NotThere | Absence::NotAsked => texts::NOT_COME_BY_TERM.titles(words),
    }
}

/// The template of a collection.
///
/// # Errors
/// When the office has no template for it.
pub fn template<'a>(context: &'a Context, collection: &CollectionId) -> Result<&'a CollectionTemplate, Failure> {
    context.office.collections.get(collection).ok_or_else(|| {
        Failure::usage(format!(
            "collection `{collection}` has no template: write `templates/collections/{collection}.toml`"
        ))
    })
}

/// The next issue of a collection: the first of its periods that ends after this one.
fn next_issue(office: &Office, due: &DueCollection<'_>) -> Option<NextIssue> {
    let mut day = due.period.day_after();
    for _ in 0..12 {
        if let Some(period) = due.term.period_ending(day.year(), day.month()) {
            let term = due_of_collection(office.regulation(), &office.calendar, due.term, period);
            return Some(NextIssue { period, due: term.due, may_move: term.provisional.is_some() });
        }
        day = day.checked_add_months(Months::new(1))?;
    }
    None
}

/// Everything that goes into the book of an issue.
#[must_use]
pub fn material<'a>(
    context: &'a Context,
    outline: &Outline<'a>,
    loaded: &'a LoadedDatasets,
    findings: &'a [Finding],
    (missing, comparisons): (Vec<MissingForm>, Vec<AbsentComparison>),
    draft: bool,
    events: &[Event],
) -> Material<'a> {
    let (office, regulation) = (&context.office, context.office.regulation());
    let (due, template, issue) = (&outline.due, outline.template, &outline.issue);
    let term = due_of_collection(regulation, &office.calendar, due.term, due.period);
    let contact = &office.settings.office.contact;
    Material {
        words: &office.words,
        term: due.term,
        template,
        analysis: office.analyses.get(&due.term.id),
        comment: outline.comment.clone(),
        period: due.period,
        revision: issue.revision,
        supplement: issue.supplement,
        revision_reason: outline.reason.clone(),
        act: regulation.act.clone(),
        act_remark: matches!(office.force_on(context.today()), Force::BySetting(_))
            .then(|| texts::NOT_IN_FORCE.titles(&office.words)),
        due: term.due,
        statutory: term.statutory,
        next: next_issue(office, due),
        generated_for: context.today(),
        office: office.settings.office.name.clone(),
        contact: contact.lines().map(ToOwned::to_owned).filter(|l| !l.is_empty()).collect(),
        origin: context.origin,
        draft,
        forms: &regulation.forms,
        form_templates: &office.forms,
        regions: &office.places,
        agencies: &office.agencies,
        map: &office.map,
        shapes: office.shapes.as_ref(),
        datasets: loaded.datasets().map(|(d, _)| d).collect(),
        findings,
        overrides: overrides(events, issue),
        missing,
        comparisons,
        revised: outline.revised,
    }
}
