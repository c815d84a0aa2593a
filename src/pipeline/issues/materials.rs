//! What a collection is assembled from, gathered for it.

use std::collections::BTreeSet;

use crate::{
    assemble::{Material, MissingForm, Override},
    config::Force,
    domain::{
        CollectionId, CollectionTemplate, DatasetKey, Event, Fact, Finding, FormId, Issue, Period, Place, Titles,
        due_of_collection, due_of_form, in_force,
    },
    pipeline::{
        Catalogue, Desk, Failure,
        figures::Shelf,
        standing::needs::{self, DueCollection},
    },
};

/// Which issue of a collection is to be assembled.
#[derive(Debug, Clone)]
pub struct Outline<'a> {
    pub due: DueCollection<'a>,
    pub template: &'a CollectionTemplate,
    pub issue: Issue,
    /// Why a later issue is made.
    pub reason: Option<String>,
    /// The figures that are not those of the issue that the reader holds.
    pub revised: &'a [(DatasetKey, Place)],
}

/// The rules whose errors a named person let pass for an issue.
#[must_use]
pub fn overridden(events: &[Event], of: &Issue) -> BTreeSet<String> {
    overrides(events, of).into_iter().map(|o| o.rule).collect()
}

fn overrides(events: &[Event], of: &Issue) -> Vec<Override> {
    let of_issue = |event: &Event| match &event.fact {
        // What was let pass for an issue is let pass for those after it: the same figures stand in them.
        Fact::Overridden { issue, rule, reason }
            if issue.is_beside(of) && (of.is_supplement() || issue.revision <= of.revision) =>
        {
            Some(Override { rule: rule.clone(), by: event.actor.to_string(), reason: reason.clone() })
        }
        _ => None,
    };
    in_force(events).filter_map(of_issue).collect()
}

/// The forms of a collection that have not come, and the regions of those that came without them.
#[must_use]
pub fn missing(desk: &Desk, catalogue: &Catalogue, due: &DueCollection<'_>) -> Vec<MissingForm> {
    let mut missing = Vec::new();
    for form in &due.term.forms {
        let Ok(needed) = needs::form(desk.office.regulation(), due.period, form) else { continue };
        let came: Vec<_> = catalogue.of_form(form, needed.period).filter(|(k, _)| k.origin == desk.origin).collect();
        if came.is_empty() {
            missing.push(whole(desk, catalogue, due, form, needed.period));
            continue;
        }
        if came.iter().all(|(k, _)| k.unit.is_republic()) {
            continue;
        }
        for region in desk.office.regions.iter().filter(|r| r.exists(needed.period.last_day())) {
            if !came.iter().any(|(k, _)| k.unit == region.unit) {
                missing.push(MissingForm {
                    form: form.clone(),
                    unit: Some(region.unit.clone()),
                    agency: None,
                    reason: not_come(),
                    due: None,
                    stand_in: None,
                });
            }
        }
    }
    missing
}

fn whole(
    desk: &Desk,
    catalogue: &Catalogue,
    collection: &DueCollection<'_>,
    form: &FormId,
    period: Period,
) -> MissingForm {
    let regulation = desk.office.regulation();
    let due = regulation.form(form).map(|term| due_of_form(regulation, &desk.office.calendar, term, period).due);
    let is_here = |p: &Period| catalogue.of_form(form, *p).any(|(k, _)| k.origin == desk.origin);
    let stand_in = needs::stand_in(regulation, collection, form).filter(is_here);
    let waits = |day: &chrono::NaiveDate| *day >= desk.today();
    let reason = if due.as_ref().is_some_and(waits) { not_due() } else { not_come() };
    MissingForm { form: form.clone(), unit: None, agency: None, reason, due, stand_in }
}

fn not_come() -> Titles {
    titles("не поступила к сроку", "мерзіміне келіп түспеді", "has not come by its term")
}

fn not_due() -> Titles {
    titles(
        "срок представления ещё не наступил, будет направлено дополнение",
        "ұсыну мерзімі әлі келген жоқ, қосымша жіберіледі",
        "is not due yet, a supplement follows",
    )
}

fn titles(ru: &str, kk: &str, en: &str) -> Titles {
    Titles { ru: ru.into(), kk: Some(kk.into()), en: Some(en.into()) }
}

/// The template of a collection.
///
/// # Errors
/// When the office has none.
pub fn template<'a>(desk: &'a Desk, collection: &CollectionId) -> Result<&'a CollectionTemplate, Failure> {
    desk.office.collections.get(collection).ok_or_else(|| {
        Failure::usage(format!(
            "collection `{collection}` has no template: write `templates/collections/{collection}.toml`"
        ))
    })
}

/// Everything that goes into the book of an issue.
#[must_use]
pub fn material<'a>(
    desk: &'a Desk,
    outline: &Outline<'a>,
    shelf: &'a Shelf,
    findings: &'a [Finding],
    missing: Vec<MissingForm>,
    draft: bool,
    events: &[Event],
) -> Material<'a> {
    let (office, regulation) = (&desk.office, desk.office.regulation());
    let (due, template, issue) = (&outline.due, outline.template, &outline.issue);
    let term = due_of_collection(regulation, &office.calendar, due.term, due.period);
    let contact = &office.settings.office.contact;
    Material {
        term: due.term,
        template,
        period: due.period,
        revision: issue.revision,
        supplement: issue.supplement,
        revision_reason: outline.reason.clone(),
        act: regulation.act.clone(),
        act_remark: matches!(office.force_on(desk.today()), Force::BySetting(_)).then(|| {
            titles(
                "на дату выпуска не действует; применяется по решению органа",
                "шығарылған күні күшінде емес; органның шешімімен қолданылады",
                "not in force on the date of issue; applied by office setting",
            )
        }),
        due: term.due,
        statutory: term.statutory,
        generated_for: desk.today(),
        office: office.settings.office.name.clone(),
        contact: contact.lines().map(ToOwned::to_owned).filter(|l| !l.is_empty()).collect(),
        origin: desk.origin,
        draft,
        forms: &regulation.forms,
        form_templates: &office.forms,
        regions: &office.places,
        agencies: &office.agencies,
        datasets: shelf.datasets().map(|(d, _)| d).collect(),
        findings,
        overrides: overrides(events, issue),
        missing,
        revised: outline.revised,
    }
}
